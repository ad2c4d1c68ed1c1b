// SPDX-License-Identifier: Apache-2.0
//! `tailor`: what a kernel's configuration means, and which files it compiles.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

mod cli;
mod command;
mod conf;
mod shell;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    match command::conf::called(&words) {
        // The drop-in reads its own command line.
        Some((program, arguments)) => command::conf::run(&program, arguments),
        None => cli::Cli::parse_from(words).run(),
    }
}
