//! The audit log: who did what, appended in the transaction it belongs to. Ids and codes only; never a name, an address or content.

use domain::ids::PersonId;
use jiff_sqlx::ToSqlx;
use platform::db::Tx;
use serde_json::{Value, json};

use super::{ctx::Caller, error::Result};

/// Every act the log knows, in order. People read them in words (`audit.does.*` in `web/locales`).
pub const ACTIONS: &[&str] = &[
    "approvals.agree",
    "approvals.ask",
    "approvals.refuse",
    "approvals.withdraw",
    "assessments.rate",
    "assessments.safety",
    "audit.export",
    "audit.search",
    "audit.verify",
    "booking.cancel",
    "booking.confirm",
    "booking.give_back",
    "booking.hold",
    "booking.intake",
    "booking.move",
    "booking.offer",
    "booking.read",
    "booking.release",
    "booking.search",
    "booking.stop_waiting",
    "booking.wait",
    "catalogue.add_education",
    "catalogue.add_topic",
    "catalogue.archive_category",
    "catalogue.attach_document",
    "catalogue.change_card",
    "catalogue.change_category",
    "catalogue.change_education",
    "catalogue.change_topic",
    "catalogue.create_category",
    "catalogue.order_topics",
    "catalogue.pause_card",
    "catalogue.publish_card",
    "catalogue.publish_category",
    "catalogue.read_card",
    "catalogue.read_document",
    "catalogue.reject_education",
    "catalogue.remove_education",
    "catalogue.remove_photo",
    "catalogue.return_card",
    "catalogue.set_photo",
    "catalogue.submit_card",
    "catalogue.verify_education",
    "chat.open",
    "chat.send",
    "clients.read",
    "compliance.consent",
    "compliance.urgent_help",
    "compliance.withdraw",
    "identity.capabilities",
    "identity.deactivate",
    "identity.email_changed",
    "identity.email_removed",
    "identity.invitation_accepted",
    "identity.invitation_resent",
    "identity.invitation_revoked",
    "identity.invite",
    "identity.left_company_sign_in",
    "identity.logout_token_refused",
    "identity.move_to_sso",
    "identity.moved_to_keycloak",
    "identity.moving_closed",
    "identity.moving_opened",
    "identity.passkey_added",
    "identity.passkey_removed",
    "identity.password_removed",
    "identity.password_set",
    "identity.recovery_code_used",
    "identity.recovery_codes_renewed",
    "identity.reset_factors",
    "identity.sessions_ended",
    "identity.sign_in",
    "identity.sign_in_refused",
    "identity.totp_added",
    "identity.totp_removed",
    "identity.way_back_made",
    "identity.way_back_removed",
    "identity.way_back_used",
    "notes.read",
    "notes.write",
    "organisations.add_domain",
    "organisations.apply_roster",
    "organisations.change_company",
    "organisations.change_contract",
    "organisations.create_company",
    "organisations.create_contract",
    "organisations.demand_sso",
    "organisations.end_contract",
    "organisations.end_scim_token",
    "organisations.make_codes",
    "organisations.make_pass_key",
    "organisations.make_scim_token",
    "organisations.provision",
    "organisations.remove_domain",
    "organisations.remove_sso",
    "organisations.revoke_codes",
    "organisations.scim_refused",
    "organisations.set_passes",
    "organisations.set_scim_networks",
    "organisations.set_sso",
    "safety.close",
    "safety.contact",
    "safety.contact_none",
    "safety.read",
    "safety.take",
    "scheduling.add_busy_feed",
    "scheduling.make_subscription",
    "scheduling.remove_busy_feed",
    "scheduling.revoke_subscription",
    "scheduling.save",
    "sessions.close",
    "sessions.end",
    "sessions.extend",
];

/// An entry to append.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Stable name, `slice.verb`: `booking.confirm`, `notes.read`. One of [`ACTIONS`].
    pub action: &'a str,
    /// The person whose record it is; they may see the entry ("who opened my record").
    pub subject: Option<PersonId>,
    /// `kind:id` of the thing.
    pub resource: Option<String>,
    pub detail: Value,
}

impl<'a> Entry<'a> {
    /// An entry about `action`, one of [`ACTIONS`].
    pub fn new(action: &'a str) -> Self {
        debug_assert!(ACTIONS.contains(&action), "{action} has no words");
        Self { action, subject: None, resource: None, detail: json!({}) }
    }

    /// Names the person whose record it is.
    #[must_use]
    pub fn about(mut self, person: PersonId) -> Self {
        self.subject = Some(person);
        self
    }

    /// Names the thing.
    #[must_use]
    pub fn on(mut self, kind: &str, id: impl std::fmt::Display) -> Self {
        self.resource = Some(format!("{kind}:{id}"));
        self
    }

    /// Adds codes and numbers.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }
}

/// Appends `entry` in the caller's transaction.
pub async fn append(tx: &mut Tx, caller: &Caller, entry: Entry<'_>) -> Result<()> {
    append_as(tx, caller.now(), Some(caller.me()), caller.principal.kind.name(), entry).await
}

/// Appends `entry` for an actor who is no caller: the system (`None`, "system"), or somebody signing in.
pub async fn append_as(tx: &mut Tx, now: jiff::Timestamp, actor: Option<PersonId>, role: &str, entry: Entry<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO audit_entries (at, actor_id, actor_role, action, subject_id, resource, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(now.to_sqlx())
    .bind(actor.map(|a| a.0))
    .bind(role)
    .bind(entry.action)
    .bind(entry.subject.map(|s| s.0))
    .bind(entry.resource)
    .bind(entry.detail)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::ACTIONS;

    #[test]
    fn every_act_has_its_words_in_every_language() {
        for language in ["ru", "kk", "en"] {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../web/locales/{language}/audit.json"));
            let texts: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
            let worded: BTreeSet<String> =
                texts.keys().filter_map(|key| key.strip_prefix("audit.does.")).map(|act| act.replacen('_', ".", 1)).collect();
            let known: BTreeSet<String> = ACTIONS.iter().map(|&act| act.to_owned()).collect();
            assert_eq!(worded, known, "{language}");
        }
    }
}
