//! Who is offered a freed time: first come, first asked, among those whom it fits.

use jiff::Timestamp;

use crate::{
    ids::{CategoryId, PersonId},
    time::Zone,
};

use super::{Visit, ranking::TimeOfDay};

/// Offers let pass before a person is taken off the list: it no longer seems to be wanted, and others wait.
pub const OFFERS_MISSED_MAX: u32 = 3;

/// Somebody's place on the list.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub category: CategoryId,
    /// Absent: anyone who fits.
    pub specialist: Option<PersonId>,
    pub length_min: u32,
    pub format: String,
    pub language: Option<String>,
    pub gender: Option<String>,
    /// On the clock of who waits; absent: any.
    pub time_of_day: Option<TimeOfDay>,
    /// Only a session that begins earlier than this is wanted.
    pub before: Timestamp,
    /// When the person was put on the list.
    pub since: Timestamp,
}

/// Whose time was freed.
#[derive(Debug, Clone)]
pub struct Freed {
    pub specialist: PersonId,
    pub categories: Vec<CategoryId>,
    pub formats: Vec<String>,
    pub languages: Vec<String>,
    pub gender: String,
}

/// Whether a session with this specialist is what the person waits for (the time apart).
#[must_use]
pub fn fits(waiting: &Waiting, freed: &Freed, now: Timestamp) -> bool {
    waiting.before > now
        && waiting.specialist.is_none_or(|wanted| wanted == freed.specialist)
        && freed.categories.contains(&waiting.category)
        && freed.formats.contains(&waiting.format)
        && waiting.language.as_ref().is_none_or(|l| freed.languages.contains(l))
        && waiting.gender.as_ref().is_none_or(|g| *g == freed.gender)
}

/// Whether a session with this specialist that begins at `start` is what the person waits for: whoever has it waits no longer.
#[must_use]
pub fn suits(waiting: &Waiting, zone: &Zone, freed: &Freed, start: Timestamp, now: Timestamp) -> bool {
    fits(waiting, freed, now) && is_then(waiting, zone, start)
}

fn is_then(waiting: &Waiting, zone: &Zone, start: Timestamp) -> bool {
    start < waiting.before && waiting.time_of_day.is_none_or(|part| part.holds(zone, start))
}

/// The start to offer: a free one whose session touches what was freed and begins before the person's limit, in the part of the day (of `zone`) they
/// want. Other free times were there before, and the person did not take them. The one that keeps best within the freed time: it leaves no stump of an hour that nobody can book; then the earliest.
#[must_use]
pub fn start_to_offer(waiting: &Waiting, zone: &Zone, free_starts: &[Timestamp], freed: Visit) -> Option<Timestamp> {
    let session = |start: &Timestamp| Visit::of(*start, waiting.length_min);
    let within = |start: &Timestamp| Visit { start: (*start).max(freed.start), end: session(start).end.min(freed.end) };
    let fit = free_starts.iter().filter(|start| is_then(waiting, zone, **start) && session(start).overlaps(freed));
    fit.min_by_key(|start| (session(start).minutes() - within(start).minutes(), **start)).copied()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn freed() -> Freed {
        Freed {
            specialist: PersonId(Uuid::from_u128(1)),
            categories: vec![CategoryId(Uuid::from_u128(10))],
            formats: vec!["video".into(), "chat".into()],
            languages: vec!["ru".into(), "kk".into()],
            gender: "female".into(),
        }
    }

    fn waiting() -> Waiting {
        Waiting {
            category: CategoryId(Uuid::from_u128(10)),
            specialist: None,
            length_min: 50,
            format: "video".into(),
            language: None,
            gender: None,
            time_of_day: None,
            before: at("2026-12-20T00:00:00Z"),
            since: at("2026-12-10T00:00:00Z"),
        }
    }

    #[test]
    fn each_condition_excludes() {
        let now = at("2026-12-14T06:00:00Z");
        assert!(fits(&waiting(), &freed(), now));
        assert!(fits(&Waiting { specialist: Some(freed().specialist), language: Some("kk".into()), ..waiting() }, &freed(), now));
        let others = [
            Waiting { specialist: Some(PersonId(Uuid::from_u128(2))), ..waiting() },
            Waiting { category: CategoryId(Uuid::from_u128(11)), ..waiting() },
            Waiting { format: "audio".into(), ..waiting() },
            Waiting { language: Some("en".into()), ..waiting() },
            Waiting { gender: Some("male".into()), ..waiting() },
            Waiting { before: now, ..waiting() },
        ];
        for other in others {
            assert!(!fits(&other, &freed(), now), "{other:?}");
        }
    }

    #[test]
    fn offers_only_what_was_freed_and_is_early_enough() {
        let span = Visit::of(at("2026-12-16T09:00:00Z"), 50);
        let moscow = Zone::parse("Europe/Moscow").unwrap();
        let starts = ["2026-12-15T09:00:00Z", "2026-12-16T08:10:00Z", "2026-12-16T08:30:00Z", "2026-12-16T09:00:00Z"].map(at);
        assert_eq!(start_to_offer(&waiting(), &moscow, &starts, span), Some(starts[3]), "the freed time itself");
        assert_eq!(start_to_offer(&waiting(), &moscow, &starts[..3], span), Some(starts[2]), "else what reaches into it");
        let afternoon = Visit { start: at("2026-12-16T08:20:00Z"), end: at("2026-12-16T15:00:00Z") };
        assert_eq!(start_to_offer(&waiting(), &moscow, &starts, afternoon), Some(starts[2]), "of those that fit, the earliest");
        assert_eq!(start_to_offer(&waiting(), &moscow, &starts[..2], span), None, "ends as the freed time begins");
        let early = Waiting { before: at("2026-12-16T08:30:00Z"), ..waiting() };
        assert_eq!(start_to_offer(&early, &moscow, &starts, span), None);
        // 08:30 UTC is before noon in Moscow and after it in Almaty.
        let morning = Waiting { time_of_day: Some(TimeOfDay::Morning), ..waiting() };
        assert_eq!(start_to_offer(&morning, &moscow, &starts, afternoon), Some(starts[2]));
        assert_eq!(start_to_offer(&morning, &Zone::parse("Asia/Almaty").unwrap(), &starts, afternoon), None);
    }
}
