// SPDX-License-Identifier: Apache-2.0
//! The kernel's own tests of its `conf` (scripts/kconfig/tests), unchanged: first with the
//! C tool, which proves the surroundings, then with the product in its place.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::ExitCode;

use crate::failure::{About, Failure, Result};
use crate::kconfig::ctool;
use crate::kconfig::kernel::VERSIONS;
use crate::product::Product;
use crate::program;
use crate::report;
use crate::tree::{Cache, Tree};

/// Debian's, for which tools/setup installs pytest; another first in `PATH` may lack it.
const PYTHON: &str = "/usr/bin/python3";

/// Which tests to run; all by default.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    product: Product,
    /// Only this kernel's, such as 6.1.
    #[arg(long)]
    version: Option<String>,
}

/// What one run of the tests said.
struct Tests {
    passed: bool,
    output: String,
}

/// Exit code 1 when a test fails with the product.
pub(crate) fn run(cache: &Cache, args: &Args) -> Result<ExitCode> {
    let tailor = args.product.tailor()?;
    let wanted = |name: &&&str| args.version.as_ref().is_none_or(|only| only == **name);
    let mut code = ExitCode::SUCCESS;
    for version in VERSIONS.iter().filter(wanted) {
        let tree = cache.tree(version)?;
        let truth = tests(&tree, &ctool::build(cache, &tree)?.plain)?;
        report::line(&format!("{version} conf:   {}", truth.summary()));
        if !truth.passed {
            return Err(Failure::new(truth.output));
        }
        let product = tests(&tree, &tailor)?;
        report::line(&format!("{version} tailor: {}", product.summary()));
        if !product.passed {
            report::line(&product.output);
            code = ExitCode::from(1);
        }
    }
    Ok(code)
}

impl Tests {
    /// Pytest's last line, such as `17 passed in 1.21s`.
    fn summary(&self) -> &str {
        self.output
            .trim_end()
            .lines()
            .last()
            .unwrap_or("nothing")
            .trim_matches(['=', ' '])
    }
}

/// A copy of the tree's scripts/kconfig in which only `conf` is another: conftest.py takes
/// `scripts/kconfig/conf` below the working folder, and the product tells the kernel's
/// dialect by the sources beside it.
fn tests(tree: &Tree, tool: &Path) -> Result<Tests> {
    let scratch = tempfile::Builder::new().prefix("kaas-oracle-").tempdir();
    let scratch = scratch.map_err(|error| Failure::new(format!("no scratch folder: {error}")))?;
    let scripts = scratch.path().join("scripts");
    fs::create_dir(&scripts).about(&scripts)?;
    let kconfig = tree.path.join("scripts/kconfig");
    program::run(program::clean("cp").arg("-r").arg(&kconfig).arg(&scripts))?;
    let tool = tool.canonicalize().about(tool)?;
    symlink(tool, scripts.join("kconfig/conf")).about(&scripts)?;
    let mut pytest = program::clean(PYTHON);
    pytest
        .args([
            "-B",
            "-m",
            "pytest",
            "scripts/kconfig/tests",
            "-p",
            "no:cacheprovider",
        ])
        .current_dir(scratch.path());
    let output = pytest
        .output()
        .map_err(|error| program::not_started(&pytest, &error))?;
    let said = [output.stdout, output.stderr].concat();
    Ok(Tests {
        passed: output.status.success(),
        output: String::from_utf8_lossy(&said).into_owned(),
    })
}
