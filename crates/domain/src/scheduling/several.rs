//! Several specialists, and the viewer's calendar.

use std::collections::BTreeMap;

use super::plan::slots;
use super::rules::{SlotRules, Window};
use super::schedule::SpecialistAvailability;
use crate::time::{Date, Timestamp, Zone, local_date};

/// The starts that at least one of the specialists offers. Slots are united, never opening hours: two half hours of
/// two people are no hour with anyone.
#[must_use]
pub fn slots_of_any(specialists: &[SpecialistAvailability], rules: &SlotRules, window: Window, now: Timestamp) -> Vec<Timestamp> {
    let mut starts: Vec<_> = specialists.iter().flat_map(|specialist| slots(specialist, rules, window, now)).collect();
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// The starts that every one of the specialists offers; none if there are no specialists.
#[must_use]
pub fn slots_of_all(specialists: &[SpecialistAvailability], rules: &SlotRules, window: Window, now: Timestamp) -> Vec<Timestamp> {
    let mut each = specialists.iter().map(|specialist| slots(specialist, rules, window, now));
    let first = each.next().unwrap_or_default();
    each.fold(first, |mut common, starts| {
        common.retain(|start| starts.binary_search(start).is_ok());
        common
    })
}

/// How many of the starts fall on each date of the viewer's calendar.
#[must_use]
pub fn count_by_date(starts: &[Timestamp], viewer: &Zone) -> BTreeMap<Date, usize> {
    let mut counts = BTreeMap::new();
    for start in starts {
        *counts.entry(local_date(viewer, *start)).or_default() += 1;
    }
    counts
}
