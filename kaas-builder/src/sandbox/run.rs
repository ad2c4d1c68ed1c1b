// SPDX-License-Identifier: Apache-2.0
//! Runs a program in a sandbox to its end, or to the moment when it has to end.

use std::fs;
use std::io::{PipeReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::helper::{self, NO_SANDBOX, Spec};
use super::limits::{Group, Missing};
use super::{Program, Sandbox};
use crate::cancel::Cancel;
use crate::trouble::{About as _, Result, Trouble};

/// After a kill, so long until everything that was started is gone.
const DYING: Duration = Duration::from_secs(5);

/// So much of the end of the output is kept for a message.
const TAIL: usize = 2048;

/// Who gets the output, both streams as one, as it comes.
pub type Watch<'w> = &'w mut dyn FnMut(&[u8]) -> Result<()>;

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// 128 and more: killed by a signal.
    code: u8,
    /// The end of what it wrote.
    tail: String,
}

impl Ended {
    pub fn code(&self) -> u8 {
        self.code
    }

    /// An input's fault where the program failed, this machine's where there was no sandbox.
    pub fn success(self, name: &str) -> Result<()> {
        let tail = last_lines(&self.tail, 4);
        match self.code {
            0 => Ok(()),
            NO_SANDBOX => Err(Trouble::infrastructure(tail)),
            137 => Err(Trouble::infrastructure(format!(
                "{name} was killed: out of memory? {tail}"
            ))),
            code => Err(Trouble::input(format!(
                "{name} failed (exit code {code}): {tail}"
            ))),
        }
    }

    /// Whatever went wrong is worth another try.
    pub fn or_infrastructure(self, name: &str) -> Result<()> {
        self.success(name).map_err(|trouble| match trouble {
            Trouble::Input(words) => Trouble::Infrastructure(words),
            other => other,
        })
    }

    pub fn tail(&self) -> &str {
        &self.tail
    }
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let from = lines.len().saturating_sub(count);
    lines.get(from..).unwrap_or_default().join("; ")
}

impl Sandbox {
    /// Runs a program; `scratch` is a folder of this run that may be written to. When it
    /// returns, nothing of what was started is left.
    pub fn run(
        &self,
        program: &Program,
        scratch: &Path,
        cancel: &Cancel,
        watch: Watch<'_>,
    ) -> Result<Ended> {
        cancel.check()?;
        let group = self.group(scratch)?;
        let spec = self.spec(program, scratch, group.as_ref())?;
        let (output, writer) = std::io::pipe().about(scratch)?;
        let child = self.start(&spec, writer)?;
        let running = Running {
            deadline: Instant::now() + Duration::from_secs(program.seconds),
            child,
            output,
            group,
            tail: Vec::new(),
        };
        running.wait(cancel, watch)
    }

    fn group(&self, scratch: &Path) -> Result<Option<Group>> {
        let id = crate::digest::of_bytes(scratch.as_os_str().as_encoded_bytes());
        let name = format!(
            "kaas-{}-{}",
            std::process::id(),
            id.get(..12).unwrap_or_default()
        );
        let group = Group::make(&name, &self.limits);
        if group.is_none() && self.missing == Missing::Refuse {
            return Err(Trouble::infrastructure(
                "no control group can be made here, and the configuration allows nothing else: \
                 delegate one to the builder, or allow limits of each process",
            ));
        }
        Ok(group)
    }

    fn spec(&self, program: &Program, scratch: &Path, group: Option<&Group>) -> Result<Spec> {
        let root = scratch.join("root");
        fs::create_dir_all(&root).about(&root)?;
        Ok(Spec {
            words: program.words.clone(),
            environment: program.environment.clone(),
            folder: program.folder.clone(),
            mounts: program.mounts.clone(),
            network: program.network,
            isolation: self.isolation,
            limits: self.limits,
            instead: group.is_none(),
            entrances: group.map(Group::entrances).unwrap_or_default(),
            user: self.user,
            visible: self.visible.clone(),
            root,
            parent: std::process::id(),
        })
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where a sandbox's helper is started"
    )]
    fn start(&self, spec: &Spec, writer: std::io::PipeWriter) -> Result<Child> {
        let spec = serde_json::to_string(spec).about(&self.helper)?;
        let errors = writer.try_clone().about(&self.helper)?;
        let mut command = Command::new(&self.helper);
        command.arg(helper::ENTER).arg(spec).env_clear();
        command.stdin(Stdio::null()).stdout(writer).stderr(errors);
        command.spawn().about(&self.helper)
    }
}

/// A program under way.
struct Running {
    child: Child,
    output: PipeReader,
    group: Option<Group>,
    deadline: Instant,
    tail: Vec<u8>,
}

/// Why the waiting was over.
enum Woken {
    /// All who could write are gone.
    Silent,
    Cancelled,
    Late,
}

impl Running {
    fn wait(mut self, cancel: &Cancel, watch: Watch<'_>) -> Result<Ended> {
        let woken = self.listen(Some(cancel), watch);
        if !matches!(woken, Ok(Woken::Silent)) {
            self.kill()?;
        }
        let status = self.child.wait().about(Path::new("sandbox"))?;
        match woken? {
            Woken::Cancelled => Err(Trouble::Cancelled),
            Woken::Late => Err(Trouble::input(
                "it took longer than the configuration allows",
            )),
            Woken::Silent => Ok(Ended {
                code: status
                    .code()
                    .and_then(|it| u8::try_from(it).ok())
                    .unwrap_or(137),
                tail: String::from_utf8_lossy(&self.tail).into_owned(),
            }),
        }
    }

    /// Hands on the output until there is none any more, or something else happens.
    fn listen(&mut self, cancel: Option<&Cancel>, watch: Watch<'_>) -> Result<Woken> {
        let mut buffer = vec![0; 1 << 16];
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            let (speaks, is_cancelled) = wake(&self.output, cancel, left)?;
            if is_cancelled {
                return Ok(Woken::Cancelled);
            }
            if !speaks {
                return Ok(Woken::Late);
            }
            let count = self.output.read(&mut buffer).about(Path::new("output"))?;
            let bytes = buffer.get(..count).unwrap_or_default();
            if bytes.is_empty() {
                return Ok(Woken::Silent);
            }
            self.keep(bytes);
            watch(bytes)?;
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
        let surplus = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..surplus);
    }

    /// Ends the helper, and by that everything; waits until nobody holds the output open.
    fn kill(&mut self) -> Result<()> {
        if let Some(group) = &self.group {
            group.kill();
        }
        let helper = Pid::from_child(&self.child);
        let pidfd = pidfd_open(helper, PidfdFlags::empty());
        // Whoever has ended already can't be ended.
        let _ = pidfd.and_then(|pidfd| pidfd_send_signal(pidfd, Signal::KILL));
        self.deadline = Instant::now() + DYING;
        match self.listen(None, &mut |_: &[u8]| Ok(()))? {
            Woken::Silent => Ok(()),
            _ => Err(Trouble::infrastructure(
                "processes of the job did not end when they were killed",
            )),
        }
    }
}

/// Waits for output or a request to stop: whether there is either.
fn wake(output: &PipeReader, cancel: Option<&Cancel>, left: Duration) -> Result<(bool, bool)> {
    let mut fds = vec![PollFd::new(output, PollFlags::IN)];
    if let Some(cancel) = cancel {
        fds.push(PollFd::from_borrowed_fd(cancel.fd(), PollFlags::IN));
    }
    let left = Timespec {
        tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: left.subsec_nanos().into(),
    };
    let polled = rustix::io::retry_on_intr(|| poll(&mut fds, Some(&left)));
    polled.map_err(|error| Trouble::infrastructure(format!("poll: {error}")))?;
    let is_ready = |index: usize| fds.get(index).is_some_and(|fd| !fd.revents().is_empty());
    Ok((is_ready(0), is_ready(1)))
}
