//! A person of a company's directory.

use scim_v2::filter::CompValue;
use serde_json::Value;

use super::{
    ENTERPRISE_USER, Kind, Operation, Refusal, Result, USER,
    address::{added, address, as_address, chosen},
    patch::{Condition, Target, Verb},
    shown, value,
};

/// What is kept of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Unique within the company, whatever its case.
    pub user_name: String,
    /// What the directory calls them for itself.
    pub external_id: Option<String>,
    /// Normalised.
    pub address: String,
    /// On the roster.
    pub is_active: bool,
}

/// Of the core schema, accepted because directories send it, and dropped.
pub const DROPPED: [&str; 17] = [
    "name",
    "displayName",
    "nickName",
    "profileUrl",
    "title",
    "userType",
    "preferredLanguage",
    "locale",
    "timezone",
    "password",
    "phoneNumbers",
    "ims",
    "photos",
    "addresses",
    "entitlements",
    "roles",
    "x509Certificates",
];
/// Ours to say; in a request they are passed over (RFC 7644 §3.3).
const READ_ONLY: [&str; 3] = ["id", "meta", "groups"];

fn is_dropped(name: &str) -> bool {
    DROPPED.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn unknown(name: &str, kind: Kind) -> Refusal {
    Refusal::new(kind, format!("{} is not known here", shown(name)))
}

/// Reads a whole person, as a POST or a PUT sends them. Where nothing says whether they are active, they are as `was_active`.
///
/// # Errors
/// `invalidValue` names the attribute that is unknown, missing or wrong.
pub fn read_user(body: &Value, was_active: bool) -> Result<User> {
    let (mut user_name, mut external_id, mut mail, mut is_active) = (None, None, None, was_active);
    for (name, member) in value::object(body, "the request")? {
        match name.to_lowercase().as_str() {
            "schemas" => value::schemas(member, USER, &[ENTERPRISE_USER])?,
            "username" => user_name = Some(value::text(member, "userName")?),
            "externalid" => external_id = value::optional_text(member, "externalId")?,
            "emails" => mail = chosen(member)?,
            "active" if member.is_null() => {}
            "active" => is_active = value::truth(member, "active")?,
            known if READ_ONLY.contains(&known) || is_dropped(known) || name.eq_ignore_ascii_case(ENTERPRISE_USER) => {}
            _ => return Err(unknown(name, Kind::InvalidValue)),
        }
    }
    let user_name = user_name.ok_or_else(|| Refusal::new(Kind::InvalidValue, "userName is missing"))?;
    let address = mail
        .or_else(|| as_address(&user_name))
        .ok_or_else(|| Refusal::new(Kind::InvalidValue, "emails is missing, and userName is not a mail address"))?;
    Ok(User { user_name, external_id, address, is_active })
}

impl User {
    /// The person after `operations`, which are done one after the other, all or none.
    ///
    /// # Errors
    /// `invalidPath`, `invalidValue`, `mutability`, `noTarget`.
    pub fn patched(self, operations: &[Operation]) -> Result<Self> {
        operations.iter().try_fold(self, Self::changed)
    }

    fn changed(mut self, operation: &Operation) -> Result<Self> {
        let Target::Attribute { name, of, part } = &operation.target else { return Ok(self) };
        let (new, is_removal) = (&operation.value, operation.verb == Verb::Remove);
        let required = |what: &str| Err(Refusal::new(Kind::Mutability, format!("{what} cannot be removed")));
        match name.to_lowercase().as_str() {
            "emails" => return self.with_address(operation, of.as_deref(), part.as_deref()),
            "username" | "externalid" | "active" if of.is_some() || part.is_some() => return Err(unknown(name, Kind::InvalidPath)),
            "username" if is_removal => return required("userName"),
            "username" => self.user_name = value::text(new, "userName")?,
            "externalid" if is_removal => self.external_id = None,
            "externalid" => self.external_id = value::optional_text(new, "externalId")?,
            "active" if is_removal => return required("active"),
            "active" => self.is_active = value::truth(new, "active")?,
            "schemas" => {}
            known if READ_ONLY.contains(&known) => return Err(Refusal::new(Kind::Mutability, format!("{} is read only", shown(name)))),
            known if is_dropped(known) => {}
            _ => return Err(unknown(name, Kind::InvalidPath)),
        }
        Ok(self)
    }

    /// One address is kept, which is that of work and the primary one.
    fn with_address(mut self, operation: &Operation, of: Option<&[Condition]>, part: Option<&str>) -> Result<Self> {
        let new = &operation.value;
        if let Some(conditions) = of {
            match self.meant(conditions)? {
                Meant::Kept => {}
                // Another one, which is not kept.
                Meant::Other => return Ok(self),
                Meant::Nobody => return Err(Refusal::new(Kind::NoTarget, "no value of emails is meant")),
            }
        }
        match part {
            Some("type" | "primary" | "display") => return Ok(self),
            Some("value") | None => {}
            Some(part) => return Err(unknown(&format!("emails.{part}"), Kind::InvalidPath)),
        }
        if operation.verb == Verb::Remove {
            return Err(Refusal::new(Kind::Mutability, "emails cannot be removed: a person is known here by one address"));
        }
        self.address = match (operation.verb, part) {
            (_, Some(_)) => address(new, "emails.value")?,
            (Verb::Add, None) if of.is_none() => added(new, &self.address)?,
            _ => chosen(new)?.ok_or_else(|| Refusal::new(Kind::InvalidValue, "emails is empty"))?,
        };
        Ok(self)
    }

    fn meant(&self, conditions: &[Condition]) -> Result<Meant> {
        let mut meant = Meant::Kept;
        for Condition { part, value } in conditions {
            let one = match (part.as_str(), value) {
                ("type", CompValue::Str(kind)) if !kind.eq_ignore_ascii_case("work") => Meant::Other,
                ("primary", CompValue::False) => Meant::Other,
                ("value", CompValue::Str(text)) if as_address(text).as_deref() != Some(self.address.as_str()) => Meant::Nobody,
                ("type" | "primary" | "value", _) => Meant::Kept,
                _ => return Err(unknown(&format!("emails.{part}"), Kind::InvalidPath)),
            };
            meant = meant.max(one);
        }
        Ok(meant)
    }
}

/// Which address a condition means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Meant {
    Kept,
    Other,
    Nobody,
}

#[cfg(test)]
mod tests;
