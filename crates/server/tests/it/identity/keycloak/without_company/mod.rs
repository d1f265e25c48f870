//! When a company's own sign-in ends for somebody: it is off, the company is archived, or they have left. What is theirs is reached, and by nobody else.

mod left;
mod off;
mod server;

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

    /// At the company's sign-in, as a newcomer whom Keycloak calls `sub`.
    async fn begins_anew(&self, sub: &str) {
        self.vouches(sub);
        let (browser, told) = come(&self.app, &self.keycloak).await;
        call_me(&browser, &told.is(200).json()).await.is(200);
    }

    fn vouches(&self, sub: &str) {
        self.keycloak.vouches(sub, self.company, ANNA);
    }
}
