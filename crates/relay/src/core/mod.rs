//! The protocol, without input or output.
//!
//! [`Core::handle`] takes a packet and the time, changes the state, and writes at most one packet with the client that
//! it goes to. Randomness comes from a seed. The same calls give the same results, so each rule is tested here without
//! a socket, and a hostile packet can be tried a million times.

mod allocation;
mod auth;
mod bucket;
mod connections;
mod data;
mod link;
mod nonce;
mod reply;
mod request;
mod revocations;
mod table;
#[cfg(test)]
mod tests;

use std::{
    net::{Ipv4Addr, SocketAddr},
    ops::Range,
    time::Duration,
};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use stun_types::message::{Message, MessageClass, MessageHeader};
use turn_types::{channel::ChannelData, message::SEND};

pub(crate) use self::link::{Link, Moment};
use self::{bucket::Throttle, connections::Connections, nonce::Nonces, revocations::Revocations, table::Table};
use crate::{
    config::{Quotas, RelayConfig},
    credentials::Secrets,
    framing::{Kind, PACKET_BYTES_MAX},
    stats::{Counters, Refusal, RelayStats},
};

/// Ports of relayed addresses. Browsers refuse candidates below 1024; apart from that these are only names.
pub(crate) const VIRTUAL_PORTS: Range<u16> = 20_000..65_535;

/// The state of the relay.
#[derive(Debug)]
pub(crate) struct Core {
    realm: String,
    advertised_ip: Ipv4Addr,
    quotas: Quotas,
    secrets: Secrets,
    nonces: Nonces,
    rng: StdRng,
    table: Table,
    connections: Connections,
    revocations: Revocations,
    /// Limits what can be had without credentials.
    strangers: Throttle,
    counters: Counters,
}

impl Core {
    /// An empty relay. The seed must come from a cryptographic source: nonces rest on it.
    pub fn new(config: &RelayConfig, seed: [u8; 32]) -> Self {
        let mut rng = StdRng::from_seed(seed);
        Self {
            realm: config.realm.clone(),
            advertised_ip: config.advertised_ip,
            strangers: Throttle::new(config.quotas.unauthenticated_answers_per_second_max),
            quotas: config.quotas.clone(),
            secrets: config.secrets.clone(),
            nonces: Nonces::new(rng.random()),
            rng,
            table: Table::default(),
            connections: Connections::default(),
            revocations: Revocations::default(),
            counters: Counters::default(),
        }
    }

    /// Takes one packet from a client. If a packet is to be sent, it is in `out` (which is cleared first) and the
    /// result says to whom.
    pub fn handle(&mut self, now: Moment, from: Link, packet: &[u8], out: &mut Vec<u8>) -> Option<Link> {
        out.clear();
        // What a closed connection still had in its buffers must not make an allocation that nobody will end.
        if from.connection().is_some_and(|connection| !self.connections.is_open(connection)) {
            return None;
        }
        let handled = match packet.first().copied().and_then(Kind::of) {
            _ if packet.len() > PACKET_BYTES_MAX => Err(Refusal::Malformed),
            Some(Kind::ChannelData) => match ChannelData::parse(packet) {
                Ok(data) => self.channel_data(now, &from, &data, out).map(Some),
                Err(_) => Err(Refusal::Malformed),
            },
            Some(Kind::Stun) => match parse(packet) {
                Some(message) => self.message(now, from, &message, out),
                None => Err(Refusal::Malformed),
            },
            None => Err(Refusal::Malformed),
        };
        handled.unwrap_or_else(|refusal| {
            self.counters.refuse(refusal);
            None
        })
    }

    fn message(&mut self, now: Moment, from: Link, message: &Message<'_>, out: &mut Vec<u8>) -> Result<Option<Link>, Refusal> {
        match message.class() {
            MessageClass::Request => Ok(self.request(now, from, message, out)),
            MessageClass::Indication if message.method() == SEND => self.send_indication(now, &from, message, out).map(Some),
            // Binding indications keep a path open and want no answer; responses answer nothing that we asked.
            _ => Ok(None),
        }
    }

    /// Admits a new connection; `None` if there are too many.
    pub fn connect(&mut self, now: Moment, remote: SocketAddr) -> Option<Link> {
        let link = self.connections.open(now.monotonic, remote, &self.quotas);
        if link.is_none() {
            self.counters.refuse(Refusal::ConnectionLimit);
        }
        link
    }

    /// A connection has ended, and with it its allocation (RFC 8656 §3.2).
    pub fn disconnect(&mut self, now: Moment, link: Link) {
        if let Some(index) = self.table.at_link(&link) {
            self.table.remove(now.monotonic, index);
        }
        if let Some(connection) = link.connection() {
            self.connections.close(connection);
        }
    }

    /// Ends what is over; to be called about once a second. Gives the connections that must be closed.
    pub fn sweep(&mut self, now: Moment) -> Vec<u64> {
        self.remove_ended(now.monotonic);
        self.table.forget_absent(now.monotonic);
        self.revocations.forget(now.unix_seconds);
        let overdue = self.connections.overdue(now.monotonic);
        self.counters.refuse_many(Refusal::IdleConnection, overdue.len() as u64);
        overdue
    }

    /// Ends the allocations of a call, or of one participant in it, and refuses their credentials until the last that
    /// could have been issued has expired. Gives the connections that must be closed.
    pub fn revoke(&mut self, now: Moment, call: &str, participant: Option<&str>) -> Vec<u64> {
        let lifetime = self.quotas.credential_lifetime_max.as_secs();
        let until = now.unix_seconds.saturating_add(lifetime).saturating_add(1);
        self.revocations.add(call, participant, until);
        let ended = self.table.in_call(call, participant);
        let links = ended.into_iter().map(|index| self.table.remove(now.monotonic, index));
        links.filter_map(|link| link.connection()).collect()
    }

    /// Replaces the secrets. Allocations made with an older one live until they need a refresh.
    pub fn set_secrets(&mut self, secrets: Secrets) {
        self.secrets = secrets;
    }

    /// Counts something that happened outside the core.
    pub fn refuse(&mut self, refusal: Refusal) {
        self.counters.refuse(refusal);
    }

    pub fn stats(&self) -> RelayStats {
        let (allocations, participants) = (self.table.len(), self.table.participants_present());
        RelayStats::new(&self.counters, allocations, participants, self.connections.len())
    }

    fn remove_ended(&mut self, now: Duration) {
        for index in self.table.ended(now) {
            self.end_allocation(now, index);
        }
    }

    /// Ends an allocation and gives its connection, if it came by one, a little time to make another.
    fn end_allocation(&mut self, now: Duration, index: usize) {
        let link = self.table.remove(now, index);
        if let Some(connection) = link.connection() {
            self.connections.idle(now, connection);
        }
    }
}

/// The STUN message that a packet consists of.
fn parse(packet: &[u8]) -> Option<Message<'_>> {
    let header = MessageHeader::from_bytes(packet).ok()?;
    // The library would read attributes beyond the length in the header.
    let message = packet.get(..MessageHeader::LENGTH + usize::from(header.data_length()))?;
    Message::from_bytes(message).ok()
}
