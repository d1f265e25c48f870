//! PostgreSQL: pools, and transactions which first say who acts.
//!
//! The application's login role owns nothing and may read nothing. [`Db::begin`] takes one of the actor roles for the length of the
//! transaction (`SET LOCAL ROLE`) and sets the acting person; row-level security does the rest (migrations/0001).

use std::time::Duration;

use sqlx::{
    Connection as _, Postgres,
    postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions},
};
use uuid::Uuid;

/// A transaction in which somebody acts. Dropping it undoes everything.
pub type Tx = sqlx::Transaction<'static, Postgres>;

/// Who acts, as the database knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DbActor {
    /// `anonymous`, `employee`, `specialist`, `hr`, `staff`, `company` or `system`.
    pub role: DbRole,
    /// The acting person; of `company`, the company.
    pub person: Option<Uuid>,
    /// A member of staff's capabilities, comma-separated.
    pub capabilities: String,
}

/// The database roles that stand behind the kinds of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DbRole {
    Anonymous,
    Employee,
    Specialist,
    /// A company's HR: sees and changes its roster, codes and contracts, and their own account.
    Hr,
    Staff,
    /// A company's directory, by SCIM: sees and changes what is the company's alone.
    Company,
    System,
}

impl DbRole {
    const fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "ponimau_anonymous",
            Self::Employee => "ponimau_employee",
            Self::Specialist => "ponimau_specialist",
            Self::Hr => "ponimau_hr",
            Self::Staff => "ponimau_staff",
            Self::Company => "ponimau_company",
            Self::System => "ponimau_system",
        }
    }
}

impl DbActor {
    /// Nobody signed in.
    pub const ANONYMOUS: Self = Self { role: DbRole::Anonymous, person: None, capabilities: String::new() };
    /// Jobs, and the steps of signing in before there is an actor.
    pub const SYSTEM: Self = Self { role: DbRole::System, person: None, capabilities: String::new() };
}

/// The application's connections: a pool for requests and jobs, and apart from it those that listen, which would otherwise occupy the pool for good.
#[derive(Debug, Clone)]
pub struct Db {
    pool: PgPool,
    listening: PgPool,
}

/// How many may listen at a time: one for each channel, with room for one that is being replaced.
const LISTENERS_MAX: u32 = 6;

/// How long after its last use a connection is taken to be alive. Asking each time would be two of the seven round trips of a plain read; a database
/// that went away and came back was away for longer.
const TRUSTED_FOR: Duration = Duration::from_millis(100);

/// How large the pool is and how long a request waits for a connection before it is told to come back (503).
#[derive(Debug, Clone, Copy)]
pub struct PoolSize {
    pub max_connections: u32,
    pub wait: Duration,
}

impl Default for PoolSize {
    /// About four connections for each database core (facts: 32 clients were slower than 8 on two cores).
    fn default() -> Self {
        Self { max_connections: 10, wait: Duration::from_secs(5) }
    }
}

impl Db {
    /// Connects lazily: the pool opens connections as they are needed and survives restarts of the database.
    pub fn connect(options: PgConnectOptions, size: PoolSize) -> Self {
        let options = options.application_name("ponimau");
        let pool = PgPoolOptions::new()
            .max_connections(size.max_connections)
            .acquire_timeout(size.wait)
            .test_before_acquire(false)
            .before_acquire(|connection, used| {
                Box::pin(async move {
                    if used.idle_for > TRUSTED_FOR {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(options.clone());
        let listening = PgPoolOptions::new().max_connections(LISTENERS_MAX).acquire_timeout(size.wait).connect_lazy_with(options);
        Self { pool, listening }
    }

    /// Listens to a channel's notifications on a connection of its own.
    pub async fn listen(&self, channel: &str) -> sqlx::Result<PgListener> {
        let mut listener = PgListener::connect_with(&self.listening).await?;
        listener.listen(channel).await?;
        Ok(listener)
    }

    /// Closes every connection, once it is given back.
    pub async fn close(&self) {
        tokio::join!(self.pool.close(), self.listening.close());
    }

    /// Begins a transaction in which `actor` acts.
    pub async fn begin(&self, actor: &DbActor) -> sqlx::Result<Tx> {
        // By a task of its own: dropped half way (a closed tab, a time limit), sqlx 0.9.0 would give the connection back with the transaction open. It also
        // keeps the pool's future, ten kilobytes since it can open a connection, out of every request and every open stream.
        let pool = self.pool.clone();
        let mut tx = tokio::spawn(async move { pool.begin().await }).await.unwrap_or(Err(sqlx::Error::WorkerCrashed))?;
        sqlx::query("SELECT set_config('role', $1, true), set_config('app.person', $2, true), set_config('app.capabilities', $3, true)")
            .bind(actor.role.name())
            .bind(actor.person.map(|id| id.to_string()).unwrap_or_default())
            .bind(&actor.capabilities)
            .execute(&mut *tx)
            .await?;
        Ok(tx)
    }

    /// Begins a transaction as the system: jobs, sign-in, webhooks.
    pub async fn begin_system(&self) -> sqlx::Result<Tx> {
        self.begin(&DbActor::SYSTEM).await
    }

    /// The pool itself: for health checks and the steps before there is an actor.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }
}

/// Whether a database error is the loser's side of a race (serialisation, deadlock, exclusion or unique violation): answer 409, nothing is broken.
pub fn is_conflict(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(|e| e.code().map(|code| matches!(code.as_ref(), "23P01" | "23505" | "40001" | "40P01")))
        .unwrap_or(false)
}

/// The name of the constraint that a database error reports.
pub fn violated_constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error().and_then(|e| e.constraint())
}
