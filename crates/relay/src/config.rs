//! What an operator may set.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use crate::{Secrets, core::VIRTUAL_PORTS};

/// Where and how the relay listens. Start from [`RelayConfig::new`] and fill in listeners.
#[derive(Debug, Clone)]
pub struct RelayConfig {
    /// UDP listeners. On a machine with several addresses a wildcard works: replies leave from the address that was
    /// asked. `[::]` serves IPv4 as well where the system maps it.
    pub listen_udp: Vec<SocketAddr>,
    /// Plain TCP listeners, for networks without UDP.
    pub listen_tcp: Vec<SocketAddr>,
    /// TLS listeners, for networks that let only HTTPS out: port 443 on an address of its own.
    pub listen_tls: Vec<SocketAddr>,
    /// The certificate of the TLS listeners.
    pub tls: Option<Certificate>,
    /// The address part of every relayed address. It is a name inside the relay, never the source or destination of a
    /// packet, and need not belong to the machine; it only has to look routable, because Firefox refuses a relayed
    /// address on the loopback network.
    pub advertised_ip: Ipv4Addr,
    /// The realm of the long-term credentials: any short text, the product's domain by convention.
    pub realm: String,
    /// The keys that sign credentials.
    pub secrets: Secrets,
    /// The limits.
    pub quotas: Quotas,
    /// The wall clock against which the expiry of credentials is checked.
    pub wall_clock: WallClock,
}

impl RelayConfig {
    /// No listeners yet, default quotas, and 192.0.2.1 as the advertised address: it is set aside for documentation (RFC 5737), so it
    /// collides with nobody's network and tells nobody anything.
    pub fn new(realm: impl Into<String>, secrets: Secrets, wall_clock: WallClock) -> Self {
        Self {
            listen_udp: Vec::new(),
            listen_tcp: Vec::new(),
            listen_tls: Vec::new(),
            tls: None,
            advertised_ip: Ipv4Addr::new(192, 0, 2, 1),
            realm: realm.into(),
            secrets,
            quotas: Quotas::default(),
            wall_clock,
        }
    }
}

/// Where the TLS certificate comes from.
#[derive(Debug, Clone)]
pub enum Certificate {
    /// PEM files; read at the start and again by [`RelayHandle::reload_certificate`](crate::RelayHandle).
    PemFiles {
        /// The server's certificate and its intermediates.
        chain: PathBuf,
        /// The private key.
        key: PathBuf,
    },
    /// A new certificate for these host names or addresses, made at the start. For the demo: browsers refuse it unless
    /// told otherwise.
    SelfSigned {
        /// The certificate's subject alternative names.
        names: Vec<String>,
    },
}

/// The limits. Each is a hard bound on what strangers or participants can make the relay hold or do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotas {
    /// Allocations altogether, at most 20,000.
    pub allocations_max: usize,
    /// Allocations of one participant. A browser makes one per relay URL and network interface, and a reloaded page
    /// leaves its old ones behind until they expire.
    pub allocations_per_participant_max: usize,
    /// What one participant may send, and what one may receive, in bits per second over all allocations.
    pub bits_per_second_max: u64,
    /// How much may come in one burst, in milliseconds at that rate.
    pub burst_ms: u64,
    /// TCP and TLS connections altogether.
    pub connections_max: usize,
    /// Connections without an allocation from one address (IPv4) or one /64 (IPv6).
    pub idle_connections_per_address_max: usize,
    /// Answers per second to requests without valid credentials from one address or /64. Limits what a forged source
    /// address can aim at a victim. A whole company may sit behind one address.
    pub unauthenticated_answers_per_second_max: u32,
    /// Credentials that live longer than this are refused. A revocation is kept for this long.
    pub credential_lifetime_max: Duration,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            allocations_max: 10_000,
            allocations_per_participant_max: 24,
            bits_per_second_max: 8_000_000,
            burst_ms: 1_000,
            connections_max: 4_000,
            idle_connections_per_address_max: 64,
            unauthenticated_answers_per_second_max: 200,
            credential_lifetime_max: Duration::from_secs(12 * 60 * 60),
        }
    }
}

/// A quota is zero or beyond what the relay can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the relay's quota `{0}` is out of range")]
pub struct InvalidQuotas(pub &'static str);

impl Quotas {
    pub(crate) fn check(&self) -> Result<(), InvalidQuotas> {
        // Ports are drawn at random; with less than half of them in use a free one is found at once.
        let allocations_limit = VIRTUAL_PORTS.len() / 2;
        let checks = [
            ("allocations_max", (1..=allocations_limit).contains(&self.allocations_max)),
            ("allocations_per_participant_max", self.allocations_per_participant_max > 0),
            ("bits_per_second_max", (8_000..=100_000_000_000).contains(&self.bits_per_second_max)),
            ("burst_ms", (1..=60_000).contains(&self.burst_ms)),
            ("connections_max", self.connections_max > 0),
            ("idle_connections_per_address_max", self.idle_connections_per_address_max > 0),
            ("unauthenticated_answers_per_second_max", self.unauthenticated_answers_per_second_max > 0),
            ("credential_lifetime_max", !self.credential_lifetime_max.is_zero()),
        ];
        match checks.into_iter().find(|(_, is_valid)| !is_valid) {
            Some((name, _)) => Err(InvalidQuotas(name)),
            None => Ok(()),
        }
    }
}

/// The present in seconds since the Unix epoch, from the machine or from a test.
#[derive(Clone)]
pub struct WallClock(Arc<dyn Fn() -> u64 + Send + Sync>);

impl WallClock {
    /// A clock that asks `now` for the seconds since the Unix epoch.
    pub fn new(now: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub(crate) fn unix_seconds(&self) -> u64 {
        (self.0)()
    }
}

impl std::fmt::Debug for WallClock {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("WallClock(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_quotas_are_valid_and_a_zero_is_named() {
        assert_eq!(Quotas::default().check(), Ok(()));
        let quotas = Quotas { burst_ms: 0, ..Quotas::default() };
        assert_eq!(quotas.check(), Err(InvalidQuotas("burst_ms")));
    }

    #[test]
    fn more_allocations_than_half_the_ports_are_refused() {
        let quotas = |allocations_max| Quotas { allocations_max, ..Quotas::default() };
        assert_eq!(quotas(20_000).check(), Ok(()));
        assert_eq!(quotas(65_536).check(), Err(InvalidQuotas("allocations_max")));
    }
}
