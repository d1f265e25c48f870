//! STUN messages and ChannelData on a byte stream (RFC 8656 §12.5, RFC 8489 §6.2.2).

use stun_types::message::{MAGIC_COOKIE, MessageHeader};

/// The largest packet that is read or sent, in bytes, headers included. WebRTC stays below 1,280 (RFC 8831 §5,
/// libwebrtc's 1,200), and TURN adds at most 36.
pub(crate) const PACKET_BYTES_MAX: usize = 2_048;

/// Length of the ChannelData header: channel number and length.
pub(crate) const CHANNEL_HEADER_BYTES: usize = 4;

/// Channel numbers that may be bound (RFC 8656 §12); everything above is reserved.
pub(crate) const CHANNEL_NUMBERS: std::ops::RangeInclusive<u16> = 0x4000..=0x4FFF;

/// What the start of a packet says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Stun,
    ChannelData,
}

impl Kind {
    /// By the first byte: STUN begins with two zero bits, ChannelData with a channel number (RFC 8656 §12).
    pub fn of(first: u8) -> Option<Self> {
        match first {
            0x00..=0x3F => Some(Self::Stun),
            0x40..=0x4F => Some(Self::ChannelData),
            _ => None,
        }
    }
}

/// One packet at the start of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Bytes of the packet.
    pub len: usize,
    /// Bytes to take from the stream: the packet and its padding.
    pub consumed: usize,
}

/// The stream carries something else. It cannot be resynchronised and must be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotTurn;

/// The packet at the start of `stream`, or `None` while more bytes are needed.
pub(crate) fn next_frame(stream: &[u8]) -> Result<Option<Frame>, NotTurn> {
    let Some(&first) = stream.first() else {
        return Ok(None);
    };
    let kind = Kind::of(first).ok_or(NotTurn)?;
    let Some(&[_, _, high, low]) = stream.first_chunk() else {
        return Ok(None);
    };
    let body = usize::from(u16::from_be_bytes([high, low]));
    let frame = match kind {
        Kind::ChannelData => {
            let len = CHANNEL_HEADER_BYTES + body;
            // RFC 8656 §12.5: over a stream the data is padded to four bytes, which the length does not count.
            Frame { len, consumed: len.next_multiple_of(4) }
        }
        Kind::Stun => {
            // RFC 8489 §5: the last two bits of the length are zero, and the cookie follows. Checked as soon as they
            // are here, so that another protocol on this port is noticed by its first bytes.
            let cookie = MAGIC_COOKIE.to_be_bytes();
            let seen = &stream[4..stream.len().min(8)];
            if !body.is_multiple_of(4) || seen != &cookie[..seen.len()] {
                return Err(NotTurn);
            }
            let len = MessageHeader::LENGTH + body;
            Frame { len, consumed: len }
        }
    };
    if frame.len > PACKET_BYTES_MAX {
        return Err(NotTurn);
    }
    Ok((stream.len() >= frame.consumed).then_some(frame))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn channel_data(payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x40, 0x01];
        bytes.extend((payload.len() as u16).to_be_bytes());
        bytes.extend(payload);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn binding() -> Vec<u8> {
        let mut bytes = vec![0, 1, 0, 0];
        bytes.extend(MAGIC_COOKIE.to_be_bytes());
        bytes.extend([7; 12]);
        bytes
    }

    #[test]
    fn channel_data_is_consumed_with_its_padding() {
        for (payload, len, consumed) in [(0, 4, 4), (1, 5, 8), (3, 7, 8), (4, 8, 8), (1_200, 1_204, 1_204)] {
            let stream = channel_data(&vec![9; payload]);
            assert_eq!(next_frame(&stream), Ok(Some(Frame { len, consumed })), "{payload}");
            assert_eq!(next_frame(&stream[..consumed - 1]), Ok(None), "{payload} without its last byte");
        }
    }

    #[test]
    fn another_protocol_is_noticed_by_its_first_bytes() {
        for bytes in [&b"GET / HTTP/1.1"[..], &[0x16, 3, 1], &[0xFF], &[0x50, 0, 0, 0], &[0, 1, 0, 0, 0x22]] {
            let expected = if bytes[0] == 0x16 { Ok(None) } else { Err(NotTurn) };
            assert_eq!(next_frame(bytes), expected, "{bytes:?}");
        }
        assert_eq!(next_frame(&[0x16, 3, 1, 2, 0]), Err(NotTurn), "a TLS hello on the plain port");
    }

    #[test]
    fn an_oversized_or_crooked_length_is_refused() {
        assert_eq!(next_frame(&[0x40, 0, 0xFF, 0xFF]), Err(NotTurn));
        assert_eq!(next_frame(&[0, 1, 0x08, 0]), Err(NotTurn), "more than a packet may have");
        assert_eq!(next_frame(&[0, 1, 0, 2]), Err(NotTurn), "not a multiple of four");
    }

    proptest! {
        #[test]
        fn packets_come_out_as_they_went_in(payloads in prop::collection::vec((any::<bool>(), 0usize..1_500), 1..8), cut in 1usize..700) {
            let packets: Vec<_> = payloads.iter().map(|&(is_stun, len)| if is_stun { binding() } else { channel_data(&vec![5; len]) }).collect();
            let bytes = packets.concat();
            let (mut buffer, mut seen) = (Vec::new(), Vec::new());
            for piece in bytes.chunks(cut) {
                buffer.extend_from_slice(piece);
                while let Some(frame) = next_frame(&buffer).unwrap() {
                    seen.push(buffer[..frame.consumed].to_vec());
                    buffer.drain(..frame.consumed);
                }
            }
            prop_assert_eq!(seen, packets);
            prop_assert!(buffer.is_empty());
        }

        #[test]
        fn any_bytes_are_taken_calmly(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(Some(frame)) = next_frame(&bytes) {
                prop_assert!(frame.len <= frame.consumed && frame.consumed <= bytes.len());
            }
        }
    }
}
