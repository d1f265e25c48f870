//! Ourselves as Keycloak's clients. Each proves itself by a key (`private_key_jwt`), sends its requests beforehand (PAR, RFC 9126) and uses PKCE.

use serde_json::{Value, json};

use super::Deployment;

/// Seconds.
const HOUR: u32 = 3600;

/// The client for employees.
pub const WEB: &str = "ponimau";
/// The client for specialists and the operator's staff, who answer for other people's affairs: a second factor, always.
pub const STAFF: &str = "ponimau-staff";
/// The client that makes accounts and companies.
pub const PROVISIONER: &str = "ponimau-provisioner";

/// Keycloak's own pages of an account, where people would give up their company's sign-in or their last way in (decision 0033). What is theirs to see and to
/// remove is on the product's page.
const ACCOUNT: [&str; 2] = ["account", "account-console"];

/// What the service account of [`PROVISIONER`] may do: no more than people, companies and what happened to them need, and to see whether the realm is
/// still as it was set up (the doctor).
const PROVISIONER_RIGHTS: [&str; 9] = [
    "manage-users",
    "view-users",
    "query-users",
    "manage-organizations",
    "view-organizations",
    "view-events",
    "manage-identity-providers",
    "view-realm",
    "view-clients",
];

pub(super) fn clients(deployment: &Deployment) -> Value {
    json!({
        "clients": [
            person_client(deployment, WEB, "pwd"), person_client(deployment, STAFF, "mfa"), provisioner(deployment),
            closed(ACCOUNT[0]), closed(ACCOUNT[1]),
        ],
        "users": [{
            "username": format!("service-account-{PROVISIONER}"),
            "enabled": true,
            "serviceAccountClientId": PROVISIONER,
            "clientRoles": { "realm-management": PROVISIONER_RIGHTS },
        }],
    })
}

fn client(deployment: &Deployment, id: &str) -> Value {
    json!({
        "clientId": id,
        "enabled": true,
        "protocol": "openid-connect",
        "publicClient": false,
        "clientAuthenticatorType": "client-jwt",
        "standardFlowEnabled": false,
        "implicitFlowEnabled": false,
        "directAccessGrantsEnabled": false,
        "serviceAccountsEnabled": false,
        "fullScopeAllowed": false,
        "frontchannelLogout": false,
        "consentRequired": false,
        "webOrigins": [],
        // Keycloak's Admin API would take the root URL, and push to it.
        "adminUrl": "",
        // Nobody signs in here by another way than the realm's.
        "authenticationFlowBindingOverrides": {},
        "attributes": {
            "token.endpoint.auth.signing.alg": "ES256",
            "use.jwks.string": "true",
            "jwks.string": deployment.client_keys.to_string(),
            "id.token.signed.response.alg": "ES256",
            "access.token.signed.response.alg": "ES256",
        },
    })
}

/// `acr`: the least that a sign-in here is worth.
fn person_client(deployment: &Deployment, id: &str, acr: &str) -> Value {
    let mut client = client(deployment, id);
    let url = &deployment.public_url;
    client["standardFlowEnabled"] = json!(true);
    client["rootUrl"] = json!(url);
    // Where Keycloak's pages lead back to: at the door one is told what became of a sign-in that ended on one of them.
    client["baseUrl"] = json!(format!("{url}/sign-in?from=keycloak"));
    client["redirectUris"] = json!([format!("{url}/signed-in")]);
    // Neither the address nor a name is in a token.
    client["defaultClientScopes"] = json!(["basic", "acr"]);
    client["optionalClientScopes"] = json!(["organization"]);
    client["protocolMappers"] = json!([
        {
            "name": "organizations", "protocol": "openid-connect", "protocolMapper": "oidc-organization-membership-mapper", "consentRequired": false,
            "config": {
                "claim.name": "orgs", "jsonType.label": "JSON", "multivalued": "true", "addOrganizationId": "true",
                "id.token.claim": "true", "access.token.claim": "false", "introspection.token.claim": "false", "userinfo.token.claim": "false",
            },
        },
        {
            // Through which identity provider the session came to be: only the company's own counts as its sign-in.
            "name": "provider", "protocol": "openid-connect", "protocolMapper": "oidc-usersessionmodel-note-mapper", "consentRequired": false,
            "config": {
                "user.session.note": "identity_provider", "claim.name": "idp", "jsonType.label": "String",
                "id.token.claim": "true", "access.token.claim": "false", "introspection.token.claim": "false", "userinfo.token.claim": "false",
            },
        },
        {
            "name": "locale", "protocol": "openid-connect", "protocolMapper": "oidc-usermodel-attribute-mapper", "consentRequired": false,
            "config": {
                "user.attribute": "locale", "claim.name": "locale", "jsonType.label": "String",
                "id.token.claim": "true", "access.token.claim": "false", "userinfo.token.claim": "false",
            },
        },
    ]);
    for (name, value) in [
        ("pkce.code.challenge.method", "S256"),
        ("require.pushed.authorization.requests", "true"),
        ("post.logout.redirect.uris", url.as_str()),
        ("backchannel.logout.url", &format!("{}/api/oidc/logout", deployment.inner_url)),
        ("backchannel.logout.session.required", "true"),
        ("backchannel.logout.revoke.offline.tokens", "true"),
        ("use.refresh.tokens", "true"),
        ("default.acr.values", acr),
        ("minimum.acr.value", acr),
    ] {
        client["attributes"][name] = json!(value);
    }
    if id == STAFF {
        // No longer than the product's own sessions of specialists; those of staff end sooner there.
        client["attributes"]["client.session.idle.timeout"] = json!((12 * HOUR).to_string());
        client["attributes"]["client.session.max.lifespan"] = json!((7 * 24 * HOUR).to_string());
    }
    client
}

fn provisioner(deployment: &Deployment) -> Value {
    let mut client = client(deployment, PROVISIONER);
    client["serviceAccountsEnabled"] = json!(true);
    client["fullScopeAllowed"] = json!(true);
    client["defaultClientScopes"] = json!(["basic", "roles"]);
    client["attributes"]["access.token.lifespan"] = json!("60");
    // Nobody signs out through it. Said, because Keycloak's import writes something here by itself, and its Admin API does not.
    client["attributes"]["post.logout.redirect.uris"] = json!("-");
    client
}

/// One of Keycloak's own clients, by which nobody signs in.
fn closed(id: &str) -> Value {
    json!({
        "clientId": id,
        "name": "",
        "enabled": false,
        "protocol": "openid-connect",
        "publicClient": true,
        "standardFlowEnabled": false,
        "implicitFlowEnabled": false,
        "directAccessGrantsEnabled": false,
        "serviceAccountsEnabled": false,
        "fullScopeAllowed": false,
        "rootUrl": "",
        "baseUrl": "",
        "redirectUris": [],
        "webOrigins": [],
        "authenticationFlowBindingOverrides": {},
        "defaultClientScopes": [],
        "optionalClientScopes": [],
        "protocolMappers": [],
        // As any client's; those that Keycloak makes by itself have another number here.
        "nodeReRegistrationTimeout": -1,
        // As with the provisioner.
        "attributes": { "post.logout.redirect.uris": "-" },
    })
}
