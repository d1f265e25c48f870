//! Proofs about the real binary as a process, on a real PostgreSQL that keeps its promises, with real faults: kills, stops, wrong settings, few
//! connections. Short in CI; `PROOFS=whole` runs them at the length that the bar names (`make bench` does).

mod administrator;
mod kills;
mod load;
mod moving;
mod pools;
mod refusals;
mod stops;

use std::time::Duration;

use testkit::{Node, NodeSettings};
use tokio::sync::{Mutex, MutexGuard};

/// A node's settings, on the binary of this build.
fn node() -> NodeSettings {
    NodeSettings::new(env!("CARGO_BIN_EXE_ponimau"))
}

/// One proof under load at a time: they measure what the product survives, not each other.
async fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::const_new(());
    TURN.lock().await
}

fn is_whole() -> bool {
    std::env::var("PROOFS").is_ok_and(|wanted| wanted == "whole")
}

/// How long a node may take to be ready: generous, because the tests' build on a busy machine is slow.
const START_MAX: Duration = Duration::from_secs(60);

async fn ready(node: &mut Node, settings: &NodeSettings) {
    assert!(node.is_ready_within(START_MAX).await, "the node is not ready: {}", settings.log());
}
