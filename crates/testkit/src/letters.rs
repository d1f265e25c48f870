//! Mails as their readers see them.

use mail_parser::MessageParser;

use super::TestApp;

/// A mail that was sent.
#[derive(Debug, Clone)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    /// The plain-text part.
    pub text: String,
    pub html: String,
}

impl TestApp {
    /// The mails sent so far to `address`, oldest first.
    pub fn letters_to(&self, address: &str) -> Vec<Letter> {
        self.mails().iter().map(|raw| read(raw)).filter(|letter| letter.to == address).collect()
    }
}

impl Letter {
    /// The code in the mail: its only run of six digits on a line of its own.
    #[track_caller]
    pub fn code(&self) -> String {
        let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
        self.text.lines().map(str::trim).find(is_code).unwrap_or_else(|| panic!("no code in {}", self.text)).to_owned()
    }

    /// The secret of the link in the mail: what follows its `#`.
    #[track_caller]
    pub fn link_secret(&self) -> String {
        let link = self.text.split_whitespace().find(|word| word.starts_with("http") && word.contains('#'));
        link.and_then(|link| link.split_once('#')).unwrap_or_else(|| panic!("no link in {}", self.text)).1.to_owned()
    }
}

fn read(raw: &str) -> Letter {
    let message = MessageParser::default().parse(raw.as_bytes()).expect("a mail");
    let to = message.to().and_then(|to| to.first()).and_then(|to| to.address()).unwrap_or_default().to_owned();
    Letter {
        to,
        subject: message.subject().unwrap_or_default().to_owned(),
        text: message.body_text(0).unwrap_or_default().into_owned(),
        html: message.body_html(0).unwrap_or_default().into_owned(),
    }
}
