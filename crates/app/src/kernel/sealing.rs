//! Sealing and opening under a person's data key, inside a transaction which may read that key.

use domain::ids::PersonId;
use platform::{
    crypto::{DataKey, Place},
    db::Tx,
};

use super::{
    app::App,
    error::{Error, Result},
};

/// The data key of `person`, as far as the transaction's actor may read it. Gone once erased.
pub async fn data_key(tx: &mut Tx, app: &App, person: PersonId) -> Result<DataKey> {
    let row: Option<(Option<Vec<u8>>,)> =
        sqlx::query_as("SELECT wrapped FROM data_keys WHERE person_id = $1").bind(person.0).fetch_optional(&mut **tx).await?;
    let (wrapped,) = row.ok_or_else(Error::not_found)?;
    let wrapped = wrapped.ok_or_else(|| Error::gone("erased"))?;
    Ok(app.keys.unwrap_data_key(person.0, &wrapped)?)
}

/// Seals a text under `key`.
pub fn seal_text(app: &App, key: &DataKey, place: Place<'_>, text: &str) -> Vec<u8> {
    key.seal(&app.rng, place, text.as_bytes())
}

/// Opens a text sealed under `key`.
pub fn open_text(key: &DataKey, place: Place<'_>, sealed: &[u8]) -> Result<String> {
    String::from_utf8(key.unseal(place, sealed)?).map_err(Error::internal)
}
