//! What the database itself refuses, whatever the code above it does.

use platform::db::{DbActor, DbRole, Tx};
use testkit::Client;

use super::{World, specialist};

async fn tx_of(world: &World, client: &Client, role: DbRole, capabilities: &str) -> Tx {
    let actor = DbActor { role, person: Some(client.id().0), capabilities: capabilities.into() };
    world.app.app.db.begin(&actor).await.unwrap()
}

/// Expects a refusal by rights (42501), or that no row was touched.
async fn is_refused(mut tx: Tx, statement: &'static str) {
    let result = sqlx::query(statement).execute(&mut *tx).await;
    match result {
        Err(error) => assert_eq!(error.as_database_error().and_then(|e| e.code()).as_deref(), Some("42501"), "{statement}: {error}"),
        Ok(done) => assert_eq!(done.rows_affected(), 0, "{statement}"),
    }
}

#[tokio::test]
async fn a_specialist_sees_no_draft_and_no_document_of_another() {
    let world = World::start().await;
    world.submit(&world.vera).await;
    let stranger = specialist(&world.app, "Олег", &[]).await;
    let mut tx = tx_of(&world, &stranger, DbRole::Specialist, "").await;
    let count: (i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM specialists WHERE person_id <> app.me()), (SELECT count(*) FROM education), (SELECT count(*) FROM files)",
    )
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    assert_eq!(count, (0, 0, 0));
    is_refused(tx, "UPDATE specialists SET headline = '{}' WHERE person_id <> app.me()").await;
}

#[tokio::test]
async fn nobody_verifies_or_publishes_themselves() {
    let world = World::start().await;
    world.submit(&world.vera).await;
    let own = async || tx_of(&world, &world.vera, DbRole::Specialist, "").await;
    is_refused(own().await, "UPDATE education SET state = 'verified'").await;
    is_refused(own().await, "UPDATE education SET checked_by = app.me()").await;
    is_refused(own().await, "UPDATE specialists SET status = 'published'").await;
    is_refused(own().await, "UPDATE specialists SET status = 'draft'").await;
    is_refused(own().await, "INSERT INTO specialist_categories SELECT app.me(), id FROM categories").await;
}

#[tokio::test]
async fn staff_without_the_catalogue_cannot_edit() {
    let world = World::start().await;
    world.submit(&world.vera).await;
    let staff = world.app.staff(&["support"]).await;
    let support = async || tx_of(&world, &staff, DbRole::Staff, "support,finance,safety,auditor").await;
    is_refused(support().await, "UPDATE categories SET position = 9").await;
    is_refused(support().await, "UPDATE topics SET position = 9").await;
    is_refused(support().await, "UPDATE specialists SET status = 'published'").await;
    is_refused(support().await, "UPDATE education SET state = 'verified'").await;
    let mut tx = support().await;
    let (seen,): (i64,) = sqlx::query_as("SELECT (SELECT count(*) FROM education) + (SELECT count(*) FROM files WHERE purpose <> 'photo')")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!(seen, 0, "documents are for those who check them");
    let mut tx = tx_of(&world, &staff, DbRole::Staff, "finance,auditor").await;
    let (seen,): (i64,) = sqlx::query_as("SELECT count(*) FROM files").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(seen, 0, "photos are for those who read the list of specialists");
}
