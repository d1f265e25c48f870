//! Who can help: everybody of a category whom the wish does not exclude, best first, each with the reasons and the nearest free times.

use std::collections::HashMap;

use domain::{
    booking::{
        Format,
        ranking::{self, Candidate, Reason, TimeOfDay, Wish},
    },
    ids::{CategoryId, PersonId, TopicId},
    scheduling::Window,
    time::{WallTime, Zone, instant_of, local_date},
};
use jiff::{SignedDuration, Timestamp};
use platform::db::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    card::{self, CardView},
    shelf::{self, Category},
    sql::discovery as sql,
    waiting::is_language_tag,
};
use crate::{
    kernel::{
        ctx::Caller,
        error::{Error, Result},
        validation::Checks,
    },
    scheduling::{self, Ask, Consultation, Who},
};

/// Whom to look for. In the body, because what somebody comes with has no place in an address: those stand in the logs of every network on the way.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct FindRequest {
    category_id: Uuid,
    /// What the person comes with, at most 20: only who works with one of them, as long as anybody does.
    #[serde(default)]
    topics: Vec<Uuid>,
    /// Only who speaks it (`ru`, `kk`, `en`, …).
    language: Option<String>,
    /// Only who offers `video`, `audio` or `chat`.
    format: Option<String>,
    /// Only who is free in the `morning`, `afternoon` or `evening`, on the person's clock.
    time_of_day: Option<String>,
    /// Only `female` or `male`.
    gender: Option<String>,
    /// Minutes; the category's usual length if absent.
    length_min: Option<u16>,
    /// Only whom the person keeps close.
    #[serde(default)]
    favourites: bool,
    /// 1 to 50; 10 if absent.
    limit: Option<i64>,
    /// The last of the page before.
    after: Option<Uuid>,
}

/// A page of people who fit.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindPage {
    pub items: Vec<FoundView>,
    /// How many fit in all.
    pub total: usize,
    /// Who the topics that were asked for have left over; absent where none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topics: Option<TopicsMet>,
    /// Give it as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Uuid>,
    /// Minutes of the sessions whose times are shown.
    pub length_min: u16,
}

/// Who works with the topics that were asked for.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TopicsMet {
    /// Everybody on the list.
    Here,
    /// Somebody, but nobody who meets the other wishes: the list has all who meet those.
    Elsewhere,
    /// Nobody: the list has all who meet the other wishes.
    Nowhere,
}

/// Somebody who fits.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundView {
    pub card: CardView,
    /// Strongest first.
    pub reasons: Vec<ReasonView>,
    /// The nearest starts that fit, at most four. They may be gone a moment later: a hold decides.
    pub next: Vec<String>,
}

/// Why somebody is listed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonView {
    /// `topic`, `known`, `favourite`, `soon`, `time_of_day`, `language`, `gender` or `rated`.
    pub kind: &'static str,
    /// The topic's id, the instant, the part of the day, the language, the gender, or the mean in tenths of a star.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The topic's name in the reader's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// How far ahead times are looked for, and how many are shown on a card.
const AHEAD_DAYS: usize = 30;
const TIMES: usize = 4;
/// How many starts are looked at for them: quarter-hours of a free afternoon follow each other.
const STARTS: usize = 40;

/// The people who fit.
pub(super) async fn find(caller: &Caller, asked: &FindRequest) -> Result<FindPage> {
    let limit = asked.limit.unwrap_or(10);
    let part = asked.time_of_day.as_deref().and_then(TimeOfDay::parse);
    let mut checks = Checks::new();
    checks
        .range(limit, 1, 50, "/limit")
        .that(asked.topics.len() <= 20, "/topics", "too_many")
        .that(asked.language.as_deref().is_none_or(is_language_tag), "/language", "not_an_option")
        .that(asked.format.as_deref().is_none_or(|f| Format::parse(f).is_some()), "/format", "not_an_option")
        .that(asked.time_of_day.is_none() || part.is_some(), "/time_of_day", "not_an_option")
        .that(asked.gender.as_deref().is_none_or(|g| matches!(g, "female" | "male")), "/gender", "not_an_option")
        .done()?;
    let mut tx = caller.begin().await?;
    let id = CategoryId(asked.category_id);
    let category = shelf::category(&mut tx, &caller.app, id).await?;
    let length_min = length(&category, asked.length_min)?;
    let own = sql::own(&mut tx, caller.me()).await?;
    let people = category.people.iter().filter(|c| !own.selves.contains(&c.id) && (!asked.favourites || own.favourites.contains(&c.id)));
    let mut candidates: Vec<Candidate> = people
        .map(|c| Candidate { is_known: own.known.contains(&c.id), is_favourite: own.favourites.contains(&c.id), ..c.clone() })
        .collect();
    fill_times(&mut tx, caller, Consultation { category: id, length_min }, part, &mut candidates).await?;
    let topics: Vec<TopicId> = asked.topics.iter().copied().map(TopicId).collect();
    let wish = Wish {
        topics: &topics,
        language: asked.language.as_deref(),
        format: asked.format.as_deref(),
        gender: asked.gender.as_deref(),
        time_of_day: part,
        own_language: caller.locale.tag(),
        seed: caller.me().0.as_u64_pair().1,
    };
    let ranked = ranking::rank(&wish, &candidates, caller.now());
    let total = ranked.len();
    let topics_met = (!topics.is_empty()).then(|| {
        if ranked.iter().any(|r| r.reasons.iter().any(|reason| matches!(reason, Reason::Topic(_)))) {
            TopicsMet::Here
        } else if category.people.iter().any(|c| c.topics.iter().any(|topic| topics.contains(topic))) {
            TopicsMet::Elsewhere
        } else {
            TopicsMet::Nowhere
        }
    });
    let begin = asked.after.map_or(0, |last| ranked.iter().position(|r| r.id.0 == last).map_or(total, |at| at + 1));
    let end = total.min(begin + usize::try_from(limit).unwrap_or(0));
    let page = &ranked[begin..end];
    let ids: Vec<PersonId> = page.iter().map(|r| r.id).collect();
    let cards = shelf::cards(&mut tx, &caller.app, &ids).await?;
    tx.commit().await?;
    let mut times: HashMap<PersonId, Vec<Timestamp>> = candidates.into_iter().map(|c| (c.id, c.next)).collect();
    let items = page.iter().filter_map(|r| {
        let card = card::view(caller, cards.get(&r.id)?, &own, Some(id));
        let reasons = r.reasons.iter().map(|reason| reason_view(reason, &card)).collect();
        let next = times.remove(&r.id).unwrap_or_default().iter().map(Timestamp::to_string).collect();
        Some(FoundView { card, reasons, next })
    });
    let next = page.last().filter(|_| end < total).map(|r| r.id.0);
    Ok(FindPage { items: items.collect(), total, topics: topics_met, next, length_min })
}

/// The asked length if the category has it, else its usual one.
fn length(category: &Category, asked: Option<u16>) -> Result<u16> {
    match asked {
        Some(minutes) if category.lengths_min.contains(&minutes) => Ok(minutes),
        Some(_) => Err(Error::field("/length_min", "not_offered")),
        None => category.lengths_min.first().copied().ok_or_else(Error::not_found),
    }
}

async fn fill_times(
    tx: &mut Tx,
    caller: &Caller,
    consultation: Consultation,
    part: Option<TimeOfDay>,
    candidates: &mut [Candidate],
) -> Result<()> {
    let length = SignedDuration::from_mins(i64::from(consultation.length_min));
    // Nobody is in two places: a time that would be refused is no choice.
    let own = sql::own_times(tx, caller.me(), caller.now()).await?;
    let is_free = |start: &Timestamp| own.iter().all(|(from, to)| *start >= *to || *start + length <= *from);
    let ids: Vec<PersonId> = candidates.iter().map(|c| c.id).collect();
    let zone = Zone::parse(&caller.principal.time_zone).unwrap_or(Zone::UTC);
    let within = windows(caller.now(), part, &zone);
    let ask = Ask { consultation, who: Who::These(&ids), within: &within, now: caller.now(), starts_each: STARTS };
    for (candidate, next) in candidates.iter_mut().zip(scheduling::nearest(tx, &caller.app, ask).await?) {
        let starts: Vec<Timestamp> = next.starts.into_iter().filter(is_free).collect();
        candidate.next = apart(&starts, length, TIMES);
    }
    Ok(())
}

/// The first of `starts` and those that follow at least `gap` after the one before: choices, not four quarters of one hour.
fn apart(starts: &[Timestamp], gap: SignedDuration, at_most: usize) -> Vec<Timestamp> {
    let mut chosen: Vec<Timestamp> = Vec::with_capacity(at_most);
    for start in starts {
        if chosen.len() < at_most && chosen.last().is_none_or(|last| start.duration_since(*last) >= gap) {
            chosen.push(*start);
        }
    }
    chosen
}

/// The instants that suit: everything ahead, or the wanted part of each day on the clock of `zone`.
fn windows(now: Timestamp, part: Option<TimeOfDay>, zone: &Zone) -> Vec<Window> {
    let end = now + SignedDuration::from_hours(24 * AHEAD_DAYS as i64);
    let Some(part) = part else { return Window::new(now, end).into_iter().collect() };
    let (from, to) = hours(part);
    std::iter::successors(Some(local_date(zone, now)), |date| date.tomorrow().ok())
        .take(AHEAD_DAYS)
        .map(|date| (instant_of(zone, date, from).max(now), instant_of(zone, date, to)))
        .filter(|(from, to)| from < to)
        .filter_map(|(from, to)| Window::new(from, to).ok())
        .collect()
}

fn hours(part: TimeOfDay) -> (WallTime, WallTime) {
    let at = |hour: u16| WallTime::from_minute_of_day(hour * 60).unwrap_or(WallTime::END_OF_DAY);
    match part {
        TimeOfDay::Morning => (WallTime::MIDNIGHT, at(12)),
        TimeOfDay::Afternoon => (at(12), at(17)),
        TimeOfDay::Evening => (at(17), WallTime::END_OF_DAY),
    }
}

fn reason_view(reason: &Reason, card: &CardView) -> ReasonView {
    let (kind, value) = match reason {
        Reason::Topic(topic) => {
            let name = card.topics.iter().find(|t| t.id == topic.0).map(|t| t.name.clone());
            return ReasonView { kind: "topic", value: Some(topic.0.to_string()), name };
        }
        Reason::Known => ("known", None),
        Reason::Favourite => ("favourite", None),
        Reason::Soon(at) => ("soon", Some(at.to_string())),
        Reason::TimeOfDay(part) => ("time_of_day", Some(part.name().to_owned())),
        Reason::Language(tag) => ("language", Some(tag.clone())),
        Reason::Gender(gender) => ("gender", Some(gender.clone())),
        Reason::Rated(tenths) => ("rated", Some(tenths.to_string())),
    };
    ReasonView { kind, value, name: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_on_a_card_are_choices() {
        let at = |quarter: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(15 * quarter);
        let hour = SignedDuration::from_mins(60);
        let afternoon: Vec<Timestamp> = (0..40).map(at).collect();
        assert_eq!(apart(&afternoon, hour, 3), [at(0), at(4), at(8)]);
        assert_eq!(apart(&[at(0), at(1), at(90), at(91)], hour, 3), [at(0), at(90)], "no more than there are");
        assert_eq!(apart(&[], hour, 3), []);
    }

    #[test]
    fn parts_of_the_day_follow_the_clock_of_who_asks() {
        let zone = Zone::parse("Asia/Almaty").unwrap();
        let now: Timestamp = "2026-12-14T06:00:00Z".parse().unwrap(); // 11:00 there
        let morning = windows(now, Some(TimeOfDay::Morning), &zone);
        assert_eq!((morning[0].from(), morning[0].to().to_string()), (now, "2026-12-14T07:00:00Z".to_owned()));
        assert_eq!(morning[1].from().to_string(), "2026-12-14T19:00:00Z");
        let evening = windows(now, Some(TimeOfDay::Evening), &zone);
        assert_eq!(evening[0].from().to_string(), "2026-12-14T12:00:00Z");
        assert!(evening.windows(2).all(|pair| pair[0].to() < pair[1].from()), "disjoint and in order");
        for window in morning.iter().chain(&evening) {
            let part = if morning.contains(window) { TimeOfDay::Morning } else { TimeOfDay::Evening };
            assert!(part.holds(&zone, window.from()), "agrees with the ranking");
        }
    }
}
