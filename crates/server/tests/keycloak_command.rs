//! `ponimau keycloak apply` and the doctor's look at the realm, as an operator runs them: against a real Keycloak, one for all of this file.

use std::{
    net::TcpListener,
    path::Path,
    process::{Command, Output, Stdio},
};

use keycloak::{
    distribution,
    server::{Config, Server},
};
use serde_json::{Value, json};

const PASSWORD: &str = "only here";

/// A deployment: its data folder, and where its Keycloak is.
struct Deployment<'a> {
    data: &'a Path,
    keycloak: &'a str,
}

impl Deployment<'_> {
    fn command(&self, arguments: &[&str], settings: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ponimau"));
        command
            .args(arguments)
            .env_clear()
            .env("PONIMAU_DATA", self.data)
            .env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
            .env("PONIMAU_KEY_FILE", self.data.join("deployment.key"))
            .env("PONIMAU_LISTEN", "127.0.0.1:18999")
            .env("PONIMAU_RELAY_LISTEN", "127.0.0.1:0")
            .env("PONIMAU_KEYCLOAK_URL", self.keycloak)
            .envs(settings.iter().copied())
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str], settings: &[(&str, &str)]) -> (Option<i32>, String) {
        let output: Output = self.command(arguments, settings).output().unwrap();
        (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    }

    fn apply(&self, arguments: &[&str]) -> (Option<i32>, String) {
        self.run(&[&["keycloak", "apply"], arguments].concat(), &[("PONIMAU_KEYCLOAK_ADMIN_PASSWORD", PASSWORD)])
    }

    /// What the doctor says of the realm.
    fn doctor(&self) -> String {
        let (_, said) = self.run(&["doctor"], &[]);
        let from = said.find("Keycloak's realm:").unwrap_or_else(|| panic!("nothing of the realm in {said}"));
        let rest = &said[from - 7..];
        let lines = rest.lines().enumerate().take_while(|(index, line)| *index == 0 || line.starts_with("    "));
        lines.map(|(_, line)| line).collect::<Vec<_>>().join("\n")
    }
}

fn folder_with_key(digits: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("deployment.key"), digits).unwrap();
    folder
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn what_is_missing_or_away_is_said() {
    let folder = folder_with_key(&"11".repeat(32));
    let away = Deployment { data: folder.path(), keycloak: "http://127.0.0.1:1" };
    let (code, said) = away.apply(&["--dry-run"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("Keycloak does not answer at http://127.0.0.1:1: Connection refused"), "{said}");
    let (code, said) = away.run(&["keycloak", "apply"], &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("--admin-password-file") && said.contains("PONIMAU_KEYCLOAK_ADMIN_PASSWORD"), "{said}");
    let (code, said) = away.run(&["keycloak", "apply", "--admin-password-file", "/none"], &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("/none cannot be read"), "{said}");
    // A password is never an argument.
    let (code, said) = away.apply(&["--admin-password", "x"]);
    assert_eq!(code, Some(2), "{said}");
}

/// Asks the Admin API as its console does.
struct Console {
    http: reqwest::Client,
    url: String,
}

impl Console {
    async fn ask(&self, method: &str, path: &str, body: Value) -> Value {
        let form = format!("grant_type=password&client_id=admin-cli&username=admin&password={PASSWORD}");
        let request = self.http.post(format!("{}/realms/master/protocol/openid-connect/token", self.url)).body(form);
        let token: Value = request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap().json().await.unwrap();
        let request = self.http.request(method.parse().unwrap(), format!("{}/admin/realms/ponimayu{path}", self.url));
        let response = request.bearer_auth(token["access_token"].as_str().unwrap()).json(&body).send().await.unwrap();
        assert!(response.status().is_success(), "{method} {path}: {}", response.status());
        serde_json::from_str(&response.text().await.unwrap()).unwrap_or_default()
    }

    async fn id_of(&self, client: &str) -> String {
        self.ask("GET", &format!("/clients?clientId={client}"), Value::Null).await[0]["id"].as_str().unwrap().to_owned()
    }
}

/// `ponimau keycloak move` under `kill -9`, again and again: said once more it ends what it began, and everybody is written to once.
async fn moving_that_is_killed_goes_on(ours: &Deployment<'_>) {
    const PEOPLE: i64 = 600;
    let database = testkit::Durable::start(&[]).await;
    app::schema::migrate(&database.owner(), &platform::crypto::DeploymentKeys::from_root(testkit::ROOT_KEY)).await.unwrap();
    database
        .run(&format!(
            "INSERT INTO people (id, kind, display_name, locale, time_zone, created_at)
               SELECT gen_random_uuid(), 'employee', 'Анна', 'ru', 'UTC', now() FROM generate_series(1, {PEOPLE});
             INSERT INTO person_emails (person_id, kind, lookup, sealed, verified_at) SELECT id, kind, id::text::bytea, '', now() FROM people;
             INSERT INTO console_positions (issuer, heard_until, look_at) VALUES ('{}/realms/ponimayu', now(), now())",
            ours.keycloak
        ))
        .await;
    let mut connection = database.connect().await;
    let mut count = async |statement: &'static str| -> i64 { sqlx::query_scalar(statement).fetch_one(&mut connection).await.unwrap() };
    const WRITTEN: &str = "SELECT count(*) FROM moving_letters";
    let url = database.url();
    for kill in 1..=2 {
        let mut command = ours.command(&["keycloak", "move", "--yes"], &[("DATABASE_URL", &url)]);
        let mut running = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while count(WRITTEN).await < kill * PEOPLE / 6 {
            assert!(running.try_wait().unwrap().is_none(), "it ends before anything can be killed");
        }
        running.kill().unwrap();
        running.wait().unwrap();
        let written = count(WRITTEN).await;
        assert!(written < PEOPLE, "killed too late to prove anything");
    }
    let (code, said) = ours.run(&["keycloak", "move", "--yes"], &[("DATABASE_URL", &url)]);
    assert!(code == Some(0) && said.contains("Letters on their way: "), "{said}");
    let (code, said) = ours.run(&["keycloak", "move", "--yes"], &[("DATABASE_URL", &url)]);
    assert!(code == Some(0) && said.contains("Letters on their way: 0"), "{said}");
    assert_eq!(count(WRITTEN).await, PEOPLE);
    assert_eq!(count("SELECT count(*) FROM jobs WHERE kind = 'notifications.mail'").await, PEOPLE, "one letter each");
    assert_eq!(count("SELECT count(*) FROM moving_windows").await, 1);
    assert_eq!((count("SELECT count(*) FROM people").await, count("SELECT count(*) FROM person_logins").await), (PEOPLE, 0));
    drop(connection);
    database.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_realm_is_planned_agreed_to_made_and_kept() {
    let (data, folder) = (tempfile::tempdir().unwrap(), folder_with_key(&hex::encode(testkit::ROOT_KEY)));
    let server = Server::start(&Config {
        distribution: distribution::install(&distribution::cache()).await.unwrap(),
        data: data.path().to_owned(),
        port: free_port(),
        management_port: free_port(),
        realm: json!({ "realm": "somebody-elses", "enabled": true }),
        themes: Vec::new(),
        admin_password: PASSWORD.to_owned(),
    })
    .await
    .unwrap();
    let console = Console { http: reqwest::Client::new(), url: server.url().to_owned() };
    let ours = Deployment { data: folder.path(), keycloak: server.url() };

    // Nothing happens without a word.
    for (arguments, code) in [(&["--dry-run"][..], 3), (&[], 1), (&["--dry-run"], 3)] {
        let (found, said) = ours.apply(arguments);
        assert_eq!(found, Some(code), "{said}");
        assert!(said.contains("make        the realm, with all that belongs to it"), "{said}");
    }
    let (code, said) = ours.apply(&[]);
    assert!(code == Some(1) && said.contains("--yes") && said.contains("Nothing was changed"), "{said}");

    let (code, said) = ours.apply(&["--yes"]);
    assert!(code == Some(0) && said.contains("Done"), "{said}");
    for arguments in [["--dry-run"], ["--yes"]] {
        let (code, said) = ours.apply(&arguments);
        assert!(code == Some(0) && said.contains("is as this release has it"), "{said}");
    }
    assert_eq!(ours.doctor(), "ok     Keycloak's realm: ponimayu is as this release has it");

    // What somebody changes there is named, with the command that mends it, which then does.
    console.ask("PUT", "", json!({ "bruteForceProtected": false })).await;
    assert_eq!(
        ours.doctor(),
        "FAULT  Keycloak's realm: ponimayu is not as this release has it; `ponimau keycloak apply` mends it:\n         \
         settings of the realm: bruteForceProtected: false → true"
    );
    let (code, said) = ours.apply(&["--yes"]);
    assert!(code == Some(0) && said.contains("bruteForceProtected: false → true"), "{said}");
    assert!(ours.doctor().starts_with("ok"));

    // An older realm, which the product's own client may not look at.
    let (client, management) = (console.id_of("ponimau-provisioner").await, console.id_of("realm-management").await);
    let account = console.ask("GET", &format!("/clients/{client}/service-account-user"), Value::Null).await;
    let role = console.ask("GET", &format!("/clients/{management}/roles/view-realm"), Value::Null).await;
    let path = format!("/users/{}/role-mappings/clients/{management}", account["id"].as_str().unwrap());
    console.ask("DELETE", &path, json!([role])).await;
    assert!(ours.doctor().starts_with("FAULT") && ours.doctor().contains("may not look"), "{}", ours.doctor());
    ours.apply(&["--yes"]);
    assert!(ours.doctor().starts_with("ok"));

    // Whoever is not let in is told so, and no password is repeated.
    let file = folder.path().join("password");
    std::fs::write(&file, "guessed\n").unwrap();
    let (code, said) = ours.run(&["keycloak", "apply", "--yes", "--admin-password-file", file.to_str().unwrap()], &[]);
    assert!(code == Some(1) && said.contains("does not let admin in") && !said.contains("guessed"), "{said}");
    std::fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    let (code, said) = ours.run(&["keycloak", "apply", "--yes", "--admin-password-file", file.to_str().unwrap()], &[]);
    assert_eq!(code, Some(0), "{said}");

    moving_that_is_killed_goes_on(&ours).await;

    // Another deployment does not take the realm away by mistake.
    let other_folder = folder_with_key(&"22".repeat(32));
    let other = Deployment { data: other_folder.path(), keycloak: server.url() };
    let (code, said) = other.apply(&["--yes"]);
    assert!(code == Some(1) && said.contains("another deployment's") && said.contains("--take-over"), "{said}");
    assert!(ours.doctor().starts_with("ok"));
    let (code, said) = other.apply(&["--yes", "--take-over"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(other.doctor().starts_with("ok"));
}
