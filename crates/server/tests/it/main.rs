//! Tests of the whole API, each on a fresh database.

mod approvals;
mod assessments;
mod audit;
mod authorisation;
mod booking;
mod catalogue;
mod chat;
mod compliance;
mod identity;
mod notes;
mod organisations;
mod scheduling;
mod sessions;
mod structure;

use domain::ids::PersonId;
use platform::db::Tx;
use testkit::TestApp;

/// Acts in a transaction as the database knows an actor: for tests of what the database itself refuses.
async fn act_as(tx: &mut Tx, role: &str, person: PersonId, capabilities: &str) {
    sqlx::query("SELECT set_config('role', $1, true), set_config('app.person', $2, true), set_config('app.capabilities', $3, true)")
        .bind(role)
        .bind(person.to_string())
        .bind(capabilities)
        .execute(&mut **tx)
        .await
        .expect("the role is taken");
}

/// Whether the database refused a statement for want of a right (SQLSTATE 42501).
fn is_refused<T>(done: &sqlx::Result<T>) -> bool {
    done.as_ref().err().and_then(sqlx::Error::as_database_error).and_then(|e| e.code().map(|c| c == "42501")).unwrap_or(false)
}

/// Whether a word can be found in the bytes of a column.
async fn lies_open(app: &TestApp, table: &str, column: &str, word: &str) -> bool {
    let mut tx = app.app.db.begin_system().await.expect("a transaction");
    let (rows, found): (i64, i64) = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT count(*), count(*) FILTER (WHERE position(convert_to($1, 'UTF8') IN {column}) > 0) FROM {table}"
    )))
    .bind(word)
    .fetch_one(&mut *tx)
    .await
    .expect("a count");
    assert!(rows > 0, "{table} is empty");
    found > 0
}
