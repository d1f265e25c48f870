//! How allocations, permissions and channels begin and end.

use stun_types::message::MessageType;
use stun_types::{
    AddressFamily,
    attribute::{RawAttribute, UnknownAttributes},
};
use turn_types::attribute::{DontFragment, EvenPort, RequestedAddressFamily};

use super::*;

#[test]
fn a_repeated_allocate_gets_the_first_answer_and_another_one_is_a_mismatch() {
    let mut relay = Relay::new();
    let mut anna = relay.visitor("c", "anna", 1_001);
    anna.nonce = anna.ask_once(&mut relay, ALLOCATE, &[]).nonce().unwrap();
    let packet = anna.signed(build(ALLOCATE, &[&RequestedTransport::new(17)]));
    let first = anna.exchange(&mut relay, &packet).unwrap();
    relay.advance(1);
    let again = anna.exchange(&mut relay, &packet).unwrap();
    assert_eq!((first.succeeds().relayed(), again.succeeds().lifetime()), (again.relayed(), Some(599)));
    assert_eq!(relay.allocations(), 1);
    anna.allocate(&mut relay).fails_with(437);
}

#[test]
fn an_allocation_ends_after_ten_minutes_unless_refreshed() {
    let mut relay = Relay::new();
    let mut anna = relay.client("c", "anna", 1_001);
    let mut boris = relay.client("c", "boris", 1_002);
    relay.advance(599);
    assert_eq!(anna.refresh(&mut relay, 3_600).succeeds().lifetime(), Some(600), "never more than ten minutes");
    relay.advance(1);
    boris.refresh(&mut relay, 600).fails_with(437);
    relay.core.sweep(relay.now);
    assert_eq!(relay.allocations(), 1);
    relay.advance(598);
    anna.refresh(&mut relay, 1).succeeds();
    relay.advance(599);
    anna.refresh(&mut relay, 1).succeeds();
}

#[test]
fn a_client_whose_allocation_ended_can_allocate_on_the_same_link() {
    let mut relay = Relay::new();
    let mut anna = relay.client("c", "anna", 1_001);
    relay.advance(600);
    anna.allocate(&mut relay).succeeds();
    assert_eq!(relay.allocations(), 1);
}

#[test]
fn a_refresh_with_zero_ends_the_allocation() {
    let mut relay = Relay::new();
    let (mut anna, boris) = pair(&mut relay, "c");
    assert_eq!(anna.refresh(&mut relay, 0).succeeds().lifetime(), Some(0));
    assert_eq!(relay.allocations(), 1);
    anna.refresh(&mut relay, 0).fails_with(437);
    assert_eq!(boris.send_to(&mut relay, anna.relayed, b"?"), None);
}

#[test]
fn a_closed_connection_takes_its_allocation_with_it() {
    let mut relay = Relay::new();
    let mut anna = relay.visitor_by_stream("c", "anna");
    anna.allocate(&mut relay).succeeds();
    relay.core.disconnect(relay.now, anna.link);
    assert_eq!((relay.allocations(), relay.core.stats().connections), (0, 0));
    // A packet that was still in a buffer must not bring it back.
    let packet = anna.signed(build(ALLOCATE, &[&RequestedTransport::new(17)]));
    assert!(anna.exchange(&mut relay, &packet).is_none());
    assert_eq!(relay.allocations(), 0);
}

#[test]
fn a_connection_without_an_allocation_is_closed() {
    let mut relay = Relay::new();
    let lazy = relay.visitor_by_stream("c", "anna");
    let mut busy = relay.visitor_by_stream("c", "boris");
    busy.allocate(&mut relay).succeeds();
    relay.advance(15);
    assert_eq!(relay.core.sweep(relay.now), [lazy.link.connection().unwrap()]);
    relay.core.disconnect(relay.now, lazy.link);
    // When its allocation ends, the other one has the same time again.
    busy.refresh(&mut relay, 0).succeeds();
    relay.advance(14);
    assert_eq!(relay.core.sweep(relay.now), []);
    relay.advance(1);
    assert_eq!(relay.core.sweep(relay.now), [busy.link.connection().unwrap()]);
    assert_eq!(relay.refused(Refusal::IdleConnection), 2);
}

#[test]
fn a_permission_lasts_five_minutes_on_both_sides() {
    let mut relay = Relay::new();
    let (mut anna, mut boris) = pair(&mut relay, "c");
    relay.advance(299);
    assert!(anna.send_to(&mut relay, boris.relayed, b"hello").is_some());
    anna.permit(&mut relay, boris.relayed).succeeds();
    relay.advance(1);
    assert_eq!(anna.send_to(&mut relay, boris.relayed, b"hello"), None, "boris's permission is over");
    assert_eq!(boris.send_to(&mut relay, anna.relayed, b"hello"), None);
    boris.permit(&mut relay, anna.relayed).succeeds();
    assert!(boris.send_to(&mut relay, anna.relayed, b"hello").is_some());
    assert_eq!(relay.refused(Refusal::NoPermission), 2);
}

#[test]
fn a_channel_needs_a_number_in_range_and_no_conflict() {
    let mut relay = Relay::new();
    let (mut anna, boris) = pair(&mut relay, "c");
    for number in [0x0000, 0x3FFF, 0x5000, 0xFFFF] {
        anna.bind(&mut relay, number, boris.relayed).fails_with(400);
    }
    anna.bind(&mut relay, 0x4000, boris.relayed).succeeds();
    anna.bind(&mut relay, 0x4001, boris.relayed).fails_with(400);
    anna.bind(&mut relay, 0x4000, boris.relayed).succeeds();
    relay.advance(599);
    anna.refresh(&mut relay, 600).succeeds();
    relay.advance(1);
    assert_eq!(anna.send_on(&mut relay, 0x4000, b"late"), None, "the channel is over");
    assert_eq!(relay.refused(Refusal::UnboundChannel), 1);
}

#[test]
fn what_is_not_supported_is_said_with_the_proper_code() {
    let udp = RequestedTransport::new(RequestedTransport::UDP);
    let tcp = RequestedTransport::new(RequestedTransport::TCP);
    let ipv4 = RequestedAddressFamily::new(AddressFamily::IPV4);
    let ipv6 = RequestedAddressFamily::new(AddressFamily::IPV6);
    let even_port = EvenPort::new(false);
    let cases: [(&[&dyn AttributeWrite], Option<u16>); 6] = [
        (&[], Some(400)),
        (&[&tcp], Some(442)),
        (&[&udp, &ipv6], Some(440)),
        (&[&udp, &even_port], Some(420)),
        (&[&udp, &ipv4], None),
        (&[&udp, &DontFragment::new()], None),
    ];
    for (attributes, code) in cases {
        let mut relay = Relay::new();
        let mut anna = relay.visitor("c", "anna", 1_001);
        let answer = anna.ask(&mut relay, ALLOCATE, attributes);
        assert_eq!(answer.code(), code, "{attributes:?}");
        if code == Some(420) {
            let unknown = answer.message().attribute::<UnknownAttributes>().unwrap();
            assert!(unknown.has_attribute(EvenPort::TYPE));
            assert!(answer.is_signed_for(&anna.credentials));
        }
    }
}

#[test]
fn the_lifetime_asked_for_does_not_matter_at_allocate() {
    for seconds in [0, 1, 600, 3_600, u32::MAX] {
        let mut relay = Relay::new();
        let mut anna = relay.visitor("c", "anna", 1_001);
        let udp = RequestedTransport::new(RequestedTransport::UDP);
        let answer = anna.ask(&mut relay, ALLOCATE, &[&udp, &Lifetime::new(seconds)]);
        assert_eq!(answer.succeeds().lifetime(), Some(600), "{seconds}");
    }
}

#[test]
fn a_broken_lifetime_does_not_end_an_allocation() {
    let mut relay = Relay::new();
    let mut anna = relay.client("c", "anna", 1_001);
    anna.ask(&mut relay, REFRESH, &[&RawAttribute::new(Lifetime::TYPE, &[0, 0])]).fails_with(400);
    assert_eq!(relay.allocations(), 1);
}

#[test]
fn a_repeated_allocate_of_another_user_is_a_mismatch() {
    let mut relay = Relay::new();
    let mut anna = relay.visitor("c", "anna", 1_001);
    anna.nonce = anna.ask_once(&mut relay, ALLOCATE, &[]).nonce().unwrap();
    let mut boris = relay.visitor("c", "boris", 1_001);
    boris.nonce = anna.nonce.clone();
    let udp = RequestedTransport::new(RequestedTransport::UDP);
    let request = || Message::builder(MessageType::from_class_method(MessageClass::Request, ALLOCATE), 7.into(), MessageWriteVec::new());
    for (client, code) in [(&mut anna, None), (&mut boris, Some(437))] {
        let mut message = request();
        message.add_attribute(&udp).unwrap();
        let packet = client.signed(message);
        assert_eq!(client.exchange(&mut relay, &packet).unwrap().code(), code);
    }
}

#[test]
fn what_is_over_leaves_no_memory_behind() {
    let mut relay = Relay::new();
    relay.client("c", "anna", 1_001);
    relay.core.revoke(relay.now, "d", None);
    relay.core.revoke(relay.now, "e", Some("boris"));
    relay.advance(13 * HOUR);
    relay.core.sweep(relay.now);
    // The participant goes a minute after the allocation.
    relay.advance(60);
    relay.core.sweep(relay.now);
    assert!(relay.core.revocations.is_empty());
    assert_eq!((relay.allocations(), relay.core.table.participants_known()), (0, 0));
}

#[test]
fn a_refresh_for_another_family_is_refused() {
    let mut relay = Relay::new();
    let mut anna = relay.client("c", "anna", 1_001);
    let ipv6 = RequestedAddressFamily::new(AddressFamily::IPV6);
    anna.ask(&mut relay, REFRESH, &[&ipv6]).fails_with(443);
    assert_eq!(relay.allocations(), 1);
}
