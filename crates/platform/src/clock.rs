//! The time of day as a parameter, so that tests move it and nothing else reads the system's.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};

/// Tells the present instant.
pub trait Clock: std::fmt::Debug + Send + Sync + 'static {
    /// The present instant, cut to whole microseconds: what PostgreSQL stores, so that a value read back equals the one written.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the one place which reads the machine's clock")]
        to_micros(Timestamp::now())
    }
}

/// A clock which stands still until it is moved. Clones share the time.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<Mutex<Timestamp>>);

impl ManualClock {
    /// A clock standing at `start`.
    pub fn at(start: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(to_micros(start))))
    }

    /// Moves the time by `by` (backwards if negative).
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().expect("no holder of the clock panics");
        *now = to_micros(*now + by);
    }

    /// Sets the time.
    pub fn set(&self, to: Timestamp) {
        *self.0.lock().expect("no holder of the clock panics") = to_micros(to);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("no holder of the clock panics")
    }
}

fn to_micros(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).expect("a timestamp's own microseconds are in range")
}
