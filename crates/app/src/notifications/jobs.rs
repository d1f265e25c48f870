//! Writing and sending a mail that was asked for.

use anyhow::Context as _;
use domain::{ids::PersonId, text::Locale, time::Zone};
use platform::{
    jobs::Job,
    mail::{CalendarPart, Mail},
};

use super::{
    render::{Reader, write},
    send::{Letter, To},
};
use crate::{identity, kernel::app::App};

/// Does a job of this slice.
pub async fn run(app: &App, job: &Job) -> anyhow::Result<()> {
    match job.kind.as_str() {
        "notifications.mail" => send(app, &serde_json::from_value(job.payload.clone())?).await,
        _ => anyhow::bail!("unknown kind of job"),
    }
}

struct Recipient {
    address: String,
    locale: Locale,
    zone: Zone,
}

async fn send(app: &App, letter: &Letter) -> anyhow::Result<()> {
    let content = letter.open(app)?;
    let recipient = match content.to {
        // Nobody's zone is known: the deployment's own, which is where most readers are.
        To::Address { email, locale } => Recipient { address: email, locale, zone: app.packs.region.default_zone.clone() },
        To::Person(person) => match of_person(app, person, letter.is_chosen).await? {
            Some(recipient) => recipient,
            // No address, or no wish for mail: nothing is to be done.
            None => return Ok(()),
        },
    };
    let reader = Reader { locale: recipient.locale, zone: recipient.zone, packs: &app.packs, public_url: &app.config.public_url };
    let written =
        write(&letter.template, &content.params, &reader).with_context(|| format!("the mail {} cannot be written", letter.template))?;
    app.mailer
        .send(&Mail {
            to: recipient.address,
            subject: written.subject,
            text: written.text,
            html: written.html,
            calendar: content.calendar.map(|c| CalendarPart { method: c.method, ics: c.ics }),
            id: letter.id.to_string(),
        })
        .await
}

async fn of_person(app: &App, person: PersonId, only_if_wanted: bool) -> anyhow::Result<Option<Recipient>> {
    let mut tx = app.db.begin_system().await?;
    let row: Option<(String, String, bool)> = sqlx::query_as(
        "SELECT p.locale, p.time_zone, coalesce(n.email, true)
         FROM people p LEFT JOIN notification_preferences n ON n.person_id = p.id
         WHERE p.id = $1 AND p.deactivated_at IS NULL",
    )
    .bind(person.0)
    .fetch_optional(&mut *tx)
    .await?;
    let Some((locale, zone, wants)) = row else { return Ok(None) };
    if only_if_wanted && !wants {
        return Ok(None);
    }
    let address =
        identity::email::mailbox_of(&mut tx, app, person).await.map_err(|e| anyhow::anyhow!("the address cannot be read: {}", e.code))?;
    Ok(address.map(|address| Recipient {
        address,
        locale: locale.parse().unwrap_or(app.default_locale()),
        zone: Zone::parse(&zone).unwrap_or(Zone::UTC),
    }))
}
