// SPDX-License-Identifier: Apache-2.0
//! Every Makefile of one architecture, for all configurations at once, against only reading
//! the same files.

use std::path::Path;
use std::process::Command;

use super::measure::{self, Limit, measure};
use crate::failure::Result;
use crate::program;
use crate::tree::Tree;

/// Reads what Kbuild could include. The directories are walked too: whether a source is
/// there decides which rule makes an object of it.
const READ: &str = "find . \\( -path './arch/*' ! -path './arch/x86*' \
    -o -path ./tools -o -path ./Documentation \\) -prune \
    -o \\( -name 'Makefile*' -o -name 'Kbuild*' \\) -print | xargs cat > /dev/null";

/// What must be reached, and what would be good, for the whole command.
const SECONDS: [Limit; 2] = [Limit::Must(2.0), Limit::Aim(0.5)];
const MEBIBYTES: [Limit; 1] = [Limit::Must(300.0)];

pub(crate) fn run(tree: &Tree, tailor: &Path, runs: usize) -> Result<()> {
    measure::heading(&format!(
        "Kbuild: all Makefiles of {}/x86, symbolically ({})",
        tree.version, tree.package
    ));
    let reading = measure(runs, || {
        let mut command = program::clean("sh");
        command.args(["-c", READ]).current_dir(&tree.path);
        Ok(command)
    })?;
    measure::print("reading them (find, cat)", reading);
    let condition = measure(runs, || Ok(condition(tree, tailor)))?;
    measure::print("tailor condition, Kconfig's types read", condition);
    measure::ratio(
        "tailor / reading",
        condition,
        reading,
        "the rest is evaluation",
    );
    measure::limits("CPU s", condition.least.as_secs_f64(), &SECONDS);
    measure::limits("peak MiB", condition.mebibytes(), &MEBIBYTES);
    Ok(())
}

/// The condition of one file needs the whole descent: its directory may be reached from
/// anywhere.
fn condition(tree: &Tree, tailor: &Path) -> Command {
    let mut command = program::clean(tailor);
    command
        .args(["condition", "--arch", "x86", "--tree"])
        .arg(&tree.path)
        .arg("kernel/fork.c");
    command
}
