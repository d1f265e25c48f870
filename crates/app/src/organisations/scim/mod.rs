//! A company's directory keeps the roster by SCIM 2.0 (RFC 7643, RFC 7644): who may enter, and who no longer. It reads back what it wrote and nothing
//! else: no answer depends on whether somebody has entered.
//!
//! - [`access`]: whose directory asks, and from where
//! - [`users`], [`groups`]: the resources
//! - [`console`]: tokens and networks, as the administrator sees them

mod access;
pub(super) mod console;
pub(super) mod groups;
pub(super) mod users;

use domain::organisations::scim::{Kind, Refusal};
use platform::{
    crypto::Place,
    db::{DbActor, DbRole, Tx},
};
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) use self::access::{Denied, admit, refused};
use crate::kernel::{
    app::App,
    audit::{self, Entry},
    error::{Error, Result},
};

/// A company's directory that has proven itself. It acts under a database role which reaches the company's rows only.
#[derive(Debug, Clone)]
pub struct Directory {
    pub app: App,
    pub company: Uuid,
    /// Nobody is added to an archived company.
    pub is_archived: bool,
}

impl Directory {
    /// A transaction under the directory's rights.
    async fn begin(&self) -> Result<Tx> {
        let actor = DbActor { role: DbRole::Company, person: Some(self.company), capabilities: String::new() };
        Ok(self.app.db.begin(&actor).await?)
    }

    /// The address of the company's endpoint.
    pub fn base(&self) -> String {
        self.app.url(&format!("/scim/v2/{}", self.company))
    }

    /// What a name of this company's is found by.
    fn lookup(&self, of: &str, name: &str) -> Vec<u8> {
        self.app.keys.lookup(of, &format!("{}:{name}", self.company))
    }

    fn seal(&self, place: Place<'_>, name: &str) -> Vec<u8> {
        self.app.keys.seal(&self.app.rng, place, name.as_bytes())
    }

    fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<String> {
        String::from_utf8(self.app.keys.unseal(place, sealed)?).map_err(Error::internal)
    }

    async fn note(&self, tx: &mut Tx, kind: &str, id: Uuid, did: &str) -> Result<()> {
        // The directory is no person: the company is the actor, as in the database.
        let entry = Entry::new("organisations.provision").on(kind, id).detail(json!({ "did": did }));
        let me = Some(domain::ids::PersonId(self.company));
        audit::append_as(tx, self.app.now(), me, "company", entry).await
    }

    /// Writes down that a request was refused, and why by a code.
    pub async fn note_refusal(&self, refusal: &Refusal) -> Result<()> {
        access::refused(&self.app, self.company, refusal.kind.name()).await
    }
}

/// Why a request of a directory is not done.
#[derive(Debug)]
pub enum Failure {
    /// The request is wrong.
    Refused(Refusal),
    /// There is no such resource, or no longer.
    NotFound,
    /// It was changed meanwhile (`If-Match`).
    Changed,
    /// The company is archived.
    Archived,
    /// The body is not of a kind that is read.
    OtherMedia,
    /// The body is too large.
    TooLarge,
    Fault(Error),
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What became of a request.
pub type Outcome<T> = std::result::Result<T, Failure>;

/// One page of what was asked for (RFC 7644 §3.4.2.4).
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// The first resource's number, from 1.
    pub start: i64,
    /// At most so many.
    pub count: i64,
}

/// What was found of a list.
#[derive(Debug)]
pub struct Found {
    pub total: i64,
    pub resources: Vec<Value>,
}

/// A resource with its version.
#[derive(Debug)]
pub struct Resource {
    pub id: Uuid,
    pub version: i64,
    pub body: Value,
}

/// The version that a change expects, if it does.
pub type Expected = Option<i64>;

fn is_expected(version: i64, expected: Expected) -> Outcome<()> {
    if expected.is_none_or(|expected| expected == version) { Ok(()) } else { Err(Failure::Changed) }
}

fn taken(what: &str) -> Failure {
    Failure::Refused(Refusal::new(Kind::Uniqueness, format!("another user of this company has the same {what}")))
}
