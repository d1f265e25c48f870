//! One's own account.

use app::kernel::ctx::Kind;
use jiff::SignedDuration;
use serde_json::json;
use testkit::TestApp;

use super::world::{access_code, account, add_passkey, company, count, sign_in};

const ANNA: &str = "anna@example.com";

#[tokio::test]
async fn a_person_reads_and_changes_what_they_say_of_themselves() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let anna = sign_in(&app, ANNA).await;
    let account = anna.get("/api/me/account").await.is(200).json();
    assert_eq!(
        account,
        json!({ "display_name": "Анна", "locale": "ru", "time_zone": "Europe/Moscow", "email": ANNA, "company": null, "is_by_sso": false })
    );
    let changed = anna.patch("/api/me/account", json!({ "display_name": " Аня ", "time_zone": "Asia/Almaty" })).await.is(200).json();
    assert_eq!((&changed["display_name"], &changed["time_zone"], &changed["locale"]), (&json!("Аня"), &json!("Asia/Almaty"), &json!("ru")));
    anna.patch("/api/me/account", json!({ "locale": "kk" })).await.is(200);
    anna.patch("/api/me/account", json!({ "locale": "de" })).await.names_field("/locale", "not_an_option");
    anna.patch("/api/me/account", json!({ "display_name": "" })).await.names_field("/display_name", "required");
    anna.patch("/api/me/account", json!({ "time_zone": "Nowhere" })).await.names_field("/time_zone", "unknown_time_zone");
    app.anonymous().get("/api/me/account").await.is(401);
}

#[tokio::test]
async fn a_change_is_done_once() {
    let app = TestApp::start().await;
    let anna = app.employee("Анна").await;
    let first = anna.post_with_key("/api/me/recovery-codes", json!({}), "one-intent").await.is_problem(409, "no_second_factor");
    assert_eq!(first.status, 409);
    let (_, anna, _) = add_passkey(&anna, "Ключ").await;
    let first = anna.post_with_key("/api/me/recovery-codes", json!({}), "one-intent").await.is(201);
    let again = anna.post_with_key("/api/me/recovery-codes", json!({}), "one-intent").await.is(201);
    assert_eq!(first.json(), again.json(), "a repeat shows the same codes and makes no new ones");
    assert_eq!(count(&app, "SELECT count(*) FROM recovery_codes").await, 10);
}

#[tokio::test]
async fn an_employee_sees_their_company() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка").await;
    let code = access_code(&app, company, 1, None).await;
    let body = json!({ "code": code, "display_name": "Лис", "time_zone": "Europe/Moscow" });
    let answer = app.anonymous().post("/api/auth/company-code/enter", body).await.is(200);
    let account = app.anonymous().with_cookie_of(&answer).get("/api/me/account").await.is(200).json();
    assert_eq!((&account["company"], &account["email"]), (&json!("Ромашка"), &json!(null)));
}

#[tokio::test]
async fn preferences_are_kept_and_checked() {
    let app = TestApp::start().await;
    let anna = app.employee("Анна").await;
    let path = "/api/me/notifications";
    let first = anna.get(path).await.is(200).json();
    assert_eq!(first, json!({ "email": true, "reminders_min": [1440, 60, 10], "quiet_from": null, "quiet_to": null }));
    let wanted = json!({ "email": true, "reminders_min": [10, 60, 60], "quiet_from": "22:00", "quiet_to": "08:00" });
    let kept = anna.put(path, &wanted).await.is(200).json();
    assert_eq!(kept["reminders_min"], json!([60, 10]));
    assert_eq!(anna.get(path).await.json(), kept);
    let with = |reminders: serde_json::Value, from: serde_json::Value, to: serde_json::Value| json!({ "email": true, "reminders_min": reminders, "quiet_from": from, "quiet_to": to });
    anna.put(path, with(json!([5]), json!(null), json!(null))).await.names_field("/reminders_min", "not_an_option");
    anna.put(path, with(json!([]), json!("25:00"), json!("08:00"))).await.names_field("/quiet_from", "not_a_time");
    anna.put(path, with(json!([]), json!("24:00"), json!("08:00"))).await.names_field("/quiet_from", "not_a_time");
    anna.put(path, with(json!([]), json!("22:00"), json!(null))).await.names_field("/quiet_to", "required");
    anna.put(path, with(json!([]), json!("22:00"), json!("22:00"))).await.names_field("/quiet_to", "quiet_all_day");
}

#[tokio::test]
async fn a_new_address_is_ones_own_once_its_code_came_back() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", "anna@company.example").await;
    let anna = sign_in(&app, "anna@company.example").await;
    let asked = anna.post("/api/me/email", json!({ "email": "Anna@Home.example" })).await.is(202).json();
    assert_eq!(anna.get("/api/me/account").await.json()["email"], "anna@company.example");
    app.do_jobs().await;
    let code = app.letters_to("anna@home.example")[0].code();
    let body = json!({ "challenge_id": asked["challenge_id"], "code": code });
    app.employee("Борис").await.post("/api/me/email/answer", &body).await.is_problem(410, "code_expired");
    let changed = anna.post("/api/me/email/answer", &body).await.is(200).json();
    assert_eq!(changed["email"], "anna@home.example");
    app.do_jobs().await;
    assert!(app.letters_to("anna@company.example").iter().any(|letter| letter.subject == "Адрес изменён"));
    // The company's mailbox is a way in no longer.
    super::world::ask_for_code(&app.anonymous(), "anna@company.example").await;
    let before = app.letters_to("anna@company.example").len();
    app.do_jobs().await;
    assert_eq!(app.letters_to("anna@company.example").len(), before);
    sign_in(&app, "anna@home.example").await;
}

#[tokio::test]
async fn an_address_belongs_to_one_account_of_a_kind() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let boris = app.employee("Борис").await;
    let asked = boris.post("/api/me/email", json!({ "email": ANNA })).await.is(202).json();
    app.do_jobs().await;
    // Only whoever reads the mailbox gets as far as this answer.
    let body = json!({ "challenge_id": asked["challenge_id"], "code": app.letters_to(ANNA)[0].code() });
    boris.post("/api/me/email/answer", body).await.is_problem(409, "email_taken");
    assert_eq!(boris.get("/api/me/account").await.json()["email"], json!(null));
}

#[tokio::test]
async fn an_address_is_given_up_only_where_another_way_in_is_left() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let anna = sign_in(&app, ANNA).await;
    anna.delete("/api/me/email").await.is_problem(409, "last_way_in");
    let (_, anna, _) = add_passkey(&anna, "Телефон").await;
    app.pass(SignedDuration::from_mins(6));
    anna.delete("/api/me/email").await.is_problem(403, "recent_proof_required");
    let anna = sign_in(&app, ANNA).await;
    assert_eq!(anna.delete("/api/me/email").await.is(200).json()["email"], json!(null));
    assert_eq!(count(&app, "SELECT count(*) FROM person_emails").await, 0);
    anna.delete("/api/me/email").await.is_problem(409, "no_email");
}

#[tokio::test]
async fn changing_the_address_needs_recent_proof() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let anna = sign_in(&app, ANNA).await;
    app.pass(SignedDuration::from_mins(6));
    anna.post("/api/me/email", json!({ "email": "thief@example.com" })).await.is_problem(403, "recent_proof_required");
    anna.post("/api/me/email", json!({ "email": "nonsense" })).await.names_field("/email", "not_an_email");
}
