//! Asking for a mail, in the transaction that makes it necessary.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{ids::PersonId, text::Locale};
use jiff::Timestamp;
use platform::{
    crypto::Place,
    db::Tx,
    jobs::{self, NewJob},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::kernel::{
    app::App,
    error::{Error, Result},
};

/// To whom a mail goes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum To {
    /// To a person's verified address, in their language and zone. Somebody without an address gets no mail.
    Person(PersonId),
    /// To an address that belongs to nobody yet (a code to sign in, an invitation).
    Address { email: String, locale: Locale },
}

/// An iCalendar object to be sent along.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Calendar {
    /// `REQUEST` or `CANCEL`: equals METHOD in the object (RFC 5546).
    pub method: String,
    pub ics: String,
}

/// A mail to be written.
#[derive(Debug, Clone)]
pub struct NewMail<'a> {
    to: To,
    template: &'a str,
    params: Value,
    calendar: Option<Calendar>,
    is_chosen: bool,
    unique_key: Option<String>,
    run_at: Option<Timestamp>,
}

impl<'a> NewMail<'a> {
    /// The mail `template` to `to`.
    pub fn new(to: To, template: &'a str) -> Self {
        Self { to, template, params: json!({}), calendar: None, is_chosen: false, unique_key: None, run_at: None }
    }

    /// Values for the template (an object).
    #[must_use]
    pub fn params(mut self, params: Value) -> Self {
        self.params = params;
        self
    }

    /// Adds an invitation.
    #[must_use]
    pub fn calendar(mut self, calendar: Calendar) -> Self {
        self.calendar = Some(calendar);
        self
    }

    /// Sent only to people who want mail (notification preferences). Others are necessary: codes, security notices, answers to one's own act.
    #[must_use]
    pub fn chosen(mut self) -> Self {
        self.is_chosen = true;
        self
    }

    /// Asking twice under one key sends one mail; the key's prefix also withdraws it ([`jobs::withdraw`]).
    #[must_use]
    pub fn once(mut self, key: impl Into<String>) -> Self {
        self.unique_key = Some(key.into());
        self
    }

    /// Not before `at`.
    #[must_use]
    pub fn at(mut self, at: Timestamp) -> Self {
        self.run_at = Some(at);
        self
    }
}

/// What the queue keeps of a mail. Everything personal is in `sealed`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Letter {
    /// The mail's Message-ID without the host.
    pub id: Uuid,
    pub template: String,
    pub is_chosen: bool,
    /// Base64 of a sealed [`Content`].
    sealed: String,
}

/// What is sealed of a mail in the queue.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Content {
    pub to: To,
    pub params: Value,
    pub calendar: Option<Calendar>,
}

impl Letter {
    /// Opens the letter.
    pub fn open(&self, app: &App) -> anyhow::Result<Content> {
        let sealed = STANDARD.decode(&self.sealed)?;
        Ok(serde_json::from_slice(&app.keys.unseal(place(self.id), &sealed)?)?)
    }
}

/// Asks for `mail` in the caller's transaction; it goes out once that has committed.
pub async fn enqueue_mail(tx: &mut Tx, app: &App, mail: NewMail<'_>) -> Result<()> {
    let id = app.new_id();
    let content = Content { to: mail.to, params: mail.params, calendar: mail.calendar };
    let plain = serde_json::to_vec(&content).map_err(Error::internal)?;
    let sealed = STANDARD.encode(app.keys.seal(&app.rng, place(id), &plain));
    let letter = Letter { id, template: mail.template.to_owned(), is_chosen: mail.is_chosen, sealed };
    let now = app.now();
    let job = NewJob {
        kind: "notifications.mail",
        payload: jobs::payload(&letter),
        unique_key: mail.unique_key,
        run_at: mail.run_at.unwrap_or(now),
    };
    jobs::enqueue(tx, now, job).await?;
    Ok(())
}

fn place(id: Uuid) -> Place<'static> {
    Place { table: "jobs", column: "payload", row: id }
}
