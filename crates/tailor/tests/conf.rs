// SPDX-License-Identifier: Apache-2.0
//! `tests/conf/*.md`: what `conf` asks, says, writes and returns, recorded from the
//! kernels' own tool.
//!
//! To add a case, write a heading with the blocks `kconfig`, `run` (a line per run:
//! assignments to the environment, then the arguments) and, as needed, `stdin`,
//! `file NAME`; leave its expectations empty, and let the kernels' tools fill them:
//! `CONF_TOOLS=DIR SPEC_UPDATE=1 cargo test -p tailor --test conf`, where `DIR/6.1/conf`
//! and `DIR/6.12/conf` are built from the kernels' `scripts/kconfig`.

mod conf {
    pub(crate) mod tool;
    pub(crate) mod transcript;
}

use std::path::PathBuf;
use std::process::ExitCode;

use conf::tool::Tool;
use conf::transcript;
use spec_test::{Actual, Case, Outcome};

fn main() -> ExitCode {
    spec_test::run("tests/conf", check)
}

/// Each kernel has its block `out 6.1` or `out 6.12`, or both the block `out`. A block
/// `own VERSION` stands where the product goes its own way: where the kernel's tool
/// never ends, or can't do it.
fn check(case: &Case) -> Outcome {
    let kernels = std::env::var_os("CONF_TOOLS").map(PathBuf::from);
    let mut actual = Actual::default();
    let mut all = Vec::new();
    for version in ["6.1", "6.12"] {
        let own = case.get(&format!("own {version}"));
        let tool = match &kernels {
            Some(folder) if own.is_none() => Tool::Kernel(folder.join(version).join("conf")),
            _ => Tool::Tailor,
        };
        let text = transcript::of(case, version, &tool)?;
        let block = if own.is_some() { "own" } else { "out" };
        actual = actual.block(&format!("{block} {version}"), text.clone());
        all.push(text);
    }
    if case.get("out").is_some() {
        if all[0] != all[1] {
            return Err("the two kernels differ; give each its block `out VERSION`".into());
        }
        actual = actual.block("out", all.swap_remove(0));
    }
    Ok(actual)
}
