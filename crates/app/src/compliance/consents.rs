//! Use cases: read what may be consented to, give a consent, withdraw it (152-ФЗ art. 9: separate document, separate purpose, withdrawal).

use domain::{regions::ConsentDocument, text::Locale};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use platform::{
    crypto::sha256,
    db::Tx,
    jobs::{self, NewJob},
};
use serde_json::json;

use crate::kernel::{
    app::App,
    audit,
    ctx::Caller,
    error::{Error, Result},
};

/// A document as one person stands to it.
#[derive(Debug)]
pub struct Standing<'a> {
    pub document: &'a ConsentDocument,
    /// When it was given, and in which version, if it is in force.
    pub given: Option<(Timestamp, String)>,
}

/// Every document, with the person's standing.
pub async fn list<'a>(tx: &mut Tx, app: &'a App, caller: &Caller) -> Result<Vec<Standing<'a>>> {
    let rows: Vec<(String, String, SqlTimestamp)> =
        sqlx::query_as("SELECT purpose, version, given_at FROM consents WHERE person_id = $1 AND withdrawn_at IS NULL")
            .bind(caller.me().0)
            .fetch_all(&mut **tx)
            .await?;
    let documents = &app.packs.region.consents;
    Ok(documents
        .iter()
        .map(|document| {
            let given = rows.iter().find(|(purpose, ..)| *purpose == document.purpose);
            Standing { document, given: given.map(|(_, version, at)| (at.to_jiff(), version.clone())) }
        })
        .collect())
}

/// The hash of the text in `locale`: what the person saw.
pub fn text_hash(document: &ConsentDocument, locale: Locale) -> Vec<u8> {
    sha256(document.text.get(locale).as_bytes())
}

/// What a person agreed to: exactly what was on the screen.
#[derive(Debug)]
pub struct Shown<'a> {
    pub purpose: &'a str,
    pub version: &'a str,
    pub language: Locale,
    pub text_hash: Vec<u8>,
}

/// Gives the consent to a document as it was shown. Giving twice is giving once.
///
/// # Errors
/// `/purpose unknown_purpose`; 409 `consent_changed` if the text on the screen is no longer the one in force.
pub async fn give(tx: &mut Tx, app: &App, caller: &Caller, shown: &Shown<'_>) -> Result<()> {
    let document = find(app, shown.purpose)?;
    if document.version != shown.version || text_hash(document, shown.language) != shown.text_hash {
        return Err(Error::conflict("consent_changed"));
    }
    let now = caller.now();
    // An older version in force is replaced by the new one.
    sqlx::query("UPDATE consents SET withdrawn_at = $3 WHERE person_id = $1 AND purpose = $2 AND withdrawn_at IS NULL AND version <> $4")
        .bind(caller.me().0)
        .bind(shown.purpose)
        .bind(now.to_sqlx())
        .bind(shown.version)
        .execute(&mut **tx)
        .await?;
    let given = sqlx::query(
        "INSERT INTO consents (id, person_id, purpose, version, language, text_hash, given_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(app.new_id())
    .bind(caller.me().0)
    .bind(shown.purpose)
    .bind(shown.version)
    .bind(shown.language.tag())
    .bind(&shown.text_hash)
    .bind(now.to_sqlx())
    .execute(&mut **tx)
    .await?
    .rows_affected();
    if given == 1 {
        let detail = json!({ "purpose": shown.purpose, "version": shown.version, "language": shown.language.tag() });
        audit::append(tx, caller, audit::Entry::new("compliance.consent").about(caller.me()).detail(detail)).await?;
    }
    Ok(())
}

/// Withdraws the consent to `purpose`, and asks for what the person told in advance under it to be forgotten. Withdrawing what is not given changes nothing.
pub async fn withdraw(tx: &mut Tx, app: &App, caller: &Caller, purpose: &str) -> Result<()> {
    find(app, purpose)?;
    let withdrawn = sqlx::query("UPDATE consents SET withdrawn_at = $3 WHERE person_id = $1 AND purpose = $2 AND withdrawn_at IS NULL")
        .bind(caller.me().0)
        .bind(purpose)
        .bind(caller.now().to_sqlx())
        .execute(&mut **tx)
        .await?
        .rows_affected();
    if withdrawn > 0 {
        let payload = json!({ "person": caller.me(), "purpose": purpose });
        jobs::enqueue(tx, caller.now(), NewJob { kind: "booking.forget_answers", payload, unique_key: None, run_at: caller.now() }).await?;
        audit::append(tx, caller, audit::Entry::new("compliance.withdraw").about(caller.me()).detail(json!({ "purpose": purpose })))
            .await?;
    }
    Ok(())
}

fn find<'a>(app: &'a App, purpose: &str) -> Result<&'a ConsentDocument> {
    app.packs.region.consents.iter().find(|d| d.purpose == purpose).ok_or_else(|| Error::field("/purpose", "unknown_purpose"))
}
