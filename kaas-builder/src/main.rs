// SPDX-License-Identifier: Apache-2.0
//! `kaas-builder`: builds tailored kernels.

use std::process::ExitCode;

use clap::Parser;

mod cli;
mod offline;

/// Loading a tree makes a hundred thousand small objects.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Conditions and menus nest as deep as a tree's author likes, and the analysis follows them
/// by recursion; memory is taken only as it is used.
const STACK: usize = 1 << 30;

fn main() -> ExitCode {
    if let Some(code) = kaas_builder::helper() {
        return code;
    }
    let cli = cli::Cli::parse();
    let worker = std::thread::Builder::new().stack_size(STACK);
    match worker
        .spawn(move || cli.run())
        .map(std::thread::JoinHandle::join)
    {
        Ok(Ok(code)) => code,
        // The thread has said why.
        Ok(Err(_)) => ExitCode::from(101),
        Err(_) => ExitCode::from(3),
    }
}
