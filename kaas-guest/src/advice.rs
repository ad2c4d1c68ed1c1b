// SPDX-License-Identifier: Apache-2.0
//! Whether a trace has seen enough to build from: its windows as a table of `convergence`, and
//! the advice on it. Works on the trace of any machine, while it is written or afterwards.

mod period;
mod presence;
mod report;
mod table;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub(crate) use report::Report;

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use convergence::Settings;
use ftrace::{Ending, Trace};

use crate::failure::{About as _, Result};

/// What a person may want otherwise; all else is as `convergence` has it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wishes {
    /// Seconds; how long most windows of the trace are when not given.
    pub(crate) window: Option<u32>,
    /// Seconds.
    pub(crate) horizon: Option<u32>,
    /// Seconds; 0 for a load without a period.
    pub(crate) period: Option<u32>,
    /// From 0 to 1.
    pub(crate) probability: Option<f64>,
}

impl Wishes {
    fn settings(self, trace: &Trace) -> Settings {
        let usual = Settings::default();
        let window = self.window.or_else(|| table::usual_window(trace));
        Settings {
            window: window.unwrap_or(usual.window),
            horizon: self.horizon.unwrap_or(usual.horizon),
            period: self.period.unwrap_or(usual.period),
            probability: self.probability.unwrap_or(usual.probability),
            ..usual
        }
    }
}

/// The advice on a trace in a file, which may still be written.
pub(crate) fn read(path: &Path, wishes: Wishes) -> Result<Report> {
    let file = File::open(path).about(path)?;
    let trace = ftrace::format::read(BufReader::new(file), Ending::UpToTheCut).about(path)?;
    let table = table::of(&trace, wishes.settings(&trace)).about(path)?;
    Ok(Report::of(&trace, table))
}
