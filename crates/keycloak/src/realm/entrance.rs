//! Our own entrance as one of the realm's identity providers: who proves an invitation, a company's code or address at the product gets their account
//! in Keycloak through it, with no address and no name that they did not give.

use serde_json::{Value, json};

use super::{
    Deployment,
    flows::{AFTER_BROKER, FIRST_BROKER},
};

/// The entrance's name in Keycloak, and `kc_idp_hint`.
pub const ENTRANCE: &str = "entrance";

pub(super) fn entrance(deployment: &Deployment) -> Value {
    let outer = format!("{}/oidc/entrance", deployment.public_url);
    let inner = format!("{}/oidc/entrance", deployment.inner_url);
    json!({
        "identityProviders": [{
            "alias": ENTRANCE,
            "providerId": "oidc",
            "enabled": true,
            // Never a button: one comes here with something to show.
            "hideOnLogin": true,
            "linkOnly": false,
            // An address is told only after a code sent to it came back.
            "trustEmail": true,
            "storeToken": false,
            "firstBrokerLoginFlowAlias": FIRST_BROKER,
            "postBrokerLoginFlowAlias": AFTER_BROKER,
            "config": {
                "issuer": outer,
                "authorizationUrl": format!("{outer}/authorize"),
                "tokenUrl": format!("{inner}/token"),
                "jwksUrl": format!("{inner}/keys"),
                "useJwksUrl": "true",
                "validateSignature": "true",
                "clientId": "keycloak",
                // Keycloak proves itself by its own key: no secret is shared.
                "clientAuthMethod": "private_key_jwt",
                "clientAssertionSigningAlg": "ES256",
                "pkceEnabled": "true",
                "pkceMethod": "S256",
                "syncMode": "IMPORT",
                "defaultScope": "openid",
                "disableUserInfo": "true",
            },
        }],
        "identityProviderMappers": [{
            // Keycloak's default is what the provider calls the person, which another provider may call somebody else.
            "name": "username",
            "identityProviderAlias": ENTRANCE,
            "identityProviderMapper": "oidc-username-idp-mapper",
            "config": { "syncMode": "IMPORT", "template": "${ALIAS}.${CLAIM.sub}", "target": "LOCAL" },
        }],
    })
}
