//! What the database refuses by itself, whatever the code forgets.

use std::time::Duration;

use jiff::SignedDuration;
use testkit::TestApp;

/// Every table is guarded: row security on and forced, at least one policy, and nothing granted to the login role or to PUBLIC.
#[tokio::test]
async fn every_table_is_guarded_by_row_security() {
    let app = TestApp::start().await;
    let mut tx = app.app.db.begin_system().await.unwrap();
    let open: Vec<(String,)> = sqlx::query_as(
        "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname <> '_sqlx_migrations'
           AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert!(open.is_empty(), "tables without row security: {open:?}");
    let granted: Vec<(String, String)> = sqlx::query_as(
        "SELECT grantee::text, table_name::text FROM information_schema.role_table_grants
         WHERE table_schema = 'public' AND grantee IN ('PUBLIC', 'ponimau_app')",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert!(granted.is_empty(), "granted past the actor roles: {granted:?}");
}

/// Content is granted to no member of staff at all, whatever the policies say.
#[tokio::test]
async fn staff_have_no_grant_on_content() {
    let app = TestApp::start().await;
    let mut tx = app
        .app
        .db
        .begin(&platform::db::DbActor {
            role: platform::db::DbRole::Staff,
            person: None,
            capabilities: "admin,support,safety,catalogue,finance,auditor".into(),
        })
        .await
        .unwrap();
    for table in ["messages", "threads", "session_notes", "intakes", "call_signals", "favourites"] {
        sqlx::query("SAVEPOINT here").execute(&mut *tx).await.unwrap();
        let error = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT 1 FROM {table}"))).execute(&mut *tx).await.expect_err(table);
        assert_eq!(error.as_database_error().and_then(|e| e.code()).as_deref(), Some("42501"), "{table}");
        sqlx::query("ROLLBACK TO here").execute(&mut *tx).await.unwrap();
    }
}

/// A transaction that says nobody acts sees nothing of anybody.
#[tokio::test]
async fn nobody_sees_nobodys_rows() {
    let app = TestApp::start().await;
    let _visit = app.visit(SignedDuration::from_mins(10)).await;
    for role in [platform::db::DbRole::Employee, platform::db::DbRole::Specialist, platform::db::DbRole::Hr, platform::db::DbRole::Staff] {
        let actor = platform::db::DbActor { role, person: None, capabilities: String::new() };
        let mut tx = app.app.db.begin(&actor).await.unwrap();
        for table in ["appointments", "quota_balances", "consents", "sessions", "person_emails", "memberships"] {
            sqlx::query("SAVEPOINT here").execute(&mut *tx).await.unwrap();
            let count: Result<(i64,), _> =
                sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"))).fetch_one(&mut *tx).await;
            // Either no grant at all, or no row.
            assert!(count.map_or(true, |(n,)| n == 0), "{role:?} sees {table}");
            sqlx::query("ROLLBACK TO here").execute(&mut *tx).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_goes_away_while_it_begins_leaves_nobody_acting() {
    let app = TestApp::start().await;
    let anna = app.employee("Анна").await.id().0;
    for step in 0..150 {
        let db = app.app.db.clone();
        // What the request does and when its connection breaks: while it begins, in its middle, or never.
        let request = tokio::spawn(async move {
            let actor = platform::db::DbActor { role: platform::db::DbRole::Employee, person: Some(anna), capabilities: "safety".into() };
            let mut tx = db.begin(&actor).await?;
            sqlx::query("UPDATE people SET display_name = 'Никто' WHERE id = $1").bind(anna).execute(&mut *tx).await?;
            std::future::pending::<sqlx::Result<()>>().await
        });
        tokio::time::sleep(Duration::from_micros(step * 13)).await;
        request.abort();
        let mut tx = app
            .app
            .db
            .begin(&platform::db::DbActor { role: platform::db::DbRole::Anonymous, person: None, capabilities: String::new() })
            .await
            .unwrap();
        let (role, nobody, no_right): (String, bool, bool) =
            sqlx::query_as("SELECT current_user::text, app.me() IS NULL, NOT app.can('safety')").fetch_one(&mut *tx).await.unwrap();
        assert_eq!((role.as_str(), nobody, no_right), ("ponimau_anonymous", true, true));
        tx.commit().await.unwrap();
    }
    let mut tx = app.app.db.begin_system().await.unwrap();
    let (name,): (String,) = sqlx::query_as("SELECT display_name FROM people WHERE id = $1").bind(anna).fetch_one(&mut *tx).await.unwrap();
    assert_eq!(name, "Анна", "nothing half done was committed by whoever took the connection next");
}
