//! What Keycloak keeps of a person: as little as it can work with. Names are not asked for; a nickname lives in the product.

use serde_json::{Value, json};

pub(super) fn profile(locales: &[String]) -> Value {
    // Keycloak wants the annotations even where there are none: its SCIM answers 500 without.
    let attributes = json!([
        {
            "name": "username", "displayName": "${username}", "annotations": {}, "multivalued": false,
            "permissions": { "view": ["admin", "user"], "edit": ["admin"] },
            "validations": { "length": { "min": 3, "max": 255 }, "username-prohibited-characters": {}, "up-username-not-idn-homograph": {} },
        },
        {
            // Editable by the person: with an address that only administrators may edit, Keycloak (26.7) skips its check that a company's sign-in
            // asserts addresses of the company's own domain. A changed one counts as verified no more. Not required: who enters by a company's code gives none.
            "name": "email", "displayName": "${email}", "annotations": {}, "multivalued": false,
            "permissions": { "view": ["admin", "user"], "edit": ["admin", "user"] },
            "validations": { "email": {}, "length": { "max": 255 } },
        },
        {
            "name": "locale", "displayName": "${locale}", "annotations": {}, "multivalued": false,
            "permissions": { "view": ["admin", "user"], "edit": ["admin", "user"] },
            "validations": { "options": { "options": locales } },
        },
    ]);
    let profile = json!({ "attributes": attributes, "groups": [] });
    json!({
        "components": {
            "org.keycloak.userprofile.UserProfileProvider": [
                { "providerId": "declarative-user-profile", "config": { "kc.user.profile.config": [profile.to_string()] } },
            ],
        },
    })
}
