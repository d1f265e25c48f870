//! A soft lock: a few attempts are free, each further one doubles the wait, and nothing locks for good, so that nobody can be locked out by a stranger.

use jiff::SignedDuration;

/// How attempts of one kind are slowed down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Names the counter in the database.
    pub bucket: &'static str,
    /// Attempts without a wait.
    pub free: u32,
    /// The wait after the first attempt that is not free.
    pub first_wait: SignedDuration,
    /// The longest wait.
    pub longest_wait: SignedDuration,
    /// Attempts are forgotten when this much time has passed since the first of them.
    pub window: SignedDuration,
}

impl Limit {
    /// How long nobody may try after the `count`th attempt.
    pub fn wait_after(&self, count: u32) -> Option<SignedDuration> {
        let over = count.checked_sub(self.free)?.checked_sub(1)?;
        let factor = 2_i32.checked_pow(over).unwrap_or(i32::MAX);
        Some(self.first_wait.checked_mul(factor).unwrap_or(self.longest_wait).min(self.longest_wait))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit {
        bucket: "test",
        free: 3,
        first_wait: SignedDuration::from_secs(30),
        longest_wait: SignedDuration::from_mins(15),
        window: SignedDuration::from_hours(1),
    };

    #[test]
    fn waits_double_after_the_free_attempts_up_to_the_longest() {
        let check = |count, seconds: Option<i64>| assert_eq!(LIMIT.wait_after(count), seconds.map(SignedDuration::from_secs), "{count}");
        check(0, None);
        check(3, None);
        check(4, Some(30));
        check(5, Some(60));
        check(8, Some(480));
        check(9, Some(900));
        check(u32::MAX, Some(900));
    }
}
