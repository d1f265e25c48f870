//! What Keycloak may ask of a person before they go on. All of Keycloak's, as it has them by itself: what an import names is all that there is.

use serde_json::{Value, json};

/// The place in the order in which they are asked, alias, name, whether it may be asked at all.
const ACTIONS: [(u32, &str, &str, bool); 14] = [
    // Consents are the product's, each for one purpose.
    (20, "TERMS_AND_CONDITIONS", "Terms and Conditions", false),
    (40, "UPDATE_PROFILE", "Update Profile", true),
    // It would send a letter to whoever comes from a company whose sign-in does not vouch for their address, and end in an error without a mail server. Addresses are proven at
    // the product; it refuses who comes with an unverified one, and says why.
    (50, "VERIFY_EMAIL", "Verify Email", false),
    (54, "CONFIGURE_TOTP", "Configure OTP", true),
    (57, "UPDATE_PASSWORD", "Update Password", true),
    // Erasing is the product's too: an account deleted here would leave its record.
    (60, "delete_account", "Delete Account", false),
    (70, "UPDATE_EMAIL", "Update Email", false),
    (80, "webauthn-register", "Webauthn Register", true),
    (90, "webauthn-register-passwordless", "Webauthn Register Passwordless", true),
    // It would have who came with an address of elsewhere type another one, a colleague's for instance. The product refuses them instead.
    (100, "VERIFY_PROFILE", "Verify Profile", false),
    // Removing is the product's: here the last way in would go too.
    (110, "delete_credential", "Delete Credential", false),
    (120, "idp_link", "Linking Identity Provider", true),
    (130, "CONFIGURE_RECOVERY_AUTHN_CODES", "Recovery Authentication Codes", true),
    (1000, "update_user_locale", "Update User Locale", true),
];

pub(super) fn actions() -> Value {
    let action = |(priority, alias, name, is_on): &(u32, &str, &str, bool)| {
        json!({
            "alias": alias, "providerId": alias, "name": name, "enabled": is_on, "defaultAction": false, "priority": priority, "config": {},
        })
    };
    json!({ "requiredActions": ACTIONS.iter().map(action).collect::<Vec<_>>() })
}
