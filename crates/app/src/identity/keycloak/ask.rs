//! Sending the browser to Keycloak. What is asked for is kept here for an hour, good once, bound to the browser that asked.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    ids::{PersonId, SessionId},
    text::Locale,
};
use jiff::SignedDuration;
use keycloak::{client::Request, companies::of_provider};
use platform::crypto::{sha256, token_hash};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ANSWER_PAGE, client, held, of, proof_id, seconds, told};
use crate::{
    identity::challenge::{self, NewChallenge},
    kernel::{
        app::App,
        ctx::{Kind, Principal},
        error::{Error, Result},
    },
    organisations::{entry, passes},
};

/// How long one may take at Keycloak's pages: long enough to install an authenticator app.
pub(super) const LIFETIME: SignedDuration = SignedDuration::from_hours(1);
pub(super) const CHALLENGE: &str = "keycloak";
/// The cookie that ties a sign-in to its browser. Lax: Keycloak sends the browser to our entrance from another site.
const COOKIE: &str = "__Host-ponimau-entering";
/// The length of its value: 256 bits.
const COOKIE_LEN: usize = 43;

/// The browser in which a sign-in begins and ends: a random value that it alone holds.
#[derive(Debug, Clone)]
pub struct Browser(String);

impl Browser {
    /// The browser of a request with these cookies (`name=value` pairs).
    pub fn of<'a>(mut cookies: impl Iterator<Item = &'a str>) -> Option<Self> {
        let value = cookies.find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))?;
        (value.len() == COOKIE_LEN).then(|| Self(value.to_owned()))
    }

    /// A browser that has begun nothing yet.
    pub fn new(app: &App) -> Self {
        Self(app.new_token())
    }

    /// The `Set-Cookie` value that makes it known again.
    pub fn cookie(&self) -> String {
        format!("{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={}", self.0, LIFETIME.as_secs())
    }

    /// The `Set-Cookie` value after which no request can be told to come from it.
    pub fn no_cookie() -> String {
        format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
    }

    pub(super) fn secret(&self) -> &str {
        &self.0
    }

    pub(super) fn hash(&self) -> Vec<u8> {
        token_hash(&self.0)
    }
}

/// What a sign-in is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Why {
    SignIn,
    /// A newcomer, whose entry lies in the challenge of this id.
    Enter(Uuid),
    /// Somebody whose company wants its own sign-in, as the challenge of this id says.
    Move(Uuid),
    /// Somebody signed in shows their strongest proof again.
    StepUp(SessionId),
    /// Somebody signed in sets up a way of proving who they are.
    SetUp(SessionId, SetUp),
}

/// What is sealed with a sign-in on its way.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Asked {
    pub why: Why,
    pub kind: String,
    pub nonce: String,
    pub verifier: String,
    /// The page to go on to.
    pub next: Option<String>,
    /// At whose own sign-in, if at one.
    pub company: Option<Uuid>,
}

/// Where to send the browser.
#[derive(Debug)]
pub struct Started {
    pub address: String,
    pub browser: Browser,
}

/// What to ask Keycloak for.
pub(super) struct Wish<'a> {
    pub why: Why,
    pub kind: Kind,
    pub locale: Locale,
    pub next: Option<&'a str>,
    pub provider: Option<&'a str>,
    pub action: Option<&'a str>,
    /// Whatever is remembered, something is to be shown again.
    pub is_anew: bool,
    pub login_hint: Option<&'a str>,
}

impl<'a> Wish<'a> {
    pub(super) const fn of(why: Why, kind: Kind, locale: Locale, next: Option<&'a str>) -> Self {
        Self { why, kind, locale, next, provider: None, action: None, is_anew: false, login_hint: None }
    }
}

/// What is known of who is going to sign in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hint<'a> {
    /// Fills in Keycloak's first field.
    pub name: Option<&'a str>,
    /// Straight to the sign-in of this company.
    pub company: Option<Uuid>,
    /// Somebody has signed out in this browser: whatever is remembered, who is there shows who they are.
    pub is_anew: bool,
}

/// Asks for a sign-in as `kind`.
///
/// # Errors
/// `pass_while_signed_in`: at a company that gives passes, whoever is signed in would show whose the proof is; `sign_in_unavailable`.
pub async fn sign_in(
    app: &App,
    kind: Kind,
    locale: Locale,
    next: Option<&str>,
    hint: Hint<'_>,
    browser: Option<Browser>,
    principal: Option<&Principal>,
) -> Result<Started> {
    let is_for_pass = match hint.company {
        Some(company) => passes::offer(&mut app.db.begin_system().await?, company).await?.is_some_and(|offer| offer.is_needed),
        None => false,
    };
    if is_for_pass && principal.is_some() {
        return Err(Error::conflict("pass_while_signed_in"));
    }
    // What this browser is known by may stand beside an account that is being opened in it.
    let browser = browser.filter(|_| !is_for_pass);
    let provider = hint.company.map(::keycloak::companies::provider);
    let wish = Wish::of(Why::SignIn, kind, locale, next);
    ask(app, Wish { login_hint: hint.name, provider: provider.as_deref(), is_anew: hint.is_anew, ..wish }, browser).await
}

/// Asks the signed-in person to show again what they have: specialists and staff their second factor, others whatever they sign in with.
///
/// # Errors
/// `sign_in_unavailable`.
pub async fn step_up(app: &App, principal: &Principal, locale: Locale, next: Option<&str>, browser: Option<Browser>) -> Result<Started> {
    let provider = company_of(app, principal).await?;
    let wish = Wish::of(Why::StepUp(principal.session), principal.kind, locale, next);
    ask(app, Wish { is_anew: principal.kind == Kind::Employee, provider: provider.as_deref(), ..wish }, browser).await
}

/// What one may set up at Keycloak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetUp {
    Passkey,
    Password,
    Totp,
    RecoveryCodes,
}

impl SetUp {
    /// Keycloak's name for the action.
    pub(super) const fn action(self) -> &'static str {
        match self {
            Self::Passkey => "webauthn-register-passwordless",
            Self::Password => "UPDATE_PASSWORD",
            Self::Totp => "CONFIGURE_TOTP",
            Self::RecoveryCodes => "CONFIGURE_RECOVERY_AUTHN_CODES",
        }
    }
}

/// Asks to set something up.
///
/// # Errors
/// `sign_in_unavailable`; for a password `address_has_account`, and `not_an_option` on `/what` without an address.
pub async fn set_up(
    app: &App,
    principal: &Principal,
    what: SetUp,
    locale: Locale,
    next: Option<&str>,
    browser: Option<Browser>,
) -> Result<Started> {
    if what == SetUp::Password {
        held::be_named(app, principal).await?;
    }
    let provider = company_of(app, principal).await?;
    let wish = Wish::of(Why::SetUp(principal.session, what), principal.kind, locale, next);
    ask(app, Wish { action: Some(what.action()), provider: provider.as_deref(), ..wish }, browser).await
}

/// Where somebody signs in who has no password at Keycloak: it would ask them for one.
async fn company_of(app: &App, principal: &Principal) -> Result<Option<String>> {
    let mut tx = app.db.begin_system().await?;
    Ok(entry::comes_by_sso(&mut tx, principal.person).await?.map(::keycloak::companies::provider))
}

pub(super) async fn ask(app: &App, wish: Wish<'_>, browser: Option<Browser>) -> Result<Started> {
    let keycloak = of(app)?;
    let browser = browser.unwrap_or_else(|| Browser::new(app));
    let (nonce, verifier) = (app.new_token(), app.new_token());
    let asked = Asked {
        why: wish.why,
        kind: wish.kind.name().to_owned(),
        nonce,
        verifier,
        next: wish.next.map(str::to_owned),
        company: wish.provider.and_then(of_provider),
    };
    let mut tx = app.db.begin_system().await?;
    let new = NewChallenge { kind: CHALLENGE, person: None::<PersonId>, code_hash: Some(browser.hash()), lifetime: LIFETIME };
    let kept = challenge::keep(&mut tx, app, new, &asked).await?;
    tx.commit().await?;
    let state = kept.id.to_string();
    let redirect_uri = app.url(ANSWER_PAGE);
    let request = Request {
        redirect_uri: &redirect_uri,
        state: &state,
        nonce: &asked.nonce,
        code_challenge: &URL_SAFE_NO_PAD.encode(sha256(asked.verifier.as_bytes())),
        locale: Some(wish.locale.tag()),
        provider: wish.provider,
        action: wish.action,
        is_anew: wish.is_anew,
        login_hint: wish.login_hint,
    };
    let address = keycloak.realm.ask(client(wish.kind), &request, &proof_id(app), seconds(app.now())).await.map_err(told)?;
    Ok(Started { address, browser })
}
