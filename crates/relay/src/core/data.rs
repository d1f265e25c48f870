//! Data: from one allocation to another of the same call, never anywhere else.

use std::{
    net::{IpAddr, SocketAddr, SocketAddrV4},
    time::Duration,
};

use rand::RngExt as _;
use stun_types::message::{Message, MessageClass, MessageType, MessageWriteExt as _, MessageWriteVec};
use turn_types::{
    attribute::{Data, XorPeerAddress},
    channel::ChannelData,
    message::DATA,
};

use super::{
    Core,
    bucket::cost_of,
    link::{Link, Moment},
    request::not_understood,
};
use crate::{framing::CHANNEL_HEADER_BYTES, stats::Refusal};

impl Core {
    /// ChannelData from a client (RFC 8656 §12.5).
    pub(super) fn channel_data(&mut self, now: Moment, from: &Link, data: &ChannelData<'_>, out: &mut Vec<u8>) -> Result<Link, Refusal> {
        let source = self.table.find(now.monotonic, from).ok_or(Refusal::AllocationMismatch)?;
        let port = self.table.allocation(source).port_of(now.monotonic, data.id());
        let port = port.ok_or(Refusal::UnboundChannel)?;
        let target = self.same_call(now.monotonic, source, port)?;
        self.relay(now.monotonic, source, target, data.data(), out)
    }

    /// A Send indication from a client (RFC 8656 §11.2). Indications are never answered.
    pub(super) fn send_indication(&mut self, now: Moment, from: &Link, message: &Message<'_>, out: &mut Vec<u8>) -> Result<Link, Refusal> {
        let source = self.table.find(now.monotonic, from).ok_or(Refusal::AllocationMismatch)?;
        if !not_understood(message).is_empty() {
            return Err(Refusal::UnknownAttribute);
        }
        let (Ok(peer), Ok(data)) = (message.attribute::<XorPeerAddress>(), message.attribute::<Data<'_>>()) else {
            return Err(Refusal::BadRequest);
        };
        let peer = peer.addr(message.transaction_id());
        let target = self.peer(now.monotonic, source, peer)?;
        self.relay(now.monotonic, source, target, data.data(), out)
    }

    /// The allocation behind a peer's address, if it is a relayed address of the same call. The
    /// only way out of an allocation leads through here.
    pub(super) fn peer(&self, now: Duration, source: usize, peer: SocketAddr) -> Result<usize, Refusal> {
        if peer.ip() != IpAddr::V4(self.advertised_ip) {
            return Err(Refusal::ForbiddenPeer);
        }
        self.same_call(now, source, peer.port())
    }

    fn same_call(&self, now: Duration, source: usize, port: u16) -> Result<usize, Refusal> {
        let target = self.table.find_port(now, port).ok_or(Refusal::AbsentPeer)?;
        let call_of = |index: usize| {
            let participant = self.table.allocation(index).participant;
            &self.table.participant(participant).identity.call
        };
        if call_of(source) != call_of(target) {
            return Err(Refusal::ForbiddenPeer);
        }
        Ok(target)
    }

    /// Passes a payload on, within both participants' bit rates.
    fn relay(&mut self, now: Duration, source: usize, target: usize, payload: &[u8], out: &mut Vec<u8>) -> Result<Link, Refusal> {
        let (sender, receiver) = (self.table.allocation(source), self.table.allocation(target));
        // RFC 8656 §9: the sender's permission lets its data out, the receiver's lets it in.
        if !sender.is_permitted(now) || !receiver.is_permitted(now) {
            return Err(Refusal::NoPermission);
        }
        let (from_port, to) = (sender.port, receiver.link);
        let (sender, receiver_participant) = (sender.participant, receiver.participant);
        let channel = receiver.channel_to(now, from_port);

        // Empty packets cost something, too.
        let cost = cost_of(payload.len() + CHANNEL_HEADER_BYTES, self.quotas.bits_per_second_max);
        let burst = Duration::from_millis(self.quotas.burst_ms);
        let may_send = self.table.participant(sender).sent.admits(now, cost, burst);
        let may_receive = self.table.participant(receiver_participant).received.admits(now, cost, burst);
        if !may_send || !may_receive {
            return Err(Refusal::BitRate);
        }
        self.table.participant_mut(sender).sent.take(now, cost);
        self.table.participant_mut(receiver_participant).received.take(now, cost);
        self.table.allocation_mut(source).used_at = now;
        self.table.allocation_mut(target).used_at = now;

        match channel {
            Some(number) => write_channel_data(number, payload, to.is_stream(), out),
            None => self.write_data_indication(from_port, payload, out),
        }
        self.counters.packets_relayed += 1;
        self.counters.bytes_relayed += payload.len() as u64;
        Ok(to)
    }

    fn write_data_indication(&mut self, from_port: u16, payload: &[u8], out: &mut Vec<u8>) {
        let transaction = u128::from(self.rng.random::<u64>()).into();
        let peer = SocketAddrV4::new(self.advertised_ip, from_port).into();
        let kind = MessageType::from_class_method(MessageClass::Indication, DATA);
        let mut message = Message::builder(kind, transaction, MessageWriteVec::with_capacity(64 + payload.len()));
        let fits = "the payload came in a packet of the same kind";
        message.add_attribute(&XorPeerAddress::new(peer, transaction)).expect(fits);
        message.add_attribute(&Data::new(payload)).expect(fits);
        out.extend_from_slice(&message);
    }
}

fn write_channel_data(number: u16, payload: &[u8], is_stream: bool, out: &mut Vec<u8>) {
    let len = u16::try_from(payload.len()).expect("a packet has at most 2,048 bytes");
    out.extend_from_slice(&number.to_be_bytes());
    out.extend_from_slice(&len.to_be_bytes());
    out.extend_from_slice(payload);
    // RFC 8656 §12.5: padded over TCP and TLS; over UDP it need not be.
    if is_stream {
        out.resize(out.len().next_multiple_of(4), 0);
    }
}
