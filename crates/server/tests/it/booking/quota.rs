use jiff::SignedDuration;
use serde_json::json;
use testkit::Clinic;

use super::{appointment, book, id};

#[tokio::test]
async fn an_exhausted_benefit_says_so_in_words() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    clinic.run("UPDATE contract_coverage SET sessions_per_year = 1 WHERE $1 IS NOT NULL", vera.id()).await;
    book(&clinic, &anna, &vera, "2026-12-16T06:00:00Z").await;
    let refused = anna.post("/api/holds", clinic.wish(&vera, "2026-12-17T06:00:00Z")).await.is_problem(409, "quota_exhausted");
    assert_eq!(refused.json()["year_end"], "2027-05-31");
    assert!(refused.json()["title"].as_str().unwrap().contains("использованы"));
    // The operator raises the contract: at once there is one more.
    clinic.run("UPDATE contract_coverage SET sessions_per_year = 2 WHERE $1 IS NOT NULL", vera.id()).await;
    book(&clinic, &anna, &vera, "2026-12-17T06:00:00Z").await;
    // And cuts it below what is planned: what is planned stays, nothing more can be had.
    clinic.run("UPDATE contract_coverage SET sessions_per_year = 0 WHERE $1 IS NOT NULL", vera.id()).await;
    anna.post("/api/holds", clinic.wish(&vera, "2026-12-18T06:00:00Z")).await.is_problem(409, "quota_exhausted");
    assert_eq!(clinic.balance(&anna).await, (2, 2, 0));
}

#[tokio::test]
async fn the_contract_must_cover_the_category_on_the_day_of_the_session() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let tuesday = clinic.wish(&vera, "2026-12-15T06:00:00Z");
    let friday = clinic.wish(&vera, "2026-12-18T06:00:00Z");
    clinic.run("UPDATE contracts SET ends_on = '2026-12-16' WHERE $1 IS NOT NULL", vera.id()).await;
    anna.post("/api/holds", &friday).await.is_problem(409, "contract_not_in_force");
    anna.post("/api/holds", &tuesday).await.is(201);
    clinic.run("UPDATE contracts SET ends_on = '2028-05-31', ended_at = '2026-12-17' WHERE $1 IS NOT NULL", vera.id()).await;
    anna.post("/api/holds", &friday).await.is_problem(409, "contract_not_in_force");
    clinic.run("UPDATE contracts SET ended_at = NULL WHERE $1 IS NOT NULL", vera.id()).await;
    // Nothing is had at the expense of an archived company.
    clinic.run("UPDATE companies SET archived_at = now() WHERE $1 IS NOT NULL", vera.id()).await;
    anna.post("/api/holds", &friday).await.is_problem(409, "contract_not_in_force");
    assert_eq!(anna.get("/api/categories").await.is(200).json()["programme"], json!({ "state": "none" }));
    clinic.run("UPDATE companies SET archived_at = NULL WHERE $1 IS NOT NULL", vera.id()).await;
    clinic.run("DELETE FROM contract_coverage WHERE $1 IS NOT NULL", vera.id()).await;
    anna.post("/api/holds", &friday).await.is_problem(409, "category_not_covered");
    let stranger = clinic.app.employee("Никто").await;
    stranger.post("/api/holds", &friday).await.is_problem(409, "contract_not_in_force");
    clinic.run("UPDATE memberships SET ended_at = '2026-12-14' WHERE person_id = $1", anna.id()).await;
    anna.post("/api/holds", &friday).await.is_problem(409, "contract_not_in_force");
}

#[tokio::test]
async fn a_session_counts_when_it_has_taken_place_and_can_be_given_back_once() {
    let clinic = Clinic::open().await;
    let (vera, anna, support) = (clinic.specialist("Вера").await, clinic.employee("Анна").await, clinic.app.staff(&["support"]).await);
    let booked = book(&clinic, &anna, &vera, "2026-12-15T06:00:00Z").await;
    let settle = async |counted: bool| {
        let mut tx = clinic.system().await;
        let settled = app::booking::settle(&mut tx, &clinic.app.app, booked.parse().unwrap(), counted).await;
        if settled.is_ok() {
            tx.commit().await.unwrap();
        }
        settled
    };
    assert_eq!(settle(true).await.unwrap_err().code, "has_not_begun");
    clinic.app.pass(SignedDuration::from_hours(25));
    assert_eq!(settle(true).await.unwrap(), app::booking::Settled::Now);
    assert_eq!(settle(true).await.unwrap(), app::booking::Settled::Before);
    assert_eq!(clinic.balance(&anna).await, (8, 0, 1));
    let shown = appointment(&anna, &booked).await;
    assert_eq!((shown["status"].as_str(), shown["is_counted"].as_bool()), (Some("completed"), Some(true)));

    let path = format!("/api/operator/appointments/{booked}/give-back");
    let support = clinic.back(&support).await;
    support.post(&path, json!({ "cause": "whim" })).await.names_field("/cause", "not_a_choice");
    let given = support.post(&path, json!({ "cause": "technical" })).await.is(200).json();
    assert_eq!((&given["is_counted"], &given["is_given_back"]), (&json!(false), &json!(true)));
    support.post(&path, json!({ "cause": "technical" })).await.is_problem(409, "nothing_counted");
    assert_eq!(appointment(&anna, &booked).await["is_given_back"], true);
    assert_eq!(clinic.balance(&anna).await, (8, 0, 0));
}

#[tokio::test]
async fn what_the_specialist_missed_does_not_count() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let booked = book(&clinic, &anna, &vera, "2026-12-15T06:00:00Z").await;
    clinic.app.pass(SignedDuration::from_hours(25));
    let mut tx = clinic.system().await;
    app::booking::settle(&mut tx, &clinic.app.app, booked.parse().unwrap(), false).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(clinic.balance(&anna).await, (8, 0, 0));
    assert_eq!(appointment(&anna, &booked).await["is_counted"], false);
}

#[tokio::test]
async fn a_move_into_another_contract_year_takes_the_session_along() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    clinic.run("UPDATE contracts SET starts_on = '2025-12-18' WHERE $1 IS NOT NULL", vera.id()).await;
    let booked = book(&clinic, &anna, &vera, "2026-12-17T06:00:00Z").await;
    let years = async || -> Vec<(String, i32, i32)> {
        let mut tx = clinic.system().await;
        sqlx::query_as("SELECT year_start::text, held, used FROM quota_balances WHERE employee_id = $1 ORDER BY year_start")
            .bind(anna.id().0)
            .fetch_all(&mut *tx)
            .await
            .unwrap()
    };
    assert_eq!(years().await, [("2025-12-18".to_owned(), 1, 0)]);
    let path = format!("/api/appointments/{booked}/move");
    anna.post(&path, json!({ "starts_at": "2026-12-18T06:00:00Z" })).await.is(200);
    assert_eq!(years().await, [("2025-12-18".to_owned(), 0, 0), ("2026-12-18".to_owned(), 1, 0)]);
    // And back, by the specialist, who may not read the ledger.
    vera.post(&path, json!({ "starts_at": "2026-12-17T07:00:00Z" })).await.is(200);
    assert_eq!(years().await, [("2025-12-18".to_owned(), 1, 0), ("2026-12-18".to_owned(), 0, 0)]);
    // Nothing left in the other year: the appointment stays where it is.
    clinic.run("UPDATE contract_coverage SET sessions_per_year = 0 WHERE $1 IS NOT NULL", vera.id()).await;
    vera.post(&path, json!({ "starts_at": "2026-12-18T08:00:00Z" })).await.is_problem(409, "quota_exhausted");
    assert_eq!(appointment(&anna, &booked).await["starts_at"], "2026-12-17T07:00:00Z");
}

#[tokio::test]
async fn the_ledger_refuses_what_is_out_of_turn() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let held = id(&anna.post("/api/holds", clinic.wish(&vera, "2026-12-15T06:00:00Z")).await.is(201));
    let try_step = async |step: &str| {
        let mut tx = clinic.system().await;
        let result =
            sqlx::query("SELECT app.settle_quota($1::uuid, $2, 'test', '2026-12-14')").bind(&held).bind(step).execute(&mut *tx).await;
        match result {
            Ok(_) => {
                tx.commit().await.unwrap();
                None
            }
            Err(e) => Some(platform_constraint(&e)),
        }
    };
    assert_eq!(try_step("refund").await.as_deref(), Some("quota_in_turn"));
    assert_eq!(try_step("confirm").await, None);
    assert_eq!(try_step("confirm").await.as_deref(), Some("quota_in_turn"));
    assert_eq!(try_step("release").await.as_deref(), Some("quota_in_turn"));
    assert_eq!(try_step("refund").await, None);
    assert_eq!(try_step("refund").await.as_deref(), Some("quota_in_turn"));
}

fn platform_constraint(error: &sqlx::Error) -> String {
    error.as_database_error().and_then(|e| e.constraint()).unwrap_or("none").to_owned()
}
