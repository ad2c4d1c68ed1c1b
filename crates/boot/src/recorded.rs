// SPDX-License-Identifier: Apache-2.0
//! One kernel from requirements that were recorded, so that nothing but this repository and
//! the distribution's packages is needed: what a trace of Debian 12 serving memcached came to
//! (`data/recorded`, a `requirements.json` of profile `minimal`, and the traced configuration).

use std::fs;
use std::path::{Path, PathBuf};

use crate::kernel::{self, Source};
use crate::tailor;
use virtual_machine::cache::Cache;
use virtual_machine::{About as _, Result};
use virtual_machine::{program, report};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/recorded");

/// Tailors, compiles, and says how large the kernel is.
pub(crate) fn compile(cache: &Cache, given: Option<&Path>) -> Result<()> {
    let tailor = given.map_or_else(tailor::build, |path| Ok(path.to_owned()))?;
    let source = Source::unpacked(cache)?;
    let run = cache.folder("runs")?.join("recorded");
    let config = config(&tailor, &source, &run)?;
    let kernel = kernel::compile(cache, &source, &config)?;
    let size = kernel::size_of(&kernel, &source.path)?;
    report::line(&format!(
        "recorded: {} bytes of text, an image of {} bytes",
        size.text, size.image
    ));
    Ok(())
}

fn config(tailor: &Path, source: &Source, run: &Path) -> Result<String> {
    let data = |name: &str| PathBuf::from(DATA).join(name);
    let mut command = program::clean(tailor);
    command.args(["config", "--arch", "x86", "--profile", "minimal"]);
    command.args(["--initramfs", "drop", "--evaluated"]);
    command.arg("--tree").arg(&source.path);
    command.arg("--baseline").arg(data("baseline.config.xz"));
    command
        .arg("--requirements")
        .arg(data("requirements.json.xz"));
    program::run(command.arg("--run").arg(run))?;
    program::run(
        program::clean(tailor)
            .args(["check", "--smallest", "--run"])
            .arg(run),
    )?;
    let path = run.join("config");
    fs::read_to_string(&path).about(&path)
}
