//! The slice's endpoints. Both people of a thread call the same ones.

use axum::{http::StatusCode, response::Response};
use domain::{
    access::Action,
    ids::{PersonId, ThreadId},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{messages, threads};
use crate::kernel::{
    app::App,
    command::{Begun, IdempotencyKey, begin},
    ctx::Caller,
    error::Result,
    guard::guarded,
    json::{Json, Path, Query},
    validation::Checks,
};

/// The slice's routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::Chat, routes!(list_threads, open_thread)))
        .routes(guarded(Action::Chat, routes!(read_thread)))
        .routes(guarded(Action::Chat, routes!(list_messages, send_message)))
        .routes(guarded(Action::Chat, routes!(mark_thread_read)))
}

/// Somebody to write to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatPerson {
    pub id: Uuid,
    pub name: String,
}

/// A thread, without its content.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatThread {
    pub id: Uuid,
    pub with: ChatPerson,
    /// When it was last written in, or opened.
    pub last_at: String,
    /// How many messages of the other one has not read.
    pub unread: i64,
    /// The number of the newest message; 0 if there is none.
    pub newest: i64,
}

impl From<threads::Thread> for ChatThread {
    fn from(thread: threads::Thread) -> Self {
        Self {
            id: thread.id.0,
            with: ChatPerson { id: thread.other.0, name: thread.other_name },
            last_at: thread.last_at.to_string(),
            unread: thread.unread,
            newest: thread.newest,
        }
    }
}

/// One's threads.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatThreads {
    /// The last written in first.
    pub threads: Vec<ChatThread>,
    /// Whom one may write to besides: one has a consultation with them and no thread yet. With the first page only.
    pub reachable: Vec<ChatPerson>,
    /// Whether there are more after these.
    pub has_more: bool,
}

/// Which threads.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ThreadsQuery {
    /// The last thread of the page before.
    pub after: Option<Uuid>,
    /// 1 to 100; 50 without it.
    pub limit: Option<i64>,
}

/// Lists one's threads.
#[utoipa::path(get, path = "/api/threads", operation_id = "list_threads", tag = "chat",
    params(ThreadsQuery), responses((status = 200, body = ChatThreads)))]
async fn list_threads(caller: Caller, Query(query): Query<ThreadsQuery>) -> Result<Json<ChatThreads>> {
    let limit = limit(query.limit)?;
    let mut tx = caller.begin().await?;
    let mut found = threads::list(&mut tx, caller.me(), query.after.map(ThreadId), limit + 1).await?;
    let reachable = if query.after.is_none() { threads::reachable(&mut tx, caller.me()).await? } else { Vec::new() };
    tx.commit().await?;
    let page = usize::try_from(limit).unwrap_or(0);
    let has_more = found.len() > page;
    found.truncate(page);
    Ok(Json(ChatThreads {
        threads: found.into_iter().map(Into::into).collect(),
        reachable: reachable.into_iter().map(|(id, name)| ChatPerson { id: id.0, name }).collect(),
        has_more,
    }))
}

fn limit(asked: Option<i64>) -> Result<i64> {
    let limit = asked.unwrap_or(50);
    Checks::new().range(limit, 1, 100, "?limit").done()?;
    Ok(limit)
}

/// With whom to open a thread.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct OpenThread {
    /// Somebody with whom one has a consultation, coming or past.
    pub with: Uuid,
}

/// Opens a thread, or finds the one there is.
#[utoipa::path(post, path = "/api/threads", operation_id = "open_thread", tag = "chat",
    request_body = OpenThread, responses((status = 200, body = ChatThread)))]
async fn open_thread(caller: Caller, key: IdempotencyKey, Json(body): Json<OpenThread>) -> Result<Response> {
    let mut command = match begin(&caller, &key, "open_thread", &body).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    let thread = threads::open(&mut command.tx, &caller, PersonId(body.with)).await?;
    command.finish(StatusCode::OK, &ChatThread::from(thread)).await
}

/// Reads a thread, without its content.
#[utoipa::path(get, path = "/api/threads/{id}", operation_id = "read_thread", tag = "chat",
    params(("id" = Uuid, Path)), responses((status = 200, body = ChatThread)))]
async fn read_thread(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<ChatThread>> {
    let mut tx = caller.begin().await?;
    let thread = threads::find(&mut tx, caller.me(), ThreadId(id)).await?;
    tx.commit().await?;
    Ok(Json(thread.into()))
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatMessage {
    pub id: Uuid,
    /// 1, 2, 3 … within the thread, without gaps.
    pub number: i64,
    pub is_mine: bool,
    pub text: String,
    pub sent_at: String,
    pub read_at: Option<String>,
}

impl From<messages::Message> for ChatMessage {
    fn from(message: messages::Message) -> Self {
        Self {
            id: message.id,
            number: message.number,
            is_mine: message.is_mine,
            text: message.text,
            sent_at: message.sent_at.to_string(),
            read_at: message.read_at.map(|at| at.to_string()),
        }
    }
}

/// A page of messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatMessages {
    /// The newest last.
    pub messages: Vec<ChatMessage>,
    /// Whether there are earlier ones: ask with `before` = the first number here.
    pub has_earlier: bool,
}

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MessagesQuery {
    /// Only those with a smaller number.
    pub before: Option<i64>,
    /// 1 to 100; 50 without it.
    pub limit: Option<i64>,
}

/// Reads a page of messages, the newest last.
#[utoipa::path(get, path = "/api/threads/{id}/messages", operation_id = "list_messages", tag = "chat",
    params(("id" = Uuid, Path), MessagesQuery), responses((status = 200, body = ChatMessages)))]
async fn list_messages(caller: Caller, Path(id): Path<Uuid>, Query(query): Query<MessagesQuery>) -> Result<Json<ChatMessages>> {
    let limit = limit(query.limit)?;
    let mut tx = caller.begin().await?;
    let (found, has_earlier) = messages::page(&mut tx, &caller, ThreadId(id), query.before, limit).await?;
    tx.commit().await?;
    Ok(Json(ChatMessages { messages: found.into_iter().map(Into::into).collect(), has_earlier }))
}

/// A message to be sent.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewMessage {
    /// 1 to 4,000 characters.
    pub text: String,
}

/// Where a message was kept. Without its text, which lies nowhere but in its place.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageSent {
    pub id: Uuid,
    pub number: i64,
    pub sent_at: String,
}

/// Sends a message.
#[utoipa::path(post, path = "/api/threads/{id}/messages", operation_id = "send_message", tag = "chat",
    params(("id" = Uuid, Path)), request_body = NewMessage, responses((status = 201, body = MessageSent)))]
async fn send_message(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(body): Json<NewMessage>) -> Result<Response> {
    // What is kept to recognise a repeat must not let anybody try words against it: a keyed hash, not the text's own.
    let asked = (id, hex::encode(caller.app.keys.lookup("request", &body.text)));
    let mut command = match begin(&caller, &key, "send_message", &asked).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    let sent = messages::send(&mut command.tx, &caller, ThreadId(id), &body.text).await?;
    command.finish(StatusCode::CREATED, &MessageSent { id: sent.id, number: sent.number, sent_at: caller.now().to_string() }).await
}

/// How far one has read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ReadUpTo {
    /// The number of the last message seen.
    pub number: i64,
}

/// Says that one has read the other's messages up to a number.
#[utoipa::path(post, path = "/api/threads/{id}/read", operation_id = "mark_thread_read", tag = "chat",
    params(("id" = Uuid, Path)), request_body = ReadUpTo, responses((status = 200)))]
async fn mark_thread_read(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(body): Json<ReadUpTo>) -> Result<Response> {
    let mut command = match begin(&caller, &key, "mark_thread_read", &(id, &body)).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    messages::mark_read(&mut command.tx, &caller, ThreadId(id), body.number).await?;
    command.finish(StatusCode::OK, &serde_json::json!({})).await
}
