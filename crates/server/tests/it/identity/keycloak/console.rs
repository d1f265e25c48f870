//! What is done in Keycloak's own console.

use std::time::Duration;

use app::kernel::ctx::Kind;
use jiff::SignedDuration;
use platform::jobs::{self, NewJob};
use serde_json::json;
use testkit::{Mood, PlayedKeycloak, TestApp};

use super::{is_in, known, sign_in};
use crate::identity::world::count;

/// The job, as it comes round by the clock.
pub(super) async fn hear(app: &TestApp) {
    app.pass(SignedDuration::from_secs(3));
    let mut tx = app.app.db.begin_system().await.unwrap();
    let job = NewJob { kind: "identity.hear_console", payload: json!({}), unique_key: None, run_at: app.now() };
    jobs::enqueue(&mut tx, app.now(), job).await.unwrap();
    tx.commit().await.unwrap();
    // Whatever else is due waits for its own test.
    app.do_jobs_of(&["identity.hear_console"]).await;
}

async fn start() -> (TestApp, PlayedKeycloak) {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    hear(&app).await;
    (app, keycloak)
}

#[tokio::test]
async fn who_is_disabled_there_is_out_here_at_once() {
    let (app, keycloak) = start().await;
    let employee = sign_in(&app, &keycloak, "employee").await;
    keycloak.is(Mood::Denies);
    assert!(is_in(&employee).await, "nobody has told yet");
    assert_eq!(keycloak.refreshes(), 0);
    keycloak.console("UPDATE", "users/sub-1");
    hear(&app).await;
    assert!(!is_in(&employee).await);
    assert_eq!(keycloak.refreshes(), 1);
}

#[tokio::test]
async fn an_open_tab_of_who_is_disabled_there_hears_of_it_at_once() {
    let (app, keycloak) = start().await;
    let employee = sign_in(&app, &keycloak, "employee").await;
    let tab = {
        let employee = employee.clone();
        tokio::spawn(async move { employee.get("/api/live").await })
    };
    while app.app.live.listeners() == 0 {
        tokio::task::yield_now().await;
    }
    keycloak.is(Mood::Denies);
    keycloak.console("UPDATE", "users/sub-1");
    hear(&app).await;
    app.app.live.wake(None);
    let heard = tokio::time::timeout(Duration::from_secs(30), tab).await.expect("the stream ends").unwrap();
    heard.is(200);
    assert!(!is_in(&employee).await);
}

#[tokio::test]
async fn an_event_is_taken_once_and_of_others_nothing_is_asked() {
    let (app, keycloak) = start().await;
    let employee = sign_in(&app, &keycloak, "employee").await;
    keycloak.console("UPDATE", "users/somebody-else");
    keycloak.console_by_us("UPDATE", "users/sub-1");
    hear(&app).await;
    assert!(is_in(&employee).await);
    assert_eq!(keycloak.refreshes(), 0, "what the product does itself is known here");
    keycloak.console("ACTION", "users/sub-1/role-mappings/realm");
    for _ in 0..3 {
        hear(&app).await;
        assert!(is_in(&employee).await);
    }
    assert_eq!(keycloak.refreshes(), 1, "asked once, and still good");
}

#[tokio::test]
async fn a_password_replaced_by_an_administrator_ends_the_sessions_of_the_old_one() {
    let (app, keycloak) = start().await;
    let employee = sign_in(&app, &keycloak, "employee").await;
    keycloak.console("ACTION", "users/sub-1/reset-password");
    hear(&app).await;
    assert!(!is_in(&employee).await);
    app.do_jobs().await;
    assert_eq!(keycloak.ended(), ["sid-1"], "there too");
}

#[tokio::test]
async fn while_keycloak_is_away_nothing_is_lost() {
    let (app, keycloak) = start().await;
    let employee = sign_in(&app, &keycloak, "employee").await;
    keycloak.is(Mood::Away);
    keycloak.console("DELETE", "users/sub-1");
    hear(&app).await;
    let asked = keycloak.asked_for_events();
    hear(&app).await;
    assert_eq!(keycloak.asked_for_events(), asked, "it is left alone for a while");
    assert!(is_in(&employee).await);
    keycloak.is(Mood::Denies);
    app.pass(SignedDuration::from_secs(20));
    hear(&app).await;
    assert!(!is_in(&employee).await);
}

#[tokio::test]
async fn many_at_once_and_late_ones_are_all_taken() {
    let (app, keycloak) = start().await;
    let employee = sign_in(&app, &keycloak, "employee").await;
    for number in 0..250 {
        keycloak.console("UPDATE", &format!("users/other-{number}"));
    }
    hear(&app).await;
    assert_eq!(count(&app, "SELECT count(*) FROM console_events").await, 250);
    // One whose transaction ended later than its time says.
    keycloak.is(Mood::Denies);
    app.pass(-SignedDuration::from_secs(30));
    keycloak.console("UPDATE", "users/sub-1");
    app.pass(SignedDuration::from_secs(30));
    hear(&app).await;
    assert!(!is_in(&employee).await);
}

#[tokio::test]
async fn an_organization_changed_by_hand_is_put_right_at_once() {
    let (app, keycloak) = start().await;
    app.do_jobs().await;
    let waiting = "SELECT count(*) FROM jobs WHERE kind = 'organisations.reconcile'";
    keycloak.console_by_us("UPDATE", "organizations/o");
    hear(&app).await;
    assert_eq!(count(&app, waiting).await, 0, "else each repair would ask for the next");
    keycloak.console("UPDATE", "organizations/o");
    hear(&app).await;
    assert_eq!(count(&app, waiting).await, 1);
}
