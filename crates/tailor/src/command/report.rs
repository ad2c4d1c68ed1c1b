// SPDX-License-Identifier: Apache-2.0
//! `tailor report`: what a run did to a kernel, for people and for programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use kconfig::{Configuration, Origin, dotconfig};
use tailor::cve::Cves;
use tailor::floor::Rules;
use tailor::input;
use tailor::kernel::Kernel;
use tailor::minimise::Units;
use tailor::pipeline::summary::{self, Sources};
use tailor::report::{self, Report};
use tailor::run::{Files, Folder, Part, Run};

use crate::tree::{Failure, TreeArguments};

/// Report what a run did to the kernel: as text, as JSON, or as a page.
#[derive(Args, Debug)]
pub(crate) struct ReportArguments {
    /// The folder that `tailor config` wrote.
    #[arg(long, value_name = "DIR")]
    run: PathBuf,
    /// Write a page that needs no network.
    #[arg(long, value_name = "OUT")]
    html: Option<PathBuf>,
    /// CVEs of the kernel with the files that they are in: one JSON record after
    /// the other, perhaps .xz.
    #[arg(long, value_name = "FILE")]
    cves: Option<PathBuf>,
    /// A configuration to show beside; may be given several times.
    #[arg(long, value_name = "CONFIG")]
    against: Vec<PathBuf>,
    /// Print JSON, as doc/schema/report.json describes it.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &ReportArguments) -> ExitCode {
    super::finish(answer(arguments).map_err(Failure::from))
}

fn answer(arguments: &ReportArguments) -> Result<(Vec<u8>, ExitCode), String> {
    let folder = Folder::open(&arguments.run)?;
    let mut report: Report = folder.read_json(Part::Report)?;
    let cves = arguments.cves.as_deref().map(cves).transpose()?;
    if let Some((name, cves)) = &cves {
        let files: Files = folder.read_json(Part::Files)?;
        summary::expose(&mut report, (name, cves), &files)?;
    }
    if !arguments.against.is_empty() {
        let run: Run = folder.read_json(Part::Run)?;
        let cves = cves.as_ref().map(|(_, cves)| cves);
        compare(&mut report, &run, (&arguments.against, cves))?;
    }
    if let Some(path) = &arguments.html {
        fs::write(path, report::html(&report))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let text = if arguments.json {
        super::to_json(&report)
    } else if arguments.html.is_some() {
        Vec::new()
    } else {
        report::text(&report).into_bytes()
    };
    Ok((text, ExitCode::SUCCESS))
}

fn cves(path: &Path) -> Result<(String, Cves), String> {
    let bytes = input::read(path)?;
    let cves = Cves::read(&bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok((name_of(path), cves))
}

/// The file's name without folder and endings.
fn name_of(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy());
    let name = name.unwrap_or_default();
    let name = name.strip_suffix(".xz").unwrap_or(&name);
    let name = name.strip_suffix(".config").unwrap_or(name);
    name.to_owned()
}

/// Adds the configurations, each evaluated by the run's tree.
fn compare(
    report: &mut Report,
    run: &Run,
    (against, cves): (&[PathBuf], Option<&Cves>),
) -> Result<(), String> {
    let tree = TreeArguments {
        tree: run.tree.clone(),
        arch: run.arch.clone(),
    };
    let kernel = super::config::kernel(&tree, &run.cross_compile)?;
    let units = Units::of(&kernel, |_| 1);
    let rules = Rules::shipped().map_err(|error| error.to_string())?;
    let mut sources = Sources::of(&kernel);
    for path in against {
        let bytes = input::read(path)?;
        let measured = measured(&kernel, &units, &mut sources, &bytes);
        let named = (name_of(path), path.display().to_string());
        let one = summary::beside((&kernel, &rules), named, &measured, cves)?;
        report.baselines.push(one);
    }
    Ok(())
}

fn measured(
    kernel: &Kernel,
    units: &Units,
    sources: &mut Sources<'_>,
    config: &[u8],
) -> summary::Measured {
    let mut configuration = Configuration::new(&kernel.model);
    dotconfig::read(&mut configuration, Origin::User, ("", config), false);
    sources.measure(kernel, units, &mut configuration)
}
