//! Who is free, in memory: the engine's starts of every published specialist, for search and cards.
//!
//! It may be stale by the delay of a notification, and is then corrected by whatever comes next; the check at booking and the database's constraints
//! decide. It is safe to lose: without it (a node just started, the database out of reach) the same questions are answered from the database.

mod follow;

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
    time::Duration,
};

use domain::{
    ids::{CategoryId, PersonId},
    scheduling::{
        Window,
        index::{self, Row, SlotIndex},
    },
};
use jiff::{SignedDuration, Timestamp};
use tokio::{sync::Notify, time::Instant};

pub use follow::keep_fresh;

use super::schedule::Schedule;

/// How long the index is believed after it last heard from the database.
const BELIEVED: Duration = Duration::from_secs(10);

/// The index of this node.
#[derive(Debug, Default)]
pub struct Index {
    known: RwLock<Known>,
    follower: tokio::sync::Mutex<follow::Follower>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct Known {
    rows: HashMap<Consultation, SlotIndex<PersonId>>,
    people: HashMap<PersonId, Person>,
    /// When the index last was as new as the database.
    heard_at: Option<Instant>,
}

/// What a row is of: starts differ by category and length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Consultation {
    pub category: CategoryId,
    pub length_min: u16,
}

#[derive(Debug)]
struct Person {
    consultations: Vec<Consultation>,
    time_zone: String,
    /// When a hold runs out: free times move though nobody says so.
    next_expiry: Option<Timestamp>,
}

/// Whose times are wanted.
#[derive(Debug, Clone, Copy)]
pub enum Who<'a> {
    /// These, in this order; those who have no time come with none.
    These(&'a [PersonId]),
    /// Whoever is free, soonest first, at most so many.
    Anyone { at_most: usize },
}

/// A question.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    pub consultation: Consultation,
    pub who: Who<'a>,
    /// The instants that suit: disjoint windows in order.
    pub within: &'a [Window],
    pub now: Timestamp,
    /// How many starts of each are wanted.
    pub starts_each: usize,
}

/// When one specialist is free next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextTimes {
    pub specialist: PersonId,
    pub starts: Vec<Timestamp>,
}

/// A published specialist's starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starts {
    pub starts: Vec<Timestamp>,
    /// The specialist's home zone.
    pub time_zone: String,
}

impl Index {
    /// The next times; none if the index cannot be believed at the moment.
    pub fn nearest(&self, ask: Ask<'_>) -> Option<Vec<NextTimes>> {
        let known = self.believed()?;
        let rows = known.rows.get(&ask.consultation);
        let asked = index::Ask { within: ask.within, now: ask.now };
        let starts = |rows: &SlotIndex<PersonId>, who: &PersonId| rows.next_starts(who, asked, ask.starts_each);
        Some(match (ask.who, rows) {
            (Who::These(people), _) => people
                .iter()
                .map(|who| NextTimes { specialist: *who, starts: rows.map(|rows| starts(rows, who)).unwrap_or_default() })
                .collect(),
            (Who::Anyone { at_most }, Some(rows)) => rows
                .soonest(|_| true, asked, at_most)
                .into_iter()
                .map(|(_, who)| NextTimes { specialist: who, starts: starts(rows, &who) })
                .collect(),
            (Who::Anyone { .. }, None) => Vec::new(),
        })
    }

    /// All starts of one specialist within `window`; none if the index cannot be believed at the moment, or knows no such consultation of theirs.
    pub fn starts(&self, specialist: PersonId, consultation: Consultation, window: Window, now: Timestamp) -> Option<Starts> {
        let known = self.believed()?;
        let person = known.people.get(&specialist)?;
        let row = known.rows.get(&consultation)?.get(&specialist)?;
        let starts = row.starts(index::Ask { within: &[window], now }).collect();
        Some(Starts { starts, time_zone: person.time_zone.clone() })
    }

    /// Whether the index answers at the moment.
    pub fn is_ready(&self) -> bool {
        self.believed().is_some()
    }

    /// How many specialists it knows.
    pub fn size(&self) -> usize {
        self.read().people.len()
    }

    fn believed(&self) -> Option<std::sync::RwLockReadGuard<'_, Known>> {
        let known = self.read();
        let is_believed = known.heard_at.is_some_and(|at| at.elapsed() < BELIEVED);
        is_believed.then_some(known)
    }

    // Rows are put whole, so what a panicking writer leaves behind is stale at worst.
    fn read(&self) -> std::sync::RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn put(&mut self, built: Built) {
        self.forget(built.specialist);
        for (consultation, row) in built.rows {
            self.rows.entry(consultation).or_default().put(built.specialist, row);
        }
        self.people.insert(built.specialist, built.person);
    }

    fn forget(&mut self, specialist: PersonId) {
        for consultation in self.people.remove(&specialist).into_iter().flat_map(|p| p.consultations) {
            if let Some(rows) = self.rows.get_mut(&consultation) {
                rows.remove(&specialist);
            }
        }
    }
}

/// One specialist's rows, made outside the lock.
struct Built {
    specialist: PersonId,
    rows: Vec<(Consultation, Row)>,
    person: Person,
}

/// How far before and after the bookable dates a row reaches, so that it stays whole until it is made again.
const MARGIN: SignedDuration = SignedDuration::from_hours(48);

impl Built {
    fn new(schedule: &Schedule, now: Timestamp) -> Option<Self> {
        let horizon = SignedDuration::from_hours(24 * i64::from(schedule.terms.rolling_days)) + MARGIN;
        let covers = Window::new(now, now.checked_add(horizon).ok()?).ok()?;
        let rows: Vec<_> = schedule
            .offers
            .iter()
            .flat_map(|offer| offer.lengths_min.iter().map(move |length| (offer, *length)))
            .filter_map(|(offer, length_min)| {
                let rules = schedule.rules_of(offer, length_min)?;
                let consultation = Consultation { category: offer.category, length_min };
                Some((consultation, Row::build(&schedule.availability, &rules, covers)))
            })
            .collect();
        Some(Self {
            specialist: schedule.specialist,
            person: Person {
                consultations: rows.iter().map(|(consultation, _)| *consultation).collect(),
                time_zone: schedule.availability.zone.name().to_owned(),
                next_expiry: schedule.next_expiry,
            },
            rows,
        })
    }
}
