// SPDX-License-Identifier: Apache-2.0
//! Asks the installer, which runs as root and trusts nothing that the agent says: a line of
//! JSON there, a line of JSON back.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use kaas_types::agent::{Deployment, Id, Line};

use crate::deploy::request::{Answer, Request};
use crate::failure::{About as _, Failure, Result};

/// Bytes of an answer: the files of a large release.
const LIMIT: u64 = 4 << 20;
/// An initramfs may have to be made.
const PATIENCE: Duration = Duration::from_secs(1800);

/// The installer's answer; an error where there is no installer.
pub(super) fn ask(socket: &Path, request: &Request) -> Result<Answer> {
    let mut line = serde_json::to_vec(request).about(socket)?;
    line.push(b'\n');
    let mut stream = UnixStream::connect(socket).about(socket)?;
    stream.set_read_timeout(Some(PATIENCE)).about(socket)?;
    stream.set_write_timeout(Some(PATIENCE)).about(socket)?;
    stream.write_all(&line).about(socket)?;
    let mut answer = String::new();
    let read = BufReader::new(stream.take(LIMIT)).read_line(&mut answer);
    read.about(socket)?;
    let told = |error: serde_json::Error| {
        let message = format!("{}: no answer of an installer: {error}", socket.display());
        Failure::new(message)
    };
    serde_json::from_str(&answer).map_err(told)
}

/// Where a deployment stands, for the service; nothing, where there never was one.
pub(super) fn standing(socket: &Path, release: Option<&Id>) -> Option<Deployment> {
    let Ok(Answer::Deployment(now)) = ask(socket, &Request::Status) else {
        return None;
    };
    Some(Deployment {
        release: release.cloned(),
        serial: now.serial,
        state: Line::cut(now.status?.word()),
        reason: Line::cut(&now.reason),
    })
}
