// SPDX-License-Identifier: Apache-2.0
//! The tests that are Markdown claim what the kernel's own `conf` answers: here it is
//! asked, case by case. To add a suite: a line in `SUITES`.

use std::path::Path;
use std::process::{Command, ExitCode};

use crate::failure::{Failure, Result};
use crate::kconfig::ctool;
use crate::kconfig::kernel::VERSIONS;
use crate::program;
use crate::report::line as say;
use crate::tree::Cache;

/// A suite whose harness asks the tools below the folder in a variable, when it is set.
struct Suite {
    package: &'static str,
    test: &'static str,
    variable: &'static str,
}

const SUITES: [Suite; 2] = [
    Suite {
        package: "kconfig",
        test: "spec",
        variable: "KCONFIG_SPEC_TOOLS",
    },
    Suite {
        package: "tailor",
        test: "conf",
        variable: "CONF_TOOLS",
    },
];

/// Exit code 1 when a case claims what the kernel's tool does not say.
pub(crate) fn run(cache: &Cache) -> Result<ExitCode> {
    for version in VERSIONS {
        ctool::build(cache, &cache.tree(version)?)?;
    }
    let tools = cache.folder("oracle/conf")?;
    let mut good = true;
    for suite in &SUITES {
        say(&format!(
            "{}: tests/{} by the C tool",
            suite.package, suite.test
        ));
        good &= suite.holds(&tools)?;
    }
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

impl Suite {
    fn holds(&self, tools: &Path) -> Result<bool> {
        let mut command = self.command(tools)?;
        let status = command
            .status()
            .map_err(|error| program::not_started(&command, &error))?;
        Ok(status.success())
    }

    /// Cargo, in the folder where this program lies.
    fn command(&self, tools: &Path) -> Result<Command> {
        let oracle = std::env::current_exe().map_err(|error| Failure::new(error.to_string()))?;
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
        let mut command = program::clean(option_env!("CARGO").unwrap_or("cargo"));
        command.args(["test", "--quiet", "--locked", "--manifest-path", manifest]);
        command.args(["--package", self.package, "--test", self.test]);
        if let Some(target) = oracle.ancestors().nth(2) {
            command.arg("--target-dir").arg(target);
        }
        command.args(["--", "--quiet"]).env(self.variable, tools);
        Ok(command)
    }
}
