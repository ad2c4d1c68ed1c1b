// SPDX-License-Identifier: Apache-2.0
//! One random tree with its configurations, and what to do with it.

/// Where the answers to questions are kept; the tools do not know this name.
pub(crate) const ANSWERS: &str = "answers";

/// A working folder and the runs in it, one after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Case {
    /// By path below the working folder; the first one is the root `Kconfig`.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    pub(crate) steps: Vec<Step>,
}

/// One call of the tool. No word has a quote in it.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) environment: Vec<(&'static str, String)>,
    pub(crate) arguments: Vec<String>,
}

impl Case {
    /// As a shell would be told to do it.
    pub(crate) fn commands(&self) -> impl Iterator<Item = String> {
        self.steps.iter().map(Step::command)
    }
}

impl Step {
    pub(crate) fn command(&self) -> String {
        let assigned = self
            .environment
            .iter()
            .map(|(name, value)| format!("{name}='{value}'"));
        let mut words: Vec<String> = assigned.collect();
        words.push("exec ../../bin/conf".to_owned());
        words.extend(self.arguments.iter().map(|word| format!("'{word}'")));
        words.push("Kconfig".to_owned());
        words.join(" ")
    }
}
