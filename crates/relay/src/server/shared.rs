//! The core with its lock, and the ways out of it.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    outbox::Outbox,
    udp::{Departure, Socket},
};
use crate::{
    config::WallClock,
    core::{Core, Link, Moment},
    framing::{NotTurn, next_frame},
    stats::Refusal,
};

/// What all tasks of a relay share. One lock suffices: under it a packet takes about a microsecond, a system call
/// outside it several times that.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    started: Instant,
    wall_clock: WallClock,
    /// Cancelled when the relay stops.
    pub stop: CancellationToken,
}

#[derive(Debug)]
struct State {
    core: Core,
    connections: HashMap<u64, Exit>,
    sockets: Arc<[Socket]>,
}

/// The way to one connection.
#[derive(Debug)]
struct Exit {
    outbox: Arc<Outbox>,
    close: CancellationToken,
}

impl Shared {
    pub fn new(core: Core, wall_clock: WallClock, sockets: Vec<Socket>) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State { core, connections: HashMap::new(), sockets: sockets.into() }),
            started: Instant::now(),
            wall_clock,
            stop: CancellationToken::new(),
        })
    }

    fn now(&self) -> Moment {
        Moment { monotonic: self.started.elapsed(), unix_seconds: self.wall_clock.unix_seconds() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic in the core concerns one packet; the calls of all others go on.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to the core.
    pub fn with_core<T>(&self, action: impl FnOnce(&mut Core, Moment) -> T) -> T {
        let now = self.now();
        action(&mut self.lock().core, now)
    }

    /// Does something to the core and closes the connections that it names.
    pub fn close_after(&self, action: impl FnOnce(&mut Core, Moment) -> Vec<u64>) {
        let now = self.now();
        let mut state = self.lock();
        for connection in action(&mut state.core, now) {
            if let Some(exit) = state.connections.get(&connection) {
                exit.close.cancel();
            }
        }
    }

    pub fn sockets(&self) -> Arc<[Socket]> {
        self.lock().sockets.clone()
    }

    /// Lets go of the UDP sockets, which frees their ports as soon as nobody is sending.
    pub fn drop_sockets(&self) {
        self.lock().sockets = [].into();
    }

    /// Takes packets from a UDP socket. What is to be sent as datagrams is put into `departure`.
    pub fn take_datagrams<'a>(&self, packets: impl Iterator<Item = (Link, &'a [u8])>, departure: &mut Departure) {
        let now = self.now();
        let mut out = Vec::new();
        let mut state = self.lock();
        for (from, packet) in packets {
            let Some(to) = state.core.handle(now, from, packet, &mut out) else {
                continue;
            };
            match to {
                Link::Stream { .. } => state.push(&to, &out),
                Link::Datagram { socket, .. } => {
                    let group_max = state.sockets.get(usize::from(socket)).map_or(1, Socket::group_max);
                    departure.push(to, &out, group_max);
                }
            }
        }
    }

    /// Takes the packets at the start of a stream and says how many bytes they were.
    pub fn take_stream(&self, from: Link, stream: &[u8], departure: &mut Departure) -> Result<usize, NotTurn> {
        let mut consumed = 0;
        let mut frames = std::iter::from_fn(|| {
            let frame = next_frame(&stream[consumed..]).transpose()?;
            Some(frame.map(|frame| {
                let packet = &stream[consumed..consumed + frame.len];
                consumed += frame.consumed;
                (from, packet)
            }))
        });
        let mut broken = None;
        let packets = frames.by_ref().map_while(|frame| frame.map_err(|error| broken = Some(error)).ok());
        self.take_datagrams(packets, departure);
        match broken {
            None => Ok(consumed),
            Some(error) => {
                self.lock().core.refuse(Refusal::Malformed);
                Err(error)
            }
        }
    }

    pub fn send_datagrams(&self, to: &Link, packets: &[u8], segment: usize) {
        let Link::Datagram { socket, .. } = *to else {
            return;
        };
        let sockets = self.sockets();
        let Some(socket) = sockets.get(usize::from(socket)) else {
            return;
        };
        if socket.send(to, packets, segment).is_err() {
            self.lock().core.refuse(Refusal::SendFailed);
        }
    }

    /// Admits a connection; `None` if there are too many.
    pub fn connect(self: &Arc<Self>, remote: SocketAddr) -> Option<Connection> {
        let now = self.now();
        let mut state = self.lock();
        let link = state.core.connect(now, remote)?;
        let outbox = Arc::new(Outbox::default());
        let close = self.stop.child_token();
        let exit = Exit { outbox: outbox.clone(), close: close.clone() };
        state.connections.insert(link.connection()?, exit);
        Some(Connection { shared: self.clone(), link, outbox, close })
    }
}

impl State {
    fn push(&mut self, to: &Link, packet: &[u8]) {
        let exit = to.connection().and_then(|connection| self.connections.get(&connection));
        if exit.is_some_and(|exit| !exit.outbox.push(packet)) {
            self.core.refuse(Refusal::QueueFull);
        }
    }
}

/// An admitted connection. Dropping it ends its allocation.
#[derive(Debug)]
pub(super) struct Connection {
    pub shared: Arc<Shared>,
    pub link: Link,
    pub outbox: Arc<Outbox>,
    /// Cancelled when the connection has to go.
    pub close: CancellationToken,
}

impl Drop for Connection {
    fn drop(&mut self) {
        let now = self.shared.now();
        let mut state = self.shared.lock();
        state.core.disconnect(now, self.link);
        if let Some(connection) = self.link.connection() {
            state.connections.remove(&connection);
        }
    }
}
