// SPDX-License-Identifier: Apache-2.0
//! What a guest answers: lines `@boot KEY VALUE` on its console, among the lines of others.
//! The guest's side is `data/guest/boot-probe`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// All that was answered between two starts of the machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answers {
    /// `uname -r`
    pub(crate) kernel: String,
    /// What `systemctl is-system-running` said once the start was over; empty: it never was.
    pub(crate) state: String,
    /// The units that failed.
    pub(crate) failed: BTreeSet<String>,
    /// The units that are active.
    pub(crate) units: BTreeSet<String>,
    /// `systemd-analyze time`, in the guest's clock.
    pub(crate) startup: String,
    /// What the kernel reported as an error.
    pub(crate) errors: Vec<String>,
    /// Lines of `/proc/meminfo`, in KiB.
    pub(crate) memory: BTreeMap<String, u64>,
    /// How many values came back from memcached over loopback as they were stored.
    pub(crate) loopback: Option<u32>,
    /// By test file of memcached.
    pub(crate) suite: BTreeMap<String, Tested>,
    /// All questions were answered.
    pub(crate) done: bool,
}

/// What a file of tests gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tested {
    /// Exit code; 124: it took too long.
    pub(crate) code: i32,
    /// How many assertions hold (`+`), do not (`-`), were skipped (`s`), in their order:
    /// `12+1-3+`.
    pub(crate) assertions: String,
}

impl Tested {
    /// How many assertions were `what`.
    pub(crate) fn count(&self, what: char) -> u64 {
        let runs = self
            .assertions
            .split_inclusive(|c: char| !c.is_ascii_digit());
        let of_what = runs.filter_map(|run| run.strip_suffix(what)?.parse::<u64>().ok());
        of_what.fold(0, u64::saturating_add)
    }

    /// Which of `+`, `-` and `s` there are.
    pub(crate) fn kinds(&self) -> BTreeSet<char> {
        self.assertions
            .chars()
            .filter(|c| !c.is_ascii_digit())
            .collect()
    }
}

/// What an answer asks of the one who hears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Something that is no answer.
    Nothing,
    Answer,
    /// The start is over.
    Started,
    /// Waits to be asked from outside.
    Listening,
    /// Is about to start again.
    Rebooting,
}

impl Answers {
    /// Takes in a line of the console.
    pub(crate) fn hear(&mut self, line: &str) -> Heard {
        let Some(answer) = line.trim_end().strip_prefix("@boot ") else {
            return Heard::Nothing;
        };
        let (key, value) = answer.split_once(' ').unwrap_or((answer, ""));
        self.take(key, value.trim())
    }

    fn take(&mut self, key: &str, value: &str) -> Heard {
        match key {
            "kernel" => value.clone_into(&mut self.kernel),
            "startup" => value.clone_into(&mut self.startup),
            "failed" => _ = self.failed.insert(value.to_owned()),
            "unit" => _ = self.units.insert(value.to_owned()),
            "error" => self.errors.push(value.to_owned()),
            "memory" => self.memory.extend(figure(value)),
            "loopback" => self.loopback = value.parse().ok(),
            "suite" => self.suite.extend(tested(value)),
            "done" => self.done = true,
            "listening" => return Heard::Listening,
            "rebooting" => return Heard::Rebooting,
            "state" => {
                value.clone_into(&mut self.state);
                return Heard::Started;
            }
            _ => return Heard::Nothing,
        }
        Heard::Answer
    }
}

fn figure(value: &str) -> Option<(String, u64)> {
    let (what, kibibytes) = value.split_once(' ')?;
    Some((what.to_owned(), kibibytes.parse().ok()?))
}

/// `FILE CODE ASSERTIONS`, where there may be no assertion.
fn tested(value: &str) -> Option<(String, Tested)> {
    let mut words = value.split(' ');
    let (file, code) = (words.next()?, words.next()?.parse().ok()?);
    let assertions = words.next().unwrap_or_default().to_owned();
    Some((file.to_owned(), Tested { code, assertions }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(console: &str) -> Answers {
        let mut answers = Answers::default();
        for line in console.lines() {
            answers.hear(line);
        }
        answers
    }

    #[test]
    fn answers_are_found_among_other_lines() {
        let console = "[  OK  ] Started probe.\r\n@boot state degraded\r\n\
                       @boot failed a.mount\r\n@boot failed b.service\r\n[   9.1] @boot state no\n\
                       @boot memory Slab 12\r\n@boot memory Slab x\n@boot done \n";
        let answers = heard(console);
        assert_eq!(answers.state, "degraded");
        assert_eq!(answers.failed.len(), 2);
        assert_eq!(answers.memory["Slab"], 12);
        assert!(answers.done);
    }

    #[test]
    fn a_file_of_tests_may_die_before_its_first_assertion() {
        let answers = heard("@boot suite t/a.t 0 2+1s1-\n@boot suite t/b.t 255 \n@boot suite x\n");
        let of = |code, assertions: &str| {
            let assertions = assertions.to_owned();
            Tested { code, assertions }
        };
        assert_eq!(answers.suite["t/a.t"], of(0, "2+1s1-"));
        assert_eq!(answers.suite["t/b.t"], of(255, ""));
        assert_eq!(answers.suite.len(), 2);
    }

    #[test]
    fn assertions_are_counted() {
        let assertions = "40316+1-2s3+x99999999999999999999-".to_owned();
        let tested = Tested {
            code: 0,
            assertions,
        };
        let counts = ['+', '-', 's'].map(|what| tested.count(what));
        assert_eq!(counts, [40319, 1, 2]);
    }

    #[test]
    fn some_answers_ask_for_something() {
        let mut answers = Answers::default();
        assert_eq!(answers.hear("@boot listening "), Heard::Listening);
        assert_eq!(answers.hear("@boot state running"), Heard::Started);
        assert_eq!(answers.hear("@boot rebooting"), Heard::Rebooting);
        assert_eq!(answers.hear("@boot kernel 6.1.192"), Heard::Answer);
        assert_eq!(answers.hear("@boot unheard of"), Heard::Nothing);
        assert_eq!(answers.hear("login: "), Heard::Nothing);
    }
}
