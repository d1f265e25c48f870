//! Quotas.

use stun_types::message::MessageWrite as _;

use super::*;

#[test]
fn a_participant_has_a_limited_number_of_allocations() {
    let mut relay = Relay::with(Quotas { allocations_per_participant_max: 2, ..Quotas::default() });
    let mut first = relay.client("c", "anna", 1_001);
    relay.client("c", "anna", 1_002);
    relay.visitor("c", "anna", 1_003).allocate(&mut relay).fails_with(486);
    assert_eq!(relay.refused(Refusal::ParticipantQuota), 1);
    relay.client("c", "boris", 1_004);
    relay.client("d", "anna", 1_005);
    first.refresh(&mut relay, 0).succeeds();
    relay.client("c", "anna", 1_003);
}

#[test]
fn the_allocation_of_a_page_that_is_gone_gives_way() {
    let mut relay = Relay::with(Quotas { allocations_per_participant_max: 2, ..Quotas::default() });
    let (mut used, boris) = pair(&mut relay, "c");
    let mut gone = relay.client("c", "anna", 1_005);
    relay.advance(59);
    used.send_to(&mut relay, boris.relayed, b"a check").unwrap();
    relay.visitor("c", "anna", 1_006).allocate(&mut relay).fails_with(486);
    relay.advance(1);
    let mut new = relay.client("c", "anna", 1_006);
    gone.refresh(&mut relay, 600).fails_with(437);
    used.refresh(&mut relay, 600).succeeds();
    new.refresh(&mut relay, 600).succeeds();
}

#[test]
fn an_allocation_that_only_receives_is_in_use() {
    let mut relay = Relay::with(Quotas { allocations_per_participant_max: 1, ..Quotas::default() });
    let (listener, speaker) = pair(&mut relay, "c");
    relay.advance(59);
    speaker.send_to(&mut relay, listener.relayed, b"listen").unwrap();
    relay.advance(1);
    relay.visitor("c", "anna", 1_006).allocate(&mut relay).fails_with(486);
}

#[test]
fn the_relay_has_a_limited_number_of_allocations() {
    let mut relay = Relay::with(Quotas { allocations_max: 3, ..Quotas::default() });
    for (index, call) in ["a", "b", "c"].into_iter().enumerate() {
        relay.client(call, "anna", 1_001 + index as u16);
    }
    relay.visitor("d", "anna", 1_009).allocate(&mut relay).fails_with(508);
    assert_eq!(relay.refused(Refusal::NoCapacity), 1);
}

#[test]
fn no_two_allocations_share_an_address() {
    let mut relay =
        Relay::with(Quotas { allocations_per_participant_max: 1_000, unauthenticated_answers_per_second_max: 1_000, ..Quotas::default() });
    let relayed: std::collections::HashSet<_> = (0..1_000).map(|port| relay.client("c", "anna", port).relayed).collect();
    assert_eq!(relayed.len(), 1_000, "ports drawn at random would have met about ten times");
}

/// How many of a hundred packets of 996 bytes, sent at once, come through.
fn admitted(relay: &mut Relay, from: &Client, to: &Client) -> usize {
    (0..100).filter(|_| from.send_to(relay, to.relayed, &[0; 996]).is_some()).count()
}

#[test]
fn the_bit_rate_of_the_sender_is_limited_over_all_allocations() {
    let mut relay = Relay::with(Quotas { bits_per_second_max: 80_000, burst_ms: 1_000, ..Quotas::default() });
    let (anna, boris) = pair(&mut relay, "c");
    let mut anna_too = relay.client("c", "anna", 1_003);
    let mut vera = relay.client("c", "vera", 1_004);
    anna_too.permit(&mut relay, vera.relayed).succeeds();
    vera.permit(&mut relay, anna_too.relayed).succeeds();
    assert_eq!(admitted(&mut relay, &anna, &boris), 10, "80 kbit are ten packets");
    assert_eq!(admitted(&mut relay, &anna_too, &vera), 0, "a second allocation gives nothing more");
    relay.now.monotonic += Duration::from_millis(500);
    assert_eq!(admitted(&mut relay, &anna_too, &vera), 5);
    assert_eq!(relay.refused(Refusal::BitRate), 90 + 100 + 95);
}

#[test]
fn the_bit_rate_of_the_receiver_is_limited_too() {
    let mut relay = Relay::with(Quotas { bits_per_second_max: 80_000, burst_ms: 1_000, ..Quotas::default() });
    let (anna, mut boris) = pair(&mut relay, "c");
    let mut vera = relay.client("c", "vera", 1_004);
    vera.permit(&mut relay, boris.relayed).succeeds();
    boris.permit(&mut relay, vera.relayed).succeeds();
    assert_eq!(admitted(&mut relay, &anna, &boris), 10);
    assert_eq!(admitted(&mut relay, &vera, &boris), 0, "boris receives no more");
    assert_eq!(admitted(&mut relay, &boris, &vera), 10, "but may send");
}

#[test]
fn making_allocations_anew_does_not_refill_the_bit_rate() {
    let mut relay = Relay::with(Quotas { bits_per_second_max: 80_000, burst_ms: 1_000, ..Quotas::default() });
    let (mut anna, mut boris) = pair(&mut relay, "c");
    assert_eq!(admitted(&mut relay, &anna, &boris), 10);
    anna.refresh(&mut relay, 0).succeeds();
    relay.core.sweep(relay.now);
    anna.allocate(&mut relay).succeeds();
    anna.permit(&mut relay, boris.relayed).succeeds();
    boris.permit(&mut relay, anna.relayed).succeeds();
    assert_eq!(admitted(&mut relay, &anna, &boris), 0);
}

#[test]
fn answers_without_credentials_are_rationed_per_address() {
    let mut relay = Relay::with(Quotas { unauthenticated_answers_per_second_max: 2, ..Quotas::default() });
    let mut anna = relay.client("c", "anna", 1_001);
    let challenge = |relay: &mut Relay, port| {
        let client = relay.visitor("c", "anna", port);
        relay.send(client.link, &build(ALLOCATE, &[]).finish()).is_some()
    };
    let answered = (2_000..2_100).filter(|&port| challenge(&mut relay, port)).count();
    assert_eq!(answered, 9, "ten at once, and one was for the allocation");
    assert_eq!(relay.refused(Refusal::Throttled), 91);
    anna.refresh(&mut relay, 600).succeeds();
    relay.advance(1);
    assert!(challenge(&mut relay, 3_000));
}

#[test]
fn connections_are_limited() {
    let mut relay = Relay::with(Quotas { idle_connections_per_address_max: 2, ..Quotas::default() });
    let remote: SocketAddr = ([203, 0, 113, 1], 1).into();
    assert!(relay.core.connect(relay.now, remote).is_some());
    assert!(relay.core.connect(relay.now, remote).is_some());
    assert!(relay.core.connect(relay.now, remote).is_none());
    assert_eq!(relay.refused(Refusal::ConnectionLimit), 1);
}
