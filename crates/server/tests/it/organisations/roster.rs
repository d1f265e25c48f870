use serde_json::json;

use super::World;

const FILE: &[u8] = "Имя;Почта\nИван;ivan@firma.ru\nАнна;Anna@Firma.ru\nКто-то;нет\n".as_bytes();

#[tokio::test]
async fn a_preview_changes_nothing_and_names_lines() {
    let world = World::start().await;
    let report = world.admin.upload(&format!("{}/roster/preview?mode=add", world.company), "r.csv", FILE).await.is(200).json();
    assert_eq!((report["lines"].as_i64(), report["added"].as_i64(), report["size"].as_i64()), (Some(3), Some(2), Some(2)));
    assert_eq!(report["faults"], json!([{ "line": 4, "code": "not_an_email", "value": "нет" }]));
    assert_eq!(world.details().await["roster_size"], 0);
}

#[tokio::test]
async fn addresses_on_other_domains_are_counted_where_the_company_has_domains() {
    let world = World::start().await;
    let preview = async |mode: &str, file: &str| {
        world.admin.upload(&format!("{}/roster/preview?mode={mode}", world.company), "r.csv", file.as_bytes()).await.is(200).json()
    };
    let mut file = "почта\nivan@firma.ru\nanna@frima.ru\nboris@frima.ru\n".to_owned();
    assert_eq!(preview("add", &file).await["foreign_count"], 0, "there is nothing to compare with");
    world.admin.post(&format!("{}/domains", world.company), json!({ "domain": "firma.ru" })).await.is(201);
    let report = preview("add", &file).await;
    assert_eq!(report["foreign"], json!([{ "domain": "frima.ru", "people": 2 }]));
    file.extend((0..6).map(|n| format!("olga@other{n}.ru\n")));
    let report = preview("replace", &file).await;
    assert_eq!((&report["foreign_count"], report["foreign"].as_array().unwrap().len()), (&json!(8), 5));
    assert_eq!(report["foreign"][0], json!({ "domain": "frima.ru", "people": 2 }));
    // Who goes is no question.
    assert_eq!(preview("remove", &file).await["foreign_count"], 0);
}

#[tokio::test]
async fn people_are_added_removed_and_replaced() {
    let world = World::start().await;
    world.contract().await;
    let apply = async |mode: &str, file: &str| {
        world.admin.upload(&format!("{}/roster?mode={mode}", world.company), "r.csv", file.as_bytes()).await.is(200).json()
    };
    let may_enter = async |address: &str| {
        let mut tx = world.app.app.db.begin_system().await.unwrap();
        app::organisations::entry::by_email(&mut tx, &world.app.app, address).await.unwrap().is_some()
    };
    apply("add", "email\nivan@firma.ru\nanna@firma.ru").await;
    assert!(may_enter("IVAN@firma.ru").await);
    let again = apply("add", "email\nivan@firma.ru\nivan@firma.ru\noleg@firma.ru").await;
    assert_eq!((again["added"].as_i64(), again["repeated"].as_i64(), again["size"].as_i64()), (Some(1), Some(1), Some(3)));
    let removed = apply("remove", "email\nivan@firma.ru\nnobody@firma.ru").await;
    assert_eq!((removed["removed"].as_i64(), removed["unlisted"].as_i64()), (Some(1), Some(1)));
    assert!(!may_enter("ivan@firma.ru").await);
    let replaced = apply("replace", "email\nivan@firma.ru").await;
    assert_eq!((replaced["added"].as_i64(), replaced["removed"].as_i64(), replaced["size"].as_i64()), (Some(1), Some(2), Some(1)));
    assert_eq!(replaced["unlisted"], 0, "who is new is no leaver");
    assert!(may_enter("ivan@firma.ru").await && !may_enter("anna@firma.ru").await);
    assert_eq!(world.details().await["roster_size"], 1);
}

#[tokio::test]
async fn addresses_lie_sealed_and_are_shown_to_nobody() {
    let world = World::start().await;
    let report = world.admin.upload(&format!("{}/roster?mode=add", world.company), "r.csv", FILE).await.is(200).text();
    assert!(!report.contains("firma.ru") && !world.details().await.to_string().contains("firma.ru"));
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT email_sealed || lookup FROM roster_entries").fetch_all(&mut *tx).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|(bytes,)| !bytes.windows(5).any(|w| w == b"firma")));
    let (detail,): (serde_json::Value,) =
        sqlx::query_as("SELECT detail FROM audit_entries WHERE action = 'organisations.apply_roster'").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(detail, json!({ "mode": "add", "added": 2, "removed": 0 }));
}

#[tokio::test]
async fn whoever_leaves_the_roster_leaves_the_company_if_they_came_by_it() {
    let world = World::start().await;
    let company: uuid::Uuid = world.company.rsplit('/').next().unwrap().parse().unwrap();
    world.admin.upload(&format!("{}/roster?mode=add", world.company), "r.csv", b"email\nivan@firma.ru\nanna@firma.ru").await.is(200);
    let mut people = Vec::new();
    for (address, via) in [("ivan@firma.ru", "roster"), ("anna@firma.ru", "access_code")] {
        let person = world.app.employee("Кто-то").await.id();
        let mut tx = world.app.app.db.begin_system().await.unwrap();
        app::identity::email::set(&mut tx, &world.app.app, person, app::kernel::ctx::Kind::Employee, address).await.unwrap();
        sqlx::query("INSERT INTO memberships (person_id, company_id, via, joined_on) VALUES ($1, $2, $3, date '2026-12-01')")
            .bind(person.0)
            .bind(company)
            .bind(via)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        people.push(person);
    }
    world.admin.upload(&format!("{}/roster?mode=remove", world.company), "r.csv", b"email\nivan@firma.ru\nanna@firma.ru").await.is(200);
    world.app.do_jobs().await;
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    let left: Vec<(uuid::Uuid,)> =
        sqlx::query_as("SELECT person_id FROM memberships WHERE ended_at IS NOT NULL").fetch_all(&mut *tx).await.unwrap();
    assert_eq!(left, [(people[0].0,)]);
}

#[tokio::test]
async fn what_is_no_roster_is_refused_in_words() {
    let world = World::start().await;
    for path in ["roster", "roster/preview"] {
        let upload = async |content: &[u8]| world.admin.upload(&format!("{}/{path}?mode=add", world.company), "r.csv", content).await;
        upload(b"PK\x03\x04 a spreadsheet").await.is_problem(415, "roster_not_csv");
        let named =
            async |name: &str, content: &[u8]| world.admin.upload(&format!("{}/{path}?mode=add", world.company), name, content).await;
        named("People.XLSX", b"a list of people").await.is_problem(415, "roster_not_excel");
        named("people.xlsx", b"PK\x03\x04 a spreadsheet").await.is_problem(415, "roster_not_csv");
        named("people.xlsx", b"email\nivan@firma.ru").await.is(200);
        upload(b"name\nIvan").await.names_field("/file", "no_mail_column");
        upload(b"email\n").await.names_field("/file", "no_lines");
        upload(b"").await.names_field("/file", "empty_file");
        upload("a@b.ru\n".repeat(50_001).as_bytes()).await.is_problem(413, "roster_too_long");
        upload(&vec![b'a'; (5 << 20) + 1]).await.is_problem(413, "file_too_large");
    }
    world.admin.upload(&format!("{}/roster?mode=burn", world.company), "r.csv", FILE).await.is(422);
    world.admin.upload(&format!("{}/roster", world.company), "r.csv", FILE).await.is(422);
    let support = world.app.staff(&["support"]).await;
    support.upload(&format!("{}/roster?mode=add", world.company), "r.csv", FILE).await.is_problem(403, "not_allowed");
}

#[tokio::test]
async fn a_file_of_nothing_but_mistakes_is_shown_and_not_taken() {
    let world = World::start().await;
    let upload = async |rest: &str, content: &[u8]| world.admin.upload(&format!("{}/{rest}", world.company), "r.csv", content).await;
    upload("roster?mode=add", FILE).await.is(200);
    let wrong = "Почта\nнет\nтоже нет\n".as_bytes();
    let seen = upload("roster/preview?mode=replace", wrong).await.is(200).json();
    assert_eq!((&seen["lines"], &seen["fault_count"]), (&json!(2), &json!(2)));
    upload("roster?mode=replace", wrong).await.names_field("/file", "no_line_fits");
    assert_eq!(world.details().await["roster_size"], 2);
}

#[tokio::test]
async fn what_was_seen_is_done_or_nothing() {
    let world = World::start().await;
    let upload = async |rest: &str, content: &[u8]| world.admin.upload(&format!("{}/{rest}", world.company), "r.csv", content).await;
    upload("roster?mode=add", b"email\nivan@firma.ru\nanna@firma.ru").await.is(200);
    let file = b"email\nivan@firma.ru";
    let seen = upload("roster/preview?mode=replace", file).await.is(200).json();
    assert_eq!(seen["removed"], 1);
    let confirm = format!("roster?mode=replace&plan={}", seen["plan"].as_str().unwrap());
    // In another tab one person is replaced by another: the figures are the same.
    upload("roster?mode=replace", b"email\nivan@firma.ru\noleg@firma.ru").await.is(200);
    upload(&confirm, file).await.is_problem(409, "roster_changed");
    assert_eq!(world.details().await["roster_size"], 2);
    let anew = upload("roster/preview?mode=replace", file).await.is(200).json();
    assert_eq!(upload(&format!("roster?mode=replace&plan={}", anew["plan"].as_str().unwrap()), file).await.is(200).json(), anew);
    assert_eq!(world.details().await["roster_size"], 1);
}

#[tokio::test]
async fn a_file_of_a_russian_excel_is_read() {
    let world = World::start().await;
    // «Почта» in Windows-1251.
    let file = [b"\xCF\xEE\xF7\xF2\xE0;\xC8\xEC\xFF\r\n".as_slice(), b"ivan@firma.ru;\xC8\xE2\xE0\xED\r\n"].concat();
    let report = world.admin.upload(&format!("{}/roster?mode=add", world.company), "r.csv", &file).await.is(200).json();
    assert_eq!(report["added"], 1);
}

#[tokio::test]
async fn a_long_roster_is_taken_at_once_and_a_repeat_is_done_once() {
    let world = World::start().await;
    let file: String = (0..12_000).map(|n| format!("person{n}@firma.ru\n")).collect();
    let path = format!("{}/roster?mode=add", world.company);
    let first = world.admin.upload_with_key(&path, "r.csv", file.as_bytes(), "long-roster").await.is(200).json();
    let again = world.admin.upload_with_key(&path, "r.csv", file.as_bytes(), "long-roster").await.is(200).json();
    assert_eq!((first["added"].as_i64(), &again), (Some(12_000), &first));
    assert_eq!(world.details().await["roster_size"], 12_000);
}

/// Made by openpyxl.
const BOOK: &[u8] = include_bytes!("../../../../domain/src/organisations/spreadsheet/people.xlsx");

#[tokio::test]
async fn a_spreadsheet_is_previewed_and_taken_with_its_faults_and_repeats_by_line() {
    let world = World::start().await;
    let upload = async |rest: &str, content: &[u8]| world.admin.upload(&format!("{}/{rest}", world.company), "r.xlsx", content).await;
    let seen = upload("roster/preview?mode=add", BOOK).await.is(200).json();
    assert_eq!((&seen["lines"], &seen["added"], &seen["repeated"]), (&json!(7), &json!(2), &json!(1)));
    assert_eq!(seen["repeats"], json!([{ "line": 5, "first": 2, "address": "ivan@firma.ru" }]));
    assert_eq!(seen["faults"][0], json!({ "line": 6, "code": "not_an_email", "value": "нет" }));
    assert_eq!(world.details().await["roster_size"], 0, "a dry run");
    assert_eq!(upload("roster?mode=add", BOOK).await.is(200).json()["size"], 2);
    upload("roster?mode=add", &BOOK[..3000]).await.is_problem(415, "roster_not_csv");
}
