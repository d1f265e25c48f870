//! Which of a person's addresses is the one by which they may enter.

use serde_json::Value;

use super::{Kind, Refusal, Result, shown, value};
use crate::organisations::roster;

/// Most addresses of one person that are looked at.
const ADDRESSES_MAX: usize = 50;
/// What an address may say of itself besides.
const PARTS: [&str; 5] = ["value", "type", "primary", "display", "$ref"];

/// An address as it is kept.
pub(super) fn address(value: &Value, what: &str) -> Result<String> {
    let text = value::text(value, what)?;
    roster::address(&text).map_err(|_| Refusal::new(Kind::InvalidValue, format!("{} is not a mail address", shown(what))))
}

/// `text`, if it is an address.
pub(super) fn as_address(text: &str) -> Option<String> {
    roster::address(text).ok()
}

/// One of `emails`.
struct One {
    address: String,
    is_primary: bool,
    is_work: bool,
}

fn one(value: &Value) -> Result<One> {
    if value.is_string() {
        return Ok(One { address: address(value, "emails.value")?, is_primary: false, is_work: false });
    }
    let (mut found, mut is_primary, mut is_work) = (None, false, false);
    for (name, part) in value::object(value, "emails")? {
        match name.to_lowercase().as_str() {
            "value" => found = Some(address(part, "emails.value")?),
            "primary" => is_primary = value::truth(part, "emails.primary")?,
            "type" => is_work = part.as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("work")),
            known if PARTS.contains(&known) => {}
            _ => return Err(Refusal::new(Kind::InvalidValue, format!("emails.{} is not known here", shown(name)))),
        }
    }
    let address = found.ok_or_else(|| Refusal::new(Kind::InvalidValue, "emails.value is missing"))?;
    Ok(One { address, is_primary, is_work })
}

/// The one address of `emails` that is kept: the primary one, else that of work, else the first.
pub(super) fn chosen(emails: &Value) -> Result<Option<String>> {
    let all = all(emails)?;
    let rank = |one: &&One| (one.is_primary, one.is_work);
    // Of equals, the first.
    Ok(all.iter().rev().max_by_key(rank).map(|one| one.address.clone()))
}

/// As [`chosen`], beside the one that is kept: another takes its place only if it says that it is the primary one.
pub(super) fn added(emails: &Value, kept: &str) -> Result<String> {
    let all = all(emails)?;
    Ok(all.into_iter().find(|one| one.is_primary).map_or_else(|| kept.to_owned(), |one| one.address))
}

fn all(emails: &Value) -> Result<Vec<One>> {
    value::list(emails, "emails", ADDRESSES_MAX)?.iter().map(one).collect()
}
