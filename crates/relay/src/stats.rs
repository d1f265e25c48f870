//! Counters. They say how much and why, never who.

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident => $label:literal,)+) => {
        /// Why something was refused or dropped.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Refusal { $($(#[$doc])* $name,)+ }

        impl Refusal {
            /// Every reason, in the order in which it is counted.
            pub const ALL: &[Refusal] = &[$(Refusal::$name,)+];

            /// The reason as a metric label: lower-case words joined by underscores.
            pub fn label(self) -> &'static str {
                match self { $(Refusal::$name => $label,)+ }
            }
        }
    };
}

refusals! {
    /// Neither STUN nor ChannelData, or damaged.
    Malformed => "malformed",
    /// A request that lacks a needed attribute or contradicts itself (400).
    BadRequest => "bad_request",
    /// A request with an attribute that must be understood and is not (420).
    UnknownAttribute => "unknown_attribute",
    /// Unknown user, wrong password or wrong realm (401).
    WrongCredentials => "wrong_credentials",
    /// The credentials' time is over (401).
    ExpiredCredentials => "expired_credentials",
    /// The credentials live longer than the relay permits (401).
    LongLivedCredentials => "long_lived_credentials",
    /// The nonce is too old or not ours; the client gets a new one (438).
    StaleNonce => "stale_nonce",
    /// The call or the participant was revoked (403).
    Revoked => "revoked",
    /// The allocation belongs to other credentials (441).
    OtherUser => "other_user",
    /// The client has no allocation, or already has one (437).
    AllocationMismatch => "allocation_mismatch",
    /// A relayed transport other than UDP was asked for (442).
    UnsupportedTransport => "unsupported_transport",
    /// An address family other than IPv4 was asked for (440, 443).
    UnsupportedFamily => "unsupported_family",
    /// The peer is no relayed address, or one of another call (403).
    ForbiddenPeer => "forbidden_peer",
    /// The peer is a relayed address that nobody has (403). Normal for a moment when a call ends.
    AbsentPeer => "absent_peer",
    /// The participant has too many allocations (486).
    ParticipantQuota => "participant_quota",
    /// The relay has no room for another allocation or channel (508).
    NoCapacity => "no_capacity",
    /// One address asks too often without credentials.
    Throttled => "throttled",
    /// A data packet on a channel that is not bound.
    UnboundChannel => "unbound_channel",
    /// A data packet without a permission on both sides.
    NoPermission => "no_permission",
    /// A data packet above the participant's bit rate.
    BitRate => "bit_rate",
    /// A data packet for a client that does not read fast enough.
    QueueFull => "queue_full",
    /// A packet that the operating system would not send at once.
    SendFailed => "send_failed",
    /// A connection above the limits.
    ConnectionLimit => "connection_limit",
    /// A connection which did not finish its TLS handshake.
    TlsHandshake => "tls_handshake",
    /// A connection closed because it made no allocation in time.
    IdleConnection => "idle_connection",
    /// A connection closed because its client stopped reading.
    StalledConnection => "stalled_connection",
}

/// The counters inside the core.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counters {
    pub allocations_made: u64,
    pub packets_relayed: u64,
    pub bytes_relayed: u64,
    refused: [u64; Refusal::ALL.len()],
}

impl Counters {
    pub fn refuse(&mut self, refusal: Refusal) {
        self.refuse_many(refusal, 1);
    }

    pub fn refuse_many(&mut self, refusal: Refusal, times: u64) {
        self.refused[refusal as usize] += times;
    }
}

/// A snapshot of the relay: sums since the start unless said otherwise. Nothing in it points at a person or a call.
#[derive(Debug, Clone, Default)]
pub struct RelayStats {
    /// Allocations that exist now.
    pub allocations: u64,
    /// Participants who have an allocation now.
    pub participants: u64,
    /// TCP and TLS connections that are open now.
    pub connections: u64,
    /// Allocations made.
    pub allocations_made: u64,
    /// Data packets passed from one participant to another.
    pub packets_relayed: u64,
    /// Their payload, in bytes.
    pub bytes_relayed: u64,
    refused: [u64; Refusal::ALL.len()],
}

impl RelayStats {
    pub(crate) fn new(counters: &Counters, allocations: usize, participants: usize, connections: usize) -> Self {
        Self {
            allocations: allocations as u64,
            participants: participants as u64,
            connections: connections as u64,
            allocations_made: counters.allocations_made,
            packets_relayed: counters.packets_relayed,
            bytes_relayed: counters.bytes_relayed,
            refused: counters.refused,
        }
    }

    /// How often something was refused for this reason.
    pub fn refused(&self, refusal: Refusal) -> u64 {
        self.refused[refusal as usize]
    }

    /// Every reason with its count, for a metrics page.
    pub fn refusals(&self) -> impl Iterator<Item = (Refusal, u64)> + '_ {
        Refusal::ALL.iter().map(|&refusal| (refusal, self.refused(refusal)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_has_its_own_counter_and_label() {
        let mut counters = Counters::default();
        for (index, &refusal) in Refusal::ALL.iter().enumerate() {
            counters.refuse_many(refusal, index as u64 + 1);
        }
        let stats = RelayStats::new(&counters, 0, 0, 0);
        let seen: Vec<u64> = stats.refusals().map(|(_, count)| count).collect();
        assert_eq!(seen, (1..=Refusal::ALL.len() as u64).collect::<Vec<_>>());
        let labels: std::collections::HashSet<_> = Refusal::ALL.iter().map(|refusal| refusal.label()).collect();
        assert_eq!(labels.len(), Refusal::ALL.len());
    }
}
