//! Who is free, over thousands of specialists: every offered start, kept in memory.
//!
//! The index answers search and cards ("the next three times of each of these hundred people", "the twenty soonest
//! of all who fit"). It never decides: a booking asks [`super::is_offered`] with fresh data, and the database's
//! constraints have the last word. It is safe to lose: [`Row::build`] needs nothing but the schedule.
//!
//! # Design
//! A row holds the starts that the engine itself gave for one specialist and one kind of consultation, as sorted
//! seconds since 1970 (`u32`), with everything applied that does not depend on the present: opening hours,
//! alignment, busy time, buffers, limits. What moves with the clock, notice and `rolling_days`, is applied when the
//! question is asked, so a row stays right while time passes and is rebuilt only when its specialist changes (and
//! once a day, to reach further).
//!
//! A bitmap with a quantum of five minutes was weighed against this: it would have to round where this is exact, for
//! about the same memory (`docs/decisions/0010-index-of-starts.md`).
//!
//! One alignment needs care: with [`Alignment::FreeStartRounded`] the grid of the gap in which now + notice lies
//! begins there. Rows of that alignment keep their gaps too, and compute this one gap when asked.
//!
//! Not synchronised: the owner builds rows outside its lock and swaps them in with [`SlotIndex::put`].

use std::collections::{BinaryHeap, HashMap};
use std::hash::Hash;

use super::grid::Grid;
use super::limits::Counted;
use super::plan::{Horizon, Plan, notice_from};
use super::rules::{Alignment, SlotRules, Window};
use super::schedule::SpecialistAvailability;
use super::span::{Span, ceil_sec, instant};
use crate::time::Timestamp;

/// A question to the index.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The instants that suit: disjoint windows in order, for example the evenings of two weeks.
    pub within: &'a [Window],
    /// The present, which decides notice and horizon.
    pub now: Timestamp,
}

/// The starts of one specialist for one kind of consultation.
#[derive(Clone, Debug)]
pub struct Row {
    starts: Box<[u32]>,
    /// The zone and journeys of the specialist; without hours and busy periods, which the starts reflect.
    place: SpecialistAvailability,
    rules: SlotRules,
    covers: Window,
    moving: Option<Box<Moving>>,
}

/// What is needed to move the grid of a gap with now + notice.
#[derive(Clone, Debug)]
struct Moving {
    gaps: Vec<Span>,
    counted: Counted,
}

impl Row {
    /// Computes the starts within `covers`; the schedule must hold what [`super::slots`] asks for. Instants before
    /// 1970 and after 2106 are left out.
    #[must_use]
    pub fn build(schedule: &SpecialistAvailability, rules: &SlotRules, covers: Window) -> Self {
        let plan = Plan::new(schedule, rules, ceil_sec(covers.from()), ceil_sec(covers.to()), None);
        let mut starts = Vec::new();
        plan.starts(|start| starts.extend(u32::try_from(start).ok()));
        let moving = match rules.alignment {
            Alignment::FreeStartRounded => Some(Box::new(Moving { gaps: plan.runs, counted: plan.counted })),
            Alignment::WindowStart | Alignment::FreeStart => None,
        };
        let place = SpecialistAvailability {
            zone: schedule.zone.clone(),
            rules: Vec::new(),
            overrides: Vec::new(),
            travel: schedule.travel.clone(),
            busy: Vec::new(),
        };
        Self { starts: starts.into(), place, rules: *rules, covers, moving }
    }

    /// The window for which the row was built. Outside it, nothing is offered.
    #[must_use]
    pub const fn covers(&self) -> Window {
        self.covers
    }

    /// The offered starts that suit, in order; the same as [`super::slots`] gives within [`Row::covers`].
    pub fn starts<'a>(&'a self, ask: Ask<'a>) -> impl Iterator<Item = Timestamp> + 'a {
        let horizon = Horizon::new(&self.place, &self.rules, ask.now);
        let earliest = notice_from(&self.rules, ask.now);
        ask.within
            .iter()
            .flat_map(move |window| {
                let from = ceil_sec(window.from()).max(earliest);
                self.between(from, ceil_sec(window.to()), earliest)
            })
            .filter(move |start| horizon.contains(&self.place, *start))
            .map(instant)
    }

    /// The starts in `[from, to)`, where `from` is not before `earliest`, which is now + notice.
    fn between(&self, from: i64, to: i64, earliest: i64) -> impl Iterator<Item = i64> {
        let moved = self.moved_gap(earliest);
        let mut in_moved_gap = Vec::new();
        if let Some((run, counted)) = moved {
            let grid = Grid { schedule: &self.place, rules: &self.rules, notice_from: Some(earliest) };
            let from = from.max(ceil_sec(self.covers.from()));
            grid.starts(run, from, to.min(ceil_sec(self.covers.to())), |start| {
                if !counted.closes(&self.place, instant(start)) {
                    in_moved_gap.push(start);
                }
            });
        }
        let from = moved.map_or(from, |(run, _)| from.max(run.end));
        let first = self.starts.partition_point(|start| i64::from(*start) < from);
        let stored = self.starts[first..].iter().map(|start| i64::from(*start));
        in_moved_gap.into_iter().chain(stored.take_while(move |start| *start < to))
    }

    /// The gap whose grid begins at now + notice instead of its own beginning.
    fn moved_gap(&self, earliest: i64) -> Option<(Span, &Counted)> {
        let moving = self.moving.as_deref()?;
        let next = moving.gaps.partition_point(|gap| gap.end <= earliest);
        let gap = moving.gaps.get(next).copied().filter(|gap| gap.start < earliest)?;
        Some((gap, &moving.counted))
    }
}

/// Rows by key. A key names a specialist and whatever makes one specialist's starts differ: the kind of
/// consultation, or its length and step.
#[derive(Clone, Debug)]
pub struct SlotIndex<K> {
    rows: Vec<(K, Row)>,
    positions: HashMap<K, usize>,
}

impl<K> Default for SlotIndex<K> {
    fn default() -> Self {
        Self { rows: Vec::new(), positions: HashMap::new() }
    }
}

impl<K: Copy + Eq + Hash + Ord> SlotIndex<K> {
    /// Adds a row, or replaces the one with the same key.
    pub fn put(&mut self, key: K, row: Row) {
        match self.positions.get(&key) {
            Some(&position) => self.rows[position].1 = row,
            None => {
                self.positions.insert(key, self.rows.len());
                self.rows.push((key, row));
            }
        }
    }

    /// Forgets a row; whether there was one.
    pub fn remove(&mut self, key: &K) -> bool {
        let Some(position) = self.positions.remove(key) else {
            return false;
        };
        self.rows.swap_remove(position);
        if let Some((moved, _)) = self.rows.get(position) {
            self.positions.insert(*moved, position);
        }
        true
    }

    /// The row with this key.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&Row> {
        self.positions.get(key).map(|&position| &self.rows[position].1)
    }

    /// All rows, in no order: to find those that no longer reach far enough.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = (K, &Row)> {
        self.rows.iter().map(|(key, row)| (*key, row))
    }

    /// The first `count` starts that suit; none if the key is unknown.
    #[must_use]
    pub fn next_starts(&self, key: &K, ask: Ask<'_>, count: usize) -> Vec<Timestamp> {
        self.get(key).map(|row| row.starts(ask).take(count).collect()).unwrap_or_default()
    }

    /// All the wanted who are free at all, each with the earliest start that suits, in no order.
    pub fn free(&self, wanted: impl Fn(&K) -> bool, ask: Ask<'_>) -> impl Iterator<Item = (K, Timestamp)> {
        self.rows.iter().filter(move |(key, _)| wanted(key)).filter_map(move |(key, row)| row.starts(ask).next().map(|start| (*key, start)))
    }

    /// The `count` of the wanted who are free soonest, each with the earliest start that suits, in order; those who
    /// are free at the same time by their keys.
    #[must_use]
    pub fn soonest(&self, wanted: impl Fn(&K) -> bool, ask: Ask<'_>, count: usize) -> Vec<(Timestamp, K)> {
        let mut latest_first = BinaryHeap::with_capacity(count.min(self.rows.len()) + 1);
        for (key, start) in self.free(wanted, ask) {
            if latest_first.len() < count || latest_first.peek().is_some_and(|latest| (start, key) < *latest) {
                latest_first.push((start, key));
                if latest_first.len() > count {
                    latest_first.pop();
                }
            }
        }
        latest_first.into_sorted_vec()
    }
}
