//! They have left the company (decision 0029).

use super::*;

#[tokio::test]
async fn whoever_left_is_let_in_by_their_own_and_not_by_the_companys_word() {
    let world = World::start().await;
    world.keycloak.account("sub-work", ANNA, Some((world.company, "anna-at-work")));
    let session = {
        let (browser, answered) = come(&world.app, &world.keycloak).await;
        browser.with_cookie_of(&answered.is(200))
    };
    world.lists_anna(false).await;
    session.get("/api/today").await.is_problem(401, "access_ended");
    // At Keycloak neither the mailbox nor the company's sign-in leads to the account, and nobody can name it; a passkey goes on.
    let left = world.keycloak.account_of("sub-work").unwrap();
    assert_eq!((&left["email"], &left["username"], &left["ties"]), (&json!("sub-work@left.invalid"), &json!("left.sub-work"), &json!([])));
    assert_eq!(left["enabled"], true);
    // What the company's sign-in says of her is worth nothing now, whichever account it leads to.
    for sub in ["sub-work", "sub-made-anew"] {
        world.vouches(sub);
        come(&world.app, &world.keycloak).await.1.is_problem(403, "company_access_ended");
    }
    // A tie that was made anew meanwhile is taken too.
    world.keycloak.account("sub-work", ANNA, Some((world.company, "anna-at-work")));
    world.vouches("sub-work");
    come(&world.app, &world.keycloak).await.1.is_problem(403, "company_access_ended");
    world.app.do_jobs().await;
    assert_eq!(world.keycloak.account_of("sub-work").unwrap()["ties"], json!([]));
    assert_eq!(refusals(&world.app).await.last().unwrap(), "identity.sign_in_refused company_access_ended");
    // Nor does a code to her mailbox, though it is of the company's domain.
    world.switch_off().await;
    world.proves(ANNA).await.is_problem(403, "company_access_ended");
    world.switch_on().await;
    // What she has set up for herself does, without anything at the company's expense.
    world.own("sub-work");
    let (browser, answered) = come(&world.app, &world.keycloak).await;
    let answered = answered.is(200);
    let today = browser.with_cookie_of(&answered).get("/api/today").await.is(200).json();
    assert_eq!(today["is_access_ended"], true);
}

#[tokio::test]
async fn whoever_left_comes_back_by_an_address_of_their_own() {
    let world = World::start().await;
    world.keycloak.account("sub-work", ANNA, Some((world.company, "anna-at-work")));
    world.own_address("anna@home.example").await;
    world.lists_anna(false).await;
    let left = world.keycloak.account_of("sub-work").unwrap();
    let is = (&left["email"], &left["username"], &left["emailVerified"]);
    assert_eq!(is, (&json!("anna@home.example"), &json!("left.sub-work"), &json!(true)), "a password goes on by her own address");
    let offer = world.proves("anna@home.example").await.is(200).json();
    assert_eq!(offer["state"], "move");
    let (_, answered) = world.sets_up(&offer, "sub-own").await;
    assert_eq!(answered.is(200).json()["person_id"], json!(world.anna));
}

#[tokio::test]
async fn whoever_left_with_a_password_of_the_companys_address_is_not_shut_out_either() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = with_sso(&app, "Ромашка", "romashka.example").await;
    let anna = account(&app, Kind::Employee, "Анна", "anna@home.example").await;
    bind(&app, &keycloak, Kind::Employee, "sub-own", anna).await;
    came_by_domain(&app, anna, company, "romashka.example").await;
    let lookup = entry::roster_lookup(&app.app, ANNA);
    execute(&app, sqlx::query("UPDATE memberships SET via = 'roster', came_by = $1").bind(lookup)).await;
    keycloak.account("sub-own", ANNA, None);
    let world = World { app, keycloak, company, anna };
    world.proves("anna@home.example").await.is_problem(409, "sign_in_at_keycloak");
    world.lists_anna(false).await;
    let left = world.keycloak.account_of("sub-own").unwrap();
    assert_eq!((&left["email"], &left["username"]), (&json!(""), &json!(ANNA)), "she goes on by her password, under the same name");
    // She has forgotten the password, and no letter to the company may set a new one.
    assert_eq!(world.proves("anna@home.example").await.is(200).json()["state"], "move");
}

#[tokio::test]
async fn whoever_is_listed_again_has_all_their_ways_back() {
    let world = World::start().await;
    world.keycloak.account("sub-work", ANNA, Some((world.company, "anna-at-work")));
    let before = world.keycloak.account_of("sub-work").unwrap();
    world.lists_anna(false).await;
    // Twice does no harm; and a try to come in has made another account meanwhile.
    world.lists_anna(false).await;
    world.keycloak.account("sub-made-anew", ANNA, Some((world.company, "anna-at-work")));
    assert_eq!(count(&world.app, "SELECT count(*) FROM taken_ways WHERE strpos(encode(kept_sealed, 'escape'), 'anna') = 0").await, 1);
    world.lists_anna(true).await;
    let back = world.keycloak.account_of("sub-work").unwrap();
    assert_eq!((&back["email"], &back["emailVerified"], &back["ties"]), (&before["email"], &json!(true), &before["ties"]));
    assert!(world.keycloak.account_of("sub-made-anew").is_none(), "one tie leads to one account");
    assert_eq!(count(&world.app, "SELECT count(*) FROM taken_ways").await, 0);
    world.vouches("sub-work");
    let (browser, answered) = come(&world.app, &world.keycloak).await;
    let answered = answered.is(200);
    assert_eq!(browser.with_cookie_of(&answered).get("/api/today").await.is(200).json()["is_access_ended"], false);
}

#[tokio::test]
async fn an_address_of_ones_own_stays_at_keycloak() {
    let world = World::start().await;
    world.keycloak.account("sub-work", "anna@home.example", None);
    world.lists_anna(false).await;
    assert_eq!(world.keycloak.account_of("sub-work").unwrap()["email"], "anna@home.example");
    assert_eq!(count(&world.app, "SELECT count(*) FROM taken_ways").await, 0);
}
