use serde_json::{Value, json};

use super::{PDF, World, entry_of, png, published_category, specialist, texts};

#[tokio::test]
async fn the_card_names_what_is_missing_and_is_handed_in_when_whole() {
    let world = World::start().await;
    let empty = world.vera.get("/api/card").await.is(200).json();
    assert_eq!(empty["status"], "draft");
    let missing = json!(["photo", "headline", "about", "languages", "formats", "topics", "practising_since", "education"]);
    assert_eq!(empty["missing"], missing);
    let refused = world.vera.post("/api/card/submit", json!({})).await.is_problem(409, "card_incomplete");
    assert_eq!(refused.json()["missing"], missing);

    world.fill(&world.vera).await;
    let whole = world.vera.get("/api/card").await.json();
    assert_eq!(whole["missing"], json!([]));
    assert_eq!((whole["price_minor"].as_i64(), whole["price_currency"].as_str()), (Some(350_000), Some("RUB")));
    assert_eq!(world.vera.post("/api/card/submit", json!({})).await.is(200).json()["status"], "submitted");
    world.vera.post("/api/card/submit", json!({})).await.is_problem(409, "card_already_submitted");
}

#[tokio::test]
async fn what_is_absent_stays_and_null_clears() {
    let world = World::start().await;
    world.vera.patch("/api/card", json!({ "practising_since": 2011, "price_minor": 100, "gender": "female" })).await.is(200);
    let changed = world.vera.patch("/api/card", json!({ "price_minor": null })).await.is(200).json();
    assert_eq!((&changed["price_minor"], &changed["practising_since"], &changed["gender"]), (&Value::Null, &json!(2011), &json!("female")));
}

#[tokio::test]
async fn every_field_of_the_card_is_bounded() {
    let world = World::start().await;
    let check = async |change: Value, pointer: &str, code: &str| {
        world.vera.patch("/api/card", change).await.names_field(pointer, code);
    };
    check(json!({ "gender": "other" }), "/gender", "not_a_choice").await;
    check(json!({ "languages": ["tlh"] }), "/languages/0", "not_a_choice").await;
    check(json!({ "languages": ["ru", "ru"] }), "/languages/1", "repeated").await;
    check(json!({ "formats": ["fax"] }), "/formats/0", "not_a_choice").await;
    check(json!({ "headline": { "ru": "x".repeat(121) } }), "/headline/ru", "too_long").await;
    check(json!({ "about": { "en": "x".repeat(3001) } }), "/about/en", "too_long").await;
    check(json!({ "about": { "en": "a\u{0}b" } }), "/about/en", "control_characters").await;
    check(json!({ "approaches": vec!["КПТ"; 13] }), "/approaches", "too_many").await;
    check(json!({ "approaches": [""] }), "/approaches/0", "required").await;
    check(json!({ "practising_since": 1949 }), "/practising_since", "out_of_range").await;
    check(json!({ "practising_since": 2027 }), "/practising_since", "out_of_range").await;
    check(json!({ "price_minor": -1 }), "/price_minor", "out_of_range").await;
    check(json!({ "topics": [world.app.app.new_id()] }), "/topics/0", "not_a_choice").await;
    check(json!({ "categories": [world.app.app.new_id()] }), "/categories/0", "not_a_choice").await;
    let education = async |change: Value, pointer: &str, code: &str| {
        world.vera.post("/api/card/education", change).await.names_field(pointer, code);
    };
    education(json!({ "title": "", "institution": "МГУ", "year": 2010 }), "/title", "required").await;
    education(json!({ "title": "Психолог", "institution": "x".repeat(201), "year": 2010 }), "/institution", "too_long").await;
    education(json!({ "title": "Психолог", "institution": "МГУ", "year": 2030 }), "/year", "out_of_range").await;
    education(json!({ "title": "Психолог", "institution": "МГУ", "year": 2010, "hours": 0 }), "/hours", "out_of_range").await;
}

#[tokio::test]
async fn a_field_is_asked_for_and_entered_by_the_operators_check() {
    let world = World::start().await;
    let (lawyer, law_topic) = published_category(&world.checker, "lawyer").await;
    world.vera.patch("/api/card", json!({ "topics": [law_topic] })).await.names_field("/topics/0", "not_a_choice");
    let change = json!({ "categories": [world.category, lawyer], "topics": [world.topic, law_topic] });
    let card = world.vera.patch("/api/card", change).await.is(200).json();
    assert_eq!(card["categories"], json!([world.category]));
    assert_eq!(card["requested_categories"], json!([lawyer]));

    world.make_public(&world.vera).await; // into the first category only
    let card = world.vera.get("/api/card").await.json();
    assert_eq!(card["categories"], json!([world.category]));
    assert_eq!(card["topics"], json!([world.topic]), "topics of a field not entered are gone");

    // Leaving needs nobody, and takes the topics along.
    let card = world.vera.patch("/api/card", json!({ "categories": [] })).await.is(200).json();
    assert_eq!((&card["categories"], &card["topics"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn a_published_card_stays_published_while_changed_education_waits_again() {
    let world = World::start().await;
    world.make_public(&world.vera).await;
    let card = world.vera.patch("/api/card", json!({ "headline": texts("По-новому") })).await.is(200).json();
    assert_eq!(card["status"], "published");
    assert_eq!(world.vera.get("/api/card/preview").await.json()["education"][0]["title"], "Психолог");

    let at = format!("/api/card/education/{}", entry_of(&card));
    // The same again changes nothing.
    let same = json!({ "title": "Психолог", "institution": "МГУ", "year": 2010 });
    assert_eq!(world.vera.put(&at, same).await.is(200).json()["education"][0]["state"], "verified");
    let card = world.vera.put(&at, json!({ "title": "Врач", "institution": "МГУ", "year": 2010 })).await.is(200).json();
    assert_eq!((card["education"][0]["state"].as_str(), card["status"].as_str()), (Some("pending"), Some("published")));
    assert_eq!(world.vera.get("/api/card/preview").await.json()["education"], json!([]));

    world.verify(&world.vera).await;
    let exchanged = world.vera.upload(&format!("{at}/document"), "new.png", &png(20, 20)).await.is(200).json();
    assert_eq!(exchanged["education"][0]["state"], "pending");
    assert_eq!(exchanged["education"][0]["document_type"], "image/jpeg");
}

#[tokio::test]
async fn others_entries_do_not_exist() {
    let world = World::start().await;
    world.make_public(&world.vera).await;
    let id = entry_of(&world.vera.get("/api/card").await.json());
    let stranger = specialist(&world.app, "Олег", &[]).await;
    let at = format!("/api/card/education/{id}");
    let fields = json!({ "title": "Моё", "institution": "МГУ", "year": 2010 });
    stranger.put(&at, fields).await.is_problem(404, "not_found");
    stranger.delete(&at).await.is_problem(404, "not_found");
    stranger.get(&format!("{at}/document")).await.is_problem(404, "not_found");
    stranger.upload(&format!("{at}/document"), "x.pdf", PDF).await.is_problem(404, "not_found");
    world.vera.get(&format!("{at}/document")).await.is(200);
}

#[tokio::test]
async fn a_double_entry_is_added_once_and_a_handed_in_card_keeps_a_photo() {
    let world = World::start().await;
    let fields = json!({ "title": "Курс", "institution": "Институт", "year": 2020, "hours": 72 });
    let (one, two) = tokio::join!(
        world.vera.post_with_key("/api/card/education", &fields, "same-key"),
        world.vera.post_with_key("/api/card/education", &fields, "same-key")
    );
    assert_eq!((one.is(201).json()["education"].clone(), 1), (two.is(201).json()["education"].clone(), 1));
    assert_eq!(world.vera.get("/api/card").await.json()["education"].as_array().unwrap().len(), 1);
    let id = entry_of(&world.vera.get("/api/card").await.json());
    assert_eq!(world.vera.delete(&format!("/api/card/education/{id}")).await.is(200).json()["education"], json!([]));

    world.vera.upload("/api/card/photo", "me.png", &png(210, 210)).await.is(200);
    assert_eq!(world.vera.delete("/api/card/photo").await.is(200).json()["photo"], Value::Null);
    world.submit(&world.vera).await;
    world.vera.delete("/api/card/photo").await.is_problem(409, "photo_needed");
}

#[tokio::test]
async fn only_specialists_have_a_card() {
    let world = World::start().await;
    world.app.anonymous().get("/api/card").await.is_problem(401, "sign_in_required");
    world.app.employee("Анна").await.get("/api/card").await.is_problem(403, "not_allowed");
    world.checker.patch("/api/card", json!({})).await.is_problem(403, "not_allowed");
    world.app.specialist_account("Без карточки").await.get("/api/card").await.is_problem(404, "not_found");
}
