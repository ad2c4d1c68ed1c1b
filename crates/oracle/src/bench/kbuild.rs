// SPDX-License-Identifier: Apache-2.0
//! Every Kbuild Makefile of one architecture, against only reading the same files.

use std::path::Path;

use super::measure::{self, Figures, measure};
use crate::failure::Result;
use crate::program;
use crate::report;
use crate::tree::Tree;

/// Reads every file that Kbuild could include.
const READ: &str = "find . -name 'Makefile*' -o -name 'Kbuild*' | xargs cat > /dev/null";

pub(crate) fn run(tree: &Tree, tailor: &Path, runs: usize) -> Result<()> {
    measure::heading(&format!(
        "Kbuild: all Makefiles of {}/x86 ({})",
        tree.version, tree.package
    ));
    let reading = measure(runs, || {
        let mut command = program::clean("sh");
        command.args(["-c", READ]).current_dir(&tree.path);
        Ok(command)
    })?;
    measure::print("reading them (find, cat)", reading);
    match symbolic(tree, tailor, runs)? {
        Some(figures) => {
            measure::print("tailor condition, every presence", figures);
            measure::ratio(
                "tailor / reading",
                figures,
                reading,
                "must: 2 CPU s; aim: 0.5",
            );
        }
        None => report::line("tailor condition: not there yet"),
    }
    Ok(())
}

/// The condition of one file needs the whole descent: its directory may be reached from
/// anywhere. `None` while the command does not exist.
fn symbolic(tree: &Tree, tailor: &Path, runs: usize) -> Result<Option<Figures>> {
    let condition = || {
        let mut command = program::clean(tailor);
        command
            .args(["condition", "--arch", "x86", "--tree"])
            .arg(&tree.path)
            .arg("kernel/fork.c");
        command
    };
    if program::run(&mut condition()).is_err() {
        return Ok(None);
    }
    measure(runs, || Ok(condition())).map(Some)
}
