//! Use cases: the phones for urgent help, and keeping them checked. The region's pack has the first list; the administrator's replaces it.

use domain::{
    regions::{HelpLine, LINES_MAX, UrgentHelp, is_line_id, is_phone},
    text::{Locale, Localized},
};
use jiff_sqlx::ToSqlx as _;
use platform::db::Tx;
use serde_json::json;
use sqlx::types::Json;

use crate::kernel::{
    app::App,
    audit,
    ctx::Caller,
    error::{Error, Result},
    validation::Checks,
};

const TOPIC: &str = "urgent_help";

/// The version of the region's own list, which no administrator has changed yet.
const FIRST: i64 = 0;

/// The list in force, and its version.
pub async fn read(tx: &mut Tx, app: &App) -> Result<(i64, UrgentHelp)> {
    let row: Option<(i64, Json<UrgentHelp>)> =
        sqlx::query_as("SELECT version, value FROM settings WHERE topic = $1").bind(TOPIC).fetch_optional(&mut **tx).await?;
    Ok(row.map_or_else(|| (FIRST, app.packs.region.urgent_help.clone()), |(version, Json(help))| (version, help)))
}

/// Puts `help` in force in place of `version`.
pub async fn set(tx: &mut Tx, caller: &Caller, version: i64, help: &UrgentHelp) -> Result<()> {
    check(caller, help)?;
    let statement = if version == FIRST {
        "INSERT INTO settings (topic, value, updated_at, updated_by, version) VALUES ($1, $2, $3, $4, $5 + 1) ON CONFLICT (topic) DO NOTHING"
    } else {
        "UPDATE settings SET value = $2, updated_at = $3, updated_by = $4, version = version + 1 WHERE topic = $1 AND version = $5"
    };
    let done = sqlx::query(statement)
        .bind(TOPIC)
        .bind(Json(help))
        .bind(caller.now().to_sqlx())
        .bind(caller.me().0)
        .bind(version)
        .execute(&mut **tx)
        .await?;
    if done.rows_affected() == 0 {
        return Err(Error::conflict("changed_meanwhile"));
    }
    let detail = json!({ "lines": help.lines.len(), "verified_on": help.verified_on.to_string() });
    audit::append(tx, caller, audit::Entry::new("compliance.urgent_help").detail(detail)).await
}

fn check(caller: &Caller, help: &UrgentHelp) -> Result<()> {
    let mut checks = Checks::new();
    checks
        .that(help.verified_on <= caller.app.today(), "/verified_on", "in_the_future")
        .that(!help.lines.is_empty(), "/lines", "required")
        .that(help.lines.len() <= LINES_MAX, "/lines", "too_many");
    for (at, line) in help.lines.iter().enumerate() {
        let pointer = |name: &str| format!("/lines/{at}/{name}");
        let is_alone = help.lines.iter().filter(|other| other.id == line.id).count() == 1;
        checks
            .that(is_line_id(&line.id) && is_alone, &pointer("id"), "not_an_option")
            .that(is_phone(&line.number), &pointer("number"), "not_a_phone")
            .that(line.short.as_deref().is_none_or(is_phone), &pointer("short"), "not_a_phone");
        texts(&mut checks, line, &pointer);
    }
    checks.done()
}

/// Everybody must be able to read a line, so every language has its texts.
fn texts(checks: &mut Checks, line: &HelpLine, pointer: &dyn Fn(&str) -> String) {
    let empty = String::new();
    let of = |text: &Localized, locale: Locale| text.0.get(&locale).unwrap_or(&empty).clone();
    for locale in Locale::ALL {
        checks.name(&of(&line.name, locale), 1, 120, &pointer(&format!("name/{locale}")));
        checks.text(&of(&line.about, locale), 1, 240, &pointer(&format!("about/{locale}")));
    }
}
