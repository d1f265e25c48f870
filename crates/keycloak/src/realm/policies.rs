//! How people prove who they are, how long they stay signed in, and what happens to who guesses.

use serde_json::{Value, json};

use super::Deployment;

/// At least this many characters; no rule about which (ASVS 6.2.1, 6.2.5).
const PASSWORD_MIN: u32 = 12;
/// A hash of more would let strangers spend our processor (ASVS 6.2.9 asks for at least 64).
const PASSWORD_MAX: u32 = 128;
/// Seconds.
const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;
const DAY: u32 = 24 * HOUR;

pub(super) fn policies(deployment: &Deployment) -> [Value; 4] {
    [accounts(deployment), guessing(deployment), factors(deployment), sessions(deployment)]
}

fn accounts(deployment: &Deployment) -> Value {
    json!({
        // TLS ends at the proxy; inside the operator's network, and on one machine, plain HTTP is allowed.
        "sslRequired": "external",
        // People come by invitation, code, address or their company's sign-in, all of which end in an account made by us or by their company.
        "registrationAllowed": false,
        "organizationsEnabled": true,
        "loginWithEmailAllowed": true,
        "duplicateEmailsAllowed": false,
        "verifyEmail": true,
        // Only where a letter can come: else the link would lead to an error.
        // The product speaks of it where it has a mail server itself (`is_password_mailed`): both are of one setting.
        "resetPasswordAllowed": deployment.mail.is_some(),
        // By administrators alone, as the profile says (profile.rs): what an account is called by changes when its person leaves the company whose address it bears.
        "editUsernameAllowed": true,
        "rememberMe": false,
    })
}

fn guessing(deployment: &Deployment) -> Value {
    let common = deployment.password_list.as_ref().map(|file| format!(" and passwordBlacklist({file})")).unwrap_or_default();
    json!({
        "passwordPolicy": format!("length({PASSWORD_MIN}) and maxLength({PASSWORD_MAX}) and notUsername and notEmail{common}"),
        "bruteForceProtected": true,
        "bruteForceStrategy": "MULTIPLE",
        // Nobody is locked out for good by somebody else's guesses.
        "permanentLockout": false,
        "failureFactor": 5,
        "waitIncrementSeconds": MINUTE,
        "minimumQuickLoginWaitSeconds": MINUTE,
        "maxFailureWaitSeconds": 15 * MINUTE,
        "quickLoginCheckMilliSeconds": 1000,
        "maxDeltaTimeSeconds": 12 * HOUR,
    })
}

fn factors(deployment: &Deployment) -> Value {
    json!({
        "otpPolicyType": "totp",
        // What every authenticator app can do (RFC 6238).
        "otpPolicyAlgorithm": "HmacSHA1",
        "otpPolicyDigits": 6,
        "otpPolicyPeriod": 30,
        "otpPolicyLookAheadWindow": 1,
        "otpPolicyCodeReusable": false,

        "webAuthnPolicyRpEntityName": deployment.display_name,
        "webAuthnPolicySignatureAlgorithms": ["ES256", "RS256"],
        "webAuthnPolicyPasswordlessRpEntityName": deployment.display_name,
        "webAuthnPolicyPasswordlessSignatureAlgorithms": ["ES256", "RS256"],
        "webAuthnPolicyPasswordlessResidentKey": "required",
        "webAuthnPolicyPasswordlessUserVerificationRequirement": "required",
        // Offered by the browser in the field of the first page (conditional UI).
        "webAuthnPolicyPasswordlessPasskeysEnabled": true,
    })
}

fn sessions(deployment: &Deployment) -> Value {
    json!({
        "defaultSignatureAlgorithm": "ES256",
        "accessTokenLifespan": 5 * MINUTE,
        "accessCodeLifespan": MINUTE,
        // As long as the product's own sessions of employees; the clients of the others have less (clients.rs).
        "ssoSessionIdleTimeout": 14 * DAY,
        "ssoSessionMaxLifespan": 90 * DAY,
        // A token is stale once the next one was used, and whoever shows a stale one ends the session. The newest may be shown again as often as it takes: an answer
        // that came too late, or never, says nothing of its person (decision 0037).
        "revokeRefreshToken": true,
        "refreshTokenMaxReuse": 10_000,
        "actionTokenGeneratedByAdminLifespan": 3 * DAY,
        "actionTokenGeneratedByUserLifespan": 15 * MINUTE,

        "internationalizationEnabled": true,
        "supportedLocales": deployment.locales,
        "defaultLocale": deployment.locales.first(),

        // Who signed in when and from where is not kept: beside the instant at which somebody proved at their company that they may have a pass, the sign-in of
        // the account that was opened with it would tell whose it is. Only that some company's sign-in failed is, of nobody, for a day: the door says so then.
        "eventsEnabled": true,
        "enabledEventTypes": ["IDENTITY_PROVIDER_LOGIN_ERROR"],
        "eventsExpiration": DAY,
        // What is changed in Keycloak's own console reaches us by its admin events; they hold ids, not what the change was.
        "adminEventsEnabled": true,
        "adminEventsDetailsEnabled": false,
        "eventsListeners": ["jboss-logging"],

        "browserSecurityHeaders": {
            // Its own pages alone: the one on which people see and remove what they sign in by asks in a hidden frame whether they still are (26.7).
            "contentSecurityPolicy": "frame-src 'self'; frame-ancestors 'self'; object-src 'none';",
            "xFrameOptions": "SAMEORIGIN",
            "xContentTypeOptions": "nosniff",
            "xRobotsTag": "none",
            "referrerPolicy": "no-referrer",
            "strictTransportSecurity": "max-age=31536000; includeSubDomains",
        },
        "attributes": {
            // What a sign-in is worth: `pwd` one factor (or the company's own sign-in), `mfa` two.
            "acr.loa.map": r#"{"pwd":1,"mfa":2}"#,
            "adminEventsExpiration": (365 * DAY).to_string(),
        },
    })
}
