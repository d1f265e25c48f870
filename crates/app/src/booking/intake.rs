//! "What brings you here": chosen topics and the answers to a category's short questionnaire. Sealed by the person's data key before it is stored; read
//! by the person, and by a specialist whom they have booked in that category. Kept only while the consents that the category wants are in force
//! (152-ФЗ art. 9 and 10: information on health needs a consent of its own).

use std::collections::BTreeMap;

use domain::ids::{CategoryId, PersonId};
use jiff_sqlx::ToSqlx;
use platform::{crypto::Place, db::Tx};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{confirm::missing_consents, sql::discovery as sql};
use crate::kernel::{
    app::App,
    audit::{self, Entry},
    command::Command,
    ctx::Caller,
    error::{Error, FieldError, Result},
    sealing::{data_key, open_text, seal_text},
    validation::{Checks, params},
};

/// What brings a person. Everything may be left out; an empty one takes back what was said.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct IntakeRequest {
    pub category_id: Uuid,
    #[serde(default)]
    pub topics: Vec<Uuid>,
    /// By question: an option's id, a list of them, a number, or a text, as the question's kind is.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub answers: BTreeMap<String, Value>,
}

/// What a person has said.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Intake {
    pub topics: Vec<Uuid>,
    #[schema(value_type = Object)]
    pub answers: BTreeMap<String, Value>,
}

/// Of which category.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IntakeQuery {
    category: Uuid,
}

/// A question, as far as an answer is checked against it.
#[derive(Debug, Deserialize)]
struct Question {
    id: String,
    kind: String,
    #[serde(default)]
    options: Vec<AnswerOption>,
    min: Option<i64>,
    max: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct AnswerOption {
    id: String,
}

const TEXT_MAX: usize = 2000;
/// A scale without bounds of its own.
const SCALE: (i64, i64) = (0, 10);

/// Keeps what the caller says. 409 `consents_missing` names `purposes`; what was said can be taken back without them.
pub(super) async fn save(cmd: &mut Command, caller: &Caller, request: &IntakeRequest) -> Result<Intake> {
    let (tx, me) = (&mut cmd.tx, caller.me());
    let rows = sql::categories(tx, Some(CategoryId(request.category_id))).await?;
    let category = rows.first().ok_or_else(|| Error::field("/category_id", "not_an_option"))?;
    let questions: Vec<Question> = serde_json::from_value(category.questionnaire.clone()).map_err(Error::internal)?;
    let known: Vec<Uuid> = category.topics.0.iter().map(|t| t.id).collect();
    check(request, &known, &questions)?;
    let intake = Intake { topics: request.topics.clone(), answers: request.answers.clone() };
    if intake.topics.is_empty() && intake.answers.is_empty() {
        sqlx::query("DELETE FROM intakes WHERE employee_id = $1 AND category_id = $2")
            .bind(me.0)
            .bind(request.category_id)
            .execute(&mut **tx)
            .await?;
    } else {
        let missing = missing_consents(tx, me, CategoryId(request.category_id)).await?;
        if !missing.is_empty() {
            return Err(Error::conflict("consents_missing").extra("purposes", missing));
        }
        let key = data_key(tx, &caller.app, me).await?;
        let text = serde_json::to_string(&intake).map_err(Error::internal)?;
        sqlx::query(
            "INSERT INTO intakes (employee_id, category_id, sealed, updated_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (employee_id, category_id) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at",
        )
        .bind(me.0)
        .bind(request.category_id)
        .bind(seal_text(&caller.app, &key, place(request.category_id), &text))
        .bind(caller.now().to_sqlx())
        .execute(&mut **tx)
        .await?;
    }
    audit::append(tx, caller, Entry::new("booking.intake").about(me).on("category", request.category_id)).await?;
    Ok(intake)
}

/// A consent that was withdrawn.
#[derive(Debug, Deserialize)]
struct Withdrawn {
    person: PersonId,
    purpose: String,
}

/// Does the job `booking.forget_answers`: what the person has said wherever the withdrawn consent was wanted for it. Nothing if they have agreed again.
pub(super) async fn forget(app: &App, payload: &Value) -> anyhow::Result<()> {
    let Withdrawn { person, purpose } = serde_json::from_value(payload.clone())?;
    let mut tx = app.db.begin_system().await?;
    sqlx::query(
        "DELETE FROM intakes i USING categories c
         WHERE c.id = i.category_id AND i.employee_id = $1 AND $2 = ANY (c.consent_purposes)
           AND NOT EXISTS (SELECT FROM consents x WHERE x.person_id = $1 AND x.purpose = $2 AND x.withdrawn_at IS NULL)",
    )
    .bind(person.0)
    .bind(purpose)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// What the caller has said before; empty if nothing.
pub(super) async fn read(caller: &Caller, query: &IntakeQuery) -> Result<Intake> {
    let mut tx = caller.begin().await?;
    let intake = open(&mut tx, caller, query.category).await?;
    tx.commit().await?;
    Ok(intake.unwrap_or(Intake { topics: Vec::new(), answers: BTreeMap::new() }))
}

/// The categories in which a person has said something.
pub(super) async fn told(tx: &mut Tx, person: PersonId) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar("SELECT category_id FROM intakes WHERE employee_id = $1").bind(person.0).fetch_all(&mut **tx).await?)
}

async fn open(tx: &mut Tx, caller: &Caller, category: Uuid) -> Result<Option<Intake>> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT sealed FROM intakes WHERE employee_id = $1 AND category_id = $2")
        .bind(caller.me().0)
        .bind(category)
        .fetch_optional(&mut **tx)
        .await?;
    let Some((sealed,)) = row else { return Ok(None) };
    let key = data_key(tx, &caller.app, caller.me()).await?;
    serde_json::from_str(&open_text(&key, place(category), &sealed)?).map(Some).map_err(Error::internal)
}

/// The data key is the person's own, so the category tells one intake of theirs from another.
fn place(category: Uuid) -> Place<'static> {
    Place { table: "intakes", column: "sealed", row: category }
}

fn check(request: &IntakeRequest, topics: &[Uuid], questions: &[Question]) -> Result<()> {
    let mut checks = Checks::new();
    checks.that(request.topics.len() <= 20, "/topics", "too_many");
    for (index, topic) in request.topics.iter().enumerate().take(20) {
        checks.that(topics.contains(topic), &format!("/topics/{index}"), "not_an_option");
    }
    let mut faults = Vec::new();
    for (id, answer) in &request.answers {
        let code = match questions.iter().find(|q| q.id == *id) {
            None => Some("not_an_option"),
            Some(question) => fault(question, answer),
        };
        if let Some(code) = code {
            let pointer = format!("/answers/{}", id.replace('~', "~0").replace('/', "~1"));
            faults.push(FieldError { pointer, code, params: params([("max", TEXT_MAX.into()), ("min", 0.into())]) });
        }
    }
    checks.done()?;
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
}

/// What is wrong with an answer to a question.
fn fault(question: &Question, answer: &Value) -> Option<&'static str> {
    let is_option = |value: &Value| value.as_str().is_some_and(|id| question.options.iter().any(|o| o.id == id));
    let holds = match question.kind.as_str() {
        "single" => is_option(answer),
        "multi" => answer.as_array().is_some_and(|all| all.len() <= question.options.len() && all.iter().all(is_option)),
        "scale" => {
            let (min, max) = (question.min.unwrap_or(SCALE.0), question.max.unwrap_or(SCALE.1));
            answer.as_i64().is_some_and(|n| (min..=max).contains(&n))
        }
        "text" => match answer.as_str() {
            Some(text) if text.chars().count() > TEXT_MAX => return Some("too_long"),
            Some(text) => !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')),
            None => return Some("wrong_type"),
        },
        _ => false,
    };
    (!holds).then_some("not_an_option")
}
