// SPDX-License-Identifier: Apache-2.0
//! When a window was, on a clock for the load's period. A trace knows only the time since its
//! machine booted.

use convergence::Window;
use ftrace::{Phase, Recording};

const SECOND: u64 = 1_000_000_000;

/// What two boots observed may have been the same part of the day. So each boot counts from its
/// first window: all of the period was observed when one boot observed all of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    /// Where the boot's first window began, in nanoseconds.
    origin: u64,
    /// Where its last one ended.
    end: u64,
}

impl Clock {
    /// The windows that follow are of this recording.
    pub(super) fn enter(&mut self, recording: &Recording) {
        let start = recording.windows.first().map_or(0, |window| window.start);
        let goes_on = recording.started > Some(Phase::Initramfs) && start >= self.end;
        if !goes_on || self.end == 0 {
            self.origin = start;
        }
    }

    pub(super) fn window(&mut self, window: ftrace::Window) -> Window {
        self.end = window.start.saturating_add(window.length);
        Window {
            start: window.start.saturating_sub(self.origin) / SECOND,
            active: seconds(window.length),
        }
    }
}

/// To the nearest.
pub(super) fn seconds(nanoseconds: u64) -> u32 {
    u32::try_from(nanoseconds.saturating_add(SECOND / 2) / SECOND).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording(started: Phase, start: u64) -> Recording {
        let window = ftrace::Window {
            start: start * SECOND,
            length: 300 * SECOND,
        };
        Recording {
            started: Some(started),
            windows: vec![window],
            ..Recording::default()
        }
    }

    fn starts(recordings: &[Recording]) -> Vec<u64> {
        let mut clock = Clock::default();
        let start = |recording: &Recording| {
            clock.enter(recording);
            clock.window(recording.windows[0]).start
        };
        recordings.iter().map(start).collect()
    }

    #[test]
    fn a_tracer_that_was_killed_goes_on_and_another_boot_does_not() {
        let first = recording(Phase::Initramfs, 100);
        let resumed = recording(Phase::SteadyState, 900);
        let next = recording(Phase::Initramfs, 2_000);
        let earlier = recording(Phase::SteadyState, 50);
        assert_eq!(starts(&[first, resumed, next, earlier]), [0, 800, 0, 0]);
    }

    #[test]
    fn lengths_are_rounded_and_bounded() {
        assert_eq!(seconds(299_600_000_000), 300);
        assert_eq!(seconds(0), 0);
        assert_eq!(seconds(u64::MAX / 4), u32::MAX);
    }
}
