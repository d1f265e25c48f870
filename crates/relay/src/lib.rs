//! The STUN/TURN server of the built-in video.
//!
//! Two people in a call never learn each other's address: their browsers run WebRTC with `iceTransportPolicy: "relay"`
//! and this server passes the encrypted packets between them. It is not a general relay, on purpose:
//!
//! * **Relayed addresses are virtual.** An allocation gets a port number with no socket behind it, and packets are
//!   forwarded inside the process, only between allocations of one call. There is nothing that could reach a third
//!   host, so an open relay or a request into the operator's own network cannot be configured by mistake.
//! * **Credentials are short-lived** ([`issue_credentials`]) and name one person in one call. Their expiry is checked
//!   when an allocation is made and each time it is refreshed, and no allocation outlives them.
//! * **Everything is bounded**: allocations, connections, bit rate, queues, the size of a message.
//!
//! [`RelayServer::start`] gives a [`RelayHandle`]. The protocol itself (RFC 8489, RFC 8656) lives in a core that does no
//! input or output and takes time and randomness as parameters; the tokio part around it only moves bytes.
//!
//! The server speaks UDP, TCP and TLS. Of the protocols' optional parts it leaves out what browsers do not use:
//! TCP allocations (RFC 6062), IPv6 relayed addresses, port reservation, and MESSAGE-INTEGRITY-SHA256, which a server
//! may only expect from a client after advertising it in the nonce (RFC 8489 §9.2.4).

mod config;
mod core;
mod credentials;
mod framing;
mod server;
mod stats;

pub use config::{Certificate, InvalidQuotas, Quotas, RelayConfig, WallClock};
pub use credentials::{Credentials, InvalidName, Secret, Secrets, WeakSecret, issue_credentials};
pub use server::{Addresses, CertificateError, RelayHandle, RelayServer, StartError};
pub use stats::{Refusal, RelayStats};

/// Directives for the deployment's log filter.
///
/// The message library warns about each malformed packet; anyone on the internet can send those at will, so they must
/// not reach the log. They are counted instead ([`Refusal::Malformed`]).
pub const LOG_FILTER: &str = "stun_types=off,turn_types=off";
