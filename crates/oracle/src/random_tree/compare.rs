// SPDX-License-Identifier: Apache-2.0
//! Where two outcomes of one case part.

use super::batch::Outcome;

/// The signals of the limits (`SIGXCPU`, `SIGXFSZ`).
const TIME: u32 = 24;
const SIZE: u32 = 25;

/// So many different lines of each side are shown.
const SHOWN_LINES: usize = 6;

/// The first difference.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    /// What differs: `stdout`, `stderr`, `exit code`, or a file's name.
    pub(crate) channel: String,
    pub(crate) truth: String,
    pub(crate) ours: String,
}

/// What came of a case.
#[derive(Clone, Debug)]
pub(crate) enum Verdict {
    /// Both did the same; the C tool accepted the tree, or it did not.
    Same {
        accepted: bool,
    },
    /// The C tool crashed: there is nothing to compare with.
    Crash,
    /// It never came to an end.
    Endless,
    Different(Difference),
}

pub(crate) fn verdict(truth: &Outcome, ours: &Outcome) -> Verdict {
    match truth.killed_by() {
        Some(TIME | SIZE) => return Verdict::Endless,
        Some(_) => return Verdict::Crash,
        None => {}
    }
    match difference(truth, ours) {
        Some(difference) => Verdict::Different(difference),
        None => Verdict::Same {
            accepted: truth.steps.iter().any(|step| step.code == 0),
        },
    }
}

fn difference(truth: &Outcome, ours: &Outcome) -> Option<Difference> {
    for (truth, ours) in truth.steps.iter().zip(&ours.steps) {
        let channels = [
            ("stderr", truth.stderr.clone(), ours.stderr.clone()),
            ("stdout", truth.stdout.clone(), ours.stdout.clone()),
            (
                "exit code",
                truth.code.to_string().into(),
                ours.code.to_string().into(),
            ),
        ];
        let different = channels.into_iter().find(|(_, truth, ours)| truth != ours);
        if let Some((channel, truth, ours)) = different {
            return Some(Difference::new(channel, &truth, &ours));
        }
    }
    let names = truth.files.keys().chain(ours.files.keys());
    let name = names
        .into_iter()
        .find(|name| truth.files.get(*name) != ours.files.get(*name))?;
    let text = |outcome: &Outcome| {
        outcome
            .files
            .get(name)
            .cloned()
            .unwrap_or(b"no file".to_vec())
    };
    Some(Difference::new(name, &text(truth), &text(ours)))
}

impl Difference {
    fn new(channel: &str, truth: &[u8], ours: &[u8]) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            channel: channel.to_owned(),
            truth: text(truth),
            ours: text(ours),
        }
    }

    /// The lines that differ, each side's with its sign.
    pub(crate) fn lines(&self) -> String {
        let both = self.truth.lines().zip(self.ours.lines());
        let same = both.take_while(|(truth, ours)| truth == ours).count();
        let mut lines = String::new();
        for (sign, text) in [("-", &self.truth), ("+", &self.ours)] {
            for line in text.lines().skip(same).take(SHOWN_LINES) {
                lines.push_str(&format!("  {sign} {line}\n"));
            }
        }
        lines
    }
}
