// SPDX-License-Identifier: Apache-2.0
//! What the tracer tells of itself, in a file that is replaced as a whole.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::failure::{About as _, Failure, Result};
use crate::recorder::{Recorder, Windows};
use crate::replace;

/// See above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Status {
    pub(crate) is_tracing: bool,
    pub(crate) phase: String,
    pub(crate) functions: usize,
    /// That the kernel can trace.
    pub(crate) traceable: usize,
    /// That are not reported any more, since they were seen often enough.
    pub(crate) muted: usize,
    pub(crate) events: u64,
    pub(crate) lost: u64,
    pub(crate) unresolved: u64,
    /// That are over.
    pub(crate) windows: u32,
    /// Of this process, in hundredths of a second.
    pub(crate) cpu_ticks: u64,
    /// Of this process.
    pub(crate) memory_kib: u64,
}

impl Status {
    pub(super) fn of<W: Write>(
        recorder: &Recorder<W>,
        windows: &Windows,
        lost: u64,
        is_tracing: bool,
    ) -> Self {
        let figures = recorder.figures();
        Self {
            is_tracing,
            phase: recorder.phase().to_string(),
            functions: figures.functions,
            traceable: figures.traceable,
            muted: figures.muted,
            events: figures.events,
            lost,
            unresolved: figures.unresolved,
            windows: windows.closed,
            cpu_ticks: cpu_ticks(),
            memory_kib: memory_kib(),
        }
    }

    pub(super) fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string(self).map_err(|error| Failure::new(error.to_string()))?;
        replace::line(path, &text)
    }

    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).about(path)?;
        serde_json::from_str(&text).about(path)
    }
}

/// `/proc/self/stat`: user and system time, behind the name in parentheses.
fn cpu_ticks() -> u64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit_once(") ").map(|(_, after)| after.split(' '));
    let ticks = fields.map(|fields| {
        fields
            .skip(11)
            .take(2)
            .filter_map(|f| f.parse::<u64>().ok())
    });
    ticks.map_or(0, Iterator::sum)
}

fn memory_kib() -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
