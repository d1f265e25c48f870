//! Whether the realm is still as this release has it: for the doctor, by the product's own client, without an administrator.

use ::keycloak::{
    admin,
    client::Realm,
    realm::realm,
    upkeep::{self, Failure, Parts, Plan},
};
use app::identity::keycloak::client_key;
use platform::{
    clock::{Clock as _, SystemClock},
    rng::Rng,
};

use crate::{realm as of_deployment, settings::Settings, start};

/// Says what differs, and what mends it.
pub async fn check(settings: &Settings) -> Result<String, String> {
    let plan = plan(settings).await?;
    if plan.is_empty() {
        return Ok(format!("{} is as this release has it", settings.keycloak_realm()));
    }
    let lines: String = plan.lines().iter().map(|line| format!("\n         {line}")).collect();
    Err(format!("{} is not as this release has it; `ponimau keycloak apply` mends it:{lines}", settings.keycloak_realm()))
}

async fn plan(settings: &Settings) -> Result<Plan, String> {
    let (issuer, inner) = settings.issuer().ok_or("not configured")?;
    let keys = start::keys(settings).map_err(|e| format!("{e:#}"))?;
    let deployment = of_deployment::deployment(settings, &keys).map_err(|e| format!("{e:#}"))?;
    let wanted = Parts::wanted(&realm(&deployment));
    let us = Realm::new(&issuer, &inner, client_key(&keys)).map_err(|e| e.to_string())?;
    let now = SystemClock.now();
    let id = Rng::from_system().uuid(now).to_string();
    let api = admin::look_into(&us, &id, now.as_second()).await.map_err(|e| e.to_string())?;
    let there = upkeep::look(&api, &wanted).await.map_err(|failure| match failure {
        // Before this release it might not, and somebody may have taken it.
        Failure::Forbidden { .. } => "the product's own client may not look at the realm; `ponimau keycloak apply` mends it".to_owned(),
        other => other.to_string(),
    })?;
    Ok(Plan::new(&wanted, there.as_ref(), false))
}
