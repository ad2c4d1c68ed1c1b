// SPDX-License-Identifier: Apache-2.0
//! Traces an application in many short windows, and lets `kaas-guest advice` say after each
//! what is still to come. What came says how true that was.

mod forecast;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use ftrace::Ending;
use virtual_machine::cache::Cache;
use virtual_machine::{About as _, Failure, Result, Station, Workload, program, report};

use crate::image::{Image, Wanted};
use crate::zipped::zipped;
use forecast::{Forecast, Judgement, cuts};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The workload's folder.
    #[arg(long, value_name = "DIR")]
    workload: PathBuf,
    /// How many windows.
    #[arg(long, default_value_t = 60)]
    windows: u32,
    /// How long each is.
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    length: u32,
    /// How long the load is in each.
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    load: u32,
    /// How many windows a forecast looks ahead.
    #[arg(long, default_value_t = 5)]
    ahead: u32,
    /// For the trace and the picture.
    #[arg(long, short, value_name = "DIR", default_value = "out/discovery")]
    output: PathBuf,
}

pub(crate) fn run(cache: &Cache, agent: &Path, kernel: &str, args: &Args) -> Result<ExitCode> {
    let workload = Workload::read(&args.workload)?;
    let image = Image::made(cache, agent, &workload.packages)?;
    fs::create_dir_all(&args.output).about(&args.output)?;
    let trace = args.output.join(format!("{}.trace", workload.name));
    let options = format!("kaas.window={}", args.length);
    let wanted = Wanted {
        kernel,
        options: &options,
        ports: &workload.ports,
        ..Wanted::default()
    };
    report::step(&format!("boots {kernel}, traced, for {}", workload.name));
    let mut station = image.start(cache, &wanted)?;
    watched(&mut station, &workload, args)?;
    station.answer("kaas-guest snapshot -o /run/recording")?;
    fs::write(&trace, zipped(&mut station, "/run/recording/trace")?).about(&trace)?;
    drop(station);
    judged(agent, &trace, args)
}

/// Until there were so many windows; in each the load, and in some what a person might do.
fn watched(station: &mut Station, workload: &Workload, args: &Args) -> Result<()> {
    workload.set_up(station)?;
    let length = Duration::from_secs(args.length.into());
    for number in 1..=args.windows {
        let end = Instant::now() + length;
        workload.load(&station.guest, args.load)?;
        if number % 7 == 3 {
            workload.check(station)?;
        }
        if number % 29 == 17 {
            workload.test(station)?;
        }
        let left = end.saturating_duration_since(Instant::now());
        station.answer(&format!("sleep {}", left.as_secs()))?;
        if number % 10 == 0 {
            report::step(&format!("{number} of {} windows", args.windows));
        }
    }
    Ok(())
}

/// Asks for advice as it was after each window, and compares.
fn judged(agent: &Path, trace: &Path, args: &Args) -> Result<ExitCode> {
    let text = fs::read(trace).about(trace)?;
    let whole = ftrace::format::read(&text[..], Ending::Required);
    let whole = whole.map_err(|error| Failure::new(format!("{}: {error}", trace.display())))?;
    let mut forecasts = vec![];
    let cut = trace.with_extension("cut");
    for (windows, length) in cuts(&text) {
        fs::write(&cut, &text[..length]).about(&cut)?;
        let advice = advice(agent, &cut, args)?;
        forecasts.extend(Forecast::of(&advice, &whole, windows, args.ahead));
    }
    virtual_machine::cache::remove(&cut)?;
    let picture = trace.with_extension("svg");
    let mut draw = asking(agent, trace, args);
    draw.arg("--svg").arg(&picture).arg("--json");
    let _ = draw.output().about(&picture)?;
    report::line(&format!("the curve is in {}", picture.display()));
    let judgement = Judgement::of(&forecasts);
    for line in judgement.lines() {
        report::line(&line);
    }
    Ok(ExitCode::from(u8::from(!judgement.is_good())))
}

fn advice(agent: &Path, trace: &Path, args: &Args) -> Result<serde_json::Value> {
    // 1 says that it is not READY.
    let output = asking(agent, trace, args)
        .arg("--json")
        .output()
        .about(agent)?;
    let said = String::from_utf8_lossy(&output.stdout);
    let unreadable = |error| Failure::new(format!("kaas-guest advice: {error}: {said}"));
    serde_json::from_str(&said).map_err(unreadable)
}

fn asking(agent: &Path, trace: &Path, args: &Args) -> std::process::Command {
    let mut ask = program::clean(agent);
    ask.arg("advice").arg("--trace").arg(trace);
    ask.args(["--window", &args.length.to_string()]);
    ask.args(["--horizon", &(args.length * args.ahead).to_string()]);
    ask.args(["--period", "0"]);
    ask
}
