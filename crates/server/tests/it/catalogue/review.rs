use jiff_sqlx::ToSqlx as _;
use serde_json::{Value, json};

use super::{World, entry_of, published_category, specialist, texts};

#[tokio::test]
async fn a_card_is_public_after_the_check_and_not_before() {
    let world = World::start().await;
    let publish = async |version: i64| {
        let publication = json!({ "version": version, "categories": [world.category] });
        world.checker.post(&format!("/api/operator/specialists/{}/publish", world.vera.id()), publication).await
    };
    publish(1).await.is_problem(409, "card_not_submitted");
    world.submit(&world.vera).await;
    let version = world.seen(&world.vera).await["version"].as_i64().unwrap();
    publish(version).await.is_problem(409, "education_not_verified");
    world.verify(&world.vera).await;
    publish(version - 1).await.is_problem(409, "changed_meanwhile");
    let version = world.seen(&world.vera).await["version"].as_i64().unwrap();
    let card = publish(version).await.is(200).json();
    assert_eq!((card["status"].as_str(), card["requested_categories"].as_array().map(Vec::len)), (Some("published"), Some(0)));

    let mut tx = world.app.app.db.begin_system().await.unwrap();
    let (told,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT FROM schedule_changes WHERE specialist_id = $1)")
        .bind(world.vera.id().0)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert!(told, "the index of free times learns of it");
}

#[tokio::test]
async fn publishing_names_fields_the_specialist_has_or_asks_for() {
    let world = World::start().await;
    world.submit(&world.vera).await;
    world.verify(&world.vera).await;
    let version = world.seen(&world.vera).await["version"].clone();
    let at = format!("/api/operator/specialists/{}/publish", world.vera.id());
    world.checker.post(&at, json!({ "version": version, "categories": [] })).await.names_field("/categories", "required");
    let other = world.app.app.new_id();
    world.checker.post(&at, json!({ "version": version, "categories": [other] })).await.names_field("/categories/0", "not_a_choice");
}

#[tokio::test]
async fn a_rejected_document_is_explained_and_not_shown() {
    let world = World::start().await;
    world.submit(&world.vera).await;
    let id = entry_of(&world.seen(&world.vera).await);
    let at = format!("/api/operator/education/{id}/check");
    world.checker.post(&at, json!({ "state": "rejected" })).await.names_field("/note", "required");
    world.checker.post(&at, json!({ "state": "perhaps" })).await.names_field("/state", "not_a_choice");
    world.checker.post(&at, json!({ "state": "rejected", "note": "Печать не читается." })).await.is(200);
    let card = world.vera.get("/api/card").await.json();
    assert_eq!(
        (card["education"][0]["state"].as_str(), card["education"][0]["note"].as_str()),
        (Some("rejected"), Some("Печать не читается."))
    );
    // Rejected education does not make a card whole.
    assert_eq!(card["missing"], json!(["education"]));

    let bare =
        world.vera.post("/api/card/education", json!({ "title": "Курс", "institution": "Институт", "year": 2026 })).await.is(201).json();
    let bare = entry_of(&bare);
    world
        .checker
        .post(&format!("/api/operator/education/{bare}/check"), json!({ "state": "verified" }))
        .await
        .is_problem(409, "no_document");
}

#[tokio::test]
async fn a_card_is_returned_with_a_reason_and_paused() {
    let world = World::start().await;
    let at = format!("/api/operator/specialists/{}", world.vera.id());
    world.checker.post(&format!("{at}/return"), json!({ "note": "Рано" })).await.is_problem(409, "card_not_submitted");
    world.submit(&world.vera).await;
    world.checker.post(&format!("{at}/return"), json!({})).await.names_field("/note", "required");
    let card = world.checker.post(&format!("{at}/return"), json!({ "note": "Расскажите о себе подробнее." })).await.is(200).json();
    assert_eq!(card["status"], "draft");
    assert_eq!(world.vera.get("/api/card").await.json()["review_note"], "Расскажите о себе подробнее.");

    world.vera.patch("/api/card", json!({ "about": texts("Подробнее.") })).await.is(200);
    world.vera.post("/api/card/submit", json!({})).await.is(200);
    world.checker.post(&format!("{at}/pause"), json!({})).await.is_problem(409, "card_not_published");
    world.verify(&world.vera).await;
    world.publish(&world.vera).await.is(200);
    assert_eq!(world.checker.post(&format!("{at}/pause"), json!({})).await.is(200).json()["status"], "paused");
    assert_eq!(world.publish(&world.vera).await.is(200).json()["status"], "published");
}

#[tokio::test]
async fn a_name_that_was_checked_stays_until_the_card_is_taken_off() {
    let world = World::start().await;
    let rename = async |name: &str| world.vera.patch("/api/me/account", json!({ "display_name": name })).await;
    rename("Вера Лапина").await.is(200);
    world.submit(&world.vera).await;
    rename("Ирина Громова").await.names_field("/display_name", "name_is_checked");
    world.verify(&world.vera).await;
    world.publish(&world.vera).await.is(200);
    rename("Ирина Громова").await.names_field("/display_name", "name_is_checked");
    // The rest of the account is their own, also with the name as it is.
    let same = json!({ "display_name": "Вера Лапина", "time_zone": "Asia/Almaty" });
    world.vera.patch("/api/me/account", same).await.is(200);

    let at = format!("/api/operator/specialists/{}", world.vera.id());
    world.checker.post(&format!("{at}/pause"), json!({})).await.is(200);
    let seen = world.seen(&world.vera).await["version"].clone();
    rename("Вера Громова").await.is(200);
    let unseen = json!({ "version": seen, "categories": [world.category] });
    world.checker.post(&format!("{at}/publish"), unseen).await.is_problem(409, "changed_meanwhile");
    assert_eq!(world.publish(&world.vera).await.is(200).json()["display_name"], "Вера Громова");
}

#[tokio::test]
async fn the_specialist_is_told_by_mail() {
    let world = World::start().await;
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    app::identity::email::set(&mut tx, &world.app.app, world.vera.id(), app::kernel::ctx::Kind::Specialist, "vera@example.org")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world.submit(&world.vera).await;
    let at = format!("/api/operator/specialists/{}/return", world.vera.id());
    world.checker.post(&at, json!({ "note": "Добавьте фото диплома." })).await.is(200);
    world.vera.post("/api/card/submit", json!({})).await.is(200);
    world.verify(&world.vera).await;
    world.publish(&world.vera).await.is(200);
    world.app.do_jobs().await;
    let letters = world.app.letters_to("vera@example.org");
    let subjects: Vec<_> = letters.iter().map(|l| l.subject.as_str()).collect();
    assert!(subjects.contains(&"Карточку нужно дополнить") && subjects.contains(&"Ваша карточка опубликована"), "{subjects:?}");
    assert!(letters.iter().any(|l| l.text.contains("Добавьте фото диплома.")));
}

#[tokio::test]
async fn who_checks_cards_is_told_at_once_that_one_waits() {
    let world = World::start().await;
    world.submit(&world.vera).await;
    world.app.do_jobs().await;
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    let (told,): (Vec<uuid::Uuid>,) = sqlx::query_as("SELECT array_agg(recipient_id) FROM live_events WHERE kind = 'catalogue.submitted'")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert!(told.contains(&world.checker.id().0) && !told.contains(&world.vera.id().0), "{told:?}");
}

#[tokio::test]
async fn reading_documents_leaves_a_trace_the_specialist_can_see() {
    let world = World::start().await;
    world.submit(&world.vera).await;
    let id = entry_of(&world.seen(&world.vera).await);
    let answer = world.checker.get(&format!("/api/operator/education/{id}/document")).await.is(200);
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"document.pdf\"");
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    let (count,): (i64,) = sqlx::query_as(
        "SELECT count(*) FROM audit_entries WHERE subject_id = $1 AND actor_id = $2 AND action IN ('catalogue.read_card', 'catalogue.read_document')",
    )
    .bind(world.vera.id().0)
    .bind(world.checker.id().0)
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    assert_eq!(count, 2);
}

#[tokio::test]
async fn who_waits_for_a_check_comes_first_and_pages_continue() {
    let world = World::start().await;
    for name in ["Анна", "Борис", "Галина"] {
        specialist(&world.app, name, &[]).await;
    }
    world.submit(&world.vera).await;
    let names = |page: &serde_json::Value| -> Vec<String> {
        page["specialists"].as_array().unwrap().iter().map(|s| s["display_name"].as_str().unwrap().to_owned()).collect()
    };
    let first = world.checker.get("/api/operator/specialists?limit=2").await.is(200).json();
    assert_eq!(
        (names(&first), first["has_more"].as_bool(), first["submitted"].as_i64()),
        (vec!["Вера".into(), "Анна".into()], Some(true), Some(1))
    );
    assert_eq!(first["specialists"][0]["pending_documents"], 1);
    let after = first["specialists"][1]["id"].as_str().unwrap();
    let second = world.checker.get(&format!("/api/operator/specialists?limit=2&after={after}")).await.is(200).json();
    assert_eq!((names(&second), second["has_more"].as_bool()), (vec!["Борис".into(), "Галина".into()], Some(false)));
    assert_eq!(names(&world.checker.get("/api/operator/specialists?state=submitted").await.json()), ["Вера"]);
    assert_eq!(names(&world.checker.get("/api/operator/specialists?name=%D0%B3%D0%B0%D0%BB").await.json()), ["Галина"]);
    world.checker.get("/api/operator/specialists?limit=1000").await.names_field("?limit", "out_of_range");
    world.checker.get("/api/operator/specialists?state=odd").await.names_field("?state", "not_a_choice");
}

#[tokio::test]
async fn only_the_catalogues_staff_check_cards() {
    let world = World::start().await;
    world.submit(&world.vera).await;
    let id = entry_of(&world.seen(&world.vera).await);
    let support = world.app.staff(&["support"]).await;
    support.get("/api/operator/specialists").await.is(200);
    let card = format!("/api/operator/specialists/{}", world.vera.id());
    for client in [support, world.app.staff(&["finance"]).await, world.vera.clone(), world.app.employee("Анна").await] {
        client.get(&card).await.is_problem(403, "not_allowed");
        client.get(&format!("/api/operator/education/{id}/document")).await.is_problem(403, "not_allowed");
        client.post(&format!("/api/operator/education/{id}/check"), json!({ "state": "verified" })).await.is_problem(403, "not_allowed");
        client.post(&format!("{card}/publish"), json!({ "version": 1, "categories": [] })).await.is_problem(403, "not_allowed");
    }
    world.app.anonymous().get(&card).await.is_problem(401, "sign_in_required");
    world.checker.get(&format!("/api/operator/specialists/{}", world.app.app.new_id())).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_document_exchanged_during_the_check_is_not_verified() {
    let world = World::start().await;
    world.submit(&world.vera).await;
    let id = entry_of(&world.seen(&world.vera).await);
    // The specialist holds the card while exchanging the entry; the check waits, and then sees that it is another one.
    let mut exchange = world.app.app.db.begin_system().await.unwrap();
    sqlx::query("SELECT FROM specialists WHERE person_id = $1 FOR UPDATE").bind(world.vera.id().0).execute(&mut *exchange).await.unwrap();
    sqlx::query("UPDATE education SET title = 'Другое', checked_at = $1")
        .bind(Some(world.app.now().to_sqlx()))
        .execute(&mut *exchange)
        .await
        .unwrap();
    let (checker, path) = (world.checker.clone(), format!("/api/operator/education/{id}/check"));
    let check = tokio::spawn(async move { checker.post(&path, json!({ "state": "verified" })).await });
    world.app.until_somebody_waits().await;
    exchange.commit().await.unwrap();
    check.await.unwrap().is_problem(409, "changed_meanwhile");
}

#[tokio::test]
async fn a_card_that_appears_is_told_to_who_offers_times_once() {
    let world = World::start().await;
    let other = published_category(&world.checker, "coach").await.0;
    world.submit(&world.vera).await;
    world.verify(&world.vera).await;
    let told = async || {
        let mut tx = world.app.app.db.begin_system().await.unwrap();
        let told: Vec<(Value,)> = sqlx::query_as("SELECT payload FROM jobs WHERE kind = 'scheduling.card_appeared' ORDER BY id")
            .fetch_all(&mut *tx)
            .await
            .unwrap();
        told.into_iter().map(|(payload,)| payload["categories"].clone()).collect::<Vec<_>>()
    };
    world.publish(&world.vera).await.is(200);
    assert_eq!(told().await, [json!([world.category])]);
    world.publish(&world.vera).await.is(200);
    assert_eq!(told().await.len(), 1, "published again as it is, it opens nothing");
    world.vera.patch("/api/card", json!({ "categories": [world.category, other] })).await.is(200);
    let publication = json!({ "version": world.seen(&world.vera).await["version"], "categories": [world.category, other] });
    world.checker.post(&format!("/api/operator/specialists/{}/publish", world.vera.id()), publication).await.is(200);
    assert_eq!(told().await[1..], [json!([other])], "only what is new on it");
    world.checker.post(&format!("/api/operator/specialists/{}/pause", world.vera.id()), json!({})).await.is(200);
    world.publish(&world.vera).await.is(200);
    assert_eq!(told().await[2..], [json!([world.category])], "after a pause all of it is new again");
}
