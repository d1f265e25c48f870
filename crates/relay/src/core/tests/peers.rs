//! Where data can go: to a relayed address of the same call, and nowhere else.

use super::*;

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

#[test]
fn data_travels_in_indications_until_a_channel_is_bound() {
    let mut relay = Relay::new();
    let (anna, mut boris) = pair(&mut relay, "c");
    let (to, packet) = anna.send_to(&mut relay, boris.relayed, b"hello").unwrap();
    assert_eq!(to, boris.link);
    let message = Message::from_bytes(&packet).unwrap();
    assert!(message.has_class(MessageClass::Indication) && message.method() == turn_types::message::DATA);
    assert_eq!(message.attribute::<Data<'_>>().unwrap().data(), b"hello");
    let peer = message.attribute::<XorPeerAddress>().unwrap();
    assert_eq!(peer.addr(message.transaction_id()), anna.relayed);

    boris.bind(&mut relay, 0x4ABC, anna.relayed).succeeds();
    let (to, packet) = anna.send_to(&mut relay, boris.relayed, b"hello").unwrap();
    assert_eq!((to, packet), (boris.link, channel_data(0x4ABC, b"hello")));
    let (to, _) = boris.send_on(&mut relay, 0x4ABC, b"hello yourself").unwrap();
    assert_eq!(to, anna.link);
    let stats = relay.core.stats();
    assert_eq!((stats.packets_relayed, stats.bytes_relayed), (3, 5 + 5 + 14));
}

#[test]
fn channel_data_is_padded_for_a_stream_and_only_there() {
    let mut relay = Relay::new();
    let mut anna = relay.visitor_by_stream("c", "anna");
    anna.allocate(&mut relay).succeeds();
    let mut boris = relay.client("c", "boris", 1_002);
    anna.bind(&mut relay, 0x4000, boris.relayed).succeeds();
    boris.bind(&mut relay, 0x4001, anna.relayed).succeeds();
    for len in 0..9 {
        let payload = vec![b'x'; len];
        let (_, to_stream) = boris.send_on(&mut relay, 0x4001, &payload).unwrap();
        let mut expected = channel_data(0x4000, &payload);
        expected.resize(4 + len.next_multiple_of(4), 0);
        assert_eq!(to_stream, expected, "padded with zeroes, the length without them");
        let (_, to_datagram) = anna.send_on(&mut relay, 0x4000, &payload).unwrap();
        assert_eq!(to_datagram, channel_data(0x4001, &payload));
    }
}

#[test]
fn padding_after_channel_data_is_not_passed_on() {
    let mut relay = Relay::new();
    let (mut anna, boris) = pair(&mut relay, "c");
    anna.bind(&mut relay, 0x4000, boris.relayed).succeeds();
    let mut padded = channel_data(0x4000, b"abcde");
    padded.extend([0; 3]);
    let (_, packet) = relay.send(anna.link, &padded).unwrap();
    let message = Message::from_bytes(&packet).unwrap();
    assert_eq!(message.attribute::<Data<'_>>().unwrap().data(), b"abcde");
}

#[test]
fn real_addresses_are_refused() {
    let mut relay = Relay::new();
    let (mut anna, _) = pair(&mut relay, "c");
    for real in [
        "127.0.0.1:80",
        "10.0.0.1:22",
        "172.16.0.1:443",
        "192.168.1.1:80",
        "169.254.169.254:80",
        "100.64.0.1:80",
        "0.0.0.0:80",
        "255.255.255.255:9",
        "224.0.0.1:9",
        "198.51.100.7:1002",
        "8.8.8.8:53",
        "192.0.2.1:3478",
        "192.0.2.1:0",
    ] {
        anna.permit(&mut relay, address(real)).fails_with(403);
        anna.bind(&mut relay, 0x4000, address(real)).fails_with(403);
        assert_eq!(anna.send_to(&mut relay, address(real), b"GET /"), None, "{real}");
    }
    let refused = [Refusal::ForbiddenPeer, Refusal::AbsentPeer].map(|reason| relay.refused(reason));
    assert_eq!(refused, [3 * 11, 3 * 2]);
}

#[test]
fn ipv6_peers_are_of_the_wrong_family() {
    let mut relay = Relay::new();
    let (mut anna, boris) = pair(&mut relay, "c");
    let mapped = SocketAddr::new(RELAY_IP.to_ipv6_mapped().into(), boris.relayed.port());
    for peer in [address("[::1]:80"), address("[fd00::1]:80"), mapped] {
        anna.permit(&mut relay, peer).fails_with(443);
        anna.bind(&mut relay, 0x4000, peer).fails_with(443);
        assert_eq!(anna.send_to(&mut relay, peer, b"GET /"), None, "{peer}");
    }
}

#[test]
fn another_call_cannot_be_reached_nor_told_from_a_free_port() {
    let mut relay = Relay::new();
    let (mut anna, boris) = pair(&mut relay, "monday");
    let mut stranger = relay.client("tuesday", "anna", 1_003);
    let free = (VIRTUAL_PORTS.start..)
        .find(|&port| !relay.core.table.is_port_taken(port))
        .map(|port| SocketAddr::new(RELAY_IP.into(), port))
        .unwrap();
    for peer in [boris.relayed, anna.relayed, free] {
        stranger.permit(&mut relay, peer).fails_with(403);
        stranger.bind(&mut relay, 0x4000, peer).fails_with(403);
        assert_eq!(stranger.send_to(&mut relay, peer, b"hello"), None);
    }
    anna.permit(&mut relay, stranger.relayed).fails_with(403);
    assert_eq!(relay.core.stats().packets_relayed, 0);
}

#[test]
fn a_port_that_changed_hands_leads_nowhere() {
    let mut relay = Relay::new();
    let (mut anna, mut boris) = pair(&mut relay, "monday");
    anna.bind(&mut relay, 0x4000, boris.relayed).succeeds();
    boris.refresh(&mut relay, 0).succeeds();
    // The same port, now in another call: a channel bound before must not reach it.
    let participant = relay.core.table.admit(relay.now.monotonic, table::Identity { call: "tuesday".into(), participant: "vera".into() });
    let (port, ends_at) = (boris.relayed.port(), relay.now.monotonic + Duration::from_secs(600));
    let mut vera = allocation::Allocation::new(
        relay.visitor("tuesday", "vera", 1_009).link,
        port,
        participant,
        "vera".to_owned(),
        1.into(),
        relay.now.monotonic,
        ends_at,
    );
    vera.permit(relay.now.monotonic, port);
    relay.core.table.insert(vera);
    assert_eq!(anna.send_on(&mut relay, 0x4000, b"for boris"), None);
    assert_eq!(anna.send_to(&mut relay, boris.relayed, b"for boris"), None);
    assert_eq!(relay.refused(Refusal::ForbiddenPeer), 2);
}

#[test]
fn a_permission_can_be_renewed_in_the_name_of_a_peer_that_has_left() {
    let mut relay = Relay::new();
    let (mut anna, mut boris) = pair(&mut relay, "c");
    boris.refresh(&mut relay, 0).succeeds();
    let mut boris_anew = relay.client("c", "boris", 1_003);
    boris_anew.permit(&mut relay, anna.relayed).succeeds();
    relay.advance(299);
    boris_anew.permit(&mut relay, anna.relayed).succeeds();
    anna.permit(&mut relay, boris.relayed).succeeds();
    relay.advance(1);
    assert!(anna.send_to(&mut relay, boris_anew.relayed, b"hello again").is_some());
    // It counts for who had it, for permissions, and for relayed addresses only.
    boris_anew.permit(&mut relay, boris.relayed).fails_with(403);
    anna.bind(&mut relay, 0x4000, boris.relayed).fails_with(403);
    anna.permit(&mut relay, SocketAddr::new([10, 0, 0, 1].into(), boris.relayed.port())).fails_with(403);
}

#[test]
fn one_forbidden_peer_in_a_list_spoils_it() {
    let mut relay = Relay::new();
    let mut anna = relay.client("c", "anna", 1_001);
    let boris = relay.client("c", "boris", 1_002);
    let mut message = build(CREATE_PERMISSION, &[]);
    let transaction = message.transaction_id();
    message.add_attribute(&XorPeerAddress::new(boris.relayed, transaction)).unwrap();
    message.add_attribute(&XorPeerAddress::new(address("10.0.0.1:80"), transaction)).unwrap();
    let packet = anna.signed(message);
    anna.exchange(&mut relay, &packet).unwrap().fails_with(403);
    assert_eq!(anna.send_to(&mut relay, boris.relayed, b"hello"), None, "no permission came of it");
    assert_eq!(relay.refused(Refusal::NoPermission), 1);
    anna.ask(&mut relay, CREATE_PERMISSION, &[]).fails_with(400);
}

#[test]
fn a_participant_may_test_the_relay_with_two_own_allocations() {
    let mut relay = Relay::new();
    let mut one = relay.client("c", "anna", 1_001);
    let mut two = relay.client("c", "anna", 1_002);
    one.permit(&mut relay, two.relayed).succeeds();
    two.permit(&mut relay, one.relayed).succeeds();
    assert_eq!(one.send_to(&mut relay, two.relayed, b"echo").unwrap().0, two.link);
}

#[test]
fn without_an_allocation_nothing_is_sent() {
    let mut relay = Relay::new();
    let (_, boris) = pair(&mut relay, "c");
    let stranger = relay.visitor("c", "vera", 1_003);
    assert_eq!(stranger.send_to(&mut relay, boris.relayed, b"hello"), None);
    assert_eq!(stranger.send_on(&mut relay, 0x4000, b"hello"), None);
    assert_eq!(relay.refused(Refusal::AllocationMismatch), 2);
}

#[test]
fn an_indication_with_something_not_understood_is_dropped() {
    let mut relay = Relay::new();
    let (anna, boris) = pair(&mut relay, "c");
    let mut message = Message::builder_indication(SEND, MessageWriteVec::new());
    let transaction = message.transaction_id();
    message.add_attribute(&XorPeerAddress::new(boris.relayed, transaction)).unwrap();
    message.add_attribute(&Data::new(b"hello")).unwrap();
    message.add_attribute(&turn_types::attribute::EvenPort::new(false)).unwrap();
    assert_eq!(relay.send(anna.link, &message.finish()), None);
    assert_eq!(relay.refused(Refusal::UnknownAttribute), 1);
}
