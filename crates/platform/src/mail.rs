//! Sending mail: SMTP in production, a folder of .eml files in the demo and where no server is configured.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Attachment, Mailbox, MultiPart, SinglePart, header::ContentType},
    transport::smtp::authentication::Credentials,
};

/// A mail to one person.
#[derive(Debug, Clone)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// An iCalendar object (RFC 5546) and its method; sent as an alternative part and as an attachment.
    pub calendar: Option<CalendarPart>,
    /// Stable for one intended mail, so that a retry after a lost answer is recognisable (RFC 5322 Message-ID without the host).
    pub id: String,
}

/// An iCalendar invitation.
#[derive(Debug, Clone)]
pub struct CalendarPart {
    /// `REQUEST` or `CANCEL`: equals METHOD in the object.
    pub method: String,
    pub ics: String,
}

/// Where mail goes.
#[derive(Debug, Clone)]
pub enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

/// Sends mail from one address.
#[derive(Debug, Clone)]
pub struct Mailer {
    from: Mailbox,
    transport: Transport,
}

impl Mailer {
    /// Mail by SMTP. `url` is `smtps://user:pass@host:465` (TLS), `smtp://host:587?tls=required` (STARTTLS) or, for a test sink, `smtp://host:25`.
    pub fn smtp(from: &str, url: &str, credentials: Option<(String, String)>) -> anyhow::Result<Self> {
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).context("the SMTP address is not valid")?;
        if let Some((user, password)) = credentials {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Self { from: parse(from)?, transport: Transport::Smtp(builder.build()) })
    }

    /// Mail as files in `folder`.
    pub fn folder(from: &str, folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).context("the mail folder cannot be made")?;
        Ok(Self { from: parse(from)?, transport: Transport::Folder(folder.to_owned()) })
    }

    /// Whether mail leaves this machine, or is only kept in a folder.
    pub fn reaches_people(&self) -> bool {
        matches!(self.transport, Transport::Smtp(_))
    }

    /// The address mail comes from; calendar invitations name it as ORGANIZER.
    pub fn from_address(&self) -> String {
        self.from.email.to_string()
    }

    /// The folder mail is kept in, if it is.
    pub fn kept_in(&self) -> Option<&Path> {
        match &self.transport {
            Transport::Folder(path) => Some(path),
            Transport::Smtp(_) => None,
        }
    }

    /// Whether the server answers, with the TLS and the credentials that were set; a folder always does.
    pub async fn check(&self) -> anyhow::Result<()> {
        match &self.transport {
            Transport::Smtp(smtp) => {
                anyhow::ensure!(smtp.test_connection().await.context("the SMTP server does not answer")?, "the SMTP server refuses us");
                Ok(())
            }
            Transport::Folder(_) => Ok(()),
        }
    }

    /// Hands `mail` over. An error means that it may be tried again.
    pub async fn send(&self, mail: &Mail) -> anyhow::Result<()> {
        let message = self.message(mail)?;
        match &self.transport {
            Transport::Smtp(smtp) => {
                // The error's text may quote the recipient, so only its kind goes on.
                smtp.send(message)
                    .await
                    .map_err(|e| anyhow::anyhow!("SMTP refused: permanent={} transient={}", e.is_permanent(), e.is_transient()))?;
            }
            Transport::Folder(folder) => {
                let name = format!("{}.eml", mail.id.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "_"));
                // By its end nobody takes it for a mail before it is whole.
                let draft = folder.join(format!("{name}.draft"));
                tokio::fs::write(&draft, message.formatted()).await?;
                tokio::fs::rename(&draft, folder.join(name)).await?;
            }
        }
        Ok(())
    }

    fn message(&self, mail: &Mail) -> anyhow::Result<Message> {
        let mut alternative =
            MultiPart::alternative().singlepart(SinglePart::plain(mail.text.clone())).singlepart(SinglePart::html(mail.html.clone()));
        if let Some(calendar) = &mail.calendar {
            let kind = ContentType::parse(&format!("text/calendar; charset=utf-8; method={}", calendar.method))?;
            alternative = alternative.singlepart(SinglePart::builder().header(kind).body(calendar.ics.clone()));
        }
        let mut whole = MultiPart::mixed().multipart(alternative);
        if let Some(calendar) = &mail.calendar {
            let kind = ContentType::parse("application/ics")?;
            whole = whole.singlepart(Attachment::new("invite.ics".to_owned()).body(calendar.ics.clone(), kind));
        }
        let host = self.from.email.domain();
        Ok(Message::builder()
            .from(self.from.clone())
            .to(parse(&mail.to)?)
            .subject(mail.subject.clone())
            .message_id(Some(format!("<{}@{host}>", mail.id)))
            .multipart(whole)?)
    }
}

/// Whether a mail can be addressed to it (RFC 5321 §4.1.2, without quoted local parts). Whether somebody reads it only a mail can tell.
pub fn is_address(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
}

fn parse(address: &str) -> anyhow::Result<Mailbox> {
    // The address itself is personal data and stays out of the error.
    address.parse().map_err(|_| anyhow::anyhow!("not a mail address"))
}
