//! The realm's own keys, made by Keycloak. Named here, because else it makes the one for ES256 within the first request that wants it, and that
//! request fails (26.7).

use serde_json::{Value, json};

pub(super) fn keys() -> Value {
    json!([
        key("ecdsa-generated", &json!({ "ecdsaEllipticCurveKey": ["P-256"] })),
        // A company's SAML sign-in knows no other.
        key("rsa-generated", &json!({ "algorithm": ["RS256"], "keySize": ["2048"] })),
        // For Keycloak's own cookies and links.
        key("hmac-generated", &json!({ "algorithm": ["HS512"] })),
        key("aes-generated", &json!({})),
    ])
}

fn key(provider: &str, config: &Value) -> Value {
    let mut config = config.clone();
    config["priority"] = json!(["100"]);
    json!({ "name": provider, "providerId": provider, "config": config })
}
