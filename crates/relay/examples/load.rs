//! What a relayed packet costs: the processor time of the relay's process under the load of many calls, next to a bare
//! forwarder that does the same system calls and nothing else, in turns on the same machine.
//!
//! ```text
//! cargo run --release -p relay --example load -- [calls] [seconds]
//! ```
//!
//! A call is two people who each send video at 1.44 Mbit/s: 30 times a second five packets of 1,200 bytes.

#[path = "../tests/support/client.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod client;

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, UdpSocket},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use client::{Client, Wire, channel_data};
use relay::{RelayConfig, RelayServer, Secret, Secrets, WallClock, issue_credentials};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const PAYLOAD_BYTES: usize = 1_200;
const FRAME_INTERVAL: Duration = Duration::from_nanos(33_333_333);
const PACKETS_PER_FRAME: usize = 5;
const ROUNDS: usize = 3;
const CHANNEL: u16 = 0x4000;
/// The relay's wall clock stands still.
const NOW: u64 = 1_800_000_000;
const SECRET: &[u8] = b"only for this measurement";

type AnyError = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), AnyError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("serve") => runtime()?.block_on(serve()),
        Some("forward") => forward(),
        _ => {
            let number = |index: usize, default: u16| arguments.get(index).map_or(Ok(default), |text| text.parse());
            runtime()?.block_on(measure(number(0, 30)?, Duration::from_secs(number(1, 5)?.into())))
        }
    }
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

/// The relay, in a process of its own until standard input ends.
async fn serve() -> Result<(), AnyError> {
    let mut config = RelayConfig::new("load", Secrets::new(Secret::new(SECRET)?), WallClock::new(|| NOW));
    config.listen_udp = vec![([127, 0, 0, 1], 0).into()];
    config.listen_tcp = vec![([127, 0, 0, 1], 0).into()];
    config.quotas.idle_connections_per_address_max = 4_000;
    config.quotas.unauthenticated_answers_per_second_max = 100_000;
    let relay = RelayServer::start(config).await?;
    println!("{} {}", relay.addresses().udp[0], relay.addresses().tcp[0]);
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    relay.shutdown().await;
    Ok(())
}

/// The baseline: who sends number n gets what number n^1 sends. One packet, one system call each way, no protocol.
fn forward() -> Result<(), AnyError> {
    let socket = UdpSocket::bind(("127.0.0.1", 0))?;
    println!("{0} {0}", socket.local_addr()?);
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let mut people: Vec<Option<SocketAddr>> = Vec::new();
    let mut packet = [0; 2_048];
    loop {
        let (len, from) = socket.recv_from(&mut packet)?;
        let number = usize::from(u16::from_be_bytes([packet[0], packet[1]]));
        people.resize(people.len().max((number | 1) + 1), None);
        people[number] = Some(from);
        if let Some(to) = people[number ^ 1] {
            socket.send_to(&packet[..len], to)?;
        }
    }
}

/// A server under load.
struct Server {
    process: Child,
    udp: SocketAddr,
    tcp: SocketAddr,
}

impl Server {
    fn start(mode: &str) -> Result<Self, AnyError> {
        let mut process = Command::new(std::env::current_exe()?).arg(mode).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        let (udp, tcp) = line.trim().split_once(' ').ok_or("no addresses")?;
        let (udp, tcp) = (udp.parse()?, tcp.parse()?);
        Ok(Self { process, udp, tcp })
    }

    /// Processor time used so far, user and system, from `/proc` (proc_pid_stat(5), fields 14 and 15).
    fn processor_time(&self) -> Result<Duration, AnyError> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        let fields = stat.rsplit_once(')').ok_or("unexpected /proc format")?.1;
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
        let ticks: u64 = ticks.sum::<Result<_, _>>()?;
        // USER_HZ is 100 on every Linux.
        Ok(Duration::from_millis(ticks * 10))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

struct Outcome {
    sent: u64,
    received: u64,
    processor: Duration,
}

impl Outcome {
    fn micros_per_packet(&self) -> f64 {
        self.processor.as_secs_f64() * 1e6 / self.received as f64
    }
}

async fn measure(calls: u16, duration: Duration) -> Result<(), AnyError> {
    println!("{calls} calls for {} s, {ROUNDS} rounds in turns", duration.as_secs());
    println!("{:>10} {:>10} {:>9} {:>12} {:>7}", "", "packets", "lost", "µs/packet", "ratio");
    for _ in 0..ROUNDS {
        let baseline = run_baseline(calls, duration).await?;
        print_row("forwarder", &baseline, &baseline);
        print_row("UDP", &run_relay(calls, duration, false).await?, &baseline);
        print_row("TCP", &run_relay(calls, duration, true).await?, &baseline);
    }
    Ok(())
}

fn print_row(name: &str, outcome: &Outcome, baseline: &Outcome) {
    let lost = 100.0 * (1.0 - outcome.received as f64 / outcome.sent as f64);
    let micros = outcome.micros_per_packet();
    let ratio = micros / baseline.micros_per_packet();
    println!("{name:>10} {:>10} {lost:>8.2}% {micros:>12.2} {ratio:>7.2}", outcome.received);
    let _ = std::io::stdout().flush();
}

async fn run_baseline(calls: u16, duration: Duration) -> Result<Outcome, AnyError> {
    let server = Server::start("forward")?;
    let mut people = Vec::new();
    for number in 0..calls * 2 {
        let socket = tokio::net::UdpSocket::bind(("127.0.0.1", 0)).await?;
        socket.connect(server.udp).await?;
        socket.send(&number.to_be_bytes()).await?;
        let mut packet = vec![0; PAYLOAD_BYTES + 4];
        packet[..2].copy_from_slice(&number.to_be_bytes());
        people.push((Wire::Datagrams(socket), packet));
    }
    load(&server, people, duration).await
}

async fn run_relay(calls: u16, duration: Duration, by_tcp: bool) -> Result<Outcome, AnyError> {
    let server = Server::start("serve")?;
    let secret = Secret::new(SECRET)?;
    let expires_at = NOW + 3_600;
    let mut people = Vec::new();
    for call in 0..calls {
        let mut pair = Vec::new();
        for participant in ["one", "two"] {
            let credentials = issue_credentials(&secret, &format!("call-{call}"), participant, expires_at)?;
            let mut client =
                if by_tcp { Client::by_tcp(server.tcp, credentials).await } else { Client::by_udp(server.udp, credentials).await };
            client.allocate().await;
            pair.push(client);
        }
        let [one, two] = &mut pair[..] else { unreachable!("two were pushed") };
        client::connect(one, two, CHANNEL).await;
        people.extend(pair.into_iter().map(|client| (client.wire, channel_data(CHANNEL, &[7; PAYLOAD_BYTES]))));
    }
    load(&server, people, duration).await
}

/// Everybody sends their packet at the pace of video and counts what comes.
async fn load(server: &Server, people: Vec<(Wire, Vec<u8>)>, duration: Duration) -> Result<Outcome, AnyError> {
    let (sent, received) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let before = server.processor_time()?;
    let start = Instant::now();
    let mut senders = Vec::new();
    let mut receivers = Vec::new();
    let count = people.len() as u32;
    for (number, (wire, packet)) in (0..).zip(people) {
        // Spread over the frame interval, as real calls are.
        let first = start + FRAME_INTERVAL * number / count;
        let sent = sent.clone();
        let received = received.clone();
        let pace = move || tokio::time::interval_at(first.into(), FRAME_INTERVAL);
        match wire {
            Wire::Datagrams(socket) => {
                let socket = Arc::new(socket);
                let incoming = socket.clone();
                receivers.push(tokio::spawn(async move {
                    let mut buffer = [0; 2_048];
                    while let Ok(len) = incoming.recv(&mut buffer).await {
                        received.fetch_add(u64::from(len > PAYLOAD_BYTES), Ordering::Relaxed);
                    }
                }));
                senders.push(tokio::spawn(async move {
                    let mut pace = pace();
                    while start.elapsed() < duration {
                        pace.tick().await;
                        for _ in 0..PACKETS_PER_FRAME {
                            let _ = socket.send(&packet).await;
                        }
                        sent.fetch_add(PACKETS_PER_FRAME as u64, Ordering::Relaxed);
                    }
                }));
            }
            Wire::Stream(stream) => {
                let (mut reader, mut writer) = tokio::io::split(stream);
                let packet_bytes = packet.len() as u64;
                receivers.push(tokio::spawn(async move {
                    let (mut buffer, mut bytes) = (vec![0; 16_384], 0);
                    while let Ok(len @ 1..) = reader.read(&mut buffer).await {
                        bytes += len as u64;
                        received.fetch_add(bytes / packet_bytes, Ordering::Relaxed);
                        bytes %= packet_bytes;
                    }
                }));
                senders.push(tokio::spawn(async move {
                    let mut pace = pace();
                    let frame = packet.repeat(PACKETS_PER_FRAME);
                    while start.elapsed() < duration {
                        pace.tick().await;
                        let _ = writer.write_all(&frame).await;
                        sent.fetch_add(PACKETS_PER_FRAME as u64, Ordering::Relaxed);
                    }
                    // Kept open until the last packets have arrived.
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }));
            }
        }
    }
    for sender in senders {
        sender.await?;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let processor = server.processor_time()? - before;
    for receiver in receivers {
        receiver.abort();
    }
    Ok(Outcome { sent: sent.load(Ordering::Relaxed), received: received.load(Ordering::Relaxed), processor })
}
