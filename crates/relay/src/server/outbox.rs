//! What waits to be written to one connection.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// Bytes that may wait: a third of a second of video at 2.5 Mbit/s. Media that is older helps nobody, so a packet that
/// does not fit is dropped, as a router would do.
pub(crate) const QUEUE_BYTES_MAX: usize = 128 * 1_024;

/// A small buffer is kept for the next packets, a large one is given back.
const KEPT_BYTES_MAX: usize = 8 * 1_024;

/// A bounded queue of bytes with any number of writers, which never wait, and one reader.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    bytes: Mutex<Vec<u8>>,
    filled: Notify,
}

impl Outbox {
    /// Adds a whole packet, or nothing if it does not fit.
    pub fn push(&self, packet: &[u8]) -> bool {
        {
            let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
            if bytes.len() + packet.len() > QUEUE_BYTES_MAX {
                return false;
            }
            bytes.extend_from_slice(packet);
        }
        self.filled.notify_one();
        true
    }

    /// Waits for bytes and swaps them into `taken`.
    pub async fn take(&self, taken: &mut Vec<u8>) {
        taken.clear();
        taken.shrink_to(KEPT_BYTES_MAX);
        loop {
            std::mem::swap(&mut *self.bytes.lock().unwrap_or_else(PoisonError::into_inner), taken);
            if !taken.is_empty() {
                return;
            }
            // A packet pushed since then has left its mark, so this returns at once.
            self.filled.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn packets_come_out_in_order_and_whole() {
        let outbox = Outbox::default();
        let mut taken = Vec::new();
        assert!(outbox.push(b"one") && outbox.push(b"two"));
        outbox.take(&mut taken).await;
        assert_eq!(taken, b"onetwo");
        let (_, ()) = tokio::join!(async { outbox.push(b"three") }, outbox.take(&mut taken));
        assert_eq!(taken, b"three");
    }

    #[tokio::test]
    async fn a_full_queue_drops_the_packet_and_keeps_the_rest() {
        let outbox = Outbox::default();
        let packet = [7; 1_000];
        let accepted = (0..1_000).filter(|_| outbox.push(&packet)).count();
        assert_eq!(accepted, QUEUE_BYTES_MAX / packet.len());
        let mut taken = Vec::new();
        outbox.take(&mut taken).await;
        assert_eq!(taken.len(), accepted * packet.len());
        assert!(outbox.push(&packet), "room again");
    }
}
