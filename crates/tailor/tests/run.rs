// SPDX-License-Identifier: Apache-2.0
//! `tests/run/*.md`: what `tailor config` and the questions about its runs answer, on the
//! small machine in `tests/run/machine`.
//!
//! To add a case, write a heading with the block `run` (a command a line) and, as needed,
//! `file PATH`, which stands in the place of a file of the machine; leave the block `out`
//! empty, and look at what `SPEC_UPDATE=1 cargo test -p tailor --test run` writes there.
//! The tree, the architecture, the baseline, the trace and the inventory are added to a
//! line where its command takes them.
#![expect(
    clippy::disallowed_methods,
    reason = "what is tested is the program, as a person calls it"
)]

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Output};

use spec_test::{Actual, Case, Outcome};

const MACHINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/run/machine");

/// The build system that `kbuild`'s trees share.
const BASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../kbuild/tests/trees/base");

fn main() -> ExitCode {
    spec_test::run("tests/run", check)
}

fn check(case: &Case) -> Outcome {
    let folder = tempfile::tempdir()?;
    lay_out(case, folder.path())?;
    let mut text = String::new();
    for line in case.text("run")?.lines() {
        let output = tailor(folder.path(), line)?;
        writeln!(text, "$ {line}")?;
        describe(&mut text, &output, folder.path())?;
    }
    Ok(Actual::default().block("out", text))
}

fn lay_out(case: &Case, folder: &Path) -> Result<(), Box<dyn Error>> {
    copy(Path::new(BASE), &folder.join("tree"))?;
    copy(Path::new(MACHINE), folder)?;
    let makefile = folder.join("tree/Makefile");
    let rest = fs::read_to_string(&makefile)?;
    let version = "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 7\n";
    fs::write(&makefile, format!("{version}{rest}"))?;
    for (path, text) in case.each("file") {
        fs::write(folder.join(path), text)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn tailor(folder: &Path, line: &str) -> Result<Output, Box<dyn Error>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailor"));
    command.current_dir(folder).env("KAAS_CACHE", "cache");
    command.args(line.split(' '));
    let asked = line.split(' ').next().unwrap_or_default();
    if matches!(asked, "config" | "locate") {
        command.args(["--tree", "tree", "--arch", "x86", "--baseline", "baseline"]);
        if !line.contains("--inventory") {
            command.args(["--inventory", "inventory"]);
        }
        if !line.contains("--requirements") {
            command.args(["--trace", "trace"]);
        }
    }
    Ok(command.output()?)
}

/// Exit code, standard output and standard error, without what differs from run to run.
fn describe(text: &mut String, output: &Output, folder: &Path) -> Result<(), Box<dyn Error>> {
    match output.status.code() {
        Some(0) => {}
        Some(code) => writeln!(text, "exit {code}")?,
        None => writeln!(text, "{}", output.status)?,
    }
    for stream in [&output.stdout, &output.stderr] {
        let said = String::from_utf8_lossy(stream).into_owned();
        let folder = folder.to_string_lossy().into_owned();
        for line in said.replace(&folder, "").lines() {
            writeln!(text, "{}", without_time(line))?;
        }
    }
    Ok(())
}

/// `9 functions traced (0.1 s)` without the time.
fn without_time(line: &str) -> &str {
    match line.rsplit_once(" (") {
        Some((step, time)) if time.ends_with(" s)") && time.starts_with(char::is_numeric) => step,
        _ => line.trim_end(),
    }
}
