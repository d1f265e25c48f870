//! Who asks, in which language, and the way to the database under their rights.

use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{
    access::Role,
    ids::{PersonId, SessionId},
    text::Locale,
};
use jiff::{SignedDuration, Timestamp};
use platform::db::{DbActor, DbRole, Tx};

use super::{
    app::App,
    error::{Error, Result},
};

/// How long after showing a second factor a session may do what needs recent proof.
pub const RECENT_PROOF: SignedDuration = SignedDuration::from_mins(5);

/// The kinds of account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Employee,
    Specialist,
    /// A client company's.
    Hr,
    Staff,
}

impl Kind {
    /// The name in the database and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Specialist => "specialist",
            Self::Hr => "hr",
            Self::Staff => "staff",
        }
    }

    /// Whether somebody of the kind always shows a second factor: they answer for other people's affairs.
    pub const fn needs_second_factor(self) -> bool {
        matches!(self, Self::Hr | Self::Staff)
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Employee, Self::Specialist, Self::Hr, Self::Staff].into_iter().find(|k| k.name() == name)
    }
}

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct Principal {
    pub session: SessionId,
    pub person: PersonId,
    pub kind: Kind,
    /// Staff only; empty until the second factor is shown.
    pub capabilities: Vec<Role>,
    pub display_name: String,
    pub locale: Locale,
    pub time_zone: String,
    /// When the strongest proof the person has set up was last shown; none while a second factor is owed.
    pub strong_at: Option<Timestamp>,
    /// When Keycloak last said that the session is good; none with the built-in sign-in.
    pub checked_at: Option<Timestamp>,
}

impl Principal {
    /// The roles the person acts under: none while a second factor is owed.
    pub fn roles(&self) -> Vec<Role> {
        if self.strong_at.is_none() {
            return Vec::new();
        }
        match self.kind {
            Kind::Employee => vec![Role::Employee],
            Kind::Specialist => vec![Role::Specialist],
            Kind::Hr => vec![Role::Hr],
            Kind::Staff => self.capabilities.clone(),
        }
    }

    /// Whether the person has shown their strongest proof within the last minutes.
    pub fn has_recent_proof(&self, now: Timestamp) -> bool {
        self.strong_at.is_some_and(|at| now.duration_since(at) <= RECENT_PROOF)
    }

    /// As the database knows the person.
    pub fn db_actor(&self) -> DbActor {
        DbActor {
            role: match self.kind {
                Kind::Employee => DbRole::Employee,
                Kind::Specialist => DbRole::Specialist,
                Kind::Hr => DbRole::Hr,
                Kind::Staff => DbRole::Staff,
            },
            person: Some(self.person.0),
            capabilities: self.capabilities.iter().map(|c| c.name()).collect::<Vec<_>>().join(","),
        }
    }
}

/// What the outermost middleware found out about a request. In the request's extensions.
#[derive(Debug, Clone)]
pub struct RequestInfo {
    pub app: App,
    pub principal: Option<Principal>,
    /// Nobody is signed in any more, because the company said that its people's access has ended.
    pub is_access_ended: bool,
    pub locale: Locale,
    /// The asking address, for throttling only; never stored in clear or logged.
    pub address: std::net::IpAddr,
}

impl RequestInfo {
    /// Why somebody who is not signed in is sent away.
    pub fn unauthenticated(&self) -> Error {
        if self.is_access_ended { Error::new(super::error::Kind::Unauthenticated, "access_ended") } else { Error::unauthenticated() }
    }
}

/// A request's context in a handler whose route's action is allowed to anybody.
#[derive(Debug, Clone)]
pub struct Ctx {
    pub app: App,
    pub principal: Option<Principal>,
    pub is_access_ended: bool,
    pub locale: Locale,
    pub address: std::net::IpAddr,
}

impl Ctx {
    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.app.now()
    }

    /// A transaction under the rights of whoever asks.
    pub async fn begin(&self) -> Result<Tx> {
        let actor = self.principal.as_ref().map_or(DbActor::ANONYMOUS, Principal::db_actor);
        Ok(self.app.db.begin(&actor).await?)
    }

    /// The name of the role for the audit log.
    pub fn role_name(&self) -> &'static str {
        self.principal.as_ref().map_or("anonymous", |p| p.kind.name())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Ctx {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let info = parts.extensions.get::<RequestInfo>().cloned().ok_or_else(|| Error::internal(anyhow::anyhow!("no request info")))?;
        Ok(Self {
            app: info.app,
            principal: info.principal,
            is_access_ended: info.is_access_ended,
            locale: info.locale,
            address: info.address,
        })
    }
}

/// A request's context in a handler for signed-in people.
#[derive(Debug, Clone)]
pub struct Caller {
    pub app: App,
    pub principal: Principal,
    pub locale: Locale,
}

impl Caller {
    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.app.now()
    }

    /// The acting person.
    pub fn me(&self) -> PersonId {
        self.principal.person
    }

    /// A transaction under the person's rights.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(self.app.db.begin(&self.principal.db_actor()).await?)
    }

    /// Lets through who has shown their strongest proof within the last minutes.
    ///
    /// # Errors
    /// `recent_proof_required`.
    pub fn require_recent_proof(&self) -> Result<()> {
        if self.principal.has_recent_proof(self.now()) { Ok(()) } else { Err(Error::forbidden("recent_proof_required")) }
    }

    /// Whether the person holds `role`.
    pub fn is(&self, role: Role) -> bool {
        self.principal.roles().contains(&role)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let ctx = Ctx::from_request_parts(parts, state).await?;
        let principal = ctx.principal.ok_or_else(Error::unauthenticated)?;
        Ok(Self { app: ctx.app, principal, locale: ctx.locale })
    }
}
