// SPDX-License-Identifier: Apache-2.0
//! Whether traced functions are found where the compiler put them: `tailor locate` against
//! DWARF, and against what `tailor files` says of the traced kernel's configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::failure::{Failure, Result};
use crate::program;
use crate::report;
use crate::tailoring::{Asked, traces};
use crate::tree::Cache;

/// So many of a hundred functions have to be located.
const LEAST: f64 = 99.5;

/// A function with its module, or `-`.
type Function = (String, String);

#[derive(Default)]
struct Counts {
    functions: usize,
    located: usize,
    /// Whose file is not compiled under the traced configuration.
    absent: usize,
    /// With an answer of DWARF's, and how many of them differ from it.
    known: usize,
    elsewhere: Vec<String>,
}

/// Exit code 1 when any trace falls short.
pub(crate) fn run(cache: &Cache, asked: &Asked) -> Result<ExitCode> {
    let tailor = asked.product.tailor()?;
    let tree = cache.tree(&asked.version)?.path;
    report::line(
        "trace                functions  located        not compiled  by DWARF  elsewhere",
    );
    let mut code = ExitCode::SUCCESS;
    for trace in traces(&asked.data)? {
        let counts = counts(&tailor, &tree, &trace)?;
        let name = trace.file_name().unwrap_or_default().to_string_lossy();
        report::line(&counts.row(&name));
        for one in &counts.elsewhere {
            report::line(&format!("  {one}"));
        }
        if !counts.is_good() {
            code = ExitCode::from(1);
        }
    }
    Ok(code)
}

impl Counts {
    #[expect(clippy::cast_precision_loss, reason = "counts of functions")]
    fn percent(&self) -> f64 {
        100.0 * self.located as f64 / self.functions.max(1) as f64
    }

    fn is_good(&self) -> bool {
        self.percent() >= LEAST && self.absent == 0 && self.elsewhere.is_empty()
    }

    fn row(&self, name: &str) -> String {
        format!(
            "{name:<20} {:>9} {:>8} {:>5.2} % {:>11} {:>9} {:>10}",
            self.functions,
            self.located,
            self.percent(),
            self.absent,
            self.known,
            self.elsewhere.len(),
        )
    }
}

fn counts(tailor: &Path, tree: &Path, trace: &Path) -> Result<Counts> {
    let compiled = compiled(tailor, tree, trace)?;
    let truth = by_dwarf(&trace.join("funcs.resolved.xz"))?;
    let (located, lost) = located(tailor, tree, trace)?;
    let mut counts = Counts {
        functions: located.len() + lost,
        located: located.len(),
        ..Counts::default()
    };
    for (function, source) in located {
        counts.absent += usize::from(!compiled.contains(&source));
        let Some(units) = truth.get(&function) else {
            continue;
        };
        counts.known += 1;
        if !units.contains(&source) {
            let (name, module) = function;
            let units: Vec<&str> = units.iter().map(String::as_str).collect();
            let units = units.join(" or ");
            counts
                .elsewhere
                .push(format!("{name} {module}: {source}, by DWARF {units}"));
        }
    }
    Ok(counts)
}

fn command_of(tailor: &Path, command: &str, tree: &Path) -> Command {
    let mut started = program::clean(tailor);
    started.args([command, "--arch", "x86", "--tree"]).arg(tree);
    started
}

/// What `tailor locate` says, and how many functions it could not locate.
fn located(tailor: &Path, tree: &Path, trace: &Path) -> Result<(Vec<(Function, String)>, usize)> {
    let inventory = trace.join("inv");
    let mut command = command_of(tailor, "locate", tree);
    command.arg("--baseline").arg(inventory.join("config.xz"));
    command.arg("--trace").arg(trace.join("funcs.txt.xz"));
    command.arg("--inventory").arg(&inventory);
    let output = command.output();
    let output = output.map_err(|error| program::not_started(&command, &error))?;
    if output.status.code().is_none_or(|code| code > 1) {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Failure::new(said));
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let lost = said
        .lines()
        .filter(|line| !line.contains("warning:"))
        .count();
    let text = String::from_utf8_lossy(&output.stdout);
    Ok((text.lines().filter_map(line_of_locate).collect(), lost))
}

fn line_of_locate(line: &str) -> Option<(Function, String)> {
    let mut fields = line.split('\t').map(str::to_owned);
    Some(((fields.next()?, fields.next()?), fields.next()?))
}

/// The sources that the traced configuration compiles.
fn compiled(tailor: &Path, tree: &Path, trace: &Path) -> Result<BTreeSet<String>> {
    let scratch = tempfile::Builder::new().prefix("kaas-oracle-").tempdir();
    let scratch = scratch.map_err(|error| Failure::new(format!("no scratch folder: {error}")))?;
    let config = scratch.path().join("config");
    let text = unpacked(&trace.join("inv/config.xz"))?;
    std::fs::write(&config, text).map_err(|error| Failure::new(error.to_string()))?;
    let mut command = command_of(tailor, "files", tree);
    command.arg("--config").arg(&config);
    let text = program::answer(&mut command)?;
    let sources = text.lines().filter_map(|line| line.rsplit('\t').next());
    Ok(sources.map(normal).collect())
}

/// Makefiles may go up: `arch/x86/kvm/../../../virt/kvm/vfio.c`.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop()),
            plain => parts.push(plain),
        }
    }
    parts.join("/")
}

/// The compile units of each function; several where functions of one name were traced.
fn by_dwarf(resolved: &Path) -> Result<BTreeMap<Function, BTreeSet<String>>> {
    let text = unpacked(resolved)?;
    let mut found: BTreeMap<Function, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split_whitespace().map(str::to_owned);
        if let (Some(name), Some(module), Some(unit)) =
            (fields.next(), fields.next(), fields.next())
            && unit != "?"
        {
            found.entry((name, module)).or_default().insert(unit);
        }
    }
    Ok(found)
}

fn unpacked(path: &Path) -> Result<String> {
    program::answer(
        program::clean("xz")
            .args(["--decompress", "--stdout"])
            .arg(path),
    )
}
