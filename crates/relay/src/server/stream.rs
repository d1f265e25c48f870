//! TCP and TLS.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::task::TaskTracker;

use super::{
    shared::{Connection, Shared},
    tls::Tls,
    udp::Departure,
};
use crate::{core::Core, framing::PACKET_BYTES_MAX, stats::Refusal};

/// Connections that wait to be accepted.
const BACKLOG: u32 = 1_024;

/// What the system may hold for a client on top of our own queue. Its default grows to megabytes: seconds of video.
const SEND_BUFFER_BYTES: u32 = 128 * 1_024;

const READ_BYTES: usize = 4 * PACKET_BYTES_MAX;

const TLS_HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// A client that takes nothing for this long is gone; in a call it would have been written off long before.
const WRITE_STALL_MAX: Duration = Duration::from_secs(20);

pub(super) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Accepts connections until the relay stops.
pub(super) async fn accept(shared: Arc<Shared>, tracker: TaskTracker, listener: TcpListener, tls: Option<Arc<Tls>>) {
    loop {
        let accepted = tokio::select! {
            () = shared.stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, remote)) => {
                // Refused connections are closed at once, by dropping them.
                if let Some(connection) = shared.connect(remote) {
                    // Media must not wait for more of it. Fails only if the client is gone already.
                    let _ = stream.set_nodelay(true);
                    tracker.spawn(run(connection, stream, tls.clone()));
                }
            }
            Err(error) => {
                // Out of file descriptors, most likely; asking again at once would only burn the processor.
                tracing::warn!(%error, "accepting a connection failed");
                tokio::time::sleep(super::RETRY_DELAY).await;
            }
        }
    }
}

async fn run(connection: Connection, stream: impl AsyncRead + AsyncWrite + Unpin, tls: Option<Arc<Tls>>) {
    let Some(tls) = tls else {
        return serve(connection, stream).await;
    };
    let handshake = TlsAcceptor::from(tls.current()).accept(stream);
    let result = tokio::select! {
        () = connection.close.cancelled() => return,
        result = tokio::time::timeout(TLS_HANDSHAKE_MAX, handshake) => result,
    };
    match result {
        Ok(Ok(stream)) => serve(connection, stream).await,
        Ok(Err(_)) | Err(_) => connection.shared.with_core(|core, _| core.refuse(Refusal::TlsHandshake)),
    }
}

/// Serves one client until it leaves, breaks the protocol, stalls, or must go.
pub(super) async fn serve(connection: Connection, stream: impl AsyncRead + AsyncWrite) {
    let (reader, writer) = tokio::io::split(stream);
    tokio::select! {
        () = connection.close.cancelled() => {}
        () = read(&connection, reader) => {}
        () = write(&connection, writer) => {}
    }
}

async fn read(connection: &Connection, mut reader: impl AsyncRead + Unpin) {
    let mut buffer = vec![0; READ_BYTES];
    let mut filled = 0;
    let mut departure = Departure::default();
    loop {
        // There is always room: what is left over is less than one packet.
        match reader.read(&mut buffer[filled..]).await {
            Ok(0) | Err(_) => return,
            Ok(count) => filled += count,
        }
        let taken = connection.shared.take_stream(connection.link, &buffer[..filled], &mut departure);
        departure.send(&connection.shared);
        let Ok(consumed) = taken else {
            return;
        };
        buffer.copy_within(consumed..filled, 0);
        filled -= consumed;
    }
}

async fn write(connection: &Connection, mut writer: impl AsyncWrite + Unpin) {
    let mut bytes = Vec::new();
    loop {
        connection.outbox.take(&mut bytes).await;
        let written = async {
            writer.write_all(&bytes).await?;
            writer.flush().await
        };
        match tokio::time::timeout(WRITE_STALL_MAX, written).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return,
            Err(_) => {
                let stalled = |core: &mut Core, _| core.refuse(Refusal::StalledConnection);
                return connection.shared.with_core(stalled);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;
    use crate::{Certificate, RelayConfig, Secret, Secrets, WallClock};

    #[tokio::test(start_paused = true)]
    async fn a_tls_handshake_has_ten_seconds() {
        let config = RelayConfig::new("r", Secrets::new(Secret::new([1; 20]).unwrap()), WallClock::new(|| 0));
        let core = Core::new(&config, [1; 32]);
        let shared = Shared::new(core, config.wall_clock, Vec::new());
        let names = vec!["localhost".to_owned()];
        let tls = Tls::new(Certificate::SelfSigned { names }).unwrap();
        let connection = shared.connect(([198, 51, 100, 1], 1).into()).unwrap();
        let (_silent_client, stream) = tokio::io::duplex(1_000);
        let began = Instant::now();
        run(connection, stream, Some(Arc::new(tls))).await;
        assert_eq!(began.elapsed(), TLS_HANDSHAKE_MAX);
        let stats = shared.with_core(|core, _| core.stats());
        assert_eq!(stats.refused(Refusal::TlsHandshake), 1);
        assert_eq!(stats.connections, 0);
    }
}
