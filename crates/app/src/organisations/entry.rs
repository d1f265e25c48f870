//! Who may enter: by an access code, by an address of a company's domain, by an address on its roster, or with a pass. Always: the company is not archived, and a
//! contract of its is in force today.

use domain::{
    identity::{ACCESS_CODE_LEN, access_code_from_bytes, normalise_access_code, normalise_email},
    ids::{CompanyId, PersonId},
};
use jiff::civil::Date;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::db::Tx;
use uuid::Uuid;

use crate::kernel::{
    app::App,
    error::{Error, Kind, Result},
};

/// How somebody came to be entitled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    AccessCode,
    Domain,
    Roster,
    /// By their company's own sign-in.
    Sso,
    /// With a pass, which names nobody.
    Pass,
}

impl Via {
    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessCode => "access_code",
            Self::Domain => "domain",
            Self::Roster => "roster",
            Self::Sso => "sso",
            Self::Pass => "pass",
        }
    }
}

/// A company somebody may enter by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eligible {
    pub company: CompanyId,
    pub company_name: String,
    pub via: Via,
    /// Of the address, where they came by one.
    pub domain: Option<String>,
    /// What the company will name them by when it says that they have left ([`roster_lookup`]); none for who came by what names nobody.
    pub came_by: Option<Vec<u8>>,
    /// The last day, for who came with a pass.
    pub ends_on: Option<Date>,
}

/// A new access code, normalised. Show it by `domain::identity::format_access_code`, keep only [`code_hash`].
pub fn new_code(app: &App) -> String {
    access_code_from_bytes(app.rng.bytes::<ACCESS_CODE_LEN>())
}

/// What the database keeps of an access code: found by whatever the person typed that means it.
pub fn code_hash(app: &App, typed: &str) -> Vec<u8> {
    app.keys.lookup("access code", &normalise_access_code(typed))
}

/// What a roster keeps to find an address by.
pub fn roster_lookup(app: &App, address: &str) -> Vec<u8> {
    app.keys.lookup("email", &normalise_email(address))
}

#[derive(sqlx::FromRow)]
struct CodeRow {
    company_id: Uuid,
    company_name: String,
    max_uses: i32,
    uses: i32,
    expires_at: Option<SqlTimestamp>,
    is_revoked: bool,
    is_covered: bool,
}

/// The company of an access code that may be used now. Takes no use of it.
///
/// # Errors
/// `access_code_unknown`, `access_code_used_up`, `access_code_expired`, `company_not_covered`.
pub async fn by_code(tx: &mut Tx, app: &App, typed: &str) -> Result<Eligible> {
    Ok(look_at_code(tx, app, typed).await?.0)
}

/// As [`by_code`], and whether the code is for many people.
pub async fn look_at_code(tx: &mut Tx, app: &App, typed: &str) -> Result<(Eligible, bool)> {
    let found = find_code(tx, app, typed).await?;
    if found.has_uses { Ok((found.eligible, found.is_shared)) } else { Err(Error::conflict("access_code_used_up")) }
}

/// As [`by_code`], also where no use is left: for who had one, and asks again.
pub(super) async fn by_code_even_used_up(tx: &mut Tx, app: &App, typed: &str) -> Result<Eligible> {
    Ok(find_code(tx, app, typed).await?.eligible)
}

struct FoundCode {
    eligible: Eligible,
    has_uses: bool,
    is_shared: bool,
}

async fn find_code(tx: &mut Tx, app: &App, typed: &str) -> Result<FoundCode> {
    let row: Option<CodeRow> = sqlx::query_as(
        "SELECT a.company_id, co.name AS company_name, a.max_uses + a.more_uses AS max_uses, a.uses, a.expires_at, a.revoked_at IS NOT NULL AS is_revoked,
                co.archived_at IS NULL AND EXISTS (
                  SELECT FROM contracts c
                  WHERE c.company_id = co.id AND c.ended_at IS NULL AND $2 BETWEEN c.starts_on AND c.ends_on) AS is_covered
         FROM access_codes a JOIN companies co ON co.id = a.company_id
         WHERE a.code_hash = $1",
    )
    .bind(code_hash(app, typed))
    .bind(app.today().to_sqlx())
    .fetch_optional(&mut **tx)
    .await?;
    let row = row.ok_or_else(|| Error::new(Kind::NotFound, "access_code_unknown"))?;
    if row.is_revoked || row.expires_at.is_some_and(|at| at.to_jiff() <= app.now()) {
        return Err(Error::gone("access_code_expired"));
    }
    if !row.is_covered {
        return Err(Error::conflict("company_not_covered"));
    }
    let eligible = Eligible {
        company: CompanyId(row.company_id),
        company_name: row.company_name,
        via: Via::AccessCode,
        domain: None,
        came_by: None,
        ends_on: None,
    };
    Ok(FoundCode { eligible, has_uses: row.uses < row.max_uses, is_shared: row.max_uses > 1 })
}

/// As [`by_code`], and takes one use: of two people with the last one, one gets in.
pub async fn use_code(tx: &mut Tx, app: &App, typed: &str) -> Result<Eligible> {
    let eligible = by_code(tx, app, typed).await?;
    // The condition is checked again under the row's lock.
    let taken =
        sqlx::query("UPDATE access_codes SET uses = uses + 1 WHERE code_hash = $1 AND uses < max_uses + more_uses AND revoked_at IS NULL")
            .bind(code_hash(app, typed))
            .execute(&mut **tx)
            .await?
            .rows_affected();
    if taken == 1 { Ok(eligible) } else { Err(Error::conflict("access_code_used_up")) }
}

/// The company whose roster or domain the address belongs to; none where the domain's people sign in at the company itself. The roster comes first: it
/// names the very person. Whom it has put off does not come by the domain either (decision 0036): [`has_put_off`] tells.
pub async fn by_email(tx: &mut Tx, app: &App, address: &str) -> Result<Option<Eligible>> {
    let address = normalise_email(address);
    let domain = domain_of(&address).to_owned();
    let row: Option<(Uuid, String, bool)> = sqlx::query_as(
        "SELECT co.id, co.name, found.is_roster
         FROM (SELECT r.company_id, true AS is_roster FROM roster_entries r WHERE r.lookup = $1 AND r.removed_at IS NULL
               UNION ALL
               SELECT d.company_id, false FROM company_domains d WHERE d.domain = $2 AND NOT EXISTS (
                 SELECT FROM roster_entries r WHERE r.company_id = d.company_id AND r.lookup = $1 AND r.removed_at IS NOT NULL)) found
         JOIN companies co ON co.id = found.company_id
         WHERE co.archived_at IS NULL AND NOT EXISTS (SELECT FROM company_domains d WHERE d.domain = $2 AND d.needs_sso) AND EXISTS (
           SELECT FROM contracts c WHERE c.company_id = co.id AND c.ended_at IS NULL AND $3 BETWEEN c.starts_on AND c.ends_on)
         ORDER BY found.is_roster DESC, co.id LIMIT 1",
    )
    .bind(roster_lookup(app, &address))
    .bind(&domain)
    .bind(app.today().to_sqlx())
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|(company, company_name, is_roster)| Eligible {
        company: CompanyId(company),
        company_name,
        via: if is_roster { Via::Roster } else { Via::Domain },
        came_by: is_roster.then(|| roster_lookup(app, &address)),
        domain: Some(domain),
        ends_on: None,
    }))
}

/// Whether the company whose domain the address is of has put this very address off its roster, by a file or by its directory.
pub async fn has_put_off(tx: &mut Tx, app: &App, address: &str) -> Result<bool> {
    let address = normalise_email(address);
    let (has,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT FROM company_domains d JOIN companies c ON c.id = d.company_id
                        JOIN roster_entries r ON r.company_id = d.company_id AND r.lookup = $1
                        WHERE d.domain = $2 AND r.removed_at IS NOT NULL AND c.archived_at IS NULL)",
    )
    .bind(roster_lookup(app, &address))
    .bind(domain_of(&address))
    .fetch_one(&mut **tx)
    .await?;
    Ok(has)
}

/// Makes `person` a member.
pub async fn join(tx: &mut Tx, app: &App, person: PersonId, eligible: &Eligible) -> Result<()> {
    sqlx::query(
        "INSERT INTO memberships (person_id, company_id, via, joined_on, domain, came_by, ends_on, generation)
         VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN $3 = 'sso' THEN app.sign_in_of($2) END)",
    )
    .bind(person.0)
    .bind(eligible.company.0)
    .bind(eligible.via.name())
    .bind(app.today().to_sqlx())
    .bind(&eligible.domain)
    .bind(&eligible.came_by)
    .bind(eligible.ends_on.map(|day| day.to_sqlx()))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The own sign-in of a company, as somebody meets it who has an address of its.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSignIn {
    pub company: Uuid,
    pub company_name: String,
    /// It leads in now. Where it does not, it has been switched off, or the company is no client any more.
    pub is_on: bool,
    /// There is no other way for people with an address of the domain.
    pub is_needed: bool,
    /// It was another server's once: who came by that is not led to their record by this one.
    pub has_moved: bool,
}

/// The own sign-in of the company whose domain the address is of. Says nothing of the person.
pub async fn sso_of(tx: &mut Tx, address: &str) -> Result<Option<OwnSignIn>> {
    let row: Option<(Uuid, String, bool, bool, bool)> = sqlx::query_as(
        "SELECT c.id, c.name, s.is_on AND c.archived_at IS NULL, d.needs_sso, app.sign_in_of(c.id) > 1
         FROM company_domains d JOIN company_sign_ins s ON s.company_id = d.company_id JOIN companies c ON c.id = d.company_id
         WHERE d.domain = $1",
    )
    .bind(domain_of(&normalise_email(address)))
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|(company, company_name, is_on, is_needed, has_moved)| OwnSignIn { company, company_name, is_on, is_needed, has_moved }))
}

/// Whether a company's own sign-in was another server's once.
pub async fn has_moved(tx: &mut Tx, company: Uuid) -> Result<bool> {
    let (has,): (bool,) = sqlx::query_as("SELECT app.sign_in_of($1) > 1").bind(company).fetch_one(&mut **tx).await?;
    Ok(has)
}

/// The member who came by their company's sign-in under this address, and whether that one still leads in. Whoever is led in needs no other way, and
/// does not stand in the way of who is not. None where several did: an address is given to somebody else one day, and whose it is now nobody can tell.
pub async fn member_by_work_address(tx: &mut Tx, app: &App, address: &str) -> Result<Option<(PersonId, bool)>> {
    let rows: Vec<(Uuid, bool)> = sqlx::query_as(
        "SELECT m.person_id, coalesce(s.is_on, false) AND c.archived_at IS NULL AND m.generation = app.sign_in_of(m.company_id)
         FROM memberships m JOIN companies c ON c.id = m.company_id JOIN people p ON p.id = m.person_id
         LEFT JOIN company_sign_ins s ON s.company_id = m.company_id
         WHERE m.came_by = $1 AND m.via = 'sso' AND m.ended_at IS NULL AND p.deactivated_at IS NULL",
    )
    .bind(roster_lookup(app, address))
    .fetch_all(&mut **tx)
    .await?;
    let not_led: Vec<_> = rows.iter().filter(|(_, is_led)| !is_led).collect();
    Ok(match (not_led.as_slice(), rows.as_slice()) {
        ([(person, _)], _) => Some((PersonId(*person), false)),
        ([], [(person, _)]) => Some((PersonId(*person), true)),
        _ => None,
    })
}

/// Whether a person came by their company's own sign-in, and it leads them in no longer: it is off or another server's, the company is no client any more, or they have left.
pub async fn has_lost_sso(tx: &mut Tx, person: PersonId) -> Result<bool> {
    let (has,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT FROM memberships m JOIN companies c ON c.id = m.company_id LEFT JOIN company_sign_ins s ON s.company_id = m.company_id
                        WHERE m.person_id = $1 AND m.via = 'sso'
                          AND (m.ended_at IS NOT NULL OR c.archived_at IS NOT NULL OR s.is_on IS NOT TRUE
                               OR m.generation <> app.sign_in_of(m.company_id)))",
    )
    .bind(person.0)
    .fetch_one(&mut **tx)
    .await?;
    Ok(has)
}

/// Whether an address is a mailbox of this company: of its domains, or one that its roster ever named.
pub async fn is_mailbox_of(tx: &mut Tx, app: &App, company: Uuid, address: &str) -> Result<bool> {
    let address = normalise_email(address);
    let (is,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT FROM company_domains WHERE company_id = $1 AND domain = $2)
             OR EXISTS (SELECT FROM roster_entries WHERE company_id = $1 AND lookup = $3)
             OR EXISTS (SELECT FROM memberships WHERE company_id = $1 AND came_by = $3)",
    )
    .bind(company)
    .bind(domain_of(&address))
    .bind(roster_lookup(app, &address))
    .fetch_one(&mut **tx)
    .await?;
    Ok(is)
}

/// Whether an address leads to the own sign-in of this company; or of any, if none is named.
pub async fn leads_at_work(tx: &mut Tx, app: &App, company: Option<Uuid>) -> Result<bool> {
    let (leads,): (bool,) = sqlx::query_as(
        "SELECT $2 AND EXISTS (SELECT FROM company_sign_ins s JOIN companies c ON c.id = s.company_id
                        WHERE s.is_on AND c.archived_at IS NULL AND ($1::uuid IS NULL OR c.id = $1)
                          AND EXISTS (SELECT FROM company_domains d WHERE d.company_id = c.id))",
    )
    .bind(company)
    .bind(app.keycloak.is_some())
    .fetch_one(&mut **tx)
    .await?;
    Ok(leads)
}

/// A company that has just vouched for somebody, by its own sign-in. `address` is what it calls them.
///
/// # Errors
/// `company_not_covered`; `work_address_elsewhere`: it names none of its own domains' addresses; `company_access_ended`: the company has put them off its
/// roster.
pub async fn by_sso(tx: &mut Tx, app: &App, company: Uuid, address: Option<&str>) -> Result<Eligible> {
    let address = address.map(normalise_email);
    let lookup = address.as_deref().map(|address| roster_lookup(app, address));
    let domain = address.as_deref().map(|address| domain_of(address).to_owned());
    let row: Option<(String, bool, bool)> = sqlx::query_as(
        "SELECT co.name, EXISTS (SELECT FROM company_domains d WHERE d.company_id = co.id AND d.domain = $4),
                EXISTS (SELECT FROM roster_entries r WHERE r.company_id = co.id AND r.lookup = $2 AND r.removed_at IS NOT NULL)
         FROM companies co
         WHERE co.id = $1 AND co.archived_at IS NULL AND EXISTS (
           SELECT FROM contracts c WHERE c.company_id = co.id AND c.ended_at IS NULL AND $3 BETWEEN c.starts_on AND c.ends_on)",
    )
    .bind(company)
    .bind(&lookup)
    .bind(app.today().to_sqlx())
    .bind(&domain)
    .fetch_optional(&mut **tx)
    .await?;
    let (company_name, is_of_its_domain, has_left) = row.ok_or_else(|| Error::conflict("company_not_covered"))?;
    if !is_of_its_domain {
        return Err(Error::forbidden("work_address_elsewhere"));
    }
    if has_left {
        return Err(Error::forbidden("company_access_ended"));
    }
    Ok(Eligible { company: CompanyId(company), company_name, via: Via::Sso, domain, came_by: lookup, ends_on: None })
}

/// The company that wants its own sign-in of a person who came by its domain, if one does.
pub async fn needed_sso(tx: &mut Tx, person: PersonId) -> Result<Option<Wanted>> {
    let row: Option<(Uuid, String, bool)> = sqlx::query_as(
        "SELECT c.id, c.name, m.via = 'sso' FROM memberships m JOIN companies c ON c.id = m.company_id
         WHERE m.person_id = $1 AND m.ended_at IS NULL AND m.via NOT IN ('access_code', 'pass') AND c.archived_at IS NULL
           AND EXISTS (SELECT FROM company_domains d WHERE d.company_id = c.id AND d.needs_sso AND (m.domain IS NULL OR m.domain = d.domain))",
    )
    .bind(person.0)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|(company, company_name, is_known)| Wanted { company: CompanyId(company), company_name, is_known }))
}

/// A company that wants its own sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub company: CompanyId,
    pub company_name: String,
    /// The person has come by it before.
    pub is_known: bool,
}

/// The company through whose own sign-in a person comes, if they do and can.
pub async fn comes_by_sso(tx: &mut Tx, person: PersonId) -> Result<Option<Uuid>> {
    let row: Option<(Uuid,)> = sqlx::query_as(
        "SELECT m.company_id FROM memberships m JOIN companies c ON c.id = m.company_id JOIN company_sign_ins s ON s.company_id = m.company_id
         WHERE m.person_id = $1 AND m.via = 'sso' AND m.ended_at IS NULL AND c.archived_at IS NULL AND s.is_on
           AND m.generation = app.sign_in_of(m.company_id)",
    )
    .bind(person.0)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|(company,)| company))
}

/// Whether an address is one that a company has said is its own, whatever its contract.
pub async fn is_of_company(tx: &mut Tx, app: &App, address: &str) -> Result<bool> {
    let address = normalise_email(address);
    let (is,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT FROM company_domains WHERE domain = $1) OR EXISTS (SELECT FROM roster_entries WHERE lookup = $2)",
    )
    .bind(domain_of(&address))
    .bind(roster_lookup(app, &address))
    .fetch_one(&mut **tx)
    .await?;
    Ok(is)
}

/// Whose member a person is or was, and whether still.
pub async fn member_of(tx: &mut Tx, person: PersonId) -> Result<Option<(Uuid, bool)>> {
    let row = sqlx::query_as("SELECT company_id, ended_at IS NULL FROM memberships WHERE person_id = $1")
        .bind(person.0)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row)
}

/// From now on the company's own sign-in is what a member comes by; one who had left is a member again.
pub async fn come_by_sso(tx: &mut Tx, app: &App, person: PersonId, eligible: &Eligible) -> Result<()> {
    sqlx::query(
        "UPDATE memberships SET via = $3, domain = $4, came_by = $5, ended_at = NULL, generation = app.sign_in_of($2),
                joined_on = CASE WHEN ended_at IS NULL THEN joined_on ELSE $6 END
         WHERE person_id = $1 AND company_id = $2",
    )
    .bind(person.0)
    .bind(eligible.company.0)
    .bind(eligible.via.name())
    .bind(&eligible.domain)
    .bind(&eligible.came_by)
    .bind(app.today().to_sqlx())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What the company names a person by, if it does, and the domain of the address they came by.
pub async fn came_by(tx: &mut Tx, person: PersonId, company: Uuid) -> Result<(Option<Vec<u8>>, Option<String>)> {
    let row = sqlx::query_as("SELECT came_by, domain FROM memberships WHERE person_id = $1 AND company_id = $2")
        .bind(person.0)
        .bind(company)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.unwrap_or_default())
}

pub(crate) fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}
