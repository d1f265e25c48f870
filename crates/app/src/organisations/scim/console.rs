//! A company's SCIM endpoint as the administrator sees it: where it is, the tokens that open it, and from where it may be asked.

use domain::time::Date;
use ipnet::IpNet;
use jiff_sqlx::{Date as SqlDate, Timestamp as SqlTimestamp, ToSqlx};
use platform::{
    crypto::token_hash,
    db::{Tx, violated_constraint},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    kernel::{
        audit::{self, Entry},
        ctx::Caller,
        error::{Error, Result},
        validation::Checks,
    },
    organisations::companies,
};

/// A company's SCIM endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScimView {
    /// What the company's IT enters as the tenant URL.
    pub address: String,
    /// Tokens that were not ended, the oldest first; at most two.
    pub tokens: Vec<ScimToken>,
    /// Networks from which it may be asked, in CIDR notation; from anywhere if there are none.
    pub networks: Vec<String>,
}

/// A token.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScimToken {
    pub id: Uuid,
    /// Its last characters.
    pub hint: String,
    /// `active` or `expired`.
    pub state: &'static str,
    pub created_at: String,
    /// The last day on which it is good.
    pub expires_on: Option<String>,
    /// The day on which it was last used.
    pub last_used_on: Option<String>,
}

/// A token to be made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NewScimToken {
    /// `YYYY-MM-DD`, the last day on which it is good; until it is ended if absent.
    #[serde(default)]
    pub expires_on: Option<String>,
}

/// A new token. It is never shown again.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeScimToken {
    pub token: String,
    pub scim: ScimView,
}

/// Networks to allow.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ScimNetworks {
    /// At most 50: `203.0.113.0/24`, `2001:db8::/32`, or a single address.
    pub networks: Vec<String>,
}

const NETWORKS_MAX: usize = 50;
/// Characters of a token that tell it apart.
const HINT: usize = 4;
/// The longest life of a token that has an end. Years.
const YEARS_MAX: i16 = 5;
/// Tells a scanner of leaked secrets, and whoever finds one, what it is.
const PREFIX: &str = "scim_";

/// How the endpoint stands.
pub async fn read(tx: &mut Tx, caller: &Caller, company: Uuid) -> Result<ScimView> {
    companies::details(tx, caller, company).await?;
    view(tx, caller, company).await
}

async fn view(tx: &mut Tx, caller: &Caller, company: Uuid) -> Result<ScimView> {
    let today = caller.app.today();
    let rows: Vec<(Uuid, String, SqlTimestamp, Option<SqlDate>, Option<SqlDate>)> = sqlx::query_as(
        "SELECT id, hint, created_at, expires_on, last_used_on FROM scim_tokens WHERE company_id = $1 AND ended_at IS NULL ORDER BY created_at, id",
    )
    .bind(company)
    .fetch_all(&mut **tx)
    .await?;
    let tokens = rows.into_iter().map(|(id, hint, created_at, expires_on, last_used_on)| ScimToken {
        id,
        hint,
        state: if expires_on.is_some_and(|last| last.to_jiff() < today) { "expired" } else { "active" },
        created_at: created_at.to_jiff().to_string(),
        expires_on: expires_on.map(|day| day.to_jiff().to_string()),
        last_used_on: last_used_on.map(|day| day.to_jiff().to_string()),
    });
    let networks: Vec<(String,)> = sqlx::query_as("SELECT network FROM scim_networks WHERE company_id = $1 ORDER BY network")
        .bind(company)
        .fetch_all(&mut **tx)
        .await?;
    Ok(ScimView {
        address: caller.app.url(&format!("/scim/v2/{company}")),
        tokens: tokens.collect(),
        networks: networks.into_iter().map(|(network,)| network).collect(),
    })
}

/// Makes a token, beside at most one other.
pub async fn make_token(tx: &mut Tx, caller: &Caller, company: Uuid, new: &NewScimToken) -> Result<MadeScimToken> {
    let today = caller.app.today();
    let expires_on: Option<Option<Date>> = new.expires_on.as_deref().map(|day| day.parse().ok());
    let mut checks = Checks::new();
    match expires_on {
        Some(None) => _ = checks.that(false, "/expires_on", "wrong_date"),
        Some(Some(day)) => {
            checks.that(day > today, "/expires_on", "in_the_past").that(day.year() - today.year() <= YEARS_MAX, "/expires_on", "too_far");
        }
        None => {}
    }
    checks.done()?;
    companies::in_use(tx, company).await?;
    // What is over makes room.
    sqlx::query("UPDATE scim_tokens SET ended_at = $2 WHERE company_id = $1 AND ended_at IS NULL AND expires_on < $3")
        .bind(company)
        .bind(caller.now().to_sqlx())
        .bind(today.to_sqlx())
        .execute(&mut **tx)
        .await?;
    let token = format!("{PREFIX}{}", caller.app.new_token());
    let id = caller.app.new_id();
    let inserted = sqlx::query(
        "INSERT INTO scim_tokens (id, company_id, place, token_hash, hint, expires_on, created_at)
         SELECT $1, $2, p.place, $3, $4, $5, $6 FROM (VALUES (1), (2)) AS p(place)
         WHERE NOT EXISTS (SELECT FROM scim_tokens t WHERE t.company_id = $2 AND t.place = p.place AND t.ended_at IS NULL)
         ORDER BY p.place LIMIT 1",
    )
    .bind(id)
    .bind(company)
    .bind(token_hash(&token))
    .bind(&token[token.len() - HINT..])
    .bind(expires_on.flatten().map(|day| day.to_sqlx()))
    .bind(caller.now().to_sqlx())
    .execute(&mut **tx)
    .await;
    match inserted {
        Ok(done) if done.rows_affected() == 1 => {}
        Ok(_) => return Err(Error::conflict("two_scim_tokens")),
        // Somebody made one in the same moment.
        Err(error) if violated_constraint(&error) == Some("scim_tokens_two") => return Err(Error::conflict("two_scim_tokens")),
        Err(error) => return Err(error.into()),
    }
    let detail = json!({ "token": id, "expires": expires_on.is_some() });
    audit::append(tx, caller, Entry::new("organisations.make_scim_token").on("company", company).detail(detail)).await?;
    Ok(MadeScimToken { token, scim: view(tx, caller, company).await? })
}

/// Ends a token: the next request with it is refused.
pub async fn end_token(tx: &mut Tx, caller: &Caller, token: Uuid) -> Result<ScimView> {
    let ended: Option<(Uuid,)> =
        sqlx::query_as("UPDATE scim_tokens SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING company_id")
            .bind(token)
            .bind(caller.now().to_sqlx())
            .fetch_optional(&mut **tx)
            .await?;
    let (company,) = ended.ok_or_else(Error::not_found)?;
    let entry = Entry::new("organisations.end_scim_token").on("company", company).detail(json!({ "token": token }));
    audit::append(tx, caller, entry).await?;
    view(tx, caller, company).await
}

/// Says from where the endpoint may be asked.
pub async fn set_networks(tx: &mut Tx, caller: &Caller, company: Uuid, asked: &ScimNetworks) -> Result<ScimView> {
    let mut checks = Checks::new();
    checks.that(asked.networks.len() <= NETWORKS_MAX, "/networks", "too_many");
    let mut networks: Vec<String> = Vec::new();
    for (index, text) in asked.networks.iter().enumerate().take(NETWORKS_MAX) {
        let read = network(text);
        checks.that(read.is_some(), &format!("/networks/{index}"), "not_a_network");
        networks.extend(read.map(|network| network.to_string()));
    }
    checks.done()?;
    companies::in_use(tx, company).await?;
    sqlx::query("DELETE FROM scim_networks WHERE company_id = $1 AND NOT network = ANY($2)")
        .bind(company)
        .bind(&networks)
        .execute(&mut **tx)
        .await?;
    sqlx::query("INSERT INTO scim_networks (company_id, network) SELECT $1, * FROM unnest($2::text[]) ON CONFLICT DO NOTHING")
        .bind(company)
        .bind(&networks)
        .execute(&mut **tx)
        .await?;
    let entry = Entry::new("organisations.set_scim_networks").on("company", company).detail(json!({ "count": networks.len() }));
    audit::append(tx, caller, entry).await?;
    view(tx, caller, company).await
}

/// A network, or a single address as one, without the bits that do not count.
fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<std::net::IpAddr>().ok().map(IpNet::from))?;
    Some(network.trunc())
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn networks_are_kept_in_one_notation() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(network(text).map(|n| n.to_string()).as_deref(), expected, "{text}");
        check(" 203.0.113.7/24 ", Some("203.0.113.0/24"));
        check("203.0.113.7", Some("203.0.113.7/32"));
        check("2001:DB8::1/32", Some("2001:db8::/32"));
        check("203.0.113.0/33", None);
        check("firma.ru", None);
        check("", None);
    }
}
