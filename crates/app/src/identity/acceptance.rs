//! Accepting an invitation: the account, what belongs to it, and a first session.

use std::net::IpAddr;

use domain::ids::PersonId;
use jiff_sqlx::ToSqlx;
use platform::db::Tx;
use serde_json::json;

use super::{
    bootstrap, email,
    entry::Entrant,
    hr,
    invitations::{self, InvitationKind, OpenInvitation},
    keycloak,
    people::{self, Newcomer},
    sign_in::{Proof, SignedIn, complete},
    throttle::{self, ANSWERS_FROM_NETWORK, Counter},
};
use crate::{
    kernel::{
        app::App,
        audit,
        ctx::Kind,
        error::{Error, Result},
        live,
    },
    organisations::entry as eligibility,
};

/// What the invitation of a secret is for, and whether whoever accepts it may sign in at a company.
pub async fn look(app: &App, token: &str, address: IpAddr) -> Result<(OpenInvitation, bool)> {
    let counters = [Counter::of_network(app, &ANSWERS_FROM_NETWORK, address)];
    throttle::count(app, &counters).await?;
    let mut tx = app.db.begin_system().await?;
    let invitation = invitations::find(&mut tx, app, token).await?;
    let is_at_work = eligibility::leads_at_work(&mut tx, app, None).await?;
    throttle::forgive(&mut tx, &counters).await?;
    tx.commit().await?;
    Ok((invitation, is_at_work))
}

/// Accepts an invitation: of two requests with one link one gets the account.
///
/// # Errors
/// `invitation_over`; `email_taken`.
pub async fn accept(app: &App, token: &str, entrant: Entrant<'_>) -> Result<SignedIn> {
    let counters = [Counter::of_network(app, &ANSWERS_FROM_NETWORK, entrant.address)];
    throttle::count(app, &counters).await?;
    let mut tx = app.db.begin_system().await?;
    let (person, kind) = admit(&mut tx, app, token, entrant.newcomer).await?;
    let signed_in = complete(&mut tx, app, person, kind, Proof::Invitation, entrant.user_agent).await?;
    throttle::forgive(&mut tx, &counters).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Makes the account of whoever has an invitation, and uses it up.
///
/// # Errors
/// `invitation_over`; `email_taken`.
pub async fn admit(tx: &mut Tx, app: &App, token: &str, newcomer: Newcomer<'_>) -> Result<(PersonId, Kind)> {
    // Two nodes that started at once printed a link each, and one first administrator is enough. Everybody takes the turn before their invitation's
    // row, so that nobody waits for another's row within it; acceptances are few.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtext('invitations'))").execute(&mut **tx).await?;
    let invitation = invitations::find(tx, app, token).await?;
    if invitation.kind == InvitationKind::Bootstrap {
        if staff_has_way_in(tx, app, None).await? {
            return Err(Error::gone("invitation_over"));
        }
        bootstrap::revoke(tx, app.now(), Some(invitation.id)).await?;
    }
    let kind = invitation.kind.account();
    let person = people::create(tx, app, newcomer.account(kind)).await?;
    if let Some(address) = &invitation.email {
        // The link came to this address: that proves it.
        email::set(tx, app, person, kind, address).await?;
    }
    match kind {
        Kind::Specialist => make_card(tx, app, person, &invitation, newcomer).await?,
        Kind::Hr => hr::appoint(tx, person, invitation.company).await?,
        Kind::Staff | Kind::Employee => empower(tx, person, &invitation).await?,
    }
    sqlx::query("UPDATE invitations SET accepted_at = $2, person_id = $3 WHERE id = $1")
        .bind(invitation.id)
        .bind(app.now().to_sqlx())
        .bind(person.0)
        .execute(&mut **tx)
        .await?;
    let entry = audit::Entry::new("identity.invitation_accepted").about(person).on("invitation", invitation.id);
    audit::append_as(tx, app.now(), Some(person), kind.name(), entry).await?;
    if let Some(host) = invitation.invited_by {
        live::emit(tx, app.now(), &[host], "identity.invitation_accepted", &json!({ "id": invitation.id })).await?;
    }
    Ok((person, kind))
}

/// Whether anybody of the operator's staff — or `person`, if told — can enter again: by an account in Keycloak, where that is how one signs in; else by a
/// passkey, or by a code to a verified address.
pub async fn staff_has_way_in(tx: &mut Tx, app: &App, person: Option<PersonId>) -> Result<bool> {
    if app.keycloak.is_some() {
        return keycloak::staff_has_account(tx, app, person).await;
    }
    let (has,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT FROM people p WHERE kind = 'staff' AND deactivated_at IS NULL AND ($1::uuid IS NULL OR p.id = $1)
             AND (EXISTS (SELECT FROM passkeys k WHERE k.person_id = p.id)
               OR EXISTS (SELECT FROM person_emails e WHERE e.person_id = p.id AND e.verified_at IS NOT NULL)))",
    )
    .bind(person.map(|p| p.0))
    .fetch_one(&mut **tx)
    .await?;
    Ok(has)
}

async fn empower(tx: &mut Tx, person: PersonId, invitation: &OpenInvitation) -> Result<()> {
    sqlx::query("INSERT INTO staff_capabilities (person_id, capability) SELECT $1, unnest($2::text[])")
        .bind(person.0)
        .bind(&invitation.capabilities)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A specialist's card in draft, their fields and an empty week in their own zone.
async fn make_card(tx: &mut Tx, app: &App, person: PersonId, invitation: &OpenInvitation, newcomer: Newcomer<'_>) -> Result<()> {
    let slug = free_slug(tx, app, newcomer.display_name).await?;
    sqlx::query("INSERT INTO specialists (person_id, slug, status, languages, created_at) VALUES ($1, $2, 'draft', ARRAY[$3], $4)")
        .bind(person.0)
        .bind(slug)
        .bind(newcomer.locale.tag())
        .bind(app.now().to_sqlx())
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "INSERT INTO specialist_categories (specialist_id, category_id)
         SELECT $1, c.id FROM categories c WHERE c.id = ANY ($2) AND c.status <> 'archived'",
    )
    .bind(person.0)
    .bind(&invitation.categories)
    .execute(&mut **tx)
    .await?;
    sqlx::query("INSERT INTO schedules (specialist_id, time_zone) VALUES ($1, $2)")
        .bind(person.0)
        .bind(newcomer.time_zone)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The public address of a card: the name in Latin letters, with a random end where it is taken. Two people of one name who accept at the same instant
/// meet at the unique key, and the later one tries again.
async fn free_slug(tx: &mut Tx, app: &App, name: &str) -> Result<String> {
    // The soft and the hard sign would become hyphens inside the name.
    let name: String = name.chars().filter(|c| !matches!(c, 'ь' | 'ъ' | 'Ь' | 'Ъ')).collect();
    let base: String = slug::slugify(name).chars().take(40).collect();
    let base = if base.is_empty() { "specialist".to_owned() } else { base };
    let (taken,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT FROM specialists WHERE slug = $1)").bind(&base).fetch_one(&mut **tx).await?;
    Ok(if taken { format!("{base}-{}", hex::encode(app.rng.bytes::<3>())) } else { base })
}
