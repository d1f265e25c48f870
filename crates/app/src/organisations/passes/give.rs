//! Giving a pass: what proves that somebody may have one is looked at, that they have had it is noted, and what they have blinded is signed. No entry of
//! the audit log: its instant would stand beside that of an account.

use domain::identity::normalise_email;
use jiff_sqlx::ToSqlx;
use platform::{
    blind::{self, SIGNATURE_LEN},
    crypto::sha256,
    db::Tx,
};
use uuid::Uuid;

use super::keys::{self, key_of_today};
use crate::{
    kernel::{
        app::App,
        error::{Error, Result},
    },
    organisations::entry::{self, Eligible},
};

/// What is to be signed for whom.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Of the key for which it was blinded.
    pub fingerprint: &'a [u8],
    pub blinded: &'a [u8],
}

/// What proves that somebody may have a pass.
#[derive(Debug, Clone, Copy)]
enum Proof<'a> {
    Code(&'a str),
    Address(&'a str),
    /// The company's own sign-in has named them so.
    Vouched {
        subject: &'a str,
        address: &'a str,
    },
}

impl Proof<'_> {
    /// What is noted of it, none of which says whose it is. Somebody whom the company has vouched for may have shown the address alone before.
    fn entitlements(self, app: &App, company: Uuid, blinded_hash: &[u8]) -> Vec<Vec<u8>> {
        let by_address = |address: &str| app.keys.lookup("pass by address", &normalise_email(address));
        match self {
            // A code names nobody: each of its uses is somebody's, and known by what was signed for it.
            Self::Code(code) => {
                vec![app.keys.lookup("pass by code", &hex::encode([&entry::code_hash(app, code)[..], blinded_hash].concat()))]
            }
            Self::Address(address) => vec![by_address(address)],
            Self::Vouched { subject, address } => {
                vec![app.keys.lookup("pass by subject", &format!("{company} {subject}")), by_address(address)]
            }
        }
    }
}

impl<'a> Asked<'a> {
    /// Signs for whoever has an access code, taking one of its uses; for the same blinded message again, none.
    ///
    /// # Errors
    /// As [`entry::use_code`] and [`give`].
    pub async fn by_code(self, tx: &mut Tx, app: &App, code: &str) -> Result<Vec<u8>> {
        let eligible = entry::by_code_even_used_up(tx, app, code).await?;
        give(tx, app, &eligible, Proof::Code(code), self).await
    }

    /// Signs for whoever has proven an address.
    ///
    /// # Errors
    /// As [`give`]; `company_not_covered`.
    pub async fn by_address(self, tx: &mut Tx, app: &App, address: &str) -> Result<Vec<u8>> {
        let eligible = entry::by_email(tx, app, address).await?.ok_or_else(|| Error::conflict("company_not_covered"))?;
        give(tx, app, &eligible, Proof::Address(address), self).await
    }

    /// Signs for somebody of whom the company's own sign-in has said who they are.
    ///
    /// # Errors
    /// As [`entry::by_sso`] and [`give`].
    pub async fn by_sso(self, tx: &mut Tx, app: &App, company: Uuid, subject: &str, address: &str) -> Result<Vec<u8>> {
        let eligible = entry::by_sso(tx, app, company, Some(address)).await?;
        give(tx, app, &eligible, Proof::Vouched { subject, address }, self).await
    }
}

/// Notes that the pass of this period was given, and signs. For the same blinded message it signs again: an answer may be lost on the way.
///
/// # Errors
/// `/blinded` `pass_not_blinded`; `pass_key_changed`; `pass_given`; as [`key_of_today`].
async fn give(tx: &mut Tx, app: &App, eligible: &Eligible, proof: Proof<'_>, asked: Asked<'_>) -> Result<Vec<u8>> {
    let company = eligible.company.0;
    if asked.blinded.len() != SIGNATURE_LEN {
        return Err(Error::field("/blinded", "pass_not_blinded"));
    }
    let key = key_of_today(tx, app, company).await?;
    if key.fingerprint != asked.fingerprint {
        return Err(Error::conflict("pass_key_changed"));
    }
    let blinded_hash = sha256(asked.blinded);
    let entitlements = proof.entitlements(app, company, &blinded_hash);
    let noted = sqlx::query(
        "INSERT INTO passes_given (company_id, starts_on, entitlement, blinded_hash) SELECT $1, $2, unnest($3::bytea[]), $4 ON CONFLICT DO NOTHING",
    )
    .bind(company)
    .bind(key.starts_on.to_sqlx())
    .bind(&entitlements)
    .bind(&blinded_hash)
    .execute(&mut **tx)
    .await?
    .rows_affected();
    let (has_another,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT FROM passes_given WHERE company_id = $1 AND starts_on = $2 AND entitlement = ANY($3) AND blinded_hash <> $4)",
    )
    .bind(company)
    .bind(key.starts_on.to_sqlx())
    .bind(&entitlements)
    .bind(&blinded_hash)
    .fetch_one(&mut **tx)
    .await?;
    if has_another {
        // Undone with the transaction: nothing of this try is noted.
        return Err(Error::conflict("pass_given").extra("next_on", key.ends_on.saturating_add(jiff::Span::new().days(1)).to_string()));
    }
    if let Proof::Code(code) = proof
        && noted > 0
    {
        entry::use_code(tx, app, code).await?;
    }
    let secret = zeroize::Zeroizing::new(app.keys.unseal(keys::place(company), &key.secret_sealed)?);
    blind::sign(&secret, asked.blinded).map_err(|_| Error::field("/blinded", "pass_not_blinded"))
}
