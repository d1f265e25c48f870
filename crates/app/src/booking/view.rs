//! An appointment as it is shown to the employee, the specialist and the operator.

use domain::{
    booking::{Booked, CancelRule, GRACE, JOIN_EARLY},
    ids::AppointmentId,
    time::Timestamp,
};
use platform::db::Tx;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    cancel::acting,
    confirm::missing_consents,
    quota::Benefit,
    sql::views::{self as sql, ViewRow},
};
use crate::kernel::{
    ctx::{Caller, Kind},
    error::{Error, Result},
};

/// An appointment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AppointmentView {
    pub id: Uuid,
    /// `held`, `booked`, `completed`, `canceled` or `expired`.
    pub status: String,
    /// `video`, `audio` or `chat`.
    pub format: String,
    pub starts_at: String,
    pub ends_at: String,
    /// When it was to end, if it was ended before its time: it ended at `ends_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_ends_at: Option<String>,
    pub length_min: i64,
    pub category: CategoryBrief,
    pub specialist: SpecialistBrief,
    /// For the specialist and the operator: under which name the person came. Absent for the person themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientBrief>,
    /// Only while it is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<HoldView>,
    /// What a cancellation or a move would mean at this moment. Only while it is held or booked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyView>,
    /// Only once it was called off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canceled: Option<CanceledView>,
    /// Whether it counts as used: decided when it is over or was called off.
    pub is_counted: bool,
    /// Whether it counted, and the operator has given it back.
    pub is_given_back: bool,
    /// The start before the last move.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<String>,
    /// From when on the room can be entered. Only while it is booked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joins_from: Option<String>,
    /// How it ended: `held`, `employee_absent`, `specialist_absent`, `both_absent` or `cut_short`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// What the person has of this benefit, this session taken into account. Only in the answer to a hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub benefit: Option<BenefitView>,
    /// The person waited for such a time and is off the waiting list now. Only in the answer to a confirmation.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ends_waiting: bool,
}

/// The field of an appointment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CategoryBrief {
    pub id: Uuid,
    /// In the reader's language.
    pub name: String,
    pub icon: String,
}

/// With whom.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SpecialistBrief {
    pub id: Uuid,
    pub display_name: String,
    /// The specialist's zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The photo's file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo_file_id: Option<Uuid>,
}

/// Who came.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClientBrief {
    pub id: Uuid,
    pub display_name: String,
}

/// A hold.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HoldView {
    pub expires_at: String,
    /// Made for the person from the waiting list.
    pub is_offer: bool,
    /// Purposes for which a consent is wanted before it can be confirmed.
    pub consents_missing: Vec<String>,
}

/// The rule for leaving, in values: the page puts it into words.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PolicyView {
    /// Until then cancelling and moving cost nothing.
    pub free_until: String,
    /// The category's rule behind it: hours before the start.
    pub free_hours: i32,
    /// Whether a cancellation by the reader would count as used at this moment.
    pub counts_now: bool,
    /// Only while it is held and the rule's hours have passed: so many minutes after booking both are still free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace_min: Option<i64>,
    pub may_move: bool,
    pub may_cancel: bool,
}

/// A cancellation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CanceledView {
    pub at: String,
    /// `employee`, `specialist`, `operator` or `system`.
    pub by: String,
}

/// What a person has of a benefit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BenefitView {
    pub left: i32,
    pub granted: i32,
    /// The last day of the contract year, `YYYY-MM-DD`.
    pub year_end: String,
}

impl BenefitView {
    pub(super) fn of(benefit: &Benefit) -> Self {
        let balance = benefit.balance();
        Self { left: balance.left(), granted: balance.granted, year_end: benefit.year_end.to_string() }
    }

    /// From what it was before one session was set aside.
    pub(super) fn after_hold(benefit: &Benefit) -> Self {
        let before = Self::of(benefit);
        Self { left: before.left - 1, ..before }
    }
}

/// The appointment as the caller sees it.
pub(super) async fn load(tx: &mut Tx, caller: &Caller, id: AppointmentId) -> Result<AppointmentView> {
    let row = sql::one(tx, id).await?.ok_or_else(Error::not_found)?;
    let is_held = row.status == "held";
    let mut view = of(caller, row);
    if is_held
        && caller.principal.kind == Kind::Employee
        && let Some(hold) = &mut view.hold
    {
        hold.consents_missing = missing_consents(tx, caller.me(), view.category.id.into()).await?;
    }
    Ok(view)
}

/// A row as the caller sees it.
pub(super) fn of(caller: &Caller, row: ViewRow) -> AppointmentView {
    let now = caller.now();
    let visit = domain::booking::Visit { start: row.starts_at.to_jiff(), end: row.ends_at.to_jiff() };
    let is_overdue = row.status == "held" && row.hold_expires_at.is_none_or(|at| at.to_jiff() <= now);
    let status = if is_overdue { "expired".to_owned() } else { row.status };
    let policy = matches!(status.as_str(), "held" | "booked").then(|| {
        let booked = Booked {
            visit,
            booked_at: row.booked_at.unwrap_or(row.created_at).to_jiff(),
            free_until: row.cancel_free_until.to_jiff(),
            sequence: u32::try_from(row.ical_sequence).unwrap_or(0),
        };
        policy(caller, booked, row.cancel_free_hours, status == "booked")
    });
    AppointmentView {
        id: row.id,
        format: row.format,
        starts_at: visit.start.to_string(),
        ends_at: visit.end.to_string(),
        planned_ends_at: row.planned_ends_at.map(|at| at.to_jiff().to_string()),
        length_min: domain::booking::Visit { end: row.planned_ends_at.map_or(visit.end, |at| at.to_jiff()), ..visit }.minutes(),
        category: CategoryBrief { id: row.category_id, name: row.category_name.0.get(caller.locale).to_owned(), icon: row.category_icon },
        specialist: SpecialistBrief {
            id: row.specialist_id,
            display_name: row.specialist_name,
            time_zone: row.specialist_zone,
            photo_file_id: row.specialist_photo,
        },
        client: (row.employee_id != caller.me().0).then_some(ClientBrief { id: row.employee_id, display_name: row.employee_name }),
        hold: row.hold_expires_at.filter(|_| status == "held").map(|at| HoldView {
            expires_at: at.to_jiff().to_string(),
            is_offer: row.is_offer,
            consents_missing: Vec::new(),
        }),
        policy,
        canceled: row.canceled_at.map(|at| CanceledView { at: at.to_jiff().to_string(), by: row.canceled_by.unwrap_or_default() }),
        is_counted: row.is_counted,
        is_given_back: row.is_given_back,
        moved_from: row.moved_from.map(|at| at.to_jiff().to_string()),
        joins_from: (status == "booked").then(|| joins_from(visit.start).to_string()),
        outcome: row.outcome,
        ends_waiting: false,
        benefit: None,
        status,
    }
}

fn policy(caller: &Caller, booked: Booked, free_hours: i32, is_booked: bool) -> PolicyView {
    let (now, by) = (caller.now(), acting(caller));
    // While it is held nobody knows when it will be booked; what hangs on that is told as a length.
    let rule = CancelRule { free_hours: u32::try_from(free_hours).unwrap_or(0) };
    let is_by_grace = !is_booked && booked.free_until > rule.free_by_rule(booked.visit.start);
    PolicyView {
        free_until: booked.free_until.to_string(),
        free_hours,
        counts_now: booked.would_count(by, now),
        grace_min: is_by_grace.then_some(GRACE.as_mins()),
        may_move: is_booked && booked.may_move(by, now).is_ok(),
        may_cancel: is_booked && booked.cancel(by, now).is_ok(),
    }
}

/// When a session may first be joined.
fn joins_from(start: Timestamp) -> Timestamp {
    start.checked_sub(JOIN_EARLY).unwrap_or(start)
}
