// SPDX-License-Identifier: Apache-2.0
//! The harness of README.md's example, which is also the smallest there is.

use std::process::ExitCode;

use spec_test::{Actual, Case, Outcome};

fn main() -> ExitCode {
    spec_test::run("tests/spec", check)
}

/// `out` is the lines of `in`, and of each `file NAME`, sorted.
fn check(case: &Case) -> Outcome {
    let mut lines: Vec<_> = case.text("in")?.lines().collect();
    lines.extend(case.each("file").flat_map(|(_, text)| text.lines()));
    let doubled = lines
        .iter()
        .any(|line| lines.iter().filter(|other| *other == line).count() > 1);
    lines.sort_unstable();
    let messages = if doubled { "a line occurs twice" } else { "" };
    Ok(Actual::default()
        .block("out", lines.join("\n"))
        .loud("messages", messages))
}
