// SPDX-License-Identifier: Apache-2.0
//! The socket on which the tracer is asked: a line in, a line out, `ok …` or `error …`. Only root
//! and the agent's own user are heard.

use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::Duration;

use ftrace::Phase;

use crate::failure::{About as _, Failure, Result};

/// Its name in the folder.
pub(super) const SOCKET: &str = "tracer.sock";
/// The user of the network agent.
const USER: &str = "kaas-guest";
const LINE: u64 = 256;
const PATIENCE: Duration = Duration::from_millis(500);

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// Write down all that was seen until now.
    Snapshot,
    /// The machine is in this phase now.
    Mark(Phase),
    Stop,
}

/// See above.
pub(super) struct Control {
    listener: UnixListener,
}

/// Somebody who asks.
pub(super) struct Asked(UnixStream);

impl Control {
    pub(super) fn listen(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).about(folder)?;
        let path = folder.join(SOCKET);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error).about(&path),
            _ => {}
        }
        let listener = UnixListener::bind(&path).about(&path)?;
        listener.set_nonblocking(true).about(&path)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).about(&path)?;
        Ok(Self { listener })
    }

    pub(super) fn descriptor(&self) -> BorrowedFd<'_> {
        self.listener.as_fd()
    }

    pub(super) fn accept(&self) -> Option<Asked> {
        let (stream, _) = self.listener.accept().ok()?;
        stream.set_nonblocking(false).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        stream.set_write_timeout(Some(PATIENCE)).ok()?;
        Some(Asked(stream))
    }
}

impl Asked {
    pub(super) fn request(&mut self) -> Result<Request> {
        if !is_allowed(&self.0) {
            return Err(Failure::new("only root and the agent may ask"));
        }
        let mut line = String::new();
        let read = BufReader::new((&self.0).take(LINE)).read_line(&mut line);
        read.map_err(|error| Failure::new(format!("no request came: {error}")))?;
        parse(line.trim_end())
    }

    /// Whoever went away needs no answer.
    pub(super) fn answer(&mut self, line: &str) {
        let _ = writeln!(self.0, "{line}");
    }
}

fn parse(line: &str) -> Result<Request> {
    match line.split_once(' ').unwrap_or((line, "")) {
        ("snapshot", "") => Ok(Request::Snapshot),
        ("stop", "") => Ok(Request::Stop),
        ("mark", phase) => phase.parse().map(Request::Mark).map_err(Failure::new),
        _ => Err(Failure::new("ask for snapshot, stop, or mark PHASE")),
    }
}

fn is_allowed(stream: &UnixStream) -> bool {
    let Ok(peer) = rustix::net::sockopt::socket_peercred(stream) else {
        return false;
    };
    let user = peer.uid.as_raw();
    user == 0 || user == rustix::process::geteuid().as_raw() || Some(user) == user_of_agent()
}

fn user_of_agent() -> Option<u32> {
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let line = users
        .lines()
        .find(|line| line.split(':').next() == Some(USER))?;
    line.split(':').nth(2)?.parse().ok()
}

/// Asks the tracer whose folder this is; its answer without the `ok`.
pub(crate) fn ask(folder: &Path, request: &str) -> Result<String> {
    let path = folder.join(SOCKET);
    let mut stream = UnixStream::connect(&path).about(&path)?;
    let patience = Some(Duration::from_secs(60));
    stream.set_read_timeout(patience).about(&path)?;
    writeln!(stream, "{request}").about(&path)?;
    let mut answer = String::new();
    let read = BufReader::new(stream.take(4096)).read_line(&mut answer);
    read.about(&path)?;
    match answer.trim_end().split_once(' ') {
        Some(("ok", rest)) => Ok(rest.to_owned()),
        Some(("error", why)) => Err(Failure::new(why)),
        _ => Err(Failure::new(format!(
            "{}: it does not answer",
            path.display()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_a_word_or_two() {
        assert_eq!(parse("snapshot").unwrap(), Request::Snapshot);
        assert_eq!(
            parse("mark steady-state").unwrap(),
            Request::Mark(Phase::SteadyState)
        );
        for wrong in ["", "snapshot now", "mark", "mark tomorrow", "rm -rf"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_question_is_answered_over_the_socket() {
        let folder = tempfile::tempdir().unwrap();
        let control = Control::listen(folder.path()).unwrap();
        let path = folder.path().to_owned();
        let asking = std::thread::spawn(move || ask(&path, "stop"));
        let mut asked = loop {
            if let Some(asked) = control.accept() {
                break asked;
            }
        };
        assert_eq!(asked.request().unwrap(), Request::Stop);
        asked.answer("ok stopped");
        assert_eq!(asking.join().unwrap().unwrap(), "stopped");
    }
}
