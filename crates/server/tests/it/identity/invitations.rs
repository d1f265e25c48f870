//! Invitations, the first administrator, and the operator's staff.

use app::{identity::bootstrap, kernel::ctx::Kind};
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Answer, Client, TestApp};
use uuid::Uuid;

use super::world::{account, add_passkey, add_totp, count, execute, half_signed_in_staff, sign_in};

async fn accept(client: &Client, token: &str) -> Answer {
    client.post("/api/invitations/accept", json!({ "token": token, "display_name": "Пётр Ильин", "time_zone": "Asia/Almaty" })).await
}

async fn category(app: &TestApp) -> Uuid {
    let id = app.app.new_id();
    let insert = sqlx::query(
        "INSERT INTO categories (id, slug, status, name, summary, icon, session_lengths_min, interval_min, formats, notes_clinical,
                                 consent_purposes, created_at, updated_at)
         VALUES ($1, 'psychology', 'published', '{}', '{}', 'leaf', '{50}', 60, '{video}', true, '{health_data}', now(), now())",
    );
    execute(app, insert.bind(id)).await;
    id
}

fn specialist(category: Uuid) -> Value {
    json!({ "email": "petr@example.com", "name": "Пётр", "category_ids": [category] })
}

#[tokio::test]
async fn the_first_administrator_comes_by_the_link_on_the_console() {
    let app = TestApp::start().await;
    let former = bootstrap::link(&app.app).await.unwrap().unwrap();
    let link = bootstrap::link(&app.app).await.unwrap().unwrap();
    let token = |link: &str| link.split_once("/invitation#").unwrap().1.to_owned();
    let browser = app.anonymous();
    accept(&browser, &token(&former)).await.is_problem(410, "invitation_over");
    let seen = browser.post("/api/invitations/read", json!({ "token": token(&link) })).await.is(200).json();
    assert_eq!((&seen["kind"], &seen["email"]), (&json!("bootstrap"), &json!(null)));
    let answer = accept(&browser, &token(&link)).await.is(200);
    assert_eq!(answer.json()["second_factor"], "enrol");
    let admin = browser.with_cookie_of(&answer);
    admin.get("/api/staff").await.is_problem(403, "second_factor_required");
    let (_, admin, _) = add_passkey(&admin, "Ключ").await;
    assert_eq!(admin.get("/api/me").await.is(200).json()["person"]["needs_way_in"], false);
    assert_eq!(admin.get("/api/staff").await.is(200).json()[0]["capabilities"], json!(["admin"]));
    assert_eq!(bootstrap::link(&app.app).await.unwrap(), None, "there is staff: no link any more");
    accept(&browser, &token(&link)).await.is_problem(410, "invitation_over");
}

#[tokio::test]
async fn whoever_runs_the_program_lets_in_one_more_administrator_where_all_have_lost_their_way() {
    let app = TestApp::start().await;
    app.staff(&["admin"]).await;
    let link = bootstrap::administrator_link(&app.app).await.unwrap();
    let token = link.split_once("/invitation#").unwrap().1.to_owned();
    let browser = app.anonymous();
    assert_eq!(browser.post("/api/invitations/read", json!({ "token": token })).await.is(200).json()["kind"], "staff");
    let answer = accept(&browser, &token).await.is(200);
    assert_eq!(answer.json()["second_factor"], "enrol");
    let (_, other, _) = add_passkey(&browser.with_cookie_of(&answer), "Ключ").await;
    let staff = other.get("/api/staff").await.is(200).json();
    assert!(staff.as_array().unwrap().iter().any(|one| one["display_name"] == "Пётр Ильин" && one["capabilities"] == json!(["admin"])));
    accept(&browser, &token).await.is_problem(410, "invitation_over");
    let late = bootstrap::administrator_link(&app.app).await.unwrap().split_once('#').unwrap().1.to_owned();
    app.pass(SignedDuration::from_mins(61));
    accept(&browser, &late).await.is_problem(410, "invitation_over");
    assert_eq!(count(&app, "SELECT count(*) FROM audit_entries WHERE action = 'identity.invite' AND actor_role = 'system'").await, 2);
}

#[tokio::test]
async fn who_loses_the_way_in_before_having_one_gets_another_link() {
    let app = TestApp::start().await;
    let token = |link: &str| link.split_once('#').unwrap().1.to_owned();
    let first = bootstrap::link(&app.app).await.unwrap().unwrap();
    let browser = app.anonymous();
    let admin = browser.with_cookie_of(&accept(&browser, &token(&first)).await.is(200));
    // With an authenticator app alone: after this session nothing lets them in, and they are told.
    let (_, admin, _) = add_totp(&app, &admin).await;
    assert_eq!(admin.get("/api/me").await.is(200).json()["person"]["needs_way_in"], true);
    let second = bootstrap::link(&app.app).await.unwrap().expect("nobody could enter");
    accept(&app.anonymous(), &token(&second)).await.is(200);
}

#[tokio::test]
async fn of_two_consoles_links_one_makes_an_administrator() {
    let app = TestApp::start().await;
    let first = bootstrap::link(&app.app).await.unwrap().unwrap();
    // As if the other node had printed its link in the same instant.
    let second = bootstrap::link(&app.app).await.unwrap().unwrap();
    let mut tx = app.app.db.begin_system().await.unwrap();
    sqlx::query("UPDATE invitations SET revoked_at = NULL").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let (one, two) = (app.anonymous(), app.anonymous());
    let token = |link: &str| link.split_once('#').unwrap().1.to_owned();
    let (first, second) = (token(&first), token(&second));
    let (a, b) = tokio::join!(accept(&one, &first), accept(&two, &second));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 410]);
}

#[tokio::test]
async fn the_console_link_is_over_after_an_hour_and_makes_one_administrator() {
    let app = TestApp::start().await;
    let link = bootstrap::link(&app.app).await.unwrap().unwrap();
    let token = link.split_once('#').unwrap().1.to_owned();
    let tries: Vec<_> = (0..4)
        .map(|_| {
            let (browser, token) = (app.anonymous(), token.clone());
            tokio::spawn(async move { accept(&browser, &token).await.status.as_u16() })
        })
        .collect();
    let mut statuses = Vec::new();
    for one in tries {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 410, 410, 410]);
    assert_eq!(count(&app, "SELECT count(*) FROM people").await, 1);

    let app = TestApp::start().await;
    let link = bootstrap::link(&app.app).await.unwrap().unwrap();
    app.pass(SignedDuration::from_hours(1));
    accept(&app.anonymous(), link.split_once('#').unwrap().1).await.is_problem(410, "invitation_over");
}

#[tokio::test]
async fn a_specialist_accepts_and_has_a_card_in_draft() {
    let app = TestApp::start().await;
    let category = category(&app).await;
    let catalogue = app.staff(&["catalogue"]).await;
    let sent = catalogue.post("/api/specialist-invitations", specialist(category)).await.is(201).json();
    assert_eq!((&sent[0]["email"], &sent[0]["state"]), (&json!("petr@example.com"), &json!("open")));
    app.do_jobs().await;
    let letter = &app.letters_to("petr@example.com")[0];
    assert!(letter.text.contains("Здравствуйте, Пётр.") && !letter.subject.contains("Пётр"));
    let token = letter.link_secret();

    let browser = app.anonymous();
    let answer = accept(&browser, &token).await.is(200);
    assert_eq!((&answer.json()["kind"], &answer.json()["second_factor"]), (&json!("specialist"), &json!("none")));
    let petr = browser.with_cookie_of(&answer);
    assert_eq!(petr.get("/api/me/account").await.is(200).json()["email"], "petr@example.com");
    let card = "SELECT count(*) FROM specialists s JOIN specialist_categories c ON c.specialist_id = s.person_id
                JOIN schedules w ON w.specialist_id = s.person_id
                WHERE s.status = 'draft' AND s.slug = 'piotr-ilin' AND w.time_zone = 'Asia/Almaty'";
    assert_eq!(count(&app, card).await, 1);
    assert_eq!(catalogue.get("/api/specialist-invitations").await.json()[0]["state"], "accepted");
    accept(&browser, &token).await.is_problem(410, "invitation_over");
    // The address signs in from now on.
    sign_in(&app, "petr@example.com").await;
    catalogue.post("/api/specialist-invitations", specialist(category)).await.is_problem(409, "already_member");
}

#[tokio::test]
async fn two_specialists_of_one_name_have_different_addresses() {
    let app = TestApp::start().await;
    let category = category(&app).await;
    let catalogue = app.staff(&["catalogue"]).await;
    for address in ["one@example.com", "two@example.com"] {
        let body = json!({ "email": address, "name": "Пётр", "category_ids": [category] });
        let sent = catalogue.post("/api/specialist-invitations", body).await.is(201).json();
        app.do_jobs().await;
        accept(&app.anonymous(), &app.letters_to(address)[0].link_secret()).await.is(200);
        let path = format!("/api/specialist-invitations/{}", sent[0]["id"].as_str().unwrap());
        catalogue.delete(&path).await.is_problem(409, "invitation_accepted");
        catalogue.post(&format!("{path}/resend"), json!({})).await.is_problem(409, "invitation_accepted");
    }
    assert_eq!(count(&app, "SELECT count(DISTINCT slug) FROM specialists WHERE slug LIKE 'piotr-ilin%'").await, 2);
}

#[tokio::test]
async fn an_invitation_is_withdrawn_or_sent_again() {
    let app = TestApp::start().await;
    let category = category(&app).await;
    let catalogue = app.staff(&["catalogue"]).await;
    let sent = catalogue.post("/api/specialist-invitations", specialist(category)).await.is(201).json();
    catalogue.post("/api/specialist-invitations", specialist(category)).await.is_problem(409, "already_invited");
    let path = format!("/api/specialist-invitations/{}", sent[0]["id"].as_str().unwrap());
    app.do_jobs().await;
    let first = app.letters_to("petr@example.com")[0].link_secret();
    catalogue.post(&format!("{path}/resend"), json!({})).await.is(200);
    app.do_jobs().await;
    let second = app.letters_to("petr@example.com")[1].link_secret();
    accept(&app.anonymous(), &first).await.is_problem(410, "invitation_over");
    app.anonymous().post("/api/invitations/read", json!({ "token": second })).await.is(200);
    assert_eq!(catalogue.delete(&path).await.is(200).json()[0]["state"], "revoked");
    accept(&app.anonymous(), &second).await.is_problem(410, "invitation_over");
    // Who looks at a list of before is told what happened meanwhile.
    catalogue.delete(&path).await.is_problem(409, "invitation_revoked");
    catalogue.post(&format!("{path}/resend"), json!({})).await.is_problem(409, "invitation_revoked");
    let nothing = format!("/api/specialist-invitations/{}", app.app.new_id());
    catalogue.delete(&nothing).await.is_problem(404, "not_found");

    let sent = catalogue.post("/api/specialist-invitations", specialist(category)).await.is(201).json();
    app.do_jobs().await;
    let third = app.letters_to("petr@example.com")[2].link_secret();
    app.pass(SignedDuration::from_hours(24 * 14));
    accept(&app.anonymous(), &third).await.is_problem(410, "invitation_over");
    // Both were made in the same instant: either may be listed first.
    assert!(sent.as_array().unwrap().iter().any(|one| one["state"] == "open"));
}

#[tokio::test]
async fn only_those_who_may_invite() {
    let app = TestApp::start().await;
    let category = category(&app).await;
    let body = specialist(category);
    app.anonymous().post("/api/specialist-invitations", &body).await.is(401);
    app.employee("Анна").await.post("/api/specialist-invitations", &body).await.is_problem(403, "not_allowed");
    app.staff(&["support", "finance", "safety", "auditor"])
        .await
        .post("/api/specialist-invitations", &body)
        .await
        .is_problem(403, "not_allowed");
    app.staff(&["catalogue"]).await.get("/api/staff").await.is_problem(403, "not_allowed");
    let staff = json!({ "email": "new@example.com", "name": "Новый", "capabilities": ["admin"] });
    app.staff(&["catalogue"]).await.post("/api/staff-invitations", &staff).await.is_problem(403, "not_allowed");
    let auditor = app.staff(&["auditor"]).await;
    auditor.get("/api/staff").await.is(200);
    auditor.get("/api/staff-invitations").await.is(200);
    auditor.post("/api/staff-invitations", &staff).await.is_problem(403, "not_allowed");
    let admin = app.staff(&["admin"]).await;
    app.pass(SignedDuration::from_mins(6));
    admin.post("/api/staff-invitations", &staff).await.is_problem(403, "recent_proof_required");
}

#[tokio::test]
async fn invitations_are_checked() {
    let app = TestApp::start().await;
    let category = category(&app).await;
    let admin = app.staff(&["admin"]).await;
    let path = "/api/specialist-invitations";
    let with = |email: &str, name: &str, categories: Value| json!({ "email": email, "name": name, "category_ids": categories });
    admin.post(path, with("x", "Пётр", json!([category]))).await.names_field("/email", "not_an_email");
    admin.post(path, with("x@y.example", "", json!([category]))).await.names_field("/name", "required");
    admin.post(path, with("x@y.example", "Пётр", json!([]))).await.names_field("/category_ids", "required");
    admin.post(path, with("x@y.example", "Пётр", json!([Uuid::nil()]))).await.names_field("/category_ids", "not_an_option");
    let many: Vec<Uuid> = (0..11).map(|_| app.app.new_id()).collect();
    admin.post(path, with("x@y.example", "Пётр", json!(many))).await.names_field("/category_ids", "too_many");
    let staff =
        |capabilities: Value, locale: &str| json!({ "email": "x@y.example", "name": "Н", "capabilities": capabilities, "locale": locale });
    admin.post("/api/staff-invitations", staff(json!([]), "ru")).await.names_field("/capabilities", "required");
    admin.post("/api/staff-invitations", staff(json!(["owner"]), "ru")).await.names_field("/capabilities", "not_an_option");
    admin.post("/api/staff-invitations", staff(json!(["admin"]), "de")).await.names_field("/locale", "not_an_option");
    app.anonymous().post("/api/invitations/read", json!({ "token": "guess" })).await.is_problem(410, "invitation_over");
}

#[tokio::test]
async fn staff_are_invited_empowered_and_dismissed() {
    let app = TestApp::start().await;
    let (_, admin, _) = add_totp(&app, &half_signed_in_staff(&app, "admin@example.com", "admin").await).await;
    let body = json!({ "email": "ivan@example.com", "name": "Иван", "capabilities": ["support"], "locale": "kk" });
    admin.post("/api/staff-invitations", &body).await.is(201);
    app.do_jobs().await;
    let letter = &app.letters_to("ivan@example.com")[0];
    assert_eq!(letter.subject, "Командаға шақыру");
    let answer = accept(&app.anonymous(), &letter.link_secret()).await.is(200);
    assert_eq!(answer.json()["second_factor"], "enrol");
    let (_, ivan, _) = add_passkey(&app.anonymous().with_cookie_of(&answer), "Ключ").await;
    let me = async |client: &Client| client.get("/api/me").await.json()["person"].clone();
    assert_eq!(me(&ivan).await["capabilities"], json!(["support"]));

    let id = me(&ivan).await["id"].as_str().unwrap().to_owned();
    let path = format!("/api/staff/{id}/capabilities");
    admin.put(&path, json!({ "capabilities": ["finance", "catalogue", "finance"] })).await.is(200);
    assert_eq!(me(&ivan).await["capabilities"], json!(["catalogue", "finance"]), "from the next request on");
    admin.put(&path, json!({ "capabilities": ["owner"] })).await.names_field("/capabilities", "not_an_option");
    ivan.put(&path, json!({ "capabilities": ["admin"] })).await.is_problem(403, "not_allowed");

    let own = format!("/api/staff/{}/capabilities", me(&admin).await["id"].as_str().unwrap());
    admin.put(&own, json!({ "capabilities": ["support"] })).await.is_problem(409, "own_admin");
    admin.put(&own, json!({ "capabilities": ["admin", "support"] })).await.is(200);

    let list = admin.post(&format!("/api/staff/{id}/deactivate"), json!({})).await.is(200).json();
    let row = list.as_array().unwrap().iter().find(|row| row["id"] == id.as_str()).unwrap();
    assert_ne!(row["deactivated_at"], json!(null));
    assert_eq!(me(&ivan).await, json!(null), "every session is refused at once");
    admin.post(&format!("/api/staff/{id}/deactivate"), json!({})).await.is_problem(404, "not_found");
    // The address may be invited anew.
    admin.post("/api/staff-invitations", &body).await.is(201);
}

#[tokio::test]
async fn lost_factors_are_taken_away_and_set_up_anew() {
    let app = TestApp::start().await;
    let (_, admin, _) = add_totp(&app, &half_signed_in_staff(&app, "admin@example.com", "admin").await).await;
    let (_, ivan, _) = add_totp(&app, &half_signed_in_staff(&app, "ivan@example.com", "support").await).await;
    let id = ivan.get("/api/me").await.json()["person"]["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/api/people/{id}/reset-factors"), json!({})).await.is(200);
    assert_eq!(ivan.get("/api/me").await.json()["person"], json!(null));
    app.do_jobs().await;
    assert!(
        app.letters_to("ivan@example.com").iter().any(|letter| letter.subject == "Способы входа сброшены"),
        "whoever it was done to learns of it"
    );
    let ivan = sign_in(&app, "ivan@example.com").await;
    ivan.get("/api/me/account").await.is_problem(403, "second_factor_required");
    let (_, ivan, _) = add_totp(&app, &ivan).await;
    ivan.get("/api/me/account").await.is(200);
    let own = admin.get("/api/me").await.json()["person"]["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/api/people/{own}/reset-factors"), json!({})).await.is_problem(409, "own_admin");
    // Staff without an address would have no way back.
    let other = app.staff(&["support"]).await;
    admin.post(&format!("/api/people/{}/reset-factors", other.id()), json!({})).await.is_problem(409, "no_email");
    other.get("/api/me/account").await.is(200);
    // A specialist is known to the operator, too.
    let vera = account(&app, Kind::Specialist, "Вера", "vera@example.com").await;
    let (_, her, _) = add_totp(&app, &sign_in(&app, "vera@example.com").await).await;
    her.get("/api/me/account").await.is(200);
    admin.post(&format!("/api/people/{vera}/reset-factors"), json!({})).await.is(200);
    her.get("/api/me/account").await.is(401);
    sign_in(&app, "vera@example.com").await.get("/api/me/account").await.is(200);
    // An employee is nobody's: who asks cannot be told.
    let anna = app.employee("Анна").await;
    admin.post(&format!("/api/people/{}/reset-factors", anna.id()), json!({})).await.is_problem(404, "not_found");
    admin.post(&format!("/api/staff/{}/deactivate", anna.id()), json!({})).await.is_problem(404, "not_found");
}
