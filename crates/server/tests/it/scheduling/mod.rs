//! When specialists work and are free.

mod feeds;
mod hours;
mod index;
mod offers;
mod slots;
mod view;

use domain::{
    ids::{AppointmentId, CategoryId, PersonId},
    scheduling::Window,
};
use jiff::Timestamp;
use platform::db::{DbActor, DbRole, Tx};
use testkit::{Client, TestApp};

/// One published category and one specialist in it, open Monday to Friday 09:00–18:00 in Moscow. The test begins on a Monday at 09:00 there.
struct World {
    app: TestApp,
    category: CategoryId,
    vera: Client,
}

impl World {
    async fn start() -> Self {
        Self::on(TestApp::start().await).await
    }

    async fn on(app: TestApp) -> Self {
        let category = CategoryId(app.category("psychologist").await);
        let vera = office_hours(&app, "Вера", category).await;
        let mut tx = app.app.db.begin_system().await.expect("a transaction");
        sqlx::query("UPDATE categories SET session_lengths_min = '{50,80}'").execute(&mut *tx).await.expect("lengths");
        tx.commit().await.expect("commits");
        Self { app, category, vera }
    }

    /// Another specialist of the category, with the same hours.
    async fn specialist(&self, name: &str) -> Client {
        office_hours(&self.app, name, self.category).await
    }

    /// Books 50 minutes, directly in the database.
    async fn book(&self, specialist: &Client, employee: &Client, start: Timestamp) -> AppointmentId {
        let (_, contract) = self.app.contract(self.category.0, 8).await;
        let after = start.duration_since(self.app.now());
        self.app.book(employee.clone(), specialist.clone(), self.category.0, contract, after).await.id
    }

    /// A transaction in which `client` acts.
    async fn tx_of(&self, client: &Client, role: DbRole) -> Tx {
        let actor = DbActor { role, person: Some(client.id().0), capabilities: "support".into() };
        self.app.app.db.begin(&actor).await.expect("a transaction")
    }

    async fn system(&self) -> Tx {
        self.app.app.db.begin_system().await.expect("a transaction")
    }

    /// What the database alone says is free, at 50 minutes.
    async fn free(&self, specialist: PersonId, window: Window) -> Vec<Timestamp> {
        let mut tx = self.system().await;
        app::scheduling::free_starts(&mut tx, &self.app.app, specialist, self.category, 50, window, None).await.expect("free starts")
    }

    /// Runs a statement about Vera (`$1`) and tells that her times moved.
    async fn change(&self, statement: &'static str) {
        let mut tx = self.system().await;
        sqlx::query(statement).bind(self.vera.id().0).execute(&mut *tx).await.expect(statement);
        app::scheduling::changed(&mut tx, self.vera.id()).await.expect("told");
        tx.commit().await.expect("commits");
    }
}

/// A published specialist, open Monday to Friday 09:00–18:00.
async fn office_hours(app: &TestApp, name: &str, category: CategoryId) -> Client {
    let client = app.specialist(name, category.0).await;
    let mut tx = app.app.db.begin_system().await.expect("a transaction");
    sqlx::query("UPDATE schedule_rules SET days = '{mon,tue,wed,thu,fri}', end_time = '18:00' WHERE specialist_id = $1")
        .bind(client.id().0)
        .execute(&mut *tx)
        .await
        .expect("hours");
    tx.commit().await.expect("commits");
    client
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn window(from: &str, to: &str) -> Window {
    Window::new(at(from), at(to)).expect("a window")
}

/// Monday, in Moscow.
fn monday() -> Window {
    window("2026-12-13T21:00:00Z", "2026-12-14T21:00:00Z")
}

/// Tuesday, in Moscow.
fn tuesday() -> Window {
    window("2026-12-14T21:00:00Z", "2026-12-15T21:00:00Z")
}
