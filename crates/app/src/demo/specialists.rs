//! The demo's specialists: cards, checked education, and weeks of several shapes in several zones.

use domain::ids::PersonId;
use jiff_sqlx::ToSqlx as _;
use serde_json::json;

use super::{Maker, catalogue::Category};
use crate::{
    catalogue::keep_demo_document,
    kernel::{ctx::Kind, error::Result},
};

/// What every entry of education was checked by: a picture which says that it is demo data.
const DOCUMENT: &[u8] = include_bytes!("data/document.jpg");

/// A specialist as the history's maker needs it.
#[derive(Debug, Clone)]
pub(super) struct Specialist {
    pub id: PersonId,
    pub category: Category,
    pub zone: String,
    /// Days and hours of the week.
    pub rules: Vec<Hours>,
}

/// Hours on some days of the week.
#[derive(Debug, Clone)]
pub(super) struct Hours {
    pub days: Vec<&'static str>,
    pub start: &'static str,
    pub end: &'static str,
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const fn hours(start: &'static str, end: &'static str) -> (&'static str, &'static str) {
    (start, end)
}

/// Weeks as specialists really have them: office days, evenings, split days, weekends.
fn week(shape: usize) -> Vec<Hours> {
    let make = |days: &[&'static str], (start, end)| Hours { days: days.to_vec(), start, end };
    match shape % 5 {
        0 => vec![make(&["mon", "tue", "wed", "thu", "fri"], hours("09:00", "18:00"))],
        1 => vec![make(&["mon", "wed", "fri"], hours("10:00", "14:00")), make(&["mon", "tue", "wed", "thu"], hours("17:00", "21:30"))],
        2 => vec![make(&["tue", "wed", "thu"], hours("12:00", "20:00")), make(&["sat"], hours("10:00", "16:00"))],
        3 => vec![make(&["mon", "tue", "thu", "fri"], hours("08:00", "13:00")), make(&["sun"], hours("11:00", "17:00"))],
        _ => vec![make(&["mon", "tue", "wed", "thu", "fri", "sat"], hours("14:00", "22:00"))],
    }
}

pub(super) async fn make(maker: &mut Maker<'_>, categories: &[Category], count: usize) -> Result<Vec<Specialist>> {
    let mut made = Vec::new();
    for n in 0..count {
        // Psychologists are most asked for: every other specialist is one.
        let category = if n % 2 == 0 { &categories[0] } else { &categories[1 + (n / 2) % (categories.len() - 1)] };
        made.push(make_one(maker, category, n).await?);
    }
    Ok(made)
}

async fn make_one(maker: &mut Maker<'_>, category: &Category, n: usize) -> Result<Specialist> {
    let is_woman = maker.below(3) > 0;
    let people = &maker.data.people;
    // The first is on duty day and night; see make_week.
    let name = if n == 0 {
        "Дежурный психолог".to_owned()
    } else if is_woman {
        format!("{} {}", maker.pick(&people.women), maker.pick(&people.surnames_women))
    } else {
        format!("{} {}", maker.pick(&people.men), maker.pick(&people.surnames_men))
    };
    let zone = maker.pick(&people.zones).clone();
    let mut languages = vec!["ru"];
    if zone == "Asia/Almaty" || maker.below(4) == 0 {
        languages.push("kk");
    }
    if maker.below(4) == 0 {
        languages.push("en");
    }
    let headline: serde_json::Map<_, _> =
        people.headlines.iter().map(|(lang, lines)| (lang.clone(), json!(lines[n % lines.len()]))).collect();
    let about = json!(people.about);
    let institution = maker.pick(&people.institutions).clone();
    let data = &maker.data.categories[category.index];
    let approaches = maker.sample(&data.approaches, 2);
    let titles = maker.sample(&data.titles, 2);
    let topics = maker.sample(&category.topics, 2 + maker.below(3));
    let since = 2026 - i32::try_from(3 + maker.below(18)).unwrap_or(5);
    let price = i64::try_from(25 + maker.below(30)).unwrap_or(30) * 10_000;

    let id = maker.person(Kind::Specialist, &name, &zone, "ru").await?;
    sqlx::query(
        "INSERT INTO specialists (person_id, slug, status, gender, languages, formats, headline, about, approaches, practising_since, price_minor,
                                  price_currency, published_at, created_at)
         VALUES ($1, $2, 'published', $3, $4, $5, $6, $7, $8, $9, $10, 'RUB', $11, $11)",
    )
    .bind(id.0)
    .bind(format!("demo-{}", n + 1))
    .bind(if is_woman { "female" } else { "male" })
    .bind(&languages)
    .bind(&category.formats)
    .bind(json!(headline))
    .bind(about)
    .bind(&approaches)
    .bind(since)
    .bind(price)
    .bind(maker.days_ago(100).to_sqlx())
    .execute(&mut *maker.tx)
    .await?;
    sqlx::query("INSERT INTO specialist_categories (specialist_id, category_id) VALUES ($1, $2)")
        .bind(id.0)
        .bind(category.id)
        .execute(&mut *maker.tx)
        .await?;
    for topic in topics {
        sqlx::query("INSERT INTO specialist_topics (specialist_id, topic_id) VALUES ($1, $2)")
            .bind(id.0)
            .bind(topic)
            .execute(&mut *maker.tx)
            .await?;
    }
    for (k, title) in titles.iter().enumerate() {
        let document = keep_demo_document(&mut maker.tx, maker.app, id, "image/jpeg", DOCUMENT).await?;
        sqlx::query(
            "INSERT INTO education (id, specialist_id, title, institution, year, file_id, state, checked_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, 'verified', $7, $7)",
        )
        .bind(maker.id())
        .bind(id.0)
        .bind(title)
        .bind(&institution)
        .bind(since - 1 + i32::try_from(k).unwrap_or(0) * 2)
        .bind(document)
        .bind(maker.days_ago(101).to_sqlx())
        .execute(&mut *maker.tx)
        .await?;
    }
    let rules = make_week(maker, id, &zone, n).await?;
    Ok(Specialist { id, category: category.clone(), zone, rules })
}

async fn make_week(maker: &mut Maker<'_>, id: PersonId, zone: &str, n: usize) -> Result<Vec<Hours>> {
    // The first specialist works day and night without notice or pauses, so that a visitor can try a call within a quarter of an hour.
    let is_on_duty = n == 0;
    sqlx::query(
        "INSERT INTO schedules (specialist_id, time_zone, buffer_after_min, min_notice_min, rolling_days, max_per_day, max_per_week) VALUES ($1, $2, $3, $4, 30, $5, $6)",
    )
    .bind(id.0)
    .bind(zone)
    .bind(if is_on_duty { 0 } else { 10 })
    .bind(if is_on_duty { 0 } else { 120 })
    .bind((!is_on_duty).then_some(7))
    .bind((!is_on_duty).then_some(28))
    .execute(&mut *maker.tx)
    .await?;
    let rules = if is_on_duty { vec![Hours { days: DAYS.to_vec(), start: "00:00", end: "24:00" }] } else { week(n) };
    for rule in &rules {
        sqlx::query("INSERT INTO schedule_rules (id, specialist_id, days, start_time, end_time) VALUES ($1, $2, $3, $4, $5)")
            .bind(maker.id())
            .bind(id.0)
            .bind(&rule.days)
            .bind(rule.start)
            .bind(rule.end)
            .execute(&mut *maker.tx)
            .await?;
    }
    if n % 9 == 4 {
        let from = maker.today().saturating_add(jiff::Span::new().days(12));
        sqlx::query("INSERT INTO leaves (id, specialist_id, from_date, to_date) VALUES ($1, $2, $3, $4)")
            .bind(maker.id())
            .bind(id.0)
            .bind(from.to_sqlx())
            .bind(from.saturating_add(jiff::Span::new().days(6)).to_sqlx())
            .execute(&mut *maker.tx)
            .await?;
    }
    Ok(rules)
}
