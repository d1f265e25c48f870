use jiff::SignedDuration;
use serde_json::json;
use testkit::{Client, Clinic};

use super::book;

const FRIDAY_9: &str = "2026-12-18T06:00:00Z";

/// Gives somebody a proven address.
async fn address(clinic: &Clinic, who: &Client, kind: app::kernel::ctx::Kind, email: &str) {
    let mut tx = clinic.system().await;
    app::identity::email::set(&mut tx, &clinic.app.app, who.id(), kind, email).await.unwrap();
    tx.commit().await.unwrap();
}

async fn both_with_mail() -> (Clinic, Client, Client) {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера Ильина").await, clinic.employee("Анна").await);
    address(&clinic, &vera, app::kernel::ctx::Kind::Specialist, "vera@example.org").await;
    address(&clinic, &anna, app::kernel::ctx::Kind::Employee, "anna@example.org").await;
    (clinic, vera, anna)
}

/// Does the jobs that are due and gives the mails that this sent, with encoded words and lines undone.
async fn new_mails(clinic: &Clinic) -> Vec<String> {
    let before = clinic.app.mails();
    clinic.app.do_jobs().await;
    clinic.app.mails().into_iter().filter(|mail| !before.contains(mail)).map(|mail| readable(&mail)).collect()
}

/// The parts of a mail as text: base64 and quoted-printable undone, folded lines of the calendar joined.
fn readable(mail: &str) -> String {
    let message = mail_parser::MessageParser::default().parse(mail.as_bytes()).expect("a mail");
    let mut out = format!(
        "To: {}\nSubject: {}\n",
        message.to().and_then(|to| to.first()).and_then(|a| a.address()).unwrap_or(""),
        message.subject().unwrap_or("")
    );
    for part in &message.parts {
        if let mail_parser::PartType::Text(text) = &part.body {
            out.push_str(&text.replace("\r\n ", ""));
            out.push('\n');
        }
    }
    out
}

fn to<'a>(mails: &'a [String], address: &str) -> &'a str {
    mails.iter().find(|mail| mail.starts_with(&format!("To: {address}\n"))).unwrap_or_else(|| panic!("no mail to {address} in {mails:#?}"))
}

#[tokio::test]
async fn both_get_an_invitation_that_names_nobody_in_the_subject() {
    let (clinic, vera, anna) = both_with_mail().await;
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    let mails = new_mails(&clinic).await;
    assert_eq!(mails.len(), 2, "{mails:#?}");
    let mail = to(&mails, "anna@example.org");
    for line in [
        "METHOD:REQUEST",
        &format!("UID:{booked}@ponimayu.example"),
        "SEQUENCE:0",
        "DTSTART:20261218T060000Z",
        "STATUS:CONFIRMED",
        "mailto:noreply@ponimayu.example",
        "mailto:anna@example.org",
        &format!("http://localhost:8080/sessions/{booked}"),
        "пятница, 18 декабря, 09:00 (UTC+3)",
        "Вера Ильина",
    ] {
        assert!(mail.contains(line), "{line} in {mail}");
    }
    let theirs = to(&mails, "vera@example.org");
    assert!(theirs.contains("METHOD:REQUEST"), "{theirs}");
    assert!(!theirs.contains("Анна"), "who came stays inside: {theirs}");
    for mail in &mails {
        let subject = mail.lines().nth(1).unwrap();
        for private in ["Анна", "Вера", "сихолог", "18"] {
            assert!(!subject.contains(private), "{subject}");
        }
    }
}

#[tokio::test]
async fn a_move_and_a_cancellation_keep_the_uid_and_raise_the_sequence() {
    let (clinic, vera, anna) = both_with_mail().await;
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    new_mails(&clinic).await;
    anna.post(&format!("/api/appointments/{booked}/move"), json!({ "starts_at": "2026-12-18T08:00:00Z" })).await.is(200);
    let moved = new_mails(&clinic).await;
    let mail = to(&moved, "anna@example.org");
    for line in [&format!("UID:{booked}@ponimayu.example"), "METHOD:REQUEST", "SEQUENCE:1", "DTSTART:20261218T080000Z", "09:00", "11:00"] {
        assert!(mail.contains(line), "{line} in {mail}");
    }
    vera.post(&format!("/api/appointments/{booked}/cancel"), json!({})).await.is(200);
    let canceled = new_mails(&clinic).await;
    let mail = to(&canceled, "anna@example.org");
    for line in
        [&format!("UID:{booked}@ponimayu.example"), "METHOD:CANCEL", "SEQUENCE:2", "STATUS:CANCELLED", "Просим прощения", "не засчитана"]
    {
        assert!(mail.contains(line), "{line} in {mail}");
    }
    assert!(!mail.contains(&format!("/call/{booked}")), "no way into a room that stays closed: {mail}");
}

#[tokio::test]
async fn two_changes_in_a_row_send_only_what_is_true_in_the_end() {
    let (clinic, vera, anna) = both_with_mail().await;
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    anna.post(&format!("/api/appointments/{booked}/move"), json!({ "starts_at": "2026-12-18T08:00:00Z" })).await.is(200);
    let mails = new_mails(&clinic).await;
    assert_eq!(mails.len(), 2, "{mails:#?}");
    assert!(mails.iter().all(|mail| mail.contains("SEQUENCE:1") && mail.contains("DTSTART:20261218T080000Z")), "{mails:#?}");
}

#[tokio::test]
async fn without_an_address_everything_works_in_the_app() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    assert!(new_mails(&clinic).await.is_empty());
    assert_eq!(anna.get("/api/today").await.is(200).json()["next"]["id"], booked.as_str());
}

#[tokio::test]
async fn reminders_come_a_day_an_hour_and_ten_minutes_before_to_both() {
    let (clinic, vera, anna) = both_with_mail().await;
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    new_mails(&clinic).await;
    clinic.app.pass(SignedDuration::from_hours(71));
    assert!(new_mails(&clinic).await.is_empty(), "25 hours before");
    for (hours, minutes) in [(1, 0), (23, 0), (0, 50)] {
        clinic.app.pass(SignedDuration::from_mins(hours * 60 + minutes));
        let mails = new_mails(&clinic).await;
        assert_eq!(mails.len(), 2, "{mails:#?}");
        for mail in &mails {
            assert!(mail.contains(&format!("http://localhost:8080/call/{booked}")), "{mail}");
        }
    }
}

#[tokio::test]
async fn reminders_follow_wishes_and_quiet_hours() {
    let (clinic, vera, anna) = both_with_mail().await;
    // Anna wants no word a day before, and quiet until 08:30; the session is at 09:00 her time.
    clinic
        .run(
            "INSERT INTO notification_preferences (person_id, reminders_min, quiet_from, quiet_to) VALUES ($1, '{60,10}', '22:00', '08:30')",
            anna.id(),
        )
        .await;
    clinic.run("INSERT INTO notification_preferences (person_id, email) VALUES ($1, false)", vera.id()).await;
    book(&clinic, &anna, &vera, FRIDAY_9).await;
    assert_eq!(new_mails(&clinic).await.len(), 2, "a confirmation answers one's own act, whatever one wants to be reminded of");
    clinic.app.pass(SignedDuration::from_hours(72));
    assert!(new_mails(&clinic).await.is_empty(), "a day before: neither wants it");
    clinic.app.pass(SignedDuration::from_hours(23));
    assert!(new_mails(&clinic).await.is_empty(), "08:00: quiet");
    clinic.app.pass(SignedDuration::from_mins(30));
    let mails = new_mails(&clinic).await;
    assert_eq!(mails.len(), 1, "08:30: told then");
    assert!(mails[0].starts_with("To: anna@example.org"), "{mails:?}");
    clinic.app.pass(SignedDuration::from_mins(20));
    assert_eq!(new_mails(&clinic).await.len(), 1, "08:50");
}

#[tokio::test]
async fn a_moved_or_canceled_session_is_not_reminded_of() {
    let (clinic, vera, anna) = both_with_mail().await;
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    new_mails(&clinic).await;
    let waiting = async || -> Vec<String> {
        let mut tx = clinic.system().await;
        let rows: Vec<(String,)> =
            sqlx::query_as("SELECT unique_key FROM jobs WHERE unique_key LIKE 'reminder:%' ORDER BY 1").fetch_all(&mut *tx).await.unwrap();
        rows.into_iter().map(|(key,)| key.replace(&booked, "A")).collect()
    };
    assert_eq!(waiting().await, ["reminder:A:0:10", "reminder:A:0:1440", "reminder:A:0:60"]);
    anna.post(&format!("/api/appointments/{booked}/move"), json!({ "starts_at": "2026-12-18T08:00:00Z" })).await.is(200);
    assert!(waiting().await.is_empty(), "withdrawn with the move");
    new_mails(&clinic).await;
    assert_eq!(waiting().await, ["reminder:A:1:10", "reminder:A:1:1440", "reminder:A:1:60"]);
    anna.post(&format!("/api/appointments/{booked}/cancel"), json!({})).await.is(200);
    new_mails(&clinic).await;
    assert!(waiting().await.is_empty(), "withdrawn with the cancellation");
    clinic.app.pass(SignedDuration::from_hours(98));
    assert!(new_mails(&clinic).await.is_empty());
}
