//! What Keycloak asserts to us, and the conditions under which it is believed. Pure: keys and time are given.
//!
//! One algorithm is believed, ES256, which the realm is set to: a token cannot choose how it is checked (RFC 8725 §3.1).

use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    jwk::{AlgorithmParameters, JwkSet},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::companies;

/// Seconds by which Keycloak's clock and ours may differ.
pub const SKEW_MAX: i64 = 30;
/// The event of a logout token (OpenID Connect Back-Channel Logout 1.0 §2.4).
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Why a token is not believed: named in the audit log, never told to who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("malformed")]
    Malformed,
    #[error("algorithm")]
    Algorithm,
    #[error("type")]
    Type,
    /// Signed by a key that Keycloak has not published: worth asking for its keys once more.
    #[error("unknown_key")]
    UnknownKey,
    #[error("signature")]
    Signature,
    #[error("issuer")]
    Issuer,
    #[error("audience")]
    Audience,
    #[error("expired")]
    Expired,
    #[error("not_yet")]
    NotYet,
    #[error("nonce")]
    Nonce,
    #[error("event")]
    Event,
    #[error("subject")]
    Subject,
}

impl Refused {
    /// Whether the token bore Keycloak's signature all the same.
    pub const fn is_of_signed(self) -> bool {
        !matches!(self, Self::Malformed | Self::Algorithm | Self::Type | Self::UnknownKey | Self::Signature)
    }
}

/// Against what a token is held.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The realm's address, exactly.
    pub issuer: &'a str,
    /// The client it is for.
    pub client: &'a str,
    /// Seconds since 1970.
    pub now: i64,
}

/// Who signed in (OpenID Connect Core §2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdToken {
    /// With the issuer, the person: never reused, never an address.
    pub sub: String,
    /// Keycloak's session, which a logout names.
    pub sid: String,
    /// When the person last showed something, seconds since 1970.
    pub auth_time: i64,
    /// What that is worth: `pwd` or `mfa`.
    pub acr: String,
    #[serde(default)]
    pub locale: Option<String>,
    /// The organizations the person is a member of, by alias.
    #[serde(default)]
    orgs: Map<String, Value>,
    /// The identity provider through which the session came to be, if any.
    #[serde(default)]
    idp: Option<String>,
}

impl IdToken {
    /// Whether the session came to be through some company's own sign-in.
    pub fn came_by_company(&self) -> bool {
        self.provider_company().is_some()
    }

    /// The company whose own sign-in it was, whether or not that made the person a member of it.
    pub fn provider_company(&self) -> Option<Uuid> {
        companies::of_provider(self.idp.as_deref()?)
    }

    /// The company through whose own sign-in the person came, as a member of it. Both are asked for: a member who signed in otherwise has not shown
    /// that the company still knows them, and a provider that made nobody a member proves nothing.
    pub fn company(&self) -> Option<Uuid> {
        let company = self.provider_company()?;
        self.orgs.contains_key(&companies::organization(company)).then_some(company)
    }
}

/// A session that is over (Back-Channel Logout §2.4).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LogoutToken {
    /// To be acted on once.
    pub jti: String,
    #[serde(default)]
    pub sub: Option<String>,
    #[serde(default)]
    pub sid: Option<String>,
    /// Until when its `jti` is to be remembered, seconds since 1970.
    pub exp: i64,
}

#[derive(Deserialize)]
struct Common {
    iss: String,
    aud: Audience,
    #[serde(default)]
    azp: Option<String>,
    exp: i64,
    iat: i64,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    events: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Believes an ID token that answers the request of `nonce`.
pub fn id_token(token: &str, keys: &JwkSet, expected: Expected<'_>, nonce: &str) -> Result<IdToken, Refused> {
    let (common, claims) = read::<IdToken>(token, keys, expected, &["JWT"])?;
    if common.nonce.as_deref() != Some(nonce) {
        return Err(Refused::Nonce);
    }
    if claims.sub.is_empty() {
        return Err(Refused::Subject);
    }
    Ok(claims)
}

/// Believes a logout token. That it comes a second time is the caller's to notice.
pub fn logout_token(token: &str, keys: &JwkSet, expected: Expected<'_>) -> Result<LogoutToken, Refused> {
    let (common, claims) = read::<LogoutToken>(token, keys, expected, &["logout+jwt"])?;
    if common.nonce.is_some() {
        // It may be an ID token in disguise (§2.6).
        return Err(Refused::Nonce);
    }
    if !common.events.contains_key(LOGOUT_EVENT) {
        return Err(Refused::Event);
    }
    if claims.sub.is_none() && claims.sid.is_none() {
        return Err(Refused::Subject);
    }
    Ok(claims)
}

/// Believes that a client is who it says (RFC 7523 §3): `expected.issuer` is the client's name, `expected.client` the address it was meant for. Gives its
/// `jti`: that it comes a second time is the caller's to notice.
pub(crate) fn client_assertion(token: &str, keys: &JwkSet, expected: Expected<'_>) -> Result<String, Refused> {
    #[derive(Deserialize)]
    struct Proof {
        sub: String,
        jti: String,
    }
    let (_, proof) = read::<Proof>(token, keys, expected, &["JWT"])?;
    if proof.sub == expected.issuer { Ok(proof.jti) } else { Err(Refused::Subject) }
}

fn read<T: DeserializeOwned>(token: &str, keys: &JwkSet, expected: Expected<'_>, types: &[&str]) -> Result<(Common, T), Refused> {
    // An algorithm that the library does not know, `none` among them, cannot be read.
    let header = decode_header(token).map_err(|_| if has_other_algorithm(token) { Refused::Algorithm } else { Refused::Malformed })?;
    if header.alg != Algorithm::ES256 {
        return Err(Refused::Algorithm);
    }
    if !header.typ.as_deref().is_some_and(|typ| types.iter().any(|one| one.eq_ignore_ascii_case(typ))) {
        return Err(Refused::Type);
    }
    let key = header.kid.as_deref().and_then(|kid| keys.find(kid)).ok_or(Refused::UnknownKey)?;
    // A key of another kind under that name cannot check ES256.
    if !matches!(key.algorithm, AlgorithmParameters::EllipticCurve(_)) {
        return Err(Refused::UnknownKey);
    }
    let key = DecodingKey::from_jwk(key).map_err(|_| Refused::UnknownKey)?;
    let claims: Value = decode(token, &key, &signature_only()).map_err(|_| Refused::Signature)?.claims;
    let common: Common = serde_json::from_value(claims.clone()).map_err(|_| Refused::Malformed)?;
    if common.iss != expected.issuer {
        return Err(Refused::Issuer);
    }
    let is_ours = match &common.aud {
        Audience::One(one) => one == expected.client,
        // Of several audiences we must be the party it was issued to (Core §3.1.3.7).
        Audience::Several(several) => {
            several.iter().any(|one| one == expected.client) && (several.len() == 1 || common.azp.as_deref() == Some(expected.client))
        }
    };
    if !is_ours || common.azp.as_deref().is_some_and(|azp| azp != expected.client) {
        return Err(Refused::Audience);
    }
    if common.exp <= expected.now - SKEW_MAX {
        return Err(Refused::Expired);
    }
    if common.iat > expected.now + SKEW_MAX {
        return Err(Refused::NotYet);
    }
    Ok((common, serde_json::from_value(claims).map_err(|_| Refused::Malformed)?))
}

/// The library looks at the signature alone: its other checks read the machine's clock.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::ES256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}

fn has_other_algorithm(token: &str) -> bool {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    #[derive(Deserialize)]
    struct Header {
        #[serde(rename = "alg")]
        _alg: String,
    }
    let header = token.split('.').next().unwrap_or_default();
    URL_SAFE_NO_PAD.decode(header).is_ok_and(|bytes| serde_json::from_slice::<Header>(&bytes).is_ok())
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::Header;
    use serde_json::json;

    use super::*;
    use crate::client_key::ClientKey;

    const NOW: i64 = 1_800_000_000;
    const EXPECTED: Expected<'_> = Expected { issuer: "https://auth.example/realms/ponimayu", client: "ponimau", now: NOW };

    const COMPANY: &str = "0190a000-0000-7000-8000-000000000001";

    fn key() -> ClientKey {
        ClientKey::from_secret([1; 32])
    }

    fn keys() -> JwkSet {
        serde_json::from_value(json!({ "keys": [key().public_jwk()] })).unwrap()
    }

    fn sign(typ: &str, claims: &Value) -> String {
        key().sign(typ, claims).unwrap()
    }

    fn id_claims() -> Value {
        json!({
            "iss": EXPECTED.issuer, "aud": "ponimau", "azp": "ponimau", "exp": NOW + 300, "iat": NOW, "nonce": "n-1",
            "sub": "8f", "sid": "s-1", "auth_time": NOW - 5, "acr": "pwd", "orgs": { COMPANY: { "id": "0a00" } }, "idp": format!("company-{COMPANY}"),
        })
    }

    fn logout_claims() -> Value {
        json!({
            "iss": EXPECTED.issuer, "aud": "ponimau", "exp": NOW + 120, "iat": NOW, "jti": "j-1", "sub": "8f", "sid": "s-1",
            "events": { LOGOUT_EVENT: {} },
        })
    }

    fn changed(mut claims: Value, name: &str, value: Value) -> Value {
        claims[name] = value;
        claims
    }

    fn believe(claims: &Value) -> Result<IdToken, Refused> {
        id_token(&sign("JWT", claims), &keys(), EXPECTED, "n-1")
    }

    #[test]
    fn a_right_id_token_is_believed() {
        let token = believe(&id_claims()).unwrap();
        assert_eq!((token.sub.as_str(), token.sid.as_str(), token.acr.as_str()), ("8f", "s-1", "pwd"));
        assert_eq!(token.company(), Some(COMPANY.parse().unwrap()));
        // Several audiences, if we are the party.
        believe(&changed(id_claims(), "aud", json!(["account", "ponimau"]))).unwrap();
    }

    #[test]
    fn only_a_member_who_came_through_the_company_itself_is_of_it() {
        let other = "0190a000-0000-7000-8000-000000000002";
        for (name, value) in [
            ("orgs", json!({})),
            ("orgs", json!({ other: { "id": "0a00" } })),
            ("idp", Value::Null),
            ("idp", json!("entrance")),
            ("idp", json!(format!("company-{other}"))),
            ("idp", json!(COMPANY)),
        ] {
            assert_eq!(believe(&changed(id_claims(), name, value.clone())).unwrap().company(), None, "{name} = {value}");
        }
    }

    #[test]
    fn each_condition_refuses_alone() {
        for (name, value, refused) in [
            ("iss", json!("https://auth.example/realms/other"), Refused::Issuer),
            ("iss", json!("https://auth.example/realms/ponimayu/"), Refused::Issuer),
            ("aud", json!("ponimau-staff"), Refused::Audience),
            ("aud", json!([]), Refused::Audience),
            ("azp", json!("ponimau-staff"), Refused::Audience),
            ("exp", json!(NOW - SKEW_MAX), Refused::Expired),
            ("iat", json!(NOW + SKEW_MAX + 1), Refused::NotYet),
            ("nonce", json!("n-2"), Refused::Nonce),
            ("nonce", Value::Null, Refused::Nonce),
            ("sub", json!(""), Refused::Subject),
            ("sub", Value::Null, Refused::Malformed),
            ("exp", json!("soon"), Refused::Malformed),
        ] {
            assert_eq!(believe(&changed(id_claims(), name, value.clone())), Err(refused), "{name} = {value}");
        }
        let mut several = changed(id_claims(), "aud", json!(["account", "ponimau"]));
        several.as_object_mut().unwrap().remove("azp");
        assert_eq!(believe(&several), Err(Refused::Audience));
    }

    #[test]
    fn a_token_does_not_choose_how_it_is_checked() {
        let claims = id_claims();
        let symmetric = jsonwebtoken::encode(
            &Header { kid: Some(key().kid()), typ: Some("JWT".to_owned()), ..Header::new(Algorithm::HS256) },
            &claims,
            &jsonwebtoken::EncodingKey::from_secret(key().public_jwk().to_string().as_bytes()).unwrap(),
        )
        .unwrap();
        assert_eq!(id_token(&symmetric, &keys(), EXPECTED, "n-1"), Err(Refused::Algorithm));
        // {"alg":"none","typ":"JWT"}
        let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", sign("JWT", &claims).split('.').nth(1).unwrap());
        assert_eq!(id_token(&unsigned, &keys(), EXPECTED, "n-1"), Err(Refused::Algorithm));
        assert_eq!(id_token("a.b", &keys(), EXPECTED, "n-1"), Err(Refused::Malformed));
    }

    #[test]
    fn only_published_keys_sign_and_only_the_whole_token() {
        let token = sign("JWT", &id_claims());
        let none = JwkSet { keys: Vec::new() };
        assert_eq!(id_token(&token, &none, EXPECTED, "n-1"), Err(Refused::UnknownKey));
        let mut other = ClientKey::from_secret([2; 32]).public_jwk();
        other["kid"] = json!(key().kid());
        let other: JwkSet = serde_json::from_value(json!({ "keys": [other] })).unwrap();
        assert_eq!(id_token(&token, &other, EXPECTED, "n-1"), Err(Refused::Signature));
        let parts: Vec<_> = token.split('.').collect();
        let forged = sign("JWT", &changed(id_claims(), "sub", json!("somebody else")));
        let mixed = format!("{}.{}.{}", parts[0], forged.split('.').nth(1).unwrap(), parts[2]);
        assert_eq!(id_token(&mixed, &keys(), EXPECTED, "n-1"), Err(Refused::Signature));
    }

    #[test]
    fn an_id_token_ends_no_session_and_a_logout_token_begins_none() {
        let believe = |typ, claims: &Value| logout_token(&sign(typ, claims), &keys(), EXPECTED);
        assert_eq!(believe("logout+jwt", &logout_claims()).unwrap().sid.as_deref(), Some("s-1"));
        assert_eq!(believe("JWT", &logout_claims()), Err(Refused::Type));
        assert_eq!(id_token(&sign("logout+jwt", &id_claims()), &keys(), EXPECTED, "n-1"), Err(Refused::Type));
        for (name, value, refused) in [
            ("nonce", json!("n-1"), Refused::Nonce),
            ("events", json!({}), Refused::Event),
            ("aud", json!("ponimau-staff"), Refused::Audience),
            ("iss", json!("https://elsewhere.example"), Refused::Issuer),
            ("exp", json!(NOW - SKEW_MAX), Refused::Expired),
            ("jti", Value::Null, Refused::Malformed),
        ] {
            assert_eq!(believe("logout+jwt", &changed(logout_claims(), name, value.clone())), Err(refused), "{name} = {value}");
        }
        let mut nobody = logout_claims();
        nobody.as_object_mut().unwrap().retain(|name, _| name != "sub" && name != "sid");
        assert_eq!(believe("logout+jwt", &nobody), Err(Refused::Subject));
    }
}
