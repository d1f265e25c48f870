//! What an operator may set. Every value has a default with which `ponimau demo` works; secrets are files, not variables.

use std::{net::IpAddr, net::SocketAddr, path::PathBuf, time::Duration};

use clap::Args;

/// A deployment's settings.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Folder for the embedded database, files, keys and the demo's mail
    #[arg(long, env = "PONIMAU_DATA", default_value = "data")]
    pub data: PathBuf,
    /// Address to serve on
    #[arg(long, env = "PONIMAU_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Address for metrics and health, for the operator's own network only; "off" for none
    #[arg(long, env = "PONIMAU_OPS_LISTEN", default_value = "off")]
    pub ops_listen: String,
    /// Where people reach the product; the default is the address it serves on
    #[arg(long, env = "PONIMAU_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// The brand pack: what the deployment is called and looks like
    #[arg(long, env = "PONIMAU_BRAND", default_value = "ponimayu")]
    pub brand: String,
    /// The region pack: law, money, languages and phones
    #[arg(long, env = "PONIMAU_REGION", default_value = "ru")]
    pub region: String,
    /// Folder with brands/ and regions/ to use in place of the built-in packs
    #[arg(long, env = "PONIMAU_PACKS")]
    pub packs: Option<PathBuf>,
    /// PostgreSQL of the operator's, as the schema's owner; without it an embedded one is started
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// File with the deployment's 32-byte root key in hexadecimal; made in the data folder if absent
    #[arg(long, env = "PONIMAU_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// SMTP server, e.g. smtps://mail.example:465; without it mail is kept as files in the data folder
    #[arg(long, env = "PONIMAU_SMTP_URL")]
    pub smtp_url: Option<String>,
    /// File with "user:password" for the SMTP server
    #[arg(long, env = "PONIMAU_SMTP_CREDENTIALS_FILE")]
    pub smtp_credentials_file: Option<PathBuf>,
    /// The sender of mail
    #[arg(long, env = "PONIMAU_MAIL_FROM", default_value = "Понимаю <noreply@ponimayu.example>")]
    pub mail_from: String,
    /// Proxies whose X-Forwarded-For is believed, comma-separated
    #[arg(long, env = "PONIMAU_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpAddr>,
    /// Requests a second that one address may make; 0 for no limit
    #[arg(long, env = "PONIMAU_RATE_PER_SECOND", default_value_t = 50)]
    pub rate_per_second: u32,
    /// Connections to the database
    #[arg(long, env = "PONIMAU_DATABASE_CONNECTIONS", default_value_t = 10)]
    pub database_connections: u32,
    /// How long a stopping node lets calls in progress go on, in seconds
    #[arg(long, env = "PONIMAU_DRAIN_SECONDS", default_value_t = 25)]
    pub drain_seconds: u64,
    /// Address of the built-in video relay (STUN/TURN), UDP and TCP; "off" where other nodes run it
    #[arg(long, env = "PONIMAU_RELAY_LISTEN", default_value = "0.0.0.0:3478")]
    pub relay_listen: String,
    /// Address of the relay over TLS, for networks that let only HTTPS out
    #[arg(long, env = "PONIMAU_RELAY_TLS_LISTEN")]
    pub relay_tls_listen: Option<SocketAddr>,
    /// Certificate chain of the relay's TLS (PEM)
    #[arg(long, env = "PONIMAU_TLS_CERTIFICATE")]
    pub tls_certificate: Option<PathBuf>,
    /// Key of that certificate (PEM)
    #[arg(long, env = "PONIMAU_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
    /// All relays of the deployment, the same list on every node: URLs of one relay joined by "|", relays by ","
    #[arg(long, env = "PONIMAU_RELAY_URLS", value_delimiter = ',')]
    pub relay_urls: Vec<String>,
    /// The deployment's Keycloak as browsers reach it, e.g. https://auth.example; the built-in sign-in is off then
    #[arg(long, env = "PONIMAU_KEYCLOAK_URL")]
    pub keycloak_url: Option<String>,
    /// The same as this node reaches it, where that is another address
    #[arg(long, env = "PONIMAU_KEYCLOAK_INNER_URL")]
    pub keycloak_inner_url: Option<String>,
    /// The realm; the default is the brand's name
    #[arg(long, env = "PONIMAU_KEYCLOAK_REALM")]
    pub keycloak_realm: Option<String>,
    /// A file of common passwords in Keycloak's data/password-blacklists, e.g. common.txt; nobody may take one of them
    #[arg(long, env = "PONIMAU_KEYCLOAK_PASSWORD_LIST", value_parser = file_name)]
    pub keycloak_password_list: Option<String>,
    /// Where Keycloak reaches the product, if not where people do
    #[arg(long, env = "PONIMAU_INNER_URL")]
    pub inner_url: Option<String>,
    /// What is logged, as in RUST_LOG
    #[arg(long, env = "PONIMAU_LOG", default_value = "info,sqlx=warn")]
    pub log: String,
    /// Log as JSON lines
    #[arg(long, env = "PONIMAU_LOG_JSON")]
    pub log_json: bool,
}

impl Settings {
    /// Where people reach the product, without a trailing slash.
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            // Browsers treat http://localhost as a secure context, which cookies, passkeys and cameras need.
            None => format!("http://localhost:{}", self.listen.port()),
        }
    }

    /// Where Keycloak reaches the product, without a trailing slash.
    pub fn inner_url(&self) -> String {
        self.inner_url.as_deref().map_or_else(|| self.public_url(), |url| url.trim_end_matches('/').to_owned())
    }

    /// The realm's name.
    pub fn keycloak_realm(&self) -> &str {
        self.keycloak_realm.as_deref().unwrap_or(&self.brand)
    }

    /// Keycloak as browsers reach it. An empty setting is none, as systemd and Compose write one that is taken away.
    pub fn keycloak_url(&self) -> Option<&str> {
        self.keycloak_url.as_deref().filter(|url| !url.trim().is_empty())
    }

    /// The realm's address, as browsers and as this node reach it, if there is one.
    pub fn issuer(&self) -> Option<(String, String)> {
        let outer = self.keycloak_url()?.trim_end_matches('/');
        let inner = self.keycloak_inner_url.as_deref().map_or(outer, |url| url.trim_end_matches('/'));
        let address = |base: &str| format!("{base}/realms/{}", self.keycloak_realm());
        Some((address(outer), address(inner)))
    }

    /// The name under which browsers reach this node's relay.
    pub fn relay_host(&self) -> String {
        let url = self.public_url();
        let authority = url.split("://").nth(1).unwrap_or("localhost").split('/').next().unwrap_or("localhost");
        // localhost may mean ::1 first; the relay listens on IPv4.
        match authority.rsplit_once(':').map_or(authority, |(host, _)| host) {
            "localhost" => "127.0.0.1".to_owned(),
            host => host.to_owned(),
        }
    }

    /// How long a stopping node lets calls go on.
    pub fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_seconds)
    }
}

/// Keycloak knows the list by its name alone, and its rules are parted by words and brackets.
fn file_name(text: &str) -> Result<String, &'static str> {
    let is_plain = !text.is_empty() && text.chars().all(|char| char.is_ascii_alphanumeric() || "._-".contains(char));
    is_plain
        .then(|| text.to_owned())
        .ok_or("a file's name alone, of letters, digits, dots and hyphens; it lies in Keycloak's data/password-blacklists")
}
