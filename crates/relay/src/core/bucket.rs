//! Rate limits.

use std::{collections::hash_map::RandomState, hash::BuildHasher as _, net::IpAddr, time::Duration};

use super::link::neighbourhood;

/// A token bucket, kept as the moment at which it will be full again (the "generic cell rate algorithm"): one number,
/// no timer, no drift.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Bucket {
    full_at: Duration,
}

impl Bucket {
    /// Whether something that costs `cost` (the time in which the bucket regains it) fits, if the whole bucket is
    /// worth `burst`.
    pub fn admits(&self, now: Duration, cost: Duration, burst: Duration) -> bool {
        self.full_at.saturating_sub(now) + cost <= burst
    }

    /// Takes `cost`, admitted or not.
    pub fn take(&mut self, now: Duration, cost: Duration) {
        self.full_at = self.full_at.max(now) + cost;
    }
}

/// What a packet of `bytes` costs at `bits_per_second`.
pub(crate) fn cost_of(bytes: usize, bits_per_second: u64) -> Duration {
    Duration::from_nanos(bytes as u64 * 8 * 1_000_000_000 / bits_per_second)
}

/// How many buckets [`Throttle`] has. Neighbours in a bucket share its rate; with this many it takes a flood to notice.
const THROTTLE_BUCKETS: usize = 4_096;

/// A rate limit per address that needs the same memory whoever sends: addresses are hashed into a fixed set of
/// buckets. A table of addresses would grow with forged ones.
#[derive(Debug)]
pub(crate) struct Throttle {
    buckets: Box<[Bucket]>,
    /// Keyed at random, so that nobody can choose addresses that land in another's bucket.
    hasher: RandomState,
    cost: Duration,
    burst: Duration,
}

impl Throttle {
    /// Bursts may last five seconds' worth: a page opens its connections all at once.
    pub fn new(per_second: u32) -> Self {
        let cost = Duration::from_secs(1) / per_second;
        Self {
            buckets: vec![Bucket::default(); THROTTLE_BUCKETS].into(),
            hasher: RandomState::new(),
            cost,
            burst: cost * per_second.saturating_mul(5),
        }
    }

    /// Whether one more is permitted for this address, which uses it up.
    pub fn admit(&mut self, now: Duration, address: IpAddr) -> bool {
        let hash = self.hasher.hash_one(neighbourhood(address));
        let bucket = &mut self.buckets[hash as usize % THROTTLE_BUCKETS];
        let is_admitted = bucket.admits(now, self.cost, self.burst);
        if is_admitted {
            bucket.take(now, self.cost);
        }
        is_admitted
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The promise of a bucket: in no stretch of time passes more than its rate and one burst.
        #[test]
        fn no_stretch_of_time_lets_more_through(
            packets in prop::collection::vec((0u64..50_000, 1usize..1_500), 1..200),
        ) {
            let (rate, burst) = (1_000_000, Duration::from_millis(200));
            let (mut bucket, mut now) = (Bucket::default(), Duration::ZERO);
            let mut passed: Vec<(Duration, usize)> = Vec::new();
            for (gap_us, bytes) in packets {
                now += Duration::from_micros(gap_us);
                let cost = cost_of(bytes, rate);
                if bucket.admits(now, cost, burst) {
                    bucket.take(now, cost);
                    passed.push((now, bytes));
                }
            }
            for (first, &(from, _)) in passed.iter().enumerate() {
                let mut bits = 0;
                for &(at, bytes) in &passed[first..] {
                    bits += bytes as u128 * 8;
                    let limit = (at - from + burst).as_nanos() * u128::from(rate) / 1_000_000_000;
                    prop_assert!(bits <= limit + 1);
                }
            }
        }
    }

    #[test]
    fn an_idle_bucket_gives_one_burst_and_no_more() {
        let (cost, burst) = (Duration::from_millis(100), Duration::from_millis(300));
        let mut bucket = Bucket::default();
        let now = Duration::from_secs(3_600);
        let taken = (0..10)
            .filter(|_| {
                let admits = bucket.admits(now, cost, burst);
                if admits {
                    bucket.take(now, cost);
                }
                admits
            })
            .count();
        assert_eq!(taken, 3);
        assert!(bucket.admits(now + cost, cost, burst));
    }

    #[test]
    fn one_address_cannot_use_up_the_rate_of_another() {
        let mut throttle = Throttle::new(2);
        let noisy: IpAddr = "198.51.100.1".parse().unwrap();
        let admitted = (0..100).filter(|_| throttle.admit(Duration::ZERO, noisy)).count();
        assert_eq!(admitted, 10, "five seconds' worth");
        assert!(throttle.admit(Duration::from_millis(500), noisy), "half a second is worth one");
        // Two of 4,096 buckets meet rarely; of twenty addresses at most one or two share the noisy one.
        let quiet = (1..=20).filter(|&last| throttle.admit(Duration::from_millis(500), IpAddr::from([203, 0, 113, last])));
        assert!(quiet.count() >= 15);
    }
}
