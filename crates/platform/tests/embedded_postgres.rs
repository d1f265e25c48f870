//! The embedded database with real processes: started, shared, killed, adopted.

use std::{
    env, fs,
    fs::Permissions,
    io::{BufRead, BufReader, Read},
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::{Child, Command, Stdio},
};

use platform::embedded_postgres::{EmbeddedConfig, EmbeddedError, EmbeddedPostgres, SUPERUSER, Stopped};
use rustix::process::{Pid, Signal};
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;

/// Set for a child of this test binary: the folder whose server it shall use until it is killed.
const HOLD: &str = "PONIMAU_TEST_HOLD";

/// A folder which the database's account may enter also when we are root.
fn folder() -> TempDir {
    tempfile::Builder::new().permissions(Permissions::from_mode(0o711)).tempdir().unwrap()
}

async fn start(folder: &Path) -> EmbeddedPostgres {
    EmbeddedPostgres::start(EmbeddedConfig::for_tests(folder)).await.unwrap()
}

async fn connect(server: &EmbeddedPostgres) -> PgConnection {
    PgConnection::connect(&server.superuser_url()).await.unwrap()
}

async fn ask(server: &EmbeddedPostgres, sql: &'static str) -> String {
    let mut connection = connect(server).await;
    sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
}

async fn remember_a_word(server: &EmbeddedPostgres) {
    let sql = "CREATE TABLE memory (word text); INSERT INTO memory VALUES ('жадынама')";
    connect(server).await.execute(sql).await.unwrap();
}

async fn remembered(server: &EmbeddedPostgres) -> String {
    ask(server, "SELECT word FROM memory").await
}

fn kill(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

/// Alive and not a zombie.
fn runs(pid: u32) -> bool {
    fs::read_link(format!("/proc/{pid}/exe")).is_ok()
}

async fn wait_until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..6000 {
        if condition() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("never happened: {what}");
}

/// The other half of [`holder`]: does nothing in an ordinary run.
#[tokio::test]
async fn holds_a_server_when_told_to() {
    let Some(folder) = env::var_os(HOLD) else {
        return;
    };
    let server = start(Path::new(&folder)).await;
    println!("\nholding {}", server.pid());
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

/// Another process that uses the server in `folder`, and the postmaster's pid.
fn holder(folder: &Path) -> (Child, u32) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "holds_a_server_when_told_to", "--nocapture"])
        .env(HOLD, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let pid =
        lines.map_while(Result::ok).find_map(|line| line.strip_prefix("holding ")?.parse().ok()).expect("the child starts the server");
    (child, pid)
}

fn watchdogs(folder: &Path) -> Vec<u32> {
    let users = folder.canonicalize().unwrap().join("users.lock");
    let mentions = |pid: &u32| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let mut words = line.split(|byte| *byte == 0);
        words.any(|word| word == users.as_os_str().as_encoded_bytes())
    };
    fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).filter(mentions).collect()
}

#[tokio::test]
async fn starts_stops_and_starts_again_with_the_data_on_the_same_port() {
    let folder = folder();
    let first = start(folder.path()).await;
    assert!(ask(&first, "SELECT version()").await.starts_with("PostgreSQL 18."));
    remember_a_word(&first).await;
    let (port, pid) = (first.port(), first.pid());
    assert_eq!(first.stop().await.unwrap(), Stopped::Ended);
    assert!(!runs(pid));
    assert!(TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok());

    let second = start(folder.path()).await;
    assert_eq!(second.port(), port);
    assert_ne!(second.pid(), pid);
    assert_eq!(remembered(&second).await, "жадынама");
    second.stop().await.unwrap();
}

#[tokio::test]
async fn listens_locally_asks_for_the_password_and_runs_unprivileged() {
    let folder = folder();
    let server = start(folder.path()).await;
    assert_eq!(ask(&server, "SHOW listen_addresses").await, "127.0.0.1");

    let password = folder.path().join("password");
    assert_eq!(fs::metadata(password).unwrap().mode() & 0o777, 0o600);
    assert!(!format!("{server:?}").contains(&fs::read_to_string(folder.path().join("password")).unwrap()));
    let wrong = server.superuser_options().password("wrong");
    let error = PgConnection::connect_with(&wrong).await.unwrap_err();
    assert!(error.to_string().contains("password"), "{error}");

    let socket = server.socket_dir().unwrap();
    let local = server.superuser_options().socket(&socket).password("wrong");
    assert!(PgConnection::connect_with(&local).await.is_err());
    let local = server.superuser_options().socket(&socket);
    PgConnection::connect_with(&local).await.unwrap();

    let owner = fs::metadata(format!("/proc/{}", server.pid())).unwrap().uid();
    assert_ne!(owner, 0);
    let environment = fs::read(format!("/proc/{}/environ", server.pid())).unwrap();
    let environment = String::from_utf8_lossy(&environment).into_owned();
    assert!(!environment.contains("CARGO"), "our environment stays ours");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn text_is_ordered_alike_everywhere_and_icu_collations_exist() {
    let folder = folder();
    let server = start(folder.path()).await;
    let provider = "SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = 'postgres'";
    assert_eq!(ask(&server, provider).await, "b C.UTF-8");
    assert_eq!(ask(&server, "SELECT upper('әңгіме')").await, "ӘҢГІМЕ");
    // Names in lists: Kazakh «Ә» stands after «А», not at the end of the alphabet.
    let sorted = r#"SELECT string_agg(w, ' ' ORDER BY w COLLATE "kk-x-icu") FROM (VALUES ('Яна'), ('Әсел'), ('Айна'), ('Бота')) v(w)"#;
    assert_eq!(ask(&server, sorted).await, "Айна Әсел Бота Яна");
    connect(&server).await.execute("CREATE EXTENSION btree_gist").await.unwrap();
    server.stop().await.unwrap();
}

#[tokio::test]
async fn the_log_holds_no_values() {
    let folder = folder();
    let server = start(folder.path()).await;
    let mut connection = connect(&server).await;
    connection.execute("CREATE TABLE people (email text UNIQUE); INSERT INTO people VALUES ('anna@example.org')").await.unwrap();
    let again = "INSERT INTO people VALUES ('anna@example.org')";
    connection.execute(again).await.unwrap_err();
    drop(connection);
    let log = server.folder().join("server.log");
    server.stop().await.unwrap();
    let log = fs::read_to_string(log).unwrap();
    assert!(log.contains("duplicate key"), "{log}");
    assert!(!log.contains("anna"), "{log}");
}

#[tokio::test]
async fn a_killed_postmaster_leaves_nothing_in_the_way() {
    let folder = folder();
    let config = EmbeddedConfig::new(folder.path());
    let server = EmbeddedPostgres::start(config.clone()).await.unwrap();
    remember_a_word(&server).await;
    // An open connection: its backend outlives the postmaster for a moment and holds the shared memory.
    let _open = connect(&server).await;
    let killed = server.pid();
    kill(killed, Signal::KILL);
    wait_until("the postmaster is gone", || !runs(killed)).await;
    drop(server);

    let again = EmbeddedPostgres::start(config).await.unwrap();
    assert_ne!(again.pid(), killed);
    assert_eq!(remembered(&again).await, "жадынама");
    again.stop().await.unwrap();
}

#[tokio::test]
async fn a_pid_file_naming_a_foreign_process_is_no_obstacle() {
    let folder = folder();
    start(folder.path()).await.stop().await.unwrap();
    // As after a reboot: the number now belongs to somebody else, here to us.
    let stale = folder.path().join("data/postmaster.pid");
    fs::write(stale, format!("{}\n/x\n1\n5432\n\n\n\nready\n", std::process::id())).unwrap();
    let server = start(folder.path()).await;
    assert_ne!(server.pid(), std::process::id());
    server.stop().await.unwrap();
}

#[tokio::test]
async fn the_last_of_several_users_stops_the_server() {
    let folder = folder();
    let (one, two) = tokio::join!(start(folder.path()), start(folder.path()));
    assert_eq!((one.pid(), one.port()), (two.pid(), two.port()));
    let (mut other, pid) = holder(folder.path());
    assert_eq!(pid, one.pid());
    assert_eq!(one.stop().await.unwrap(), Stopped::LeftToOthers);
    assert_eq!(two.stop().await.unwrap(), Stopped::LeftToOthers);
    assert!(runs(pid));
    let three = start(folder.path()).await;
    assert_eq!(three.pid(), pid);
    other.kill().unwrap();
    other.wait().unwrap();
    assert_eq!(three.stop().await.unwrap(), Stopped::Ended);
    assert!(!runs(pid));
}

async fn no_orphan_after(signal: Signal) {
    let folder = folder();
    let (mut parent, pid) = holder(folder.path());
    kill(parent.id(), signal);
    parent.wait().unwrap();
    wait_until("the server is gone", || !runs(pid)).await;
    wait_until("the watchdog is gone", || watchdogs(folder.path()).is_empty()).await;
    // It was stopped in order, not killed: its pid file is removed.
    assert!(!folder.path().join("data/postmaster.pid").exists());
}

#[tokio::test]
async fn a_terminated_parent_leaves_no_orphan() {
    no_orphan_after(Signal::TERM).await;
}

#[tokio::test]
async fn a_killed_parent_leaves_no_orphan() {
    no_orphan_after(Signal::KILL).await;
}

#[tokio::test]
async fn a_server_that_lost_its_parent_and_its_watchdog_is_adopted_and_watched_again() {
    let folder = folder();
    let (mut parent, pid) = holder(folder.path());
    for watchdog in watchdogs(folder.path()) {
        kill(watchdog, Signal::KILL);
    }
    parent.kill().unwrap();
    parent.wait().unwrap();
    wait_until("the watchdog is gone", || watchdogs(folder.path()).is_empty()).await;
    assert!(runs(pid), "nobody is left who would stop it");

    let adopted = start(folder.path()).await;
    assert_eq!(adopted.pid(), pid);
    assert_eq!(ask(&adopted, "SELECT 'alive'").await, "alive");
    // Dropped, not stopped: the new watchdog must do it.
    drop(adopted);
    wait_until("the server is gone", || !runs(pid)).await;
}

#[tokio::test]
async fn a_folder_which_the_account_cannot_enter_is_replaced_only_for_root() {
    let closed = tempfile::tempdir().unwrap();
    fs::set_permissions(closed.path(), Permissions::from_mode(0o700)).unwrap();
    let wished = closed.path().join("db");
    let server = start(&wished).await;
    let used = server.folder().to_owned();
    server.stop().await.unwrap();
    if rustix::process::geteuid().is_root() {
        assert!(used.starts_with("/var/lib/ponimau"), "{used:?}");
        assert!(!wished.exists(), "no empty folder misleads");
        fs::remove_dir_all(used).unwrap();
    } else {
        assert_eq!(used, wished.canonicalize().unwrap());
    }
}

#[tokio::test]
async fn a_fixed_port_is_used_or_refused() {
    let folder = folder();
    let squatter = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = squatter.local_addr().unwrap().port();
    let config = EmbeddedConfig { port: Some(port), ..EmbeddedConfig::for_tests(folder.path()) };
    let error = EmbeddedPostgres::start(config.clone()).await.unwrap_err();
    assert!(matches!(error, EmbeddedError::PortTaken { port: taken } if taken == port));
    drop(squatter);
    let server = EmbeddedPostgres::start(config).await.unwrap();
    assert_eq!(server.port(), port);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn settings_reach_the_server_and_owned_ones_are_refused() {
    let folder = folder();
    let with = |name: &str, value: &str| EmbeddedConfig {
        max_connections: 17,
        settings: vec![(name.to_owned(), value.to_owned())],
        ..EmbeddedConfig::for_tests(folder.path())
    };
    let error = EmbeddedPostgres::start(with("listen_addresses", "*")).await.unwrap_err();
    assert!(matches!(error, EmbeddedError::ReservedSetting(_)), "{error}");

    let error = EmbeddedPostgres::start(with("no_such_setting", "1")).await.unwrap_err();
    assert!(error.to_string().contains("no_such_setting"), "{error}");

    let server = EmbeddedPostgres::start(with("work_mem", "5MB")).await.unwrap();
    assert_eq!(ask(&server, "SHOW work_mem").await, "5MB");
    assert_eq!(ask(&server, "SHOW max_connections").await, "17");
    assert_eq!(ask(&server, "SHOW fsync").await, "off");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_cluster_that_cannot_be_entered_says_why() {
    let folder = folder();
    start(folder.path()).await.stop().await.unwrap();
    let version = folder.path().join("data/PG_VERSION");
    fs::write(&version, "17\n").unwrap();
    let config = EmbeddedConfig::for_tests(folder.path());
    let error = EmbeddedPostgres::start(config.clone()).await.unwrap_err();
    assert!(matches!(error, EmbeddedError::OtherMajor { .. }), "{error}");
    fs::write(&version, "18\n").unwrap();
    fs::remove_file(folder.path().join("password")).unwrap();
    let error = EmbeddedPostgres::start(config).await.unwrap_err();
    assert!(matches!(error, EmbeddedError::PasswordLost { .. }), "{error}");
    assert_eq!(SUPERUSER, "ponimau");
}
