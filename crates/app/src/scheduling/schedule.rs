//! A specialist's schedule as the slot engine wants it, from what is stored.

use domain::{
    ids::{AppointmentId, CategoryId, PersonId},
    scheduling::{
        Alignment, BufferPolicy, Busy, BusyKind, DateOverride, Hours, Limits, SlotMinutes, SlotRules, SpecialistAvailability, Travel,
        WeeklyRule, Window,
    },
    time::{Date, Weekday, Zone},
};
use jiff::Timestamp;
use platform::db::Tx;
use uuid::Uuid;

use super::sql::{self, HoursRow, LeaveRow, OfferRow, OverrideRow, RuleRow, ScheduleRow, TravelRow};
use crate::kernel::error::{Error, Result};

/// One specialist's time: what was set up, and what fills it around the window that was asked for.
#[derive(Debug, Clone)]
pub struct Schedule {
    pub specialist: PersonId,
    /// Whether the card is published: only then may anybody book.
    pub is_published: bool,
    pub version: i64,
    /// What the engine works with. Its busy periods begin with [`Self::taken`], in the same order.
    pub availability: SpecialistAvailability,
    pub terms: Terms,
    /// The published categories in which the specialist works.
    pub offers: Vec<Offer>,
    /// The appointments and holds behind the first busy periods.
    pub taken: Vec<AppointmentId>,
    /// Leave: first and last date, both inclusive.
    pub leaves: Vec<(Date, Date)>,
    /// When the first of the holds runs out, if nobody confirms it.
    pub next_expiry: Option<Timestamp>,
}

/// What the specialist asks for in every consultation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    pub buffer_before_min: u32,
    pub buffer_after_min: u32,
    pub min_notice_min: u32,
    pub rolling_days: u32,
    pub limits: Limits,
}

/// A category in which the specialist works, as far as it decides about starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub category: CategoryId,
    pub lengths_min: Vec<u16>,
    pub interval_min: u16,
    pub buffer_policy: BufferPolicy,
    pub alignment: Alignment,
}

impl Schedule {
    /// The offer of `category`, if the specialist has it.
    pub fn offer(&self, category: CategoryId) -> Option<&Offer> {
        self.offers.iter().find(|o| o.category == category)
    }

    /// The engine's rules for a consultation of `length_min` minutes in `category`; none if the specialist does not offer it.
    pub fn rules(&self, category: CategoryId, length_min: u16) -> Option<SlotRules> {
        self.offer(category).filter(|o| o.lengths_min.contains(&length_min)).and_then(|o| self.rules_of(o, length_min))
    }

    /// The engine's rules for `offer` and a length, which need not be among the offered ones.
    pub fn rules_of(&self, offer: &Offer, length_min: u16) -> Option<SlotRules> {
        let length = SlotMinutes::new(length_min).ok()?;
        let interval = SlotMinutes::new(offer.interval_min).ok()?;
        Some(SlotRules {
            buffer_before_min: self.terms.buffer_before_min,
            buffer_after_min: self.terms.buffer_after_min,
            buffer_policy: offer.buffer_policy,
            min_notice_min: self.terms.min_notice_min,
            rolling_days: Some(self.terms.rolling_days),
            limits: self.terms.limits,
            alignment: offer.alignment,
            ..SlotRules::new(length, interval)
        })
    }

    /// The same schedule as if `appointment` were not in it: for moving that appointment.
    #[must_use]
    pub fn without(mut self, appointment: AppointmentId) -> Self {
        if let Some(at) = self.taken.iter().position(|id| *id == appointment) {
            self.taken.remove(at);
            self.availability.busy.remove(at);
        }
        self
    }
}

/// The schedule of `specialist` with what fills it around `window`, as far as the transaction's actor may see it. `now` tells which holds are over.
pub async fn load(tx: &mut Tx, now: Timestamp, specialist: PersonId, window: Window) -> Result<Option<Schedule>> {
    Ok(load_many(tx, now, &[specialist], window).await?.pop())
}

/// As [`load`], for several specialists in one round trip, in no order.
pub async fn load_many(tx: &mut Tx, now: Timestamp, specialists: &[PersonId], window: Window) -> Result<Vec<Schedule>> {
    let ids: Vec<Uuid> = specialists.iter().map(|id| id.0).collect();
    sql::schedules(tx, &ids, window.from(), window.to()).await?.into_iter().map(|row| read(row, now)).collect()
}

fn read(row: ScheduleRow, now: Timestamp) -> Result<Schedule> {
    let taken: Vec<_> = row.taken.0.into_iter().filter(|t| t.hold_expires_at.is_none_or(|at| at > now)).collect();
    let bookings = taken.iter().map(|t| Busy {
        start: t.starts_at,
        end: t.ends_at,
        kind: BusyKind::Booking,
        own_buffer_before_min: t.buffer_before_min,
        own_buffer_after_min: t.buffer_after_min,
    });
    let external = row.external.0.iter().map(|e| Busy {
        start: e.starts_at,
        end: e.ends_at,
        kind: BusyKind::External,
        own_buffer_before_min: 0,
        own_buffer_after_min: 0,
    });
    Ok(Schedule {
        specialist: PersonId(row.specialist_id),
        is_published: row.is_published,
        version: row.version,
        availability: SpecialistAvailability {
            busy: bookings.chain(external).collect(),
            ..availability(&row.time_zone, &row.rules, &row.overrides, &row.leaves, &row.travel)?
        },
        terms: Terms {
            buffer_before_min: natural(row.buffer_before_min),
            buffer_after_min: natural(row.buffer_after_min),
            min_notice_min: natural(row.min_notice_min),
            rolling_days: natural(row.rolling_days),
            limits: Limits {
                max_per_day: row.max_per_day.map(natural),
                max_per_week: row.max_per_week.map(natural),
                max_minutes_per_day: row.max_minutes_per_day.map(natural),
            },
        },
        offers: row.offers.0.iter().map(offer).collect::<Result<_>>()?,
        next_expiry: taken.iter().filter_map(|t| t.hold_expires_at).min(),
        leaves: row.leaves.iter().map(|l| (l.from_date, l.to_date)).collect(),
        taken: taken.iter().map(|t| AppointmentId(t.id)).collect(),
    })
}

/// The opening hours, without anything busy. A day of leave is a closed date, whatever else was set for it.
pub(super) fn availability(
    zone: &str,
    rules: &[RuleRow],
    overrides: &[OverrideRow],
    leaves: &[LeaveRow],
    travel: &[TravelRow],
) -> Result<SpecialistAvailability> {
    let closed = leaves.iter().flat_map(|leave| dates(leave.from_date, leave.to_date));
    let is_leave = |date: Date| leaves.iter().any(|leave| leave.from_date <= date && date <= leave.to_date);
    let opened = overrides.iter().filter(|o| !is_leave(o.date)).map(|o| {
        let hours = o.intervals.iter().map(hours).collect::<Result<_>>()?;
        Ok(DateOverride { date: o.date, hours })
    });
    Ok(SpecialistAvailability {
        zone: zone_of(zone)?,
        rules: rules.iter().map(rule).collect::<Result<_>>()?,
        overrides: opened.chain(closed.map(|date| Ok(DateOverride { date, hours: Vec::new() }))).collect::<Result<_>>()?,
        travel: travel
            .iter()
            .map(|t| Ok(Travel { from: t.from_date, to: t.to_date, zone: zone_of(&t.time_zone)? }))
            .collect::<Result<_>>()?,
        busy: Vec::new(),
    })
}

/// All dates from `first` to `last`, both inclusive.
pub(super) fn dates(first: Date, last: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |date| date.tomorrow().ok()).take_while(move |date| *date <= last)
}

fn rule(row: &RuleRow) -> Result<WeeklyRule> {
    let days = row.days.iter().map(|name| weekday(name).ok_or_else(|| damaged("a day of the week"))).collect::<Result<Vec<_>>>()?;
    let hours = hours_of(&row.start_time, &row.end_time, row.end_day_offset)?;
    Ok(WeeklyRule { days: days.into_iter().collect(), hours })
}

fn hours(row: &HoursRow) -> Result<Hours> {
    hours_of(&row.start, &row.end, row.end_day_offset)
}

fn hours_of(start: &str, end: &str, end_day_offset: i32) -> Result<Hours> {
    Ok(Hours {
        start: start.parse().map_err(Error::internal)?,
        end: end.parse().map_err(Error::internal)?,
        ends_next_day: end_day_offset == 1,
    })
}

fn offer(row: &OfferRow) -> Result<Offer> {
    Ok(Offer {
        category: CategoryId(row.id),
        lengths_min: row.session_lengths_min.clone(),
        interval_min: row.interval_min,
        buffer_policy: match row.buffer_policy.as_str() {
            "shared" => BufferPolicy::Shared,
            "sum" => BufferPolicy::Sum,
            _ => return Err(damaged("a buffer policy")),
        },
        alignment: match row.alignment.as_str() {
            "window_start" => Alignment::WindowStart,
            "free_start" => Alignment::FreeStart,
            "free_start_rounded" => Alignment::FreeStartRounded,
            _ => return Err(damaged("an alignment")),
        },
    })
}

/// The days of the week by the names they are stored under, Monday first.
pub(super) const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

pub(super) fn weekday(name: &str) -> Option<Weekday> {
    DAYS.iter().find(|(known, _)| *known == name).map(|(_, day)| *day)
}

/// A zone was checked when it was saved; it can only be unknown if the machine lost its zone data.
fn zone_of(name: &str) -> Result<Zone> {
    Zone::parse(name).map_err(Error::internal)
}

fn natural(value: i32) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

fn damaged(what: &str) -> Error {
    Error::internal(anyhow::anyhow!("{what} in the database is none"))
}
