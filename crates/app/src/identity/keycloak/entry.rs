//! A newcomer: what they come with is proven here, then Keycloak makes their account through our entrance, and only when they have set up a way to come
//! back does the record begin.

use std::net::IpAddr;

use domain::{ids::PersonId, text::Locale};
use keycloak::realm::ENTRANCE;
use platform::db::Tx;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ask::{Browser, LIFETIME, SetUp, Started, Why, Wish, ask},
    bind, of, over, proof_id,
    record::{self, Proven},
    seconds, told,
};
use crate::{
    identity::{
        acceptance,
        challenge::{self, NewChallenge},
        email, entry, invitations,
        mailed_code::{self, Purpose},
        pass,
        people::Newcomer,
        sign_in::{TICKET, TicketState},
        throttle::{self, ANSWERS_FROM_NETWORK, Counter},
    },
    kernel::{
        app::App,
        ctx::Kind,
        error::{Error, Result},
    },
    organisations::{
        entry::{self as eligibility, Eligible},
        passes,
    },
};

const CHALLENGE: &str = "keycloak.entry";

/// What a newcomer comes with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proof {
    /// A company's access code.
    Code(String),
    /// A company address proven a moment ago.
    Ticket { id: Uuid, token: String },
    /// A pass, which names nobody.
    Pass(String),
    /// The secret of an invitation.
    Invitation(String),
    /// A record of their own, which is to get an account.
    Record { id: Uuid, token: String },
}

/// How a newcomer will sign in from then on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Passkey,
    /// With an address, which is its name.
    Password,
    /// They sign in here already, as somebody of another kind.
    Existing,
    /// The same, at this company.
    AtCompany(Uuid),
}

/// An address and the code that was sent to it.
#[derive(Debug, Clone)]
pub struct Address<'a> {
    pub challenge: Uuid,
    pub code: &'a str,
}

/// A newcomer.
#[derive(Debug, Clone)]
pub struct NewEntry<'a> {
    pub proof: Proof,
    pub newcomer: Newcomer<'a>,
    pub way: Way,
    /// For a password, where what they come with names no address.
    pub address: Option<Address<'a>>,
}

/// What is sealed with an entry.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    proof: Proof,
    kind: String,
    display_name: String,
    time_zone: String,
    locale: Locale,
    /// Seconds since 1970: whoever signed in before is not the newcomer.
    pub began_at: i64,
    /// What our entrance calls the person: always the same for one entry, so that a second try finds the account of the first.
    pub subject: String,
    /// Told to Keycloak, for a password to have a name.
    pub email: Option<String>,
    /// The person gave it themselves: letters go there too.
    is_own_address: bool,
}

impl Entry {
    pub(super) fn kind(&self) -> Kind {
        Kind::parse(&self.kind).unwrap_or(Kind::Employee)
    }

    pub(super) const fn is_by_pass(&self) -> bool {
        matches!(self.proof, Proof::Pass(_))
    }

    /// It begins no record, but gives one that is there another account.
    pub(super) const fn has_record(&self) -> bool {
        matches!(self.proof, Proof::Record { .. })
    }

    pub(super) const fn locale(&self) -> Locale {
        self.locale
    }
}

/// Sends a code to an address that is to be the name of a password. Whoever comes with nothing gets none.
///
/// # Errors
/// As for the proof; `too_many_attempts`; for who has a pass, `/email` `work_address`.
pub async fn ask_for_address(app: &App, proof: &Proof, email: &str, locale: Locale, address: IpAddr) -> Result<mailed_code::Started> {
    look(app, proof, address).await?;
    if matches!(proof, Proof::Pass(_)) {
        let mut tx = app.db.begin_system().await?;
        pass::check_own_address(&mut tx, app, email).await?;
    }
    mailed_code::start(app, mailed_code::Asked { purpose: Purpose::Entrance, person: None, email, locale, address }).await
}

/// Begins an entry. Uses nothing up: that happens when the person comes back from Keycloak.
///
/// # Errors
/// As for the proof; `required` on `/address`; as for a mailed code; `other_company` on `/work_address`; `not_an_option` on `/way`: an account that is there already, at the company above all,
/// says whose it is, which a pass does not; `address_has_account`; `sign_in_unavailable`.
pub async fn begin(app: &App, new: NewEntry<'_>, address: IpAddr, browser: Option<Browser>) -> Result<Started> {
    if matches!((&new.proof, new.way), (Proof::Pass(_), Way::Existing | Way::AtCompany(_))) {
        return Err(Error::field("/way", "not_an_option"));
    }
    let Looked { kind, email: known, record, company } = look(app, &new.proof, address).await?;
    if let (Way::AtCompany(at), Kind::Employee) = (new.way, kind)
        && company != Some(at)
    {
        return Err(Error::field("/work_address", "other_company"));
    }
    let is_own_address = matches!((new.way, &new.address), (Way::Password, Some(_)));
    let email = match (new.way, known, &new.address) {
        (Way::Password, Some(known), None) => Some(known),
        (Way::Password, _, Some(own)) => Some(proven(app, own, address).await?),
        (Way::Password, None, None) => {
            return Err(Error::field("/address", "required"));
        }
        (Way::Passkey | Way::Existing | Way::AtCompany(_), ..) => None,
    };
    let subject = match &record {
        Some(proven) => record::subject(app, proven),
        None => match former(app, browser.as_ref(), &new, email.as_deref()).await? {
            Some(former) => former.subject,
            None => app.new_token(),
        },
    };
    if let (Some(proven), Way::Passkey | Way::Password) = (&record, new.way) {
        record::prepare_account(app, proven, &subject, email.as_deref(), new.newcomer.locale.tag()).await?;
    } else if let Some(email) = &email {
        make_room(app, email, &subject).await?;
    }
    let browser = browser.unwrap_or_else(|| Browser::new(app));
    let entry = Entry {
        proof: new.proof,
        kind: kind.name().to_owned(),
        display_name: new.newcomer.display_name.trim().to_owned(),
        time_zone: new.newcomer.time_zone.to_owned(),
        locale: new.newcomer.locale,
        began_at: seconds(app.now()),
        subject,
        email,
        is_own_address,
    };
    let mut tx = app.db.begin_system().await?;
    let kept = NewChallenge { kind: CHALLENGE, person: None, code_hash: Some(browser.hash()), lifetime: LIFETIME };
    let kept = challenge::keep(&mut tx, app, kept, &entry).await?;
    tx.commit().await?;
    let started = go_on(app, kept.id, kind, new.newcomer.locale, new.way, browser).await?;
    if let Some(own) = new.address.filter(|_| is_own_address) {
        // Used up last: whoever did not get to Keycloak tries again with the code that they have.
        let mut tx = app.db.begin_system().await?;
        mailed_code::consume(&mut tx, app, Purpose::Entrance, own.challenge).await?;
        tx.commit().await?;
    }
    Ok(started)
}

/// The entry that this browser has begun with the same proof and name, and not ended: somebody comes back from Keycloak's page by "back", and what they have set
/// up there meanwhile is on the account of that try.
async fn former(app: &App, browser: Option<&Browser>, new: &NewEntry<'_>, email: Option<&str>) -> Result<Option<Entry>> {
    let Some(browser) = browser else { return Ok(None) };
    let mut tx = app.db.begin_system().await?;
    let newest: Option<(Uuid,)> = sqlx::query_as(
        "SELECT id FROM login_challenges WHERE kind = $1 AND code_hash = $2 AND consumed_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 1",
    )
    .bind(CHALLENGE)
    .bind(browser.hash())
    .fetch_optional(&mut *tx)
    .await?;
    let Some((id,)) = newest else { return Ok(None) };
    let found = challenge::peek::<Entry>(&mut tx, app, CHALLENGE, id).await?.map(|open| open.state);
    Ok(found.filter(|entry| {
        entry.proof == new.proof && entry.display_name == new.newcomer.display_name.trim() && entry.email.as_deref() == email
    }))
}

/// An address is the name of one account. One that our entrance has made, and that no record was ever bound to, is left of a try that was broken off: it
/// goes, whatever it was given to sign in with. The address was proven a moment ago: nobody else learns of it.
///
/// # Errors
/// `address_has_account`, where Keycloak would end in an error page.
async fn make_room(app: &App, email: &str, subject: &str) -> Result<()> {
    let realm = &of(app)?.realm;
    let found = ::keycloak::admin::with_address(realm, email, &proof_id(app), seconds(app.now())).await.map_err(told)?;
    let Some(found) = found else { return Ok(()) };
    let mut tx = app.db.begin_system().await?;
    let is_left = found.entrant.is_some() && !record::has_record(&mut tx, realm.issuer(), &found.account).await?;
    drop(tx);
    if !is_left {
        return Err(Error::conflict("address_has_account"));
    }
    if found.entrant.as_deref() == Some(subject) {
        return Ok(());
    }
    ::keycloak::admin::remove(realm, &found.account, &proof_id(app), seconds(app.now())).await.map_err(told)
}

/// Goes on with an entry whose way in was not set up: by the same way again, or by a passkey.
///
/// # Errors
/// `sign_in_over`; `sign_in_unavailable`.
pub async fn with_way(app: &App, id: Uuid, way: Way, locale: Locale, browser: Option<Browser>) -> Result<Started> {
    let browser = browser.ok_or_else(over)?;
    let mut tx = app.db.begin_system().await?;
    let entry = peek(&mut tx, app, id, &browser).await?;
    if way == Way::Password && entry.email.is_none() {
        return Err(Error::field("/way", "not_an_option"));
    }
    drop(tx);
    go_on(app, id, entry.kind(), locale, way, browser).await
}

pub(super) async fn go_on(app: &App, id: Uuid, kind: Kind, locale: Locale, way: Way, browser: Browser) -> Result<Started> {
    let wish = Wish::of(Why::Enter(id), kind, locale, None);
    let provider = match way {
        Way::AtCompany(company) => Some(::keycloak::companies::provider(company)),
        _ => None,
    };
    let wish = match way {
        Way::Passkey => Wish { provider: Some(ENTRANCE), action: Some(SetUp::Passkey.action()), ..wish },
        Way::Password => Wish { provider: Some(ENTRANCE), action: Some(SetUp::Password.action()), ..wish },
        Way::Existing | Way::AtCompany(_) => Wish { is_anew: true, provider: provider.as_deref(), ..wish },
    };
    ask(app, wish, Some(browser)).await
}

/// An entry of this browser, without using it up.
pub(super) async fn peek(tx: &mut Tx, app: &App, id: Uuid, browser: &Browser) -> Result<Entry> {
    let open = challenge::peek::<Entry>(tx, app, CHALLENGE, id).await?.ok_or_else(over)?;
    if open.is_answered_by(browser.secret()) { Ok(open.state) } else { Err(over()) }
}

/// Makes the record of an entry and uses it up, with what was shown for it.
///
/// # Errors
/// `other_company`: `vouched` is another's word than the record's company's.
pub(super) async fn admit(tx: &mut Tx, app: &App, id: Uuid, entry: &Entry, subject: &str, vouched: Option<&Eligible>) -> Result<Admitted> {
    let admitted = open_record(tx, app, id, entry, subject).await?;
    if let Some(vouched) = vouched {
        // Else it would open nothing at the next sign-in.
        match eligibility::member_of(tx, admitted.person).await? {
            Some((company, _)) if company == vouched.company.0 => eligibility::come_by_sso(tx, app, admitted.person, vouched).await?,
            _ => return Err(Error::forbidden("other_company")),
        }
    }
    Ok(admitted)
}

async fn open_record(tx: &mut Tx, app: &App, id: Uuid, entry: &Entry, subject: &str) -> Result<Admitted> {
    challenge::consume::<Entry>(tx, app, CHALLENGE, id).await.map_err(|_| over())?;
    if let Proof::Record { id, token } = &entry.proof {
        let proven = record::admit(tx, app, *id, token).await?;
        record::settle(tx, app, &proven, subject, &entry.subject).await?;
        let (person, kind) = (proven.person, proven.kind());
        set_own_address(tx, app, entry, person, kind).await?;
        return Ok(Admitted { person, kind, is_new: false });
    }
    let newcomer = Newcomer { display_name: &entry.display_name, time_zone: &entry.time_zone, locale: entry.locale };
    let (person, kind) = match &entry.proof {
        Proof::Code(code) => (entry::admit_by_code(tx, app, code, newcomer).await?, Kind::Employee),
        Proof::Ticket { id, token } => (entry::admit_by_ticket(tx, app, *id, token, newcomer).await?, Kind::Employee),
        Proof::Pass(pass) => (pass::admit(tx, app, pass, newcomer).await?, Kind::Employee),
        Proof::Invitation(token) => acceptance::admit(tx, app, token, newcomer).await?,
        Proof::Record { .. } => return Err(over()),
    };
    bind(tx, app, subject, kind, person, Some(&entry.subject)).await?;
    set_own_address(tx, app, entry, person, kind).await?;
    Ok(Admitted { person, kind, is_new: true })
}

async fn set_own_address(tx: &mut Tx, app: &App, entry: &Entry, person: PersonId, kind: Kind) -> Result<()> {
    match (entry.is_own_address, &entry.email) {
        (true, Some(address)) => email::set(tx, app, person, kind, address).await,
        _ => Ok(()),
    }
}

/// Whose record an account opens from now on.
pub(super) struct Admitted {
    pub person: PersonId,
    pub kind: Kind,
    /// It has just begun.
    pub is_new: bool,
}

/// What somebody comes with is good for.
struct Looked {
    /// The kind of account it makes.
    kind: Kind,
    /// The address it names.
    email: Option<String>,
    record: Option<Proven>,
    /// Whose employee it makes, or has.
    company: Option<Uuid>,
}

/// Whether what somebody comes with is good now. Throttled like every look at it.
async fn look(app: &App, proof: &Proof, address: IpAddr) -> Result<Looked> {
    if let Proof::Pass(pass) = proof {
        // Not counted, as everything about passes: no counter of theirs stands beside that of the proof.
        pass::look(app, pass).await?;
        return Ok(Looked { kind: Kind::Employee, email: None, record: None, company: None });
    }
    let counters = [Counter::of_network(app, &ANSWERS_FROM_NETWORK, address)];
    throttle::count(app, &counters).await?;
    let mut tx = app.db.begin_system().await?;
    let mut record = None;
    let mut company = None;
    let (kind, email) = match proof {
        Proof::Code(code) => {
            let eligible = eligibility::by_code(&mut tx, app, code).await?;
            passes::is_not_needed(&mut tx, eligible.company.0).await?;
            company = Some(eligible.company.0);
            (Kind::Employee, None)
        }
        Proof::Ticket { id, token } => {
            let open = challenge::peek::<TicketState>(&mut tx, app, TICKET, *id).await?;
            let open = open.filter(|open| open.is_answered_by(token));
            let email = open.ok_or_else(|| Error::gone("code_expired"))?.state.email;
            if let Some(eligible) = eligibility::by_email(&mut tx, app, &email).await? {
                passes::is_not_needed(&mut tx, eligible.company.0).await?;
                company = Some(eligible.company.0);
            }
            (Kind::Employee, Some(email))
        }
        Proof::Pass(_) => (Kind::Employee, None),
        Proof::Invitation(token) => {
            let invitation = invitations::find(&mut tx, app, token).await?;
            (invitation.kind.account(), invitation.email)
        }
        Proof::Record { id, token } => {
            let proven = record::peek(&mut tx, app, *id, token).await?;
            if proven.owes {
                return Err(Error::gone("code_expired"));
            }
            let email = record::own_address(&mut tx, app, &proven).await?;
            let kind = proven.kind();
            company = eligibility::member_of(&mut tx, proven.person).await?.map(|(company, _)| company);
            record = Some(proven);
            (kind, email)
        }
    };
    throttle::forgive(&mut tx, &counters).await?;
    tx.commit().await?;
    Ok(Looked { kind, email, record, company })
}

async fn proven(app: &App, own: &Address<'_>, address: IpAddr) -> Result<String> {
    // The code stands elsewhere in this request than in others.
    let at_address = |error: Error| if error.fields.is_empty() { error } else { Error::field("/address/code", "wrong_code") };
    Ok(mailed_code::check(app, Purpose::Entrance, own.challenge, None, own.code, address).await.map_err(at_address)?.email)
}
