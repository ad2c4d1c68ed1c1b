// SPDX-License-Identifier: Apache-2.0
//! Results of `tailor config` on real traces: small, safe, minimal, explained, and left as
//! they are by the kernel's own `conf`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::failure::{About, Failure, Result};
use crate::product::Product;
use crate::report;
use crate::tree::Cache;

mod cell;
mod figures;
mod limit;
mod questions;

use cell::{Cell, Linking, Profile};
use figures::Figures;

/// What is asked, and about which traces.
#[derive(clap::Args)]
pub(crate) struct Asked {
    #[command(flatten)]
    pub(crate) product: Product,
    /// The folder that has `traces/` and `cve/`.
    #[arg(long, env = "KAAS_DATA", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// The series of the traced kernels' sources.
    #[arg(long, default_value = "6.1")]
    pub(crate) version: String,
}

/// Which results; all by default.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    asked: Asked,
    /// Only cells whose name contains this: `memcached balanced monolithic`.
    #[arg(long, default_value = "")]
    cell: String,
}

/// Exit code 1 when a result is not what it has to be.
pub(crate) fn run(cache: &Cache, args: &Args) -> Result<ExitCode> {
    let surroundings =
        cell::Surroundings::new(cache, &args.asked.version, args.asked.product.tailor()?)?;
    let traces = traces(&args.asked.data)?;
    report::line(Figures::HEAD);
    let (mut cells, mut faulty) = (0, 0);
    for cell in all(&traces).filter(|cell| cell.name().contains(&args.cell)) {
        let figures = cell.figures(&surroundings, &args.asked.data)?;
        cells += 1;
        faulty += usize::from(!figures.faults.is_empty());
        report::line(&figures.row(&cell.name()));
        for fault in &figures.faults {
            report::line(&format!("  {fault}"));
        }
    }
    report::line(&format!(
        "{} of {cells} results as they have to be",
        cells - faulty
    ));
    Ok(ExitCode::from(u8::from(faulty > 0 || cells == 0)))
}

/// The folders of recordings, by name.
pub(crate) fn traces(data: &Path) -> Result<Vec<PathBuf>> {
    let folder = data.join("traces");
    let entries = fs::read_dir(&folder).about(&folder)?;
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    found.retain(|path| path.join("inv").is_dir());
    found.sort();
    if found.is_empty() {
        let folder = folder.display();
        return Err(Failure::new(format!("{folder}: no folder with an inv/")));
    }
    Ok(found)
}

fn all(traces: &[PathBuf]) -> impl Iterator<Item = Cell> {
    traces.iter().flat_map(|trace| {
        Profile::ALL.into_iter().flat_map(move |profile| {
            Linking::ALL.into_iter().map(move |linking| Cell {
                trace: trace.clone(),
                profile,
                linking,
            })
        })
    })
}
