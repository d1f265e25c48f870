use std::fmt;
use std::str::FromStr;

use jiff::tz::{TimeZone, TimeZoneDatabase};

/// A time zone of the IANA database.
///
/// Cheap to clone. Its data is read when the name is parsed: a value kept for hours does not see an update of the
/// system's zone data, so keep names and parse them where they are used (a lookup is cached and costs well under
/// a microsecond).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    zone: TimeZone,
}

/// No zone of that name is known, neither to the system nor to the copy of the database in the program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is no time zone of the IANA database; expected a name such as Asia/Almaty")]
pub struct UnknownZone {
    /// The name as given, cut to a length that is fit to print.
    pub name: String,
}

/// Entries of a `zoneinfo` folder that are no zones of the IANA database: the machine's own zone, the rule file of
/// POSIX strings, the "no zone set" marker, and the trees without and with leap seconds (Unix time has none).
const NOT_ZONES: [&str; 4] = ["localtime", "posixrules", "Factory", "Etc/Unknown"];
const NOT_ZONE_FOLDERS: [&str; 2] = ["posix/", "right/"];

impl Zone {
    /// UTC.
    pub const UTC: Self = Self { zone: TimeZone::UTC };

    /// Finds a zone by its IANA name, such as `Asia/Almaty`; case does not matter.
    ///
    /// The system's zone data comes first, because zones change with little notice (Almaty moved to UTC+5 in 2024
    /// with a month's notice) and that must not need a new build. The copy in the program answers for names that
    /// the system lacks: slim images have no zone data, and some systems leave out the old names that browsers
    /// still report.
    ///
    /// # Errors
    /// [`UnknownZone`] if neither knows the name.
    pub fn parse(name: &str) -> Result<Self, UnknownZone> {
        let unknown = || UnknownZone { name: name.chars().take(64).collect() };
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte));
        let starts_with = |folder: &&str| name.get(..folder.len()).is_some_and(|head| head.eq_ignore_ascii_case(folder));
        if !is_name || NOT_ZONES.iter().any(|other| name.eq_ignore_ascii_case(other)) || NOT_ZONE_FOLDERS.iter().any(starts_with) {
            return Err(unknown());
        }
        TimeZone::get(name).or_else(|_| TimeZoneDatabase::bundled().get(name)).map(|zone| Self { zone }).map_err(|_| unknown())
    }

    /// The IANA name, in its usual spelling.
    #[must_use]
    pub fn name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    pub(super) fn inner(&self) -> &TimeZone {
        &self.zone
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::parse(name)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
