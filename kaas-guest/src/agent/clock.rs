// SPDX-License-Identifier: Apache-2.0
//! Time: when to try again, and what time it is for the server. This machine's own idea of the
//! date is never asked.

use std::time::Duration;

use ring::rand::{SecureRandom as _, SystemRandom};
use rustix::time::{ClockId, clock_gettime};

/// Waits twice as long each time, a fifth more or less, so that guests do not come in step.
#[derive(Debug)]
pub(super) struct Backoff {
    first: Duration,
    last: Duration,
    next: Duration,
}

impl Backoff {
    pub(super) fn new(first: Duration, last: Duration) -> Self {
        Self {
            first,
            last,
            next: first,
        }
    }

    pub(super) fn reset(&mut self) {
        self.next = self.first;
    }

    /// How long to wait now.
    pub(super) fn wait(&mut self) -> Duration {
        let now = self.next;
        self.next = (now * 2).min(self.last);
        jitter(now)
    }
}

/// Between four and six fifths of it.
pub(super) fn jitter(time: Duration) -> Duration {
    let mut bytes = [0; 2];
    // Without random numbers there is no TLS either.
    let _ = SystemRandom::new().fill(&mut bytes);
    let part = u32::from(u16::from_le_bytes(bytes)) % 401;
    time * (800 + part) / 1000
}

#[expect(
    clippy::disallowed_methods,
    reason = "to wait is what a back-off is for"
)]
pub(super) fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// The server's clock, as far as it was heard of.
#[derive(Debug, Default)]
pub(super) struct ServerClock {
    /// What it said, and when that was in seconds since the start of this machine.
    heard: Option<(u64, u64)>,
}

impl ServerClock {
    pub(super) fn hear(&mut self, time: u64) {
        self.heard = Some((time, uptime()));
    }

    /// Seconds of Unix time.
    pub(super) fn now(&self) -> Option<u64> {
        let (time, at) = self.heard?;
        Some(time.saturating_add(uptime() - at))
    }
}

/// Seconds since the machine was started, those included for which it was suspended.
pub(super) fn uptime() -> u64 {
    u64::try_from(clock_gettime(ClockId::Boottime).tv_sec).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_their_limit_and_start_anew() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(300));
        let waits: Vec<f64> = (0..12).map(|_| backoff.wait().as_secs_f64()).collect();
        for (index, wait) in waits.iter().enumerate() {
            let due = f64::from(1_u32 << index).min(300.0);
            assert!((due * 0.799..due * 1.201).contains(wait), "{index}: {wait}");
        }
        backoff.reset();
        assert!(backoff.wait() < Duration::from_secs(2));
    }

    #[test]
    fn waits_differ() {
        let waits: Vec<Duration> = (0..32).map(|_| jitter(Duration::from_secs(100))).collect();
        assert!(waits.iter().any(|wait| *wait < Duration::from_secs(97)));
        assert!(waits.iter().any(|wait| *wait > Duration::from_secs(103)));
    }

    #[test]
    fn no_time_is_known_before_it_was_heard() {
        let mut clock = ServerClock::default();
        assert_eq!(clock.now(), None);
        clock.hear(u64::MAX);
        assert_eq!(clock.now(), Some(u64::MAX));
    }
}
