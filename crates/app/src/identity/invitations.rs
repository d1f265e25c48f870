//! Invitations of specialists and staff, and the first administrator's link: a one-time secret by mail (or on the console), accepted once.

use domain::{access::Role, ids::PersonId, text::Locale};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::{
    crypto::{Place, token_hash},
    db::Tx,
};
use serde_json::json;
use uuid::Uuid;

use super::email;
use crate::{
    kernel::{
        app::App,
        audit,
        ctx::{Caller, Kind},
        error::{Error, Result},
    },
    notifications::{NewMail, To, enqueue_mail},
};

/// What an invitation makes of whoever accepts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationKind {
    /// The first administrator of an empty deployment.
    Bootstrap,
    Specialist,
    /// Of a client company.
    Hr,
    Staff,
}

impl InvitationKind {
    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bootstrap => "bootstrap",
            Self::Specialist => "specialist",
            Self::Hr => "hr",
            Self::Staff => "staff",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Bootstrap, Self::Specialist, Self::Hr, Self::Staff].into_iter().find(|k| k.name() == name)
    }

    /// The kind of account it makes.
    pub const fn account(self) -> Kind {
        match self {
            Self::Specialist => Kind::Specialist,
            Self::Hr => Kind::Hr,
            Self::Bootstrap | Self::Staff => Kind::Staff,
        }
    }

    /// How long it may be accepted.
    pub const fn lifetime(self) -> SignedDuration {
        match self {
            Self::Bootstrap => SignedDuration::from_hours(1),
            Self::Specialist => SignedDuration::from_hours(24 * 14),
            Self::Hr | Self::Staff => SignedDuration::from_hours(24 * 7),
        }
    }
}

/// An invitation to send.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    pub kind: InvitationKind,
    pub email: String,
    /// How the mail greets, and what the account's name will be unless changed.
    pub name: String,
    /// The language of the mail.
    pub locale: Locale,
    /// Staff only.
    pub capabilities: Vec<Role>,
    /// Specialists only.
    pub categories: Vec<Uuid>,
    /// HR only.
    pub company: Option<Uuid>,
}

/// An invitation as the list shows it.
#[derive(Debug, Clone)]
pub struct InvitationView {
    pub id: Uuid,
    pub email: Option<String>,
    pub name: String,
    pub capabilities: Vec<String>,
    pub categories: Vec<Uuid>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub state: InvitationState,
}

/// What became of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    Open,
    Accepted,
    Revoked,
    Expired,
}

impl InvitationState {
    /// The name in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

/// Invites somebody, in the caller's transaction; the mail with the link goes out after it.
///
/// # Errors
/// `already_member` if an account of the kind has the address; `already_invited` if an invitation to it is open; `not_an_option` on `/category_ids`.
pub async fn create(tx: &mut Tx, caller: &Caller, new: &NewInvitation) -> Result<Uuid> {
    let app = &caller.app;
    if is_member(tx, app, new).await? {
        return Err(Error::conflict("already_member"));
    }
    let open = list(tx, caller, new.kind, new.company).await?;
    let address = domain::identity::normalise_email(&new.email);
    if open.iter().any(|i| i.state == InvitationState::Open && i.email.as_deref() == Some(&address)) {
        return Err(Error::conflict("already_invited"));
    }
    let (known,): (i64,) = sqlx::query_as("SELECT count(*) FROM categories WHERE id = ANY ($1) AND status <> 'archived'")
        .bind(&new.categories)
        .fetch_one(&mut **tx)
        .await?;
    if usize::try_from(known).unwrap_or(0) != new.categories.len() {
        return Err(Error::field("/category_ids", "not_an_option"));
    }
    let (id, token, now) = (app.new_id(), app.new_token(), caller.now());
    sqlx::query(
        "INSERT INTO invitations
           (id, kind, token_hash, email_sealed, name, locale, capabilities, category_ids, invited_by, created_at, expires_at, company_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(id)
    .bind(new.kind.name())
    .bind(token_hash(&token))
    .bind(app.keys.seal(&app.rng, place(id), address.as_bytes()))
    .bind(new.name.trim())
    .bind(new.locale.tag())
    .bind(new.capabilities.iter().map(|c| c.name()).collect::<Vec<_>>())
    .bind(&new.categories)
    .bind(caller.me().0)
    .bind(now.to_sqlx())
    .bind((now + new.kind.lifetime()).to_sqlx())
    .bind(new.company)
    .execute(&mut **tx)
    .await?;
    send(tx, app, new.kind, &address, new.locale, new.name.trim(), &token, now + new.kind.lifetime()).await?;
    let detail = json!({ "kind": new.kind.name(), "company": new.company, "capabilities": new.capabilities.iter().map(|c| c.name()).collect::<Vec<_>>() });
    audit::append(tx, caller, audit::Entry::new("identity.invite").on("invitation", id).detail(detail)).await?;
    Ok(id)
}

#[expect(clippy::too_many_arguments, reason = "each is one thing the mail says")]
async fn send(
    tx: &mut Tx,
    app: &App,
    kind: InvitationKind,
    address: &str,
    locale: Locale,
    name: &str,
    token: &str,
    until: Timestamp,
) -> Result<()> {
    let template = match kind {
        InvitationKind::Specialist => "invitation_specialist",
        InvitationKind::Hr => "invitation_hr",
        InvitationKind::Staff | InvitationKind::Bootstrap => "invitation_staff",
    };
    let params = json!({ "name": name, "link": link(app, token), "until": until.to_string() });
    let to = To::Address { email: address.to_owned(), locale };
    enqueue_mail(tx, app, NewMail::new(to, template).params(params)).await
}

/// The address that accepts the invitation. The secret is in the fragment, which browsers send to nobody: it reaches no log.
pub fn link(app: &App, token: &str) -> String {
    app.url(&format!("/invitation#{token}"))
}

async fn is_member(tx: &mut Tx, app: &App, new: &NewInvitation) -> Result<bool> {
    // Staff may not read anybody's address; this asks only whether the very address is taken.
    let (is_member,): (bool,) = sqlx::query_as("SELECT app.has_account($1, $2)")
        .bind(new.kind.account().name())
        .bind(email::lookup(app, &new.email))
        .fetch_one(&mut **tx)
        .await?;
    Ok(is_member)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    email_sealed: Option<Vec<u8>>,
    name: String,
    capabilities: Vec<String>,
    category_ids: Vec<Uuid>,
    created_at: SqlTimestamp,
    expires_at: SqlTimestamp,
    accepted_at: Option<SqlTimestamp>,
    revoked_at: Option<SqlTimestamp>,
}

/// How many invitations a list shows.
const LIST_MAX: i64 = 200;

/// The newest invitations of a kind; of HR, of a company.
pub async fn list(tx: &mut Tx, caller: &Caller, kind: InvitationKind, company: Option<Uuid>) -> Result<Vec<InvitationView>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, email_sealed, name, capabilities, category_ids, created_at, expires_at, accepted_at, revoked_at
         FROM invitations WHERE kind = $1 AND company_id IS NOT DISTINCT FROM $2 ORDER BY created_at DESC, id LIMIT $3",
    )
    .bind(kind.name())
    .bind(company)
    .bind(LIST_MAX)
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            let state = match (row.accepted_at, row.revoked_at) {
                (Some(_), _) => InvitationState::Accepted,
                (None, Some(_)) => InvitationState::Revoked,
                (None, None) if row.expires_at.to_jiff() <= caller.now() => InvitationState::Expired,
                (None, None) => InvitationState::Open,
            };
            Ok(InvitationView {
                id: row.id,
                email: row.email_sealed.map(|sealed| open_address(&caller.app, row.id, &sealed)).transpose()?,
                name: row.name,
                capabilities: row.capabilities,
                categories: row.category_ids,
                created_at: row.created_at.to_jiff(),
                expires_at: row.expires_at.to_jiff(),
                state,
            })
        })
        .collect()
}

/// Withdraws an open invitation: its link leads nowhere from now on.
pub async fn revoke(tx: &mut Tx, caller: &Caller, kind: InvitationKind, id: Uuid) -> Result<()> {
    let revoked =
        sqlx::query("UPDATE invitations SET revoked_at = $3 WHERE id = $1 AND kind = $2 AND accepted_at IS NULL AND revoked_at IS NULL")
            .bind(id)
            .bind(kind.name())
            .bind(caller.now().to_sqlx())
            .execute(&mut **tx)
            .await?
            .rows_affected();
    if revoked == 0 {
        return Err(why_not(tx, kind, id).await?);
    }
    audit::append(tx, caller, audit::Entry::new("identity.invitation_revoked").on("invitation", id)).await
}

/// Sends an invitation that was not accepted once more, with a new link; the former one leads nowhere.
pub async fn resend(tx: &mut Tx, caller: &Caller, kind: InvitationKind, id: Uuid) -> Result<()> {
    let app = &caller.app;
    let (token, until) = (app.new_token(), caller.now() + kind.lifetime());
    let row: Option<(Vec<u8>, String, String)> = sqlx::query_as(
        "UPDATE invitations SET token_hash = $3, expires_at = $4
         WHERE id = $1 AND kind = $2 AND accepted_at IS NULL AND revoked_at IS NULL AND email_sealed IS NOT NULL
         RETURNING email_sealed, name, locale",
    )
    .bind(id)
    .bind(kind.name())
    .bind(token_hash(&token))
    .bind(until.to_sqlx())
    .fetch_optional(&mut **tx)
    .await?;
    let Some((sealed, name, locale)) = row else { return Err(why_not(tx, kind, id).await?) };
    let address = open_address(app, id, &sealed)?;
    send(tx, app, kind, &address, locale.parse().unwrap_or(app.default_locale()), &name, &token, until).await?;
    audit::append(tx, caller, audit::Entry::new("identity.invitation_resent").on("invitation", id)).await
}

/// Why an invitation cannot be withdrawn or repeated: the list was read before somebody accepted or withdrew it.
async fn why_not(tx: &mut Tx, kind: InvitationKind, id: Uuid) -> Result<Error> {
    let row: Option<(bool,)> =
        sqlx::query_as("SELECT accepted_at IS NOT NULL FROM invitations WHERE id = $1 AND kind = $2 AND (accepted_at IS NOT NULL OR revoked_at IS NOT NULL)")
            .bind(id)
            .bind(kind.name())
            .fetch_optional(&mut **tx)
            .await?;
    Ok(match row {
        Some((true,)) => Error::conflict("invitation_accepted"),
        Some((false,)) => Error::conflict("invitation_revoked"),
        None => Error::not_found(),
    })
}

/// An invitation that can be accepted now.
#[derive(Debug, Clone)]
pub struct OpenInvitation {
    pub id: Uuid,
    pub kind: InvitationKind,
    pub email: Option<String>,
    pub name: String,
    pub capabilities: Vec<String>,
    pub categories: Vec<Uuid>,
    pub company: Option<Uuid>,
    pub invited_by: Option<PersonId>,
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct OpenRow {
    id: Uuid,
    kind: String,
    email_sealed: Option<Vec<u8>>,
    name: String,
    capabilities: Vec<String>,
    category_ids: Vec<Uuid>,
    company_id: Option<Uuid>,
    invited_by: Option<Uuid>,
    expires_at: SqlTimestamp,
}

/// The invitation of a secret, locked until the transaction's end, in a system transaction.
///
/// # Errors
/// `invitation_over` if it is unknown, accepted, revoked or expired.
pub async fn find(tx: &mut Tx, app: &App, token: &str) -> Result<OpenInvitation> {
    let row: Option<OpenRow> = sqlx::query_as(
        "SELECT id, kind, email_sealed, name, capabilities, category_ids, company_id, invited_by, expires_at FROM invitations
         WHERE token_hash = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2 FOR UPDATE",
    )
    .bind(token_hash(token))
    .bind(app.now().to_sqlx())
    .fetch_optional(&mut **tx)
    .await?;
    let over = || Error::gone("invitation_over");
    let row = row.ok_or_else(over)?;
    Ok(OpenInvitation {
        id: row.id,
        kind: InvitationKind::parse(&row.kind).ok_or_else(over)?,
        email: row.email_sealed.map(|sealed| open_address(app, row.id, &sealed)).transpose()?,
        name: row.name,
        capabilities: row.capabilities,
        categories: row.category_ids,
        company: row.company_id,
        invited_by: row.invited_by.map(PersonId),
        expires_at: row.expires_at.to_jiff(),
    })
}

fn open_address(app: &App, id: Uuid, sealed: &[u8]) -> Result<String> {
    String::from_utf8(app.keys.unseal(place(id), sealed)?).map_err(Error::internal)
}

fn place(id: Uuid) -> Place<'static> {
    Place { table: "invitations", column: "email_sealed", row: id }
}
