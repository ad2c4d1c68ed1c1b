// SPDX-License-Identifier: Apache-2.0
//! How far a job has come, and how long the rest takes as far as that is known.

use std::time::Duration;

use crate::step::Step;

/// See above. Percent never go down; only the end is 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    percent: u8,
    /// What was last told.
    eta: Option<u64>,
}

/// Before so much of a step is done its speed says nothing.
const TELLING: f64 = 0.03;

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            percent: 0,
            eta: None,
        }
    }

    /// With a part of `step` done, 0 to 1, which took `since`; `Some` when there is something
    /// new to tell.
    pub(crate) fn at(
        &mut self,
        step: Step,
        part: f64,
        since: Duration,
    ) -> Option<(u8, Option<u64>)> {
        let part = part.clamp(0.0, 1.0);
        let before: u32 = Step::ALL
            .iter()
            .filter(|it| **it < step)
            .map(|it| it.share())
            .sum();
        let done = f64::from(before) + f64::from(step.share()) * part;
        let percent = whole(done).min(99).max(self.percent);
        let eta = eta(step, part, since);
        let is_new = percent != self.percent || (eta.is_some() && self.eta.is_none());
        (self.percent, self.eta) = (percent, eta);
        is_new.then_some((percent, eta))
    }
}

/// The rest of the step at its own speed; what comes after it at the usual proportion.
fn eta(step: Step, part: f64, since: Duration) -> Option<u64> {
    if step != Step::Compile || part < TELLING {
        return None;
    }
    let whole_step = since.as_secs_f64() / part;
    let after: u32 = Step::ALL
        .iter()
        .filter(|it| **it > step)
        .map(|it| it.share())
        .sum();
    let after = whole_step * f64::from(after) / f64::from(step.share());
    Some(seconds(whole_step * (1.0 - part) + after))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 100"
)]
fn whole(percent: f64) -> u8 {
    percent.clamp(0.0, 100.0) as u8
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a conversion from float saturates"
)]
fn seconds(time: f64) -> u64 {
    time.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_and_knows_an_end_only_while_it_compiles() {
        let mut progress = Progress::new();
        let second = Duration::from_secs;
        assert_eq!(progress.at(Step::Fetch, 1.0, second(9)), Some((6, None)));
        assert_eq!(progress.at(Step::Fetch, 0.0, second(9)), None);
        assert_eq!(
            progress.at(Step::Compile, 0.01, second(1)),
            Some((12, None))
        );
        assert_eq!(
            progress.at(Step::Compile, 0.5, second(100)),
            Some((52, Some(120)))
        );
        assert_eq!(progress.at(Step::Compile, 0.5, second(100)), None);
        assert_eq!(progress.at(Step::Upload, 1.0, second(1)), Some((99, None)));
    }
}
