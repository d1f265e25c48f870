//! Which resources are asked for. Of the grammar (RFC 7644 §3.4.2.2) what directories use: equalities, joined by `and`.

use scim_v2::filter::{AttrExp, AttrPath, CompValue, CompareOp, Filter};
use uuid::Uuid;

use super::{
    GROUP, Kind, Refusal, Result, USER,
    address::as_address,
    patch::{Condition, conditions},
    shown,
};

/// The longest filter. Characters.
const FILTER_MAX: usize = 2_000;

/// A condition on a person or a group. A list of them holds if all do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    Id(Uuid),
    /// Of a person; in any case.
    UserName(String),
    /// Of a group; in any case.
    DisplayName(String),
    ExternalId(String),
    /// Normalised.
    Address(String),
    IsActive(bool),
    /// Everything fulfils it.
    Always,
    /// Nothing can fulfil it.
    Never,
}

/// Whose filter it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Users,
    Groups,
}

/// Reads a filter.
///
/// # Errors
/// `invalidFilter` names what is not understood.
pub fn read_filter(text: &str, of: Of) -> Result<Vec<Test>> {
    if text.chars().count() > FILTER_MAX {
        return Err(Refusal::new(Kind::InvalidFilter, format!("the filter is longer than {FILTER_MAX} characters")));
    }
    let parsed: Filter = in_grammar(text).parse().map_err(|_| Refusal::new(Kind::InvalidFilter, "the filter cannot be read"))?;
    let mut tests = Vec::new();
    read(&parsed, of, &mut tests)?;
    Ok(tests)
}

/// Entra ID also writes `emails[type eq "work"].value eq "x"`, which the grammar lacks: it becomes `emails[type eq "work" and value eq "x"]`.
fn in_grammar(mut rest: &str) -> String {
    let mut written = String::with_capacity(rest.len());
    while !rest.is_empty() {
        let word = next_word(&mut rest);
        match rest.strip_prefix('.') {
            Some(compared) if word == "]" => {
                rest = compared;
                written.push_str(" and ");
                for _ in 0..3 {
                    written.push_str(next_word(&mut rest));
                }
                written.push(']');
            }
            _ => written.push_str(word),
        }
    }
    written
}

/// Takes the first word, blanks before it included. A string is one, and so is each bracket.
fn next_word<'a>(rest: &mut &'a str) -> &'a str {
    const BRACKETS: [char; 4] = ['(', ')', '[', ']'];
    let start = rest.len() - rest.trim_start().len();
    let first = rest[start..].chars().next();
    let is_string = first == Some('"');
    let mut is_escaped = false;
    let ends = |&(_, c): &(usize, char)| {
        if is_string {
            let is_end = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            return is_end;
        }
        c.is_whitespace() || BRACKETS.contains(&c) || first.is_some_and(|first| BRACKETS.contains(&first))
    };
    let end = rest[start..].char_indices().skip(1).find(ends).map_or(rest.len(), |(at, _)| start + at + usize::from(is_string));
    let (word, left) = rest.split_at(end);
    *rest = left;
    word
}

fn read(filter: &Filter, of: Of, tests: &mut Vec<Test>) -> Result<()> {
    match filter {
        Filter::And(all) => all.iter().try_for_each(|one| read(one, of, tests)),
        Filter::Attr(AttrExp::Comparison(path, CompareOp::Eq, value)) => {
            let name = own_name(path, of)?;
            tests.push(test(&name, path.sub_attr.as_deref(), value, of)?);
            Ok(())
        }
        Filter::ValuePath(path) => {
            let name = own_name(&path.attr, of)?;
            for Condition { part, value } in conditions(&path.filter)? {
                tests.push(test(&name, Some(&part), &value, of)?);
            }
            Ok(())
        }
        _ => Err(Refusal::new(Kind::InvalidFilter, "only eq and and are understood")),
    }
}

fn own_name(path: &AttrPath, of: Of) -> Result<String> {
    let schema = if of == Of::Users { USER } else { GROUP };
    match path.uri.as_deref() {
        Some(uri) if !uri.eq_ignore_ascii_case(schema) => {
            Err(Refusal::new(Kind::InvalidFilter, format!("{} is not known here", shown(uri))))
        }
        _ => Ok(path.name.to_lowercase()),
    }
}

fn test(name: &str, part: Option<&str>, value: &CompValue, of: Of) -> Result<Test> {
    let part = part.map(str::to_lowercase);
    let text = || match value {
        CompValue::Str(text) => Ok(text.clone()),
        _ => Err(Refusal::new(Kind::InvalidFilter, format!("{} is compared with a string", shown(name)))),
    };
    Ok(match (of, name, part.as_deref()) {
        (_, "id", None) => text()?.parse().map_or(Test::Never, Test::Id),
        (_, "externalid", None) => Test::ExternalId(text()?),
        (Of::Users, "username", None) => Test::UserName(text()?),
        (Of::Groups, "displayname", None) => Test::DisplayName(text()?),
        (Of::Users, "active", None) => match value {
            CompValue::True => Test::IsActive(true),
            CompValue::False => Test::IsActive(false),
            CompValue::Str(text) if text.eq_ignore_ascii_case("true") => Test::IsActive(true),
            CompValue::Str(text) if text.eq_ignore_ascii_case("false") => Test::IsActive(false),
            _ => return Err(Refusal::new(Kind::InvalidFilter, "active is compared with true or false")),
        },
        (Of::Users, "emails", None | Some("value")) => as_address(&text()?).map_or(Test::Never, Test::Address),
        // The one address that is kept is that of work and the primary one: such a condition holds for everybody, or for nobody.
        (Of::Users, "emails", Some("type")) => always_or_never(text()?.eq_ignore_ascii_case("work")),
        (Of::Users, "emails", Some("primary")) => always_or_never(*value == CompValue::True),
        _ => {
            let whole = part.map_or_else(|| name.to_owned(), |part| format!("{name}.{part}"));
            return Err(Refusal::new(Kind::InvalidFilter, format!("{} cannot be searched by", shown(&whole))));
        }
    })
}

fn always_or_never(holds: bool) -> Test {
    if holds { Test::Always } else { Test::Never }
}

#[cfg(test)]
mod tests;
