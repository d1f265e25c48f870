//! Rosters: who may enter, by address. Addresses are sealed; they are found again by a keyed hash, and shown to nobody.

use std::collections::{BTreeMap, HashSet};

use domain::organisations::{Roster, RosterFault, is_spreadsheet, read_roster};
use jiff_sqlx::ToSqlx;
use platform::{
    crypto::{Place, sha256},
    db::Tx,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{companies, entry, leaving};
use crate::kernel::{
    app::App,
    audit::{self, Entry},
    ctx::Caller,
    error::{Error, Result},
    upload::Upload,
};

/// What a file does to the roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RosterMode {
    /// Adds the people of the file.
    Add,
    /// Removes the people of the file.
    Remove,
    /// Makes the roster what the file is.
    Replace,
}

/// How the file is taken.
#[derive(Debug, Clone, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RosterQuery {
    #[param(inline)]
    pub mode: RosterMode,
    /// `plan` of the report that was seen: if the file would do something else by now, nothing is done, and 409 `roster_changed` says so.
    pub plan: Option<String>,
}

/// What a file would do, or did.
#[derive(Debug, Serialize, ToSchema)]
pub struct RosterReport {
    /// Lines with content, without the header.
    pub lines: usize,
    /// Lines that repeat an address.
    pub repeated: usize,
    /// The first of them.
    pub repeats: Vec<RosterRepeat>,
    /// Lines that are left out.
    pub fault_count: usize,
    /// The first of them.
    pub faults: Vec<RosterLineFault>,
    pub added: usize,
    /// How many of them have an address that is on none of the company's domains: a misspelled one may be somebody else's, who could come in. 0 where the
    /// company has no domain.
    pub foreign_count: usize,
    /// The most frequent of those domains.
    pub foreign: Vec<RosterForeign>,
    /// People of the file whom the company's directory has put off the roster: they stay off it. An old file would bring back who has left.
    pub put_off: usize,
    pub removed: usize,
    /// People of a file of leavers who are not on the roster: nothing is done about them. Whoever came by a code or a mail domain is on none (decision 0036).
    pub unlisted: usize,
    /// Addresses on the roster afterwards.
    pub size: usize,
    /// Tells who is added and removed from any others: for the request that does it.
    pub plan: String,
}

/// A domain that is none of the company's.
#[derive(Debug, Serialize, ToSchema)]
pub struct RosterForeign {
    pub domain: String,
    pub people: usize,
}

/// A line that repeats an address.
#[derive(Debug, Serialize, ToSchema)]
pub struct RosterRepeat {
    /// As a spreadsheet counts.
    pub line: u64,
    /// The line at which the address was first.
    pub first: u64,
    pub address: String,
}

/// What is wrong with a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct RosterLineFault {
    /// As a spreadsheet counts.
    pub line: u64,
    /// `no_address`, `not_an_email` or `formula`.
    pub code: &'static str,
    /// What stands there, cut off where it is long.
    pub value: String,
}

/// Foreign domains that are named.
const FOREIGN_SHOWN: usize = 5;
/// Rows written by one statement.
const CHUNK: usize = 5_000;

/// Reads a file on a thread that may be blocked. What it is, its content says; its name, only what is to be said of one in which nobody is found.
pub(super) async fn read(file: Upload) -> Result<Roster> {
    let Upload { name, bytes } = file;
    let is_misnamed = name.to_lowercase().ends_with(".xlsx") && !is_spreadsheet(&bytes);
    let read = tokio::task::spawn_blocking(move || read_roster(&bytes)).await.map_err(Error::internal)?;
    read.map_err(|fault| match fault {
        RosterFault::NotText => Error::unsupported("roster_not_csv"),
        RosterFault::NoColumn if is_misnamed => Error::unsupported("roster_not_excel"),
        RosterFault::NoColumn => Error::field("/file", "no_mail_column"),
        RosterFault::TooLarge => Error::too_large("roster_unpacks_too_large"),
        RosterFault::TooManyLines => Error::too_large("roster_too_long"),
        RosterFault::Empty => Error::field("/file", "no_lines"),
    })
}

struct Plan<'a> {
    /// In order of the hash.
    add: Vec<(&'a str, Vec<u8>)>,
    /// Domains of `add` that are none of the company's, and how many people are of each; the most frequent first.
    foreign: Vec<(&'a str, usize)>,
    put_off: usize,
    /// In order.
    remove: Vec<Vec<u8>>,
    unlisted: usize,
    size: usize,
}

impl Plan<'_> {
    /// The same for the same people alone. What is hashed are keyed hashes of their addresses: it tells nothing of them.
    fn tag(&self) -> String {
        let mut bytes = self.add.len().to_be_bytes().to_vec();
        bytes.extend(self.add.iter().flat_map(|(_, lookup)| lookup).chain(self.remove.iter().flatten()));
        hex::encode(sha256(&bytes))
    }
}

/// What the file would do. Changes nothing.
pub(super) async fn preview(caller: &Caller, company: Uuid, mode: RosterMode, roster: &Roster) -> Result<RosterReport> {
    let mut tx = caller.begin().await?;
    companies::in_use(&mut tx, company).await?;
    let plan = plan(&mut tx, &caller.app, company, mode, roster).await?;
    tx.commit().await?;
    Ok(report(roster, &plan))
}

/// Does what the file says.
pub(super) async fn apply(tx: &mut Tx, caller: &Caller, company: Uuid, query: &RosterQuery, roster: &Roster) -> Result<RosterReport> {
    let mode = query.mode;
    companies::in_use(tx, company).await?;
    // A file of nothing but mistakes would empty the roster it is to replace.
    if roster.addresses.is_empty() {
        return Err(Error::field("/file", "no_line_fits"));
    }
    // Two files at once are taken one after the other. No row's lock: HR may change no company's row.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('roster ' || $1::text, 0))").bind(company).execute(&mut **tx).await?;
    let plan = plan(tx, &caller.app, company, mode, roster).await?;
    if query.plan.as_ref().is_some_and(|seen| *seen != plan.tag()) {
        return Err(Error::conflict("roster_changed"));
    }
    for chunk in plan.add.chunks(CHUNK) {
        add(tx, caller, company, chunk).await?;
        leaving::follow(tx, caller.now(), company, chunk.iter().map(|(_, lookup)| lookup.as_slice())).await?;
    }
    for chunk in plan.remove.chunks(CHUNK) {
        sqlx::query("UPDATE roster_entries SET removed_at = $3 WHERE company_id = $1 AND lookup = ANY($2) AND removed_at IS NULL")
            .bind(company)
            .bind(chunk)
            .bind(caller.now().to_sqlx())
            .execute(&mut **tx)
            .await?;
        leaving::follow(tx, caller.now(), company, chunk.iter().map(Vec::as_slice)).await?;
    }
    let detail = json!({ "mode": mode, "added": plan.add.len(), "removed": plan.remove.len() });
    audit::append(tx, caller, Entry::new("organisations.apply_roster").on("company", company).detail(detail)).await?;
    Ok(report(roster, &plan))
}

async fn plan<'a>(tx: &mut Tx, app: &App, company: Uuid, mode: RosterMode, roster: &'a Roster) -> Result<Plan<'a>> {
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT lookup FROM roster_entries WHERE company_id = $1 AND removed_at IS NULL")
        .bind(company)
        .fetch_all(&mut **tx)
        .await?;
    let present: HashSet<Vec<u8>> = rows.into_iter().map(|(lookup,)| lookup).collect();
    let named: BTreeMap<Vec<u8>, &str> = roster.addresses.iter().map(|a| (entry::roster_lookup(app, a), a.as_str())).collect();
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT app.put_off_by_directory($1)").bind(company).fetch_all(&mut **tx).await?;
    let put_off: HashSet<Vec<u8>> = rows.into_iter().map(|(lookup,)| lookup).collect();
    let is_wanted = |lookup: &&Vec<u8>| mode != RosterMode::Remove && !present.contains(*lookup);
    let add: Vec<_> = named
        .iter()
        .filter(|(lookup, _)| is_wanted(lookup) && !put_off.contains(*lookup))
        .map(|(lookup, address)| (*address, lookup.clone()))
        .collect();
    let put_off = named.keys().filter(|lookup| is_wanted(lookup) && put_off.contains(*lookup)).count();
    let mut remove: Vec<Vec<u8>> = match mode {
        RosterMode::Add => Vec::new(),
        RosterMode::Remove => present.iter().filter(|lookup| named.contains_key(*lookup)).cloned().collect(),
        RosterMode::Replace => present.iter().filter(|lookup| !named.contains_key(*lookup)).cloned().collect(),
    };
    remove.sort_unstable();
    let unlisted = if mode == RosterMode::Remove { named.len() - remove.len() } else { 0 };
    let size = present.len() + add.len() - remove.len();
    let own: Vec<(String,)> =
        sqlx::query_as("SELECT domain FROM company_domains WHERE company_id = $1").bind(company).fetch_all(&mut **tx).await?;
    let own: HashSet<&str> = own.iter().map(|(domain,)| domain.as_str()).collect();
    let foreign = if own.is_empty() { Vec::new() } else { foreign(&add, &own) };
    Ok(Plan { add, foreign, put_off, remove, unlisted, size })
}

fn foreign<'a>(people: &[(&'a str, Vec<u8>)], own: &HashSet<&str>) -> Vec<(&'a str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for domain in people.iter().filter_map(|(address, _)| Some(address.rsplit_once('@')?.1)).filter(|domain| !own.contains(domain)) {
        *counts.entry(domain).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, people)| std::cmp::Reverse(*people));
    counts
}

async fn add(tx: &mut Tx, caller: &Caller, company: Uuid, people: &[(&str, Vec<u8>)]) -> Result<()> {
    let app = &caller.app;
    let ids: Vec<Uuid> = people.iter().map(|_| app.new_id()).collect();
    let sealed: Vec<Vec<u8>> =
        people.iter().zip(&ids).map(|((address, _), id)| app.keys.seal(&app.rng, place(*id), address.as_bytes())).collect();
    let lookups: Vec<&[u8]> = people.iter().map(|(_, lookup)| lookup.as_slice()).collect();
    // Somebody who comes back keeps their row, and with it the sealed address.
    sqlx::query(
        "INSERT INTO roster_entries (id, company_id, lookup, email_sealed, added_at)
         SELECT u.id, $1, u.lookup, u.sealed, $2 FROM unnest($3::uuid[], $4::bytea[], $5::bytea[]) AS u(id, lookup, sealed)
         ON CONFLICT (company_id, lookup) DO UPDATE SET removed_at = NULL",
    )
    .bind(company)
    .bind(caller.now().to_sqlx())
    .bind(ids)
    .bind(lookups)
    .bind(sealed)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn report(roster: &Roster, plan: &Plan<'_>) -> RosterReport {
    RosterReport {
        lines: roster.lines,
        repeated: roster.repeated,
        repeats: roster.repeats.iter().map(|r| RosterRepeat { line: r.line, first: r.first, address: r.address.clone() }).collect(),
        fault_count: roster.fault_count,
        faults: roster.faults.iter().map(|f| RosterLineFault { line: f.line, code: f.code, value: f.value.clone() }).collect(),
        added: plan.add.len(),
        foreign: plan
            .foreign
            .iter()
            .take(FOREIGN_SHOWN)
            .map(|(domain, people)| RosterForeign { domain: (*domain).to_owned(), people: *people })
            .collect(),
        foreign_count: plan.foreign.iter().map(|(_, people)| people).sum(),
        put_off: plan.put_off,
        removed: plan.remove.len(),
        unlisted: plan.unlisted,
        size: plan.size,
        plan: plan.tag(),
    }
}

pub(super) fn place(entry: Uuid) -> Place<'static> {
    Place { table: "roster_entries", column: "email_sealed", row: entry }
}
