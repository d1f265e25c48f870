//! The contract read literally and slowly: time is painted minute by minute, every start is tried.
//!
//! Knows nothing of intervals, sweeps or grids; only [`instant_of`] is shared, which has its own reference.

use domain::scheduling::{Alignment, BufferPolicy, Busy, BusyKind, Hours, SlotRules, SpecialistAvailability, Window};
use domain::time::{Date, IsoWeek, Timestamp, Zone, instant_of, local_date, offset_sec};
use jiff::ToSpan as _;

/// How far back openings are painted. What is open all that time has no beginning that this reference can see.
const BACK_DAYS: i64 = 40;
const DAY: i64 = 24 * 60;

fn minute(at: Timestamp) -> i64 {
    assert_eq!(at.as_second() % 60, 0, "the reference knows whole minutes");
    at.as_second() / 60
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(minute * 60).unwrap()
}

/// Whether everything is on a whole minute (offsets and times of the past may not be).
fn in_whole_minutes(specialist: &SpecialistAvailability, window: Window, now: Timestamp) -> bool {
    let ends = specialist.busy.iter().flat_map(|busy| [busy.start, busy.end]);
    ends.chain([window.from(), window.to(), now]).all(|at| at.as_second() % 60 == 0 && at.subsec_nanosecond() == 0)
}

/// The starts; none if the reference cannot say.
pub fn slots(specialist: &SpecialistAvailability, rules: &SlotRules, window: Window, now: Timestamp) -> Option<Vec<Timestamp>> {
    if !in_whole_minutes(specialist, window, now) {
        return None;
    }
    let (from, to) = (minute(window.from()), minute(window.to()));
    let length = i64::from(rules.length.get());
    let first = from - BACK_DAYS * DAY;
    let open = paint(specialist, first, to + length + DAY);
    let is_open = |m: i64| m >= first && open.get((m - first) as usize).copied().unwrap_or(false);
    let conflicts = |start: i64, length: i64| specialist.busy.iter().any(|busy| conflict(busy, rules, start, length));
    let earliest = minute(now) + i64::from(rules.min_notice_min);

    let mut starts = Vec::new();
    let mut begins = None; // of the stretch in which `m` lies
    for m in first..to {
        let inside = is_open(m) && (rules.alignment == Alignment::WindowStart || !conflicts(m, 1));
        if !inside {
            begins = None;
            continue;
        }
        let begins = *begins.get_or_insert(m);
        if m < from || m < earliest {
            continue;
        }
        let fits = (m..m + length).all(is_open) && !conflicts(m, length);
        if !fits || !in_horizon(specialist, rules, now, m) || !in_limits(specialist, rules, m) {
            continue;
        }
        if begins == first && rules.alignment != Alignment::FreeStartRounded {
            return None;
        }
        if (m - anchor(specialist, rules, begins, earliest)) % i64::from(rules.interval.get()) == 0
            && m >= anchor(specialist, rules, begins, earliest)
        {
            starts.push(at(m));
        }
    }
    Some(starts)
}

fn paint(specialist: &SpecialistAvailability, first: i64, end: i64) -> Vec<bool> {
    let mut open = vec![false; usize::try_from(end - first).unwrap()];
    let mut date = local_date(&Zone::UTC, at(first)) - 5.days();
    let last = local_date(&Zone::UTC, at(end)) + 2.days();
    while date <= last {
        for (start, end) in openings_of(specialist, date) {
            for m in start.max(first)..end.min(first + open.len() as i64) {
                open[(m - first) as usize] = true;
            }
        }
        date = date.tomorrow().unwrap();
    }
    open
}

fn openings_of(specialist: &SpecialistAvailability, date: Date) -> Vec<(i64, i64)> {
    let covering = specialist.travel.iter().find(|t| t.from <= date && t.to.is_none_or(|to| date <= to));
    let zone = covering.map_or(&specialist.zone, |travel| &travel.zone);
    let overrides: Vec<_> = specialist.overrides.iter().filter(|entry| entry.date == date).collect();
    let hours: Vec<Hours> = if overrides.is_empty() {
        let rules = specialist.rules.iter().filter(|rule| rule.days.contains(date.weekday()));
        rules.map(|rule| rule.hours).collect()
    } else {
        overrides.iter().flat_map(|entry| entry.hours.clone()).collect()
    };
    hours
        .iter()
        .filter(|hours| hours.ends_next_day || hours.end > hours.start)
        .map(|hours| {
            let end_date = if hours.ends_next_day { date.tomorrow().unwrap() } else { date };
            (minute(instant_of(zone, date, hours.start)), minute(instant_of(zone, end_date, hours.end)))
        })
        .collect()
}

/// The contract's sentences about buffers, for one pair.
fn conflict(busy: &Busy, rules: &SlotRules, start: i64, length: i64) -> bool {
    let (own_before, own_after) = (i64::from(busy.own_buffer_before_min), i64::from(busy.own_buffer_after_min));
    let (before, after) = (i64::from(rules.buffer_before_min), i64::from(rules.buffer_after_min));
    let (busy_start, busy_end) = (minute(busy.start), minute(busy.end));
    if busy_start - own_before >= busy_end + own_after {
        return false;
    }
    let end = start + length;
    match rules.buffer_policy {
        BufferPolicy::Sum => start - before < busy_end + own_after && busy_start - own_before < end + after,
        BufferPolicy::Shared => {
            let far_after = start - busy_end >= before.max(own_after);
            let far_before = busy_start - end >= after.max(own_before);
            !far_after && !far_before
        }
    }
}

fn in_horizon(specialist: &SpecialistAvailability, rules: &SlotRules, now: Timestamp, m: i64) -> bool {
    let Some(days) = rules.rolling_days else {
        return true;
    };
    let today = local_date(&specialist.zone, now);
    let date = local_date(&specialist.zone, at(m));
    today <= date && date <= today + i64::from(days).days()
}

fn in_limits(specialist: &SpecialistAvailability, rules: &SlotRules, m: i64) -> bool {
    let date_of = |at| local_date(&specialist.zone, at);
    let date = date_of(at(m));
    let bookings = || specialist.busy.iter().filter(|busy| busy.kind == BusyKind::Booking);
    let on_date = bookings().filter(|busy| date_of(busy.start) == date);
    let in_week = bookings().filter(|busy| IsoWeek::of(date_of(busy.start)) == IsoWeek::of(date)).count();
    let booked: i64 = on_date.clone().map(|busy| minute(busy.end) - minute(busy.start)).sum();
    let limits = rules.limits;
    limits.max_per_day.is_none_or(|max| on_date.count() < max as usize)
        && limits.max_per_week.is_none_or(|max| in_week < max as usize)
        && limits.max_minutes_per_day.is_none_or(|max| booked + i64::from(rules.length.get()) <= i64::from(max))
}

fn anchor(specialist: &SpecialistAvailability, rules: &SlotRules, begins: i64, earliest: i64) -> i64 {
    match rules.alignment {
        Alignment::WindowStart | Alignment::FreeStart => begins,
        Alignment::FreeStartRounded => {
            let interval = i64::from(rules.interval.get());
            let grain = [60, 30, 20, 15, 10, 5].into_iter().find(|g| interval % g == 0).unwrap_or(1);
            let shown = |m: i64| m + offset_sec(specialist.zone_at(at(m)), at(m)) / 60;
            (begins.max(earliest)..).find(|&m| shown(m) % grain == 0).unwrap()
        }
    }
}
