// SPDX-License-Identifier: Apache-2.0
//! The advice as people and programs read it.

use std::fmt::Write as _;

use convergence::{Advice, Incidence, Level, Reason, advise, curve};
use ftrace::Trace;
use serde::Serialize;

/// See above. As JSON it is the advice, and what else has to be known of the trace.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    #[serde(flatten)]
    pub(crate) advice: Advice,
    /// Calls that the tracer had to drop.
    lost: u64,
    /// The kernel that was traced.
    release: Option<String>,
    #[serde(skip)]
    table: Incidence,
}

/// Columns of a terminal.
const WIDTH: usize = 78;

impl Report {
    pub(super) fn of(trace: &Trace, table: Incidence) -> Self {
        let phases = trace
            .recordings
            .iter()
            .flat_map(|recording| recording.lost.iter());
        let lost = phases.filter_map(|(_, lost)| *lost);
        Self {
            advice: advise(&table),
            lost: lost.fold(0, u64::saturating_add),
            release: trace.kernel.release.clone(),
            table,
        }
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.advice.level == Level::Ready
    }

    /// All that is claimed, in lines of a terminal.
    pub(crate) fn text(&self) -> String {
        let mut words = self.advice.claim.clone();
        if self.lost > 0 {
            let _ = write!(
                words,
                " The tracer had to drop {} calls: a function that was called in no other \
                 moment is missing.",
                self.lost
            );
        }
        wrapped(&words)
    }

    /// For `kaas-guest status`.
    pub(crate) fn line(&self) -> String {
        let Advice { level, .. } = self.advice;
        let Some(missing) = self.missing() else {
            return format!("advice {level}");
        };
        let probability = 100.0 * self.advice.probability.value;
        let minutes = self.advice.horizon / 60;
        format!(
            "advice {level}: {probability:.1} % for an unseen function within {minutes} minutes; \
             missing: {missing}"
        )
    }

    /// The discovery curve.
    pub(crate) fn picture(&self) -> String {
        let release = self.release.as_deref().unwrap_or("of an unknown release");
        curve::svg(&self.table, &self.advice, &format!("Kernel {release}"))
    }

    fn missing(&self) -> Option<String> {
        let words: Vec<&str> = self.advice.reasons.iter().copied().map(word).collect();
        Some(words.join(", ")).filter(|words| !words.is_empty())
    }
}

fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::FewWindows => "two complete windows",
        Reason::Probability => "probability",
        Reason::Coverage => "coverage",
        Reason::Quiet => "quiet windows",
        Reason::Period => "part of the period",
        Reason::Boot => "the boot",
    }
}

fn wrapped(text: &str) -> String {
    let (mut out, mut column) = (String::new(), 0);
    for word in text.split(' ') {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WIDTH {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_no_word_is_lost() {
        let text = "word ".repeat(100) + &"x".repeat(200);
        let lines = wrapped(&text);
        assert!(
            lines
                .lines()
                .all(|line| line.len() <= WIDTH || !line.contains(' '))
        );
        let words = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(words(&lines), words(&text));
    }
}
