// SPDX-License-Identifier: Apache-2.0
//! A request to stop, which whoever waits for a program wakes up for.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};

use crate::trouble::{Result, Trouble};

/// Clones ask for the same thing. Once asked, it stays so.
#[derive(Clone, Debug)]
pub struct Cancel(Arc<OwnedFd>);

impl Cancel {
    pub fn new() -> Result<Self> {
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        let made = eventfd(0, flags);
        let failed = |error| Trouble::infrastructure(format!("eventfd: {error}"));
        Ok(Self(Arc::new(made.map_err(failed)?)))
    }

    /// May be called from a signal's handler or any thread.
    pub fn ask(&self) {
        // A counter that is full says the same.
        let _ = rustix::io::write(&*self.0, &1_u64.to_ne_bytes());
    }

    pub fn is_asked(&self) -> bool {
        let mut fds = [PollFd::new(&*self.0, PollFlags::IN)];
        let at_once = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        poll(&mut fds, Some(&at_once)).is_ok_and(|ready| ready > 0)
    }

    /// Readable once it is asked.
    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }

    /// Between two things that take no time.
    pub(crate) fn check(&self) -> Result<()> {
        if self.is_asked() {
            return Err(Trouble::Cancelled);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_asked_it_stays_asked_for_all_clones() {
        let cancel = Cancel::new().unwrap();
        let other = cancel.clone();
        assert!(!cancel.is_asked());
        other.ask();
        assert!(cancel.is_asked() && other.is_asked());
        assert_eq!(cancel.check(), Err(Trouble::Cancelled));
    }
}
