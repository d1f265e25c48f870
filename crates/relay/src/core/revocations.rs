//! Calls and participants that were shut out before their credentials expired.

use std::collections::HashMap;

/// Each entry is kept until the last credential that could exist has expired: none lives longer than the relay's
/// limit, so the set empties itself.
#[derive(Debug, Default)]
pub(crate) struct Revocations {
    /// Seconds since the Unix epoch until which the whole call is refused.
    calls: HashMap<String, u64>,
    participants: HashMap<(String, String), u64>,
}

impl Revocations {
    /// Refuses a call, or one participant of it, until a moment (seconds since the Unix epoch).
    pub fn add(&mut self, call: &str, participant: Option<&str>, until: u64) {
        let entry = match participant {
            None => self.calls.entry(call.to_owned()).or_default(),
            Some(participant) => self.participants.entry((call.to_owned(), participant.to_owned())).or_default(),
        };
        *entry = until.max(*entry);
    }

    pub fn contains(&self, now: u64, call: &str, participant: &str) -> bool {
        let is_current = |until: Option<&u64>| until.is_some_and(|&until| now < until);
        is_current(self.calls.get(call)) || is_current(self.participants.get(&(call.to_owned(), participant.to_owned())))
    }

    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty() && self.participants.is_empty()
    }

    /// Drops what no longer matters.
    pub fn forget(&mut self, now: u64) {
        self.calls.retain(|_, &mut until| now < until);
        self.participants.retain(|_, &mut until| now < until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revocation_names_a_call_or_one_participant_and_ends() {
        let mut revocations = Revocations::default();
        revocations.add("monday", None, 100);
        revocations.add("tuesday", Some("anna"), 100);
        assert!(revocations.contains(99, "monday", "anyone"));
        assert!(revocations.contains(99, "tuesday", "anna"));
        assert!(!revocations.contains(99, "tuesday", "boris"));
        assert!(!revocations.contains(100, "monday", "anyone"));
        revocations.add("monday", None, 50);
        assert!(revocations.contains(99, "monday", "anyone"), "a second one does not shorten the first");
        revocations.forget(100);
        assert!(revocations.is_empty());
    }
}
