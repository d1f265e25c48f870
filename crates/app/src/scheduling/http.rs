//! The slice's endpoints: the specialist's own schedule and calendars, and free times for whoever is signed in.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    access::Action,
    ids::{CategoryId, PersonId},
    scheduling::Window,
    time::{Date, Zone},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    change::{self, ScheduleChange},
    feeds::{
        busy::{self, BusyFeed},
        subscription::{self, NewSubscription, Subscription},
    },
    index::Consultation,
    offer::around,
    schedule::load,
    search::slots_of,
    settings::ScheduleSettings,
    view::{self, CalendarView},
    words::{self, StartExplained},
};
use crate::kernel::{
    app::App,
    audit::{self, Entry},
    command::{Begun, IdempotencyKey, begin},
    ctx::{Caller, Ctx, Kind},
    error::{Error, Result},
    guard::guarded,
    json::{Json, Path, Query},
    live,
};

/// The slice's routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::OwnSchedule, routes!(read_schedule, save_schedule)))
        .routes(guarded(Action::OwnSchedule, routes!(preview_schedule)))
        .routes(guarded(Action::OwnSchedule, routes!(read_calendar)))
        .routes(guarded(Action::OwnSchedule, routes!(explain_start)))
        .routes(guarded(Action::OwnSchedule, routes!(list_calendars)))
        .routes(guarded(Action::OwnSchedule, routes!(make_subscription, revoke_subscription)))
        .routes(guarded(Action::OwnSchedule, routes!(add_busy_feed)))
        .routes(guarded(Action::OwnSchedule, routes!(remove_busy_feed)))
        .routes(guarded(Action::OwnSchedule, routes!(refetch_busy_feed)))
        .routes(guarded(Action::ReadFreeTimes, routes!(free_slots)))
        .routes(guarded(Action::ReadCalendarFeed, routes!(calendar_feed)))
}

/// Reads one's own schedule. `version` 0: nothing was set yet.
#[utoipa::path(get, path = "/api/schedule", operation_id = "read_schedule", tag = "scheduling", responses((status = 200, body = ScheduleSettings)))]
async fn read_schedule(caller: Caller) -> Result<Json<ScheduleSettings>> {
    let mut tx = caller.begin().await?;
    let settings = change::read(&mut tx, caller.me(), &caller.principal.time_zone, caller.now()).await?;
    tx.commit().await?;
    Ok(Json(settings))
}

/// Saves one's whole schedule. Bookings stay; the answer names those now outside the hours.
#[utoipa::path(put, path = "/api/schedule", operation_id = "save_schedule", tag = "scheduling", request_body = ScheduleSettings,
    responses((status = 200, body = ScheduleChange)))]
async fn save_schedule(caller: Caller, key: IdempotencyKey, Json(settings): Json<ScheduleSettings>) -> Result<Response> {
    let mut command = match begin(&caller, &key, "scheduling.save", &settings).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    let me = caller.me();
    let saved = change::save(&mut command.tx, &caller.app, me, settings, caller.locale).await?;
    let entry = Entry::new("scheduling.save").on("schedule", me).detail(json!({ "bookings_outside": saved.touched.len() }));
    audit::append(&mut command.tx, &caller, entry).await?;
    live::emit(&mut command.tx, caller.now(), &[me], "schedule", &json!({})).await?;
    command.finish(StatusCode::OK, &saved).await
}

/// Tells what saving would do, without saving. Changes nothing, so it takes no `Idempotency-Key`.
#[utoipa::path(post, path = "/api/schedule/preview", operation_id = "preview_schedule", tag = "scheduling", request_body = ScheduleSettings,
    responses((status = 200, body = ScheduleChange)))]
async fn preview_schedule(caller: Caller, Json(settings): Json<ScheduleSettings>) -> Result<Json<ScheduleChange>> {
    let mut tx = caller.begin().await?;
    let change = change::preview(&mut tx, caller.me(), settings, caller.now(), caller.locale).await?;
    tx.commit().await?;
    Ok(Json(change))
}

/// Which dates.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CalendarQuery {
    /// First date, `YYYY-MM-DD`.
    #[param(value_type = String)]
    from: Date,
    /// Last date, inclusive; at most 42 dates.
    #[param(value_type = String)]
    to: Date,
}

/// Whose dates anybody looks at. Beyond, calendars end and sums of instants overflow.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2200;

/// One's own calendar: open hours, consultations, and what else is taken.
#[utoipa::path(get, path = "/api/schedule/calendar", operation_id = "read_calendar", tag = "scheduling", params(CalendarQuery),
    responses((status = 200, body = CalendarView)))]
async fn read_calendar(caller: Caller, Query(CalendarQuery { from, to }): Query<CalendarQuery>) -> Result<Json<CalendarView>> {
    let is_ordered = from <= to;
    // Counted only as far as it matters: a date parser gives up to twenty thousand years.
    let is_short = super::schedule::dates(from, to).take(view::DAYS_MAX + 1).count() <= view::DAYS_MAX;
    if !is_ordered || !is_short {
        return Err(Error::field("?to", if is_ordered { "period_too_long" } else { "ends_before_start" }));
    }
    if !(YEARS.contains(&from.year()) && YEARS.contains(&to.year())) {
        return Err(Error::field("?from", "date_too_far"));
    }
    let mut tx = caller.begin().await?;
    let zone = &caller.principal.time_zone;
    let calendar = view::calendar(&mut tx, caller.me(), zone, from, to, caller.now(), caller.locale).await?;
    tx.commit().await?;
    Ok(Json(calendar))
}

/// Which start.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ExplainQuery {
    /// The instant in question, RFC 3339.
    #[param(value_type = String)]
    start: Timestamp,
    category: Uuid,
    /// Minutes; absent: the category's first length.
    length: Option<u16>,
}

/// Says why a start is or is not offered to people.
#[utoipa::path(get, path = "/api/schedule/explain", operation_id = "explain_start", tag = "scheduling", params(ExplainQuery),
    responses((status = 200, body = StartExplained)))]
async fn explain_start(caller: Caller, Query(query): Query<ExplainQuery>) -> Result<Json<StartExplained>> {
    let now = caller.now();
    let window = around(query.start).map_err(|_| Error::field("?start", "date_too_far"))?;
    let mut tx = caller.begin().await?;
    let schedule = load(&mut tx, now, caller.me(), window).await?.ok_or_else(|| Error::conflict("schedule_first"))?;
    tx.commit().await?;
    Ok(Json(words::explain(&schedule, CategoryId(query.category), query.length, query.start, now, caller.locale)?))
}

/// Calendars in and out.
#[derive(Debug, Serialize, ToSchema)]
struct Calendars {
    /// Absent: there is no secret address.
    subscription: Option<Subscription>,
    busy_feeds: Vec<BusyFeed>,
}

/// Lists one's calendars in and out.
#[utoipa::path(get, path = "/api/schedule/calendars", operation_id = "list_calendars", tag = "scheduling", responses((status = 200, body = Calendars)))]
async fn list_calendars(caller: Caller) -> Result<Json<Calendars>> {
    let mut tx = caller.begin().await?;
    let subscription = subscription::find(&mut tx, caller.me()).await?;
    let busy_feeds = busy::list(&mut tx, caller.me(), caller.locale).await?;
    tx.commit().await?;
    Ok(Json(Calendars { subscription, busy_feeds }))
}

/// Makes the secret address of one's calendar; an earlier one stops working. The address is shown in this answer only.
#[utoipa::path(post, path = "/api/schedule/subscription", operation_id = "make_subscription", tag = "scheduling",
    responses((status = 201, body = NewSubscription)))]
async fn make_subscription(caller: Caller, key: IdempotencyKey) -> Result<Response> {
    let mut command = match begin(&caller, &key, "scheduling.make_subscription", &()).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    let made = subscription::make(&mut command.tx, &caller.app, caller.me()).await?;
    audit::append(&mut command.tx, &caller, Entry::new("scheduling.make_subscription").on("schedule", caller.me())).await?;
    command.finish(StatusCode::CREATED, &made).await
}

/// Makes the secret address stop working.
#[utoipa::path(delete, path = "/api/schedule/subscription", operation_id = "revoke_subscription", tag = "scheduling", responses((status = 200)))]
async fn revoke_subscription(caller: Caller, key: IdempotencyKey) -> Result<Response> {
    let mut command = match begin(&caller, &key, "scheduling.revoke_subscription", &()).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    subscription::revoke(&mut command.tx, caller.me()).await?;
    audit::append(&mut command.tx, &caller, Entry::new("scheduling.revoke_subscription").on("schedule", caller.me())).await?;
    command.finish(StatusCode::OK, &json!({})).await
}

/// A calendar to add.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct NewBusyFeed {
    /// How one calls it, 1 to 80 characters.
    label: String,
    /// Its secret iCalendar address (`https:` or `webcal:`).
    url: String,
}

/// Adds another calendar by address, reading it at once. Its events block one's times; only the times are kept.
#[utoipa::path(post, path = "/api/schedule/busy-feeds", operation_id = "add_busy_feed", tag = "scheduling", request_body = NewBusyFeed,
    responses((status = 201, body = BusyFeed)))]
async fn add_busy_feed(caller: Caller, key: IdempotencyKey, Json(new): Json<NewBusyFeed>) -> Result<Response> {
    let me = caller.me();
    let mut tx = caller.begin().await?;
    let settings = change::read(&mut tx, me, &caller.principal.time_zone, caller.now()).await?;
    tx.commit().await?;
    if settings.version == 0 {
        return Err(Error::conflict("schedule_first"));
    }
    let zone = Zone::parse(&settings.time_zone).map_err(Error::internal)?;
    let added = busy::try_out(&caller.app, &new.label, &new.url, &zone).await?;
    let mut command = match begin(&caller, &key, "scheduling.add_busy_feed", &new).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    let feed = busy::add(&mut command.tx, &caller.app, me, added, caller.locale).await?;
    audit::append(&mut command.tx, &caller, Entry::new("scheduling.add_busy_feed").on("busy_feed", feed.id)).await?;
    live::emit(&mut command.tx, caller.now(), &[me], "schedule", &json!({})).await?;
    command.finish(StatusCode::CREATED, &feed).await
}

/// Removes another calendar and forgets its busy times.
#[utoipa::path(delete, path = "/api/schedule/busy-feeds/{id}", operation_id = "remove_busy_feed", tag = "scheduling",
    params(("id" = Uuid, Path)), responses((status = 200)))]
async fn remove_busy_feed(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    let mut command = match begin(&caller, &key, "scheduling.remove_busy_feed", &id).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    busy::remove(&mut command.tx, caller.me(), id, caller.now()).await?;
    audit::append(&mut command.tx, &caller, Entry::new("scheduling.remove_busy_feed").on("busy_feed", id)).await?;
    live::emit(&mut command.tx, caller.now(), &[caller.me()], "schedule", &json!({})).await?;
    command.finish(StatusCode::OK, &json!({})).await
}

/// Reads another calendar again now, and answers with its state.
#[utoipa::path(post, path = "/api/schedule/busy-feeds/{id}/fetch", operation_id = "refetch_busy_feed", tag = "scheduling",
    params(("id" = Uuid, Path)), responses((status = 200, body = BusyFeed)))]
async fn refetch_busy_feed(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    let me = caller.me();
    let mut tx = caller.begin().await?;
    let is_mine = busy::is_mine(&mut tx, me, id).await?;
    tx.commit().await?;
    if !is_mine {
        return Err(Error::not_found());
    }
    busy::fetch_again(&caller.app, id).await?;
    let mut command = match begin(&caller, &key, "scheduling.refetch_busy_feed", &id).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    let feed = busy::list(&mut command.tx, me, caller.locale).await?.into_iter().find(|f| f.id == id).ok_or_else(Error::not_found)?;
    command.finish(StatusCode::OK, &feed).await
}

/// What is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SlotsQuery {
    category: Uuid,
    /// Minutes.
    length: u16,
    /// RFC 3339.
    #[param(value_type = String)]
    from: Timestamp,
    /// RFC 3339, not inclusive; at most 62 days later.
    #[param(value_type = String)]
    to: Timestamp,
}

/// When a specialist is free.
#[derive(Debug, Serialize, ToSchema)]
struct FreeSlots {
    /// RFC 3339 UTC, ascending.
    #[schema(value_type = Vec<String>)]
    starts: Vec<Timestamp>,
    /// The specialist's zone.
    time_zone: String,
}

/// The longest period that is asked for at once.
const PERIOD_MAX: SignedDuration = SignedDuration::from_hours(24 * 62);

/// The times at which a specialist can be booked.
#[utoipa::path(get, path = "/api/specialists/{id}/slots", operation_id = "free_slots", tag = "scheduling",
    params(("id" = Uuid, Path), SlotsQuery), responses((status = 200, body = FreeSlots)))]
async fn free_slots(caller: Caller, Path(id): Path<Uuid>, Query(query): Query<SlotsQuery>) -> Result<Json<FreeSlots>> {
    let specialist = PersonId(id);
    if caller.principal.kind == Kind::Specialist && caller.me() != specialist {
        return Err(Error::not_found());
    }
    if query.to < query.from {
        return Err(Error::field("?to", "ends_before_start"));
    }
    if query.to.duration_since(query.from) > PERIOD_MAX {
        return Err(Error::field("?to", "period_too_long"));
    }
    let window = Window::new(query.from, query.to).map_err(|_| Error::field("?from", "date_too_far"))?;
    let consultation = Consultation { category: CategoryId(query.category), length_min: query.length };
    let found = slots_of(&caller, specialist, consultation, window).await?;
    Ok(Json(FreeSlots { starts: found.starts, time_zone: found.time_zone }))
}

/// Reads a calendar by its secret address, for calendar programs. No sign-in: the address is the secret.
#[utoipa::path(get, path = "/calendar/{file}", operation_id = "calendar_feed", tag = "scheduling",
    params(("file" = String, Path, description = "The secret and `.ics`")), responses((status = 200, content_type = "text/calendar")))]
async fn calendar_feed(ctx: Ctx, Path(file): Path<String>) -> Result<Response> {
    let token = file.strip_suffix(".ics").filter(|token| token.len() <= 128).ok_or_else(Error::not_found)?;
    let calendar = subscription::read(&ctx.app, token).await?;
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], calendar).into_response())
}
