// SPDX-License-Identifier: Apache-2.0
//! `tailor why`: the reason for a symbol of a finished run.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use tailor::pipeline::explain::Explanations;
use tailor::run::{Folder, Part};

use crate::tree::Failure;

/// Say why a symbol is on, or with --not, why it is off.
///
/// The answer goes from the symbol down to the evidence: a traced function, a fact of the
/// inventory, a policy. Exit codes: 0; 1 when a symbol is not on (with --not, when it is
/// on, or was off before); 2 for a folder that is no run.
#[derive(Args, Debug)]
pub(crate) struct WhyArguments {
    /// The symbols, with or without `CONFIG_`.
    #[arg(required = true, value_name = "SYMBOL")]
    symbol: Vec<String>,
    /// Why it is off, although the replaced kernel has it on.
    #[arg(long)]
    not: bool,
    /// The folder that `tailor config` wrote.
    #[arg(long, value_name = "DIR")]
    run: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    symbol: &'a str,
    /// `y`, `m` or `n`; `n` also where the run knows no such symbol to be on.
    value: &'a str,
    was: &'a str,
    /// From the symbol to the evidence; empty when the answer is no.
    steps: Vec<String>,
}

pub(crate) fn run(arguments: &WhyArguments) -> ExitCode {
    super::finish(answer(arguments).map_err(Failure::from))
}

fn answer(arguments: &WhyArguments) -> Result<(Vec<u8>, ExitCode), String> {
    let folder = Folder::open(&arguments.run)?;
    let explanations: Explanations = folder.read_json(Part::Explain)?;
    let plain = |symbol: &String| symbol.trim_start_matches("CONFIG_").to_owned();
    let symbols: Vec<String> = arguments.symbol.iter().map(plain).collect();
    let of = |symbol| one(&explanations, symbol, arguments.not);
    let answers: Vec<Answer<'_>> = symbols.iter().map(|symbol| of(symbol)).collect();
    let all_answered = answers.iter().all(|answer| !answer.steps.is_empty());
    let code = ExitCode::from(u8::from(!all_answered));
    if arguments.json {
        return Ok((super::to_json(&answers), code));
    }
    let texts = answers.iter().map(|answer| words(answer, arguments.not));
    Ok((texts.collect::<String>().into_bytes(), code))
}

fn one<'a>(explanations: &'a Explanations, symbol: &'a str, not: bool) -> Answer<'a> {
    let steps = if not {
        explanations.why_not(symbol)
    } else {
        explanations.why(symbol)
    };
    let on = explanations.on.get(symbol);
    let off = explanations.off.get(symbol);
    let was = on.map(|it| &it.was).or_else(|| off.map(|it| &it.was));
    Answer {
        symbol,
        value: on.map_or("n", |it| &it.value),
        was: was.map_or("n", String::as_str),
        steps: steps.unwrap_or_default(),
    }
}

fn words(answer: &Answer<'_>, not: bool) -> String {
    let Answer {
        symbol, value, was, ..
    } = answer;
    if answer.steps.is_empty() {
        return match (not, *value) {
            (true, "n") => format!("{symbol} is n, and was n in the replaced kernel\n"),
            (true, _) => format!("{symbol} is {value}; ask without --not\n"),
            (false, _) => format!("{symbol} is n (it was {was}); ask with --not\n"),
        };
    }
    let mut text = format!("{symbol} is {value} (it was {was})\n");
    for step in &answer.steps {
        text.push_str(&format!("  {step}\n"));
    }
    text
}
