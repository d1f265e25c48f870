//! Use cases: rate a consultation, and what a specialist learns of it.

use domain::{
    assessments::mean_tenths,
    ids::{AppointmentId, PersonId},
};
use jiff_sqlx::ToSqlx as _;
use platform::{crypto::Place, db::Tx};
use uuid::Uuid;

use super::after;
use crate::kernel::{
    audit,
    ctx::Caller,
    error::{Error, Kind, Result},
    sealing::{data_key, open_text, seal_text},
    validation::Checks,
};

/// The longest comment, in characters.
pub const COMMENT_MAX: usize = 2000;

/// Keeps the caller's rating of `id`: 1 to 5 stars and, if they like, some words for the specialist. Once.
pub async fn rate(tx: &mut Tx, caller: &Caller, id: AppointmentId, stars: i64, comment: Option<&str>) -> Result<()> {
    let comment = comment.map(str::trim).filter(|text| !text.is_empty());
    Checks::new().range(stars, 1, 5, "/stars").text(comment.unwrap_or(""), 0, COMMENT_MAX, "/comment").done()?;
    let after = after::find(tx, caller, id).await?;
    if !after.asked().rating {
        return Err(Error::conflict("nothing_to_rate"));
    }
    let sealed = match comment {
        Some(text) => Some(seal_text(&caller.app, &data_key(tx, &caller.app, caller.me()).await?, place(id), text)),
        None => None,
    };
    let made = sqlx::query(
        "INSERT INTO ratings (appointment_id, specialist_id, employee_id, stars, comment_sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (appointment_id) DO NOTHING",
    )
    .bind(id.0)
    .bind(after.specialist.0)
    .bind(caller.me().0)
    .bind(i32::try_from(stars).unwrap_or(0))
    .bind(sealed)
    .bind(caller.now().to_sqlx())
    .execute(&mut **tx)
    .await?
    .rows_affected();
    if made == 0 {
        return Err(Error::conflict("already_rated"));
    }
    audit::append(tx, caller, audit::Entry::new("assessments.rate").about(caller.me()).on("appointment", id)).await
}

/// What a specialist learns of what people think of them.
#[derive(Debug)]
pub struct OwnRating {
    /// Tenths of a star; absent below [`domain::assessments::RATINGS_MIN`] ratings. The number of ratings is not told: with it, each new one could be
    /// computed and belongs to a person just met.
    pub mean_tenths: Option<u32>,
    /// Words people wrote for them, in no order of time.
    pub comments: Vec<String>,
}

/// The calling specialist's rating.
pub async fn own(tx: &mut Tx, caller: &Caller) -> Result<OwnRating> {
    let sums: Option<(i32, i32)> = sqlx::query_as("SELECT rating_stars, rating_count FROM specialists WHERE person_id = $1")
        .bind(caller.me().0)
        .fetch_optional(&mut **tx)
        .await?;
    let (stars, count) = sums.ok_or_else(Error::not_found)?;
    let rows: Vec<(Uuid, Uuid, Vec<u8>)> = sqlx::query_as("SELECT * FROM app.comments_on_me()").fetch_all(&mut **tx).await?;
    let mut comments = Vec::new();
    for (employee, appointment, sealed) in rows {
        match data_key(tx, &caller.app, PersonId(employee)).await {
            Ok(key) => comments.push(open_text(&key, place(AppointmentId(appointment)), &sealed)?),
            // The person has had everything of theirs erased.
            Err(error) if error.kind == Kind::Gone => {}
            Err(error) => return Err(error),
        }
    }
    comments.sort_unstable();
    Ok(OwnRating { mean_tenths: mean_tenths(u32::try_from(stars).unwrap_or(0), u32::try_from(count).unwrap_or(0)), comments })
}

fn place(id: AppointmentId) -> Place<'static> {
    Place { table: "ratings", column: "comment_sealed", row: id.0 }
}
