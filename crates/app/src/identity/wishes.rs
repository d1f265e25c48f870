//! How a person wants to be told things, as jobs of other slices ask for it.

use domain::{booking::reminders::QuietHours, ids::PersonId, time::Zone};
use jiff::Timestamp;
use platform::db::Tx;

use crate::kernel::error::Result;

/// What a person wants to be told of, and when not.
#[derive(Debug, sqlx::FromRow)]
pub struct Wishes {
    /// Minutes before a consultation.
    pub reminders_min: Vec<i32>,
    quiet_from: Option<String>,
    quiet_to: Option<String>,
    time_zone: String,
}

impl Wishes {
    /// The hours in which the person wants to hear nothing.
    pub fn quiet(&self) -> Option<QuietHours> {
        let (from, to) = (self.quiet_from.as_ref()?, self.quiet_to.as_ref()?);
        Some(QuietHours { from: from.parse().ok()?, to: to.parse().ok()? })
    }

    /// The person's zone.
    pub fn zone(&self) -> Zone {
        Zone::parse(&self.time_zone).unwrap_or(Zone::UTC)
    }

    /// When the quiet hours end into which `now` falls, if it does.
    pub fn quiet_until(&self, now: Timestamp) -> Option<Timestamp> {
        let zone = self.zone();
        self.quiet().filter(|quiet| quiet.contain(&zone, now)).map(|quiet| quiet.end_after(&zone, now))
    }
}

/// The wishes of a person, in a system transaction; none of somebody who has left.
pub async fn wishes(tx: &mut Tx, person: PersonId) -> Result<Option<Wishes>> {
    Ok(sqlx::query_as(
        "SELECT coalesce(n.reminders_min, '{1440,60,10}') AS reminders_min, n.quiet_from, n.quiet_to, p.time_zone
         FROM people p LEFT JOIN notification_preferences n ON n.person_id = p.id WHERE p.id = $1 AND p.deactivated_at IS NULL",
    )
    .bind(person.0)
    .fetch_optional(&mut **tx)
    .await?)
}
