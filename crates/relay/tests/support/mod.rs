//! A relay's configuration and credentials for tests.

use std::net::SocketAddr;

use relay::{Credentials, RelayConfig, Secret, Secrets, WallClock, issue_credentials};

/// The wall clock of the relays under test, in seconds since the Unix epoch.
pub const NOW: u64 = 1_800_000_000;

pub fn secret() -> Secret {
    Secret::new(*b"a secret of sufficient length").unwrap()
}

/// A relay with a standing wall clock and no listeners yet.
pub fn config() -> RelayConfig {
    RelayConfig::new("relay.example", Secrets::new(secret()), WallClock::new(|| NOW))
}

/// The loopback network, at a port that the system chooses.
pub fn any_port() -> Vec<SocketAddr> {
    vec![([127, 0, 0, 1], 0).into()]
}

/// Credentials for an hour.
pub fn credentials(call: &str, participant: &str) -> Credentials {
    issue_credentials(&secret(), call, participant, NOW + 3_600).unwrap()
}
