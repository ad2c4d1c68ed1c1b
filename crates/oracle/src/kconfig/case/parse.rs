// SPDX-License-Identifier: Apache-2.0
//! The text of a `.case` file. Its stem is the mode; a line `== NAME` starts each case.
//! The lines, in the order of their effects:
//!
//! ```text
//! # why this is worth comparing
//! only KERNEL...          KERNEL: an architecture, a version, or VERSION/ARCH
//! quick KERNEL...         of the quick subset for these
//! out-of-tree             srctree=source instead of srctree=.
//! write PATH              and the following lines `| TEXT`
//! baseline NAME           .config := $KAAS_DATA/configs/NAME.config.xz
//! random SEED PROBABILITY .config := the C tool's randconfig
//! drop SEED PERCENT       deletes lines of .config
//! scramble SEED PERCENT   gives lines of .config other values
//! remove PATH
//! remove-touched          the empty files below include/config
//! $ [NAME=VALUE]... ARGS  runs the tool; every file and output is compared
//! < TEXT                  a line of its standard input
//! << SEED COUNT           that many random answers
//! ```
//! `{arch}` and `{defconfig}` stand for the architecture and its default configuration.

use super::step::{Run, Step};
use super::{Case, Layout};
use crate::kconfig::kernel::Kernel;
use crate::kconfig::scramble;

/// The cases of one file that this kernel takes part in.
pub(crate) fn cases(mode: &str, text: &str, kernel: &Kernel) -> Result<Vec<Case>, String> {
    let mut cases: Vec<Draft> = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.replace("{arch}", kernel.arch.name);
        let line = line.replace("{defconfig}", &kernel.defconfig());
        match line.strip_prefix("== ") {
            Some(name) => cases.push(Draft::new(mode, name)),
            None => cases
                .last_mut()
                .and_then(|draft| draft.add(&line, kernel))
                .ok_or_else(|| format!("{mode}.case:{number}: not understood: {line}"))?,
        }
    }
    Ok(cases
        .into_iter()
        .filter(|draft| draft.wanted)
        .map(|draft| draft.case)
        .collect())
}

struct Draft {
    case: Case,
    wanted: bool,
}

impl Draft {
    fn new(mode: &str, name: &str) -> Self {
        let case = Case {
            mode: mode.to_owned(),
            name: name.to_owned(),
            layout: Layout::InTree,
            quick: false,
            steps: Vec::new(),
        };
        Self { case, wanted: true }
    }

    /// `None` when the line isn't understood.
    fn add(&mut self, line: &str, kernel: &Kernel) -> Option<()> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb {
            "only" => self.wanted = names(rest, kernel),
            "quick" => self.case.quick = names(rest, kernel),
            "out-of-tree" => self.case.layout = Layout::OutOfTree,
            "|" | "<" | "<<" => self.continue_step(verb, rest)?,
            _ => self.case.steps.push(step(verb, rest)?),
        }
        Some(())
    }

    fn continue_step(&mut self, verb: &str, rest: &str) -> Option<()> {
        let bytes = match verb {
            "<<" => {
                let (seed, count) = rest.split_once(' ')?;
                scramble::replies(seed.parse().ok()?, count.parse().ok()?)
            }
            _ => format!("{rest}\n").into_bytes(),
        };
        match (verb, self.case.steps.last_mut()?) {
            ("|", Step::Write { content, .. }) => content.extend(bytes),
            ("<" | "<<", Step::Run(run)) => run.input.extend(bytes),
            _ => return None,
        }
        Some(())
    }
}

/// Whether one of the words names this kernel.
fn names(words: &str, kernel: &Kernel) -> bool {
    let full = kernel.name();
    let own = [kernel.arch.name, kernel.version.as_str(), full.as_str()];
    words.split_whitespace().any(|word| own.contains(&word))
}

fn step(verb: &str, rest: &str) -> Option<Step> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    Some(match (verb, words.as_slice()) {
        ("write", [path]) => Step::Write {
            path: (*path).to_owned(),
            content: Vec::new(),
        },
        ("baseline", [name]) => Step::Baseline {
            name: (*name).to_owned(),
        },
        ("random", [seed, probability]) => Step::Random {
            seed: seed.parse().ok()?,
            probability: (*probability).to_owned(),
        },
        ("drop", [seed, percent]) => Step::Drop {
            seed: seed.parse().ok()?,
            percent: percent.parse().ok()?,
        },
        ("scramble", [seed, percent]) => Step::Scramble {
            seed: seed.parse().ok()?,
            percent: percent.parse().ok()?,
        },
        ("remove", [path]) => Step::Remove {
            path: (*path).to_owned(),
        },
        ("remove-touched", []) => Step::RemoveTouched,
        ("$", words) => Step::Run(run(words)),
        _ => return None,
    })
}

/// `NAME=VALUE` words before the first argument are environment.
fn run(words: &[&str]) -> Run {
    let assignment = |word: &&str| !word.starts_with('-') && word.contains('=');
    let border = words
        .iter()
        .position(|word| !assignment(word))
        .unwrap_or(words.len());
    let (environment, arguments) = words.split_at(border);
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    Run {
        environment: environment
            .iter()
            .filter_map(|word| word.split_once('='))
            .map(own)
            .collect(),
        arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
        input: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::kconfig::kernel::ARCHS;

    fn kernel() -> Kernel {
        Kernel {
            version: "6.1".to_owned(),
            arch: ARCHS[0],
            tree: PathBuf::new(),
        }
    }

    #[test]
    fn a_file_of_two_cases() {
        let text = "# why\n== first\nquick 6.1/x86\nwrite a\n| B\n$ A=b --x=y {arch}\n< q\n\n\
                    == second\nonly riscv\n$ Kconfig\n";
        let cases = cases("mode", text, &kernel()).unwrap();
        let [case] = cases.as_slice() else {
            panic!("{cases:?}")
        };
        assert!(case.quick);
        let run = Run {
            environment: vec![("A".to_owned(), "b".to_owned())],
            arguments: vec!["--x=y".to_owned(), "x86".to_owned()],
            input: b"q\n".to_vec(),
        };
        let write = Step::Write {
            path: "a".to_owned(),
            content: b"B\n".to_vec(),
        };
        assert_eq!(case.steps, [write, Step::Run(run)]);
    }

    #[test]
    fn a_line_that_is_not_understood_is_named() {
        for text in [
            "$ Kconfig\n",
            "== a\nwrtie x\n",
            "== a\n| x\n",
            "== a\ndrop 1\n",
        ] {
            let error = cases("mode", text, &kernel()).unwrap_err();
            assert!(error.starts_with("mode.case:"), "{error}");
        }
    }
}
