//! When a company's own sign-in ends for somebody: it is off, the company is archived, or they have left. What is theirs is reached, and by nobody else.

use app::{identity::email, kernel::ctx::Kind, organisations::entry};
use domain::ids::PersonId;
use serde_json::{Value, json};
use testkit::{Answer, Client, PlayedKeycloak, Says, TestApp};
use uuid::Uuid;

use super::{
    SIGN_IN, answer, begin, bind, brought,
    company::{call_me, came_by_domain, come, demand, with_sso},
    entry as entry_by, is_in, known, refusals,
};
use crate::identity::world::{access_code, account, answer_code, ask_for_code, count, execute, get_code, on_roster};

const ANNA: &str = "anna@romashka.example";

struct World {
    app: TestApp,
    keycloak: PlayedKeycloak,
    company: Uuid,
    /// Has come by the company's sign-in alone, as `sub-work`.
    anna: PersonId,
}

impl World {
    async fn start() -> Self {
        let (app, keycloak) = TestApp::start_with_keycloak().await;
        let company = with_sso(&app, "Ромашка", "romashka.example").await;
        keycloak.vouches("sub-work", company, ANNA);
        let (browser, answered) = come(&app, &keycloak).await;
        let entered = call_me(&browser, &answered.is(200).json()).await.is(200).json();
        let anna = PersonId(entered["person_id"].as_str().unwrap().parse().unwrap());
        Self { app, keycloak, company, anna }
    }

    async fn switch_off(&self) {
        execute(&self.app, sqlx::query("UPDATE company_sign_ins SET is_on = false")).await;
    }

    async fn switch_on(&self) {
        execute(&self.app, sqlx::query("UPDATE company_sign_ins SET is_on = true")).await;
    }

    /// From now on the company's sign-in is another server's.
    async fn moves(&self) {
        let change = "INSERT INTO company_organizations (company_id, wanted, generation) VALUES ($1, 0, 2) ON CONFLICT (company_id) DO UPDATE SET generation = 2";
        execute(&self.app, sqlx::query(change).bind(self.company)).await;
    }

    /// Proves an address of a company that has a sign-in.
    async fn proves_otherwise(&self, address: &str) -> Answer {
        let browser = self.app.anonymous();
        let asked = browser.post("/api/auth/code", json!({ "email": address, "is_other_way": true })).await.is(202).json();
        self.app.do_jobs().await;
        let code = self.app.letters_to(address).last().unwrap().code();
        answer_code(&browser, asked["challenge_id"].as_str().unwrap(), &code).await
    }

    /// Goes to a company's sign-in, to give it the record of an offer.
    async fn goes_to_work(&self, offer: &Value, address: &str) -> Answer {
        let proof = json!({ "kind": "record", "ticket_id": offer["ticket_id"], "ticket": offer["ticket"] });
        let body = json!({ "proof": proof, "display_name": "", "time_zone": "", "way": "existing", "work_address": address });
        self.app.anonymous().post("/api/auth/keycloak/enter", body).await
    }

    /// The company takes Anna off its roster, or puts her on it.
    async fn lists_anna(&self, is_listed: bool) {
        if count(&self.app, "SELECT count(*) FROM roster_entries").await == 0 {
            on_roster(&self.app, self.company, ANNA).await;
        }
        let removed = if is_listed { "NULL" } else { "now()" };
        let change = format!("UPDATE roster_entries SET removed_at = {removed}");
        execute(&self.app, sqlx::query(sqlx::AssertSqlSafe(change))).await;
        let lookups = [hex::encode(entry::roster_lookup(&self.app.app, ANNA))];
        let payload = json!({ "company": self.company, "lookups": lookups });
        let ask = "INSERT INTO jobs (kind, payload, run_at, created_at) VALUES ('organisations.follow_roster', $1, $2, $2)";
        execute(&self.app, sqlx::query(ask).bind(payload).bind(jiff_sqlx::ToSqlx::to_sqlx(self.app.now()))).await;
        self.app.do_jobs().await;
    }

    async fn own_address(&self, address: &str) {
        let mut tx = self.app.app.db.begin_system().await.unwrap();
        email::set(&mut tx, &self.app.app, self.anna, Kind::Employee, address).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Proves an address by a code.
    async fn proves(&self, address: &str) -> Answer {
        let browser = self.app.anonymous();
        let (challenge, code) = get_code(&self.app, &browser, address).await;
        answer_code(&browser, &challenge, &code).await
    }

    /// Sets a new account up by an offer, which Keycloak calls `sub`.
    async fn sets_up(&self, offer: &Value, sub: &str) -> (Client, Answer) {
        let proof = json!({ "kind": "record", "ticket_id": offer["ticket_id"], "ticket": offer["ticket"] });
        let body = json!({ "proof": proof, "display_name": "", "time_zone": "", "way": "passkey" });
        let browser = self.app.anonymous();
        let browser = browser.with_cookie_of(&browser.post("/api/auth/keycloak/enter", body).await.is(200));
        self.own(sub);
        let answered = answer(&browser, &brought(&self.keycloak)).await;
        (browser, answered)
    }

    /// From now on whoever signs in does so by what is their own.
    fn own(&self, sub: &str) {
        self.keycloak.says(Says { sub: sub.to_owned(), sid: format!("sid-{sub}"), ..Says::default() });
    }

    fn vouches(&self, sub: &str) {
        self.keycloak.vouches(sub, self.company, ANNA);
    }
}

#[tokio::test]
async fn whose_companys_sign_in_is_off_reads_so_and_reaches_their_record_by_the_address_they_came_under() {
    let world = World::start().await;
    world.switch_off().await;
    let wish = json!({ "kind": "employee", "work_address": ANNA });
    world.app.anonymous().post(SIGN_IN, &wish).await.is(422).names_field("/work_address", "company_sign_in_off");
    // Not a second record.
    let offer = world.proves(ANNA).await.is(200).json();
    assert_eq!((offer["state"].as_str(), offer["kind"].as_str()), (Some("move"), Some("employee")));
    assert_eq!(offer["email"], Value::Null, "the company's address is not taken along");
    let (browser, answered) = world.sets_up(&offer, "sub-own").await;
    let done = answered.is(200);
    assert_eq!((&done.json()["person_id"], &done.json()["is_new"]), (&json!(world.anna), &json!(false)));
    assert!(is_in(&browser.with_cookie_of(&done)).await);
    assert_eq!(count(&world.app, "SELECT count(*) FROM people").await, 1);
    assert_eq!(count(&world.app, "SELECT count(*) FROM audit_entries WHERE action = 'identity.left_company_sign_in'").await, 1);
    world.app.do_jobs().await;
    assert!(world.keycloak.disabled().is_empty(), "nothing was lost");

    // When it is on again it leads to the same record, and so does what she has set up.
    world.switch_on().await;
    world.vouches("sub-work");
    assert_eq!(come(&world.app, &world.keycloak).await.1.is(200).json()["person_id"], json!(world.anna));
    world.own("sub-own");
    assert_eq!(come(&world.app, &world.keycloak).await.1.is(200).json()["person_id"], json!(world.anna));
}

#[tokio::test]
async fn an_archived_companys_people_reach_their_record_too() {
    let world = World::start().await;
    execute(&world.app, sqlx::query("UPDATE companies SET archived_at = now()")).await;
    let wish = json!({ "kind": "employee", "work_address": ANNA });
    world.app.anonymous().post(SIGN_IN, &wish).await.is(422).names_field("/work_address", "company_sign_in_off");
    let offer = world.proves(ANNA).await.is(200).json();
    assert_eq!(offer["state"], "move");
    // Nobody else of the company gets a letter.
    ask_for_code(&world.app.anonymous(), "ivan@romashka.example").await;
    world.app.do_jobs().await;
    assert!(world.app.letters_to("ivan@romashka.example").is_empty());
}

#[tokio::test]
async fn an_address_of_ones_own_leads_back_and_then_the_companys_mailbox_does_not() {
    let world = World::start().await;
    world.own_address("anna@home.example").await;
    world.proves("anna@home.example").await.is_problem(409, "sign_in_at_keycloak");
    world.switch_off().await;
    assert_eq!(world.proves(ANNA).await.is(200).json()["state"], "register", "as for anybody of the company");
    let offer = world.proves("anna@home.example").await.is(200).json();
    assert_eq!((offer["state"].as_str(), offer["email"].as_str()), (Some("move"), Some("anna@home.example")));
    world.sets_up(&offer, "sub-own").await.1.is(200);
    world.app.do_jobs().await;
    assert!(world.app.letters_to("anna@home.example").iter().any(|letter| letter.text.contains("вместо входа через компанию")));
}

#[tokio::test]
async fn an_address_given_to_two_people_leads_to_neither() {
    let world = World::start().await;
    let other = known(&world.app, &world.keycloak, Kind::Employee, "sub-other").await;
    let insert = "INSERT INTO memberships (person_id, company_id, via, joined_on, domain, came_by) VALUES ($1, $2, 'sso', '2026-01-01', 'romashka.example', $3)";
    let lookup = entry::roster_lookup(&world.app.app, ANNA);
    execute(&world.app, sqlx::query(insert).bind(other.0).bind(world.company).bind(lookup)).await;
    world.switch_off().await;
    assert_eq!(world.proves(ANNA).await.is(200).json()["state"], "register");
}

#[tokio::test]
async fn while_the_company_leads_in_its_address_begins_no_second_record() {
    let world = World::start().await;
    let browser = world.app.anonymous();
    let told = browser.post("/api/auth/code", json!({ "email": ANNA })).await.is_problem(409, "company_sign_in").json();
    assert_eq!((told["company_name"].as_str(), told["is_needed"].as_bool()), (Some("Ромашка"), Some(false)));
    // The company leaves the choice: a newcomer may have a code, and who is here already is led to the company.
    let other_way = |email: &str| json!({ "email": email, "is_other_way": true });
    let code_of = async |email: &str| {
        let challenge = browser.post("/api/auth/code", other_way(email)).await.is(202).json()["challenge_id"].as_str().unwrap().to_owned();
        world.app.do_jobs().await;
        let code = world.app.letters_to(email).last().unwrap().code();
        answer_code(&browser, &challenge, &code).await
    };
    assert_eq!(code_of("ivan@romashka.example").await.is(200).json()["state"], "register");
    code_of(ANNA).await.is_problem(409, "company_sign_in");
    demand(&world.app, "romashka.example").await;
    let told = browser.post("/api/auth/code", other_way(ANNA)).await.is_problem(409, "company_sign_in").json();
    assert_eq!(told["is_needed"], true);
}

#[tokio::test]
async fn whose_company_takes_another_server_has_her_record_led_to_by_that_after_a_letter() {
    let world = World::start().await;
    world.proves_otherwise(ANNA).await.is_problem(409, "company_sign_in");
    world.moves().await;
    // Whomever the new server calls by her address is not in by that.
    world.vouches("sub-new");
    let told = come(&world.app, &world.keycloak).await.1.is(200).json();
    assert_eq!((told["state"].as_str(), told["has_moved"].as_bool()), (Some("newcomer"), Some(true)));
    // Also where the company leaves no other way.
    demand(&world.app, "romashka.example").await;
    let told = world.app.anonymous().post("/api/auth/code", json!({ "email": ANNA })).await.is_problem(409, "company_sign_in").json();
    assert_eq!(told["is_needed"], false);
    let offer = world.proves_otherwise(ANNA).await.is(200).json();
    assert_eq!((offer["state"].as_str(), offer["is_at_work"].as_bool()), (Some("move"), Some(true)));
    let started = world.goes_to_work(&offer, ANNA).await.is(200);
    let browser = world.app.anonymous().with_cookie_of(&started);
    let done = answer(&browser, &brought(&world.keycloak)).await.is(200).json();
    assert_eq!((&done["person_id"], &done["is_new"]), (&json!(world.anna), &json!(false)));
    assert_eq!(come(&world.app, &world.keycloak).await.1.is(200).json()["person_id"], json!(world.anna));
    // From then on that is how she comes, and her mailbox is no key any more.
    world.proves_otherwise(ANNA).await.is_problem(409, "company_sign_in");
}

#[tokio::test]
async fn a_record_begun_at_the_new_server_by_mistake_does_not_shut_the_former_one() {
    let world = World::start().await;
    world.moves().await;
    world.vouches("sub-new");
    let (browser, told) = come(&world.app, &world.keycloak).await;
    let body = json!({ "entry_id": told.is(200).json()["entry_id"], "display_name": "Ольха", "time_zone": "Europe/Moscow" });
    browser.post("/api/auth/keycloak/enter/company", body).await.is(200);
    let offer = world.proves_otherwise(ANNA).await.is(200).json();
    assert_eq!(offer["state"], "move");
    // That account has the record begun by mistake; another one may have hers.
    let started = world.goes_to_work(&offer, ANNA).await.is(200);
    answer(&world.app.anonymous().with_cookie_of(&started), &brought(&world.keycloak)).await.is_problem(409, "already_has_record");
    let done = world.sets_up(&offer, "sub-own").await.1.is(200).json();
    assert_eq!(done["person_id"], json!(world.anna));
    // Where the new server is off too, nobody can tell whose the address is.
    let world = World::start().await;
    world.moves().await;
    world.vouches("sub-new");
    let (browser, told) = come(&world.app, &world.keycloak).await;
    let body = json!({ "entry_id": told.is(200).json()["entry_id"], "display_name": "Ольха", "time_zone": "Europe/Moscow" });
    browser.post("/api/auth/keycloak/enter/company", body).await.is(200);
    world.switch_off().await;
    assert_eq!(world.proves(ANNA).await.is(200).json()["state"], "register");
}

#[tokio::test]
async fn a_record_is_given_to_no_other_companys_sign_in() {
    let world = World::start().await;
    let other = with_sso(&world.app, "Василёк", "vasilek.example").await;
    world.moves().await;
    let offer = world.proves_otherwise(ANNA).await.is(200).json();
    world.goes_to_work(&offer, "anna@vasilek.example").await.is(422).names_field("/work_address", "other_company");
    // Nor when somebody of another one comes back from Keycloak.
    let browser = world.app.anonymous().with_cookie_of(&world.goes_to_work(&offer, ANNA).await.is(200));
    world.keycloak.vouches("sub-other", other, "anna@vasilek.example");
    answer(&browser, &brought(&world.keycloak)).await.is_problem(403, "other_company");
    assert_eq!(count(&world.app, "SELECT count(*) FROM person_logins WHERE subject = 'sub-other'").await, 0);
}

#[tokio::test]
async fn where_no_company_leads_in_nobody_is_sent_to_one() {
    let world = World::start().await;
    let code = access_code(&world.app, world.company, 3, None).await;
    let looked =
        async || world.app.anonymous().post("/api/auth/company-code", json!({ "code": code })).await.is(200).json()["is_at_work"].clone();
    assert_eq!(looked().await, true);
    // A code of one company is no reason to sign in at another one.
    with_sso(&world.app, "Василёк", "vasilek.example").await;
    let mut at_work = entry_by(&code, "existing");
    at_work["work_address"] = json!("anna@vasilek.example");
    world.app.anonymous().post("/api/auth/keycloak/enter", &at_work).await.is(422).names_field("/work_address", "other_company");
    // Whoever signs in at their own comes by it from then on.
    at_work["work_address"] = json!("ivan@romashka.example");
    let browser = world.app.anonymous();
    let browser = browser.with_cookie_of(&browser.post("/api/auth/keycloak/enter", &at_work).await.is(200));
    world.keycloak.vouches("sub-ivan", world.company, "ivan@romashka.example");
    answer(&browser, &brought(&world.keycloak)).await.is(200);
    assert_eq!(count(&world.app, "SELECT count(*) FROM memberships WHERE via = 'sso'").await, 2);
    world.switch_off().await;
    assert_eq!(looked().await, false);
    let offer = world.proves(ANNA).await.is(200).json();
    assert_eq!(offer["is_at_work"], false);
}

#[tokio::test]
async fn another_servers_name_for_somebody_is_not_given_to_who_returns() {
    let world = World::start().await;
    world.keycloak.account("sub-work", ANNA, Some((world.company, "anna-at-work")));
    world.lists_anna(false).await;
    world.keycloak.keeps_provider(world.company, 2);
    world.lists_anna(true).await;
    assert_eq!(world.keycloak.account_of("sub-work").unwrap()["ties"], json!([]));
}

#[tokio::test]
async fn what_one_had_before_the_company_wanted_its_sign_in_leads_on_to_it_and_opens_when_it_has_gone() {
    let world = World::start().await;
    let boris = known(&world.app, &world.keycloak, Kind::Employee, "sub-boris").await;
    came_by_domain(&world.app, boris, world.company, "romashka.example").await;
    demand(&world.app, "romashka.example").await;
    world.own("sub-boris");
    let (browser, answered) = come(&world.app, &world.keycloak).await;
    let wanted = answered.is(200).json();
    assert_eq!(wanted["state"], "company_wanted");
    browser.post("/api/auth/keycloak/company", json!({ "entry_id": wanted["entry_id"] })).await.is(200);
    world.keycloak.vouches("sub-boris-work", world.company, "boris@romashka.example");
    answer(&browser, &brought(&world.keycloak)).await.is(200);
    // Again by what was: one page told what it means; now they go straight on, and arrive where they wanted.
    world.own("sub-boris");
    let browser = world.app.anonymous();
    let started = browser.post(SIGN_IN, json!({ "kind": "employee", "next": "/messages" })).await.is(200);
    let browser = browser.with_cookie_of(&started);
    let on = answer(&browser, &brought(&world.keycloak)).await.is(200);
    assert_eq!(on.json()["state"], "again");
    assert_eq!(world.keycloak.last_asked()["kc_idp_hint"], format!("company-{}", world.company));
    let browser = browser.with_cookie_of(&on);
    world.keycloak.vouches("sub-boris-work", world.company, "boris@romashka.example");
    let done = answer(&browser, &brought(&world.keycloak)).await.is(200).json();
    assert_eq!((done["person_id"].clone(), done["next"].as_str()), (json!(boris), Some("/messages")));
    // An account that is tied to both is the same person's too.
    execute(&world.app, sqlx::query("UPDATE company_domains SET needs_sso = false")).await;
    execute(&world.app, sqlx::query("UPDATE companies SET archived_at = now()")).await;
    world.own("sub-boris");
    assert_eq!(come(&world.app, &world.keycloak).await.1.is(200).json()["person_id"], json!(boris));
}

#[tokio::test]
async fn an_account_tied_to_the_company_goes_through_by_its_password_without_the_page() {
    let world = World::start().await;
    demand(&world.app, "romashka.example").await;
    world.own("sub-work");
    let (browser, answered) = come(&world.app, &world.keycloak).await;
    let on = answered.is(200);
    assert_eq!(on.json()["state"], "again");
    let browser = browser.with_cookie_of(&on);
    world.vouches("sub-work");
    assert_eq!(answer(&browser, &brought(&world.keycloak)).await.is(200).json()["person_id"], json!(world.anna));
}

#[tokio::test]
async fn whoever_left_is_let_in_by_their_own_and_not_by_the_companys_word() {
    let world = World::start().await;
    world.keycloak.account("sub-work", ANNA, Some((world.company, "anna-at-work")));
    let session = {
        let (browser, answered) = come(&world.app, &world.keycloak).await;
        browser.with_cookie_of(&answered.is(200))
    };
    world.lists_anna(false).await;
    session.get("/api/today").await.is_problem(401, "access_ended");
    // At Keycloak neither the mailbox nor the company's sign-in leads to the account, and nobody can name it; a passkey goes on.
    let left = world.keycloak.account_of("sub-work").unwrap();
    assert_eq!((&left["email"], &left["username"], &left["ties"]), (&json!("sub-work@left.invalid"), &json!("left.sub-work"), &json!([])));
    assert_eq!(left["enabled"], true);
    // What the company's sign-in says of her is worth nothing now, whichever account it leads to.
    for sub in ["sub-work", "sub-made-anew"] {
        world.vouches(sub);
        come(&world.app, &world.keycloak).await.1.is_problem(403, "company_access_ended");
    }
    // A tie that was made anew meanwhile is taken too.
    world.keycloak.account("sub-work", ANNA, Some((world.company, "anna-at-work")));
    world.vouches("sub-work");
    come(&world.app, &world.keycloak).await.1.is_problem(403, "company_access_ended");
    world.app.do_jobs().await;
    assert_eq!(world.keycloak.account_of("sub-work").unwrap()["ties"], json!([]));
    assert_eq!(refusals(&world.app).await.last().unwrap(), "identity.sign_in_refused company_access_ended");
    // Nor does a code to her mailbox.
    world.switch_off().await;
    assert_eq!(world.proves(ANNA).await.is(200).json()["state"], "register", "as for anybody of the domain");
    world.switch_on().await;
    // What she has set up for herself does, without anything at the company's expense.
    world.own("sub-work");
    let (browser, answered) = come(&world.app, &world.keycloak).await;
    let answered = answered.is(200);
    let today = browser.with_cookie_of(&answered).get("/api/today").await.is(200).json();
    assert_eq!(today["is_access_ended"], true);
}

#[tokio::test]
async fn whoever_left_comes_back_by_an_address_of_their_own() {
    let world = World::start().await;
    world.keycloak.account("sub-work", ANNA, Some((world.company, "anna-at-work")));
    world.own_address("anna@home.example").await;
    world.lists_anna(false).await;
    let left = world.keycloak.account_of("sub-work").unwrap();
    let is = (&left["email"], &left["username"], &left["emailVerified"]);
    assert_eq!(is, (&json!("anna@home.example"), &json!("left.sub-work"), &json!(true)), "a password goes on by her own address");
    let offer = world.proves("anna@home.example").await.is(200).json();
    assert_eq!(offer["state"], "move");
    let (_, answered) = world.sets_up(&offer, "sub-own").await;
    assert_eq!(answered.is(200).json()["person_id"], json!(world.anna));
}

#[tokio::test]
async fn whoever_left_with_a_password_of_the_companys_address_is_not_shut_out_either() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = with_sso(&app, "Ромашка", "romashka.example").await;
    let anna = account(&app, Kind::Employee, "Анна", "anna@home.example").await;
    bind(&app, &keycloak, Kind::Employee, "sub-own", anna).await;
    came_by_domain(&app, anna, company, "romashka.example").await;
    let lookup = entry::roster_lookup(&app.app, ANNA);
    execute(&app, sqlx::query("UPDATE memberships SET via = 'roster', came_by = $1").bind(lookup)).await;
    keycloak.account("sub-own", ANNA, None);
    let world = World { app, keycloak, company, anna };
    world.proves("anna@home.example").await.is_problem(409, "sign_in_at_keycloak");
    world.lists_anna(false).await;
    let left = world.keycloak.account_of("sub-own").unwrap();
    assert_eq!((&left["email"], &left["username"]), (&json!(""), &json!(ANNA)), "she goes on by her password, under the same name");
    // She has forgotten the password, and no letter to the company may set a new one.
    assert_eq!(world.proves("anna@home.example").await.is(200).json()["state"], "move");
}

#[tokio::test]
async fn whoever_is_listed_again_has_all_their_ways_back() {
    let world = World::start().await;
    world.keycloak.account("sub-work", ANNA, Some((world.company, "anna-at-work")));
    let before = world.keycloak.account_of("sub-work").unwrap();
    world.lists_anna(false).await;
    // Twice does no harm; and a try to come in has made another account meanwhile.
    world.lists_anna(false).await;
    world.keycloak.account("sub-made-anew", ANNA, Some((world.company, "anna-at-work")));
    assert_eq!(count(&world.app, "SELECT count(*) FROM taken_ways WHERE strpos(encode(kept_sealed, 'escape'), 'anna') = 0").await, 1);
    world.lists_anna(true).await;
    let back = world.keycloak.account_of("sub-work").unwrap();
    assert_eq!((&back["email"], &back["emailVerified"], &back["ties"]), (&before["email"], &json!(true), &before["ties"]));
    assert!(world.keycloak.account_of("sub-made-anew").is_none(), "one tie leads to one account");
    assert_eq!(count(&world.app, "SELECT count(*) FROM taken_ways").await, 0);
    world.vouches("sub-work");
    let (browser, answered) = come(&world.app, &world.keycloak).await;
    let answered = answered.is(200);
    assert_eq!(browser.with_cookie_of(&answered).get("/api/today").await.is(200).json()["is_access_ended"], false);
}

#[tokio::test]
async fn an_address_of_ones_own_stays_at_keycloak() {
    let world = World::start().await;
    world.keycloak.account("sub-work", "anna@home.example", None);
    world.lists_anna(false).await;
    assert_eq!(world.keycloak.account_of("sub-work").unwrap()["email"], "anna@home.example");
    assert_eq!(count(&world.app, "SELECT count(*) FROM taken_ways").await, 0);
}

#[tokio::test]
async fn who_lost_their_passkey_while_the_company_leads_in_still_comes_by_the_company() {
    let world = World::start().await;
    world.keycloak.account("sub-work", ANNA, Some((world.company, "anna-at-work")));
    let (browser, answered) = come(&world.app, &world.keycloak).await;
    let browser = browser.with_cookie_of(&answered.is(200));
    let code = browser.post("/api/me/way-back", json!({})).await.is(201).json()["code"].as_str().unwrap().to_owned();
    let offer = world.app.anonymous().post("/api/auth/way-back", json!({ "code": code })).await.is(200).json();
    world.sets_up(&offer, "sub-own").await.1.is(200);
    world.app.do_jobs().await;
    // The account at work was not lost; whatever else was set up for it was.
    assert!(world.keycloak.disabled().is_empty());
    assert_eq!(world.keycloak.account_of("sub-work").unwrap()["credentials"], json!([]));
    world.vouches("sub-work");
    assert_eq!(come(&world.app, &world.keycloak).await.1.is(200).json()["person_id"], json!(world.anna));
}

#[tokio::test]
async fn an_address_nobody_vouches_for_is_refused_by_its_own_name() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = with_sso(&app, "Ромашка", "romashka.example").await;
    let lies = json!({ "idp": format!("company-{company}"), "orgs": { company.to_string(): {} } });
    let says = Says { lies, email: Some(ANNA), is_unverified: true, ..Says::default() };
    keycloak.says(says.clone());
    come(&app, &keycloak).await.1.is_problem(403, "work_address_unverified");
    assert_eq!(refusals(&app).await.last().unwrap(), "identity.sign_in_refused work_address_unverified");
    keycloak.says(Says { email: Some("anna@elsewhere.example"), ..says });
    come(&app, &keycloak).await.1.is_problem(403, "work_address_elsewhere");
    assert_eq!(count(&app, "SELECT count(*) FROM people").await, 0);
}

#[tokio::test]
async fn a_browser_left_on_keycloaks_page_learns_what_became_of_it_and_the_operator_when() {
    let world = World::start().await;
    let given_up = "/api/auth/keycloak/given-up";
    let go = async || {
        let browser = world.app.anonymous();
        let started = browser.post(SIGN_IN, json!({ "kind": "employee", "work_address": ANNA })).await.is(200);
        browser.with_cookie_of(&started)
    };
    let turned_back = go().await;
    assert_eq!(turned_back.post(given_up, json!({})).await.is(200).json()["failure"], "none", "nothing has failed");
    world.app.pass(jiff::SignedDuration::from_secs(1));
    let browser = go().await;
    world.keycloak.company_fails();
    let told = browser.post(given_up, json!({})).await.is(200).json();
    assert_eq!((told["failure"].as_str(), told["company_name"].as_str()), (Some("other"), Some("Ромашка")));
    assert_eq!(browser.post(given_up, json!({})).await.is(200).json()["failure"], "none", "told once");
    assert_eq!(count(&world.app, "SELECT count(*) FROM company_sign_ins WHERE failure = 'other' AND failed_at IS NOT NULL").await, 1);
    // Of a failure before they set out, of no browser, or at no company nothing is known.
    world.app.pass(jiff::SignedDuration::from_secs(1));
    for browser in [go().await, world.app.anonymous(), begin(&world.app.anonymous(), "employee").await] {
        assert_eq!(browser.post(given_up, json!({})).await.is(200).json()["failure"], "none");
    }
}
