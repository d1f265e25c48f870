//! Companies as Keycloak writes them. Pure.

use serde_json::{Map, Value, json};

use super::{Company, Protocol, SignIn, organization, provider};
use crate::realm::{AFTER_BROKER, FIRST_COMPANY, WORK_ADDRESS_VERIFIED, WORK_ADDRESSES};

/// The attribute by which an Organization is found again.
pub(super) const COMPANY: &str = "company";
const SECRET: &str = "clientSecret";
/// The setting that says which of a company's sign-ins it is.
const GENERATION: &str = "generation";
/// What is taken of what a company's sign-in publishes. Not where one signs out: whoever leaves here stays signed in at work.
const OIDC_PUBLISHED: [&str; 5] = ["issuer", "authorizationUrl", "tokenUrl", "userInfoUrl", "jwksUrl"];
const SAML_PUBLISHED: [&str; 9] = [
    "idpEntityId",
    "singleSignOnServiceUrl",
    "signingCertificate",
    "metadataDescriptorUrl",
    "nameIDPolicyFormat",
    "postBindingAuthnRequest",
    "postBindingResponse",
    "wantAuthnRequestsSigned",
    "addExtensionsElementWithKeyInfo",
];
/// A new name at each sign-in would be a new account each time.
const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
/// What companies' SAML calls the address: plain, by its OID (RFC 4524), and as AD FS and Entra ID do.
const SAML_ADDRESS: [&str; 3] =
    ["email", "urn:oid:0.9.2342.19200300.100.1.3", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"];

/// The Organization, without Keycloak's own id of it.
pub(super) fn organization_of(company: &Company<'_>) -> Value {
    let id = company.id;
    // A name is free again when its company is archived, and Keycloak wants each once.
    let name = if company.is_active { company.name.to_owned() } else { format!("{} · {id}", company.name) };
    let domains: Vec<_> = company.domains.iter().map(|domain| json!({ "name": domain, "verified": true })).collect();
    json!({
        "name": name, "alias": organization(id), "enabled": company.is_active, "attributes": { COMPANY: [id.to_string()] }, "domains": domains,
    })
}

/// The identity provider.
pub(super) fn provider_of(company: &Company<'_>, sign_in: &SignIn<'_>) -> Value {
    let mut config = Map::new();
    let (id, taken): (_, &[&str]) = match &sign_in.protocol {
        Protocol::Oidc { client_id, client_secret, .. } => {
            for (name, value) in [
                ("clientId", *client_id),
                (SECRET, *client_secret),
                ("clientAuthMethod", "client_secret_post"),
                ("useJwksUrl", "true"),
                ("pkceEnabled", "true"),
                ("pkceMethod", "S256"),
                ("defaultScope", "openid email"),
                // Who typed their address here need not type it again.
                ("loginHint", "true"),
            ] {
                config.insert(name.to_owned(), json!(value));
            }
            ("oidc", &OIDC_PUBLISHED)
        }
        Protocol::Saml => {
            for (name, value) in [
                // Without this an answer in which nothing is signed would do (26.7).
                ("wantAssertionsSigned", "true"),
                ("signatureAlgorithm", "RSA_SHA256"),
                ("principalType", "SUBJECT"),
                ("allowCreate", "true"),
                ("loginHint", "false"),
            ] {
                config.insert(name.to_owned(), json!(value));
            }
            ("saml", &SAML_PUBLISHED)
        }
    };
    for name in taken {
        if let Some(value) = sign_in.published.get(*name) {
            config.insert((*name).to_owned(), json!(value));
        }
    }
    if config.get("nameIDPolicyFormat").is_some_and(|format| format == TRANSIENT) {
        config.insert("nameIDPolicyFormat".to_owned(), json!(PERSISTENT));
    }
    if config.contains_key("metadataDescriptorUrl") {
        // Its new keys are found there.
        config.insert("useMetadataDescriptorUrl".to_owned(), json!("true"));
    }
    for (name, value) in [("validateSignature", "true"), ("syncMode", "IMPORT")] {
        config.insert(name.to_owned(), json!(value));
    }
    config.insert(GENERATION.to_owned(), json!(sign_in.generation.to_string()));
    json!({
        "alias": provider(company.id), "displayName": company.name, "providerId": id, "enabled": company.is_active && sign_in.is_on,
        // Companies do not learn of one another.
        "hideOnLogin": true, "linkOnly": false, "storeToken": false,
        "trustEmail": false,
        "firstBrokerLoginFlowAlias": FIRST_COMPANY, "postBrokerLoginFlowAlias": AFTER_BROKER,
        "config": config,
    })
}

/// Which of a company's sign-ins an identity provider is. Keycloak (26.7) keeps in its configuration whatever it is given.
pub(crate) fn generation_of(provider: &Value) -> i32 {
    provider["config"][GENERATION].as_str().and_then(|number| number.parse().ok()).unwrap_or(1)
}

/// The identity provider of a company that has no sign-in any more: it leads nobody in and knows no secret, and whom it called what is known when the same one comes back. None if it `is` so.
pub(super) fn shut(is: &Value) -> Option<Value> {
    if is["enabled"] == json!(false) && is["config"].get(SECRET).is_none() {
        return None;
    }
    let mut shut = is.clone();
    shut["enabled"] = json!(false);
    if let Some(config) = shut["config"].as_object_mut() {
        config.remove(SECRET);
    }
    Some(shut)
}

/// What of an answer of the identity provider becomes what of an account.
pub(super) fn mappers_of(company: &Company<'_>, sign_in: &SignIn<'_>) -> Vec<Value> {
    let alias = provider(company.id);
    let mapper_in = |mode: &str, name: &str, kind: &str, config: Value| {
        let mut config = config;
        config["syncMode"] = json!(mode);
        json!({ "name": name, "identityProviderAlias": alias, "identityProviderMapper": kind, "config": config })
    };
    let mapper = |name: &str, kind: &str, config: Value| mapper_in("IMPORT", name, kind, config);
    // As the company says it now: an address is changed there, or verified at last.
    let attribute = |name: &str, kind: &str, config: Value| mapper_in("FORCE", name, kind, config);
    // Keycloak's default name is the company's own for the person, which another company may have for somebody else, and another server of the same company too.
    let of_server = if sign_in.generation > 1 { format!("_{}", sign_in.generation) } else { String::new() };
    let username = |kind, subject: &str| {
        mapper("username", kind, json!({ "template": format!("${{ALIAS}}{of_server}.${{{subject}}}"), "target": "LOCAL" }))
    };
    // Whatever the company calls the address, the account has none: Keycloak would look for another one with the same, and tell. A mapper without a value
    // takes away what Keycloak takes by itself (26.7).
    let no_email = mapper("no email", "hardcoded-attribute-idp-mapper", json!({ "attribute": "email" }));
    let mut mappers = match &sign_in.protocol {
        Protocol::Oidc { address_claim, .. } => {
            let of_claim = |claim: &str, to: &str| json!({ "claim": claim, "user.attribute": to });
            let mut mappers = vec![
                username("oidc-username-idp-mapper", "CLAIM.sub"),
                attribute("address", "oidc-user-attribute-idp-mapper", of_claim(address_claim, WORK_ADDRESSES[0])),
            ];
            // Of a time when the company signed in by SAML: claims that nobody names take away what is left.
            for (named, kept) in SAML_ADDRESS.iter().zip(WORK_ADDRESSES).skip(1) {
                mappers.push(attribute(&format!("no {kept}"), "oidc-user-attribute-idp-mapper", of_claim(named, kept)));
            }
            // OpenID Connect Core §5.1 has it of the claim `email` alone.
            if *address_claim == "email" {
                let verified = of_claim("email_verified", WORK_ADDRESS_VERIFIED);
                mappers.push(attribute("address verified", "oidc-user-attribute-idp-mapper", verified));
            }
            mappers
        }
        Protocol::Saml => std::iter::once(username("saml-username-idp-mapper", "NAMEID"))
            .chain(SAML_ADDRESS.iter().zip(WORK_ADDRESSES).enumerate().map(|(n, (named, kept))| {
                let config = json!({ "attribute.name": named, "user.attribute": kept });
                attribute(&format!("address {}", n + 1), "saml-user-attribute-idp-mapper", config)
            }))
            .collect(),
    };
    mappers.push(no_email);
    mappers
}

/// Whether what `is` already has everything of `wanted`; Keycloak adds fields of its own, and hides secrets.
pub(super) fn has(is: &Value, wanted: &Value) -> bool {
    match (is, wanted) {
        (Value::Object(is), Value::Object(wanted)) => {
            wanted.iter().all(|(name, value)| is.get(name).is_some_and(|is| is == "**********" || has(is, value)))
        }
        (Value::Array(is), Value::Array(wanted)) => {
            is.len() == wanted.len() && wanted.iter().all(|value| is.iter().any(|is| has(is, value)))
        }
        (is, wanted) => is == wanted,
    }
}

#[cfg(test)]
mod tests {
    use uuid::uuid;

    use super::*;
    use crate::companies::{Published, of_provider};

    fn company(is_active: bool) -> Company<'static> {
        Company { id: uuid!("0190a000-0000-7000-8000-000000000001"), name: "Ромашка", is_active, domains: &[], sign_in: None }
    }

    fn published(pairs: &[(&str, &str)]) -> Published {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn an_alias_names_its_company_and_no_other_alias_does() {
        let id = company(true).id;
        assert_eq!(of_provider(&provider(id)), Some(id));
        for alias in ["entrance", "company-", "company-acme", &organization(id)] {
            assert_eq!(of_provider(alias), None, "{alias}");
        }
    }

    #[test]
    fn an_archived_company_lets_nobody_in_and_frees_its_name() {
        let published = published(&[]);
        let sign_in = SignIn { is_on: true, generation: 1, protocol: Protocol::Saml, published: &published };
        for is_active in [true, false] {
            let company = company(is_active);
            assert_eq!(organization_of(&company)["enabled"], is_active);
            assert_eq!(organization_of(&company)["name"] == company.name, is_active);
            assert_eq!(provider_of(&company, &sign_in)["enabled"], is_active);
        }
        let off = SignIn { is_on: false, ..sign_in };
        assert_eq!(provider_of(&company(true), &off)["enabled"], false);
    }

    #[test]
    fn a_saml_answer_must_be_signed_whatever_its_metadata_say() {
        let published = published(&[
            ("wantAssertionsSigned", "false"),
            ("validateSignature", "false"),
            ("nameIDPolicyFormat", TRANSIENT),
            ("singleLogoutServiceUrl", "https://idp.example/logout"),
        ]);
        let provider = provider_of(&company(true), &SignIn { is_on: true, generation: 1, protocol: Protocol::Saml, published: &published });
        let config = &provider["config"];
        assert_eq!((&config["wantAssertionsSigned"], &config["validateSignature"]), (&json!("true"), &json!("true")));
        assert_eq!(config["nameIDPolicyFormat"], PERSISTENT);
        assert_eq!(config["singleLogoutServiceUrl"], Value::Null, "signing out here is no signing out at work");
    }

    #[test]
    fn what_keycloak_adds_or_hides_is_no_difference() {
        let wanted = json!({ "name": "a", "config": { "clientSecret": "s" }, "domains": [{ "name": "x" }, { "name": "y" }] });
        let mut is = json!({ "id": 1, "name": "a", "config": { "clientSecret": "**********", "more": "1" }, "domains": [{ "name": "y" }, { "name": "x" }] });
        assert!(has(&is, &wanted));
        is["domains"] = json!([{ "name": "x" }]);
        assert!(!has(&is, &wanted));
    }
}
