// SPDX-License-Identifier: Apache-2.0
//! `tailor diff`: what differs from the replaced configuration, by menu.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use tailor::pipeline::difference::{Group, by_menu};
use tailor::pipeline::explain::Explanations;
use tailor::run::{Folder, Part};

use crate::tree::Failure;

/// Show what differs from the replaced configuration, grouped by menu, with the reasons.
///
/// Exit codes: 0 when nothing differs, 1 when something does, 2 for a folder that is no run.
#[derive(Args, Debug)]
pub(crate) struct DiffArguments {
    /// The folder that `tailor config` wrote.
    #[arg(long, value_name = "DIR")]
    run: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &DiffArguments) -> ExitCode {
    super::finish(answer(arguments).map_err(Failure::from))
}

fn answer(arguments: &DiffArguments) -> Result<(Vec<u8>, ExitCode), String> {
    let folder = Folder::open(&arguments.run)?;
    let explanations: Explanations = folder.read_json(Part::Explain)?;
    let text = |part| -> Result<String, String> { Ok(kconfig::text::decode(&folder.read(part)?)) };
    let groups = by_menu(&explanations, &text(Part::Baseline)?, &text(Part::Config)?);
    let code = ExitCode::from(u8::from(!groups.is_empty()));
    if arguments.json {
        return Ok((super::to_json(&groups), code));
    }
    Ok((words(&explanations, &groups).into_bytes(), code))
}

fn words(explanations: &Explanations, groups: &[Group]) -> String {
    let mut text = String::new();
    for group in groups {
        let menu = match group.menu.as_slice() {
            [] => "Top level".to_owned(),
            titles => titles.join(" > "),
        };
        // Writing to memory can't fail.
        let _ = writeln!(text, "{menu}");
        for change in &group.changes {
            let why = reason(explanations, &change.symbol).unwrap_or_default();
            let change = change.to_string();
            let _ = writeln!(text, "  {}", format!("{change:<44}  {why}").trim_end());
        }
    }
    text
}

/// The first step of the explanation.
fn reason(explanations: &Explanations, symbol: &str) -> Option<String> {
    let steps = explanations.why(symbol);
    let steps = steps.or_else(|| explanations.why_not(symbol))?;
    steps.into_iter().next()
}
