//! Appointments made directly in the database, for tests of what comes after booking.

use domain::ids::{AppointmentId, PersonId};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx as _;
use serde_json::json;
use uuid::Uuid;

use super::{Client, TestApp};

/// An employee and a specialist with a booked consultation.
#[derive(Debug, Clone)]
pub struct Visit {
    pub id: AppointmentId,
    pub employee: Client,
    pub specialist: Client,
    pub category: Uuid,
    pub contract: Uuid,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

impl TestApp {
    /// A published category «Психолог» with sessions of 50 minutes.
    pub async fn category(&self, slug: &str) -> Uuid {
        let id = self.app.new_id();
        let mut tx = self.app.db.begin_system().await.expect("a transaction");
        sqlx::query(
            "INSERT INTO categories (id, slug, status, name, summary, icon, session_lengths_min, interval_min, formats, notes_clinical, consent_purposes, created_at, updated_at)
             VALUES ($1, $2, 'published', $3, $3, 'psychologist', '{50}', 30, '{video,audio,chat}', true, '{}', $4, $4)",
        )
        .bind(id)
        .bind(slug)
        .bind(json!({"ru": "Психолог", "kk": "Психолог", "en": "Psychologist"}))
        .bind(self.now().to_sqlx())
        .execute(&mut *tx)
        .await
        .expect("a category");
        tx.commit().await.expect("commits");
        id
    }

    /// A signed-in specialist with a published card in `category`, working 09:00–21:00 Moscow time every day.
    pub async fn specialist(&self, name: &str, category: Uuid) -> Client {
        let client = self.specialist_account(name).await;
        let mut tx = self.app.db.begin_system().await.expect("a transaction");
        sqlx::query(
            "INSERT INTO specialists (person_id, slug, status, languages, formats, published_at, created_at) VALUES ($1, $1::text, 'published', '{ru}', '{video,audio,chat}', $2, $2)",
        )
        .bind(client.id().0)
        .bind(self.now().to_sqlx())
        .execute(&mut *tx)
        .await
        .expect("a card");
        sqlx::query("INSERT INTO specialist_categories (specialist_id, category_id) VALUES ($1, $2)")
            .bind(client.id().0)
            .bind(category)
            .execute(&mut *tx)
            .await
            .expect("a category of the card");
        sqlx::query("INSERT INTO schedules (specialist_id, time_zone) VALUES ($1, 'Europe/Moscow')")
            .bind(client.id().0)
            .execute(&mut *tx)
            .await
            .expect("a schedule");
        sqlx::query(
            "INSERT INTO schedule_rules (id, specialist_id, days, start_time, end_time) VALUES ($1, $2, '{mon,tue,wed,thu,fri,sat,sun}', '09:00', '21:00')",
        )
        .bind(self.app.new_id())
        .bind(client.id().0)
        .execute(&mut *tx)
        .await
        .expect("hours");
        sqlx::query("SELECT app.schedule_changed($1)").bind(client.id().0).execute(&mut *tx).await.expect("told");
        tx.commit().await.expect("commits");
        client
    }

    /// A company with a contract for the year around the test's date, covering `category`.
    pub async fn contract(&self, category: Uuid, sessions_per_year: i32) -> (Uuid, Uuid) {
        let (company, contract) = (self.app.new_id(), self.app.new_id());
        let mut tx = self.app.db.begin_system().await.expect("a transaction");
        sqlx::query("INSERT INTO companies (id, name, created_at) VALUES ($1, $1::text, $2)")
            .bind(company)
            .bind(self.now().to_sqlx())
            .execute(&mut *tx)
            .await
            .expect("a company");
        sqlx::query("INSERT INTO contracts (id, company_id, number, starts_on, ends_on, created_at) VALUES ($1, $2, '1', '2026-06-01', '2028-05-31', $3)")
            .bind(contract)
            .bind(company)
            .bind(self.now().to_sqlx())
            .execute(&mut *tx)
            .await
            .expect("a contract");
        sqlx::query("INSERT INTO contract_coverage (contract_id, category_id, sessions_per_year) VALUES ($1, $2, $3)")
            .bind(contract)
            .bind(category)
            .bind(sessions_per_year)
            .execute(&mut *tx)
            .await
            .expect("coverage");
        tx.commit().await.expect("commits");
        (company, contract)
    }

    /// A signed-in employee of `company`.
    pub async fn member(&self, name: &str, company: Uuid) -> Client {
        let client = self.employee(name).await;
        let mut tx = self.app.db.begin_system().await.expect("a transaction");
        sqlx::query("INSERT INTO memberships (person_id, company_id, via, joined_on) VALUES ($1, $2, 'access_code', '2026-12-01')")
            .bind(client.id().0)
            .bind(company)
            .execute(&mut *tx)
            .await
            .expect("a membership");
        tx.commit().await.expect("commits");
        client
    }

    /// A booked consultation of 50 minutes which begins `after` from now, with its quota held.
    pub async fn visit(&self, after: SignedDuration) -> Visit {
        let category = self.category(&format!("c-{}", hex::encode(self.app.rng.bytes::<4>()))).await;
        let specialist = self.specialist("Мария Орлова", category).await;
        let (company, contract) = self.contract(category, 8).await;
        let employee = self.member("Анна", company).await;
        self.book(employee, specialist, category, contract, after).await
    }

    /// Books `employee` with `specialist` directly.
    pub async fn book(&self, employee: Client, specialist: Client, category: Uuid, contract: Uuid, after: SignedDuration) -> Visit {
        let id = self.app.new_id();
        let starts_at = self.now() + after;
        let ends_at = starts_at + SignedDuration::from_mins(50);
        let mut tx = self.app.db.begin_system().await.expect("a transaction");
        sqlx::query(
            "INSERT INTO appointments (id, specialist_id, employee_id, category_id, contract_id, status, format, starts_at, ends_at, buffer_before_min,
                                       buffer_after_min, blocked, cancel_free_until, created_at)
             VALUES ($1, $2, $3, $4, $5, 'booked', 'video', $6, $7, 0, 10, tstzrange($6, $8), $6::timestamptz - interval '24 hours', $9)",
        )
        .bind(id)
        .bind(specialist.id().0)
        .bind(employee.id().0)
        .bind(category)
        .bind(contract)
        .bind(starts_at.to_sqlx())
        .bind(ends_at.to_sqlx())
        .bind((ends_at + SignedDuration::from_mins(10)).to_sqlx())
        .bind(self.now().to_sqlx())
        .execute(&mut *tx)
        .await
        .expect("an appointment");
        hold_quota(&mut tx, id, &employee.id(), contract, category, self.now()).await;
        sqlx::query("SELECT app.schedule_changed($1)").bind(specialist.id().0).execute(&mut *tx).await.expect("told");
        tx.commit().await.expect("commits");
        Visit { id: AppointmentId(id), employee, specialist, category, contract, starts_at, ends_at }
    }
}

async fn hold_quota(tx: &mut platform::db::Tx, appointment: Uuid, employee: &PersonId, contract: Uuid, category: Uuid, now: Timestamp) {
    sqlx::query(
        "INSERT INTO quota_balances (employee_id, contract_id, category_id, year_start) VALUES ($1, $2, $3, '2026-06-01') ON CONFLICT DO NOTHING",
    )
    .bind(employee.0)
    .bind(contract)
    .bind(category)
    .execute(&mut **tx)
    .await
    .expect("a balance");
    for (kind, amount, of) in [("grant", 8, None), ("hold", 1, Some(appointment))] {
        sqlx::query(
            "INSERT INTO quota_entries (employee_id, contract_id, category_id, year_start, kind, amount, appointment_id, at) VALUES ($1, $2, $3, '2026-06-01', $4, $5, $6, $7)",
        )
        .bind(employee.0)
        .bind(contract)
        .bind(category)
        .bind(kind)
        .bind(amount)
        .bind(of)
        .bind(now.to_sqlx())
        .execute(&mut **tx)
        .await
        .expect("an entry");
    }
}
