// SPDX-License-Identifier: Apache-2.0
//! `tailor debug-table`: what debug information says about places, extracted once.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use tailor::debug;

use crate::tree::Failure;

/// Extract from a kernel's debug information which source each address was compiled from.
///
/// Lines `ADDRESS LENGTH UNIT`, the numbers in hexadecimal, some hundred kilobytes that take
/// the place of gigabytes after `--debug`. Modules are left out: theirs are located by the
/// sources that they are made of. Exit codes: 0; 2 for input that can't be used.
#[derive(Args, Debug)]
pub(crate) struct DebugTableArguments {
    /// A vmlinux with DWARF 4 or 5, or a folder as packages with a kernel's debug symbols have
    /// it: with `vmlinux`, `usr/lib/debug/boot/vmlinux-*` or
    /// `usr/lib/debug/lib/modules/*/vmlinux`.
    path: PathBuf,
    /// Where the table goes; otherwise it is printed.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(arguments: &DebugTableArguments) -> ExitCode {
    super::finish(answer(arguments).map_err(Failure::from))
}

fn answer(arguments: &DebugTableArguments) -> Result<(Vec<u8>, ExitCode), String> {
    let table = debug::text(&arguments.path)?.into_bytes();
    let Some(output) = &arguments.output else {
        return Ok((table, ExitCode::SUCCESS));
    };
    std::fs::write(output, table).map_err(|error| format!("{}: {error}", output.display()))?;
    Ok((Vec::new(), ExitCode::SUCCESS))
}
