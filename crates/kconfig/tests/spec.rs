// SPDX-License-Identifier: Apache-2.0
//! `tests/spec/*.md`: the Kconfig language by example. What the blocks mean, and how to
//! add a case, says `tests/spec/README`.

mod spec {
    pub(crate) mod kernel;
    pub(crate) mod ours;
    pub(crate) mod tree;
}

use std::path::PathBuf;
use std::process::ExitCode;

use spec::tree::{Answer, Tree};
use spec_test::{Actual, Case, Outcome};

/// The dialects that a kernel's own tool is at hand for.
const HELD: [&str; 2] = ["6.1", "6.12"];

fn main() -> ExitCode {
    spec_test::run("tests/spec", check)
}

/// Each dialect has its block `NAME 6.1` or `NAME 6.12`, or both the block `NAME`.
fn check(case: &Case) -> Outcome {
    let tree = Tree::of(case)?;
    let only = case.get("dialect").map(str::trim);
    let dialects = only.map_or(HELD.to_vec(), |only| vec![only]);
    let tools = std::env::var_os("KCONFIG_SPEC_TOOLS").map(PathBuf::from);
    let mut answers = Vec::new();
    for dialect in &dialects {
        let kernels = tools.as_ref().filter(|_| HELD.contains(dialect));
        answers.push(match kernels {
            Some(tools) => spec::kernel::answer(&tree, &tools.join(dialect))?,
            None => spec::ours::answer(&tree, dialect)?,
        });
    }
    merged(case, &dialects, &answers)
}

fn merged(case: &Case, dialects: &[&str], answers: &[Answer]) -> Outcome {
    let mut actual = Actual::default();
    for (block, name) in Answer::BLOCKS.iter().enumerate() {
        let texts: Vec<String> = answers
            .iter()
            .map(|answer| shown(&answer.0[block]))
            .collect();
        let named = |dialect: &str| format!("{name} {dialect}");
        let apart = dialects
            .iter()
            .any(|dialect| case.get(&named(dialect)).is_some());
        let loud = Answer::LOUD.contains(name);
        if apart {
            for (dialect, text) in dialects.iter().zip(texts) {
                actual = actual.block(&named(dialect), text);
            }
            continue;
        }
        if texts.iter().any(|text| text != &texts[0]) && (loud || case.get(name).is_some()) {
            return Err(format!("the dialects differ in `{name}`: {texts:#?}").into());
        }
        actual = if loud {
            actual.loud(name, &*texts[0])
        } else {
            actual.block(name, &*texts[0])
        };
    }
    Ok(actual)
}

/// A carriage return would be lost on whoever reads the case.
fn shown(text: &str) -> String {
    text.replace('\r', "\\r")
}
