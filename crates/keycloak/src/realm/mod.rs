//! The realm of a deployment, as Keycloak imports it. Holds nothing secret and nobody: people and companies come through the product.

mod actions;
mod clients;
mod entrance;
mod flows;
mod keys;
mod policies;
mod profile;

use serde_json::{Map, Value, json};

pub use self::clients::{PROVISIONER, STAFF, WEB};
pub use self::entrance::ENTRANCE;
pub(crate) use self::flows::{AFTER_BROKER, FIRST_COMPANY};
pub(crate) use self::profile::{WORK_ADDRESS_VERIFIED, WORK_ADDRESSES};

/// What of a deployment its realm depends on.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// The realm's name, the last part of its issuer: `https://auth.example/realms/<name>`.
    pub name: String,
    /// What people call the product, in the deployment's first language.
    pub display_name: String,
    /// The theme of its pages and letters ([`crate::theme`]); none leaves Keycloak's own look.
    pub theme: Option<String>,
    /// Where people reach the product, without a trailing slash.
    pub public_url: String,
    /// Where Keycloak itself reaches the product; the same unless they share an inner network.
    pub inner_url: String,
    /// The languages of the product, the first one the default.
    pub locales: Vec<String>,
    /// Our public keys as Keycloak's client: a JSON Web Key Set.
    pub client_keys: Value,
    /// The mail server, if letters are to reach anybody.
    pub mail: Option<Mail>,
    /// Keycloak's file of common passwords, which nobody may take (ASVS 6.2.4). It lies with Keycloak, in `data/password-blacklists`; where it does not,
    /// Keycloak refuses the realm.
    pub password_list: Option<String>,
}

/// The deployment's mail server. Its password is not part of the realm: Keycloak puts in [`MAIL_PASSWORD`] on import.
#[derive(Debug, Clone)]
pub struct Mail {
    pub host: String,
    pub port: u16,
    /// TLS from the first byte.
    pub is_tls: bool,
    /// TLS after a first word (STARTTLS).
    pub is_starttls: bool,
    pub from: String,
    pub from_name: String,
    pub user: Option<String>,
}

/// The placeholder in the place of the mail server's password.
pub const MAIL_PASSWORD: &str = "${PONIMAU_SMTP_PASSWORD}";

/// The whole realm.
pub fn realm(deployment: &Deployment) -> Value {
    let mut realm = Map::new();
    realm.insert("realm".to_owned(), json!(deployment.name));
    realm.insert("enabled".to_owned(), json!(true));
    realm.insert("displayName".to_owned(), json!(deployment.display_name));
    if let Some(theme) = &deployment.theme {
        realm.insert("loginTheme".to_owned(), json!(theme));
        realm.insert("emailTheme".to_owned(), json!(theme));
    }
    let [accounts, guessing, factors, sessions] = policies::policies(deployment);
    for part in [
        accounts,
        guessing,
        factors,
        sessions,
        profile::profile(&deployment.locales),
        flows::flows(),
        actions::actions(),
        entrance::entrance(deployment),
        clients::clients(deployment),
        mail(deployment.mail.as_ref()),
    ] {
        if let Value::Object(part) = part {
            realm.extend(part);
        }
    }
    realm["components"]["org.keycloak.keys.KeyProvider"] = keys::keys();
    Value::Object(realm)
}

fn mail(mail: Option<&Mail>) -> Value {
    let Some(mail) = mail else { return json!({}) };
    let mut server = json!({
        "host": mail.host, "port": mail.port.to_string(), "from": mail.from, "fromDisplayName": mail.from_name,
        "ssl": mail.is_tls.to_string(), "starttls": mail.is_starttls.to_string(), "auth": mail.user.is_some().to_string(),
    });
    if let Some(user) = &mail.user {
        server["user"] = json!(user);
        server["password"] = json!(MAIL_PASSWORD);
    }
    json!({ "smtpServer": server })
}

#[cfg(test)]
pub(crate) fn example() -> Deployment {
    Deployment {
        name: "ponimayu".to_owned(),
        display_name: "Понимаю".to_owned(),
        theme: Some("ponimayu".to_owned()),
        public_url: "http://localhost:8080".to_owned(),
        inner_url: "http://localhost:8080".to_owned(),
        locales: ["ru", "kk", "en"].map(str::to_owned).to_vec(),
        client_keys: json!({ "keys": [crate::client_key::ClientKey::from_secret([7; 32]).public_jwk()] }),
        mail: Some(Mail {
            host: "mail.example".to_owned(),
            port: 587,
            is_tls: false,
            is_starttls: true,
            from: "noreply@ponimayu.example".to_owned(),
            from_name: "Понимаю".to_owned(),
            user: Some("ponimau".to_owned()),
        }),
        password_list: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_realm_holds_no_secret_and_nobody() {
        let realm = realm(&example());
        let people: Vec<_> =
            realm["users"].as_array().unwrap().iter().filter(|user| user.get("serviceAccountClientId").is_none()).collect();
        assert!(people.is_empty(), "{people:?}");
        let text = realm.to_string();
        for secret in ["\"secret\"", "\"d\":", "privateKey"] {
            assert!(!text.contains(secret), "{secret}");
        }
        assert!(text.contains(MAIL_PASSWORD));
    }
}
