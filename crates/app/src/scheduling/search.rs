//! "When is somebody free": from memory if the index can be believed, else from the database, under the asking person's rights.

use domain::{
    ids::{CategoryId, PersonId},
    scheduling::{self, Window},
};
use jiff::Timestamp;
use platform::db::Tx;
use uuid::Uuid;

use super::{
    index::{Ask, Consultation, NextTimes, Starts, Who},
    schedule::{Schedule, load, load_many},
};
use crate::kernel::{
    app::App,
    ctx::Caller,
    error::{Error, Result},
};

/// How many specialists are computed at a time when the index is not there.
const CHUNK: usize = 50;

/// The next times that suit. `tx` is used only while the index is not ready.
pub async fn nearest(tx: &mut Tx, app: &App, ask: Ask<'_>) -> Result<Vec<NextTimes>> {
    if let Some(found) = app.slots.nearest(ask) {
        return Ok(found);
    }
    let (Some(first), Some(last)) = (ask.within.first(), ask.within.last()) else { return Ok(none_of(ask.who)) };
    let whole = Window::new(first.from(), last.to()).map_err(Error::internal)?;
    let anyone;
    let people = match ask.who {
        Who::These(people) => people,
        Who::Anyone { .. } => {
            anyone = everybody_in(tx, ask.consultation.category).await?;
            &anyone
        }
    };
    let mut found = Vec::with_capacity(people.len());
    for chunk in people.chunks(CHUNK) {
        let schedules = load_many(tx, ask.now, chunk, whole).await?;
        found.extend(chunk.iter().map(|who| NextTimes {
            specialist: *who,
            starts: schedules.iter().find(|s| s.specialist == *who).map(|s| starts(s, &ask)).unwrap_or_default(),
        }));
    }
    if let Who::Anyone { at_most } = ask.who {
        found.retain(|times| !times.starts.is_empty());
        found.sort_by_key(|times| (times.starts[0], times.specialist));
        found.truncate(at_most);
    }
    Ok(found)
}

/// All starts of one specialist within `window`, as the caller may see them.
pub async fn slots_of(caller: &Caller, specialist: PersonId, consultation: Consultation, window: Window) -> Result<Starts> {
    let (app, now) = (&caller.app, caller.now());
    if let Some(found) = app.slots.starts(specialist, consultation, window, now) {
        return Ok(found);
    }
    let mut tx = caller.begin().await?;
    let schedule = load(&mut tx, now, specialist, window).await?.filter(|s| s.is_published).ok_or_else(Error::not_found)?;
    let offer = schedule.offer(consultation.category).ok_or_else(|| Error::field("?category", "not_offered"))?;
    if !offer.lengths_min.contains(&consultation.length_min) {
        return Err(Error::field("?length", "not_offered"));
    }
    let rules = schedule.rules_of(offer, consultation.length_min).ok_or_else(|| Error::field("?length", "not_offered"))?;
    Ok(Starts {
        starts: scheduling::slots(&schedule.availability, &rules, window, now),
        time_zone: schedule.availability.zone.name().to_owned(),
    })
}

fn starts(schedule: &Schedule, ask: &Ask<'_>) -> Vec<Timestamp> {
    let rules = schedule.rules(ask.consultation.category, ask.consultation.length_min).filter(|_| schedule.is_published);
    let Some(rules) = rules else { return Vec::new() };
    ask.within.iter().flat_map(|window| scheduling::slots(&schedule.availability, &rules, *window, ask.now)).take(ask.starts_each).collect()
}

fn none_of(who: Who<'_>) -> Vec<NextTimes> {
    match who {
        Who::These(people) => people.iter().map(|who| NextTimes { specialist: *who, starts: Vec::new() }).collect(),
        Who::Anyone { .. } => Vec::new(),
    }
}

async fn everybody_in(tx: &mut Tx, category: CategoryId) -> Result<Vec<PersonId>> {
    let rows: Vec<(Uuid,)> = sqlx::query_as(
        "SELECT s.person_id FROM specialists s JOIN specialist_categories c ON c.specialist_id = s.person_id
         WHERE s.status = 'published' AND c.category_id = $1",
    )
    .bind(category.0)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|(id,)| PersonId(id)).collect())
}
