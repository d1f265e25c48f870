//! A group of a company's directory. Directories send groups, so they are kept; they mean nothing here.

use std::collections::BTreeSet;

use scim_v2::filter::CompValue;
use serde_json::Value;
use uuid::Uuid;

use super::{
    ENTRA_GROUP, GROUP, Kind, Operation, Refusal, Result,
    patch::{Condition, Target, Verb},
    shown, value,
};

/// Most members of one group.
pub const MEMBERS_MAX: usize = 20_000;
/// What a member may say of itself besides.
const PARTS: [&str; 4] = ["value", "$ref", "type", "display"];

/// What is kept of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub display_name: String,
    pub external_id: Option<String>,
    /// Ids of people.
    pub members: BTreeSet<Uuid>,
}

fn unknown(name: &str, kind: Kind) -> Refusal {
    Refusal::new(kind, format!("{} is not known here", shown(name)))
}

/// Reads a whole group, as a POST or a PUT sends it.
///
/// # Errors
/// `invalidValue` names the attribute that is unknown, missing or wrong; `tooMany`.
pub fn read_group(body: &Value) -> Result<Group> {
    let (mut display_name, mut external_id, mut members) = (None, None, BTreeSet::new());
    for (name, member) in value::object(body, "the request")? {
        match name.to_lowercase().as_str() {
            "schemas" => value::schemas(member, GROUP, &[ENTRA_GROUP])?,
            "displayname" => display_name = Some(value::text(member, "displayName")?),
            "externalid" => external_id = value::optional_text(member, "externalId")?,
            "members" => members = read_members(member)?,
            "id" | "meta" => {}
            _ if name.eq_ignore_ascii_case(ENTRA_GROUP) => {}
            _ => return Err(unknown(name, Kind::InvalidValue)),
        }
    }
    let display_name = display_name.ok_or_else(|| Refusal::new(Kind::InvalidValue, "displayName is missing"))?;
    Ok(Group { display_name, external_id, members })
}

fn read_members(value: &Value) -> Result<BTreeSet<Uuid>> {
    value::list(value, "members", MEMBERS_MAX)?.iter().map(member).collect()
}

fn member(value: &Value) -> Result<Uuid> {
    let id = match value {
        Value::String(id) => Some(id.as_str()),
        value => {
            let parts = value::object(value, "members")?;
            if let Some(name) = parts.keys().find(|name| !PARTS.contains(&name.to_lowercase().as_str())) {
                return Err(unknown(&format!("members.{name}"), Kind::InvalidValue));
            }
            parts.iter().find(|(name, _)| name.eq_ignore_ascii_case("value")).and_then(|(_, id)| id.as_str())
        }
    };
    id.and_then(|id| id.parse().ok()).ok_or_else(|| Refusal::new(Kind::InvalidValue, "members.value is not the id of a user"))
}

impl Group {
    /// The group after `operations`, which are done one after the other, all or none.
    ///
    /// # Errors
    /// `invalidPath`, `invalidValue`, `mutability`, `tooMany`.
    pub fn patched(self, operations: &[Operation]) -> Result<Self> {
        operations.iter().try_fold(self, Self::changed)
    }

    fn changed(mut self, operation: &Operation) -> Result<Self> {
        let Target::Attribute { name, of, part } = &operation.target else { return Ok(self) };
        let (new, is_removal) = (&operation.value, operation.verb == Verb::Remove);
        match name.to_lowercase().as_str() {
            "members" if part.is_none() => self.change_members(operation, of.as_deref())?,
            "displayname" | "externalid" if of.is_some() || part.is_some() => return Err(unknown(name, Kind::InvalidPath)),
            "displayname" if is_removal => return Err(Refusal::new(Kind::Mutability, "displayName cannot be removed")),
            "displayname" => self.display_name = value::text(new, "displayName")?,
            "externalid" if is_removal => self.external_id = None,
            "externalid" => self.external_id = value::optional_text(new, "externalId")?,
            // Entra ID sends the id along.
            "id" | "schemas" if !is_removal => {}
            "id" | "meta" => return Err(Refusal::new(Kind::Mutability, format!("{} is read only", shown(name)))),
            _ => return Err(unknown(name, Kind::InvalidPath)),
        }
        Ok(self)
    }

    fn change_members(&mut self, operation: &Operation, of: Option<&[Condition]>) -> Result<()> {
        let named = match of {
            None => read_members(&operation.value)?,
            Some(conditions) => conditions.iter().map(condition).collect::<Result<_>>()?,
        };
        match (operation.verb, of.is_some() || !operation.value.is_null()) {
            (Verb::Remove, true) => self.members.retain(|id| !named.contains(id)),
            (Verb::Remove, false) => self.members.clear(),
            (Verb::Replace, _) if of.is_none() => self.members = named,
            _ => self.members.extend(named),
        }
        if self.members.len() > MEMBERS_MAX {
            return Err(Refusal::new(Kind::TooMany, format!("a group has at most {MEMBERS_MAX} members")));
        }
        Ok(())
    }
}

fn condition(condition: &Condition) -> Result<Uuid> {
    match condition {
        Condition { part, value: CompValue::Str(id) } if part == "value" => member(&Value::String(id.clone())),
        _ => Err(Refusal::new(Kind::InvalidFilter, "members are told by value eq")),
    }
}

#[cfg(test)]
mod tests;
