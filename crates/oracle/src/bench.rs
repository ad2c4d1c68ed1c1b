// SPDX-License-Identifier: Apache-2.0
//! The benchmark: CPU time and peak memory of the product and of its peers, from one run on
//! one machine. It prints figures and ratios; it asserts nothing.

mod kbuild;
mod kconfig;
mod measure;
mod model;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::failure::Result;
use crate::product::Product;
use crate::tree::Cache;

/// How to measure.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    product: Product,
    /// How often each program runs; its minimum and its median are printed.
    #[arg(long, default_value_t = 7)]
    runs: usize,
    /// The kernel, such as 6.1.
    #[arg(long, default_value = "6.1")]
    version: String,
    /// The folder with traces of the kernel.
    #[arg(long, env = "KAAS_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Exit code 0 when everything could be measured.
pub(crate) fn run(cache: &Cache, args: &Args) -> Result<ExitCode> {
    let tailor = args.product.tailor()?;
    let tree = cache.tree(&args.version)?;
    kconfig::run(cache, &tree, &tailor, args.runs)?;
    kbuild::run(&tree, &tailor, args.runs)?;
    let data = args.data.as_deref();
    model::run(cache, &tree, (&tailor, args.runs), data)?;
    Ok(ExitCode::SUCCESS)
}
