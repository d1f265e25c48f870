//! Client companies in the realm: each an Organization, with the company's own sign-in as an identity provider where it has one. What they should be is
//! the product's to say; here it is written as Keycloak reads it, and brought there.

mod bring;
mod written;

use std::collections::BTreeMap;

use uuid::Uuid;

pub use self::bring::{Member, Source, Unreadable, bring, members, read};
pub(crate) use self::written::generation_of;

/// What a company's own sign-in has published of itself (OpenID Connect Discovery 1.0, SAML 2.0 Metadata), as Keycloak has read it.
pub type Published = BTreeMap<String, String>;

/// A company as it should be in the realm.
#[derive(Debug, Clone)]
pub struct Company<'a> {
    pub id: Uuid,
    pub name: &'a str,
    /// Nobody signs in by a company that is not.
    pub is_active: bool,
    pub domains: &'a [String],
    pub sign_in: Option<SignIn<'a>>,
}

/// A company's own sign-in.
#[derive(Debug, Clone)]
pub struct SignIn<'a> {
    pub is_on: bool,
    /// Grows when the sign-in is another server's: what that calls somebody leads to nobody whom the one before called so.
    pub generation: i32,
    pub protocol: Protocol<'a>,
    pub published: &'a Published,
}

/// How it is spoken to.
#[derive(Debug, Clone)]
pub enum Protocol<'a> {
    Oidc {
        client_id: &'a str,
        client_secret: &'a str,
        /// The claim that holds the address: `email`, and with some companies `upn` or `preferred_username`.
        address_claim: &'a str,
    },
    Saml,
}

const PROVIDER: &str = "company-";

/// The alias of a company's Organization, which claims name it by. Fixed: Keycloak (26.7) chooses the id of one made by its API itself, and an alias never
/// changes.
pub fn organization(company: Uuid) -> String {
    company.to_string()
}

/// The alias of a company's identity provider, and `kc_idp_hint`.
pub fn provider(company: Uuid) -> String {
    format!("{PROVIDER}{company}")
}

/// Whose identity provider has the alias.
pub fn of_provider(alias: &str) -> Option<Uuid> {
    alias.strip_prefix(PROVIDER).and_then(|id| Uuid::try_parse(id).ok())
}
