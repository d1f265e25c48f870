//! Who gets in: credentials, nonces, revocation.

use stun_types::attribute::{Fingerprint, Software};
use stun_types::message::BINDING;

use super::*;

#[test]
fn a_stranger_is_told_the_realm_and_a_nonce() {
    let mut relay = Relay::new();
    let mut stranger = relay.visitor("c", "anna", 1_001);
    let answer = stranger.ask_once(&mut relay, ALLOCATE, &[]);
    answer.fails_with(401);
    assert_eq!(answer.message().attribute::<Realm>().unwrap().realm(), REALM);
    assert!(answer.nonce().is_some());
    assert_eq!(relay.allocations(), 0);
    let request_bytes = 28;
    assert!(answer.0.len() <= request_bytes * 5, "{} bytes are worth forging an address for", answer.0.len());
}

#[test]
fn valid_credentials_get_a_signed_answer_with_a_virtual_address() {
    let mut relay = Relay::new();
    let mut anna = relay.visitor("c", "anna", 1_001);
    let answer = anna.allocate(&mut relay);
    answer.succeeds();
    assert!(answer.is_signed_for(&anna.credentials));
    assert_eq!(anna.relayed.ip(), RELAY_IP);
    assert!(VIRTUAL_PORTS.contains(&anna.relayed.port()));
    assert_eq!(answer.mapped(), Some(anna.link.remote()));
    assert_eq!(answer.lifetime(), Some(600));
}

#[test]
fn the_relayed_address_follows_from_the_seed() {
    let relayed = || Relay::new().client("c", "anna", 1_001).relayed;
    assert_eq!(relayed(), relayed());
}

#[test]
fn wrong_credentials_are_refused() {
    let good = Relay::new().visitor("c", "anna", 1_001).credentials;
    let mut wrong_password = good.clone();
    wrong_password.password.replace_range(0..1, if good.password.starts_with('A') { "B" } else { "A" });
    let other_username = |username: String| Credentials { username, password: good.password.clone() };
    for (what, credentials) in [
        ("another password", wrong_password),
        ("another secret", issue_credentials(&secret("other"), "c", "anna", START + HOUR).unwrap()),
        ("a later expiry", other_username(format!("{}:c:anna", START + 2 * HOUR))),
        ("another call", other_username(format!("{}:d:anna", START + HOUR))),
        ("no call", other_username("anna".to_owned())),
    ] {
        let mut relay = Relay::new();
        let mut client = Client::new(relay.visitor("c", "anna", 1_001).link, credentials);
        client.allocate(&mut relay).fails_with(401);
        assert_eq!((relay.allocations(), relay.refused(Refusal::WrongCredentials)), (0, 1), "{what}");
    }
}

#[test]
fn expired_credentials_are_refused_at_allocate() {
    let mut relay = Relay::new();
    let mut anna = relay.visitor("c", "anna", 1_001);
    relay.advance(HOUR);
    anna.allocate(&mut relay).fails_with(401);
    assert_eq!((relay.allocations(), relay.refused(Refusal::ExpiredCredentials)), (0, 1));
}

#[test]
fn expired_credentials_are_refused_at_refresh() {
    let mut relay = Relay::new();
    let mut anna = relay.client("c", "anna", 1_001);
    // The wall clock alone, so that the allocation itself is still there.
    relay.now.unix_seconds += HOUR;
    anna.refresh(&mut relay, 600).fails_with(401);
    assert_eq!(relay.refused(Refusal::ExpiredCredentials), 1);
}

#[test]
fn an_allocation_never_outlives_its_credentials() {
    let mut relay = Relay::new();
    let (mut anna, boris) = pair(&mut relay, "c");
    relay.advance(HOUR - 700);
    // Nobody refreshed: gone after ten minutes. So allocate anew shortly before the end.
    anna.allocate(&mut relay).succeeds();
    relay.advance(500);
    assert_eq!(anna.refresh(&mut relay, 600).succeeds().lifetime(), Some(200), "what is left");
    relay.advance(199);
    assert!(relay.core.table.find(relay.now.monotonic, &anna.link).is_some());
    relay.advance(1);
    assert!(relay.core.table.find(relay.now.monotonic, &anna.link).is_none());
    assert_eq!(anna.send_to(&mut relay, boris.relayed, b"late"), None);
}

#[test]
fn credentials_with_too_long_a_life_are_refused() {
    let mut relay = Relay::new();
    let mut anna = relay.visitor("c", "anna", 1_001);
    let limit = Quotas::default().credential_lifetime_max.as_secs();
    anna.credentials = issue_credentials(&secret("first"), "c", "anna", START + limit + 1).unwrap();
    anna.allocate(&mut relay).fails_with(401);
    assert_eq!(relay.refused(Refusal::LongLivedCredentials), 1);
    relay.advance(1);
    anna.allocate(&mut relay).succeeds();
}

#[test]
fn the_previous_secret_is_accepted_until_it_is_dropped() {
    let mut relay = Relay::new();
    let mut anna = relay.visitor("c", "anna", 1_001);
    relay.core.set_secrets(Secrets { current: secret("second"), previous: Some(secret("first")) });
    anna.allocate(&mut relay).succeeds();
    relay.core.set_secrets(Secrets::new(secret("second")));
    anna.refresh(&mut relay, 600).fails_with(401);
}

#[test]
fn a_stale_nonce_is_replaced_and_the_client_goes_on() {
    let mut relay = Relay::new();
    let mut anna = relay.client("c", "anna", 1_001);
    relay.advance(500);
    anna.refresh(&mut relay, 600).succeeds();
    relay.advance(200);
    let old = anna.nonce.clone();
    let answer = anna.ask_once(&mut relay, REFRESH, &[]);
    answer.fails_with(438);
    let fresh = answer.nonce().unwrap();
    assert_ne!(fresh, old);
    assert_eq!(answer.message().attribute::<Realm>().unwrap().realm(), REALM, "browsers look for both");
    anna.nonce = fresh;
    anna.refresh(&mut relay, 600).succeeds();
    assert_eq!(relay.refused(Refusal::StaleNonce), 1);
}

#[test]
fn a_nonce_overheard_elsewhere_is_worthless() {
    let mut relay = Relay::new();
    let anna = relay.client("c", "anna", 1_001);
    let mut thief = relay.visitor("c", "anna", 2_002);
    thief.nonce = anna.nonce.clone();
    thief.ask_once(&mut relay, ALLOCATE, &[&RequestedTransport::new(17)]).fails_with(438);
}

#[test]
fn a_request_signed_but_incomplete_is_a_bad_request() {
    let mut relay = Relay::new();
    let mut anna = relay.client("c", "anna", 1_001);
    let key = LongTermKeyCredentials::new("u".into(), "p".into(), REALM.into());
    let mut message = build(REFRESH, &[]);
    message.add_message_integrity(&key.into(), IntegrityAlgorithm::Sha1).unwrap();
    anna.exchange(&mut relay, &message.finish()).unwrap().fails_with(400);
}

#[test]
fn a_request_for_another_realm_is_refused() {
    let mut relay = Relay::new();
    let mut anna = relay.client("c", "anna", 1_001);
    let Credentials { username, password } = anna.credentials.clone();
    let mut message = build(REFRESH, &[]);
    message.add_attribute(&Username::new(&username).unwrap()).unwrap();
    message.add_attribute(&Realm::new("elsewhere").unwrap()).unwrap();
    message.add_attribute(&Nonce::new(&anna.nonce).unwrap()).unwrap();
    let key = LongTermKeyCredentials::new(username, password, REALM.to_owned());
    message.add_message_integrity(&key.into(), IntegrityAlgorithm::Sha1).unwrap();
    anna.exchange(&mut relay, &message.finish()).unwrap().fails_with(401);
}

#[test]
fn only_the_user_who_made_an_allocation_may_touch_it() {
    let mut relay = Relay::new();
    let anna = relay.client("c", "anna", 1_001);
    // The same address and port, as behind a shared NAT after the port was reused.
    let mut boris = relay.visitor("c", "boris", 1_001);
    boris.allocate(&mut relay).fails_with(437);
    boris.refresh(&mut relay, 0).fails_with(441);
    boris.permit(&mut relay, anna.relayed).fails_with(441);
    boris.bind(&mut relay, 0x4000, anna.relayed).fails_with(441);
    assert_eq!(relay.allocations(), 1);
}

#[test]
fn revoking_a_call_ends_it_at_once_and_for_good() {
    let mut relay = Relay::new();
    let (mut anna, boris) = pair(&mut relay, "c");
    let mut elsewhere = relay.client("d", "anna", 1_003);
    assert_eq!(relay.core.revoke(relay.now, "c", None), []);
    assert_eq!(relay.allocations(), 1);
    assert_eq!(anna.send_to(&mut relay, boris.relayed, b"still there?"), None);
    let answer = anna.allocate(&mut relay);
    answer.fails_with(403);
    assert!(answer.is_signed_for(&anna.credentials));
    // Credentials issued after it do not help either.
    relay.advance(HOUR);
    relay.visitor("c", "anna", 1_009).allocate(&mut relay).fails_with(403);
    elsewhere.allocate(&mut relay).fails_with(401);
    relay.visitor("d", "anna", 1_004).allocate(&mut relay).succeeds();
    assert_eq!(relay.refused(Refusal::Revoked), 2);
}

#[test]
fn revoking_a_participant_leaves_the_other_in_the_call() {
    let mut relay = Relay::new();
    let (mut anna, mut boris) = pair(&mut relay, "c");
    relay.core.revoke(relay.now, "c", Some("anna"));
    anna.refresh(&mut relay, 600).fails_with(403);
    boris.refresh(&mut relay, 600).succeeds();
    let mut anna_again = relay.visitor("c", "anna-2", 1_005);
    anna_again.allocate(&mut relay).succeeds();
}

#[test]
fn revoking_names_the_connections_to_close() {
    let mut relay = Relay::new();
    let mut anna = relay.visitor_by_stream("c", "anna");
    let mut boris = relay.visitor_by_stream("c", "boris");
    anna.allocate(&mut relay).succeeds();
    boris.allocate(&mut relay).succeeds();
    let mut closed = relay.core.revoke(relay.now, "c", None);
    closed.sort_unstable();
    assert_eq!(closed, [anna.link.connection().unwrap(), boris.link.connection().unwrap()]);
}

#[test]
fn a_revocation_is_forgotten_when_no_credentials_can_be_left() {
    let mut relay = Relay::new();
    relay.core.revoke(relay.now, "c", None);
    let limit = Quotas::default().credential_lifetime_max.as_secs();
    let longest = issue_credentials(&secret("first"), "c", "anna", START + limit).unwrap();
    relay.advance(limit - 1);
    relay.core.sweep(relay.now);
    let link = relay.visitor("c", "anna", 1_001).link;
    Client::new(link, longest).allocate(&mut relay).fails_with(403);
    relay.advance(2);
    relay.core.sweep(relay.now);
    relay.visitor("c", "anna", 1_001).allocate(&mut relay).succeeds();
}

#[test]
fn anyone_may_ask_for_the_own_address() {
    let mut relay = Relay::new();
    let mut stranger = relay.visitor("c", "anna", 1_001);
    let answer = stranger.ask_once(&mut relay, BINDING, &[&Software::new("a browser").unwrap()]);
    assert_eq!(answer.succeeds().mapped(), Some(stranger.link.remote()));
    // Through an IPv6 socket an IPv4 client still sees its IPv4 address.
    stranger.link = Link::Datagram { socket: 0, local: None, remote: "[::ffff:198.51.100.9]:77".parse().unwrap() };
    let answer = stranger.ask_once(&mut relay, BINDING, &[]);
    assert_eq!(answer.mapped(), Some(([198, 51, 100, 9], 77).into()));
}

#[test]
fn the_fingerprint_is_answered_with_one() {
    let mut relay = Relay::new();
    let mut client = relay.visitor("c", "anna", 1_001);
    let mut message = build(BINDING, &[]);
    message.add_fingerprint().unwrap();
    let mut packet = message.finish();
    let answer = client.exchange(&mut relay, &packet).unwrap();
    assert!(answer.message().has_attribute(Fingerprint::TYPE));
    assert!(!client.ask_once(&mut relay, BINDING, &[]).message().has_attribute(Fingerprint::TYPE));
    *packet.last_mut().unwrap() ^= 1;
    assert!(client.exchange(&mut relay, &packet).is_none(), "a wrong one is no STUN message");
}
