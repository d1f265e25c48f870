//! The values at the leaves of a document: text or number on the outside, checked types within.

use serde::de::{Deserialize, Deserializer, Error};
use serde::{Serialize, Serializer};

use crate::time::{Date, Timestamp, WallTime, Zone};

/// A whole number from `MIN` to `MAX`.
#[derive(Clone, Copy)]
pub struct Number<const MIN: u32, const MAX: u32>(pub u32);

/// An instant; RFC 3339 with `Z` or an offset.
pub struct Instant(pub Timestamp);

/// A local date, `YYYY-MM-DD`.
pub struct LocalDate(pub Date);

/// A time at which something can start, `00:00` to `23:59`.
pub struct StartTime(pub WallTime);

/// A time at which something can end, `00:00` to `24:00`.
pub struct EndTime(pub WallTime);

/// The name of an IANA zone.
pub struct ZoneName(pub Zone);

impl<'de, const MIN: u32, const MAX: u32> Deserialize<'de> for Number<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = i64::deserialize(from)?;
        u32::try_from(number)
            .ok()
            .filter(|number| (MIN..=MAX).contains(number))
            .map(Self)
            .ok_or_else(|| D::Error::custom(format_args!("expected {MIN} to {MAX}, not {number}")))
    }
}

impl<const MIN: u32, const MAX: u32> Serialize for Number<MIN, MAX> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u32(self.0)
    }
}

/// Reads an RFC 3339 instant; else says what is expected.
pub fn instant(text: &str) -> Result<Timestamp, String> {
    // The library also reads other notations, such as one without separators.
    let looks_right = text.len() >= "2026-12-14T07:00:00Z".len()
        && text.as_bytes()[4] == b'-'
        && matches!(text.as_bytes()[10], b'T' | b't')
        && !text.contains('[');
    text.parse().ok().filter(|_| looks_right).ok_or_else(|| format!("{:?} is no instant such as 2026-12-14T07:00:00Z", shortened(text)))
}

fn date(text: &str) -> Result<Date, String> {
    text.parse()
        .ok()
        .filter(|_| text.len() == "2026-12-31".len())
        .ok_or_else(|| format!("{:?} is no date such as 2026-12-31", shortened(text)))
}

fn end_time(text: &str) -> Result<WallTime, String> {
    text.parse().map_err(|error| format!("{:?} is no time: {error}", shortened(text)))
}

fn start_time(text: &str) -> Result<WallTime, String> {
    match end_time(text)? {
        WallTime::END_OF_DAY => Err("24:00 is the end of a day; expected 00:00 to 23:59".into()),
        time => Ok(time),
    }
}

fn zone(text: &str) -> Result<Zone, String> {
    Zone::parse(text).map_err(|error| error.to_string())
}

fn shortened(text: &str) -> String {
    text.chars().take(64).collect()
}

macro_rules! text_leaf {
    ($type:ident, $read:path) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(from)?;
                $read(&text).map(Self).map_err(D::Error::custom)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(&self.0)
            }
        }
    };
}

text_leaf!(Instant, instant);
text_leaf!(LocalDate, date);
text_leaf!(StartTime, start_time);
text_leaf!(EndTime, end_time);
text_leaf!(ZoneName, zone);
