// SPDX-License-Identifier: Apache-2.0
//! How the kernel's own make is asked for its compile commands, without compiling.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{ChildStderr, Command, Stdio};

use super::case::{Case, Origin};
use super::make_output::MakeOutput;
use crate::failure::{About as _, Failure, Result};
use crate::program;
use crate::tree::Tree;

/// To be raised whenever make is asked something else that `identity` does not show.
const RECIPE: u32 = 1;

const OBJECTS_MK: &str = include_str!("objects.mk");

/// What a real build has made before it descends: host programs, and the products of one
/// descent that the next one takes. Empty files do, since nothing is run.
const MADE_BEFORE: &[&str] = &[
    "arch/arm64/kernel/vdso/vdso.so",
    "arch/arm64/kernel/vdso32/vdso.so",
    "drivers/firmware/efi/libstub/lib.a",
    "scripts/asn1_compiler",
    "scripts/dtc/dtc",
    "scripts/insert-sys-cert",
    "scripts/ipe/polgen/polgen",
    "scripts/kallsyms",
    "scripts/recordmcount",
    "scripts/selinux/genheaders/genheaders",
    "scripts/sign-file",
    "scripts/sorttable",
    "vmlinux",
];

/// What else make's macros print around a command: echoes, traps, and a second copy of the
/// command for the `.cmd` file (scripts/Kbuild.include). Left out, a line names what it
/// compiles once.
const SILENCED: &[&str] = &[
    "KBUILD_VERBOSE=0",
    "echo-cmd=",
    "log_print=",
    "delete-on-interrupt=",
    "make-cmd=",
];

/// What is to be the same for two truths to be comparable: the wording of the question.
pub(crate) fn identity() -> String {
    format!("recipe {RECIPE}\n{SILENCED:?}\n{MADE_BEFORE:?}\n{OBJECTS_MK}")
}

/// One build folder, in which make is asked about one configuration.
pub(crate) struct Recipe<'a> {
    pub(crate) tree: &'a Tree,
    pub(crate) case: &'a Case,
    /// An empty folder outside the tree.
    pub(crate) output: &'a Path,
}

impl Recipe<'_> {
    /// Writes `.config` and what `make syncconfig` makes of it. `package` is the
    /// distribution's configuration, for a case that starts from it.
    pub(crate) fn configure(&self, package: Option<&Path>) -> Result<()> {
        let mut first = self.make_in_tree();
        match self.case.origin {
            Origin::Goal(goal) => {
                first.arg(goal);
            }
            Origin::Random { seed, probability } => {
                first
                    .arg("randconfig")
                    .env("KCONFIG_SEED", seed.to_string());
                first.env("KCONFIG_PROBABILITY", probability);
            }
            Origin::Package => {
                let from = package.ok_or_else(|| Failure::new("no configuration of a package"))?;
                fs::copy(from, self.output.join(".config")).about(from)?;
                first.arg("olddefconfig");
            }
        }
        program::run(&mut first)?;
        program::run(self.make_in_tree().args(["olddefconfig", "syncconfig"]))?;
        Ok(())
    }

    /// Everything that a dry run of the configured folder prints.
    pub(crate) fn dry_run(&self) -> Result<MakeOutput> {
        self.prepare()?;
        let (found, complaints) = self.listen(&mut self.dry_make())?;
        if !complaints.is_empty() {
            return Err(self.failure(&complaints.join("\n")));
        }
        // Every kernel compiles something: nothing means that the descent did not happen.
        if found.listing.len() == 0 {
            return Err(self.failure("no compile command"));
        }
        Ok(found)
    }

    /// Runs make, reading both of its outputs as they come: some hundred megabytes.
    fn listen(&self, make: &mut Command) -> Result<(MakeOutput, Vec<String>)> {
        make.stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = make
            .spawn()
            .map_err(|error| program::not_started(make, &error))?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let complaints = std::thread::spawn(move || read_complaints(stderr));
        let mut found = MakeOutput::of(&self.tree.path);
        for line in stdout
            .into_iter()
            .flat_map(|stdout| BufReader::new(stdout).split(b'\n'))
        {
            found.read(&String::from_utf8_lossy(&line.about(self.output)?));
        }
        child.wait().about(self.output)?;
        let complaints = complaints.join();
        Ok((
            found,
            complaints.map_err(|_| self.failure("its errors could not be read"))?,
        ))
    }

    fn failure(&self, complaint: &str) -> Failure {
        Failure::new(format!("make, {}: {complaint}", self.case.name))
    }

    fn prepare(&self) -> Result<()> {
        for name in MADE_BEFORE {
            let path = self.output.join(name);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).about(folder)?;
            }
            fs::write(&path, "").about(&path)?;
        }
        let path = self.output.join("objects.mk");
        fs::write(&path, OBJECTS_MK).about(&path)
    }

    fn make_in_tree(&self) -> Command {
        let mut make = program::clean("make");
        make.arg("-C").arg(&self.tree.path);
        make.arg(format!("O={}", self.output.display()));
        make.args(self.variables());
        make
    }

    /// The second stage of the top Makefile, which `sub_make_done` makes it believe to be in.
    fn dry_make(&self) -> Command {
        let tree = self.tree.path.display();
        let mut make = program::clean("make");
        make.current_dir(self.output)
            .env("sub_make_done", "1")
            .env("abs_srctree", &self.tree.path)
            .env("abs_objtree", self.output)
            .args([
                "-n",
                "-k",
                "-rR",
                "--no-print-directory",
                "-f",
                "objects.mk",
            ])
            .arg(format!("--include-dir={tree}"))
            .arg(format!("srctree={tree}"))
            .args([
                "building_out_of_srctree=1",
                "KBUILD_BUILTIN=1",
                "KBUILD_MODULES=1",
            ])
            .args(self.variables())
            .args(SILENCED)
            .arg("objects");
        make
    }

    /// The kernel's own scripts/dummy-tools stand in for a cross compiler; Rust is left out,
    /// and every machine has the same `pahole`.
    fn variables(&self) -> Vec<String> {
        let dummies = self.tree.path.join("scripts/dummy-tools");
        let mut variables = vec![
            format!("ARCH={}", self.case.arch),
            format!("PAHOLE={}", dummies.join("pahole").display()),
            "RUSTC=no-rustc".to_owned(),
            "BINDGEN=no-bindgen".to_owned(),
        ];
        if !(cfg!(target_arch = "x86_64") && self.case.source_arch() == "x86") {
            variables.push(format!("CROSS_COMPILE={}/", dummies.display()));
        }
        variables
    }
}

/// The lines in which make says that it could not go on. A dry run reads files that only a
/// real one makes, so what the shell says about those is no complaint.
fn read_complaints(stderr: Option<ChildStderr>) -> Vec<String> {
    let mut text = Vec::new();
    if let Some(mut stderr) = stderr {
        // What was read until an error still is what make said.
        let _ = stderr.read_to_end(&mut text);
    }
    let text = String::from_utf8_lossy(&text);
    text.lines()
        .filter(|line| line.contains("***"))
        .map(str::to_owned)
        .collect()
}
