//! A small deployment in which somebody can be booked: a category, a company whose contract covers it, and whoever comes. Made directly in the database, as
//! the slices that own these things would leave it.

use app::{identity::session, kernel::app::Config};
use domain::ids::{CategoryId, ContractId, PersonId};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx as _;
use platform::{
    crypto::token_hash,
    db::{PoolSize, Tx},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Client, Durable, TestApp};

/// The deployment.
#[derive(Debug)]
pub struct Clinic {
    pub app: TestApp,
    /// Consultations of 50 (usual), 30, 60 or 90 minutes, beginning every 30 minutes, in every format; free to cancel until 24 hours before.
    pub category: CategoryId,
    pub company: Uuid,
    /// Two years from 196 days ago (2026-06-01 to 2028-05-31), eight sessions a person and year.
    pub contract: ContractId,
}

impl Clinic {
    /// Opens it with the ordinary pool.
    pub async fn open() -> Self {
        Self::open_with(PoolSize::default()).await
    }

    /// Opens it with a pool of the given size.
    pub async fn open_with(size: PoolSize) -> Self {
        Self::set_up(TestApp::start_with(size).await).await
    }

    /// Opens it in an application that is set up differently.
    pub async fn open_as(change: impl FnOnce(&mut Config)) -> Self {
        Self::set_up(TestApp::start_as(PoolSize::default(), change).await).await
    }

    /// Opens it in a database which real nodes serve, at their present time.
    pub async fn open_beside_nodes(database: &Durable) -> Self {
        Self::set_up(TestApp::start_beside_nodes(database).await).await
    }

    async fn set_up(app: TestApp) -> Self {
        let (category, company, contract) = (app.app.new_id(), app.app.new_id(), app.app.new_id());
        let clinic = Self { category: CategoryId(category), company, contract: ContractId(contract), app };
        let mut tx = clinic.system().await;
        sqlx::query(
            "INSERT INTO categories (id, slug, status, name, summary, icon, session_lengths_min, interval_min, formats, notes_clinical,
                                     consent_purposes, created_at, updated_at)
             VALUES ($1, 'psychologist', 'published', $2, $2, 'talk', '{50,30,60,90}', 30, '{video,audio,chat}', true, '{}', $3, $3)",
        )
        .bind(category)
        .bind(json!({"ru": "Психолог", "kk": "Психолог", "en": "Psychologist"}))
        .bind(clinic.app.now().to_sqlx())
        .execute(&mut *tx)
        .await
        .expect("a category");
        sqlx::query("INSERT INTO companies (id, name, created_at) VALUES ($1, 'Север', $2)")
            .bind(company)
            .bind(clinic.app.now().to_sqlx())
            .execute(&mut *tx)
            .await
            .expect("a company");
        sqlx::query(
            "INSERT INTO contracts (id, company_id, number, starts_on, ends_on, created_at)
             SELECT $1, $2, '1', day, (day + interval '2 years')::date - 1, $3 FROM (SELECT $3::timestamptz::date - 196 AS day) began",
        )
        .bind(contract)
        .bind(company)
        .bind(clinic.app.now().to_sqlx())
        .execute(&mut *tx)
        .await
        .expect("a contract");
        sqlx::query("INSERT INTO contract_coverage (contract_id, category_id, sessions_per_year) VALUES ($1, $2, 8)")
            .bind(contract)
            .bind(category)
            .execute(&mut *tx)
            .await
            .expect("coverage");
        tx.commit().await.expect("commits");
        clinic
    }

    /// A signed-in specialist with a published card, Russian-speaking, open Monday to Friday 09:00–18:00 in Moscow (06:00–15:00 UTC), with two hours'
    /// notice, 30 days ahead, 10 minutes kept free afterwards.
    pub async fn specialist(&self, name: &str) -> Client {
        let client = self.app.specialist_account(name).await;
        let mut tx = self.system().await;
        sqlx::query(
            "INSERT INTO specialists (person_id, slug, status, gender, languages, formats, headline, published_at, created_at)
             VALUES ($1, $1::text, 'published', 'female', '{ru}', '{video,audio,chat}', '{\"ru\": \"Тревога и выгорание\"}', $2, $2)",
        )
        .bind(client.id().0)
        .bind(self.app.now().to_sqlx())
        .execute(&mut *tx)
        .await
        .expect("a card");
        sqlx::query("INSERT INTO specialist_categories (specialist_id, category_id) VALUES ($1, $2)")
            .bind(client.id().0)
            .bind(self.category.0)
            .execute(&mut *tx)
            .await
            .expect("a category of the card");
        sqlx::query("INSERT INTO schedules (specialist_id, time_zone) VALUES ($1, 'Europe/Moscow')")
            .bind(client.id().0)
            .execute(&mut *tx)
            .await
            .expect("a schedule");
        sqlx::query("INSERT INTO schedule_rules (id, specialist_id, days, start_time, end_time) VALUES ($1, $2, '{mon,tue,wed,thu,fri}', '09:00', '18:00')")
            .bind(self.app.app.new_id())
            .bind(client.id().0)
            .execute(&mut *tx)
            .await
            .expect("hours");
        sqlx::query("SELECT app.schedule_changed($1)").bind(client.id().0).execute(&mut *tx).await.expect("told");
        tx.commit().await.expect("commits");
        client
    }

    /// A signed-in employee of the company.
    pub async fn employee(&self, name: &str) -> Client {
        let client = self.app.employee(name).await;
        self.run(
            "INSERT INTO memberships (person_id, company_id, via, joined_on) SELECT $1, id, 'access_code', '2026-12-01' FROM companies",
            client.id(),
        )
        .await;
        client
    }

    /// Many signed-in employees of the company at once.
    pub async fn employees(&self, count: usize) -> Vec<Client> {
        let app = &self.app.app;
        let (ids, sessions): (Vec<Uuid>, Vec<Uuid>) = (0..count).map(|_| (app.new_id(), app.new_id())).unzip();
        let tokens: Vec<String> = (0..count).map(|_| app.new_token()).collect();
        let hashes: Vec<Vec<u8>> = tokens.iter().map(|token| token_hash(token)).collect();
        let now = app.now().to_sqlx();
        let mut tx = self.system().await;
        sqlx::query(
            "INSERT INTO people (id, kind, display_name, locale, time_zone, created_at)
             SELECT id, 'employee', 'Сотрудник', 'ru', 'Europe/Moscow', $2 FROM unnest($1::uuid[]) id",
        )
        .bind(&ids)
        .bind(now)
        .execute(&mut *tx)
        .await
        .expect("people");
        sqlx::query(
            "INSERT INTO memberships (person_id, company_id, via, joined_on)
             SELECT id, $2, 'access_code', $3::timestamptz::date - 13 FROM unnest($1::uuid[]) id",
        )
        .bind(&ids)
        .bind(self.company)
        .bind(now)
        .execute(&mut *tx)
        .await
        .expect("memberships");
        sqlx::query(
            "INSERT INTO sessions (id, token_hash, person_id, factors, strong_at, created_at, seen_at, idle_expires_at, expires_at)
             SELECT s.id, s.hash, s.person, '{demo}', $4, $4, $4, $5, $5 FROM unnest($1::uuid[], $2::bytea[], $3::uuid[]) s(id, hash, person)",
        )
        .bind(&sessions)
        .bind(&hashes)
        .bind(&ids)
        .bind(now)
        .bind((app.now() + SignedDuration::from_hours(24)).to_sqlx())
        .execute(&mut *tx)
        .await
        .expect("sessions");
        tx.commit().await.expect("commits");
        let anonymous = self.app.anonymous();
        let client = |(id, token): (Uuid, String)| anonymous.signed_in(PersonId(id), &format!("{}={token}", session::COOKIE));
        ids.into_iter().zip(tokens).map(client).collect()
    }

    /// As [`TestApp::back`].
    pub async fn back(&self, who: &Client) -> Client {
        self.app.back(who).await
    }

    /// What to ask for to hold 50 minutes by video with `specialist`.
    pub fn wish(&self, specialist: &Client, start: &str) -> Value {
        json!({
            "specialist_id": specialist.id(), "category_id": self.category, "starts_at": start, "length_min": 50, "format": "video",
        })
    }

    /// Runs a statement about somebody (`$1`), as the system.
    pub async fn run(&self, statement: &'static str, person: PersonId) {
        let mut tx = self.system().await;
        sqlx::query(statement).bind(person.0).execute(&mut *tx).await.unwrap_or_else(|e| panic!("{statement}: {e}"));
        tx.commit().await.expect("commits");
    }

    /// Sessions of the benefit granted, held and used in the contract year that began on `2026-06-01`.
    pub async fn balance(&self, employee: &Client) -> (i32, i32, i32) {
        let mut tx = self.system().await;
        sqlx::query_as("SELECT granted, held, used FROM quota_balances WHERE employee_id = $1 AND year_start = '2026-06-01'")
            .bind(employee.id().0)
            .fetch_optional(&mut *tx)
            .await
            .expect("a balance")
            .unwrap_or((0, 0, 0))
    }

    /// Pairs of active appointments that stand too near: of one specialist with less between them than the larger buffer, or of one employee at one
    /// time. Found by joining the table with itself, without the constraints' help.
    pub async fn overlapping_pairs(&self) -> i64 {
        let mut tx = self.system().await;
        let (count,): (i64,) = sqlx::query_as(
            "SELECT count(*) FROM appointments a JOIN appointments b ON a.id < b.id
             WHERE a.status IN ('held', 'booked') AND b.status IN ('held', 'booked')
               AND ((a.employee_id = b.employee_id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at)
                 OR (a.specialist_id = b.specialist_id
                   AND a.starts_at < b.ends_at + make_interval(mins => greatest(b.buffer_after_min, a.buffer_before_min))
                   AND b.starts_at < a.ends_at + make_interval(mins => greatest(a.buffer_after_min, b.buffer_before_min))))",
        )
        .fetch_one(&mut *tx)
        .await
        .expect("a count");
        count
    }

    /// How many appointments are in the state.
    pub async fn count(&self, status: &str) -> i64 {
        let mut tx = self.system().await;
        let (count,): (i64,) =
            sqlx::query_as("SELECT count(*) FROM appointments WHERE status = $1").bind(status).fetch_one(&mut *tx).await.expect("a count");
        count
    }

    /// Balances that do not agree with the active and counted appointments behind them.
    pub async fn wrong_balances(&self) -> i64 {
        let mut tx = self.system().await;
        let (count,): (i64,) = sqlx::query_as(
            "SELECT count(*) FROM (
               SELECT b.employee_id, sum(b.held) AS held, sum(b.used) AS used,
                      (SELECT count(*) FROM appointments a WHERE a.employee_id = b.employee_id AND a.status IN ('held', 'booked')) AS active
               FROM quota_balances b GROUP BY b.employee_id) x
             WHERE x.held <> x.active OR x.held < 0 OR x.used < 0",
        )
        .fetch_one(&mut *tx)
        .await
        .expect("a count");
        count
    }

    /// A system transaction.
    pub async fn system(&self) -> Tx {
        self.app.app.db.begin_system().await.expect("a transaction")
    }

    /// An instant of the test's week.
    pub fn at(&self, text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }
}
