// SPDX-License-Identifier: Apache-2.0
//! `tailor`: what a kernel's configuration means, and which files it compiles.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

mod cli;
mod command;
mod conf;
mod tree;

/// Loading a tree makes a hundred thousand small objects; with this allocator it takes
/// three quarters of the CPU time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Conditions and menus nest as deep as a tree's author likes, and the analysis
/// follows them by recursion; memory is taken only as it is used.
const STACK: usize = 1 << 30;

fn main() -> ExitCode {
    let worker = std::thread::Builder::new().stack_size(STACK).spawn(run);
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        // The thread has said why; or there is no thread to be had.
        Ok(Err(_)) => ExitCode::from(101),
        Err(_) => run(),
    }
}

fn run() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    match command::conf::called(&words) {
        // The drop-in reads its own command line.
        Some((program, arguments)) => command::conf::run(&program, arguments),
        None => cli::Cli::parse_from(words).run(),
    }
}
