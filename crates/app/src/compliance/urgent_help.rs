//! Use cases: the phones for urgent help, and keeping them checked. The region's pack has the first list; the administrator's replaces it.

use domain::{
    regions::{HelpLine, LINES_MAX, UrgentHelp, is_line_id, is_phone},
    text::{Locale, Localized},
};
use jiff_sqlx::ToSqlx as _;
use platform::db::Tx;
use serde_json::json;
use sqlx::types::Json;

use crate::kernel::{app::App, audit, ctx::Caller, error::Result, validation::Checks};

const TOPIC: &str = "urgent_help";

/// The list in force.
pub async fn read(tx: &mut Tx, app: &App) -> Result<UrgentHelp> {
    let row: Option<(Json<UrgentHelp>,)> =
        sqlx::query_as("SELECT value FROM settings WHERE topic = $1").bind(TOPIC).fetch_optional(&mut **tx).await?;
    Ok(row.map_or_else(|| app.packs.region.urgent_help.clone(), |(Json(help),)| help))
}

/// Puts `help` in force.
pub async fn set(tx: &mut Tx, caller: &Caller, help: &UrgentHelp) -> Result<()> {
    check(caller, help)?;
    sqlx::query(
        "INSERT INTO settings (topic, value, updated_at, updated_by) VALUES ($1, $2, $3, $4)
         ON CONFLICT (topic) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at, updated_by = excluded.updated_by",
    )
    .bind(TOPIC)
    .bind(Json(help))
    .bind(caller.now().to_sqlx())
    .bind(caller.me().0)
    .execute(&mut **tx)
    .await?;
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
        checks.text(&of(&line.name, locale), 1, 120, &pointer(&format!("name/{locale}")));
        checks.text(&of(&line.about, locale), 1, 240, &pointer(&format!("about/{locale}")));
    }
}
