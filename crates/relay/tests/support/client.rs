//! A small TURN client, written against the RFCs and not against the relay.

use std::net::SocketAddr;

use relay::Credentials;
use stun_types::{
    attribute::{AttributeWrite, ErrorCode, Nonce, Realm, Username},
    message::{
        IntegrityAlgorithm, LongTermKeyCredentials, Message, MessageClass, MessageWrite as _, MessageWriteExt as _, MessageWriteVec, Method,
    },
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket},
};
use turn_types::{
    attribute::{ChannelNumber, Lifetime, RequestedTransport, XorPeerAddress, XorRelayedAddress},
    message::{ALLOCATE, CHANNEL_BIND, REFRESH},
};

pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// How the client's bytes travel.
pub enum Wire {
    Datagrams(UdpSocket),
    Stream(Box<dyn Stream>),
}

/// A client with its way to the relay.
pub struct Client {
    pub wire: Wire,
    credentials: Credentials,
    realm: String,
    nonce: String,
    /// The relayed address, once allocated.
    pub relayed: SocketAddr,
}

impl Client {
    fn new(wire: Wire, credentials: Credentials) -> Self {
        Self { wire, credentials, realm: String::new(), nonce: String::new(), relayed: ([0, 0, 0, 0], 0).into() }
    }

    pub async fn by_udp(relay: SocketAddr, credentials: Credentials) -> Self {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).await.unwrap();
        socket.connect(relay).await.unwrap();
        Self::new(Wire::Datagrams(socket), credentials)
    }

    pub async fn by_tcp(relay: SocketAddr, credentials: Credentials) -> Self {
        Self::by_stream(TcpStream::connect(relay).await.unwrap(), credentials)
    }

    pub fn by_stream(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, credentials: Credentials) -> Self {
        Self::new(Wire::Stream(Box::new(stream)), credentials)
    }

    pub async fn send(&mut self, packet: &[u8]) {
        match &mut self.wire {
            Wire::Datagrams(socket) => {
                socket.send(packet).await.unwrap();
            }
            Wire::Stream(stream) => stream.write_all(packet).await.unwrap(),
        }
    }

    /// The next packet, without its padding; `None` when the relay has closed the connection.
    pub async fn receive(&mut self) -> Option<Vec<u8>> {
        match &mut self.wire {
            Wire::Datagrams(socket) => {
                let mut packet = vec![0; 4_096];
                let len = socket.recv(&mut packet).await.unwrap();
                packet.truncate(len);
                Some(packet)
            }
            Wire::Stream(stream) => {
                let mut packet = vec![0; 4];
                stream.read_exact(&mut packet).await.ok()?;
                let body = usize::from(u16::from_be_bytes([packet[2], packet[3]]));
                let is_channel_data = packet[0] >= 0x40;
                let len = if is_channel_data { 4 + body } else { 20 + body };
                packet.resize(len.next_multiple_of(4), 0);
                stream.read_exact(&mut packet[4..]).await.ok()?;
                assert!(packet[len..].iter().all(|&byte| byte == 0), "padding is zero");
                packet.truncate(len);
                Some(packet)
            }
        }
    }

    fn signed(&self, mut message: MessageWriteVec) -> Vec<u8> {
        let Credentials { username, password } = self.credentials.clone();
        message.add_attribute(&Username::new(&username).unwrap()).unwrap();
        message.add_attribute(&Realm::new(&self.realm).unwrap()).unwrap();
        message.add_attribute(&Nonce::new(&self.nonce).unwrap()).unwrap();
        let key = LongTermKeyCredentials::new(username, password, self.realm.clone());
        message.add_message_integrity(&key.into(), IntegrityAlgorithm::Sha1).unwrap();
        message.finish()
    }

    /// Sends a request and gives the answer's error code, 0 for success, with the answer.
    pub async fn ask(&mut self, message: MessageWriteVec) -> (u16, Vec<u8>) {
        let packet = if self.nonce.is_empty() { message.finish() } else { self.signed(message) };
        self.send(&packet).await;
        let answer = self.receive().await.expect("the relay answers");
        let message = Message::from_bytes(&answer).unwrap();
        let code = message.attribute::<ErrorCode>().map_or(0, |error| error.code());
        assert_eq!(message.has_class(MessageClass::Success), code == 0);
        (code, answer)
    }

    /// Allocates and gives the error code, 0 for success.
    pub async fn try_allocate(&mut self) -> u16 {
        let udp = RequestedTransport::new(RequestedTransport::UDP);
        let (code, challenge) = self.ask(build(ALLOCATE, &[&udp])).await;
        assert_eq!(code, 401, "the challenge");
        {
            let challenge = Message::from_bytes(&challenge).unwrap();
            self.realm = challenge.attribute::<Realm>().unwrap().realm().to_owned();
            self.nonce = challenge.attribute::<Nonce>().unwrap().nonce().to_owned();
        }
        let (code, answer) = self.ask(build(ALLOCATE, &[&udp])).await;
        if code == 0 {
            let answer = Message::from_bytes(&answer).unwrap();
            let relayed = answer.attribute::<XorRelayedAddress>().unwrap();
            self.relayed = relayed.addr(answer.transaction_id());
        }
        code
    }

    pub async fn allocate(&mut self) {
        assert_eq!(self.try_allocate().await, 0);
    }

    pub async fn refresh(&mut self) -> u16 {
        self.ask(build(REFRESH, &[&Lifetime::new(600)])).await.0
    }

    pub async fn bind(&mut self, channel: u16, peer: SocketAddr) {
        let mut message = build(CHANNEL_BIND, &[&ChannelNumber::new(channel)]);
        let transaction = message.transaction_id();
        message.add_attribute(&XorPeerAddress::new(peer, transaction)).unwrap();
        assert_eq!(self.ask(message).await.0, 0);
    }

    pub async fn send_on(&mut self, channel: u16, payload: &[u8]) {
        let mut packet = channel_data(channel, payload);
        if matches!(self.wire, Wire::Stream(_)) {
            packet.resize(packet.len().next_multiple_of(4), 0);
        }
        self.send(&packet).await;
    }
}

/// Two clients of one call with a channel to each other.
pub async fn connect(one: &mut Client, two: &mut Client, channel: u16) {
    one.bind(channel, two.relayed).await;
    two.bind(channel, one.relayed).await;
}

pub fn build(method: Method, attributes: &[&dyn AttributeWrite]) -> MessageWriteVec {
    let mut message = Message::builder_request(method, MessageWriteVec::new());
    for attribute in attributes {
        message.add_attribute(*attribute).unwrap();
    }
    message
}

/// ChannelData without padding.
pub fn channel_data(channel: u16, payload: &[u8]) -> Vec<u8> {
    let mut packet = channel.to_be_bytes().to_vec();
    packet.extend((payload.len() as u16).to_be_bytes());
    packet.extend(payload);
    packet
}
