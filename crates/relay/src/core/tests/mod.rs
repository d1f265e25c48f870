//! The rules, tried on the core with a moving clock and no socket.

mod access;
mod hostile;
mod lifetimes;
mod limits;
mod peers;

use std::net::{Ipv4Addr, SocketAddr};

use stun_types::{
    attribute::{AttributeStaticType as _, AttributeWrite, ErrorCode, MessageIntegrity, Nonce, Realm, Username, XorMappedAddress},
    message::{
        IntegrityAlgorithm, LongTermKeyCredentials, Message, MessageClass, MessageWrite as _, MessageWriteExt as _, MessageWriteVec, Method,
    },
};
use turn_types::{
    attribute::{ChannelNumber, Data, Lifetime, RequestedTransport, XorPeerAddress, XorRelayedAddress},
    channel::ChannelData,
    message::{ALLOCATE, CHANNEL_BIND, CREATE_PERMISSION, REFRESH, SEND},
};

use super::*;
use crate::{Credentials, Secret, WallClock, issue_credentials};

const REALM: &str = "relay.example";
const START: u64 = 1_800_000_000;
const HOUR: u64 = 3_600;
const RELAY_IP: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);

fn secret(text: &str) -> Secret {
    Secret::new(format!("{text:-<32}")).unwrap()
}

/// A relay and its clocks.
struct Relay {
    core: Core,
    now: Moment,
}

impl Relay {
    fn new() -> Self {
        Self::with(Quotas::default())
    }

    fn with(quotas: Quotas) -> Self {
        let mut config = RelayConfig::new(REALM, Secrets::new(secret("first")), WallClock::new(|| START));
        config.quotas = quotas;
        Self { core: Core::new(&config, [7; 32]), now: Moment { monotonic: Duration::from_secs(1), unix_seconds: START } }
    }

    fn advance(&mut self, seconds: u64) {
        self.now.monotonic += Duration::from_secs(seconds);
        self.now.unix_seconds += seconds;
    }

    fn send(&mut self, from: Link, packet: &[u8]) -> Option<(Link, Vec<u8>)> {
        let mut out = vec![0xEE; 9];
        let to = self.core.handle(self.now, from, packet, &mut out)?;
        Some((to, out))
    }

    /// A participant who has not allocated yet. Credentials hold for an hour.
    fn visitor(&mut self, call: &str, participant: &str, port: u16) -> Client {
        let link = Link::Datagram { socket: 0, local: None, remote: ([198, 51, 100, 7], port).into() };
        let credentials = issue_credentials(&secret("first"), call, participant, self.now.unix_seconds + HOUR).unwrap();
        Client::new(link, credentials)
    }

    /// The same over a connection.
    fn visitor_by_stream(&mut self, call: &str, participant: &str) -> Client {
        let link = self.core.connect(self.now, ([198, 51, 100, 7], 4_000).into()).expect("a place is free");
        Client { link, ..self.visitor(call, participant, 1) }
    }

    /// A participant with an allocation.
    fn client(&mut self, call: &str, participant: &str, port: u16) -> Client {
        let mut client = self.visitor(call, participant, port);
        client.allocate(self).succeeds();
        client
    }

    fn refused(&self, refusal: Refusal) -> u64 {
        self.core.stats().refused(refusal)
    }

    fn allocations(&self) -> u64 {
        self.core.stats().allocations
    }
}

/// A TURN client, as a browser has one.
#[derive(Clone)]
struct Client {
    link: Link,
    credentials: Credentials,
    nonce: String,
    relayed: SocketAddr,
}

impl Client {
    fn new(link: Link, credentials: Credentials) -> Self {
        Self { link, credentials, nonce: String::new(), relayed: ([0, 0, 0, 0], 0).into() }
    }

    /// A request signed with the client's credentials and its latest nonce.
    fn signed(&self, mut message: MessageWriteVec) -> Vec<u8> {
        let Credentials { username, password } = self.credentials.clone();
        message.add_attribute(&Username::new(&username).unwrap()).unwrap();
        message.add_attribute(&Realm::new(REALM).unwrap()).unwrap();
        message.add_attribute(&Nonce::new(&self.nonce).unwrap()).unwrap();
        let key = LongTermKeyCredentials::new(username, password, REALM.to_owned());
        message.add_message_integrity(&key.into(), IntegrityAlgorithm::Sha1).unwrap();
        message.finish()
    }

    /// Sends a request. Takes the nonce from a challenge and tries again once, as RFC 8489 §9.2.5 says.
    fn ask(&mut self, relay: &mut Relay, method: Method, attributes: &[&dyn AttributeWrite]) -> Answer {
        let answer = self.ask_once(relay, method, attributes);
        match answer.nonce() {
            Some(nonce) if nonce != self.nonce => {
                self.nonce = nonce;
                self.ask_once(relay, method, attributes)
            }
            _ => answer,
        }
    }

    fn ask_once(&mut self, relay: &mut Relay, method: Method, attributes: &[&dyn AttributeWrite]) -> Answer {
        let message = build(method, attributes);
        let packet = if self.nonce.is_empty() { message.finish() } else { self.signed(message) };
        self.exchange(relay, &packet).expect("a request is answered")
    }

    fn exchange(&mut self, relay: &mut Relay, packet: &[u8]) -> Option<Answer> {
        let (to, bytes) = relay.send(self.link, packet)?;
        assert_eq!(to, self.link, "an answer goes back where the request came from");
        Some(Answer(bytes))
    }

    fn allocate(&mut self, relay: &mut Relay) -> Answer {
        let answer = self.ask(relay, ALLOCATE, &[&RequestedTransport::new(RequestedTransport::UDP)]);
        if let Some(relayed) = answer.relayed() {
            self.relayed = relayed;
        }
        answer
    }

    fn refresh(&mut self, relay: &mut Relay, seconds: u32) -> Answer {
        self.ask(relay, REFRESH, &[&Lifetime::new(seconds)])
    }

    /// The transaction id must be known before the address can be masked with it.
    fn ask_about_peer(&mut self, relay: &mut Relay, method: Method, channel: Option<u16>, peer: SocketAddr) -> Answer {
        let mut message = build(method, &[]);
        if let Some(channel) = channel {
            message.add_attribute(&ChannelNumber::new(channel)).unwrap();
        }
        let transaction = message.transaction_id();
        message.add_attribute(&XorPeerAddress::new(peer, transaction)).unwrap();
        let packet = self.signed(message);
        self.exchange(relay, &packet).expect("a request is answered")
    }

    fn permit(&mut self, relay: &mut Relay, peer: SocketAddr) -> Answer {
        self.ask_about_peer(relay, CREATE_PERMISSION, None, peer)
    }

    fn bind(&mut self, relay: &mut Relay, channel: u16, peer: SocketAddr) -> Answer {
        self.ask_about_peer(relay, CHANNEL_BIND, Some(channel), peer)
    }

    /// What the relay delivers when this client sends data to a peer in a Send indication.
    fn send_to(&self, relay: &mut Relay, peer: SocketAddr, payload: &[u8]) -> Option<(Link, Vec<u8>)> {
        let mut message = Message::builder_indication(SEND, MessageWriteVec::new());
        let transaction = message.transaction_id();
        message.add_attribute(&XorPeerAddress::new(peer, transaction)).unwrap();
        message.add_attribute(&Data::new(payload)).unwrap();
        relay.send(self.link, &message.finish())
    }

    /// What the relay delivers when this client sends data on a channel.
    fn send_on(&self, relay: &mut Relay, channel: u16, payload: &[u8]) -> Option<(Link, Vec<u8>)> {
        relay.send(self.link, &channel_data(channel, payload))
    }
}

fn build(method: Method, attributes: &[&dyn AttributeWrite]) -> MessageWriteVec {
    let mut message = Message::builder_request(method, MessageWriteVec::new());
    for attribute in attributes {
        message.add_attribute(*attribute).unwrap();
    }
    message
}

fn channel_data(channel: u16, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0; 4 + payload.len()];
    ChannelData::new(channel, payload).write_into_unchecked(&mut packet);
    packet
}

/// A response.
#[derive(Debug)]
struct Answer(Vec<u8>);

impl Answer {
    fn message(&self) -> Message<'_> {
        Message::from_bytes(&self.0).expect("the relay writes valid messages")
    }

    fn code(&self) -> Option<u16> {
        self.message().attribute::<ErrorCode>().ok().map(|error| error.code())
    }

    #[track_caller]
    fn succeeds(&self) -> &Self {
        assert_eq!(self.code(), None);
        assert!(self.message().has_class(MessageClass::Success));
        self
    }

    #[track_caller]
    fn fails_with(&self, code: u16) -> &Self {
        assert_eq!(self.code(), Some(code));
        self
    }

    fn nonce(&self) -> Option<String> {
        self.message().attribute::<Nonce>().ok().map(|nonce| nonce.nonce().to_owned())
    }

    fn relayed(&self) -> Option<SocketAddr> {
        let message = self.message();
        let address = message.attribute::<XorRelayedAddress>().ok()?;
        Some(address.addr(message.transaction_id()))
    }

    fn lifetime(&self) -> Option<u32> {
        self.message().attribute::<Lifetime>().ok().map(|lifetime| lifetime.seconds())
    }

    fn mapped(&self) -> Option<SocketAddr> {
        let message = self.message();
        let address = message.attribute::<XorMappedAddress>().ok()?;
        Some(address.addr(message.transaction_id()))
    }

    fn is_signed_for(&self, credentials: &Credentials) -> bool {
        let Credentials { username, password } = credentials.clone();
        let key = LongTermKeyCredentials::new(username, password, REALM.to_owned()).make_key(IntegrityAlgorithm::Sha1);
        self.message().has_attribute(MessageIntegrity::TYPE) && self.message().validate_integrity_with_key(&key).is_ok()
    }
}

/// Two participants of one call who permit each other.
fn pair(relay: &mut Relay, call: &str) -> (Client, Client) {
    let mut anna = relay.client(call, "anna", 1_001);
    let mut boris = relay.client(call, "boris", 1_002);
    anna.permit(relay, boris.relayed).succeeds();
    boris.permit(relay, anna.relayed).succeeds();
    (anna, boris)
}
