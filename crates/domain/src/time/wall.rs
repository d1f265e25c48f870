use std::fmt;
use std::str::FromStr;

/// A wall-clock time to the minute, `00:00` to `24:00`; the latter is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WallTime {
    minute_of_day: u16,
}

/// The text is no time of day; the message says what is expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a time such as 09:30, from 00:00 to 24:00")]
pub struct InvalidWallTime;

impl WallTime {
    pub(super) const MINUTES_PER_DAY: u16 = 24 * 60;

    /// `00:00`, the beginning of the day (which some zones skip on some dates).
    pub const MIDNIGHT: Self = Self { minute_of_day: 0 };

    /// `24:00`, the end of the day.
    pub const END_OF_DAY: Self = Self { minute_of_day: Self::MINUTES_PER_DAY };

    /// The time `minute_of_day` minutes after midnight; none above 1440.
    #[must_use]
    pub const fn from_minute_of_day(minute_of_day: u16) -> Option<Self> {
        if minute_of_day <= Self::MINUTES_PER_DAY { Some(Self { minute_of_day }) } else { None }
    }

    /// Minutes from midnight as the clock shows them, 0 to 1440.
    #[must_use]
    pub const fn minute_of_day(self) -> u16 {
        self.minute_of_day
    }
}

impl FromStr for WallTime {
    type Err = InvalidWallTime;

    /// Reads `HH:MM`, exactly five ASCII characters.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let [h1, h2, b':', m1, m2] = text.as_bytes() else {
            return Err(InvalidWallTime);
        };
        let digit = |byte: &u8| byte.is_ascii_digit().then(|| u16::from(byte - b'0')).ok_or(InvalidWallTime);
        let hour = digit(h1)? * 10 + digit(h2)?;
        let minute = digit(m1)? * 10 + digit(m2)?;
        if minute >= 60 {
            return Err(InvalidWallTime);
        }
        Self::from_minute_of_day(hour * 60 + minute).ok_or(InvalidWallTime)
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minute_of_day / 60, self.minute_of_day % 60)
    }
}
