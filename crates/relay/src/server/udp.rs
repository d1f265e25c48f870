//! UDP sockets. Packets are received many at a time and sent in groups where the system can (GRO, GSO): for a relay,
//! system calls are most of the work.

use std::{
    io::{self, IoSliceMut},
    net::SocketAddr,
    sync::Arc,
};

use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSocketState};
use tokio::{io::Interest, net::UdpSocket};

use super::shared::Shared;
use crate::core::Link;

/// One receive can give up to 64 KiB: a run of equal packets that the system has joined.
const RECEIVE_BYTES: usize = 65_535;

/// Buffers asked of the system, which may give less: what arrives while the process is not running.
const SOCKET_BUFFER_BYTES: usize = 4 * 1_024 * 1_024;

/// A bound socket.
#[derive(Debug)]
pub(super) struct Socket {
    io: UdpSocket,
    state: UdpSocketState,
}

impl Socket {
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = std::net::UdpSocket::bind(address)?;
        socket.set_nonblocking(true)?;
        let state = UdpSocketState::new((&socket).into())?;
        for resized in [
            state.set_recv_buffer_size((&socket).into(), SOCKET_BUFFER_BYTES),
            state.set_send_buffer_size((&socket).into(), SOCKET_BUFFER_BYTES),
        ] {
            if let Err(error) = resized {
                tracing::debug!(%error, "the system keeps its own size for a UDP buffer");
            }
        }
        let io = UdpSocket::from_std(socket)?;
        Ok(Self { io, state })
    }

    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.local_addr()
    }

    /// How many packets may go out in one group.
    pub fn group_max(&self) -> usize {
        self.state.max_gso_segments()
    }

    /// Sends packets of `segment` bytes each (the last may be shorter). Never waits: if the system's buffer is full
    /// the packets are lost, as they would be on a full line.
    pub fn send(&self, to: &Link, packets: &[u8], segment: usize) -> io::Result<()> {
        let &Link::Datagram { local, remote, .. } = to else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let transmit = Transmit { destination: remote, ecn: None, contents: packets, segment_size: Some(segment), src_ip: local };
        self.state.try_send((&self.io).into(), &transmit)
    }
}

/// Receives until the relay stops.
pub(super) async fn receive(shared: Arc<Shared>, number: u16) {
    let sockets = shared.sockets();
    let Some(socket) = sockets.get(usize::from(number)) else {
        return;
    };
    let mut buffer = vec![0; BATCH_SIZE * RECEIVE_BYTES];
    let mut metas = [RecvMeta::default(); BATCH_SIZE];
    let mut departure = Departure::default();
    loop {
        let received = {
            let mut pieces = buffer.chunks_exact_mut(RECEIVE_BYTES);
            let mut slices: [_; BATCH_SIZE] = std::array::from_fn(|_| IoSliceMut::new(pieces.next().unwrap_or_default()));
            let receive = || socket.state.recv((&socket.io).into(), &mut slices, &mut metas);
            tokio::select! {
                () = shared.stop.cancelled() => return,
                received = socket.io.async_io(Interest::READABLE, receive) => received,
            }
        };
        match received {
            Ok(count) => {
                let arrivals = metas[..count].iter().zip(buffer.chunks_exact(RECEIVE_BYTES));
                let packets = arrivals.flat_map(|(meta, bytes)| {
                    let link = Link::Datagram { socket: number, local: meta.dst_ip, remote: meta.addr };
                    // A stride of zero would be an empty datagram; those carry nothing for us.
                    bytes[..meta.len].chunks(meta.stride.max(1)).map(move |packet| (link, packet))
                });
                shared.take_datagrams(packets, &mut departure);
                departure.send(&shared);
            }
            // For example a buffer shortage of the system. Ending here would end every call.
            Err(error) => {
                tracing::warn!(%error, "receiving UDP failed");
                tokio::time::sleep(super::RETRY_DELAY).await;
            }
        }
    }
}

/// Packets on their way out, neighbours for the same client joined into groups.
#[derive(Debug, Default)]
pub(super) struct Departure {
    bytes: Vec<u8>,
    groups: Vec<Group>,
}

#[derive(Debug)]
struct Group {
    to: Link,
    /// Bytes of each packet but the last.
    segment: usize,
    len: usize,
    is_complete: bool,
}

impl Departure {
    pub fn push(&mut self, to: Link, packet: &[u8], group_max: usize) {
        self.bytes.extend_from_slice(packet);
        if let Some(group) = self.groups.last_mut() {
            let fits = !group.is_complete
                && group.to == to
                && packet.len() <= group.segment
                && group.len + packet.len() <= group.segment * group_max
                && group.len + packet.len() <= GROUP_BYTES_MAX;
            if fits {
                group.len += packet.len();
                // Only the last packet of a group may be shorter.
                group.is_complete = packet.len() < group.segment;
                return;
            }
        }
        self.groups.push(Group { to, segment: packet.len(), len: packet.len(), is_complete: packet.is_empty() });
    }

    /// Sends everything and forgets it.
    pub fn send(&mut self, shared: &Shared) {
        let mut start = 0;
        for group in &self.groups {
            let packets = &self.bytes[start..start + group.len];
            start += group.len;
            shared.send_datagrams(&group.to, packets, group.segment);
        }
        self.groups.clear();
        self.bytes.clear();
    }
}

/// The payload of a joined packet has to fit an IP packet.
const GROUP_BYTES_MAX: usize = 60_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn link(port: u16) -> Link {
        Link::Datagram { socket: 0, local: None, remote: ([198, 51, 100, 1], port).into() }
    }

    fn groups(packets: &[(u16, usize)], group_max: usize) -> Vec<(u16, usize, usize)> {
        let mut departure = Departure::default();
        for &(port, len) in packets {
            departure.push(link(port), &vec![1; len], group_max);
        }
        assert_eq!(departure.bytes.len(), packets.iter().map(|&(_, len)| len).sum::<usize>());
        let groups = departure.groups.iter();
        groups.map(|group| (group.to.remote().port(), group.segment, group.len)).collect()
    }

    #[test]
    fn equal_neighbours_go_together_and_a_shorter_one_ends_the_group() {
        assert_eq!(groups(&[(1, 100), (1, 100), (1, 40)], 64), [(1, 100, 240)]);
        assert_eq!(groups(&[(1, 100), (1, 40), (1, 40)], 64), [(1, 100, 140), (1, 40, 40)]);
        assert_eq!(groups(&[(1, 40), (1, 100)], 64), [(1, 40, 40), (1, 100, 100)]);
        assert_eq!(groups(&[(1, 100), (2, 100), (1, 100)], 64), [(1, 100, 100), (2, 100, 100), (1, 100, 100)]);
    }

    #[test]
    fn a_group_stays_within_what_the_system_takes() {
        assert_eq!(groups(&[(1, 100); 5], 2), [(1, 100, 200), (1, 100, 200), (1, 100, 100)]);
        assert_eq!(groups(&[(1, 100); 2], 1), [(1, 100, 100), (1, 100, 100)]);
        let large = groups(&[(1, 2_000); 60], 64);
        assert!(large.iter().all(|&(_, _, len)| len <= GROUP_BYTES_MAX), "{large:?}");
    }
}
