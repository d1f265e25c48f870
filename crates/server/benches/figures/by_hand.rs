//! What a booking writes, as one transaction by hand over the same pool: the baseline that says what the database itself can do.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use platform::db::{Db, DbActor, DbRole, Tx};
use tokio::time::Instant;
use uuid::Uuid;

use crate::load::Outcome;

/// Who books whom, when, under which contract.
#[derive(Debug, Clone)]
pub struct Booking {
    pub employee: Uuid,
    pub specialist: Uuid,
    pub category: Uuid,
    pub contract: Uuid,
    pub start: jiff_sqlx::Timestamp,
}

/// What a statement's parameters stand for.
#[derive(Debug, Clone, Copy)]
enum Given {
    Employee,
    Specialist,
    Category,
    Contract,
    Start,
    Appointment,
}

struct Statement {
    given: &'static [Given],
    text: &'static str,
}

/// The statements of holding and confirming, in their order.
const STATEMENTS: &[Statement] = &[
    Statement {
        given: &[Given::Employee, Given::Appointment],
        text: "INSERT INTO idempotency_keys (actor_id, key, operation, request_hash, created_at) VALUES ($1, $2::text, 'booking.book', '', now())",
    },
    Statement {
        given: &[Given::Employee],
        text: "SELECT app.take_turn($1)",
    },
    Statement {
        given: &[Given::Employee],
        text: "SELECT app.give_back_holds($1, now())",
    },
    Statement {
        given: &[Given::Specialist],
        text: "SELECT version FROM schedules WHERE specialist_id = $1 FOR NO KEY UPDATE",
    },
    Statement {
        given: &[Given::Specialist],
        text: "SELECT app.expire_holds($1, now())",
    },
    Statement {
        given: &[Given::Appointment, Given::Employee, Given::Specialist, Given::Category, Given::Contract, Given::Start],
        text: "INSERT INTO appointments (id, employee_id, specialist_id, category_id, contract_id, status, format, starts_at, ends_at, blocked,
                               buffer_before_min, buffer_after_min, hold_expires_at, is_offer, cancel_free_until, created_at)
     VALUES ($1, $2, $3, $4, $5, 'held', 'video', $6, $6 + interval '50 min',
             tstzrange($6, $6 + interval '1 h'), 0, 10, now() + interval '5 min', false, $6, now())
     ON CONFLICT DO NOTHING",
    },
    Statement {
        given: &[Given::Employee, Given::Contract, Given::Category],
        text: "INSERT INTO quota_balances (employee_id, contract_id, category_id, year_start) VALUES ($1, $2, $3, current_date) ON CONFLICT DO NOTHING",
    },
    Statement {
        given: &[Given::Employee, Given::Contract, Given::Category],
        text: "INSERT INTO quota_entries (employee_id, contract_id, category_id, year_start, kind, amount, at)
     VALUES ($1, $2, $3, current_date, 'grant', 1, now())",
    },
    Statement {
        given: &[Given::Employee, Given::Contract, Given::Category, Given::Appointment],
        text: "INSERT INTO quota_entries (employee_id, contract_id, category_id, year_start, kind, amount, appointment_id, at)
     VALUES ($1, $2, $3, current_date, 'hold', 1, $4, now())",
    },
    Statement {
        given: &[Given::Specialist],
        text: "SELECT app.schedule_changed($1)",
    },
    Statement {
        given: &[Given::Employee, Given::Appointment],
        text: "INSERT INTO audit_entries (at, actor_id, actor_role, action, subject_id, resource) VALUES (now(), $1, 'employee', 'booking.hold', $1, $2::text)",
    },
    Statement {
        given: &[Given::Appointment],
        text: "UPDATE appointments SET status = 'booked', booked_at = now() WHERE id = $1",
    },
    Statement {
        given: &[Given::Appointment],
        text: "INSERT INTO jobs (kind, payload, unique_key, run_at, created_at)
     VALUES ('booking.notify', '{}', 'by-hand:' || $1::text, now() + interval '1 day', now())",
    },
    Statement {
        given: &[Given::Employee, Given::Appointment],
        text: "INSERT INTO audit_entries (at, actor_id, actor_role, action, subject_id, resource) VALUES (now(), $1, 'employee', 'booking.confirm', $1, $2::text)",
    },
    Statement {
        given: &[Given::Employee],
        text: "SELECT app.emit($1, 'booking.changed', '{}', now())",
    },
    Statement {
        given: &[Given::Specialist],
        text: "SELECT app.emit($1, 'booking.changed', '{}', now())",
    },
    Statement {
        given: &[Given::Employee, Given::Appointment],
        text: "UPDATE idempotency_keys SET status = 201, body = decode(repeat('00', 600), 'hex') WHERE actor_id = $1 AND key = $2::text",
    },
];

/// Books `wanted` in turn in `at_once` tasks for a time.
pub async fn load(db: &Db, at_once: usize, lasts: Duration, wanted: &Arc<Vec<Booking>>, next: &Arc<AtomicUsize>) -> Outcome {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..at_once)
        .map(|_| {
            let (db, wanted, next) = (db.clone(), wanted.clone(), next.clone());
            tokio::spawn(async move {
                let mut waits = Vec::new();
                while begun.elapsed() < lasts {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let asked = Instant::now();
                    let status = match book(&db, &wanted[n % wanted.len()], n).await {
                        Ok(()) => 201,
                        // As the product would answer on a machine this busy.
                        Err(sqlx::Error::PoolTimedOut) => 503,
                        Err(error) => panic!("a booking by hand: {error}"),
                    };
                    waits.push((asked.elapsed(), status));
                }
                waits
            })
        })
        .collect();
    let mut waits = Vec::new();
    for task in tasks {
        waits.extend(task.await.expect("a task"));
    }
    Outcome::of(waits, begun.elapsed())
}

async fn book(db: &Db, booking: &Booking, n: usize) -> sqlx::Result<()> {
    let actor = DbActor { role: DbRole::Employee, person: Some(booking.employee), capabilities: String::new() };
    let mut tx: Tx = db.begin(&actor).await?;
    let appointment = Uuid::from_u128(0x8000_0000_0000_4000_8000_0000_0000_0000 | n as u128);
    for statement in STATEMENTS {
        let mut query = sqlx::query(statement.text);
        for name in statement.given {
            query = match name {
                Given::Employee => query.bind(booking.employee),
                Given::Specialist => query.bind(booking.specialist),
                Given::Category => query.bind(booking.category),
                Given::Contract => query.bind(booking.contract),
                Given::Start => query.bind(booking.start),
                Given::Appointment => query.bind(appointment),
            };
        }
        query.execute(&mut *tx).await?;
    }
    tx.commit().await
}
