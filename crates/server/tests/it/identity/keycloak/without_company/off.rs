//! The sign-in is off, or the company archived.

use super::*;

#[tokio::test]
async fn whose_companys_sign_in_is_off_reads_so_and_reaches_their_record_by_the_address_they_came_under() {
    let world = World::start().await;
    world.switch_off().await;
    let wish = json!({ "kind": "employee", "work_address": ANNA });
    world.app.anonymous().post(SIGN_IN, &wish).await.is(422).names_field("/work_address", "company_sign_in_off");
    // Not a second record.
    let offer = world.proves(ANNA).await.is(200).json();
    assert_eq!((offer["state"].as_str(), offer["kind"].as_str()), (Some("move"), Some("employee")));
    assert_eq!(offer["email"], Value::Null, "the company's address is not taken along");
    let (browser, answered) = world.sets_up(&offer, "sub-own").await;
    let done = answered.is(200);
    assert_eq!((&done.json()["person_id"], &done.json()["is_new"]), (&json!(world.anna), &json!(false)));
    assert!(is_in(&browser.with_cookie_of(&done)).await);
    assert_eq!(count(&world.app, "SELECT count(*) FROM people").await, 1);
    assert_eq!(count(&world.app, "SELECT count(*) FROM audit_entries WHERE action = 'identity.left_company_sign_in'").await, 1);
    world.app.do_jobs().await;
    assert!(world.keycloak.disabled().is_empty(), "nothing was lost");

    // When it is on again it leads to the same record, and so does what she has set up.
    world.switch_on().await;
    world.vouches("sub-work");
    assert_eq!(come(&world.app, &world.keycloak).await.1.is(200).json()["person_id"], json!(world.anna));
    world.own("sub-own");
    assert_eq!(come(&world.app, &world.keycloak).await.1.is(200).json()["person_id"], json!(world.anna));
}

#[tokio::test]
async fn an_archived_companys_people_reach_their_record_too() {
    let world = World::start().await;
    execute(&world.app, sqlx::query("UPDATE companies SET archived_at = now()")).await;
    let wish = json!({ "kind": "employee", "work_address": ANNA });
    world.app.anonymous().post(SIGN_IN, &wish).await.is(422).names_field("/work_address", "company_sign_in_off");
    let offer = world.proves(ANNA).await.is(200).json();
    assert_eq!(offer["state"], "move");
    // Nobody else of the company gets a letter.
    ask_for_code(&world.app.anonymous(), "ivan@romashka.example").await;
    world.app.do_jobs().await;
    assert!(world.app.letters_to("ivan@romashka.example").is_empty());
}

#[tokio::test]
async fn an_address_of_ones_own_leads_back_and_then_the_companys_mailbox_does_not() {
    let world = World::start().await;
    world.own_address("anna@home.example").await;
    world.proves("anna@home.example").await.is_problem(409, "sign_in_at_keycloak");
    world.switch_off().await;
    assert_eq!(world.proves(ANNA).await.is(200).json()["state"], "register", "as for anybody of the company");
    let offer = world.proves("anna@home.example").await.is(200).json();
    assert_eq!((offer["state"].as_str(), offer["email"].as_str()), (Some("move"), Some("anna@home.example")));
    world.sets_up(&offer, "sub-own").await.1.is(200);
    world.app.do_jobs().await;
    assert!(world.app.letters_to("anna@home.example").iter().any(|letter| letter.text.contains("вместо входа через компанию")));
}

#[tokio::test]
async fn an_address_given_to_two_people_leads_to_neither() {
    let world = World::start().await;
    let other = known(&world.app, &world.keycloak, Kind::Employee, "sub-other").await;
    let insert = "INSERT INTO memberships (person_id, company_id, via, joined_on, domain, came_by) VALUES ($1, $2, 'sso', '2026-01-01', 'romashka.example', $3)";
    let lookup = entry::roster_lookup(&world.app.app, ANNA);
    execute(&world.app, sqlx::query(insert).bind(other.0).bind(world.company).bind(lookup)).await;
    world.switch_off().await;
    assert_eq!(world.proves(ANNA).await.is(200).json()["state"], "register");
}

#[tokio::test]
async fn while_the_company_leads_in_its_address_begins_no_second_record() {
    let world = World::start().await;
    let browser = world.app.anonymous();
    let told = browser.post("/api/auth/code", json!({ "email": ANNA })).await.is_problem(409, "company_sign_in").json();
    assert_eq!((told["company_name"].as_str(), told["is_needed"].as_bool()), (Some("Ромашка"), Some(false)));
    // The company leaves the choice: a newcomer may have a code, and who is here already is led to the company.
    let other_way = |email: &str| json!({ "email": email, "is_other_way": true });
    let code_of = async |email: &str| {
        let challenge = browser.post("/api/auth/code", other_way(email)).await.is(202).json()["challenge_id"].as_str().unwrap().to_owned();
        world.app.do_jobs().await;
        let code = world.app.letters_to(email).last().unwrap().code();
        answer_code(&browser, &challenge, &code).await
    };
    assert_eq!(code_of("ivan@romashka.example").await.is(200).json()["state"], "register");
    code_of(ANNA).await.is_problem(409, "company_sign_in");
    demand(&world.app, "romashka.example").await;
    let told = browser.post("/api/auth/code", other_way(ANNA)).await.is_problem(409, "company_sign_in").json();
    assert_eq!(told["is_needed"], true);
}

#[tokio::test]
async fn where_no_company_leads_in_nobody_is_sent_to_one() {
    let world = World::start().await;
    let code = access_code(&world.app, world.company, 3, None).await;
    let looked =
        async || world.app.anonymous().post("/api/auth/company-code", json!({ "code": code })).await.is(200).json()["is_at_work"].clone();
    assert_eq!(looked().await, true);
    // A code of one company is no reason to sign in at another one.
    with_sso(&world.app, "Василёк", "vasilek.example").await;
    let mut at_work = entry_by(&code, "existing");
    at_work["work_address"] = json!("anna@vasilek.example");
    world.app.anonymous().post("/api/auth/keycloak/enter", &at_work).await.is(422).names_field("/work_address", "other_company");
    // Whoever signs in at their own comes by it from then on.
    at_work["work_address"] = json!("ivan@romashka.example");
    let browser = world.app.anonymous();
    let browser = browser.with_cookie_of(&browser.post("/api/auth/keycloak/enter", &at_work).await.is(200));
    world.keycloak.vouches("sub-ivan", world.company, "ivan@romashka.example");
    answer(&browser, &brought(&world.keycloak)).await.is(200);
    assert_eq!(count(&world.app, "SELECT count(*) FROM memberships WHERE via = 'sso'").await, 2);
    world.switch_off().await;
    assert_eq!(looked().await, false);
    let offer = world.proves(ANNA).await.is(200).json();
    assert_eq!(offer["is_at_work"], false);
}

#[tokio::test]
async fn what_one_had_before_the_company_wanted_its_sign_in_leads_on_to_it_and_opens_when_it_has_gone() {
    let world = World::start().await;
    let boris = known(&world.app, &world.keycloak, Kind::Employee, "sub-boris").await;
    came_by_domain(&world.app, boris, world.company, "romashka.example").await;
    demand(&world.app, "romashka.example").await;
    world.own("sub-boris");
    let (browser, answered) = come(&world.app, &world.keycloak).await;
    let wanted = answered.is(200).json();
    assert_eq!(wanted["state"], "company_wanted");
    browser.post("/api/auth/keycloak/company", json!({ "entry_id": wanted["entry_id"] })).await.is(200);
    world.keycloak.vouches("sub-boris-work", world.company, "boris@romashka.example");
    answer(&browser, &brought(&world.keycloak)).await.is(200);
    // Again by what was: one page told what it means; now they go straight on, and arrive where they wanted.
    world.own("sub-boris");
    let browser = world.app.anonymous();
    let started = browser.post(SIGN_IN, json!({ "kind": "employee", "next": "/messages" })).await.is(200);
    let browser = browser.with_cookie_of(&started);
    let on = answer(&browser, &brought(&world.keycloak)).await.is(200);
    assert_eq!(on.json()["state"], "again");
    assert_eq!(world.keycloak.last_asked()["kc_idp_hint"], format!("company-{}", world.company));
    let browser = browser.with_cookie_of(&on);
    world.keycloak.vouches("sub-boris-work", world.company, "boris@romashka.example");
    let done = answer(&browser, &brought(&world.keycloak)).await.is(200).json();
    assert_eq!((done["person_id"].clone(), done["next"].as_str()), (json!(boris), Some("/messages")));
    // An account that is tied to both is the same person's too.
    execute(&world.app, sqlx::query("UPDATE company_domains SET needs_sso = false")).await;
    execute(&world.app, sqlx::query("UPDATE companies SET archived_at = now()")).await;
    world.own("sub-boris");
    assert_eq!(come(&world.app, &world.keycloak).await.1.is(200).json()["person_id"], json!(boris));
}

#[tokio::test]
async fn an_account_tied_to_the_company_goes_through_by_its_password_without_the_page() {
    let world = World::start().await;
    demand(&world.app, "romashka.example").await;
    world.own("sub-work");
    let (browser, answered) = come(&world.app, &world.keycloak).await;
    let on = answered.is(200);
    assert_eq!(on.json()["state"], "again");
    let browser = browser.with_cookie_of(&on);
    world.vouches("sub-work");
    assert_eq!(answer(&browser, &brought(&world.keycloak)).await.is(200).json()["person_id"], json!(world.anna));
}

#[tokio::test]
async fn who_lost_their_passkey_while_the_company_leads_in_still_comes_by_the_company() {
    let world = World::start().await;
    world.keycloak.account("sub-work", ANNA, Some((world.company, "anna-at-work")));
    let (browser, answered) = come(&world.app, &world.keycloak).await;
    let browser = browser.with_cookie_of(&answered.is(200));
    let code = browser.post("/api/me/way-back", json!({})).await.is(201).json()["code"].as_str().unwrap().to_owned();
    let offer = world.app.anonymous().post("/api/auth/way-back", json!({ "code": code })).await.is(200).json();
    world.sets_up(&offer, "sub-own").await.1.is(200);
    world.app.do_jobs().await;
    // The account at work was not lost; whatever else was set up for it was.
    assert!(world.keycloak.disabled().is_empty());
    assert_eq!(world.keycloak.account_of("sub-work").unwrap()["credentials"], json!([]));
    world.vouches("sub-work");
    assert_eq!(come(&world.app, &world.keycloak).await.1.is(200).json()["person_id"], json!(world.anna));
}

#[tokio::test]
async fn an_address_nobody_vouches_for_is_refused_by_its_own_name() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = with_sso(&app, "Ромашка", "romashka.example").await;
    let lies = json!({ "idp": format!("company-{company}"), "orgs": { company.to_string(): {} } });
    let says = Says { lies, email: Some(ANNA), is_unverified: true, ..Says::default() };
    keycloak.says(says.clone());
    come(&app, &keycloak).await.1.is_problem(403, "work_address_unverified");
    assert_eq!(refusals(&app).await.last().unwrap(), "identity.sign_in_refused work_address_unverified");
    keycloak.says(Says { email: Some("anna@elsewhere.example"), ..says });
    come(&app, &keycloak).await.1.is_problem(403, "work_address_elsewhere");
    assert_eq!(count(&app, "SELECT count(*) FROM people").await, 0);
}

#[tokio::test]
async fn a_browser_left_on_keycloaks_page_learns_what_became_of_it_and_the_operator_when() {
    let world = World::start().await;
    let given_up = "/api/auth/keycloak/given-up";
    let go = async || {
        let browser = world.app.anonymous();
        let started = browser.post(SIGN_IN, json!({ "kind": "employee", "work_address": ANNA })).await.is(200);
        browser.with_cookie_of(&started)
    };
    let turned_back = go().await;
    assert_eq!(turned_back.post(given_up, json!({})).await.is(200).json()["failure"], "none", "nothing has failed");
    world.app.pass(jiff::SignedDuration::from_secs(1));
    let browser = go().await;
    world.keycloak.company_fails();
    let told = browser.post(given_up, json!({})).await.is(200).json();
    assert_eq!((told["failure"].as_str(), told["company_name"].as_str()), (Some("other"), Some("Ромашка")));
    assert_eq!(browser.post(given_up, json!({})).await.is(200).json()["failure"], "none", "told once");
    assert_eq!(count(&world.app, "SELECT count(*) FROM company_sign_ins WHERE failure = 'other' AND failed_at IS NOT NULL").await, 1);
    // Of a failure before they set out, of no browser, or at no company nothing is known.
    world.app.pass(jiff::SignedDuration::from_secs(1));
    for browser in [go().await, world.app.anonymous(), begin(&world.app.anonymous(), "employee").await] {
        assert_eq!(browser.post(given_up, json!({})).await.is(200).json()["failure"], "none");
    }
}
