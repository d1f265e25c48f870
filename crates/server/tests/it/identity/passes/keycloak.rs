use serde_json::{Value, json};
use testkit::TestApp;

use super::{by_code, fetch, upkeep};
use crate::identity::world::{access_code, company_domain, company_with_contract, count, execute};

fn entry(proof: Value) -> Value {
    json!({ "proof": proof, "display_name": "Лисица", "time_zone": "Asia/Almaty", "way": "passkey" })
}

#[tokio::test]
async fn at_keycloak_a_pass_opens_an_account_whose_name_is_random() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    // Staff sign in at Keycloak too: it is switched on as the demo does it.
    let company = company_with_contract(&app, "Ромашка", "2026-01-01", "2026-12-31").await;
    let switch = sqlx::query("INSERT INTO company_passes (company_id, is_on, months, changed_at) VALUES ($1, true, 3, now())");
    execute(&app, switch.bind(company)).await;
    upkeep(&app).await;
    company_domain(&app, company, "romashka.example").await;
    let code = access_code(&app, company, 9, None).await;
    app.anonymous().post("/api/auth/keycloak/enter", entry(by_code(&code))).await.is_problem(409, "pass_needed");
    let pass = fetch(&app, company, &by_code(&code)).await;
    let proof = json!({ "kind": "pass", "pass": pass });
    // With a password it would have a name: not one that the company knows.
    let address = json!({ "proof": proof, "email": "anna@romashka.example" });
    app.anonymous().post("/api/auth/keycloak/enter/address", address).await.names_field("/email", "work_address");
    let started = app.anonymous().post("/api/auth/keycloak/enter", entry(proof.clone())).await.is(200);
    let browser = app.anonymous().with_cookie_of(&started);
    let brought = json!({
        "state": keycloak.last_asked()["state"], "code": keycloak.code(), "iss": keycloak.issuer(), "action_status": "success",
    });
    let answered = browser.post("/api/auth/keycloak/answer", brought).await.is(200);
    assert_eq!(answered.json()["is_new"], true);
    assert_eq!(count(&app, "SELECT count(*) FROM memberships WHERE via = 'pass' AND came_by IS NULL AND domain IS NULL").await, 1);
    app.anonymous().post("/api/auth/keycloak/enter", entry(proof)).await.names_field("/pass", "pass_used");
    app.anonymous()
        .post("/api/auth/pass/enter", json!({ "pass": pass, "display_name": "Лис", "time_zone": "Asia/Almaty" }))
        .await
        .is_problem(409, "sign_in_at_keycloak");
}
