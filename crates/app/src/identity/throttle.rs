//! Slowing down attempts, in the database: it holds over restarts and over several nodes. What is counted by is kept as a keyed hash only.

use std::{net::IpAddr, time::Duration};

use domain::identity::Limit;
use jiff::SignedDuration;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::db::Tx;

use crate::kernel::{
    app::App,
    error::{Error, Result},
};

/// Codes sent to one address: a stranger must not be able to fill somebody's mailbox.
pub const SENDS_TO_ADDRESS: Limit = Limit {
    bucket: "send.address",
    free: 3,
    first_wait: SignedDuration::from_secs(60),
    longest_wait: SignedDuration::from_mins(30),
    window: SignedDuration::from_hours(1),
};
/// Codes asked for from one network. A whole office may come in through one address after a company's announcement.
pub const SENDS_FROM_NETWORK: Limit = Limit {
    bucket: "send.network",
    free: 200,
    first_wait: SignedDuration::from_secs(10),
    longest_wait: SignedDuration::from_mins(5),
    window: SignedDuration::from_hours(1),
};
/// Wrong answers (codes, one-time passwords, recovery codes) for one account.
pub const ANSWERS_FOR_ACCOUNT: Limit = Limit {
    bucket: "answer.account",
    free: 5,
    first_wait: SignedDuration::from_secs(30),
    longest_wait: SignedDuration::from_mins(15),
    window: SignedDuration::from_hours(24),
};
/// Wrong answers from one network, company codes and links included.
pub const ANSWERS_FROM_NETWORK: Limit = Limit {
    bucket: "answer.network",
    free: 50,
    first_wait: SignedDuration::from_secs(10),
    longest_wait: SignedDuration::from_mins(10),
    window: SignedDuration::from_hours(1),
};

/// Logout tokens that Keycloak has not signed, from wherever they come: so many of them are written down.
pub const UNSIGNED_TOKENS: Limit = Limit {
    bucket: "logout.unsigned",
    free: 10,
    first_wait: SignedDuration::from_mins(10),
    longest_wait: SignedDuration::from_hours(1),
    window: SignedDuration::from_hours(1),
};

/// Something attempts are counted by.
#[derive(Debug, Clone)]
pub struct Counter {
    limit: &'static Limit,
    key: Vec<u8>,
}

impl Counter {
    /// Counts by an account, an address: anything with a stable text.
    pub fn of(app: &App, limit: &'static Limit, what: &str) -> Self {
        Self { limit, key: app.keys.lookup("throttle", what) }
    }

    /// Counts by the asking network: an IPv4 /24 or an IPv6 /48, the usual sizes of what one party holds.
    pub fn of_network(app: &App, limit: &'static Limit, address: IpAddr) -> Self {
        Self::of(app, limit, &network(address))
    }
}

fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

/// Counts an attempt before it is made, so that many at once are counted too. [`forgive`] takes it back when the attempt was right.
///
/// # Errors
/// `too_many_attempts` with the time to wait. The same for accounts that exist and such that do not.
pub async fn count(app: &App, counters: &[Counter]) -> Result<()> {
    let mut tx = app.db.begin_system().await?;
    for counter in counters {
        let wait = count_one(&mut tx, app, counter).await?;
        if let Some(wait) = wait {
            // The counters before this one stay as they were: what was refused was no attempt.
            return Err(Error::too_many("too_many_attempts", wait));
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn count_one(tx: &mut Tx, app: &App, counter: &Counter) -> Result<Option<Duration>> {
    let (now, limit) = (app.now(), counter.limit);
    let row: Option<(i32,)> = sqlx::query_as(
        "INSERT INTO throttles AS t (bucket, key, failures, window_start) VALUES ($1, $2, 1, $3)
         ON CONFLICT (bucket, key) DO UPDATE SET
           failures = CASE WHEN t.window_start <= $4 THEN 1 ELSE t.failures + 1 END,
           window_start = CASE WHEN t.window_start <= $4 THEN $3 ELSE t.window_start END
         WHERE t.blocked_until IS NULL OR t.blocked_until <= $3
         RETURNING t.failures",
    )
    .bind(limit.bucket)
    .bind(&counter.key)
    .bind(now.to_sqlx())
    .bind((now - limit.window).to_sqlx())
    .fetch_optional(&mut **tx)
    .await?;
    let Some((count,)) = row else {
        let (until,): (SqlTimestamp,) = sqlx::query_as("SELECT blocked_until FROM throttles WHERE bucket = $1 AND key = $2")
            .bind(limit.bucket)
            .bind(&counter.key)
            .fetch_one(&mut **tx)
            .await?;
        let wait = until.to_jiff().duration_since(now);
        return Ok(Some(Duration::try_from(wait).unwrap_or(Duration::from_secs(1))));
    };
    if let Some(wait) = limit.wait_after(u32::try_from(count).unwrap_or(0)) {
        sqlx::query("UPDATE throttles SET blocked_until = $3 WHERE bucket = $1 AND key = $2")
            .bind(limit.bucket)
            .bind(&counter.key)
            .bind((now + wait).to_sqlx())
            .execute(&mut **tx)
            .await?;
    }
    Ok(None)
}

/// Takes a counted attempt back: it was right. Other attempts stay counted, so that a right one does not open the way for guesses elsewhere. Where there
/// are none nothing stays: the network of who proves that they may have a pass would stand beside that of who opens an account with one.
pub async fn forgive(tx: &mut Tx, counters: &[Counter]) -> Result<()> {
    for counter in counters {
        let forgotten = sqlx::query("DELETE FROM throttles WHERE bucket = $1 AND key = $2 AND failures <= 1")
            .bind(counter.limit.bucket)
            .bind(&counter.key)
            .execute(&mut **tx)
            .await?
            .rows_affected();
        if forgotten > 0 {
            continue;
        }
        sqlx::query("UPDATE throttles SET failures = greatest(failures - 1, 0), blocked_until = NULL WHERE bucket = $1 AND key = $2")
            .bind(counter.limit.bucket)
            .bind(&counter.key)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Forgets every attempt of an account: it has proven itself.
pub async fn clear(tx: &mut Tx, counter: &Counter) -> Result<()> {
    sqlx::query("DELETE FROM throttles WHERE bucket = $1 AND key = $2")
        .bind(counter.limit.bucket)
        .bind(&counter.key)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn networks_are_what_one_party_holds() {
        let check = |address: &str, expected: &str| assert_eq!(network(address.parse().unwrap()), expected);
        check("192.0.2.77", "192.0.2.0/24");
        check("::ffff:192.0.2.77", "192.0.2.0/24");
        check("2001:db8:12:3456::1", "2001:db8:12::/48");
    }
}
