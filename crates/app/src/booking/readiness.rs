//! What a deployment still lacks so that people can book, and be looked after. A new one lacks everything; an old one may come to lack something.

use jiff_sqlx::ToSqlx as _;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    compliance::urgent_help,
    kernel::{app::App, error::Result},
};

/// What is missing, for the operator's first screen.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// In the order in which one goes about it: `mail` (letters reach nobody), `category` (none is published), `specialist` (no card is published),
    /// `contract` (none is in force), `safety` (nobody would read what people say about their safety), `urgent` (nobody has called the numbers for urgent
    /// help for too long). Empty where all is there.
    pub missing: Vec<&'static str>,
}

/// Looks whether each is there, never what it is: so the whole database is asked, not what the reader may see of it.
pub(super) async fn readiness(app: &App) -> Result<Readiness> {
    let mut tx = app.db.begin_system().await?;
    let (category, specialist, contract, safety): (bool, bool, bool, bool) = sqlx::query_as(
        "SELECT EXISTS (SELECT FROM categories WHERE status = 'published'),
                EXISTS (SELECT FROM specialists s JOIN people p ON p.id = s.person_id WHERE s.status = 'published' AND p.deactivated_at IS NULL),
                EXISTS (SELECT FROM contracts k JOIN companies c ON c.id = k.company_id
                        WHERE k.ended_at IS NULL AND k.starts_on <= $1 AND k.ends_on >= $1 AND c.archived_at IS NULL),
                EXISTS (SELECT FROM staff_capabilities s JOIN people p ON p.id = s.person_id WHERE s.capability = 'safety' AND p.deactivated_at IS NULL)",
    )
    .bind(app.today().to_sqlx())
    .fetch_one(&mut *tx)
    .await?;
    let (_, help) = urgent_help(&mut tx, app).await?;
    // In a demo the folder is the mailbox which everybody can open.
    let mail = app.mailer.reaches_people() || app.config.is_demo;
    let looked_at = [
        ("mail", mail),
        ("category", category),
        ("specialist", specialist),
        ("contract", contract),
        ("safety", safety),
        ("urgent", !help.is_to_be_checked(app.today())),
    ];
    Ok(Readiness { missing: looked_at.into_iter().filter(|(_, is_there)| !is_there).map(|(name, _)| name).collect() })
}
