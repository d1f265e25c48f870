//! Whoever holds several records is no client of their own.

use platform::db::{DbActor, DbRole};
use serde_json::json;
use testkit::{Client, Clinic};

/// Makes the records those of one account.
async fn are_one(clinic: &Clinic, records: [&Client; 2]) {
    let account = "INSERT INTO person_logins (issuer, subject, kind, person_id, created_at)
                   SELECT 'https://auth.example', 'one', kind, id, now() FROM people WHERE id = $1";
    for record in records {
        clinic.run(account, record.id()).await;
    }
}

#[tokio::test]
async fn a_specialist_who_is_an_employee_besides_neither_finds_nor_books_themselves() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let found = async || anna.post("/api/find", json!({ "category_id": clinic.category })).await.is(200).json()["total"].clone();
    assert_eq!(found().await, 1);
    are_one(&clinic, [&anna, &vera]).await;
    assert_eq!(found().await, 0);
    let wish = clinic.wish(&vera, "2026-12-18T06:00:00Z");
    anna.post("/api/holds", &wish).await.is_problem(409, "own_card");
    anna.post("/api/appointments", &wish).await.is_problem(409, "own_card");
    clinic.employee("Борис").await.post("/api/appointments", &wish).await.is(201);
}

#[tokio::test]
async fn nobody_asks_the_database_for_the_records_of_another() {
    let clinic = Clinic::open().await;
    let (vera, anna, boris) = (clinic.specialist("Вера").await, clinic.employee("Анна").await, clinic.employee("Борис").await);
    are_one(&clinic, [&anna, &vera]).await;
    for (who, expected) in [(&anna, 1), (&boris, 0)] {
        let actor = DbActor { role: DbRole::Employee, person: Some(who.id().0), capabilities: String::new() };
        let mut tx = clinic.app.app.db.begin(&actor).await.unwrap();
        let (found,): (i64,) =
            sqlx::query_as("SELECT count(*) FROM app.other_records_of($1)").bind(anna.id().0).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(found, expected);
    }
}
