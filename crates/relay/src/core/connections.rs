//! TCP and TLS connections, as far as the rules go: how many, and how long without an allocation.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use super::link::{Link, neighbourhood};
use crate::config::Quotas;

/// How long a connection may stay without an allocation, TLS handshake included. A browser allocates at once; whoever
/// does not is holding a place that somebody in a call may need.
const IDLE_MAX: Duration = Duration::from_secs(15);

#[derive(Debug)]
struct Connection {
    neighbourhood: IpAddr,
    /// When to close it; `None` while it carries an allocation, whose lifetime then bounds it.
    closes_at: Option<Duration>,
}

/// The open connections.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    open: HashMap<u64, Connection>,
    idle_of: HashMap<IpAddr, usize>,
    last: u64,
}

impl Connections {
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// Admits a connection, or refuses it because of the limits.
    pub fn open(&mut self, now: Duration, remote: SocketAddr, quotas: &Quotas) -> Option<Link> {
        let neighbourhood = neighbourhood(remote.ip());
        let idle = self.idle_of.get(&neighbourhood).copied().unwrap_or(0);
        if self.open.len() >= quotas.connections_max || idle >= quotas.idle_connections_per_address_max {
            return None;
        }
        self.last += 1;
        self.open.insert(self.last, Connection { neighbourhood, closes_at: None });
        self.set_idle(self.last, Some(now + IDLE_MAX));
        Some(Link::Stream { connection: self.last, remote })
    }

    /// Whether the connection is still open.
    pub fn is_open(&self, connection: u64) -> bool {
        self.open.contains_key(&connection)
    }

    /// The connection now carries an allocation.
    pub fn busy(&mut self, connection: u64) {
        self.set_idle(connection, None);
    }

    /// Its allocation has ended; it may make another one.
    pub fn idle(&mut self, now: Duration, connection: u64) {
        self.set_idle(connection, Some(now + IDLE_MAX));
    }

    /// Forgets a connection.
    pub fn close(&mut self, connection: u64) {
        self.set_idle(connection, None);
        self.open.remove(&connection);
    }

    /// The connections whose time without an allocation is over.
    pub fn overdue(&self, now: Duration) -> Vec<u64> {
        let is_overdue = |connection: &Connection| connection.closes_at.is_some_and(|at| at <= now);
        let overdue = self.open.iter().filter(|(_, connection)| is_overdue(connection));
        overdue.map(|(&number, _)| number).collect()
    }

    fn set_idle(&mut self, connection: u64, closes_at: Option<Duration>) {
        let Some(connection) = self.open.get_mut(&connection) else {
            return;
        };
        let was_idle = std::mem::replace(&mut connection.closes_at, closes_at).is_some();
        match (was_idle, closes_at.is_some()) {
            (false, true) => *self.idle_of.entry(connection.neighbourhood).or_default() += 1,
            (true, false) => {
                if let Some(idle) = self.idle_of.get_mut(&connection.neighbourhood) {
                    *idle -= 1;
                    if *idle == 0 {
                        self.idle_of.remove(&connection.neighbourhood);
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quotas(connections_max: usize, idle_connections_per_address_max: usize) -> Quotas {
        Quotas { connections_max, idle_connections_per_address_max, ..Quotas::default() }
    }

    fn remote(last: u8) -> SocketAddr {
        ([198, 51, 100, last], 1_000).into()
    }

    #[test]
    fn one_address_may_not_take_all_places() {
        let (mut connections, quotas) = (Connections::default(), quotas(3, 2));
        let first = connections.open(Duration::ZERO, remote(1), &quotas).unwrap();
        connections.open(Duration::ZERO, remote(1), &quotas).unwrap();
        assert_eq!(connections.open(Duration::ZERO, remote(1), &quotas), None, "two idle ones already");
        connections.busy(first.connection().unwrap());
        connections.open(Duration::ZERO, remote(1), &quotas).expect("one of them is in use now");
        assert_eq!(connections.open(Duration::ZERO, remote(2), &quotas), None, "all three places are taken");
        connections.close(first.connection().unwrap());
        connections.open(Duration::ZERO, remote(2), &quotas).expect("a place is free again");
    }

    #[test]
    fn a_connection_without_an_allocation_is_overdue_after_fifteen_seconds() {
        let (mut connections, quotas) = (Connections::default(), quotas(9, 9));
        let number = |link: Link| link.connection().unwrap();
        let lazy = number(connections.open(Duration::ZERO, remote(1), &quotas).unwrap());
        let used = number(connections.open(Duration::ZERO, remote(1), &quotas).unwrap());
        connections.busy(used);
        assert_eq!(connections.overdue(IDLE_MAX - Duration::from_nanos(1)), []);
        assert_eq!(connections.overdue(IDLE_MAX), [lazy]);
        connections.close(lazy);
        connections.idle(IDLE_MAX, used);
        assert_eq!(connections.overdue(IDLE_MAX), [], "it gets the time again");
        assert_eq!(connections.overdue(IDLE_MAX * 2), [used]);
    }

    #[test]
    fn a_closed_connection_leaves_nothing_behind() {
        let (mut connections, quotas) = (Connections::default(), quotas(9, 9));
        for _ in 0..20 {
            let link = connections.open(Duration::ZERO, remote(1), &quotas).unwrap();
            connections.close(link.connection().unwrap());
        }
        assert_eq!((connections.len(), connections.idle_of.len()), (0, 0));
    }
}
