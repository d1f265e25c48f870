//! The deployment's realm, from its settings; and the Keycloak beside a demo.

use std::{fs, io::Write as _, os::unix::fs::OpenOptionsExt as _};

use anyhow::Context as _;
use app::{
    App,
    identity::{demo, keycloak::client_key},
};
use domain::text::Locale;
use keycloak::{
    distribution,
    realm::{self, Deployment, Mail},
    server::{self, Server},
    theme::{Look, Theme},
    upkeep::{self, Administrator, Api, Parts, Plan},
};
use platform::{crypto::DeploymentKeys, rng::Rng};
use serde_json::{Value, json};

use crate::{assets, settings::Settings, start};

/// The password of each of the demo's people at Keycloak. Nowhere but in a demo is there a password that others know.
pub const DEMO_PASSWORD: &str = "ponimau demo 2026";

/// What of the deployment its realm depends on.
///
/// # Errors
/// The brand or region pack is not whole; the SMTP server's address cannot be read.
pub fn deployment(settings: &Settings, keys: &DeploymentKeys) -> anyhow::Result<Deployment> {
    let packs = start::packs(settings)?;
    let first = packs.region.languages.first().copied().unwrap_or(Locale::Ru);
    Ok(Deployment {
        name: settings.keycloak_realm().to_owned(),
        display_name: packs.brand.name.get(first).to_owned(),
        theme: Some(settings.brand.clone()),
        public_url: settings.public_url(),
        inner_url: settings.inner_url(),
        locales: packs.region.languages.iter().map(|language| language.tag().to_owned()).collect(),
        client_keys: json!({ "keys": [client_key(keys).public_jwk()] }),
        mail: mail(settings, packs.brand.mail_from_name.get(first))?,
        password_list: settings.keycloak_password_list.clone(),
    })
}

/// The look of the deployment's brand for Keycloak, out of what the web app is built of.
///
/// # Errors
/// The web app is not built, or not with this brand.
pub fn theme(settings: &Settings) -> anyhow::Result<Theme> {
    let file = |path: &str| assets::file(path).with_context(|| format!("the web app lacks {path}: is it built (make web)?"));
    let brand = |name: &str| file(&format!("brands/{}/brand/{name}", settings.brand));
    let packs = start::packs(settings)?;
    Theme::of(&Look {
        brand: &settings.brand,
        public_url: &settings.public_url(),
        support_email: &packs.brand.support_email,
        tokens_css: std::str::from_utf8(&brand("tokens.css")?)?,
        logo_svg: &brand("logo.svg")?,
        icon_png: &brand("icon-192.png")?,
        style_sheet: &assets::style_sheets(),
        file: &|address| assets::file(address.trim_start_matches('/')),
    })
}

/// Keycloak sends by the same server as the product.
fn mail(settings: &Settings, from_name: &str) -> anyhow::Result<Option<Mail>> {
    let Some(url) = &settings.smtp_url else { return Ok(None) };
    let url = url::Url::parse(url).context("the SMTP address is not valid")?;
    let is_tls = url.scheme() == "smtps";
    let from = settings.mail_from.rsplit_once('<').map_or(settings.mail_from.as_str(), |(_, address)| address.trim_end_matches('>'));
    Ok(Some(Mail {
        host: url.host_str().context("the SMTP address names no host")?.to_owned(),
        port: url.port().unwrap_or(if is_tls { 465 } else { 587 }),
        is_tls,
        is_starttls: !is_tls && url.query_pairs().any(|(name, value)| name == "tls" && value == "required"),
        from: from.trim().to_owned(),
        from_name: from_name.to_owned(),
        user: start::smtp_credentials(settings)?.map(|(user, _)| user),
    }))
}

/// Starts a Keycloak beside the demo, with the demo's people in it.
///
/// # Errors
/// No Java, no network at the first start, a taken port.
pub async fn start_beside_demo(settings: &Settings, keys: &DeploymentKeys, app: &App, port: u16) -> anyhow::Result<Server> {
    let printed = realm::realm(&deployment(settings, keys)?);
    let mut realm = printed.clone();
    let people = demo::keycloak_names(app).await.map_err(|error| anyhow::anyhow!("{}", error.code))?;
    let accounts = people.iter().map(|(person, name)| account(&person.id.to_string(), name));
    realm["users"].as_array_mut().context("the realm has users")?.extend(accounts);
    let data = settings.data.join("keycloak");
    fs::create_dir_all(&data)?;
    let config = server::Config {
        distribution: distribution::install(&distribution::cache()).await?,
        data,
        port,
        management_port: port + 1,
        realm,
        themes: vec![theme(settings)?],
        admin_password: console_password(settings)?,
    };
    let server = Server::start(&config).await?;
    bring_up_to_date(settings, &server, &printed).await.context("the demo's realm cannot be brought up to date")?;
    demo::bind_to_keycloak(app).await.map_err(|error| anyhow::anyhow!("{}", error.code))?;
    Ok(server)
}

/// Of a demo that an earlier release made, or that was at another address: Keycloak imports only what is not there.
async fn bring_up_to_date(settings: &Settings, server: &Server, realm: &Value) -> anyhow::Result<()> {
    let administrator = Administrator { name: "admin".to_owned(), password: console_password(settings)?, is_client: false };
    let api = Api::administrator(server.url(), settings.keycloak_realm(), administrator)?;
    let wanted = Parts::wanted(realm);
    let plan = Plan::new(&wanted, upkeep::look(&api, &wanted).await?.as_ref(), false);
    if !plan.is_empty() {
        tracing::info!("bringing the demo's realm up to date:\n{plan}");
        let password = start::smtp_credentials(settings)?.map(|(_, password)| password);
        upkeep::carry_out(&api, realm, &plan, password.as_deref()).await?;
    }
    Ok(())
}

fn account(id: &str, name: &str) -> Value {
    json!({
        "id": id, "username": name, "enabled": true, "emailVerified": false,
        "credentials": [{ "type": "password", "value": DEMO_PASSWORD, "temporary": false }],
    })
}

/// The password of `admin` on the console of the Keycloak beside the demo; the first start makes it.
///
/// # Errors
/// The data folder cannot be written to.
pub fn console_password(settings: &Settings) -> anyhow::Result<String> {
    let path = settings.data.join("keycloak/console-password");
    if let Ok(password) = fs::read_to_string(&path) {
        return Ok(password);
    }
    let password = hex::encode(Rng::from_system().bytes::<12>());
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    file.write_all(password.as_bytes())?;
    Ok(password)
}
