//! How many requests one address may make: kept in memory by each node, against a client that has run wild. Attempts to sign in are counted in the
//! database as well (`identity::throttle`).

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};

use super::error::{Error, Result};

/// A limit of requests by address. One that is switched off lets everything through.
#[derive(Debug)]
pub struct RequestLimit {
    limiter: Option<DefaultKeyedRateLimiter<IpAddr>>,
    asked: AtomicU32,
}

/// After how many requests the addresses that are quiet again are forgotten.
const FORGET_EVERY: u32 = 10_000;

impl RequestLimit {
    /// Lets `per_second` requests through, and four times that at once; 0 switches the limit off.
    pub fn new(per_second: u32) -> Self {
        let limiter = NonZeroU32::new(per_second)
            .map(|rate| RateLimiter::keyed(Quota::per_second(rate).allow_burst(rate.saturating_mul(NonZeroU32::new(4).expect("not 0")))));
        Self { limiter, asked: AtomicU32::new(0) }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// `too_many_requests` with the time to wait.
    pub fn count(&self, address: IpAddr) -> Result<()> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        if self.asked.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            limiter.retain_recent();
        }
        limiter.check_key(&party(address)).map_err(|busy| Error::too_many("too_many_requests", busy.wait_time_from(limiter.clock().now())))
    }
}

/// What one party holds: an IPv4 address, or an IPv6 /64 (RFC 6177).
fn party(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_let_through_and_then_no_more() {
        // One a second: the burst is four, and this loop is done long before the hundredth second.
        let limit = RequestLimit::new(1);
        let (one, other): (IpAddr, IpAddr) = ("2001:db8::1".parse().unwrap(), "2001:db8:0:1::1".parse().unwrap());
        let refused = (0..100).filter_map(|_| limit.count(one).err()).collect::<Vec<_>>();
        assert!(!refused.is_empty() && refused.len() <= 96);
        assert!(refused.iter().all(|e| e.code == "too_many_requests" && e.retry_after.is_some()));
        let neighbour = "2001:db8::ffff".parse().unwrap();
        assert!((0..100).any(|_| limit.count(neighbour).is_err()), "a /64 is one party");
        assert!(limit.count(other).is_ok(), "another one is not concerned");
    }

    #[test]
    fn nought_switches_it_off() {
        let limit = RequestLimit::new(0);
        assert!((0..1000).all(|_| limit.count("192.0.2.1".parse().unwrap()).is_ok()));
    }
}
