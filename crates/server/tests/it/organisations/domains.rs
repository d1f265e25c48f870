use serde_json::json;

use super::{World, company};

#[tokio::test]
async fn a_domain_belongs_to_one_company_and_to_nobody_public() {
    let world = World::start().await;
    let at = format!("{}/domains", world.company);
    let details = world.admin.post(&at, json!({ "domain": " @Firma.RU" })).await.is(201).json();
    assert_eq!(details["domains"], json!(["firma.ru"]));
    world.admin.post(&at, json!({ "domain": "mail.ru" })).await.names_field("/domain", "public_mail_domain");
    world.admin.post(&at, json!({ "domain": "gmail.com" })).await.names_field("/domain", "public_mail_domain");
    world.admin.post(&at, json!({ "domain": "firma" })).await.names_field("/domain", "not_a_domain");
    let other = company(&world.admin, "Другая").await;
    world.admin.post(&format!("{other}/domains"), json!({ "domain": "firma.ru" })).await.names_field("/domain", "domain_taken");

    world.admin.delete(&format!("{other}/domains/firma.ru")).await.is_problem(404, "not_found");
    assert_eq!(world.admin.delete(&format!("{at}/firma.ru")).await.is(200).json()["domains"], json!([]));
    world.admin.post(&format!("{other}/domains"), json!({ "domain": "firma.ru" })).await.is(201);
    world.app.staff(&["support"]).await.post(&at, json!({ "domain": "x.ru" })).await.is_problem(403, "not_allowed");
}
