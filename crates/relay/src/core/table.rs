//! All allocations and the participants who hold them.

use std::{collections::HashMap, sync::Arc, time::Duration};

use slab::Slab;

use super::{allocation::Allocation, bucket::Bucket, link::Link};

/// How long a participant without an allocation is remembered, so that dropping and making allocations again does not
/// refill the bit rate.
const PARTICIPANT_KEPT: Duration = Duration::from_secs(60);

/// Who somebody is: a participant's id is unique only within the call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    pub call: Arc<str>,
    pub participant: Arc<str>,
}

#[derive(Debug)]
pub(crate) struct Participant {
    pub identity: Identity,
    /// Bits that this participant sent, and received.
    pub sent: Bucket,
    pub received: Bucket,
    /// Indices of the allocations, oldest first.
    allocations: Vec<usize>,
    seen_at: Duration,
}

/// Index arithmetic is safe by this rule: an allocation's participant exists as long as the allocation does.
#[derive(Debug, Default)]
pub(crate) struct Table {
    allocations: Slab<Allocation>,
    by_link: HashMap<Link, usize>,
    by_port: HashMap<u16, usize>,
    participants: Slab<Participant>,
    by_identity: HashMap<Identity, usize>,
}

impl Table {
    pub fn len(&self) -> usize {
        self.allocations.len()
    }

    /// Participants who have an allocation.
    pub fn participants_present(&self) -> usize {
        let present = self.participants.iter().filter(|(_, participant)| !participant.allocations.is_empty());
        present.count()
    }

    #[cfg(test)]
    pub fn participants_known(&self) -> usize {
        self.participants.len()
    }

    /// The client's allocation, unless it has ended.
    pub fn find(&self, now: Duration, link: &Link) -> Option<usize> {
        let index = self.at_link(link)?;
        (now < self.allocations[index].ends_at).then_some(index)
    }

    /// The client's allocation, ended or not.
    pub fn at_link(&self, link: &Link) -> Option<usize> {
        self.by_link.get(link).copied()
    }

    /// The allocation behind a relayed port, unless it has ended.
    pub fn find_port(&self, now: Duration, port: u16) -> Option<usize> {
        let &index = self.by_port.get(&port)?;
        (now < self.allocations[index].ends_at).then_some(index)
    }

    pub fn is_port_taken(&self, port: u16) -> bool {
        self.by_port.contains_key(&port)
    }

    pub fn allocation(&self, index: usize) -> &Allocation {
        &self.allocations[index]
    }

    pub fn allocation_mut(&mut self, index: usize) -> &mut Allocation {
        &mut self.allocations[index]
    }

    pub fn participant(&self, index: usize) -> &Participant {
        &self.participants[index]
    }

    pub fn participant_mut(&mut self, index: usize) -> &mut Participant {
        &mut self.participants[index]
    }

    /// The participant's place in the table, made if there is none.
    pub fn admit(&mut self, now: Duration, identity: Identity) -> usize {
        if let Some(&index) = self.by_identity.get(&identity) {
            self.participants[index].seen_at = now;
            return index;
        }
        let index = self.participants.insert(Participant {
            identity: identity.clone(),
            sent: Bucket::default(),
            received: Bucket::default(),
            allocations: Vec::new(),
            seen_at: now,
        });
        self.by_identity.insert(identity, index);
        index
    }

    /// The allocations of a participant, oldest first.
    pub fn allocations_of(&self, participant: usize) -> &[usize] {
        &self.participants[participant].allocations
    }

    /// Adds an allocation whose link and port are free.
    pub fn insert(&mut self, allocation: Allocation) -> usize {
        let (link, port, participant) = (allocation.link, allocation.port, allocation.participant);
        let index = self.allocations.insert(allocation);
        self.by_link.insert(link, index);
        self.by_port.insert(port, index);
        self.participants[participant].allocations.push(index);
        index
    }

    /// Ends an allocation and gives back its client.
    pub fn remove(&mut self, now: Duration, index: usize) -> Link {
        let allocation = self.allocations.remove(index);
        self.by_link.remove(&allocation.link);
        self.by_port.remove(&allocation.port);
        let participant = &mut self.participants[allocation.participant];
        participant.allocations.retain(|&other| other != index);
        participant.seen_at = now;
        allocation.link
    }

    /// The allocations whose time is over.
    pub fn ended(&self, now: Duration) -> Vec<usize> {
        let ended = self.allocations.iter().filter(|(_, allocation)| allocation.ends_at <= now);
        ended.map(|(index, _)| index).collect()
    }

    /// The allocations of a call, or of one participant in it.
    pub fn in_call(&self, call: &str, participant: Option<&str>) -> Vec<usize> {
        let is_meant =
            |identity: &Identity| *identity.call == *call && participant.is_none_or(|participant| *identity.participant == *participant);
        let meant = self.participants.iter().filter(|(_, other)| is_meant(&other.identity));
        meant.flat_map(|(_, other)| other.allocations.iter().copied()).collect()
    }

    /// Forgets participants who have been without an allocation for a minute.
    pub fn forget_absent(&mut self, now: Duration) {
        let Self { participants, by_identity, .. } = self;
        participants.retain(|_, participant| {
            let is_kept = !participant.allocations.is_empty() || now < participant.seen_at + PARTICIPANT_KEPT;
            if !is_kept {
                by_identity.remove(&participant.identity);
            }
            is_kept
        });
    }
}

#[cfg(test)]
mod tests {
    use stun_types::message::TransactionId;

    use super::*;

    fn link(port: u16) -> Link {
        Link::Datagram { socket: 0, local: None, remote: ([198, 51, 100, 1], port).into() }
    }

    fn identity(call: &str, participant: &str) -> Identity {
        Identity { call: call.into(), participant: participant.into() }
    }

    fn add(table: &mut Table, port: u16, call: &str, participant: &str) -> usize {
        let participant = table.admit(Duration::ZERO, identity(call, participant));
        let ends_at = Duration::from_secs(u64::from(port));
        let made_by = TransactionId::from(1);
        table.insert(Allocation::new(link(port), port, participant, String::new(), made_by, Duration::ZERO, ends_at))
    }

    #[test]
    fn an_allocation_is_found_until_it_ends_even_if_nobody_swept() {
        let mut table = Table::default();
        let index = add(&mut table, 500, "c", "anna");
        let end = Duration::from_secs(500);
        let before = end - Duration::from_nanos(1);
        assert_eq!((table.find(before, &link(500)), table.find_port(before, 500)), (Some(index), Some(index)));
        assert_eq!((table.find(end, &link(500)), table.find_port(end, 500)), (None, None));
        assert_eq!((table.ended(before), table.ended(end)), (vec![], vec![index]));
    }

    #[test]
    fn the_same_participant_id_in_two_calls_is_two_people() {
        let mut table = Table::default();
        let (one, two) = (add(&mut table, 1, "c", "anna"), add(&mut table, 2, "d", "anna"));
        let three = add(&mut table, 3, "c", "boris");
        assert_eq!(table.in_call("c", None), [one, three]);
        assert_eq!(table.in_call("c", Some("anna")), [one]);
        assert_eq!(table.in_call("d", None), [two]);
        assert_eq!(table.in_call("e", None), []);
        assert_ne!(table.allocation(one).participant, table.allocation(two).participant);
    }

    #[test]
    fn a_participant_is_forgotten_a_minute_after_the_last_allocation() {
        let mut table = Table::default();
        let index = add(&mut table, 1, "c", "anna");
        table.forget_absent(Duration::from_secs(1_000));
        assert_eq!(table.participants_present(), 1);
        let left = Duration::from_secs(2_000);
        assert_eq!(table.remove(left, index), link(1));
        assert_eq!((table.len(), table.participants_present()), (0, 0));
        table.forget_absent(left + PARTICIPANT_KEPT - Duration::from_nanos(1));
        assert_eq!(table.participants.len(), 1);
        table.forget_absent(left + PARTICIPANT_KEPT);
        assert_eq!((table.participants.len(), table.by_identity.len()), (0, 0));
        assert!(table.by_link.is_empty() && table.by_port.is_empty());
    }
}
