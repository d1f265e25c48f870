//! The sign-in is another server's (decision 0032).

use super::*;

#[tokio::test]
async fn whose_company_takes_another_server_has_her_record_led_to_by_that_after_a_letter() {
    let world = World::start().await;
    world.proves_otherwise(ANNA).await.is_problem(409, "company_sign_in");
    world.moves().await;
    // Whomever the new server calls by her address is not in by that.
    world.vouches("sub-new");
    let told = come(&world.app, &world.keycloak).await.1.is(200).json();
    assert_eq!((told["state"].as_str(), told["has_moved"].as_bool()), (Some("newcomer"), Some(true)));
    // Also where the company leaves no other way.
    demand(&world.app, "romashka.example").await;
    let told = world.app.anonymous().post("/api/auth/code", json!({ "email": ANNA })).await.is_problem(409, "company_sign_in").json();
    assert_eq!(told["is_needed"], false);
    let offer = world.proves_otherwise(ANNA).await.is(200).json();
    assert_eq!((offer["state"].as_str(), offer["is_at_work"].as_bool()), (Some("move"), Some(true)));
    let started = world.goes_to_work(&offer, ANNA).await.is(200);
    let browser = world.app.anonymous().with_cookie_of(&started);
    let done = answer(&browser, &brought(&world.keycloak)).await.is(200).json();
    assert_eq!((&done["person_id"], &done["is_new"]), (&json!(world.anna), &json!(false)));
    assert_eq!(come(&world.app, &world.keycloak).await.1.is(200).json()["person_id"], json!(world.anna));
    // From then on that is how she comes, and her mailbox is no key any more.
    world.proves_otherwise(ANNA).await.is_problem(409, "company_sign_in");
}

#[tokio::test]
async fn a_record_begun_at_the_new_server_by_mistake_does_not_shut_the_former_one() {
    let world = World::start().await;
    world.moves().await;
    world.begins_anew("sub-new").await;
    let offer = world.proves_otherwise(ANNA).await.is(200).json();
    assert_eq!(offer["state"], "move");
    // That account has the record begun by mistake; another one may have hers.
    let started = world.goes_to_work(&offer, ANNA).await.is(200);
    answer(&world.app.anonymous().with_cookie_of(&started), &brought(&world.keycloak)).await.is_problem(409, "already_has_record");
    let done = world.sets_up(&offer, "sub-own").await.1.is(200).json();
    assert_eq!(done["person_id"], json!(world.anna));
    // Where the new server is off too, nobody can tell whose the address is.
    let world = World::start().await;
    world.moves().await;
    world.begins_anew("sub-new").await;
    world.switch_off().await;
    assert_eq!(world.proves(ANNA).await.is(200).json()["state"], "register");
}

#[tokio::test]
async fn a_record_is_given_to_no_other_companys_sign_in() {
    let world = World::start().await;
    let other = with_sso(&world.app, "Василёк", "vasilek.example").await;
    world.moves().await;
    let offer = world.proves_otherwise(ANNA).await.is(200).json();
    world.goes_to_work(&offer, "anna@vasilek.example").await.is(422).names_field("/work_address", "other_company");
    // Nor when somebody of another one comes back from Keycloak.
    let browser = world.app.anonymous().with_cookie_of(&world.goes_to_work(&offer, ANNA).await.is(200));
    world.keycloak.vouches("sub-other", other, "anna@vasilek.example");
    answer(&browser, &brought(&world.keycloak)).await.is_problem(403, "other_company");
    assert_eq!(count(&world.app, "SELECT count(*) FROM person_logins WHERE subject = 'sub-other'").await, 0);
}

#[tokio::test]
async fn another_servers_name_for_somebody_is_not_given_to_who_returns() {
    let world = World::start().await;
    world.keycloak.account("sub-work", ANNA, Some((world.company, "anna-at-work")));
    world.lists_anna(false).await;
    world.keycloak.keeps_provider(world.company, 2);
    world.lists_anna(true).await;
    assert_eq!(world.keycloak.account_of("sub-work").unwrap()["ties"], json!([]));
}
