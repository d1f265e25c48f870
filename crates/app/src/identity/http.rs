//! Who am I, and the stream of live hints.

mod account;
mod factors;
mod hr;
mod keycloak;
mod machine;
mod moving;
mod pass;
mod proof;
mod qr;
mod sign_in;
mod staff;

use std::{convert::Infallible, time::Duration};

use axum::{
    http::{HeaderMap, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use domain::{access::Action, ids::PersonId};
use futures::{Stream, StreamExt as _, stream};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{acceptance, keycloak::moving as window};
use crate::kernel::{
    app::App,
    ctx::{Caller, Ctx, Kind},
    error::{Error, Result},
    guard::guarded,
    json::Json,
    live,
};

pub use self::machine::routes as machine_routes;

/// The slice's routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ReadPublic, routes!(me)))
        .routes(guarded(Action::Listen, routes!(listen)))
        .merge(sign_in::routes())
        .merge(keycloak::routes())
        .merge(moving::routes())
        .merge(pass::routes())
        .merge(proof::routes())
        .merge(account::routes())
        .merge(factors::routes())
        .merge(hr::routes())
        .merge(staff::routes())
}

/// 202: asked for, and perhaps on its way.
fn accepted(body: impl Serialize) -> Response {
    (StatusCode::ACCEPTED, axum::Json(body)).into_response()
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// Absent when nobody is signed in.
    pub person: Option<MePerson>,
    /// Somebody was signed in here until their company said that they have left it.
    pub is_access_ended: bool,
    /// The language in force: the person's, else the browser's.
    pub locale: String,
    /// The server's present instant, to correct a wrong clock.
    pub now: String,
    /// Whether this deployment holds demo data and offers one-click sign-in.
    pub is_demo: bool,
    /// Where one proves who one is: `built_in`, or `keycloak`.
    pub sign_in: &'static str,
    /// With Keycloak: its page mails a new password to who forgot theirs. It has the mail server that we have, or none.
    pub is_password_mailed: bool,
    /// With Keycloak: whoever signed in here before it may move their record to an account there now.
    pub is_moving: bool,
}

/// The signed-in person.
#[derive(Debug, Serialize, ToSchema)]
pub struct MePerson {
    pub id: Uuid,
    /// `employee`, `specialist`, `hr` or `staff`.
    pub kind: &'static str,
    pub display_name: String,
    pub time_zone: String,
    /// The language of the account, whatever the browser asked for.
    pub locale: &'static str,
    /// Staff: what the person may do. Empty until the second factor is shown.
    pub capabilities: Vec<&'static str>,
    /// The second factor is still to be shown, or, by staff, to be set up.
    pub needs_second_factor: bool,
    /// Staff: nothing but this session lets the person in, neither an address nor a passkey. To be mended before anything else.
    pub needs_way_in: bool,
}

/// Tells who is signed in.
#[utoipa::path(get, path = "/api/me", operation_id = "me", tag = "identity", responses((status = 200, body = Me)))]
async fn me(ctx: Ctx) -> Result<Json<Me>> {
    let person = match &ctx.principal {
        None => None,
        Some(p) => {
            let is_staff = p.kind == Kind::Staff;
            let is_strong = p.strong_at.is_some();
            Some(MePerson {
                id: p.person.0,
                kind: p.kind.name(),
                needs_second_factor: !is_strong,
                needs_way_in: is_staff && is_strong && !has_way_in(&ctx, p.person).await?,
                capabilities: p.capabilities.iter().map(|c| c.name()).collect(),
                display_name: p.display_name.clone(),
                time_zone: p.time_zone.clone(),
                locale: p.locale.tag(),
            })
        }
    };
    let sign_in = if ctx.app.keycloak.is_some() { "keycloak" } else { "built_in" };
    // Asked at the door alone.
    let is_moving = match (&ctx.app.keycloak, &person) {
        (Some(_), None) => {
            let mut tx = ctx.app.db.begin_system().await?;
            window::open_until(&mut tx, &ctx.app).await?.is_some()
        }
        _ => false,
    };
    Ok(Json(Me {
        is_moving,
        locale: ctx.locale.tag().to_owned(),
        now: ctx.now().to_string(),
        is_demo: ctx.app.config.is_demo,
        sign_in,
        is_password_mailed: ctx.app.keycloak.is_some() && ctx.app.mailer.reaches_people(),
        is_access_ended: ctx.is_access_ended,
        person,
    }))
}

/// People of a demo have the one click.
async fn has_way_in(ctx: &Ctx, person: PersonId) -> Result<bool> {
    if ctx.app.config.is_demo {
        return Ok(true);
    }
    let mut tx = ctx.app.db.begin_system().await?;
    acceptance::staff_has_way_in(&mut tx, &ctx.app, Some(person)).await
}

/// Streams hints about one's own things as server-sent events; resumes after `Last-Event-ID`. An event `reset` means: refetch everything; `ended`: so is the session.
#[utoipa::path(get, path = "/api/live", operation_id = "live", tag = "identity", responses((status = 200, content_type = "text/event-stream")))]
async fn listen(caller: Caller, headers: HeaderMap) -> Result<Response> {
    let known = headers.get("last-event-id").and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    let start = match known {
        Some(position) => position,
        None => {
            let newest = live::newest(&caller.app.db, caller.me()).await?;
            // It may have ended since the caller was known: the hint that says so could be the newest already, and would never be read.
            if !is_in_force(&caller).await {
                return Err(Error::unauthenticated());
            }
            newest
        }
    };
    let mut response = Sse::new(hints(caller, start)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response();
    // Proxies must not hold events back.
    response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    Ok(response)
}

fn hints(caller: Caller, start: i64) -> impl Stream<Item = Result<Event, Infallible>> {
    let wake = caller.app.live.subscribe(caller.me());
    let first = stream::once(async move { Ok(Event::default().event("hello").id(start.to_string()).data("{}")) });
    let rest = stream::unfold(Some((caller, wake, start)), |listening| async move {
        let (caller, mut wake, position) = listening?;
        loop {
            wake.mark_unchanged();
            // Boxed, as below: while a stream waits, it holds nothing of how it reads.
            match Box::pin(live::read_after(&caller.app.db, caller.me(), position)).await {
                // That a session may have ended is heard by the stream itself first: it would wait on otherwise.
                Ok(Some(hints)) if hints.iter().any(|h| h.kind == "identity.sessions") && !Box::pin(is_in_force(&caller)).await => {
                    return Some((vec![ended()], None));
                }
                Ok(Some(hints)) if !hints.is_empty() => {
                    let last = hints.last().map_or(position, |h| h.position);
                    let events = hints
                        .into_iter()
                        .map(|h| Event::default().event(h.kind).id(h.position.to_string()).data(h.payload.to_string()))
                        .collect();
                    return Some((events, Some((caller, wake, last))));
                }
                Ok(Some(_)) => {}
                Ok(None) => {
                    let newest = Box::pin(live::newest(&caller.app.db, caller.me())).await.unwrap_or(0);
                    let reset = Event::default().event("reset").id(newest.to_string()).data("{}");
                    return Some((vec![reset], Some((caller, wake, newest))));
                }
                // The database is away: the stream stays, and looks again.
                Err(_) => {}
            }
            // A session that has ended in the meantime must not go on listening: look at least every minute.
            let mut stopping = caller.app.stopping.clone();
            let goes_on = tokio::select! {
                woken = wake.changed() => woken.is_ok(),
                () = tokio::time::sleep(Duration::from_secs(60)) => true,
                // The tab reconnects, to another node.
                _ = stopping.wait_for(|stop| *stop) => false,
            };
            if !goes_on {
                return None;
            }
            if !Box::pin(is_in_force(&caller)).await {
                return Some((vec![ended()], None));
            }
        }
    });
    first.chain(rest.flat_map(|events: Vec<Event>| stream::iter(events.into_iter().map(Ok))))
}

/// The last event of a stream whose session has ended. A stream that is merely cut is opened again by the browser, after some seconds.
fn ended() -> Event {
    Event::default().event("ended").data("{}")
}

/// A tab that only listens asks nothing else for hours.
async fn keycloak_says(caller: &Caller) -> bool {
    let (app, principal) = (caller.app.clone(), caller.principal.clone());
    // By a task of its own, as requests are (`kernel::whole`): a stream ends with its tab, and what it has begun to ask must not.
    match tokio::spawn(async move { super::keycloak::is_valid_by_now(&app, &principal).await }).await {
        Ok(Ok(is)) => is,
        // Away for longer than is bearable; any other failure says nothing, and the next look will.
        Ok(Err(error)) => error.code != "sign_in_unavailable",
        Err(_) => true,
    }
}

async fn is_in_force(caller: &Caller) -> bool {
    if !keycloak_says(caller).await {
        return false;
    }
    let row: Result<Option<(bool,)>, _> = match caller.begin().await {
        Ok(mut tx) => {
            sqlx::query_as("SELECT revoked_at IS NULL FROM sessions WHERE id = $1")
                .bind(caller.principal.session.0)
                .fetch_optional(&mut *tx)
                .await
        }
        // Nobody can tell now; the next look will.
        Err(_) => return true,
    };
    !matches!(row, Ok(None | Some((false,))))
}
