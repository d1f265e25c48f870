//! Who a packet comes from or goes to, and when.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    time::Duration,
};

/// The clocks' readings, handed in with each call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Since the relay's start, never going back. Lifetimes and rates are measured with it, so that a corrected wall
    /// clock ends no call.
    pub monotonic: Duration,
    /// Seconds since the Unix epoch: the expiry of credentials.
    pub unix_seconds: u64,
}

/// One client as the transport sees it: what RFC 8656 §3 calls the 5-tuple.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Link {
    /// Datagrams from `remote` to one of the relay's sockets.
    Datagram {
        /// Index of the socket.
        socket: u16,
        /// The relay's address that was asked, where the system tells; answers leave from it.
        local: Option<IpAddr>,
        remote: SocketAddr,
    },
    /// A TCP or TLS connection.
    Stream {
        /// Number of the connection; never used twice.
        connection: u64,
        remote: SocketAddr,
    },
}

impl Link {
    /// The client's address; IPv4 also where it came through an IPv6 socket.
    pub fn remote(&self) -> SocketAddr {
        let (Self::Datagram { remote, .. } | Self::Stream { remote, .. }) = self;
        SocketAddr::new(remote.ip().to_canonical(), remote.port())
    }

    pub fn is_stream(&self) -> bool {
        matches!(self, Self::Stream { .. })
    }

    /// The number of the connection, if it is one.
    pub fn connection(&self) -> Option<u64> {
        match *self {
            Self::Datagram { .. } => None,
            Self::Stream { connection, .. } => Some(connection),
        }
    }
}

/// What counts as one address in limits: an IPv4 address or an IPv6 /64, which is what one customer gets.
pub(crate) fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_customer_is_one_neighbourhood() {
        let of = |text: &str| neighbourhood(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::4"), of("2001:db8:1:3::4"));
        assert_eq!(of("::ffff:198.51.100.7"), of("198.51.100.7"));
        assert_ne!(of("198.51.100.7"), of("198.51.100.8"));
    }
}
