// SPDX-License-Identifier: Apache-2.0
//! Boots what was built before it is handed out, and repairs what does not boot: of the symbols
//! that were removed, the fewest come back with which it does.

mod initramfs;
mod machine;
mod modules;
mod repair;
mod verdict;

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::compile;
use crate::engine;
use crate::harvest;
use crate::job::{BootTest, Symbol};
use crate::package;
use crate::source::Tree;
use crate::step::Step;
use crate::trouble::{About as _, Result, Trouble};
use crate::work::Work;

use machine::Machine;
use repair::{Found, Oracle, repair};
use verdict::{Check, Verdict};

/// What booting showed (`boot-test.json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tested {
    /// Whether a machine ran it.
    ran: bool,
    checks: Vec<Check>,
    /// What was wrong with the kernel as it was tailored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
    /// Symbols that came back for it to boot.
    missing: Vec<Symbol>,
    /// Whether fewer would have been enough was not found out.
    #[serde(default)]
    perhaps_fewer: bool,
}

/// Where what is handed out lies, below the step's folder.
pub(crate) const ARTEFACTS: &str = "artefacts";

pub(crate) fn boot_test(work: &mut Work<'_>, source: &Tree, at: &Path) -> Result<Tested> {
    let artefacts = at.join(ARTEFACTS);
    fs::create_dir_all(&artefacts).about(&artefacts)?;
    let tested = tested(work, source, &artefacts)?;
    crate::folder::remove(&artefacts.join("result.json"))?;
    let path = artefacts.join("boot-test.json");
    let text = serde_json::to_vec_pretty(&tested).about(&path)?;
    fs::write(&path, text).about(&path)?;
    harvest::copy(work.folder.path(), "log", &artefacts.join("build.log"))?;
    package::write_sums(&artefacts)?;
    Ok(tested)
}

fn tested(work: &mut Work<'_>, source: &Tree, artefacts: &Path) -> Result<Tested> {
    let mut tested = Tested {
        ran: false,
        checks: Vec::new(),
        failed: None,
        missing: Vec::new(),
        perhaps_fewer: false,
    };
    let packaged = work.folder.of(Step::Package);
    // There is a machine for one architecture only.
    let arch = work.job.arch.as_str();
    if work.job.boot_test == BootTest::Skip || !matches!(arch, "x86" | "x86_64") {
        harvest::copy_all(&packaged, artefacts)?;
        return Ok(tested);
    }
    let products = work.folder.of(Step::Compile);
    let machine = Machine::new(&products)?;
    (tested.ran, tested.checks) = (true, machine.checks());
    match machine.boot(work)? {
        Verdict::Boots => {
            work.say("boot test: it boots")?;
            harvest::copy_all(&packaged, artefacts)?;
        }
        Verdict::Fails(why) if work.job.boot_test == BootTest::Only => {
            return Err(Trouble::input(format!("the kernel does not boot: {why}")));
        }
        Verdict::Fails(why) => {
            work.say(&format!("boot test: it does not boot: {why}"))?;
            repaired(work, source, (&mut tested, &why), artefacts)?;
            tested.failed = Some(why);
        }
    }
    Ok(tested)
}

/// Finds what was missing, and hands out a kernel that has it.
fn repaired(
    work: &mut Work<'_>,
    source: &Tree,
    (tested, why): (&mut Tested, &str),
    artefacts: &Path,
) -> Result<()> {
    let removed = removed(work)?;
    let tries = work.settings.repairs;
    let count = removed.len();
    work.say(&format!(
        "boot test: {count} symbols were removed; searching for what is missing"
    ))?;
    let mut attempts = Attempts { work, source };
    let found = repair(&removed, &mut attempts, tries)?;
    (tested.missing, tested.perhaps_fewer) = match found {
        Found::Minimal(symbols) => (symbols, false),
        Found::Sufficient(symbols) => (symbols, true),
        Found::Nothing => {
            return Err(Trouble::input(format!(
                "the kernel does not boot, whatever of the {count} removed symbols comes back: {why}"
            )));
        }
    };
    let made = attempts.make(&tested.missing)?;
    let (compiled, [products, tailored]) = (&made.0, [&*made.1, &*made.2]);
    package::package_products(work, source, (compiled, [products, tailored]), artefacts)?;
    Ok(())
}

/// What the replaced kernel has on and ours has not, of what a user can switch.
fn removed(work: &Work<'_>) -> Result<Vec<Symbol>> {
    let before = work.folder.of(Step::Model);
    let before = harvest::text(&before, "baseline", crate::config::LONGEST)?;
    let after = work.folder.of(Step::Tailor);
    let after = harvest::text(&after, "config", crate::config::LONGEST)?;
    let was_on = crate::config::on(&before);
    let can_be_on = crate::config::unset(&after);
    let dropped = &work.job.tailor.drop;
    let names = can_be_on
        .into_iter()
        .filter(|name| was_on.contains(name) && *name != "MODULES");
    let symbols = names.filter_map(|name| Symbol::try_from(name.to_owned()).ok());
    Ok(symbols.filter(|symbol| !dropped.contains(symbol)).collect())
}

/// Kernels with some of what was removed.
struct Attempts<'a, 'w> {
    work: &'a mut Work<'w>,
    source: &'a Tree,
}

impl Attempts<'_, '_> {
    /// Tailors and compiles; the folders with the products and with what is known of the
    /// configuration.
    fn make(&mut self, keep: &[Symbol]) -> Result<(compile::Compiled, PathBuf, PathBuf)> {
        let tailored = self.work.folder.scratch("attempt-tailored")?;
        let products = self.work.folder.scratch("attempt-products")?;
        engine::tailor_with(self.work, self.source, &tailored, keep)?;
        let folders = (&*tailored, &*products);
        let compiled = compile::compile_config(self.work, self.source, folders)?;
        Ok((compiled, products, tailored))
    }
}

impl Oracle<Symbol> for Attempts<'_, '_> {
    type Error = Trouble;

    fn boots(&mut self, with: &[Symbol]) -> Result<bool> {
        self.work
            .say(&format!("boot test: with {} of them", with.len()))?;
        let products = match self.make(with) {
            Ok((_, products, _)) => products,
            // These can't be had together: no answer is a no.
            Err(Trouble::Input(why)) => {
                self.work.say(&why)?;
                return Ok(false);
            }
            Err(trouble) => return Err(trouble),
        };
        let verdict = Machine::new(&products)?.boot(self.work)?;
        Ok(verdict == Verdict::Boots)
    }
}
