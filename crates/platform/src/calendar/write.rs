//! Invitations (iTIP, RFC 5546) and calendar feeds for subscription.

use jiff::Timestamp;

use super::content::{Lines, person};

/// RFC 5545 §3.7.3: identifies the product that wrote the stream.
const PRODID: &str = "-//Ponimau//Ponimau//EN";

/// State of an event (RFC 5545 §3.8.1.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It takes place.
    Confirmed,
    /// It is held but not yet confirmed.
    Tentative,
    /// It does not take place.
    Cancelled,
}

impl Status {
    fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "CONFIRMED",
            Self::Tentative => "TENTATIVE",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// One event, at instants: it needs no zone definition and means the same everywhere.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// `<uuid>@<domain>`, the same for the event's whole life.
    pub uid: &'a str,
    /// From 0, one more with every change of time or status; a calendar ignores an older one.
    pub sequence: u32,
    /// When this state of the event was written.
    pub stamp: Timestamp,
    /// Start.
    pub start: Timestamp,
    /// End, after the start.
    pub end: Timestamp,
    /// Title as it stands in a calendar which colleagues may see: the caller keeps it neutral.
    pub summary: &'a str,
    /// Longer text, lines separated by `\n`.
    pub description: Option<&'a str>,
    /// Where.
    pub location: Option<&'a str>,
    /// A link to the event's page.
    pub url: Option<&'a str>,
    /// Its state.
    pub status: Status,
}

/// A name and mail address.
#[derive(Debug, Clone, Copy)]
pub struct Party<'a> {
    /// Shown name.
    pub name: &'a str,
    /// Mail address without `mailto:`.
    pub email: &'a str,
}

/// One who is invited.
#[derive(Debug, Clone, Copy)]
pub struct Attendee<'a> {
    /// Who.
    pub party: Party<'a>,
    /// Whether their calendar shall send an answer to the organizer. Without it they count as having accepted:
    /// who booked the appointment need not accept it.
    pub answers: bool,
}

/// What an invitation asks the calendar to do (RFC 5546 §3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Create or change the event.
    Request,
    /// Remove it.
    Cancel,
}

impl Method {
    /// The name, which the mail part's `method=` parameter must repeat (RFC 6047 §2.4).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// An invitation to one event.
#[derive(Debug, Clone)]
pub struct Invite<'a> {
    /// The event. With [`Status::Cancelled`] the invitation is a cancellation.
    pub event: Event<'a>,
    /// Must be the address the mail is sent from, or calendars ignore or distrust the invitation.
    pub organizer: Party<'a>,
    /// At least the recipient.
    pub attendees: &'a [Attendee<'a>],
    /// Minutes before the start when the calendar shall remind, if it shall.
    pub alarm_minutes_before: Option<u32>,
}

impl Invite<'_> {
    /// What this invitation asks for.
    pub fn method(&self) -> Method {
        match self.event.status {
            Status::Cancelled => Method::Cancel,
            Status::Confirmed | Status::Tentative => Method::Request,
        }
    }

    /// The iCalendar stream: body of the part `text/calendar; charset=utf-8; method=…`.
    pub fn to_ics(&self) -> String {
        let mut lines = head();
        lines.raw("METHOD", self.method().as_str());
        lines.begin("VEVENT");
        write_event(&mut lines, &self.event);
        let Party { name, email } = self.organizer;
        lines.raw(&person("ORGANIZER", &[], name), &format!("mailto:{email}"));
        for Attendee { party, answers } in self.attendees {
            let (state, rsvp) = if *answers { ("NEEDS-ACTION", "TRUE") } else { ("ACCEPTED", "FALSE") };
            let parameters = [("CUTYPE", "INDIVIDUAL"), ("ROLE", "REQ-PARTICIPANT"), ("PARTSTAT", state), ("RSVP", rsvp)];
            let property = person("ATTENDEE", &parameters, party.name);
            lines.raw(&property, &format!("mailto:{}", party.email));
        }
        if let (Some(minutes), Method::Request) = (self.alarm_minutes_before, self.method()) {
            lines.begin("VALARM");
            lines.raw("ACTION", "DISPLAY");
            lines.text("DESCRIPTION", self.event.summary);
            lines.raw("TRIGGER", &format!("-PT{minutes}M"));
            lines.end("VALARM");
        }
        lines.end("VEVENT");
        lines.end("VCALENDAR");
        lines.finish()
    }
}

/// A calendar for subscription. Without METHOD: with one, a client would treat it as invitations.
#[derive(Debug, Clone)]
pub struct Feed<'a> {
    /// Shown name of the calendar.
    pub name: &'a str,
    /// How often a client may ask again, in minutes.
    pub refresh_minutes: u32,
    /// Its events. A cancelled one stays for a while, so that clients remove it.
    pub events: &'a [Event<'a>],
}

impl Feed<'_> {
    /// The iCalendar stream: a `text/calendar; charset=utf-8` body.
    pub fn to_ics(&self) -> String {
        let mut lines = head();
        // RFC 7986 beside what clients before it read.
        lines.text("NAME", self.name);
        lines.text("X-WR-CALNAME", self.name);
        let refresh = format!("PT{}M", self.refresh_minutes);
        lines.raw("REFRESH-INTERVAL;VALUE=DURATION", &refresh);
        lines.raw("X-PUBLISHED-TTL", &refresh);
        for event in self.events {
            lines.begin("VEVENT");
            write_event(&mut lines, event);
            lines.end("VEVENT");
        }
        lines.end("VCALENDAR");
        lines.finish()
    }
}

fn head() -> Lines {
    let mut lines = Lines::default();
    lines.begin("VCALENDAR");
    lines.raw("VERSION", "2.0");
    lines.raw("PRODID", PRODID);
    lines.raw("CALSCALE", "GREGORIAN");
    lines
}

fn write_event(lines: &mut Lines, event: &Event<'_>) {
    lines.raw("UID", event.uid);
    lines.raw("SEQUENCE", &event.sequence.to_string());
    lines.instant("DTSTAMP", event.stamp);
    lines.instant("DTSTART", event.start);
    lines.instant("DTEND", event.end);
    lines.text("SUMMARY", event.summary);
    for (name, value) in [("DESCRIPTION", event.description), ("LOCATION", event.location)] {
        if let Some(value) = value {
            lines.text(name, value);
        }
    }
    if let Some(url) = event.url {
        lines.raw("URL", url);
    }
    lines.raw("STATUS", event.status.as_str());
    // A work calendar is often shared with colleagues; a private entry shows them only that time is taken.
    lines.raw("CLASS", "PRIVATE");
    let taken = event.status != Status::Cancelled;
    lines.raw("TRANSP", if taken { "OPAQUE" } else { "TRANSPARENT" });
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORGANIZER: Party<'_> = Party { name: "Понимаю", email: "calendar@example.org" };

    fn event(status: Status) -> Event<'static> {
        Event {
            uid: "0199@example.org",
            sequence: 2,
            stamp: "2026-03-01T08:00:00Z".parse().unwrap(),
            start: "2026-03-05T11:00:00+05:00".parse().unwrap(),
            end: "2026-03-05T12:00:00+05:00".parse().unwrap(),
            summary: "Встреча, 60 минут; онлайн",
            description: Some("Ссылка:\nhttps://example.org/s/1"),
            location: None,
            url: Some("https://example.org/s/1"),
            status,
        }
    }

    fn invite(status: Status) -> String {
        let attendees = [Attendee { party: Party { name: "Анна", email: "anna@example.org" }, answers: false }];
        Invite { event: event(status), organizer: ORGANIZER, attendees: &attendees, alarm_minutes_before: Some(15) }
            .to_ics()
            .replace("\r\n ", "")
    }

    #[test]
    fn a_request_is_what_calendars_expect() {
        let expected = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Ponimau//Ponimau//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:REQUEST",
            "BEGIN:VEVENT",
            "UID:0199@example.org",
            "SEQUENCE:2",
            "DTSTAMP:20260301T080000Z",
            "DTSTART:20260305T060000Z",
            "DTEND:20260305T070000Z",
            "SUMMARY:Встреча\\, 60 минут\\; онлайн",
            "DESCRIPTION:Ссылка:\\nhttps://example.org/s/1",
            "URL:https://example.org/s/1",
            "STATUS:CONFIRMED",
            "CLASS:PRIVATE",
            "TRANSP:OPAQUE",
            "ORGANIZER;CN=\"Понимаю\":mailto:calendar@example.org",
            "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE;CN=\"Анна\":mailto:anna@example.org",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "DESCRIPTION:Встреча\\, 60 минут\\; онлайн",
            "TRIGGER:-PT15M",
            "END:VALARM",
            "END:VEVENT",
            "END:VCALENDAR",
        ];
        assert_eq!(invite(Status::Confirmed), expected.join("\r\n") + "\r\n");
    }

    #[test]
    fn a_cancellation_frees_the_time_and_reminds_of_nothing() {
        let text = invite(Status::Cancelled);
        for line in ["METHOD:CANCEL", "STATUS:CANCELLED", "TRANSP:TRANSPARENT", "SEQUENCE:2"] {
            assert!(text.contains(&format!("\r\n{line}\r\n")), "{text}");
        }
        assert!(!text.contains("VALARM"), "{text}");
    }

    #[test]
    fn a_feed_has_a_name_and_no_method() {
        let events = [event(Status::Confirmed), event(Status::Cancelled)];
        let feed = Feed { name: "Понимаю: расписание", refresh_minutes: 15, events: &events };
        let text = feed.to_ics().replace("\r\n ", "");
        for line in ["X-WR-CALNAME:Понимаю: расписание", "REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M"]
        {
            assert!(text.contains(&format!("\r\n{line}\r\n")), "{text}");
        }
        assert!(!text.contains("METHOD"), "{text}");
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 2);
    }
}
