//! A PATCH (RFC 7644 §3.5.2), as the RFC and as Entra ID and Okta write it: names of operations in any case, with a path or with an object of paths.

use scim_v2::filter::{AttrExp, AttrPath, CompValue, CompareOp, PatchPath, ValFilter};
use serde_json::Value;

use super::{ENTERPRISE_USER, Kind, PATCH_OP, Refusal, Result, shown, value};

/// Most operations of one PATCH.
const OPERATIONS_MAX: usize = 1_000;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Add,
    Replace,
    Remove,
}

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    pub(super) verb: Verb,
    pub(super) target: Target,
    pub(super) value: Value,
}

/// What is changed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Target {
    /// An attribute, by the name that was written: case says nothing.
    Attribute { name: String, of: Option<Vec<Condition>>, part: Option<String> },
    /// Something of an extension that is accepted and dropped.
    Dropped,
}

/// One of the conditions on the values of a multi-valued attribute, which must all hold: part (in lower case) and value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    pub part: String,
    pub value: CompValue,
}

/// Reads a PATCH of a resource of `schema`.
///
/// # Errors
/// `invalidSyntax`, `invalidPath`, `invalidFilter`, `tooMany`.
pub fn read_patch(body: &Value, schema: &str) -> Result<Vec<Operation>> {
    let mut listed: &[Value] = &[];
    for (name, member) in value::object(body, "the request")? {
        match name.to_lowercase().as_str() {
            "schemas" => value::schemas(member, PATCH_OP, &[])?,
            "operations" => listed = value::list(member, "Operations", OPERATIONS_MAX)?,
            _ => return Err(Refusal::new(Kind::InvalidSyntax, format!("{} is not known here", shown(name)))),
        }
    }
    if listed.is_empty() {
        return Err(Refusal::new(Kind::InvalidSyntax, "Operations is missing or empty"));
    }
    let mut operations = Vec::new();
    for one in listed {
        read(one, schema, &mut operations)?;
    }
    Ok(operations)
}

fn read(one: &Value, schema: &str, operations: &mut Vec<Operation>) -> Result<()> {
    let (mut verb, mut path, mut new) = (None, None, Value::Null);
    for (name, member) in value::object(one, "an operation")? {
        match name.to_lowercase().as_str() {
            "op" => verb = Some(read_verb(member)?),
            "path" => path = value::optional_text(member, "path")?,
            "value" => new = member.clone(),
            _ => return Err(Refusal::new(Kind::InvalidSyntax, format!("an operation has no {}", shown(name)))),
        }
    }
    let verb = verb.ok_or_else(|| Refusal::new(Kind::InvalidSyntax, "op is missing"))?;
    match path {
        Some(path) => operations.push(Operation { verb, target: target(&path, schema)?, value: new }),
        None if verb == Verb::Remove => return Err(Refusal::new(Kind::NoTarget, "a removal needs a path")),
        None => {
            for (name, value) in value::object(&new, "value")? {
                push_member(verb, name, value, schema, operations)?;
            }
        }
    }
    if operations.len() > OPERATIONS_MAX {
        return Err(Refusal::new(Kind::TooMany, format!("more than {OPERATIONS_MAX} changes")));
    }
    Ok(())
}

/// Without a path the value's members are paths themselves; Entra ID writes whole paths there, some write an object of the schema's attributes.
fn push_member(verb: Verb, name: &str, value: &Value, schema: &str, operations: &mut Vec<Operation>) -> Result<()> {
    if name.eq_ignore_ascii_case(schema) {
        for (name, value) in value::object(value, name)? {
            operations.push(Operation { verb, target: target(name, schema)?, value: value.clone() });
        }
        return Ok(());
    }
    operations.push(Operation { verb, target: target(name, schema)?, value: value.clone() });
    Ok(())
}

fn read_verb(value: &Value) -> Result<Verb> {
    match value.as_str().unwrap_or_default().to_lowercase().as_str() {
        "add" => Ok(Verb::Add),
        "replace" => Ok(Verb::Replace),
        "remove" => Ok(Verb::Remove),
        _ => Err(Refusal::new(Kind::InvalidSyntax, "op is to be add, replace or remove")),
    }
}

fn target(path: &str, schema: &str) -> Result<Target> {
    if path.eq_ignore_ascii_case(ENTERPRISE_USER) {
        return Ok(Target::Dropped);
    }
    // Members of an object may be called anything, `$ref` too, which is no path.
    let parsed: PatchPath = path.parse().map_err(|_| Refusal::new(Kind::InvalidPath, format!("{} is no path", shown(path))))?;
    let (AttrPath { uri, name, sub_attr }, of, outer) = match parsed {
        PatchPath::Attr(path) => (path, None, None),
        PatchPath::Value(path) => (path.attr, Some(conditions(&path.filter)?), path.sub_attr),
    };
    match uri.as_deref() {
        None => {}
        Some(uri) if uri.eq_ignore_ascii_case(schema) => {}
        Some(uri) if uri.eq_ignore_ascii_case(ENTERPRISE_USER) => return Ok(Target::Dropped),
        Some(uri) => return Err(Refusal::new(Kind::InvalidPath, format!("{} is not known here", shown(uri)))),
    }
    let part = outer.or(sub_attr).map(|part| part.to_lowercase());
    Ok(Target::Attribute { name, of, part })
}

/// Conditions that must all hold, each an equality: nothing else is needed to tell one of a few values.
pub(super) fn conditions(filter: &ValFilter) -> Result<Vec<Condition>> {
    let other = || Refusal::new(Kind::InvalidFilter, "between brackets, only eq and and are understood");
    match filter {
        ValFilter::Attr(AttrExp::Comparison(path, CompareOp::Eq, value)) if path.sub_attr.is_none() => {
            Ok(vec![Condition { part: path.name.to_lowercase(), value: value.clone() }])
        }
        ValFilter::And(all) => Ok(all.iter().map(conditions).collect::<Result<Vec<_>>>()?.concat()),
        _ => Err(other()),
    }
}
