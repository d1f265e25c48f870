//! What Keycloak may ask of a person before they go on. All of Keycloak's, as it has them by itself: what an import names is all that there is.

use serde_json::{Value, json};

/// In the order in which they are asked: alias, name, whether it may be asked at all.
const ACTIONS: [(&str, &str, bool); 14] = [
    // Consents are the product's, each for one purpose.
    ("TERMS_AND_CONDITIONS", "Terms and Conditions", false),
    ("UPDATE_PROFILE", "Update Profile", true),
    ("VERIFY_EMAIL", "Verify Email", true),
    ("CONFIGURE_TOTP", "Configure OTP", true),
    ("UPDATE_PASSWORD", "Update Password", true),
    // Erasing is the product's too: an account deleted here would leave its record.
    ("delete_account", "Delete Account", false),
    ("UPDATE_EMAIL", "Update Email", false),
    ("webauthn-register", "Webauthn Register", true),
    ("webauthn-register-passwordless", "Webauthn Register Passwordless", true),
    ("VERIFY_PROFILE", "Verify Profile", true),
    ("delete_credential", "Delete Credential", true),
    ("idp_link", "Linking Identity Provider", true),
    ("CONFIGURE_RECOVERY_AUTHN_CODES", "Recovery Authentication Codes", true),
    ("update_user_locale", "Update User Locale", true),
];

pub(super) fn actions() -> Value {
    let action = |(index, (alias, name, is_on)): (usize, &(&str, &str, bool))| {
        json!({
            "alias": alias, "providerId": alias, "name": name, "enabled": is_on, "defaultAction": false, "priority": (index + 1) * 10, "config": {},
        })
    };
    json!({ "requiredActions": ACTIONS.iter().enumerate().map(action).collect::<Vec<_>>() })
}
