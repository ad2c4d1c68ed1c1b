// SPDX-License-Identifier: Apache-2.0
//! The programs of the machine that a deployment runs, each for a bounded time and with a
//! bounded output, none through a shell.

use std::fs;
use std::io::{Read as _, Seek as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};
use rustix::system::RebootCommand;

use crate::failure::{About as _, Failure, Result};

/// A program with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tool {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) limit: Duration,
    pub(crate) user: User,
}

/// As whom it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum User {
    Root,
    /// Somebody who owns nothing; what it prints is not kept.
    Nobody,
}

/// What starts programs, and the machine.
pub(crate) trait Tools {
    /// What it printed; an error unless it ended well and in time.
    fn run(&mut self, tool: &Tool) -> Result<String>;
    /// Whether the machine has it.
    fn has(&self, program: &str) -> bool;
    /// How much can still be written to the file system of a path.
    fn free_bytes(&self, path: &Path) -> Result<u64>;
    /// In an orderly way; returns before it happens.
    fn restart(&mut self) -> Result<()>;
}

impl Tool {
    pub(crate) fn new(program: &str, arguments: &[&str]) -> Self {
        Self {
            program: PathBuf::from(program),
            arguments: arguments.iter().map(|&word| word.to_owned()).collect(),
            limit: Duration::from_secs(60),
            user: User::Root,
        }
    }

    pub(crate) fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }
}

/// The real ones.
pub(crate) struct RealTools;

/// Where programs are.
const FOLDERS: [&str; 4] = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

const OUTPUT_LIMIT: u64 = 64 << 10;

/// `nobody` and `nogroup` of Debian.
const NOBODY: u32 = 65534;

impl Tools for RealTools {
    fn run(&mut self, tool: &Tool) -> Result<String> {
        let program = find(&tool.program);
        let mut output = file_in_memory()?;
        let mut child = start(&program, tool, &output)?;
        let status = wait(&mut child, tool.limit).about(&program)?;
        let mut text = Vec::new();
        output.rewind().about(&program)?;
        let mut output = output.take(OUTPUT_LIMIT);
        output.read_to_end(&mut text).about(&program)?;
        let text = String::from_utf8_lossy(&text).into_owned();
        let last = text.lines().last().unwrap_or_default();
        match status {
            Some(status) if status.success() => Ok(text),
            Some(status) => Err(failure(&program, &format!("{status}: {last}"))),
            None => {
                let seconds = tool.limit.as_secs();
                Err(failure(&program, &format!("not ended after {seconds} s")))
            }
        }
    }

    fn has(&self, program: &str) -> bool {
        find(Path::new(program)).is_absolute()
    }

    fn free_bytes(&self, path: &Path) -> Result<u64> {
        let status = rustix::fs::statvfs(path).about(path)?;
        Ok(status.f_bavail.saturating_mul(status.f_frsize))
    }

    fn restart(&mut self) -> Result<()> {
        let orderly = self.run(&Tool::new("systemctl", &["--no-block", "reboot"]));
        if orderly.is_ok() {
            return Ok(());
        }
        rustix::fs::sync();
        rustix::system::reboot(RebootCommand::Restart).about(Path::new("reboot"))
    }
}

fn find(program: &Path) -> PathBuf {
    let paths = FOLDERS.iter().map(|folder| Path::new(folder).join(program));
    let found = paths.into_iter().find(|path| path.is_file());
    found.unwrap_or_else(|| program.to_owned())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the installer starts a program"
)]
fn start(program: &Path, tool: &Tool, output: &fs::File) -> Result<Child> {
    let mut command = Command::new(program);
    command.args(&tool.arguments).env_clear().current_dir("/");
    command.env("PATH", FOLDERS.join(":")).env("LC_ALL", "C");
    command.stdin(Stdio::null()).process_group(0);
    if tool.user == User::Nobody {
        // Setting a user as root also drops every other group.
        command.gid(NOBODY).uid(NOBODY);
        command.stdout(Stdio::null()).stderr(Stdio::null());
    } else {
        command.stdout(output.try_clone().about(program)?);
        command.stderr(output.try_clone().about(program)?);
    }
    command.spawn().about(program)
}

/// Nothing when it had to be killed, with all that it had started.
fn wait(child: &mut Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else {
        return child.wait().map(Some);
    };
    let handle = pidfd_open(pid, PidfdFlags::empty())?;
    let limit = Timespec {
        tv_sec: limit.as_secs().cast_signed(),
        tv_nsec: 0,
    };
    let ended = poll(&mut [PollFd::new(&handle, PollFlags::IN)], Some(&limit))?;
    if ended > 0 {
        return child.wait().map(Some);
    }
    let _ = kill_process_group(pid, Signal::KILL);
    child.wait()?;
    Ok(None)
}

fn file_in_memory() -> Result<fs::File> {
    let flags = rustix::fs::MemfdFlags::CLOEXEC;
    rustix::fs::memfd_create("output", flags)
        .map(fs::File::from)
        .about(Path::new("memfd"))
}

fn failure(program: &Path, what: &str) -> Failure {
    Failure::new(format!("{}: {what}", program.display()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{RealTools, Tool, Tools as _};

    #[test]
    fn what_a_program_prints_and_how_it_ends() {
        let echo = Tool::new("echo", &["a b"]);
        assert_eq!(RealTools.run(&echo).unwrap(), "a b\n");
        assert!(RealTools.run(&Tool::new("false", &[])).is_err());
        assert!(RealTools.run(&Tool::new("no-such-program", &[])).is_err());
        assert!(RealTools.has("echo") && !RealTools.has("no-such-program"));
    }

    #[test]
    fn a_program_that_does_not_end_is_killed() {
        let sleep = Tool::new("sleep", &["1000"]).within(Duration::from_secs(1));
        let error = RealTools.run(&sleep).unwrap_err().to_string();
        assert!(error.ends_with("not ended after 1 s"), "{error}");
    }
}
