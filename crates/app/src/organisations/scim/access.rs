//! Whose directory asks: by a token of the company's, from a network of its. To whoever has neither, every refusal looks alike.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff_sqlx::{Date as SqlDate, ToSqlx};
use platform::crypto::token_hash;
use serde_json::json;
use uuid::Uuid;

use super::Directory;
use crate::kernel::{
    app::App,
    audit::{self, Entry},
    error::{Error, Result},
};

/// Why a request is answered by 401.
#[derive(Debug)]
pub enum Denied {
    /// Written down under this code.
    Refused(&'static str),
    Fault(Error),
}

impl<E: Into<Error>> From<E> for Denied {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    is_ended: bool,
    expires_on: Option<SqlDate>,
    last_used_on: Option<SqlDate>,
    networks: Vec<String>,
    is_archived: bool,
}

/// The directory of `company`, if `token` is one of the company's in force, and `address` is where it may ask from.
pub async fn admit(app: &App, company: Uuid, token: &str, address: IpAddr) -> Result<Directory, Denied> {
    let found: Option<Row> = sqlx::query_as("SELECT * FROM app.find_scim_token($1, $2)")
        .bind(company)
        .bind(token_hash(token))
        .fetch_optional(app.db.pool())
        .await?;
    let today = app.today();
    let reason = match &found {
        None => Some("token_unknown"),
        Some(row) if row.is_ended => Some("token_ended"),
        Some(row) if row.expires_on.is_some_and(|last| last.to_jiff() < today) => Some("token_expired"),
        Some(row) if !may_ask_from(&row.networks, address) => Some("address"),
        Some(_) => None,
    };
    let (Some(row), None) = (found, reason) else {
        return Err(Denied::Refused(reason.unwrap_or("token_unknown")));
    };
    let directory = Directory { app: app.clone(), company, is_archived: row.is_archived };
    if row.last_used_on.map(SqlDate::to_jiff) != Some(today) {
        let mut tx = directory.begin().await?;
        sqlx::query("UPDATE scim_tokens SET last_used_on = $2 WHERE id = $1").bind(row.id).bind(today.to_sqlx()).execute(&mut *tx).await?;
        tx.commit().await?;
    }
    Ok(directory)
}

/// From anywhere, if nothing is said.
fn may_ask_from(networks: &[String], address: IpAddr) -> bool {
    let address = address.to_canonical();
    networks.is_empty() || networks.iter().any(|network| network.parse::<IpNet>().is_ok_and(|network| network.contains(&address)))
}

/// Writes a refusal down: a code, and the company that was asked for. Never what was sent, nor from where.
pub async fn refused(app: &App, company: Uuid, reason: &str) -> Result<()> {
    let mut tx = app.db.begin_system().await?;
    let entry = Entry::new("organisations.scim_refused").on("company", company).detail(json!({ "reason": reason }));
    audit::append_as(&mut tx, app.now(), None, "company", entry).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_of_a_network_in_either_notation() {
        let networks = ["192.0.2.0/24".to_owned(), "2001:db8::/32".to_owned()];
        let check = |address: &str, is: bool| assert_eq!(may_ask_from(&networks, address.parse().unwrap()), is, "{address}");
        check("192.0.2.7", true);
        check("::ffff:192.0.2.7", true);
        check("192.0.3.7", false);
        check("2001:db8:1::1", true);
        check("2001:db9::1", false);
        assert!(may_ask_from(&[], "203.0.113.1".parse().unwrap()), "no network named: from anywhere");
    }
}
