// SPDX-License-Identifier: Apache-2.0
//! The tracer that runs already: the one of the initramfs is no service, so the service waits
//! beside it, and goes on with the trace where it was killed.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;

use ftrace::Phase;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{PidfdFlags, pidfd_open};

use super::Status;
use super::control::SOCKET;
use crate::failure::{Failure, Result};

/// How a tracer that was there before ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// There was none.
    Never,
    /// As it was told to: nobody wants a trace any more.
    Stopped,
    /// In this phase, and not because somebody wanted it.
    Killed(Phase),
}

/// Waits until the tracer that has this folder is gone.
pub(crate) fn wait(run: &Path) -> Result<Ended> {
    let Some(process) = listening(run) else {
        return Ok(Ended::Never);
    };
    let mut polled = [PollFd::new(&process, PollFlags::IN)];
    while poll(&mut polled, None).is_err() {}
    let Ok(status) = Status::read(&run.join("status")) else {
        return Ok(Ended::Never);
    };
    if !status.is_tracing {
        return Ok(Ended::Stopped);
    }
    let phase = status.phase.parse().map_err(Failure::new)?;
    Ok(Ended::Killed(phase))
}

/// The process that listens on the socket, if any does.
fn listening(run: &Path) -> Option<OwnedFd> {
    let stream = UnixStream::connect(run.join(SOCKET)).ok()?;
    let peer = rustix::net::sockopt::socket_peercred(&stream).ok()?;
    pidfd_open(peer.pid, PidfdFlags::empty()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_tracer_nobody_waits() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(wait(folder.path()).unwrap(), Ended::Never);
        let socket = folder.path().join(SOCKET);
        drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
        assert_eq!(wait(folder.path()).unwrap(), Ended::Never, "nobody listens");
    }
}
