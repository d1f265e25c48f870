//! Values as directories send them.

use serde_json::{Map, Value};

use super::{Kind, Refusal, Result, shown};

/// The longest name a directory may give somebody or something. Characters.
const NAME_MAX: usize = 300;

/// The members of an object.
pub(super) fn object<'a>(value: &'a Value, what: &str) -> Result<&'a Map<String, Value>> {
    value.as_object().ok_or_else(|| Refusal::new(Kind::InvalidSyntax, format!("{} is to be an object", shown(what))))
}

/// A short text on one line.
pub(super) fn text(value: &Value, what: &str) -> Result<String> {
    let wrong = |why: &str| Refusal::new(Kind::InvalidValue, format!("{} {why}", shown(what)));
    // Some directories have numbers for ids.
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return Err(wrong("is to be a string")),
    };
    if text.is_empty() {
        return Err(wrong("is empty"));
    }
    if text.chars().count() > NAME_MAX {
        return Err(wrong("is too long"));
    }
    if text.chars().any(char::is_control) {
        return Err(wrong("has control characters"));
    }
    Ok(text)
}

/// As [`text`]; nothing and an empty text mean that there is none.
pub(super) fn optional_text(value: &Value, what: &str) -> Result<Option<String>> {
    match value {
        Value::Null => Ok(None),
        Value::String(empty) if empty.trim().is_empty() => Ok(None),
        value => text(value, what).map(Some),
    }
}

/// A truth value; Entra ID sends `"False"`.
pub(super) fn truth(value: &Value, what: &str) -> Result<bool> {
    match value {
        Value::Bool(truth) => Ok(*truth),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(Refusal::new(Kind::InvalidValue, format!("{} is to be true or false", shown(what)))),
    }
}

/// The values of a multi-valued attribute; one alone counts as a list of one.
pub(super) fn list<'a>(value: &'a Value, what: &str, max: usize) -> Result<&'a [Value]> {
    let list = match value {
        Value::Null => &[],
        Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    if list.len() > max {
        return Err(Refusal::new(Kind::TooMany, format!("{} has more than {max} values", shown(what))));
    }
    Ok(list)
}

/// Refuses `schemas` that name something else than `own` and the extensions we accept.
pub(super) fn schemas(value: &Value, own: &str, accepted: &[&str]) -> Result<()> {
    let list = list(value, "schemas", 20)?;
    for schema in list {
        let urn = schema.as_str().unwrap_or_default();
        if !urn.eq_ignore_ascii_case(own) && !accepted.iter().any(|known| urn.eq_ignore_ascii_case(known)) {
            return Err(Refusal::new(Kind::InvalidValue, format!("schemas: {} is not known here", shown(urn))));
        }
    }
    if list.iter().any(|schema| schema.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(own))) {
        return Ok(());
    }
    Err(Refusal::new(Kind::InvalidValue, format!("schemas does not name {own}")))
}
