//! The demo deployment: companies, specialists and employees generated from a seed, each marked as demo. Nothing here runs outside `ponimau demo`.

mod catalogue;
mod companies;
mod data;
mod history;
mod specialists;

use std::cell::Cell;

use domain::ids::PersonId;
use jiff::{SignedDuration, Timestamp, civil::Date};
use jiff_sqlx::ToSqlx as _;
use platform::{db::Tx, rng::Rng};
use uuid::Uuid;

pub use self::companies::{CODE_FOR_PASS, CODES};
use self::data::Data;
use crate::kernel::{app::App, ctx::Kind, error::Result};

/// The demo is the same on every machine, up to the day it is made on.
const SEED: u64 = 20_261_123;
const SPECIALISTS: usize = 60;
const EMPLOYEES: usize = 200;

/// Makes the demo's data unless the database already holds people.
pub async fn seed(app: &App) -> Result<()> {
    let mut tx = app.db.begin_system().await?;
    let (is_seeded,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT FROM people)").fetch_one(&mut *tx).await?;
    if is_seeded {
        return Ok(());
    }
    let mut maker = Maker { app, tx, rng: Rng::from_seed(SEED), now: app.now(), data: Data::load(), made: Cell::new(0) };
    let categories = catalogue::make(&mut maker).await?;
    make_staff(&mut maker).await?;
    let specialists = specialists::make(&mut maker, &categories, SPECIALISTS).await?;
    let contracts = companies::make(&mut maker, &categories).await?;
    let employees = companies::make_employees(&mut maker, &contracts, EMPLOYEES).await?;
    companies::switch_passes_on(&mut maker, &contracts).await?;
    history::make(&mut maker, &specialists, &employees).await?;
    // Last: whatever is made before keeps the names that journeys and the README know.
    companies::make_hr(&mut maker, &contracts).await?;
    // What takes two needs a second.
    make_member(&mut maker, "Аудитор (демо)", &["auditor"]).await?;
    make_member(&mut maker, "Финансы (демо)", &["finance"]).await?;
    maker.tx.commit().await?;
    Ok(())
}

/// Somebody who can be entered as by one click.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DemoPerson {
    pub id: Uuid,
    pub kind: String,
    pub display_name: String,
}

/// The first demo people of each kind, for the line printed at start.
pub async fn people(app: &App) -> Result<Vec<DemoPerson>> {
    let mut tx = app.db.begin_system().await?;
    Ok(sqlx::query_as(
        "SELECT id, kind, display_name FROM (
           SELECT p.*, row_number() OVER (PARTITION BY kind ORDER BY id) AS n FROM people p WHERE is_demo AND deactivated_at IS NULL) ranked
         WHERE n <= 3 ORDER BY kind, n",
    )
    .fetch_all(&mut *tx)
    .await?)
}

/// What making the demo needs: one transaction, seeded randomness, today.
struct Maker<'a> {
    app: &'a App,
    tx: Tx,
    rng: Rng,
    now: Timestamp,
    data: Data,
    /// How many ids were given.
    made: Cell<i64>,
}

impl Maker<'_> {
    /// Ids rise in the order in which things are made: lists by id begin with the first made, whom the demo offers to try.
    fn id(&self) -> Uuid {
        self.made.set(self.made.get() + 1);
        self.rng.uuid(self.days_ago(120) + SignedDuration::from_millis(self.made.get()))
    }

    fn below(&self, bound: usize) -> usize {
        self.rng.below(u32::try_from(bound).expect("small lists")) as usize
    }

    fn pick<'a, T>(&self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// `count` different elements, in a random order.
    fn sample<T: Clone>(&self, from: &[T], count: usize) -> Vec<T> {
        let mut rest = from.to_vec();
        (0..count.min(rest.len())).map(|_| rest.swap_remove(self.below(rest.len()))).collect()
    }

    fn today(&self) -> Date {
        self.now.to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    fn days_ago(&self, days: i64) -> Timestamp {
        self.now - SignedDuration::from_hours(24 * days)
    }

    async fn person(&mut self, kind: Kind, name: &str, zone: &str, locale: &str) -> Result<PersonId> {
        let id = self.id();
        sqlx::query(
            "INSERT INTO people (id, kind, display_name, locale, time_zone, is_demo, created_at) VALUES ($1, $2, $3, $4, $5, true, $6)",
        )
        .bind(id)
        .bind(kind.name())
        .bind(name)
        .bind(locale)
        .bind(zone)
        .bind(self.days_ago(120).to_sqlx())
        .execute(&mut *self.tx)
        .await?;
        let (_, wrapped) = self.app.keys.new_data_key(&self.app.rng, id);
        sqlx::query("INSERT INTO data_keys (person_id, wrapped, created_at) VALUES ($1, $2, $3)")
            .bind(id)
            .bind(wrapped)
            .bind(self.now.to_sqlx())
            .execute(&mut *self.tx)
            .await?;
        Ok(PersonId(id))
    }
}

/// One person for each of several staff roles, and an administrator who may do everything.
async fn make_staff(maker: &mut Maker<'_>) -> Result<()> {
    let team: [(&str, &[&str]); 4] = [
        ("Администратор (демо)", &["admin", "support", "catalogue", "safety", "finance", "auditor"]),
        ("Поддержка (демо)", &["support"]),
        ("Супервизор безопасности (демо)", &["safety"]),
        ("Редактор каталога (демо)", &["catalogue"]),
    ];
    for (name, capabilities) in team {
        make_member(maker, name, capabilities).await?;
    }
    Ok(())
}

async fn make_member(maker: &mut Maker<'_>, name: &str, capabilities: &[&str]) -> Result<()> {
    let id = maker.person(Kind::Staff, name, "Europe/Moscow", "ru").await?;
    for capability in capabilities {
        sqlx::query("INSERT INTO staff_capabilities (person_id, capability) VALUES ($1, $2)")
            .bind(id.0)
            .bind(capability)
            .execute(&mut *maker.tx)
            .await?;
    }
    Ok(())
}

/// Makes the demo and says how long it took.
pub async fn seed_timed(app: &App) -> Result<std::time::Duration> {
    let started = std::time::Instant::now();
    seed(app).await?;
    Ok(started.elapsed())
}
