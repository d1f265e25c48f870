//! One allocation: a virtual relayed address and what its client may do with it.

use std::time::Duration;

use stun_types::message::TransactionId;

use super::link::Link;

/// RFC 8656 §9: fixed.
const PERMISSION_LIFETIME: Duration = Duration::from_secs(300);

/// RFC 8656 §12: fixed.
const CHANNEL_LIFETIME: Duration = Duration::from_secs(600);

/// Peers of one allocation, and channels: one for each allocation of everybody else in the call. Bounds the searches below.
const PEERS_MAX: usize = 64;

#[derive(Debug, Clone, Copy)]
struct Channel {
    number: u16,
    port: u16,
    ends_at: Duration,
}

#[derive(Debug)]
pub(crate) struct Allocation {
    pub link: Link,
    /// The port of its relayed address.
    pub port: u16,
    /// Index of its participant in the table.
    pub participant: usize,
    /// The user whose requests may touch it (RFC 8656 §5).
    pub username: String,
    /// The request that made it, to answer a repeated one alike.
    pub made_by: TransactionId,
    pub ends_at: Duration,
    /// When data last went in or out.
    pub used_at: Duration,
    permitted_until: Duration,
    /// Ports of peers that were permitted at some time.
    peers: Vec<u16>,
    channels: Vec<Channel>,
}

/// Why a channel was not bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BindError {
    /// The number or the peer is bound otherwise.
    Conflict,
    TooMany,
}

impl Allocation {
    pub fn new(
        link: Link,
        port: u16,
        participant: usize,
        username: String,
        made_by: TransactionId,
        now: Duration,
        ends_at: Duration,
    ) -> Self {
        Self {
            link,
            port,
            participant,
            username,
            made_by,
            ends_at,
            used_at: now,
            permitted_until: Duration::ZERO,
            peers: Vec::new(),
            channels: Vec::new(),
        }
    }

    /// Permits peers for five minutes. A permission names an IP address (RFC 8656 §9), and all relayed addresses share one, so there is
    /// one permission; that the peer is in the same call is checked for each packet.
    pub fn permit(&mut self, now: Duration, port: u16) {
        self.permitted_until = now + PERMISSION_LIFETIME;
        if !self.knows(port) && self.peers.len() < PEERS_MAX {
            self.peers.push(port);
        }
    }

    /// Whether this peer was permitted before. Firefox renews its one permission for an IP address in the name of the first peer it met
    /// there, even when that one is long gone, and gives the address up if it is refused.
    pub fn knows(&self, port: u16) -> bool {
        self.peers.contains(&port)
    }

    pub fn is_permitted(&self, now: Duration) -> bool {
        now < self.permitted_until
    }

    /// Binds a channel to a peer's port for ten minutes, or prolongs that; permits the peer, too (RFC 8656 §12.2).
    pub fn bind(&mut self, now: Duration, number: u16, port: u16) -> Result<(), BindError> {
        self.channels.retain(|channel| now < channel.ends_at);
        let ends_at = now + CHANNEL_LIFETIME;
        let is_full = self.channels.len() >= PEERS_MAX;
        let known = self.channels.iter_mut().find(|channel| channel.number == number || channel.port == port);
        match known {
            Some(channel) if (channel.number, channel.port) == (number, port) => channel.ends_at = ends_at,
            Some(_) => return Err(BindError::Conflict),
            None if is_full => return Err(BindError::TooMany),
            None => self.channels.push(Channel { number, port, ends_at }),
        }
        self.permit(now, port);
        Ok(())
    }

    /// The peer's port that a channel is bound to.
    pub fn port_of(&self, now: Duration, number: u16) -> Option<u16> {
        let channel = self.channels.iter().find(|channel| channel.number == number)?;
        (now < channel.ends_at).then_some(channel.port)
    }

    /// The channel that is bound to a peer's port.
    pub fn channel_to(&self, now: Duration, port: u16) -> Option<u16> {
        let channel = self.channels.iter().find(|channel| channel.port == port)?;
        (now < channel.ends_at).then_some(channel.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allocation() -> Allocation {
        let link = Link::Stream { connection: 1, remote: ([198, 51, 100, 1], 1).into() };
        let made_by = TransactionId::from(1);
        Allocation::new(link, 20_000, 0, String::new(), made_by, Duration::ZERO, Duration::MAX)
    }

    #[test]
    fn a_channel_and_a_peer_belong_together_for_ten_minutes() {
        let mut allocation = allocation();
        let at = Duration::from_secs;
        assert_eq!(allocation.bind(at(0), 0x4000, 30_001), Ok(()));
        assert_eq!(allocation.bind(at(1), 0x4000, 30_002), Err(BindError::Conflict), "the channel is taken");
        assert_eq!(allocation.bind(at(1), 0x4001, 30_001), Err(BindError::Conflict), "the peer has one");
        assert_eq!(allocation.port_of(at(599), 0x4000), Some(30_001));
        assert_eq!(allocation.channel_to(at(599), 30_001), Some(0x4000));
        assert_eq!(allocation.port_of(at(600), 0x4000), None);
        assert_eq!(allocation.channel_to(at(600), 30_001), None);
        assert_eq!(allocation.bind(at(600), 0x4001, 30_001), Ok(()), "both are free again");
    }

    #[test]
    fn binding_again_prolongs_the_channel_and_the_permission() {
        let mut allocation = allocation();
        let at = Duration::from_secs;
        assert!(!allocation.is_permitted(at(0)));
        allocation.bind(at(0), 0x4000, 30_001).unwrap();
        assert!(allocation.is_permitted(at(299)) && !allocation.is_permitted(at(300)));
        allocation.bind(at(400), 0x4000, 30_001).unwrap();
        assert!(allocation.is_permitted(at(699)));
        assert_eq!(allocation.port_of(at(999), 0x4000), Some(30_001));
    }

    #[test]
    fn the_number_of_channels_is_bounded() {
        let mut allocation = allocation();
        for channel in 0..PEERS_MAX as u16 {
            assert_eq!(allocation.bind(Duration::ZERO, 0x4000 + channel, 30_000 + channel), Ok(()));
        }
        assert_eq!(allocation.bind(Duration::ZERO, 0x4F00, 40_000), Err(BindError::TooMany));
    }
}
