//! Asking as fast as answers come, from a number of open connections.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use testkit::{Ask, Wire};
use tokio::time::Instant;

/// A request to make.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub path: String,
    pub cookie: String,
    /// A command's JSON; empty for a GET.
    pub body: String,
}

/// What came of a time of asking.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Answers other than "busy" (503).
    pub per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
    pub statuses: BTreeMap<u16, usize>,
}

impl Outcome {
    /// From how long each took and how it was answered.
    pub fn of(mut waits: Vec<(Duration, u16)>, elapsed: Duration) -> Self {
        assert!(!waits.is_empty(), "nothing was answered");
        waits.sort_unstable();
        let served = waits.iter().filter(|(_, status)| *status < 500).count();
        let at = |part: usize| waits[(waits.len() * part / 100).min(waits.len() - 1)].0;
        let mut statuses = BTreeMap::new();
        for (_, status) in &waits {
            *statuses.entry(*status).or_default() += 1;
        }
        Self { per_second: served as f64 / elapsed.as_secs_f64(), p50: at(50), p99: at(99), statuses }
    }
}

/// Asks for `wanted` in turn, from `connections` connections, for a time. `next` says which comes next, over all calls.
pub async fn load(address: SocketAddr, connections: usize, lasts: Duration, wanted: &Arc<Vec<Wanted>>, next: &Arc<AtomicUsize>) -> Outcome {
    let begun = Instant::now();
    let clients: Vec<_> = (0..connections)
        .map(|_| {
            let (wanted, next) = (wanted.clone(), next.clone());
            tokio::spawn(async move {
                let mut wire = Wire::connect(address).await.expect("a connection");
                let mut waits = Vec::new();
                while begun.elapsed() < lasts {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Wanted { path, cookie, body } = &wanted[n % wanted.len()];
                    let key = format!("figure-{n:08}");
                    let ask = if body.is_empty() { Ask::get(path, cookie) } else { Ask::post(path, cookie, &key, body) };
                    let asked = Instant::now();
                    let reply = wire.ask(ask).await.expect("an answer");
                    waits.push((asked.elapsed(), reply.status));
                }
                waits
            })
        })
        .collect();
    let mut waits = Vec::new();
    for client in clients {
        waits.extend(client.await.expect("a client"));
    }
    Outcome::of(waits, begun.elapsed())
}
