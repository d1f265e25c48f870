//! Records of the time before Keycloak, each moved by its own person.

use app::{identity::keycloak::moving, kernel::ctx::Kind};
use domain::ids::PersonId;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Answer, Client, PlayedKeycloak, Says, SoftPasskey, TestApp};

use super::{answer, bind, brought, is_in};
use crate::identity::world::{self, Authenticator, account, answer_code, count, empower, get_code};

/// A deployment that is switched: people and their proofs are made before Keycloak is there.
struct Before {
    before: TestApp,
    app: TestApp,
    keycloak: PlayedKeycloak,
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Before {
    async fn open() -> Self {
        let (before, app, keycloak) = TestApp::start_switched().await;
        moving::open(&app.app, DAY * 30).await.unwrap();
        Self { before, app, keycloak }
    }

    async fn person(&self, kind: Kind, address: &str) -> PersonId {
        account(&self.app, kind, "Анна", address).await
    }

    /// The passkey which somebody with an address added before.
    async fn passkey(&self, address: &str) -> SoftPasskey {
        let browser = world::sign_in(&self.before, address).await;
        world::add_passkey(&browser, "Ключ").await.0
    }

    /// The app which somebody with an address connected before, and their recovery codes.
    async fn authenticator(&self, address: &str) -> (Authenticator, Vec<String>) {
        let browser = world::sign_in(&self.before, address).await;
        let (authenticator, _, codes) = world::add_totp(&self.before, &browser).await;
        // The code that was shown is used.
        self.app.pass(SignedDuration::from_mins(2));
        (authenticator, codes)
    }

    /// A right mailed code.
    async fn by_mail(&self, browser: &Client, address: &str) -> Answer {
        let (challenge, code) = get_code(&self.app, browser, address).await;
        answer_code(browser, &challenge, &code).await
    }

    /// Shows a code after the mailed one: what may be done then.
    async fn second(&self, browser: &Client, address: &str, code: &str) -> Value {
        let offer = self.by_mail(browser, address).await.is(200).json();
        let body = json!({ "ticket_id": offer["ticket_id"], "ticket": offer["ticket"], "code": code });
        browser.post("/api/auth/move/code", body).await.is(200).json()
    }

    /// The apps of the one account that was made at Keycloak.
    fn apps(&self) -> usize {
        let made = self.keycloak.made_accounts();
        assert_eq!(made.len(), 1, "{made:?}");
        made[0]["credentials"].as_array().map_or(0, |all| all.iter().filter(|one| one["type"] == "otp").count())
    }

    /// Sets the account up and comes back: what the browser is told, and the browser.
    async fn finish(&self, browser: &Client, offer: &Value, way: &str) -> (Answer, Client) {
        let started = browser.post("/api/auth/keycloak/enter", enter(offer, way)).await.is(200);
        let browser = browser.with_cookie_of(&started);
        (answer(&browser, &brought(&self.keycloak)).await, browser)
    }
}

fn enter(offer: &Value, way: &str) -> Value {
    let proof = json!({ "kind": "record", "ticket_id": offer["ticket_id"], "ticket": offer["ticket"] });
    json!({ "proof": proof, "display_name": "", "time_zone": "", "way": way })
}

#[tokio::test]
async fn a_mailed_code_moves_a_record_and_signs_nobody_in() {
    let world = Before::open().await;
    let person = world.person(Kind::Employee, "anna@example.org").await;
    let browser = world.app.anonymous();
    assert_eq!(browser.get("/api/me").await.json()["is_moving"], true);
    let offered = world.by_mail(&browser, "anna@example.org").await.is(200);
    let offer = offered.json();
    assert_eq!(
        (offer["state"].as_str(), offer["needs_code"].as_bool(), offer["email"].as_str()),
        (Some("move"), Some(false), Some("anna@example.org"))
    );
    assert!(!is_in(&browser.with_cookie_of(&offered)).await, "the former proof opens no session");
    let (answered, browser) = world.finish(&browser, &offer, "password").await;
    let answered = answered.is(200);
    let step = answered.json();
    assert_eq!(
        (step["state"].as_str(), step["person_id"].clone(), step["is_new"].as_bool()),
        (Some("signed_in"), json!(person), Some(false))
    );
    assert!(is_in(&browser.with_cookie_of(&answered)).await);
    let made = world.keycloak.made_accounts();
    assert_eq!((made.len(), made[0]["email"].as_str(), made[0]["credentials"].is_null()), (1, Some("anna@example.org"), true));
    // From now on Keycloak's sign-in opens it, and the former proof nothing.
    super::sign_in(&world.app, &world.keycloak, "employee").await;
    world.by_mail(&world.app.anonymous(), "anna@example.org").await.is_problem(409, "sign_in_at_keycloak");
    world.app.do_jobs().await;
    assert_eq!(count(&world.app, "SELECT count(*) FROM audit_entries WHERE action = 'identity.moved_to_keycloak'").await, 1);
    let letters = world.app.letters_to("anna@example.org");
    assert!(letters.iter().any(|letter| letter.subject == "Профиль перенесён"), "they are told");
}

#[tokio::test]
async fn a_passkey_is_enough_and_moves_its_own_record() {
    let world = Before::open().await;
    let person = world.person(Kind::Staff, "admin@example.org").await;
    empower(&world.app, person, "support").await;
    let mut passkey = world.passkey("admin@example.org").await;
    // Staff show more than their mailbox, as before.
    let browser = world.app.anonymous();
    assert_eq!(world.by_mail(&browser, "admin@example.org").await.is(200).json()["needs_code"], true);
    let ceremony = browser.post("/api/auth/move/passkey/start", json!({})).await.is(200).json();
    let shown = passkey.show(&ceremony["options"]);
    let body = json!({ "challenge_id": ceremony["challenge_id"], "credential": shown });
    let offered = browser.post("/api/auth/move/passkey", &body).await.is(200);
    assert!(!is_in(&browser.with_cookie_of(&offered)).await);
    browser.post("/api/auth/move/passkey", &body).await.is_problem(410, "code_expired");
    assert_eq!(offered.json()["kind"], "staff");
    world.keycloak.says(Says { acr: "mfa", ..Says::default() });
    let (answered, _) = world.finish(&browser, &offered.json(), "passkey").await;
    assert_eq!(answered.is(200).json()["person_id"], json!(person));
}

#[tokio::test]
async fn an_app_is_shown_first_and_goes_along() {
    let world = Before::open().await;
    let person = world.person(Kind::Specialist, "maria@example.org").await;
    let (authenticator, _) = world.authenticator("maria@example.org").await;
    let browser = world.app.anonymous();
    let offer = world.by_mail(&browser, "maria@example.org").await.is(200).json();
    assert_eq!((offer["needs_code"].as_bool(), offer["email"].is_null()), (Some(true), true));
    // The mailbox alone is good for nothing else.
    browser.post("/api/auth/keycloak/enter", enter(&offer, "password")).await.is_problem(410, "code_expired");
    let second = |code: String| json!({ "ticket_id": offer["ticket_id"], "ticket": offer["ticket"], "code": code });
    let right = authenticator.code(world.app.now());
    let wrong = if right == "000000" { "000001" } else { "000000" };
    browser.post("/api/auth/move/code", second(wrong.to_owned())).await.is(422).names_field("/code", "wrong_app_code");
    browser.post("/api/auth/move/code", second("ABCDE-ABCDF".to_owned())).await.is(422).names_field("/code", "wrong_recovery_code");
    let proven = browser.post("/api/auth/move/code", second(right)).await.is(200).json();
    assert_eq!((proven["needs_code"].as_bool(), proven["email"].as_str()), (Some(false), Some("maria@example.org")));
    world.keycloak.says(Says { acr: "mfa", ..Says::default() });
    let (answered, _) = world.finish(&browser, &proven, "password").await;
    assert_eq!(answered.is(200).json()["person_id"], json!(person));
    let made = &world.keycloak.made_accounts()[0];
    assert_eq!(made["credentials"][0]["type"], "otp");
    let kept: Value = serde_json::from_str(made["credentials"][0]["secretData"].as_str().unwrap()).unwrap();
    let same = Authenticator::new(kept["value"].as_str().unwrap());
    assert_eq!(same.code(world.app.now()), authenticator.code(world.app.now()), "the same app");
    assert!(made["federatedIdentities"][0]["identityProvider"] == "entrance" && made["emailVerified"] == true);
}

#[tokio::test]
async fn only_while_the_window_is_open_and_only_once() {
    let world = Before::open().await;
    world.person(Kind::Employee, "anna@example.org").await;
    let browser = world.app.anonymous();
    let first = world.by_mail(&browser, "anna@example.org").await.is(200).json();
    let other = world.app.anonymous();
    world.app.pass(SignedDuration::from_mins(2));
    let second = world.by_mail(&other, "anna@example.org").await.is(200).json();
    world.finish(&browser, &first, "passkey").await.0.is(200);
    // Another ticket of the same record comes too late, and nothing is half done.
    world.keycloak.says(Says { sub: "sub-2".to_owned(), sid: "sid-2".to_owned(), ..Says::default() });
    world.finish(&other, &second, "passkey").await.0.is_problem(410, "code_expired");
    assert_eq!(count(&world.app, "SELECT count(*) FROM person_logins WHERE subject = 'sub-1'").await, 1);

    world.person(Kind::Employee, "late@example.org").await;
    moving::close(&world.app.app).await.unwrap();
    let browser = world.app.anonymous();
    assert_eq!(browser.get("/api/me").await.json()["is_moving"], false);
    world.by_mail(&browser, "late@example.org").await.is_problem(409, "sign_in_at_keycloak");
    browser.post("/api/auth/move/passkey/start", json!({})).await.is_problem(409, "sign_in_at_keycloak");
    let until = moving::open(&world.app.app, DAY).await.unwrap();
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    let (detail,): (serde_json::Value,) =
        sqlx::query_as("SELECT detail FROM audit_entries WHERE action = 'identity.moving_opened' ORDER BY id DESC LIMIT 1")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    drop(tx);
    assert_eq!(detail["last_day"], until.to_string()[..10]);
    world.app.pass(DAY + SignedDuration::from_mins(1));
    world.by_mail(&browser, "late@example.org").await.is_problem(409, "sign_in_at_keycloak");
}

#[tokio::test]
async fn a_companys_address_does_not_go_to_keycloak_and_a_taken_one_is_told() {
    let world = Before::open().await;
    let company = world::company(&world.app, "Ромашка").await;
    world::company_domain(&world.app, company, "romashka.example").await;
    world.person(Kind::Employee, "anna@romashka.example").await;
    let browser = world.app.anonymous();
    let offer = world.by_mail(&browser, "anna@romashka.example").await.is(200).json();
    assert!(offer["email"].is_null(), "{offer}");
    browser.post("/api/auth/keycloak/enter", enter(&offer, "password")).await.is(422).names_field("/address", "required");
    world.finish(&browser, &offer, "passkey").await.0.is(200);
    assert!(world.keycloak.made_accounts()[0]["email"].is_null());

    // Somebody signs in at Keycloak with the address already: said, and the record is put to that account.
    let person = world.person(Kind::Employee, "ivan@example.org").await;
    world.keycloak.has_account("ivan@example.org");
    let browser = world.app.anonymous();
    let offer = world.by_mail(&browser, "ivan@example.org").await.is(200).json();
    browser.post("/api/auth/keycloak/enter", enter(&offer, "password")).await.is_problem(409, "address_has_account");
    world.keycloak.says(Says { sub: "ivan".to_owned(), sid: "sid-ivan".to_owned(), ..Says::default() });
    let (answered, _) = world.finish(&browser, &offer, "existing").await;
    assert_eq!(answered.is(200).json()["person_id"], json!(person));
}

#[tokio::test]
async fn a_second_try_finds_the_account_of_the_first() {
    let world = Before::open().await;
    world.person(Kind::Employee, "anna@example.org").await;
    let browser = world.app.anonymous();
    let offer = world.by_mail(&browser, "anna@example.org").await.is(200).json();
    browser.post("/api/auth/keycloak/enter", enter(&offer, "passkey")).await.is(200);
    // The tab is closed; another day it is a password, with an address.
    world.app.pass(SignedDuration::from_hours(5));
    let browser = world.app.anonymous();
    let offer = world.by_mail(&browser, "anna@example.org").await.is(200).json();
    world.finish(&browser, &offer, "password").await.0.is(200);
    let made = world.keycloak.made_accounts();
    assert_eq!((made.len(), made[0]["email"].as_str()), (1, Some("anna@example.org")));
}

#[tokio::test]
async fn the_survey_counts_and_letters_go_out_once() {
    let world = Before::open().await;
    let app = &world.app.app;
    world.person(Kind::Employee, "one@example.org").await;
    world.passkey("one@example.org").await;
    world.person(Kind::Employee, "two@example.org").await;
    world.before.employee("Без всего").await;
    world.person(Kind::Specialist, "three@example.org").await;
    world.authenticator("three@example.org").await;
    let moved = world.person(Kind::Staff, "four@example.org").await;
    bind(&world.app, &world.keycloak, Kind::Staff, "sub-4", moved).await;
    let survey = moving::survey(app).await.unwrap();
    let [(_, employees), (_, specialists), _, (_, staff)] = survey.standings;
    assert_eq!((employees.by_passkey, employees.by_mail, employees.cannot, employees.moved), (1, 1, 1, 0));
    assert_eq!((specialists.by_mail_and_app, specialists.waiting(), staff.moved, staff.waiting()), (1, 1, 1, 0));
    assert_eq!((survey.waiting(), survey.letters), (3, 3));
    // Broken off after the first, and repeated.
    assert!(moving::write_next(app).await.unwrap());
    assert_eq!(moving::survey(app).await.unwrap().letters, 2);
    let mut letters = 0;
    while moving::write_next(app).await.unwrap() {
        letters += 1;
    }
    assert_eq!(letters, 2);
    assert!(!moving::write_next(app).await.unwrap());
    world.app.do_jobs().await;
    for address in ["one@example.org", "two@example.org", "three@example.org"] {
        let letters: Vec<_> = world.app.letters_to(address).into_iter().filter(|letter| letter.subject == "Вход меняется").collect();
        assert_eq!(letters.len(), 1, "{address}");
        assert!(letters[0].text.contains("/sign-in"), "{}", letters[0].text);
    }
    assert!(world.app.letters_to("four@example.org").is_empty());
}

#[tokio::test]
async fn it_is_known_whether_a_running_node_is_switched() {
    let (_, app, _keycloak) = TestApp::start_switched().await;
    assert!(!moving::is_in_use(&app.app).await.unwrap(), "this one runs nothing yet");
    super::console::hear(&app).await;
    assert!(moving::is_in_use(&app.app).await.unwrap());
    app.pass(SignedDuration::from_mins(6));
    assert!(!moving::is_in_use(&app.app).await.unwrap(), "it was, and is no more");
}

#[tokio::test]
async fn a_recovery_code_takes_the_place_of_the_lost_app() {
    let world = Before::open().await;
    world.person(Kind::Specialist, "maria@example.org").await;
    let (_, codes) = world.authenticator("maria@example.org").await;
    let browser = world.app.anonymous();
    let offer = world.by_mail(&browser, "maria@example.org").await.is(200).json();
    let body = json!({ "ticket_id": offer["ticket_id"], "ticket": offer["ticket"], "code": codes[0] });
    assert_eq!(browser.post("/api/auth/move/code", &body).await.is(200).json()["needs_code"], false);
    // The ticket is used up, and so is the code.
    browser.post("/api/auth/move/code", &body).await.is_problem(410, "code_expired");
    world.app.pass(SignedDuration::from_mins(5));
    let offer = world.by_mail(&browser, "maria@example.org").await.is(200).json();
    let body = json!({ "ticket_id": offer["ticket_id"], "ticket": offer["ticket"], "code": codes[0] });
    browser.post("/api/auth/move/code", &body).await.is(422).names_field("/code", "wrong_recovery_code");
}

#[tokio::test]
async fn a_lost_app_does_not_go_along_also_where_a_try_before_has_taken_it() {
    let world = Before::open().await;
    let person = world.person(Kind::Specialist, "maria@example.org").await;
    let (authenticator, codes) = world.authenticator("maria@example.org").await;
    // With the app, as far as Keycloak; then the phone is lost.
    let browser = world.app.anonymous();
    let offer = world.second(&browser, "maria@example.org", &authenticator.code(world.app.now())).await;
    browser.post("/api/auth/keycloak/enter", enter(&offer, "password")).await.is(200);
    assert_eq!(world.apps(), 1);
    world.app.pass(SignedDuration::from_hours(2));
    let browser = world.app.anonymous();
    let offer = world.second(&browser, "maria@example.org", &codes[0]).await;
    world.keycloak.says(Says { acr: "mfa", ..Says::default() });
    let (answered, _) = world.finish(&browser, &offer, "password").await;
    assert_eq!(answered.is(200).json()["person_id"], json!(person));
    assert_eq!(world.apps(), 0, "Keycloak asks for no code of what is lost");

    // And the same for an account that is made only now.
    let fresh = Before::open().await;
    fresh.person(Kind::Specialist, "maria@example.org").await;
    let (_, codes) = fresh.authenticator("maria@example.org").await;
    let browser = fresh.app.anonymous();
    let offer = fresh.second(&browser, "maria@example.org", &codes[0]).await;
    browser.post("/api/auth/keycloak/enter", enter(&offer, "password")).await.is(200);
    assert_eq!(fresh.apps(), 0);
}

#[tokio::test]
async fn a_reset_reaches_an_account_that_nobody_came_to() {
    let world = Before::open().await;
    let admin = world.person(Kind::Staff, "admin@example.org").await;
    empower(&world.app, admin, "admin").await;
    let maria = world.person(Kind::Specialist, "maria@example.org").await;
    let (authenticator, _) = world.authenticator("maria@example.org").await;
    let browser = world.app.anonymous();
    let offer = world.second(&browser, "maria@example.org", &authenticator.code(world.app.now())).await;
    browser.post("/api/auth/keycloak/enter", enter(&offer, "password")).await.is(200);
    assert_eq!(world.apps(), 1);
    bind(&world.app, &world.keycloak, Kind::Staff, "sub-admin", admin).await;
    world.keycloak.says(Says { sub: "sub-admin".to_owned(), sid: "sid-admin".to_owned(), acr: "mfa", ..Says::default() });
    let admin = super::sign_in(&world.app, &world.keycloak, "staff").await;
    admin.post(&format!("/api/people/{maria}/reset-factors"), json!({})).await.is(200);
    world.app.do_jobs().await;
    assert_eq!(world.apps(), 0);
    // The next try goes on with the same account.
    world.app.pass(SignedDuration::from_hours(2));
    let browser = world.app.anonymous();
    let offer = world.by_mail(&browser, "maria@example.org").await.is(200).json();
    assert_eq!(offer["needs_code"], false);
    world.keycloak.says(Says { acr: "mfa", ..Says::default() });
    let (answered, _) = world.finish(&browser, &offer, "password").await;
    assert_eq!(answered.is(200).json()["person_id"], json!(maria));
    assert_eq!(world.apps(), 0);
}
