//! An appointment as a calendar entry: in mails (REQUEST, CANCEL) and as a file. What it says is neutral: calendars are seen by colleagues.

use domain::text::Locale;
use jiff::Timestamp;
use platform::calendar::{Attendee, Event, Feed, Invite, Party, Status};
use serde_json::{Map, json};
use uuid::Uuid;

use crate::{
    kernel::{app::App, messages},
    notifications::Calendar,
};

/// What a calendar is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub appointment: Uuid,
    pub sequence: i32,
    pub start: Timestamp,
    pub end: Timestamp,
    pub is_canceled: bool,
}

/// To whom an invitation goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Invited<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub locale: Locale,
}

/// The iTIP object for a mail (RFC 5546): REQUEST, or CANCEL once it is called off.
pub(super) fn invitation(app: &App, entry: &Entry, invited: Invited<'_>) -> Calendar {
    let from = app.mailer.from_address();
    written(app, entry, invited.locale, |event| {
        let attendees = [Attendee { party: Party { name: invited.name, email: invited.email }, answers: false }];
        let organizer = Party { name: app.packs.brand.name.get(invited.locale), email: &from };
        // Reminders are the product's, by the person's choice; the calendar adds none.
        let invite = Invite { event, organizer, attendees: &attendees, alarm_minutes_before: None };
        Calendar { method: invite.method().as_str().to_owned(), ics: invite.to_ics() }
    })
}

/// The entry as a file for importing.
pub(super) fn file(app: &App, entry: &Entry, locale: Locale) -> String {
    let name = app.packs.brand.name.get(locale);
    written(app, entry, locale, |event| Feed { name, refresh_minutes: 60, events: &[event] }.to_ics())
}

fn written<T>(app: &App, entry: &Entry, locale: Locale, write: impl FnOnce(Event<'_>) -> T) -> T {
    let from = app.mailer.from_address();
    let uid = format!("{}@{}", entry.appointment, from.rsplit('@').next().unwrap_or("localhost"));
    let url = app.url(&format!("/call/{}", entry.appointment));
    let summary = messages::text(locale, "booking.calendar_summary", &Map::new());
    let params: Map<_, _> = [("url".to_owned(), json!(url))].into_iter().collect();
    let description = messages::text(locale, "booking.calendar_description", &params);
    write(Event {
        uid: &uid,
        sequence: u32::try_from(entry.sequence).unwrap_or(0),
        stamp: app.now(),
        start: entry.start,
        end: entry.end,
        summary: &summary,
        // A room that stays closed needs no way in.
        description: (!entry.is_canceled).then_some(description.as_str()),
        location: None,
        url: (!entry.is_canceled).then_some(url.as_str()),
        status: if entry.is_canceled { Status::Cancelled } else { Status::Confirmed },
    })
}
