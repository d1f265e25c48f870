//! Packets nobody should send.

use proptest::prelude::*;
use stun_types::message::BINDING;

use stun_types::message::MessageWrite as _;

use super::*;

/// Whatever was sent, a call that is going on goes on.
fn unharmed(relay: &mut Relay, anna: &Client, boris: &Client) {
    let (to, _) = anna.send_to(relay, boris.relayed, b"still here").expect("the call goes on");
    assert_eq!(to, boris.link);
}

/// Every kind of packet a client sends, valid.
fn samples(relay: &mut Relay) -> (Client, Client, Vec<Vec<u8>>) {
    let (anna, boris) = pair(relay, "c");
    let peer_of = |method| {
        let mut message = build(method, &[]);
        message.add_attribute(&ChannelNumber::new(0x4000)).unwrap();
        let transaction = message.transaction_id();
        message.add_attribute(&XorPeerAddress::new(boris.relayed, transaction)).unwrap();
        anna.signed(message)
    };
    let mut fingerprinted = build(BINDING, &[]);
    fingerprinted.add_fingerprint().unwrap();
    let mut send = Message::builder_indication(SEND, MessageWriteVec::new());
    let transaction = send.transaction_id();
    send.add_attribute(&XorPeerAddress::new(boris.relayed, transaction)).unwrap();
    send.add_attribute(&Data::new(b"hello")).unwrap();
    let packets = vec![
        fingerprinted.finish(),
        anna.signed(build(ALLOCATE, &[&RequestedTransport::new(17)])),
        anna.signed(build(REFRESH, &[&Lifetime::new(600)])),
        peer_of(CREATE_PERMISSION),
        peer_of(CHANNEL_BIND),
        send.finish(),
        channel_data(0x4000, b"hello"),
    ];
    (anna, boris, packets)
}

proptest! {
    #[test]
    fn garbage_is_ignored(packet in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut relay = Relay::new();
        let (anna, boris) = pair(&mut relay, "c");
        relay.send(anna.link, &packet);
        unharmed(&mut relay, &anna, &boris);
    }

    /// Attributes of all sorts behind a proper header, so that the parsers behind it are reached.
    #[test]
    fn odd_attributes_are_survived(
        kind in prop::sample::select(vec![0x0001_u16, 0x0003, 0x0004, 0x0008, 0x0009, 0x0016, 0x0101, 0x0113]),
        attributes in prop::collection::vec(
            (prop::sample::select(vec![
                0x0006_u16, 0x0008, 0x0009, 0x000A, 0x000C, 0x000D, 0x0012, 0x0013, 0x0014, 0x0015, 0x0016, 0x0017,
                0x0018, 0x0019, 0x001A, 0x001C, 0x001D, 0x001E, 0x0022, 0x8002, 0x8022, 0x8028, 0xFFFF,
            ]), prop::collection::vec(any::<u8>(), 0..40), -3_i32..3),
            0..8,
        ),
        length_off_by in -4_i32..5,
    ) {
        let mut body = Vec::new();
        for (kind, value, length_off_by) in attributes {
            body.extend(kind.to_be_bytes());
            body.extend((value.len() as i32 + length_off_by.max(-(value.len() as i32))).to_be_bytes()[2..].iter());
            body.extend(&value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        let mut packet = kind.to_be_bytes().to_vec();
        packet.extend((body.len() as i32 + length_off_by.max(-(body.len() as i32))).to_be_bytes()[2..].iter());
        packet.extend([0x21, 0x12, 0xA4, 0x42]);
        packet.extend([9; 12]);
        packet.extend(body);
        let mut relay = Relay::new();
        let (anna, boris) = pair(&mut relay, "c");
        relay.send(anna.link, &packet);
        unharmed(&mut relay, &anna, &boris);
    }

    /// Valid packets with a few bytes changed or cut off. Changed data may arrive; a changed request must do nothing.
    #[test]
    fn a_damaged_packet_does_nothing(
        sample in 0usize..7,
        changes in prop::collection::vec((any::<prop::sample::Index>(), 1u8..), 1..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut relay = Relay::new();
        let (anna, boris, packets) = samples(&mut relay);
        let mut packet = packets[sample].clone();
        let original = packet.clone();
        for (index, change) in changes {
            let index = index.index(packet.len());
            packet[index] ^= change;
        }
        if let Some(cut) = cut {
            packet.truncate(cut.index(packet.len()));
        }
        prop_assume!(packet != original);
        let before = relay.core.stats();
        relay.send(anna.link, &packet);
        let after = relay.core.stats();
        prop_assert_eq!((before.allocations, before.connections), (after.allocations, after.connections));
        unharmed(&mut relay, &anna, &boris);
    }

    /// Data comes out as it went in, or not at all: never longer, never to somebody outside the call.
    #[test]
    fn data_is_passed_on_unchanged(payload in prop::collection::vec(any::<u8>(), 0..1_500), by_channel: bool) {
        let mut relay = Relay::new();
        let (anna, mut boris) = pair(&mut relay, "c");
        let mut anna = anna;
        anna.bind(&mut relay, 0x4000, boris.relayed).succeeds();
        boris.bind(&mut relay, 0x4000, anna.relayed).succeeds();
        let sent = if by_channel {
            anna.send_on(&mut relay, 0x4000, &payload)
        } else {
            anna.send_to(&mut relay, boris.relayed, &payload)
        };
        prop_assert_eq!(sent, Some((boris.link, channel_data(0x4000, &payload))));
    }
}

#[test]
fn an_oversized_packet_is_dropped() {
    let mut relay = Relay::new();
    let (mut anna, boris) = pair(&mut relay, "c");
    anna.bind(&mut relay, 0x4000, boris.relayed).succeeds();
    assert!(anna.send_on(&mut relay, 0x4000, &[0; PACKET_BYTES_MAX - 4]).is_some());
    assert!(anna.send_on(&mut relay, 0x4000, &[0; PACKET_BYTES_MAX - 3]).is_none());
    assert_eq!(relay.refused(Refusal::Malformed), 1);
}

#[test]
fn responses_and_unknown_methods_do_no_harm() {
    let mut relay = Relay::new();
    let mut anna = relay.client("c", "anna", 1_001);
    for method in [0x000A, 0x000B, 0x0000, 0x0FFF] {
        let packet = build(Method::new(method), &[]).finish();
        anna.exchange(&mut relay, &packet).unwrap().fails_with(400);
    }
    let request = build(BINDING, &[]).finish();
    let request = Message::from_bytes(&request).unwrap();
    let response = Message::builder_success(&request, MessageWriteVec::new()).finish();
    assert_eq!(relay.send(anna.link, &response), None);
    let indication = Message::builder_indication(BINDING, MessageWriteVec::new()).finish();
    assert_eq!(relay.send(anna.link, &indication), None);
}

#[test]
fn bytes_behind_the_message_are_not_read_as_attributes() {
    let mut relay = Relay::new();
    let mut anna = relay.visitor("c", "anna", 1_001);
    anna.nonce = anna.ask_once(&mut relay, ALLOCATE, &[]).nonce().unwrap();
    let mut packet = anna.signed(build(ALLOCATE, &[&RequestedTransport::new(17)]));
    packet.extend([0xFF; 3]);
    anna.exchange(&mut relay, &packet).unwrap().succeeds();
}
