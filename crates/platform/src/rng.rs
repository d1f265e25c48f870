//! Randomness as a parameter: tokens, ids and codes are unpredictable in production and repeatable in tests.

use std::sync::Mutex;

use jiff::Timestamp;
use rand::{Rng as _, SeedableRng, rngs::StdRng};
use uuid::Uuid;

/// A source of random bytes for tokens, codes, keys and ids. Cryptographically strong in both forms; seeded only in tests and the demo's data.
#[derive(Debug)]
pub struct Rng(Mutex<StdRng>);

impl Rng {
    /// Seeded by the operating system.
    pub fn from_system() -> Self {
        Self(Mutex::new(rand::make_rng()))
    }

    /// Repeatable.
    pub fn from_seed(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.0.lock().expect("no holder of the generator panics").fill_bytes(&mut out);
        out
    }

    /// A version 7 UUID (RFC 9562) for the instant `now`: new ids sort by time, which keeps b-trees dense.
    pub fn uuid(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// A uniformly random number below `bound` (which is not 0).
    pub fn below(&self, bound: u32) -> u32 {
        assert!(bound > 0, "a bound of 0 leaves nothing to choose");
        // Rejection keeps the result uniform: values in the last, incomplete run of `bound` are drawn again.
        let limit = u32::MAX - u32::MAX % bound;
        loop {
            let drawn = u32::from_le_bytes(self.bytes());
            if drawn < limit {
                return drawn % bound;
            }
        }
    }
}
