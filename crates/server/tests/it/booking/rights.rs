use serde_json::json;
use testkit::Clinic;

use super::{book, id};

const FRIDAY_9: &str = "2026-12-18T06:00:00Z";

#[tokio::test]
async fn nobody_sees_or_changes_somebody_elses_appointment() {
    let clinic = Clinic::open().await;
    let (vera, olga) = (clinic.specialist("Вера").await, clinic.specialist("Ольга").await);
    let (anna, boris) = (clinic.employee("Анна").await, clinic.employee("Борис").await);
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    for who in [&boris, &olga] {
        who.get(&format!("/api/appointments/{booked}")).await.is_problem(404, "not_found");
        who.get(&format!("/api/appointments/{booked}/invite.ics")).await.is_problem(404, "not_found");
        who.post(&format!("/api/appointments/{booked}/cancel"), json!({})).await.is_problem(404, "not_found");
        who.post(&format!("/api/appointments/{booked}/move"), json!({ "starts_at": "2026-12-18T08:00:00Z" }))
            .await
            .is_problem(404, "not_found");
        assert_eq!(who.get("/api/appointments?when=upcoming").await.is(200).json()["items"], json!([]));
    }
    boris.post(&format!("/api/appointments/{booked}/confirm"), json!({})).await.is_problem(404, "not_found");
    boris.get("/api/appointments/nonsense").await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_hold_is_nobodys_business_but_its_owners() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let held = id(&anna.post("/api/holds", clinic.wish(&vera, FRIDAY_9)).await.is(201));
    let unseen = async || {
        vera.get(&format!("/api/appointments/{held}")).await.is_problem(404, "not_found");
        assert_eq!(vera.get("/api/appointments?when=upcoming").await.is(200).json()["items"], json!([]));
    };
    unseen().await;
    anna.delete(&format!("/api/holds/{held}")).await.is(200);
    unseen().await;
    assert_eq!(vera.get("/api/appointments?when=past").await.is(200).json()["items"], json!([]));
    // Nor does the name go to somebody who was not booked in the end.
    let mut tx = clinic
        .app
        .app
        .db
        .begin(&platform::db::DbActor { role: platform::db::DbRole::Specialist, person: Some(vera.id().0), capabilities: String::new() })
        .await
        .unwrap();
    let seen: Vec<(String,)> = sqlx::query_as("SELECT display_name FROM people WHERE kind = 'employee'").fetch_all(&mut *tx).await.unwrap();
    assert!(seen.is_empty(), "{seen:?}");
}

#[tokio::test]
async fn each_role_may_only_what_the_policy_says() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    let nobody = clinic.app.anonymous();
    let (support, safety, catalogue) = (
        clinic.app.staff(&["support"]).await,
        clinic.app.staff(&["safety"]).await,
        clinic.app.staff(&["catalogue", "finance", "auditor"]).await,
    );
    let employee_only = ["/api/today", "/api/categories", "/api/waiting", &format!("/api/specialists/{}", vera.id())];
    for path in employee_only {
        nobody.get(path).await.is_problem(401, "sign_in_required");
        anna.get(path).await.is(200);
        for who in [&vera, &support, &safety, &catalogue] {
            who.get(path).await.is_problem(403, "not_allowed");
        }
    }
    for (path, body) in [
        ("/api/holds".to_owned(), clinic.wish(&vera, FRIDAY_9)),
        ("/api/appointments".to_owned(), clinic.wish(&vera, FRIDAY_9)),
        (format!("/api/appointments/{booked}/confirm"), json!({})),
        ("/api/intake".to_owned(), json!({ "category_id": clinic.category })),
        ("/api/waiting".to_owned(), json!({})),
    ] {
        nobody.post(&path, &body).await.is_problem(401, "sign_in_required");
        for who in [&vera, &support, &safety, &catalogue] {
            who.post(&path, &body).await.is_problem(403, "not_allowed");
        }
    }
    for who in [&nobody, &support, &safety] {
        let expected = if std::ptr::eq(who, &nobody) { 401 } else { 403 };
        who.get(&format!("/api/appointments/{booked}")).await.is(expected);
        who.post(&format!("/api/appointments/{booked}/cancel"), json!({})).await.is(expected);
        who.put(&format!("/api/favourites/{}", vera.id()), json!({})).await.is(expected);
        who.delete(&format!("/api/holds/{booked}")).await.is(expected);
    }
    let (live, search) = (
        "/api/operator/live?from=2026-12-14T00:00:00Z&to=2026-12-15T00:00:00Z",
        ("/api/operator/appointments/search", json!({ "name": "Ан" })),
    );
    nobody.get(live).await.is_problem(401, "sign_in_required");
    nobody.post(search.0, &search.1).await.is_problem(401, "sign_in_required");
    support.get(live).await.is(200);
    support.post(search.0, &search.1).await.is(200);
    for who in [&anna, &vera, &safety, &catalogue] {
        who.get(live).await.is_problem(403, "not_allowed");
        who.post(search.0, &search.1).await.is_problem(403, "not_allowed");
    }
    for path in ["move", "cancel", "give-back"].map(|verb| format!("/api/operator/appointments/{booked}/{verb}")) {
        for who in [&anna, &vera, &safety, &catalogue] {
            who.post(&path, json!({ "starts_at": FRIDAY_9 })).await.is_problem(403, "not_allowed");
        }
    }
}

#[tokio::test]
async fn a_command_without_a_key_is_refused() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    anna.ask(axum::http::Method::POST, "/api/holds", Some(clinic.wish(&vera, FRIDAY_9)), None)
        .await
        .is_problem(400, "idempotency_key_required");
}
