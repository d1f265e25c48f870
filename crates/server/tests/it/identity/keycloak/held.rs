//! What one signs in with at Keycloak, on the product's own page: seen, and given up, as what is kept here.

use std::time::Duration;

use jiff::SignedDuration;
use testkit::{Mood, Says};

use super::{
    company::{call_me, come, with_sso},
    *,
};
use crate::identity::world::{count, empower};

const PHONE: &str = "00000000-0000-4000-8000-000000000001";
const LAPTOP: &str = "00000000-0000-4000-8000-000000000002";

fn one(id: &str, kind: &str) -> Value {
    json!({ "id": id, "type": kind, "createdDate": 1_796_050_923_364_i64 })
}

fn password() -> Value {
    one("p", "password")
}

fn phone() -> Value {
    json!({ "id": PHONE, "type": "webauthn-passwordless", "userLabel": "Телефон", "createdDate": 1_796_050_923_364_i64 })
}

fn app_of_codes(id: &str) -> Value {
    one(id, "otp")
}

/// As 26.7 writes them.
fn codes(left: u32) -> Value {
    let data = json!({ "hashIterations": 1, "algorithm": "SHA-512", "totalCodes": 12, "remainingCodes": left }).to_string();
    json!({ "id": "r", "type": "recovery-authn-codes", "userLabel": "Recovery codes", "createdDate": 1_796_050_923_364_i64, "credentialData": data })
}

struct World {
    app: TestApp,
    keycloak: PlayedKeycloak,
    person: PersonId,
    browser: Client,
}

/// Somebody who is signed in, and whose account holds this.
async fn holding(kind: Kind, credentials: Value) -> World {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let person = known(&app, &keycloak, kind, "sub-1").await;
    if kind != Kind::Employee {
        keycloak.says(Says { acr: "mfa", ..Says::default() });
    }
    let browser = sign_in(&app, &keycloak, kind.name()).await;
    keycloak.holds("sub-1", credentials);
    World { app, keycloak, person, browser }
}

impl World {
    async fn factors(&self) -> Value {
        self.browser.get("/api/me/factors").await.is(200).json()
    }

    async fn gives_up(&self, what: &str) -> Answer {
        self.browser.delete(&format!("/api/me/{what}")).await
    }

    /// Gives what comes of it.
    async fn sets_up(&self, what: &str, status: &str) -> Value {
        let started = self.browser.post("/api/auth/keycloak/set-up", json!({ "what": what, "next": "/me/security" })).await.is(200);
        let mut brought = brought(&self.keycloak);
        brought["action_status"] = json!(status);
        answer(&self.browser.with_cookie_of(&started), &brought).await.is(200).json()
    }

    fn kinds(&self) -> Vec<String> {
        self.keycloak.kinds_of("sub-1")
    }
}

#[tokio::test]
async fn all_that_one_signs_in_with_is_seen() {
    let world = holding(Kind::Specialist, json!([password(), phone(), app_of_codes("a"), codes(9), one("w", "webauthn")])).await;
    let factors = world.factors().await;
    assert_eq!(
        factors["passkeys"],
        json!([{ "id": PHONE, "label": "Телефон", "created_at": "2026-11-30T15:02:03.364Z", "last_used_at": null }])
    );
    assert_eq!(factors["password_set_at"], "2026-11-30T15:02:03.364Z");
    assert_eq!(factors["totp_added_at"], "2026-11-30T15:02:03.364Z");
    assert_eq!((&factors["recovery_codes_left"], &factors["company_name"]), (&json!(9), &Value::Null));
    assert_eq!(factors["kept"], json!({ "passkey": null, "password": null, "totp": null }));

    world.keycloak.is(Mood::Away);
    world.browser.get("/api/me/factors").await.is_problem(503, "ways_unavailable");
}

#[tokio::test]
async fn what_is_given_up_is_gone_there_written_down_and_told() {
    let world = holding(Kind::Specialist, json!([password(), phone(), app_of_codes("a"), app_of_codes("b"), codes(9)])).await;
    let left = world.gives_up("totp").await.is(200).json();
    assert_eq!((&left["totp_added_at"], &left["kept"]["passkey"]), (&Value::Null, &json!("last_second_factor")));
    assert_eq!(world.kinds(), ["password", "webauthn-passwordless", "recovery-authn-codes"], "every app");
    let left = world.gives_up("password").await.is(200).json();
    assert_eq!((&left["password_set_at"], &left["kept"]["passkey"]), (&Value::Null, &json!("last_way_in")));
    assert_eq!(world.kinds(), ["webauthn-passwordless", "recovery-authn-codes"]);
    world.gives_up("totp").await.is_problem(404, "not_found");
    world.gives_up("password").await.is_problem(404, "not_found");

    world.app.do_jobs().await;
    let told: Vec<String> = world.app.letters_to("sub-1.specialist@example.org").iter().map(|one| one.subject.clone()).collect();
    assert_eq!(told, ["Приложение с кодами отключено", "Удалён пароль"]);
    let written = "SELECT count(*) FROM audit_entries WHERE action IN ('identity.totp_removed', 'identity.password_removed')";
    assert_eq!(count(&world.app, written).await, 2);
    assert!(is_in(&world.browser).await);
}

#[tokio::test]
async fn a_passkey_gets_another_name_there() {
    let world = holding(Kind::Employee, json!([password(), phone(), app_of_codes(LAPTOP)])).await;
    let renamed = async |id: &str, label: &str| world.browser.patch(&format!("/api/me/passkeys/{id}"), json!({ "label": label })).await;
    let factors = renamed(PHONE, " Старый телефон ").await.is(200).json();
    assert_eq!(factors["passkeys"][0]["label"], "Старый телефон");
    assert_eq!(world.factors().await, factors);
    renamed(PHONE, " ").await.is(422).names_field("/label", "required");
    renamed(LAPTOP, "Мой").await.is_problem(404, "not_found");
    renamed("00000000-0000-4000-8000-000000000003", "Мой").await.is_problem(404, "not_found");
    world.keycloak.is(Mood::Away);
    renamed(PHONE, "Новый").await.is_problem(503, "ways_unavailable");
}

#[tokio::test]
async fn what_is_set_up_there_is_written_down_and_told() {
    let world = holding(Kind::Specialist, json!([password(), phone()])).await;
    assert_eq!(world.sets_up("passkey", "cancelled").await["is_done"], false);
    for what in ["passkey", "password", "totp", "recovery_codes"] {
        assert_eq!(world.sets_up(what, "success").await, json!({ "state": "set_up", "is_done": true, "next": "/me/security" }), "{what}");
    }
    world.app.do_jobs().await;
    let told: Vec<String> = world.app.letters_to("sub-1.specialist@example.org").iter().map(|one| one.subject.clone()).collect();
    assert_eq!(told, ["Добавлен ключ входа", "Задан новый пароль", "Подключено приложение с кодами"]);
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    let written: Vec<(String,)> =
        sqlx::query_as("SELECT action FROM audit_entries WHERE action <> 'identity.sign_in' AND subject_id = $1 ORDER BY id")
            .bind(world.person.0)
            .fetch_all(&mut *tx)
            .await
            .unwrap();
    let written: Vec<&str> = written.iter().map(|(action,)| action.as_str()).collect();
    assert_eq!(written, ["identity.passkey_added", "identity.password_set", "identity.totp_added", "identity.recovery_codes_renewed"]);
}

#[tokio::test]
async fn the_last_way_in_stays_there_too() {
    let world = holding(Kind::Employee, json!([phone(), app_of_codes("a"), codes(9)])).await;
    assert_eq!(world.factors().await["kept"], json!({ "passkey": "last_way_in", "password": null, "totp": null }));
    world.gives_up(&format!("passkeys/{PHONE}")).await.is_problem(409, "last_way_in");
    assert_eq!(world.kinds().len(), 3);
    assert_eq!(count(&world.app, "SELECT count(*) FROM audit_entries WHERE action = 'identity.passkey_removed'").await, 0);

    let world = holding(Kind::Employee, json!([password()])).await;
    world.gives_up("password").await.is_problem(409, "last_way_in");
    world.keycloak.holds("sub-1", json!([password(), phone()]));
    world.gives_up(&format!("passkeys/{PHONE}")).await.is(200);
    assert_eq!(world.kinds(), ["password"]);
}

#[tokio::test]
async fn a_password_that_nobody_can_name_the_account_for_is_no_way_in() {
    let world = holding(Kind::Employee, json!([password(), phone()])).await;
    assert_eq!(world.factors().await["can_have_password"], true);
    world.keycloak.is_nameless("sub-1");
    execute(&world.app, sqlx::query("DELETE FROM person_emails")).await;
    let factors = world.factors().await;
    assert_eq!((&factors["can_have_password"], &factors["kept"]["passkey"]), (&json!(false), &json!("last_way_in")));
    world.gives_up(&format!("passkeys/{PHONE}")).await.is_problem(409, "last_way_in");
    world.gives_up("password").await.is(200);
    assert_eq!(world.kinds(), ["webauthn-passwordless"]);
}

#[tokio::test]
async fn a_password_gets_the_address_for_a_name_that_its_person_has_proven_here() {
    let world = holding(Kind::Employee, json!([phone()])).await;
    world.keycloak.is_nameless("sub-1");
    assert_eq!(world.factors().await["can_have_password"], true);
    let wish = json!({ "what": "password", "next": null });
    world.browser.post("/api/auth/keycloak/set-up", &wish).await.is(200);
    assert_eq!(world.keycloak.last_asked()["kc_action"], "UPDATE_PASSWORD");
    assert_eq!(world.keycloak.account_of("sub-1").unwrap()["email"], "sub-1.employee@example.org");

    // Nothing to call it by.
    world.keycloak.is_nameless("sub-1");
    execute(&world.app, sqlx::query("DELETE FROM person_emails")).await;
    assert_eq!(world.factors().await["can_have_password"], false);
    world.browser.post("/api/auth/keycloak/set-up", &wish).await.is(422).names_field("/what", "not_an_option");
    world.browser.post("/api/auth/keycloak/set-up", json!({ "what": "passkey", "next": null })).await.is(200);
}

/// A password set so long after the first one.
fn password_after(minutes: i64) -> Value {
    json!({ "id": "p", "type": "password", "createdDate": 1_796_050_923_364_i64 + minutes * 60_000 })
}

#[tokio::test]
async fn a_password_that_has_become_another_one_is_told_at_the_next_sign_in() {
    let world = holding(Kind::Employee, json!([phone()])).await;
    let noted = "SELECT count(*) FROM audit_entries WHERE action = 'identity.password_set' AND detail ->> 'by' = 'keycloak'";
    let told = async || {
        world.app.do_jobs().await;
        let letters = world.app.letters_to("sub-1.employee@example.org");
        (letters.iter().filter(|letter| letter.subject == "Задан новый пароль").count(), count(&world.app, noted).await)
    };
    assert_eq!(told().await, (0, 0), "there is none");
    // Their first one, by "Forgot password?".
    world.keycloak.holds("sub-1", json!([phone(), password_after(0)]));
    assert_eq!(told().await, (0, 0), "nobody has come since");
    sign_in(&world.app, &world.keycloak, "employee").await;
    assert_eq!(told().await, (1, 1));
    sign_in(&world.app, &world.keycloak, "employee").await;
    assert_eq!(told().await, (1, 1), "it is the same one");
    world.keycloak.holds("sub-1", json!([phone(), password_after(1)]));
    sign_in(&world.app, &world.keycloak, "employee").await;
    assert_eq!(told().await, (2, 2));
    // What is set by way of the product is told by the product, once.
    world.sets_up("password", "success").await;
    world.keycloak.holds("sub-1", json!([phone(), password_after(2)]));
    assert_eq!(told().await, (3, 2));
    sign_in(&world.app, &world.keycloak, "employee").await;
    assert_eq!(told().await, (3, 2));
    // Nor is its loss another one.
    world.keycloak.holds("sub-1", json!([phone()]));
    sign_in(&world.app, &world.keycloak, "employee").await;
    assert_eq!(told().await, (3, 2));
}

#[tokio::test]
async fn the_first_look_at_an_account_says_nothing() {
    let world = holding(Kind::Specialist, json!([password(), app_of_codes("a")])).await;
    world.app.do_jobs().await;
    assert!(world.app.letters_to("sub-1.specialist@example.org").is_empty());
    // Of two records of one account each is told by itself.
    known(&world.app, &world.keycloak, Kind::Employee, "sub-1").await;
    world.keycloak.holds("sub-1", json!([password_after(1), app_of_codes("a")]));
    sign_in(&world.app, &world.keycloak, "specialist").await;
    sign_in(&world.app, &world.keycloak, "employee").await;
    world.app.do_jobs().await;
    assert_eq!(world.app.letters_to("sub-1.specialist@example.org").len(), 1);
    assert!(world.app.letters_to("sub-1.employee@example.org").is_empty());
}

#[tokio::test]
async fn of_two_requests_at_once_one_leaves_a_way_in() {
    let world = holding(Kind::Employee, json!([password(), phone()])).await;
    let (one, other) = tokio::join!(world.gives_up("password"), world.gives_up("passkeys/00000000-0000-4000-8000-000000000001"));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(world.kinds().len(), 1);
}

#[tokio::test]
async fn who_needs_a_second_factor_keeps_one_whoever_they_come_as() {
    for kind in [Kind::Specialist, Kind::Hr, Kind::Staff] {
        let world = holding(kind, json!([password(), app_of_codes("a"), codes(9)])).await;
        if kind == Kind::Staff {
            empower(&world.app, world.person, "support").await;
        }
        world.gives_up("totp").await.is_problem(409, "last_second_factor");
        assert_eq!(world.kinds().len(), 3, "{kind:?}");
    }
    // An account may have a record of each kind, and the employee's door asks for less.
    let world = holding(Kind::Employee, json!([password(), app_of_codes("a")])).await;
    let specialist = known(&world.app, &world.keycloak, Kind::Specialist, "sub-1").await;
    world.gives_up("totp").await.is_problem(409, "last_second_factor");
    execute(&world.app, sqlx::query("UPDATE people SET deactivated_at = created_at WHERE id = $1").bind(specialist.0)).await;
    world.gives_up("totp").await.is(200);
}

#[tokio::test]
async fn nothing_is_given_up_without_recent_proof() {
    let world = holding(Kind::Employee, json!([password(), phone(), app_of_codes("a")])).await;
    world.app.pass(SignedDuration::from_mins(6));
    for what in ["password", "totp", &format!("passkeys/{PHONE}")] {
        world.gives_up(what).await.is_problem(403, "recent_proof_required");
    }
    assert_eq!(world.kinds().len(), 3);
}

#[tokio::test]
async fn nobody_gives_up_what_is_anothers_or_of_another_kind() {
    let world = holding(Kind::Employee, json!([password(), phone()])).await;
    known(&world.app, &world.keycloak, Kind::Employee, "sub-2").await;
    world.keycloak.holds("sub-2", json!([password(), { "id": LAPTOP, "type": "webauthn-passwordless" }]));
    for id in [LAPTOP, "00000000-0000-4000-8000-000000000009", "p"] {
        world.gives_up(&format!("passkeys/{id}")).await.is_problem(404, "not_found");
    }
    assert_eq!((world.kinds().len(), world.keycloak.kinds_of("sub-2").len()), (2, 2));
}

#[tokio::test]
async fn of_two_accounts_it_is_the_one_that_the_session_is_of() {
    let world = holding(Kind::Employee, json!([password(), phone()])).await;
    let second = "INSERT INTO second_logins (issuer, subject, person_id, created_at) VALUES ($1, 'a-second', $2, now())";
    execute(&world.app, sqlx::query(second).bind(world.keycloak.issuer().to_owned()).bind(world.person.0)).await;
    world.keycloak.holds("a-second", json!([password(), { "id": LAPTOP, "type": "webauthn-passwordless" }]));
    // Keycloak says of neither that the session is its: it is over there.
    world.gives_up(&format!("passkeys/{PHONE}")).await.is_problem(404, "not_found");
    world.keycloak.has_session("sub-1", "sid-1");
    assert_eq!(world.factors().await["passkeys"][0]["id"], PHONE);
    world.gives_up(&format!("passkeys/{LAPTOP}")).await.is_problem(404, "not_found");
    world.gives_up(&format!("passkeys/{PHONE}")).await.is(200);
    assert_eq!(world.keycloak.kinds_of("a-second").len(), 2);
}

#[tokio::test]
async fn a_companys_own_sign_in_is_a_way_in_while_it_leads_in() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = with_sso(&app, "Ромашка", "romashka.example").await;
    keycloak.vouches("sub-work", company, "anna@romashka.example");
    let (browser, answered) = come(&app, &keycloak).await;
    let entered = call_me(&browser, &answered.is(200).json()).await.is(200);
    let browser = browser.with_cookie_of(&entered);
    keycloak.account("sub-work", "anna@romashka.example", Some((company, "anna-at-work")));
    let factors = browser.get("/api/me/factors").await.is(200).json();
    assert_eq!((&factors["company_name"], &factors["kept"]["password"]), (&json!("Ромашка"), &Value::Null));
    execute(&app, sqlx::query("UPDATE company_sign_ins SET is_on = false")).await;
    let factors = browser.get("/api/me/factors").await.is(200).json();
    assert_eq!((&factors["company_name"], &factors["kept"]["password"]), (&Value::Null, &json!("last_way_in")));
    browser.delete("/api/me/password").await.is_problem(409, "last_way_in");
    execute(&app, sqlx::query("UPDATE company_sign_ins SET is_on = true")).await;
    browser.delete("/api/me/password").await.is(200);
    assert_eq!(keycloak.kinds_of("sub-work"), ["otp"]);
}

#[tokio::test]
async fn there_are_no_passwords_here() {
    let app = TestApp::start().await;
    app.employee("Анна").await.delete("/api/me/password").await.is_problem(404, "not_found");
}

#[tokio::test]
async fn what_is_given_up_is_written_down_also_if_its_person_does_not_wait() {
    let world = holding(Kind::Employee, json!([phone(), one(LAPTOP, "webauthn-passwordless")])).await;
    world.keycloak.is(Mood::Slow);
    let asking = {
        let browser = world.browser.clone();
        tokio::spawn(async move { browser.delete(&format!("/api/me/passkeys/{PHONE}")).await.status })
    };
    while world.kinds().len() > 1 {
        tokio::task::yield_now().await;
    }
    // It is gone there, and its answer is on the way, when the connection breaks off.
    asking.abort();
    assert!(asking.await.unwrap_err().is_cancelled());
    world.keycloak.is(Mood::Well);
    let written = async {
        while count(&world.app, "SELECT count(*) FROM audit_entries WHERE action = 'identity.passkey_removed'").await == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), written).await.expect("an entry");
}
