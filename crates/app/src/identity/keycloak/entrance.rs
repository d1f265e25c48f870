//! The product as Keycloak's identity provider: who has just shown what they came with gets an account there, under a random name.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::text::Locale;
use jiff::SignedDuration;
use keycloak::entrance::{Authorize, Entrant, assert, is_asked_rightly};
use platform::crypto::{sha256, token_hash};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ENTRANCE_PATH,
    ask::{Asked, Browser, CHALLENGE, Why},
    client_key, entry, instant, of, seconds, spent,
};
use crate::{
    identity::challenge::{self, NewChallenge},
    kernel::{
        app::App,
        error::{Error, Result},
    },
};

const ASSERTION: &str = "keycloak.entrance";
/// How long Keycloak may take to redeem a code: one request of its own.
const CODE_LIFETIME: SignedDuration = SignedDuration::from_secs(60);

/// What Keycloak asks for with the browser.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub asked: Authorize<'a>,
    pub state: &'a str,
    pub nonce: &'a str,
    pub code_challenge: &'a str,
}

/// What is sealed with a code.
#[derive(Debug, Serialize, Deserialize)]
struct Assertion {
    subject: String,
    email: Option<String>,
    locale: Locale,
    nonce: String,
    code_challenge: String,
    redirect_uri: String,
}

/// Where to send the browser back to: with a code, or with `access_denied` where it shows nothing. None if it is not Keycloak that asks.
pub async fn authorize(app: &App, question: Question<'_>, browser: Option<&Browser>) -> Result<Option<String>> {
    let issuer = of(app)?.realm.issuer();
    if !is_asked_rightly(question.asked, issuer) {
        return Ok(None);
    }
    let back = |pairs: &[(&str, &str)]| {
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
        format!("{}?state={}&{}", question.asked.redirect_uri, percent(question.state), pairs.join("&"))
    };
    let Some(entry) = newest_entry(app, browser).await? else { return Ok(Some(back(&[("error", "access_denied")]))) };
    let token = app.new_token();
    let assertion = Assertion {
        subject: entry.subject.clone(),
        email: entry.email.clone(),
        locale: entry.locale(),
        nonce: question.nonce.to_owned(),
        code_challenge: question.code_challenge.to_owned(),
        redirect_uri: question.asked.redirect_uri.to_owned(),
    };
    let mut tx = app.db.begin_system().await?;
    let new = NewChallenge { kind: ASSERTION, person: None, code_hash: Some(token_hash(&token)), lifetime: CODE_LIFETIME };
    let kept = challenge::keep(&mut tx, app, new, &assertion).await?;
    tx.commit().await?;
    Ok(Some(back(&[("code", &format!("{}.{token}", kept.id))])))
}

/// The entry for which this browser was last sent to Keycloak.
async fn newest_entry(app: &App, browser: Option<&Browser>) -> Result<Option<entry::Entry>> {
    let Some(browser) = browser else { return Ok(None) };
    let mut tx = app.db.begin_system().await?;
    let newest: Option<(Uuid,)> = sqlx::query_as(
        "SELECT id FROM login_challenges WHERE kind = 'keycloak' AND code_hash = $1 AND consumed_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 1",
    )
    .bind(browser.hash())
    .fetch_optional(&mut *tx)
    .await?;
    let Some((id,)) = newest else { return Ok(None) };
    let asked = challenge::peek::<Asked>(&mut tx, app, CHALLENGE, id).await?;
    match asked.map(|open| open.state.why) {
        Some(Why::Enter(entry)) => Ok(entry::peek(&mut tx, app, entry, browser).await.ok()),
        _ => Ok(None),
    }
}

/// What Keycloak sends to redeem a code.
#[derive(Debug, Clone, Copy)]
pub struct Redeem<'a> {
    pub code: &'a str,
    pub redirect_uri: &'a str,
    pub verifier: &'a str,
    /// Keycloak's own signature.
    pub client_assertion: &'a str,
}

/// Why a code is not redeemed: an OAuth error code (RFC 6749 §5.2).
pub type Denied = &'static str;

/// The ID token for a code. Good once.
pub async fn redeem(app: &App, asked: Redeem<'_>) -> Result<Result<String, Denied>> {
    let keycloak = of(app)?;
    let now = seconds(app.now());
    let endpoint = format!("{}{ENTRANCE_PATH}/token", keycloak.inner_url);
    let proof = match keycloak.realm.believe_keycloak(asked.client_assertion, &endpoint, now).await {
        Ok(proof) => proof,
        Err(error) => {
            tracing::warn!(error = error.to_string(), "a proof for the entrance is not believed");
            return Ok(Err("invalid_client"));
        }
    };
    let mut tx = app.db.begin_system().await?;
    if !spent::spend(&mut tx, &format!("entrance {proof}"), instant(now + 600)).await? {
        return Ok(Err("invalid_client"));
    }
    let Some((id, token)) = asked.code.split_once('.').and_then(|(id, token)| Some((Uuid::parse_str(id).ok()?, token))) else {
        return Ok(Err("invalid_grant"));
    };
    let Ok(open) = challenge::consume::<Assertion>(&mut tx, app, ASSERTION, id).await else { return Ok(Err("invalid_grant")) };
    tx.commit().await?;
    let fits = open.is_answered_by(token)
        && open.state.redirect_uri == asked.redirect_uri
        && open.state.code_challenge == URL_SAFE_NO_PAD.encode(sha256(asked.verifier.as_bytes()));
    if !fits {
        return Ok(Err("invalid_grant"));
    }
    let Assertion { subject, email, locale, nonce, .. } = open.state;
    let entrant = Entrant { subject: &subject, nonce: &nonce, locale: locale.tag(), email: email.as_deref() };
    let id_token = assert(&client_key(&app.keys), &app.url(ENTRANCE_PATH), entrant, now).map_err(Error::internal)?;
    Ok(Ok(id_token))
}

fn percent(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect()
}
