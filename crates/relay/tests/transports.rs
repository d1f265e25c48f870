//! The relay over real sockets: UDP, TCP, TLS, and a connection that somebody else accepted.

#[path = "support/client.rs"]
mod client;
mod support;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use client::{Client, build, channel_data, connect};
use relay::{Addresses, Certificate, Refusal, RelayConfig, RelayHandle, RelayServer, StartError};
use stun_types::message::MessageWrite as _;
use support::{any_port, config, credentials};
use tokio::time::Instant;
use tokio::{io::AsyncReadExt as _, io::AsyncWriteExt as _, net::TcpStream, net::UdpSocket};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, ServerName},
    },
};
use turn_types::message::ALLOCATE;

async fn start(fill: impl FnOnce(&mut RelayConfig)) -> RelayHandle {
    let mut config = config();
    fill(&mut config);
    RelayServer::start(config).await.expect("the relay starts")
}

async fn everywhere() -> (RelayHandle, Files) {
    let files = Files::new("relay.test");
    let certificate = files.certificate();
    let relay = start(|config| {
        config.listen_udp = any_port();
        config.listen_tcp = any_port();
        config.listen_tls = any_port();
        config.tls = Some(certificate);
    })
    .await;
    (relay, files)
}

/// A certificate in PEM files that vanish with the test.
struct Files {
    folder: std::path::PathBuf,
    root: CertificateDer<'static>,
}

impl Files {
    fn new(name: &str) -> Self {
        static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("relay-test-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let root = Self::write(&folder, name);
        Self { folder, root }
    }

    fn write(folder: &std::path::Path, name: &str) -> CertificateDer<'static> {
        let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        std::fs::write(folder.join("chain.pem"), made.cert.pem()).unwrap();
        std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        made.cert.der().clone()
    }

    fn certificate(&self) -> Certificate {
        Certificate::PemFiles { chain: self.folder.join("chain.pem"), key: self.folder.join("key.pem") }
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn tls(relay: SocketAddr, root: &CertificateDer<'static>) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(root.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(relay).await?;
    let name = ServerName::try_from("relay.test").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

#[tokio::test]
async fn all_transports_reach_each_other() {
    let (relay, files) = everywhere().await;
    let Addresses { udp, tcp, tls: over_tls } = relay.addresses().clone();
    let mut clients = vec![
        Client::by_udp(udp[0], credentials("c", "udp")).await,
        Client::by_tcp(tcp[0], credentials("c", "tcp")).await,
        Client::by_stream(tls(over_tls[0], &files.root).await.unwrap(), credentials("c", "tls")),
    ];
    for client in &mut clients {
        client.allocate().await;
    }
    let pairs = [(0, 1, 0x4000), (1, 2, 0x4001), (0, 2, 0x4002)];
    for (one, two, channel) in pairs {
        let [one, two] = clients.get_disjoint_mut([one, two]).unwrap();
        connect(one, two, channel).await;
        // Lengths that need each kind of padding, and a full packet.
        for len in [1, 2, 3, 4, 1_200] {
            let payload = vec![len as u8; len];
            one.send_on(channel, &payload).await;
            assert_eq!(two.receive().await.unwrap(), channel_data(channel, &payload));
            two.send_on(channel, &payload).await;
            assert_eq!(one.receive().await.unwrap(), channel_data(channel, &payload));
        }
    }
    let stats = relay.stats();
    assert_eq!((stats.allocations, stats.participants, stats.connections), (3, 3, 2));
    assert_eq!(stats.packets_relayed, 3 * 5 * 2);
    relay.shutdown().await;
}

#[tokio::test]
async fn a_burst_of_datagrams_arrives_whole_and_in_order() {
    let relay = start(|config| {
        config.listen_udp = any_port();
        config.quotas.bits_per_second_max = 1_000_000_000;
    })
    .await;
    let address = relay.addresses().udp[0];
    let mut anna = Client::by_udp(address, credentials("c", "anna")).await;
    let mut boris = Client::by_udp(address, credentials("c", "boris")).await;
    anna.allocate().await;
    boris.allocate().await;
    connect(&mut anna, &mut boris, 0x4000).await;
    let payload = |number: usize| vec![number as u8; 100 + number % 3];
    for round in 0..20 {
        for number in 0..50 {
            anna.send_on(0x4000, &payload(round + number)).await;
        }
        for number in 0..50 {
            assert_eq!(boris.receive().await.unwrap(), channel_data(0x4000, &payload(round + number)));
        }
    }
}

#[tokio::test]
async fn a_wildcard_socket_answers_from_the_address_that_was_asked() {
    let relay = start(|config| config.listen_udp = vec!["[::]:0".parse().unwrap(), "0.0.0.0:0".parse().unwrap()]).await;
    for (listener, own, asked) in [(0, "[::1]:0", "::1"), (1, "127.0.0.1:0", "127.0.0.3")] {
        let socket = UdpSocket::bind(own).await.unwrap();
        let asked = SocketAddr::new(asked.parse().unwrap(), relay.addresses().udp[listener].port());
        socket.send_to(&build(ALLOCATE, &[]).finish(), asked).await.unwrap();
        let mut answer = [0; 500];
        let (_, from) = socket.recv_from(&mut answer).await.unwrap();
        assert_eq!(from, asked);
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_holds_nobody_up() {
    let relay = start(|config| {
        config.listen_tcp = any_port();
        config.quotas.bits_per_second_max = 10_000_000_000;
    })
    .await;
    let address = relay.addresses().tcp[0];
    let mut sleeper = Client::by_tcp(address, credentials("c", "sleeper")).await;
    let mut anna = Client::by_tcp(address, credentials("c", "anna")).await;
    let mut boris = Client::by_tcp(address, credentials("c", "boris")).await;
    for client in [&mut sleeper, &mut anna, &mut boris] {
        client.allocate().await;
    }
    connect(&mut anna, &mut sleeper, 0x4000).await;
    connect(&mut anna, &mut boris, 0x4001).await;
    // Until the sleeper's buffers are full and the relay has begun to drop.
    while relay.stats().refused(Refusal::QueueFull) == 0 {
        anna.send_on(0x4000, &[0; 1_200]).await;
    }
    for number in 0..100 {
        anna.send_on(0x4001, &[number]).await;
        assert_eq!(boris.receive().await.unwrap(), channel_data(0x4001, &[number]));
    }
    // What the sleeper gets later is whole: packets were dropped, not cut.
    for _ in 0..50 {
        assert_eq!(sleeper.receive().await.unwrap(), channel_data(0x4000, &[0; 1_200]));
    }
}

/// A client on a connection in memory that somebody else accepted.
fn accepted(relay: &RelayHandle, participant: &str) -> Client {
    let (ours, theirs) = tokio::io::duplex(10_000);
    let relay = relay.clone();
    let remote = ([198, 51, 100, 1], 5).into();
    tokio::spawn(async move { relay.serve_connection(theirs, remote).await });
    Client::by_stream(ours, credentials("c", participant))
}

// The clock of the following tests stands still and jumps ahead whenever everybody waits for it.
// That needs connections in memory: with real ones the kernel may still be busy.

#[tokio::test(start_paused = true)]
async fn a_client_that_never_reads_is_cut_off() {
    let relay = start(|config| {
        config.listen_udp = any_port();
        config.quotas.bits_per_second_max = 10_000_000_000;
    })
    .await;
    let mut sleeper = accepted(&relay, "sleeper");
    let mut anna = accepted(&relay, "anna");
    sleeper.allocate().await;
    anna.allocate().await;
    connect(&mut anna, &mut sleeper, 0x4000).await;
    while relay.stats().refused(Refusal::QueueFull) == 0 {
        anna.send_on(0x4000, &[0; 1_200]).await;
    }
    let began = Instant::now();
    while relay.stats().connections == 2 {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!((20..=21).contains(&began.elapsed().as_secs()));
    assert_eq!(relay.stats().refused(Refusal::StalledConnection), 1);
    assert_eq!(relay.stats().allocations, 1);
    assert_eq!(anna.refresh().await, 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_used_is_closed_and_what_is_not_refreshed_ends() {
    let relay = start(|config| config.listen_udp = any_port()).await;
    let mut idle = accepted(&relay, "idle");
    let mut anna = accepted(&relay, "anna");
    anna.allocate().await;
    let began = Instant::now();
    assert_eq!(idle.receive().await, None);
    assert_eq!(began.elapsed().as_secs(), 15);
    assert_eq!(relay.stats().refused(Refusal::IdleConnection), 1);
    assert_eq!(relay.stats().allocations, 1);
    // Ten minutes for the allocation, and as long as before for the connection.
    assert_eq!(anna.receive().await, None);
    assert_eq!(began.elapsed().as_secs(), 615);
    let stats = relay.stats();
    assert_eq!((stats.allocations, stats.connections), (0, 0));
}

#[tokio::test]
async fn revoking_closes_the_connection_at_once() {
    let relay = start(|config| {
        config.listen_tcp = any_port();
        config.listen_udp = any_port();
    })
    .await;
    let mut anna = Client::by_tcp(relay.addresses().tcp[0], credentials("c", "anna")).await;
    let mut boris = Client::by_udp(relay.addresses().udp[0], credentials("c", "boris")).await;
    let mut vera = Client::by_tcp(relay.addresses().tcp[0], credentials("d", "vera")).await;
    for client in [&mut anna, &mut boris, &mut vera] {
        client.allocate().await;
    }
    relay.revoke_participant("c", "anna");
    assert_eq!(anna.receive().await, None);
    assert_eq!(boris.refresh().await, 0);
    relay.revoke_call("c");
    assert_eq!(boris.refresh().await, 403);
    let mut anna = Client::by_tcp(relay.addresses().tcp[0], credentials("c", "anna")).await;
    assert_eq!(anna.try_allocate().await, 403);
    assert_eq!(vera.refresh().await, 0);
    assert_eq!(relay.stats().allocations, 1);
}

#[tokio::test]
async fn a_connection_that_speaks_something_else_is_closed() {
    let relay = start(|config| config.listen_tcp = any_port()).await;
    let mut stream = TcpStream::connect(relay.addresses().tcp[0]).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut rest = Vec::new();
    // Closed with data unread, which the system reports as a reset or an end.
    let _ = stream.read_to_end(&mut rest).await;
    assert!(rest.is_empty());
    assert_eq!(relay.stats().refused(Refusal::Malformed), 1);
}

#[tokio::test]
async fn when_a_client_hangs_up_its_allocation_ends() {
    let relay = start(|config| config.listen_tcp = any_port()).await;
    let mut anna = Client::by_tcp(relay.addresses().tcp[0], credentials("c", "anna")).await;
    anna.allocate().await;
    assert_eq!(relay.stats().allocations, 1);
    drop(anna);
    while relay.stats().connections > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(relay.stats().allocations, 0);
}

#[tokio::test]
async fn connections_beyond_the_limit_are_closed() {
    let relay = start(|config| {
        config.listen_tcp = any_port();
        config.quotas.connections_max = 1;
    })
    .await;
    let address = relay.addresses().tcp[0];
    let mut first = Client::by_tcp(address, credentials("c", "anna")).await;
    first.allocate().await;
    let mut second = TcpStream::connect(address).await.unwrap();
    assert_eq!(second.read(&mut [0; 1]).await.unwrap(), 0, "closed at once");
    assert_eq!(first.refresh().await, 0);
    assert_eq!(relay.stats().refused(Refusal::ConnectionLimit), 1);
}

#[tokio::test]
async fn a_renewed_certificate_is_used_for_new_connections() {
    let (relay, files) = everywhere().await;
    let address = relay.addresses().tls[0];
    tls(address, &files.root).await.unwrap();
    let renewed = Files::write(&files.folder, "relay.test");
    assert!(tls(address, &renewed).await.is_err(), "not read yet");
    relay.reload_certificate().unwrap();
    tls(address, &renewed).await.unwrap();
    std::fs::write(files.folder.join("key.pem"), "nonsense").unwrap();
    relay.reload_certificate().unwrap_err();
    tls(address, &renewed).await.expect("the last good one stays");
    assert!(relay.stats().refused(Refusal::TlsHandshake) >= 1);
}

#[tokio::test]
async fn a_connection_accepted_elsewhere_is_served() {
    let relay = start(|config| config.listen_udp = any_port()).await;
    let mut anna = accepted(&relay, "anna");
    anna.allocate().await;
    relay.revoke_call("c");
    assert_eq!(anna.receive().await, None);
}

#[tokio::test]
async fn after_a_shutdown_the_ports_are_free() {
    let (relay, _files) = everywhere().await;
    let addresses = relay.addresses().clone();
    let mut anna = Client::by_tcp(addresses.tcp[0], credentials("c", "anna")).await;
    anna.allocate().await;
    relay.shutdown().await;
    assert_eq!(anna.receive().await, None);
    let again = start(|config| {
        config.listen_udp = addresses.udp.clone();
        config.listen_tcp = addresses.tcp.clone();
    })
    .await;
    assert_eq!(again.addresses().udp, addresses.udp);
}

#[tokio::test]
async fn a_configuration_that_cannot_work_is_refused() {
    let refused = async |fill: fn(&mut RelayConfig)| {
        let mut config = config();
        fill(&mut config);
        RelayServer::start(config).await.expect_err("must not start")
    };
    assert!(matches!(refused(|_| {}).await, StartError::NoListener));
    assert!(matches!(refused(|config| config.listen_tls = any_port()).await, StartError::NoCertificate));
    assert!(matches!(refused(|config| config.realm.clear()).await, StartError::InvalidRealm));
    assert!(matches!(refused(|config| config.quotas.burst_ms = 0).await, StartError::Quotas(_)));
    let missing = |config: &mut RelayConfig| {
        config.listen_tls = any_port();
        config.tls = Some(Certificate::PemFiles { chain: "/nowhere/chain.pem".into(), key: "/nowhere/key.pem".into() });
    };
    assert!(matches!(refused(missing).await, StartError::Certificate(_)));
    let not_ours = |config: &mut RelayConfig| config.listen_udp = vec!["198.51.100.1:0".parse().unwrap()];
    assert!(matches!(refused(not_ours).await, StartError::Listen { .. }));
}

#[tokio::test]
async fn the_urls_name_the_transports() {
    let addresses = Addresses {
        udp: vec!["0.0.0.0:3478".parse().unwrap()],
        tcp: vec!["0.0.0.0:3478".parse().unwrap()],
        tls: vec!["0.0.0.0:443".parse().unwrap()],
    };
    let expected =
        ["turn:relay.example:3478?transport=udp", "turn:relay.example:3478?transport=tcp", "turns:relay.example:443?transport=tcp"];
    assert_eq!(addresses.urls("relay.example"), expected);
}
