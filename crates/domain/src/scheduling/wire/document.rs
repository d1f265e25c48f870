//! The document as it is written, and the way from and to the checked types.

use serde::{Deserialize, Serialize};

use super::leaf::{EndTime, Instant, LocalDate, Number, StartTime, ZoneName};
use super::{Mode, Request, WireError};
use crate::scheduling::{
    Alignment, BufferPolicy, Busy, BusyKind, DateOverride, Hours, Limits, SlotMinutes, SlotRules, SpecialistAvailability, Travel,
    WeeklyRule, Window, WindowError,
};
use crate::time::Weekday;

/// A length or a step, in minutes.
type Step = Number<1, { SlotMinutes::MAX as u32 }>;
/// A buffer, in minutes: up to a week.
type Buffer = Number<0, 10_080>;
/// Notice, in minutes: up to the longest window.
type Notice = Number<0, 576_000>;
/// A number of days, bookings or minutes without a natural bound; the bound only keeps sums small.
type Amount = Number<0, 1_000_000>;

#[derive(Deserialize, Serialize)]
pub struct Document {
    mode: Option<ModeName>,
    specialists: Vec<SpecialistEntry>,
    length_min: Step,
    interval_min: Step,
    buffer_before_min: Option<Buffer>,
    buffer_after_min: Option<Buffer>,
    buffer_policy: Option<PolicyName>,
    min_notice_min: Option<Notice>,
    rolling_days: Option<Amount>,
    limits: Option<LimitsEntry>,
    alignment: Option<AlignmentName>,
    window: WindowEntry,
    viewer_time_zone: ZoneName,
    now: Instant,
}

#[derive(Deserialize, Serialize)]
struct SpecialistEntry {
    time_zone: ZoneName,
    rules: Vec<RuleEntry>,
    overrides: Option<Vec<OverrideEntry>>,
    travel: Option<Vec<TravelEntry>>,
    busy: Option<Vec<BusyEntry>>,
}

#[derive(Deserialize, Serialize)]
struct RuleEntry {
    days: Vec<DayName>,
    start: StartTime,
    end: EndTime,
    end_day_offset: Option<Number<0, 1>>,
}

#[derive(Deserialize, Serialize)]
struct HoursEntry {
    start: StartTime,
    end: EndTime,
    end_day_offset: Option<Number<0, 1>>,
}

#[derive(Deserialize, Serialize)]
struct OverrideEntry {
    date: LocalDate,
    intervals: Vec<HoursEntry>,
}

#[derive(Deserialize, Serialize)]
struct TravelEntry {
    from_date: LocalDate,
    to_date: Option<LocalDate>,
    time_zone: ZoneName,
}

#[derive(Deserialize, Serialize)]
struct BusyEntry {
    start: Instant,
    end: Instant,
    kind: Option<KindName>,
    own_buffer_before_min: Option<Buffer>,
    own_buffer_after_min: Option<Buffer>,
}

#[derive(Deserialize, Serialize)]
struct LimitsEntry {
    max_per_day: Option<Amount>,
    max_per_week: Option<Amount>,
    max_minutes_per_day: Option<Amount>,
}

#[derive(Deserialize, Serialize)]
struct WindowEntry {
    from: Instant,
    to: Instant,
}

/// Declares the words of an enumeration and what each means; one table for reading and writing.
macro_rules! words {
    ($name:ident for $meaning:ty { $($word:ident = $value:path),+ $(,)? }) => {
        #[derive(Deserialize, Serialize)]
        #[serde(rename_all = "snake_case")]
        enum $name { $($word),+ }

        impl From<$name> for $meaning {
            fn from(name: $name) -> Self {
                match name { $($name::$word => $value),+ }
            }
        }

        impl From<$meaning> for $name {
            fn from(meaning: $meaning) -> Self {
                match meaning { $($value => Self::$word),+ }
            }
        }
    };
}

words!(ModeName for Mode { Single = Mode::Single, Any = Mode::Any, Collective = Mode::Collective });
words!(PolicyName for BufferPolicy { Sum = BufferPolicy::Sum, Shared = BufferPolicy::Shared });
words!(KindName for BusyKind { Booking = BusyKind::Booking, External = BusyKind::External });
words!(AlignmentName for Alignment {
    WindowStart = Alignment::WindowStart,
    FreeStart = Alignment::FreeStart,
    FreeStartRounded = Alignment::FreeStartRounded,
});
words!(DayName for Weekday {
    Mon = Weekday::Monday,
    Tue = Weekday::Tuesday,
    Wed = Weekday::Wednesday,
    Thu = Weekday::Thursday,
    Fri = Weekday::Friday,
    Sat = Weekday::Saturday,
    Sun = Weekday::Sunday,
});

pub fn parse(json: &str) -> Result<Request, WireError> {
    let mut reader = serde_json::Deserializer::from_str(json.trim_start_matches('\u{feff}'));
    let document: Document = serde_path_to_error::deserialize(&mut reader).map_err(at_field)?;
    reader.end().map_err(|error| WireError::new("", error))?;
    document.check()
}

/// The path of a value that is wrong; the path and the name of one that is absent; nothing if the text is no JSON.
fn at_field(error: serde_path_to_error::Error<serde_json::Error>) -> WireError {
    let path = error.path().to_string();
    let message = error.inner().to_string();
    // The reader writes "." for the document itself, and "?" where the text broke off before a name.
    let parent = if path == "." || path.contains('?') { "" } else { path.as_str() };
    let absent = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let field = match absent {
        Some(name) if parent.is_empty() => name.to_string(),
        Some(name) => format!("{parent}.{name}"),
        None => parent.to_string(),
    };
    WireError { field, message }
}

impl Document {
    fn check(self) -> Result<Request, WireError> {
        let mode = self.mode.map_or(Mode::Single, Mode::from);
        let count = self.specialists.len();
        if mode == Mode::Single && count != 1 {
            return Err(WireError::new("specialists", format!("mode single takes exactly one, not {count}")));
        }
        if count == 0 {
            return Err(WireError::new("specialists", "expected at least one"));
        }
        let specialists = (self.specialists.into_iter().enumerate())
            .map(|(index, entry)| entry.check(&format!("specialists[{index}]")))
            .collect::<Result<_, _>>()?;
        let minutes = |Number(minutes): Step, field| {
            let minutes = u16::try_from(minutes).unwrap_or(u16::MAX);
            SlotMinutes::new(minutes).map_err(|error| WireError::new(field, error))
        };
        let window = Window::new(self.window.from.0, self.window.to.0).map_err(|error| {
            let field = match error {
                WindowError::Backwards => "window.to",
                WindowError::TooLong | WindowError::OutOfRange => "window",
            };
            WireError::new(field, error)
        })?;
        Ok(Request {
            mode,
            specialists,
            rules: SlotRules {
                length: minutes(self.length_min, "length_min")?,
                interval: minutes(self.interval_min, "interval_min")?,
                buffer_before_min: number(self.buffer_before_min).unwrap_or(0),
                buffer_after_min: number(self.buffer_after_min).unwrap_or(0),
                buffer_policy: self.buffer_policy.map_or(BufferPolicy::Sum, BufferPolicy::from),
                min_notice_min: number(self.min_notice_min).unwrap_or(0),
                rolling_days: number(self.rolling_days),
                limits: self.limits.map_or_else(Limits::default, Limits::from),
                alignment: self.alignment.map_or(Alignment::WindowStart, Alignment::from),
            },
            window,
            viewer: self.viewer_time_zone.0,
            now: self.now.0,
        })
    }
}

impl SpecialistEntry {
    fn check(self, path: &str) -> Result<SpecialistAvailability, WireError> {
        for (index, travel) in self.travel.iter().flatten().enumerate() {
            if travel.to_date.as_ref().is_some_and(|to| to.0 < travel.from_date.0) {
                return Err(WireError::new(format!("{path}.travel[{index}].to_date"), "lies before from_date"));
            }
        }
        for (index, busy) in self.busy.iter().flatten().enumerate() {
            if busy.end.0 < busy.start.0 {
                return Err(WireError::new(format!("{path}.busy[{index}].end"), "lies before start"));
            }
        }
        Ok(SpecialistAvailability {
            zone: self.time_zone.0,
            rules: all(self.rules),
            overrides: all(self.overrides.unwrap_or_default()),
            travel: all(self.travel.unwrap_or_default()),
            busy: all(self.busy.unwrap_or_default()),
        })
    }
}

fn number<const MIN: u32, const MAX: u32>(number: Option<Number<MIN, MAX>>) -> Option<u32> {
    number.map(|number| number.0)
}

fn all<From, To: std::convert::From<From>>(entries: impl IntoIterator<Item = From>) -> Vec<To> {
    entries.into_iter().map(To::from).collect()
}

impl From<RuleEntry> for WeeklyRule {
    fn from(entry: RuleEntry) -> Self {
        let RuleEntry { days, start, end, end_day_offset } = entry;
        Self { days: days.into_iter().map(Weekday::from).collect(), hours: HoursEntry { start, end, end_day_offset }.into() }
    }
}

impl From<HoursEntry> for Hours {
    fn from(entry: HoursEntry) -> Self {
        let ends_next_day = number(entry.end_day_offset) == Some(1);
        Self { start: entry.start.0, end: entry.end.0, ends_next_day }
    }
}

impl From<OverrideEntry> for DateOverride {
    fn from(entry: OverrideEntry) -> Self {
        Self { date: entry.date.0, hours: all(entry.intervals) }
    }
}

impl From<TravelEntry> for Travel {
    fn from(entry: TravelEntry) -> Self {
        Self { from: entry.from_date.0, to: entry.to_date.map(|to| to.0), zone: entry.time_zone.0 }
    }
}

impl From<BusyEntry> for Busy {
    fn from(entry: BusyEntry) -> Self {
        Self {
            start: entry.start.0,
            end: entry.end.0,
            kind: entry.kind.map_or(BusyKind::Booking, BusyKind::from),
            own_buffer_before_min: number(entry.own_buffer_before_min).unwrap_or(0),
            own_buffer_after_min: number(entry.own_buffer_after_min).unwrap_or(0),
        }
    }
}

impl From<LimitsEntry> for Limits {
    fn from(entry: LimitsEntry) -> Self {
        Self {
            max_per_day: number(entry.max_per_day),
            max_per_week: number(entry.max_per_week),
            max_minutes_per_day: number(entry.max_minutes_per_day),
        }
    }
}

mod write;
