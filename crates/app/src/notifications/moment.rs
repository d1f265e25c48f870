//! An instant as a person reads it in a mail: in their zone and language, with the zone's offset, because a mail may be read while travelling.

use domain::{
    text::Locale,
    time::{Zone, offset_sec},
};
use jiff::{Timestamp, civil::Date, tz::Offset};

/// `четверг, 17 декабря, 19:00 (UTC+3)`.
pub(super) fn moment(at: Timestamp, zone: &Zone, locale: Locale) -> String {
    let east = i32::try_from(offset_sec(zone, at)).unwrap_or(0);
    let local = Offset::from_seconds(east).unwrap_or(Offset::UTC).to_datetime(at);
    let clock = format!("{:02}:{:02}", local.hour(), local.minute());
    let (weekday, day) = words(local.date(), locale);
    format!("{weekday}, {day}, {clock} ({})", offset(east))
}

/// `суббота, 30 января 2027 года`: a day that is no instant, the same in every zone. It may be months ahead.
pub(super) fn day(date: Date, locale: Locale) -> String {
    let (year, (weekday, day)) = (date.year(), words(date, locale));
    match locale {
        Locale::Ru => format!("{weekday}, {day} {year} года"),
        Locale::Kk => format!("{weekday}, {year} жылғы {day}"),
        Locale::En => format!("{weekday}, {day} {year}"),
    }
}

/// The day of the week, and that of the month.
fn words(date: Date, locale: Locale) -> (&'static str, String) {
    let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
    let month = usize::try_from(date.month() - 1).unwrap_or(0);
    let (days, months) = match locale {
        Locale::Ru => (RU_DAYS, RU_MONTHS),
        Locale::Kk => (KK_DAYS, KK_MONTHS),
        Locale::En => (EN_DAYS, EN_MONTHS),
    };
    (days[weekday], format!("{} {}", date.day(), months[month]))
}

fn offset(seconds: i32) -> String {
    let (sign, minutes) = (if seconds < 0 { '−' } else { '+' }, seconds.abs() / 60);
    match (minutes / 60, minutes % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

const RU_DAYS: [&str; 7] = ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"];
const KK_DAYS: [&str; 7] = ["дүйсенбі", "сейсенбі", "сәрсенбі", "бейсенбі", "жұма", "сенбі", "жексенбі"];
const EN_DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const RU_MONTHS: [&str; 12] =
    ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"];
const KK_MONTHS: [&str; 12] =
    ["қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"];
const EN_MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_day_date_time_and_offset() {
        let check = |zone: &str, locale, expected: &str| {
            let at = "2026-12-17T16:00:00Z".parse().unwrap();
            assert_eq!(moment(at, &Zone::parse(zone).unwrap(), locale), expected);
        };
        check("Europe/Moscow", Locale::Ru, "четверг, 17 декабря, 19:00 (UTC+3)");
        check("Asia/Almaty", Locale::Kk, "бейсенбі, 17 желтоқсан, 21:00 (UTC+5)");
        check("Asia/Kolkata", Locale::En, "Thursday, 17 December, 21:30 (UTC+5:30)");
        check("America/New_York", Locale::En, "Thursday, 17 December, 11:00 (UTC−5)");
        check("UTC", Locale::Ru, "четверг, 17 декабря, 16:00 (UTC)");
        let date = "2027-01-30".parse().unwrap();
        assert_eq!(day(date, Locale::Ru), "суббота, 30 января 2027 года");
        assert_eq!(day(date, Locale::Kk), "сенбі, 2027 жылғы 30 қаңтар");
        assert_eq!(day(date, Locale::En), "Saturday, 30 January 2027");
    }
}
