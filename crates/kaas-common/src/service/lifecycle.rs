// SPDX-License-Identifier: Apache-2.0
//! The phases of a process, and the work that its end waits for.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::config::{Config, Opt};

/// Each leads only to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    Starting,
    /// Takes work.
    Ready,
    /// Takes work still, and says that it soon will not.
    Draining,
    /// Takes none: listeners and consumers close, what is under way goes on.
    Closing,
}

/// How an end went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Everything under way was finished.
    Clean,
    /// So much was given up when the time was over.
    Abandoned(usize),
}

/// The life of a process. Cheap to clone; all clones are the same life.
#[derive(Clone, Debug)]
pub struct Lifecycle(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    phase: watch::Sender<Phase>,
    under_way: watch::Sender<usize>,
}

/// Something under way, until it is dropped.
#[derive(Debug)]
pub struct Work(Arc<Inner>);

impl Drop for Work {
    fn drop(&mut self) {
        self.0.under_way.send_modify(|count| *count -= 1);
    }
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self::new()
    }
}

impl Lifecycle {
    /// A life that starts.
    pub fn new() -> Self {
        Self(Arc::new(Inner {
            phase: watch::Sender::new(Phase::Starting),
            under_way: watch::Sender::new(0),
        }))
    }

    pub fn phase(&self) -> Phase {
        *self.0.phase.borrow()
    }

    pub fn under_way(&self) -> usize {
        *self.0.under_way.borrow()
    }

    /// Everything is up.
    pub fn ready(&self) {
        self.reach(Phase::Ready);
    }

    /// A phase before the present one is never gone back to.
    fn reach(&self, phase: Phase) {
        self.0.phase.send_if_modified(|now| {
            let further = *now < phase;
            *now = phase.max(*now);
            further
        });
    }

    /// Waits for the phase: for [`Phase::Closing`], a listener closes.
    pub async fn wait_for(&self, phase: Phase) {
        // An error would mean that the sender is gone, and it is ours.
        let _ = self.0.phase.subscribe().wait_for(|now| *now >= phase).await;
    }

    /// Begins something that the end waits for; `None` when it is too late for it.
    pub fn work(&self) -> Option<Work> {
        let work = self.must_finish();
        (self.phase() < Phase::Closing).then_some(work)
    }

    /// Begins something that belongs to what is under way already.
    pub fn must_finish(&self) -> Work {
        self.0.under_way.send_modify(|count| *count += 1);
        Work(Arc::clone(&self.0))
    }

    /// Ends this life, in the time that the configuration gives.
    pub async fn drain(&self, config: &Config) -> Drained {
        let seconds = |option: &Opt<i64>| Duration::from_secs(config.get(option).unsigned_abs());
        let timeout = seconds(&super::SHUTDOWN_TIMEOUT);
        let timeout = (!timeout.is_zero()).then_some(timeout);
        self.drain_within(seconds(&super::DRAIN_DELAY), timeout)
            .await
    }

    /// Says so for `delay`, then closes and waits for what is under way; `timeout` is for both.
    pub async fn drain_within(&self, delay: Duration, timeout: Option<Duration>) -> Drained {
        let end = async {
            self.reach(Phase::Draining);
            tokio::time::sleep(delay).await;
            self.reach(Phase::Closing);
            let _ = self
                .0
                .under_way
                .subscribe()
                .wait_for(|count| *count == 0)
                .await;
        };
        match timeout {
            None => end.await,
            Some(timeout) => {
                let _ = tokio::time::timeout(timeout, end).await;
            }
        }
        self.reach(Phase::Closing);
        match self.under_way() {
            0 => Drained::Clean,
            count => Drained::Abandoned(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELAY: Duration = Duration::from_secs(5);

    #[tokio::test(start_paused = true)]
    async fn an_end_waits_for_what_is_under_way_and_takes_nothing_new() {
        let life = Lifecycle::new();
        life.ready();
        let work = life.work().unwrap();
        let ending = tokio::spawn({
            let life = life.clone();
            async move { life.drain_within(DELAY, None).await }
        });
        life.wait_for(Phase::Draining).await;
        assert!(life.work().is_some(), "it still serves");
        life.wait_for(Phase::Closing).await;
        assert!(life.work().is_none());
        assert_eq!(life.under_way(), 1);
        let inner = life.must_finish();
        drop(work);
        tokio::time::sleep(DELAY).await;
        assert!(!ending.is_finished());
        drop(inner);
        assert_eq!(ending.await.unwrap(), Drained::Clean);
    }

    #[tokio::test(start_paused = true)]
    async fn an_end_does_not_wait_for_ever() {
        let life = Lifecycle::new();
        let _work = life.work().unwrap();
        assert_eq!(
            life.drain_within(DELAY, Some(DELAY * 2)).await,
            Drained::Abandoned(1)
        );
        assert_eq!(life.phase(), Phase::Closing);
        life.ready();
        assert_eq!(life.phase(), Phase::Closing, "there is no way back");
    }

    #[tokio::test(start_paused = true)]
    async fn too_short_a_time_closes_all_the_same() {
        let life = Lifecycle::new();
        assert_eq!(
            life.drain_within(DELAY, Some(DELAY / 2)).await,
            Drained::Clean
        );
        assert_eq!(life.phase(), Phase::Closing);
    }
}
