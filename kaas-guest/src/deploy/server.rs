// SPDX-License-Identifier: Apache-2.0
//! The installer: answers requests of the agent over a local socket, one after the other, and
//! looks after a trial between them. It may be killed at any time.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::{Duration, Instant};

use kaas_types::release::Status;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::disk::RealDisk;
use super::install::{self, Refusal};
use super::layout::Layout;
use super::machine::Machine;
use super::reconcile;
use super::record::Record;
use super::request::{Answer, Deployment, REQUEST_LIMIT, Request, SOCKET};
use super::tool::RealTools;
use super::trial::{self, Restart};
use super::trust::Trust;
use crate::failure::{About as _, Result};

/// For a whole request, however slowly it comes.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks at a trial.
const PERIOD: Duration = Duration::from_secs(5);

impl Machine {
    /// The real one, below a root.
    pub(crate) fn real(layout: Layout) -> Self {
        Self {
            layout,
            disk: Box::new(RealDisk),
            tools: Box::new(RealTools),
        }
    }

    /// Makes the folder that the installer remembers everything in.
    pub(crate) fn prepare(&self) -> Result<()> {
        let state = self.layout.state();
        fs::create_dir_all(&state).about(&state)?;
        fs::set_permissions(&state, fs::Permissions::from_mode(0o700)).about(&state)
    }
}

/// Answers until it is killed. Besides root, only the user `agent` may ask.
pub(crate) fn serve(machine: &mut Machine, agent: u32, report: &mut dyn FnMut(&str)) -> Result<()> {
    let listener = listen(&machine.layout.at(SOCKET), agent)?;
    let mut restart = None;
    let mut ordered = Instant::now();
    loop {
        if let Err(error) = look(machine, &mut restart, ordered) {
            report(&error.to_string());
        }
        if let Some(restart) = restart.take() {
            ordered = Instant::now();
            if let Err(error) = restart.now(machine) {
                report(&error.to_string());
            }
        }
        let period = Timespec {
            tv_sec: PERIOD.as_secs().cast_signed(),
            tv_nsec: 0,
        };
        let period = is_busy(machine).then_some(&period);
        let asked = poll(&mut [PollFd::new(&listener, PollFlags::IN)], period);
        if asked.is_ok_and(|count| count > 0)
            && let Ok((stream, _)) = listener.accept()
            && let Ok(wanted) = converse(machine, stream, agent)
        {
            restart = wanted;
        }
    }
}

fn listen(path: &Path, agent: u32) -> Result<UnixListener> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).about(folder)?;
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error).about(path),
        _ => {}
    }
    let listener = UnixListener::bind(path).about(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).about(path)?;
    chown(path, Some(agent), None).about(path)?;
    Ok(listener)
}

/// What has to be done without anybody asking.
pub(super) fn look(
    machine: &mut Machine,
    restart: &mut Option<Restart>,
    ordered: Instant,
) -> Result<()> {
    if restart.is_some() {
        return Ok(());
    }
    reconcile::reconcile(machine)?;
    trial::watch(machine)?;
    trial::give_up(machine, ordered.elapsed().as_secs())?;
    if reconcile::leave(machine)? {
        *restart = Some(Restart::Orderly);
    }
    Ok(())
}

/// Whether something may happen by itself.
fn is_busy(machine: &Machine) -> bool {
    let record = Record::read(machine);
    record.is_ok_and(|record| record.status() == Some(Status::Trial))
}

/// One request and its answer.
fn converse(machine: &mut Machine, mut stream: UnixStream, agent: u32) -> Result<Option<Restart>> {
    let socket = Path::new(SOCKET);
    let peer = rustix::net::sockopt::socket_peercred(&stream).about(socket)?;
    if !may_ask(peer.uid.as_raw(), agent) {
        return Ok(None);
    }
    let line = read_line(&mut stream).about(socket)?;
    let (answer, restart) = answer(machine, &line);
    let mut text = serde_json::to_string(&answer).about(socket)?;
    text.push('\n');
    stream.set_write_timeout(Some(PATIENCE)).about(socket)?;
    // A restart is due whether or not somebody still waits for the answer.
    let _ = stream.write_all(text.as_bytes());
    Ok(restart)
}

fn may_ask(user: u32, agent: u32) -> bool {
    user == 0 || user == agent
}

fn read_line(stream: &mut UnixStream) -> io::Result<Vec<u8>> {
    let end = Instant::now() + PATIENCE;
    let mut line = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let left = end
            .saturating_duration_since(Instant::now())
            .max(Duration::from_millis(1));
        stream.set_read_timeout(Some(left))?;
        let count = stream.read(&mut buffer)?;
        line.extend_from_slice(&buffer[..count]);
        if count == 0 || buffer[..count].contains(&b'\n') {
            return Ok(line);
        }
        if line.len() > REQUEST_LIMIT || Instant::now() >= end {
            return Err(io::ErrorKind::TimedOut.into());
        }
    }
}

/// The answer to the text of a request, and whether the machine has to be restarted after it.
pub(super) fn answer(machine: &mut Machine, line: &[u8]) -> (Answer, Option<Restart>) {
    let invalid = |reason: String| (Answer::Invalid { reason }, None);
    let request = match serde_json::from_slice(line) {
        Ok(request) => request,
        Err(error) => return invalid(error.to_string()),
    };
    let mut restart = None;
    let done = match request {
        Request::Fetch { release } => {
            return match install::missing(machine, &release) {
                Ok(files) => (Answer::Missing { files }, None),
                Err(why) => (
                    Answer::Refused {
                        reason: why.to_string(),
                    },
                    None,
                ),
            };
        }
        Request::Install { release } => match install::install(machine, &release) {
            Err(Refusal::Refused(why)) => {
                return (
                    Answer::Refused {
                        reason: why.to_string(),
                    },
                    None,
                );
            }
            Err(Refusal::Untimely(why)) => Err(why),
            Ok(()) => Ok(()),
        },
        Request::Trial => trial::begin(machine).map(|wanted| restart = Some(wanted)),
        Request::Confirm => trial::confirm(machine, "confirmed by request"),
        Request::Rollback => trial::end(machine, "rolled back by request"),
        Request::Status => Ok(()),
        Request::Keys { statement } => Trust::read(machine)
            .and_then(|trust| trust.change(&statement))
            .and_then(|trust| trust.write(machine)),
    };
    match done.and_then(|()| deployment(machine)) {
        Ok(deployment) => (Answer::Deployment(deployment), restart),
        Err(why) => invalid(why.to_string()),
    }
}

fn deployment(machine: &Machine) -> Result<Deployment> {
    let record = Record::read(machine)?;
    let current = record.current;
    let kernel = current.as_ref().map(|current| &current.kernel);
    Ok(Deployment {
        status: current.as_ref().map(|current| current.status),
        reason: current
            .as_ref()
            .map(|current| current.reason.clone())
            .unwrap_or_default(),
        serial: kernel.map_or(0, |kernel| kernel.serial),
        release: kernel
            .map(|kernel| kernel.release.clone())
            .unwrap_or_default(),
        running: machine.release(),
        installed: kernel.is_some_and(|kernel| !kernel.entry.is_empty()),
        accepted_serial: record.accepted.serial,
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::Shutdown;
    use std::os::unix::net::UnixStream;

    use super::{Machine, converse, may_ask};
    use crate::deploy::Layout;

    fn answer(request: &[u8]) -> String {
        let folder = tempfile::TempDir::new().unwrap();
        let mut machine = Machine::real(Layout::new(folder.path()));
        let (mut ours, theirs) = UnixStream::pair().unwrap();
        ours.write_all(request).unwrap();
        ours.shutdown(Shutdown::Write).unwrap();
        let agent = rustix::process::getuid().as_raw();
        assert_eq!(converse(&mut machine, theirs, agent).unwrap(), None);
        let mut answer = String::new();
        ours.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn a_line_there_a_line_back() {
        let status = answer(b"{\"action\":\"status\"}\n");
        assert!(
            status.starts_with("{\"answer\":\"deployment\",\"status\":null,"),
            "{status}"
        );
        assert!(status.ends_with("}\n"));
        for garbage in [
            &b""[..],
            b"\n",
            b"[]\n",
            b"{\"action\":\"run\"}\n",
            b"\xff\xfe\n",
        ] {
            let text = answer(garbage);
            assert!(text.starts_with("{\"answer\":\"invalid\""), "{text}");
        }
    }

    #[test]
    fn only_root_and_the_agent_may_ask() {
        assert!(may_ask(0, 7) && may_ask(7, 7) && !may_ask(8, 7));
    }
}
