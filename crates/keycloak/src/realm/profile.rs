//! What Keycloak keeps of a person: as little as it can work with. Names are not asked for; a nickname lives in the product.

use serde_json::{Value, json};

/// The attributes with the address at work, as it is called in each of three ways (`companies::written`). One for each: a mapper that finds nothing takes away what another has
/// written, from the second sign-in on (26.7).
pub(crate) const WORK_ADDRESSES: [&str; 3] = ["work_address", "work_address_2", "work_address_3"];
/// The attribute with what the company says of that: `false`, if nobody there has verified it.
pub(crate) const WORK_ADDRESS_VERIFIED: &str = "work_address_verified";

pub(super) fn profile(locales: &[String]) -> Value {
    // Keycloak wants the annotations even where there are none: its SCIM answers 500 without.
    let mut attributes = json!([
        {
            "name": "username", "displayName": "${username}", "annotations": {}, "multivalued": false,
            "permissions": { "view": ["admin", "user"], "edit": ["admin"] },
            "validations": { "length": { "min": 3, "max": 255 }, "username-prohibited-characters": {}, "up-username-not-idn-homograph": {} },
        },
        {
            // Of who chose a password: its name. Who came through their company has none. Changed by the product alone, which proves the new one by a code: Keycloak takes any,
            // which shuts out whose it is, and of one that another account has it tells.
            "name": "email", "displayName": "${email}", "annotations": {}, "multivalued": false,
            "permissions": { "view": ["admin", "user"], "edit": ["admin"] },
            "validations": { "email": {}, "length": { "max": 255 } },
        },
        {
            "name": WORK_ADDRESS_VERIFIED, "annotations": {}, "multivalued": false, "permissions": { "view": ["admin"], "edit": ["admin"] },
            "validations": { "length": { "max": 5 } },
        },
        {
            "name": "locale", "displayName": "${locale}", "annotations": {}, "multivalued": false,
            "permissions": { "view": ["admin", "user"], "edit": ["admin", "user"] },
            "validations": { "options": { "options": locales } },
        },
    ]);
    // What a company's own sign-in calls the address of somebody. Not their `email`: of two accounts with one address Keycloak would tell, and a company could ask by it who is
    // here.
    if let Some(attributes) = attributes.as_array_mut() {
        attributes.extend(WORK_ADDRESSES.map(|name| {
            json!({
                "name": name, "annotations": {}, "multivalued": false, "permissions": { "view": ["admin"], "edit": ["admin"] },
                "validations": { "length": { "max": 255 } },
            })
        }));
    }
    let profile = json!({ "attributes": attributes, "groups": [] });
    json!({
        "components": {
            "org.keycloak.userprofile.UserProfileProvider": [
                { "providerId": "declarative-user-profile", "config": { "kc.user.profile.config": [profile.to_string()] } },
            ],
        },
    })
}
