//! Fetching somebody else's calendar and reading it into busy time. Outside of any transaction.

use domain::{scheduling::Interval, time::Zone};
use jiff::{
    SignedDuration, Timestamp,
    tz::{TimeZone, TimeZoneDatabase},
};
use platform::{
    calendar::{FEED_BYTES_MAX, FeedError, read_busy},
    outbound::{Answer, Get, OutboundError},
};

use crate::kernel::{
    app::App,
    error::{Error, Result},
};

/// How far ahead repetitions are read: the longest horizon a schedule may have, and some more.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 190);
const BACK: SignedDuration = SignedDuration::from_hours(24);

/// What is known of a calendar from the last time.
#[derive(Debug, Default, Clone)]
pub struct KnownAnswer {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// What a calendar said.
#[derive(Debug)]
pub enum Said {
    /// As before.
    Same,
    /// When its owner is busy, and how to ask next time.
    Busy { periods: Vec<Interval>, known: KnownAnswer },
}

/// Asks the calendar at `url`. The inner error is the code of what to tell its owner.
pub async fn fetch(app: &App, url: &str, known: KnownAnswer, owner: &Zone) -> Result<Result<Said, &'static str>> {
    let Some(outbound) = &app.outbound else { return Ok(Err("feed_unreachable")) };
    let answer = outbound
        .get(Get {
            url,
            accept: "text/calendar, */*;q=0.1",
            etag: known.etag.as_deref(),
            last_modified: known.last_modified.as_deref(),
            bytes_max: FEED_BYTES_MAX,
        })
        .await;
    let (body, known) = match answer {
        Ok(Answer::NotModified) => return Ok(Ok(Said::Same)),
        Ok(Answer::Fetched { body, etag, last_modified }) => (body, KnownAnswer { etag, last_modified }),
        Err(error) => return Ok(Err(code_of(&error))),
    };
    let (window, zone) = (window(app.now()), time_zone(owner));
    let read = tokio::task::spawn_blocking(move || read_busy(&body, window, &zone)).await.map_err(Error::internal)?;
    Ok(match read {
        Ok(busy) => {
            let periods = busy.intervals.into_iter().map(|one| Interval { start: one.start, end: one.end }).collect();
            Ok(Said::Busy { periods, known })
        }
        Err(FeedError::TooLarge) => Err("feed_too_large"),
        Err(FeedError::NotACalendar) => Err("feed_not_a_calendar"),
        Err(FeedError::TooComplex) => Err("feed_too_complex"),
    })
}

fn window(now: Timestamp) -> std::ops::Range<Timestamp> {
    now.checked_sub(BACK).unwrap_or(Timestamp::MIN)..now.checked_add(AHEAD).unwrap_or(Timestamp::MAX)
}

/// Foreign calendars hold wall-clock times without a zone; reading them is the platform's part, which wants the library's own zone.
fn time_zone(zone: &Zone) -> TimeZone {
    TimeZone::get(zone.name()).or_else(|_| TimeZoneDatabase::bundled().get(zone.name())).unwrap_or(TimeZone::UTC)
}

/// The message of the fields' catalogue for what went wrong.
fn code_of(error: &OutboundError) -> &'static str {
    match error {
        OutboundError::InvalidAddress => "feed_address",
        OutboundError::SchemeNotAllowed => "feed_https_only",
        OutboundError::Forbidden => "feed_private",
        OutboundError::Unreachable(_) => "feed_unreachable",
        OutboundError::TooSlow => "feed_slow",
        OutboundError::TooLarge => "feed_too_large",
        OutboundError::TooManyRedirects => "feed_redirects",
        OutboundError::Status(401 | 403) => "feed_needs_sign_in",
        OutboundError::Status(404 | 410) => "feed_not_there",
        OutboundError::Status(_) => "feed_server_failed",
    }
}
