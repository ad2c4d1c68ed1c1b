// SPDX-License-Identifier: Apache-2.0
//! As whom a server runs: as we do, or as nobody where we are root, which servers refuse to be.

use std::ffi::OsStr;
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Command;

use crate::Failed;

/// Debian's nobody and nogroup.
const NOBODY: u32 = 65_534;

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Gives a folder to whom the server runs as.
pub(crate) fn give(folder: &Path) -> Result<(), Failed> {
    if is_root() {
        chown(folder, Some(NOBODY), Some(NOBODY))
            .map_err(|why| Failed::new(folder.display(), why))?;
    }
    Ok(())
}

/// A program as that account, which the kernel ends when we end.
#[expect(
    clippy::disallowed_methods,
    reason = "starting servers is what this crate is for"
)]
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig=KILL");
    if is_root() {
        let ids = [format!("--reuid={NOBODY}"), format!("--regid={NOBODY}")];
        command.args(ids).arg("--clear-groups");
    }
    command.arg("--").arg(program);
    command
}
