//! `ponimau serve` and `ponimau demo`: a node, from start to graceful stop.

use std::{future::IntoFuture as _, net::SocketAddr, time::Duration};

use anyhow::{Context as _, ensure};
use app::{App, demo as demo_data, identity, identity::bootstrap};
use axum::Router;
use clap::Args;
use platform::telemetry;
use tokio::{
    net::{TcpListener, TcpSocket},
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
    time::{Instant, timeout_at},
};

use crate::{
    assets, health, mailbox, realm, requests,
    settings::Settings,
    start::{self, Database},
};

/// Connections that wait to be accepted while a whole company comes at once; the kernel's own ceiling (`net.core.somaxconn`) may be lower.
const BACKLOG: u32 = 4096;

/// Like [`TcpListener::bind`], with room for a rush: where it ends, people get resets.
fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Arguments of `ponimau demo`.
#[derive(Debug, Args)]
pub struct Demo {
    #[command(flatten)]
    settings: Settings,
    /// Start a Keycloak beside the demo, in which people sign in (fetched once, 175 MB; needs Java 17 or newer)
    #[arg(long, env = "PONIMAU_WITH_KEYCLOAK")]
    with_keycloak: bool,
    /// The port of that Keycloak; the next one tells how it is
    #[arg(long, env = "PONIMAU_KEYCLOAK_PORT", default_value_t = 8180)]
    keycloak_port: u16,
}

/// What a demo has besides a node.
#[derive(Debug, Clone, Copy)]
pub struct Beside {
    keycloak_port: Option<u16>,
}

/// Runs a demo until it is told to stop.
pub async fn demo(demo: Demo) -> anyhow::Result<()> {
    let mut settings = demo.settings;
    // The demo's people must have accounts there.
    ensure!(
        demo.with_keycloak || settings.keycloak_url().is_none(),
        "a demo signs its people in at a Keycloak of its own. Set PONIMAU_WITH_KEYCLOAK=true (or --with-keycloak) to have one started, or take \
         PONIMAU_KEYCLOAK_URL away; for a Keycloak that is there already, use `ponimau serve`"
    );
    let keycloak_port = demo.with_keycloak.then_some(demo.keycloak_port);
    if let Some(port) = keycloak_port {
        settings.keycloak_url = Some(format!("http://localhost:{port}"));
    }
    run(settings, Some(Beside { keycloak_port })).await
}

/// Runs a node until it is told to stop; a demo's if `demo` is given.
pub async fn run(settings: Settings, demo: Option<Beside>) -> anyhow::Result<()> {
    let is_demo = demo.is_some();
    telemetry::start_logs(&format!("{},{}", settings.log, relay::LOG_FILTER), settings.log_json);
    let metrics = telemetry::start_metrics();
    let keys = start::keys(&settings)?;
    // Bound before the slow parts, so that a taken port or a wrong relay is said at once.
    let listener = listen(settings.listen)
        .with_context(|| format!("{} cannot be served on: stop what uses it or set PONIMAU_LISTEN", settings.listen))?;

    let keys_of_realm = keys.clone();
    let (video, relay) = start::video(&settings, &keys).await?;
    let database = Database::start(&settings).await?;
    start::check_database(&database.owner).await?;
    let login = app::schema::migrate(&database.owner, &keys).await?;
    start::check_database(&login).await?;
    let (stop, stopping) = watch::channel(false);
    let app = start::application(&settings, is_demo, login, keys, video, stopping.clone())?;
    let ended = identity::end_sessions_of_other_way(&app).await.map_err(|e| anyhow::anyhow!("{} {:?}", e.code, e.source))?;
    if ended > 0 {
        tracing::info!(ended, "sessions of the way of signing in that is off are over");
    }

    let mut background = JoinSet::new();
    background.spawn({
        let app = app.clone();
        async move { app.live.listen(&app.db).await }
    });
    background.spawn({
        let app = app.clone();
        async move { app::sessions::video::listen(&*app.video, &app.db).await }
    });
    background.spawn(app::scheduling::keep_fresh(app.clone(), stopping.clone()));
    if is_demo {
        let took =
            demo_data::seed_timed(&app).await.map_err(|e| anyhow::anyhow!("the demo's data cannot be made: {} {:?}", e.code, e.source))?;
        tracing::info!(ms = took.as_millis(), "demo data is there");
    }
    // Ends with the node.
    let _keycloak = match demo.and_then(|beside| beside.keycloak_port) {
        Some(port) => Some(realm::start_beside_demo(&settings, &keys_of_realm, &app, port).await?),
        None => None,
    };
    // After the demo's companies and its Keycloak are there: the first round brings the ones to the other.
    let worker = tokio::spawn(app::worker::work(app.clone(), stopping.clone()));
    announce(&settings, &app, is_demo).await?;
    let service = Router::new()
        .merge(app::router::api(app.clone()))
        .merge(identity::machine_routes(app.clone()))
        .merge(app::organisations::directory_routes(app.clone()))
        .merge(health::routes(app.clone()))
        .merge(assets::routes(&settings.public_url()));
    let service = if is_demo { service.merge(mailbox::routes(app.clone())) } else { service };
    let service = requests::observed(service);
    if settings.ops_listen != "off" {
        let address: SocketAddr = settings.ops_listen.parse().context("PONIMAU_OPS_LISTEN is neither an address nor \"off\"")?;
        let ops = TcpListener::bind(address).await?;
        let router = health::routes(app.clone()).merge(health::metrics(metrics));
        background.spawn(async move {
            let _ = axum::serve(ops, router).await;
        });
    }

    let drain = settings.drain();
    let serving =
        axum::serve(listener, service.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(told_to_stop(stop));
    let mut serving = std::pin::pin!(serving.into_future());
    let mut after_stop = stopping.clone();
    let mut served = false;
    tokio::select! {
        done = &mut serving => { done?; served = true }
        _ = after_stop.wait_for(|stop| *stop) => {}
    }
    // Requests, the worker's job and calls in progress have this long to end, together; then the node goes.
    let until = Instant::now() + drain;
    if !served {
        match timeout_at(until, serving).await {
            Ok(done) => done?,
            Err(_) => tracing::warn!("some requests did not end in time"),
        }
    }
    let job = worker.abort_handle();
    if timeout_at(until, worker).await.is_err() {
        tracing::warn!("a job did not end in time; another node does it again");
        job.abort();
    }
    if let Some(relay) = relay {
        calls_end(&app, until).await;
        relay.shutdown().await;
    }
    background.shutdown().await;
    // Waits for whatever still has a connection.
    let _ = tokio::time::timeout(Duration::from_secs(3), app.db.close()).await;
    database.stop().await;
    tracing::info!("stopped");
    Ok(())
}

/// Lets calls in progress through this node's relay go on until `until`; then browsers find another way by themselves.
async fn calls_end(app: &App, until: Instant) {
    let ended = async {
        while app.video.calls_in_progress() > 0 {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    if timeout_at(until, ended).await.is_err() {
        tracing::warn!(calls = app.video.calls_in_progress(), "stopping with calls in progress");
    }
}

/// Prints where the product is and how to enter it.
async fn announce(settings: &Settings, app: &App, is_demo: bool) -> anyhow::Result<()> {
    println!("\n  The product is at {}\n", settings.public_url());
    if is_demo {
        match &app.keycloak {
            None => println!("  Demo data, generated. On the sign-in page one click enters as any of them, among others:"),
            Some(_) => println!(
                "  Demo data, generated. People sign in at Keycloak: the sign-in page names them, and the password of each is \"{}\".\n  \
                 Specialists and staff connect an authenticator app at their first sign-in.\n  \
                 Keycloak's console: {}/admin, user admin, password {}\n  Among others:",
                realm::DEMO_PASSWORD,
                settings.keycloak_url().unwrap_or_default(),
                realm::console_password(settings)?
            ),
        }
        for person in demo_data::people(app).await.map_err(|e| anyhow::anyhow!("{}", e.code))? {
            println!("    {:<10} {}", person.kind, person.display_name);
        }
        println!("  As a newcomer, enter with the company code {}; with {} by a pass", demo_data::CODES[0], demo_data::CODE_FOR_PASS);
        if app.mailer.reaches_people() {
            println!("  Mail goes to the server of PONIMAU_SMTP_URL\n");
        } else {
            println!("  Mail that would be sent: {}/demo/mailbox\n", settings.public_url());
        }
        return Ok(());
    }
    if !app.mailer.reaches_people() {
        println!(
            "  Mail reaches nobody: no SMTP server is configured (PONIMAU_SMTP_URL). Codes and invitations are put into {}\n",
            settings.data.join("mail").display()
        );
    }
    if let Some(link) = bootstrap::link(app).await.map_err(|e| anyhow::anyhow!("{}", e.code))? {
        println!("  Nobody of the staff can sign in yet. An administrator enters by this link, once and within an hour:\n    {link}\n");
    }
    Ok(())
}

/// Waits for SIGTERM or SIGINT and says so to everybody.
async fn told_to_stop(stop: watch::Sender<bool>) {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        return std::future::pending().await;
    };
    tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    tracing::info!("stopping");
    let _ = stop.send(true);
}
