//! When somebody is reminded, and when not.

use jiff::{SignedDuration, Timestamp};

use crate::time::{WallTime, Zone, instant_of, local_date, local_minute};

/// Minutes before the start at which a person may choose to be reminded.
pub const CHOICES_MIN: [i32; 3] = [1440, 60, 10];

/// A reminder that is not the earliest possible must still leave this long to get ready.
const LAST_MOMENT: SignedDuration = SignedDuration::from_mins(10);

/// Hours in which a person wants to hear nothing, on the clock of their zone. May cross midnight; equal ends mean the whole day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    pub from: WallTime,
    pub to: WallTime,
}

impl QuietHours {
    /// Whether `instant` falls into them.
    #[must_use]
    pub fn contain(&self, zone: &Zone, instant: Timestamp) -> bool {
        let (from, to, now) = (self.from, self.to, local_minute(zone, instant));
        if from < to { (from..to).contains(&now) } else { now >= from || now < to }
    }

    /// The first instant after `instant` at which they end.
    #[must_use]
    pub fn end_after(&self, zone: &Zone, instant: Timestamp) -> Timestamp {
        let today = local_date(zone, instant);
        // The end of today's, or of tomorrow's: by then every zone's clock has shown the time, gaps included.
        std::iter::successors(Some(today), |date| date.tomorrow().ok())
            .take(3)
            .map(|date| instant_of(zone, date, self.to))
            .find(|end| *end > instant)
            .unwrap_or(Timestamp::MAX)
    }
}

/// When a person is told of a session at `start` which they wanted to hear of `minutes_before`; `None`: not at all.
///
/// A reminder that falls into quiet hours waits for their end, as long as there is still time to get ready then; else it is left out, for whoever
/// wants silence until the session gets silence. One whose moment had passed when the session was booked is left out too.
#[must_use]
pub fn due(start: Timestamp, minutes_before: i32, now: Timestamp, quiet: Option<QuietHours>, zone: &Zone) -> Option<Timestamp> {
    let wanted = start.checked_sub(SignedDuration::from_mins(i64::from(minutes_before))).ok()?;
    if wanted < now {
        return None;
    }
    match quiet.filter(|quiet| quiet.contain(zone, wanted)) {
        None => Some(wanted),
        Some(quiet) => Some(quiet.end_after(zone, wanted)).filter(|end| *end + LAST_MOMENT <= start),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn quiet(from: &str, to: &str) -> Option<QuietHours> {
        Some(QuietHours { from: from.parse().unwrap(), to: to.parse().unwrap() })
    }

    /// Sessions at 09:00 in Moscow (06:00 UTC), booked long before.
    fn check(minutes: i32, hours: Option<QuietHours>, expected: Option<&str>) {
        let zone = Zone::parse("Europe/Moscow").unwrap();
        let due = due(at("2026-12-18T06:00:00Z"), minutes, at("2026-12-01T00:00:00Z"), hours, &zone);
        assert_eq!(due, expected.map(at), "{minutes} min, {hours:?}");
    }

    #[test]
    fn quiet_hours_delay_or_silence() {
        check(1440, None, Some("2026-12-17T06:00:00Z"));
        check(60, quiet("22:00", "07:30"), Some("2026-12-18T05:00:00Z"));
        // 08:00 is quiet; told at 08:30 instead.
        check(60, quiet("22:00", "08:30"), Some("2026-12-18T05:30:00Z"));
        // At 08:55 there is no time left to get ready.
        check(60, quiet("22:00", "08:55"), None);
        check(10, quiet("08:30", "10:00"), None);
        // The end itself is not quiet.
        check(60, quiet("07:00", "08:00"), Some("2026-12-18T05:00:00Z"));
        check(60, quiet("08:00", "08:00"), None);
    }

    #[test]
    fn nothing_is_due_in_the_past() {
        let zone = Zone::UTC;
        let start = at("2026-12-18T06:00:00Z");
        assert_eq!(due(start, 60, at("2026-12-18T05:00:01Z"), None, &zone), None);
        assert_eq!(due(start, 60, at("2026-12-18T05:00:00Z"), None, &zone), Some(at("2026-12-18T05:00:00Z")));
    }

    #[test]
    fn quiet_hours_end_once_a_day_also_when_clocks_move() {
        // Berlin skips 02:00 to 03:00 on 28 March 2027; quiet hours that end at 02:30 end at 03:30 (RFC 5545 §3.3.5).
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let hours = quiet("22:00", "02:30").unwrap();
        assert_eq!(hours.end_after(&zone, at("2027-03-28T00:30:00Z")), at("2027-03-28T01:30:00Z"));
        assert_eq!(hours.end_after(&zone, at("2027-03-28T01:30:00Z")), at("2027-03-29T00:30:00Z"));
    }
}
