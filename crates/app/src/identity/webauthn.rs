//! The relying party of passkeys: this deployment, by its public address (WebAuthn Level 3 §4).

use webauthn_rs::prelude::{Url, Webauthn, WebauthnBuilder};

use crate::kernel::{
    app::App,
    error::{Error, Result},
};

/// The relying party. Passkeys belong to its host name: a deployment that moves to another loses them.
pub fn relying_party(app: &App) -> Result<Webauthn> {
    let origin = Url::parse(&app.config.public_url).map_err(Error::internal)?;
    let host = origin.host_str().unwrap_or_default().to_owned();
    WebauthnBuilder::new(&host, &origin)
        .map(|builder| builder.rp_name(app.packs.brand.name.get(app.default_locale())))
        .and_then(WebauthnBuilder::build)
        .map_err(|error| Error { source: Some(error.into()), ..Error::conflict("passkeys_unavailable") })
}
