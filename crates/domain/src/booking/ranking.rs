//! Who fits a person's wish. A wish that is a condition (language, format, gender, time of day) leaves out who does not meet it, and so do the topics
//! as long as anybody else works with one of them: whoever comes with something rare is not sent away. Everything else only moves people up or down.
//! Each that is listed carries the reasons, strongest first: the page puts them into words.

use jiff::{SignedDuration, Timestamp};

use crate::{
    ids::{PersonId, TopicId},
    time::{WallTime, Zone, local_minute},
};

/// A part of the day on the clock of the person who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeOfDay {
    /// Before noon.
    Morning,
    /// Noon to 17:00.
    Afternoon,
    /// From 17:00 on.
    Evening,
}

impl TimeOfDay {
    /// Every part, in order.
    pub const ALL: [Self; 3] = [Self::Morning, Self::Afternoon, Self::Evening];

    /// The name in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Morning => "morning",
            Self::Afternoon => "afternoon",
            Self::Evening => "evening",
        }
    }

    /// The part of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }

    /// Whether a session that begins at `start` begins in this part, on the clock of `zone`.
    #[must_use]
    pub fn holds(self, zone: &Zone, start: Timestamp) -> bool {
        const NOON: u16 = 12 * 60;
        const FIVE: u16 = 17 * 60;
        let minute = local_minute(zone, start).minute_of_day();
        match self {
            Self::Morning => minute < NOON,
            Self::Afternoon => (NOON..FIVE).contains(&minute),
            Self::Evening => (FIVE..WallTime::END_OF_DAY.minute_of_day()).contains(&minute),
        }
    }
}

/// What a person asks for. An absent condition excludes nobody.
#[derive(Debug, Clone)]
pub struct Wish<'a> {
    pub topics: &'a [TopicId],
    pub language: Option<&'a str>,
    pub format: Option<&'a str>,
    pub gender: Option<&'a str>,
    pub time_of_day: Option<TimeOfDay>,
    /// The language the person reads: who speaks it goes up a little even when no language is asked for.
    pub own_language: &'a str,
    /// Orders equals differently for different people, so that nobody is always first. The same for each page of one search.
    pub seed: u64,
}

/// What is known of somebody who could help.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub id: PersonId,
    pub topics: Vec<TopicId>,
    pub languages: Vec<String>,
    pub formats: Vec<String>,
    pub gender: String,
    /// The nearest free starts that fit the wish's time of day, in order.
    pub next: Vec<Timestamp>,
    pub rating: Option<Rating>,
    /// The person has talked with them before.
    pub is_known: bool,
    pub is_favourite: bool,
}

/// What people gave after sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rating {
    /// Sum of the stars, 1 to 5 each.
    pub stars: u32,
    pub count: u32,
}

impl Rating {
    /// Fewer say nothing, and could tell who said it.
    pub const MIN_COUNT: u32 = 5;

    /// The mean in tenths of a star, once enough people have rated.
    #[must_use]
    pub fn mean_tenths(self) -> Option<u32> {
        (self.count >= Self::MIN_COUNT).then(|| (self.stars * 10 + self.count / 2) / self.count)
    }
}

/// Why somebody is listed where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Works with this topic, which was asked for.
    Topic(TopicId),
    /// The person has talked with them before.
    Known,
    /// The person keeps them close.
    Favourite,
    /// Is free soon.
    Soon(Timestamp),
    /// Is free at the asked part of the day.
    TimeOfDay(TimeOfDay),
    /// Speaks this language.
    Language(String),
    /// Is of the asked gender.
    Gender(String),
    /// Mean in tenths of a star.
    Rated(u32),
}

/// Somebody who fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    pub id: PersonId,
    pub score: u32,
    /// Strongest first; never empty for somebody who has a free time.
    pub reasons: Vec<Reason>,
}

/// Leaves out who does not meet the conditions and orders the rest: best first.
#[must_use]
pub fn rank(wish: &Wish<'_>, candidates: &[Candidate], now: Timestamp) -> Vec<Ranked> {
    let fitting: Vec<&Candidate> = candidates.iter().filter(|c| meets(wish, c)).collect();
    let works_with_it = |c: &Candidate| wish.topics.iter().any(|topic| c.topics.contains(topic));
    let is_anybody = fitting.iter().any(|c| works_with_it(c));
    let mut ranked: Vec<(Ranked, Timestamp, u64)> = fitting
        .into_iter()
        .filter(|c| !is_anybody || works_with_it(c))
        .map(|c| {
            let (score, reasons) = judge(wish, c, now);
            let soonest = c.next.first().copied().unwrap_or(Timestamp::MAX);
            (Ranked { id: c.id, score, reasons }, soonest, mix(wish.seed, c.id))
        })
        .collect();
    ranked.sort_by(|(a, a_soonest, a_mix), (b, b_soonest, b_mix)| {
        // Whoever is not free at all comes last, however well they fit: the person wants to talk.
        let key = |r: &Ranked, soonest: &Timestamp| (*soonest == Timestamp::MAX, std::cmp::Reverse(r.score));
        key(a, a_soonest).cmp(&key(b, b_soonest)).then(a_mix.cmp(b_mix)).then(a.id.cmp(&b.id))
    });
    ranked.into_iter().map(|(ranked, ..)| ranked).collect()
}

fn meets(wish: &Wish<'_>, c: &Candidate) -> bool {
    wish.language.is_none_or(|l| c.languages.iter().any(|own| own == l))
        && wish.format.is_none_or(|f| c.formats.iter().any(|own| own == f))
        && wish.gender.is_none_or(|g| c.gender == g)
        && (wish.time_of_day.is_none() || !c.next.is_empty())
}

/// Points: what the person comes with outweighs everything; then trust already there; then when; then what others thought.
fn judge(wish: &Wish<'_>, c: &Candidate, now: Timestamp) -> (u32, Vec<Reason>) {
    let mut found: Vec<(u32, Reason)> = Vec::new();
    let asked = u32::try_from(wish.topics.len()).unwrap_or(u32::MAX).max(1);
    for topic in wish.topics.iter().filter(|t| c.topics.contains(t)) {
        found.push((60 / asked.min(60), Reason::Topic(*topic)));
    }
    if c.is_known {
        found.push((25, Reason::Known));
    }
    if c.is_favourite {
        found.push((20, Reason::Favourite));
    }
    if let Some(soonest) = c.next.first() {
        let wait = soonest.duration_since(now);
        let days = |n: i64| SignedDuration::from_hours(24 * n);
        let points = [(days(1), 18), (days(2), 14), (days(4), 9), (days(7), 5)].into_iter().find(|(within, _)| wait <= *within);
        found.push((points.map_or(1, |(_, points)| points), Reason::Soon(*soonest)));
    }
    if let Some(part) = wish.time_of_day {
        found.push((12, Reason::TimeOfDay(part)));
    }
    if let Some(language) = wish.language {
        found.push((11, Reason::Language(language.to_owned())));
    } else if c.languages.iter().any(|l| l == wish.own_language) {
        found.push((8, Reason::Language(wish.own_language.to_owned())));
    }
    if let Some(gender) = wish.gender {
        found.push((10, Reason::Gender(gender.to_owned())));
    }
    if let Some(tenths) = c.rating.and_then(Rating::mean_tenths).filter(|tenths| *tenths >= 40) {
        found.push((tenths - 35, Reason::Rated(tenths)));
    }
    found.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
    (found.iter().map(|(points, _)| points).sum(), found.into_iter().map(|(_, reason)| reason).collect())
}

/// A number that looks random but depends on nothing else (SplitMix64's finaliser).
fn mix(seed: u64, id: PersonId) -> u64 {
    let (high, low) = id.0.as_u64_pair();
    let mut z = seed ^ high ^ low.rotate_left(32);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
#[path = "ranking_tests.rs"]
mod tests;
