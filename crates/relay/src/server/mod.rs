//! The relay on tokio: sockets, tasks, and the handle with which the product steers it.

mod outbox;
mod shared;
mod stream;
mod tls;
mod udp;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use rand::{TryRng as _, rngs::SysRng};
use stun_types::attribute::Realm;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    time::MissedTickBehavior,
};
use tokio_util::{sync::DropGuard, task::TaskTracker};

pub use self::tls::CertificateError;
use self::{shared::Shared, tls::Tls, udp::Socket};
use crate::{
    config::{InvalidQuotas, RelayConfig},
    core::Core,
    credentials::Secrets,
    stats::RelayStats,
};

/// How long to wait after the system could not give a packet or a connection.
const RETRY_DELAY: Duration = Duration::from_millis(100);

/// How often what has ended is cleared away.
const SWEEP_INTERVAL: Duration = Duration::from_secs(1);

/// The relay did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No listener is configured.
    #[error("the relay has nothing to listen on")]
    NoListener,
    /// A TLS listener needs a certificate.
    #[error("the relay listens on TLS but has no certificate")]
    NoCertificate,
    /// The realm is empty or longer than RFC 8489 §14.9 allows.
    #[error("the relay's realm must have 1 to 127 characters")]
    InvalidRealm,
    /// A quota is out of range.
    #[error(transparent)]
    Quotas(#[from] InvalidQuotas),
    /// An address is in use or not ours.
    #[error("the relay cannot listen on {address}")]
    Listen {
        /// The configured address.
        address: SocketAddr,
        /// The system's answer.
        source: io::Error,
    },
    /// The certificate is not usable.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The system gave no random numbers.
    #[error("the system gives no random numbers")]
    Random,
}

/// Starts relays.
#[derive(Debug)]
pub struct RelayServer;

/// The addresses on which a relay listens, with the ports that the system chose where the configuration said 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// UDP.
    pub udp: Vec<SocketAddr>,
    /// TCP.
    pub tcp: Vec<SocketAddr>,
    /// TLS over TCP.
    pub tls: Vec<SocketAddr>,
}

impl Addresses {
    /// The URLs for `RTCIceServer.urls` under which clients reach the relay at `host`: the fastest way first, the one
    /// that passes the most closed networks last. An IPv6 address must be in brackets.
    pub fn urls(&self, host: &str) -> Vec<String> {
        let url = |scheme, transport| move |address: &SocketAddr| format!("{scheme}:{host}:{}?transport={transport}", address.port());
        let udp = self.udp.iter().map(url("turn", "udp"));
        let tcp = self.tcp.iter().map(url("turn", "tcp"));
        udp.chain(tcp).chain(self.tls.iter().map(url("turns", "tcp"))).collect()
    }
}

/// A running relay. Clones steer the same one; it stops when the last is dropped.
#[derive(Debug, Clone)]
pub struct RelayHandle {
    shared: Arc<Shared>,
    tracker: TaskTracker,
    addresses: Addresses,
    tls: Option<Arc<Tls>>,
    _stops_when_dropped: Arc<DropGuard>,
}

impl RelayServer {
    /// Binds all listeners and starts to serve them on the current tokio runtime.
    ///
    /// # Errors
    /// [`StartError`] says which part of the configuration does not work. Nothing is left running then.
    pub async fn start(config: RelayConfig) -> Result<RelayHandle, StartError> {
        config.quotas.check()?;
        if config.realm.is_empty() || Realm::new(&config.realm).is_err() || config.realm.chars().count() > 127 {
            return Err(StartError::InvalidRealm);
        }
        if config.listen_udp.is_empty() && config.listen_tcp.is_empty() && config.listen_tls.is_empty() {
            return Err(StartError::NoListener);
        }
        let tls = config.tls.clone().map(|certificate| Tls::new(certificate).map(Arc::new)).transpose()?;
        if tls.is_none() && !config.listen_tls.is_empty() {
            return Err(StartError::NoCertificate);
        }
        let mut seed = [0; 32];
        SysRng.try_fill_bytes(&mut seed).map_err(|_| StartError::Random)?;

        let sockets = each(&config.listen_udp, Socket::bind)?;
        let tcp = each(&config.listen_tcp, stream::listen)?;
        let over_tls = each(&config.listen_tls, stream::listen)?;
        let addresses = Addresses {
            udp: local_addresses(&config.listen_udp, &sockets, Socket::local_addr)?,
            tcp: local_addresses(&config.listen_tcp, &tcp, TcpListener::local_addr)?,
            tls: local_addresses(&config.listen_tls, &over_tls, TcpListener::local_addr)?,
        };

        let shared = Shared::new(Core::new(&config, seed), config.wall_clock.clone(), sockets);
        let tracker = TaskTracker::new();
        for number in 0..addresses.udp.len() as u16 {
            let shared = shared.clone();
            let receive = move || udp::receive(shared.clone(), number);
            tracker.spawn(keep_running(tracker.clone(), receive));
        }
        for listener in tcp {
            tracker.spawn(stream::accept(shared.clone(), tracker.clone(), listener, None));
        }
        for listener in over_tls {
            tracker.spawn(stream::accept(shared.clone(), tracker.clone(), listener, tls.clone()));
        }
        tracker.spawn(sweep(shared.clone()));
        tracing::info!(?addresses, "relay started");
        let stops_when_dropped = Arc::new(shared.stop.clone().drop_guard());
        Ok(RelayHandle { shared, tracker, addresses, tls, _stops_when_dropped: stops_when_dropped })
    }
}

impl RelayHandle {
    /// Where the relay listens.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Ends all allocations of a call at once and refuses its credentials from now on, those issued later included,
    /// for [`Quotas::credential_lifetime_max`](crate::Quotas). Never use a call id again.
    pub fn revoke_call(&self, call_id: &str) {
        self.shared.close_after(|core, now| core.revoke(now, call_id, None));
    }

    /// The same for one participant of a call. To admit the person again, issue credentials for a new participant id.
    pub fn revoke_participant(&self, call_id: &str, participant: &str) {
        self.shared.close_after(|core, now| core.revoke(now, call_id, Some(participant)));
    }

    /// Replaces the secrets, to rotate them. Existing allocations go on until their next refresh, which needs
    /// credentials made with one of the new set.
    pub fn set_secrets(&self, secrets: Secrets) {
        self.shared.with_core(|core, _| core.set_secrets(secrets));
    }

    /// Reads the certificate's files again, for new connections; call it after they were renewed.
    ///
    /// # Errors
    /// [`CertificateError`] if they are not usable. The old certificate then stays in use.
    pub fn reload_certificate(&self) -> Result<(), CertificateError> {
        self.tls.as_ref().map_or(Ok(()), |tls| tls.reload())
    }

    /// Serves a client on a connection that somebody else accepted, until it ends. With this a deployment can have
    /// HTTPS and the relay on one port: after the TLS handshake a TURN client's first byte is 0x00, that of HTTP a
    /// letter. Returns at once if there are too many connections.
    pub async fn serve_connection(&self, stream: impl AsyncRead + AsyncWrite + Send, remote: SocketAddr) {
        if let Some(connection) = self.shared.connect(remote) {
            stream::serve(connection, stream).await;
        }
    }

    /// The counters.
    pub fn stats(&self) -> RelayStats {
        self.shared.with_core(|core, _| core.stats())
    }

    /// Stops listening, closes all connections and waits until every task has ended. Calls that still run lose their
    /// relay: to let them finish, wait until [`RelayStats::allocations`] is 0 first.
    pub async fn shutdown(&self) {
        self.shared.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
        self.shared.drop_sockets();
        tracing::info!("relay stopped");
    }
}

fn each<T>(addresses: &[SocketAddr], bind: impl Fn(SocketAddr) -> io::Result<T>) -> Result<Vec<T>, StartError> {
    let bind = |&address| bind(address).map_err(|source| StartError::Listen { address, source });
    addresses.iter().map(bind).collect()
}

fn local_addresses<T>(
    configured: &[SocketAddr],
    bound: &[T],
    local: impl Fn(&T) -> io::Result<SocketAddr>,
) -> Result<Vec<SocketAddr>, StartError> {
    let pairs = configured.iter().zip(bound);
    let local = |(&address, bound)| local(bound).map_err(|source| StartError::Listen { address, source });
    pairs.map(local).collect()
}

/// Runs a task again whenever it panics. All calls over UDP hang on the task that receives, so a
/// packet that finds a bug must not be its end.
async fn keep_running<F>(tracker: TaskTracker, start: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    while let Err(error) = tracker.spawn(start()).await {
        if !error.is_panic() {
            return;
        }
        tracing::error!("a packet made the relay panic; going on with the next one");
    }
}

async fn sweep(shared: Arc<Shared>) {
    let mut interval = tokio::time::interval(SWEEP_INTERVAL);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => return,
            _ = interval.tick() => shared.close_after(|core, now| core.sweep(now)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_panic_is_not_the_end() {
        let starts = Arc::new(AtomicU32::new(0));
        let count = starts.clone();
        let task = move || {
            let start = count.fetch_add(1, Ordering::Relaxed);
            async move { assert!(start >= 2, "a bug") }
        };
        keep_running(TaskTracker::new(), task).await;
        assert_eq!(starts.load(Ordering::Relaxed), 3, "twice after a panic, and done");
    }
}
