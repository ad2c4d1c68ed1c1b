// SPDX-License-Identifier: Apache-2.0
//! The inside of a sandbox's making: a process that leaves the namespaces of the builder, and
//! process 1 of the new ones.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};

use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, set_parent_process_death_signal};
use rustix::thread::{UnshareFlags, set_no_new_privs, unshare_unsafe};
use serde::{Deserialize, Serialize};

use super::mounts::{self, Failed};
use super::{Isolation, Limits, Mount, Network, limits, user};

/// The first word of the helper's arguments.
pub(crate) const ENTER: &str = "sandbox-enter";
const INIT: &str = "sandbox-init";

/// The exit code where there is no sandbox to be had. No program that is run here has it.
pub(super) const NO_SANDBOX: u8 = 125;

/// All that the helper has to know.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Spec {
    pub(super) words: Vec<String>,
    pub(super) environment: Vec<(String, String)>,
    pub(super) folder: String,
    pub(super) mounts: Vec<Mount>,
    pub(super) network: Network,
    pub(super) isolation: Isolation,
    pub(super) limits: Limits,
    /// Whether limits of each process take the place of control groups.
    pub(super) instead: bool,
    /// Files to write oneself into.
    pub(super) entrances: Vec<PathBuf>,
    pub(super) user: u32,
    pub(super) visible: Vec<PathBuf>,
    /// An empty folder: the new root is mounted over it.
    pub(super) root: PathBuf,
    /// Who must be alive.
    pub(super) parent: u32,
}

/// Runs as a helper when the program was called as one.
pub(crate) fn called() -> Option<ExitCode> {
    let mut words = std::env::args().skip(1);
    let stage: fn(&Spec) -> Result<u8, Failed> = match words.next()?.as_str() {
        ENTER => enter,
        INIT => init,
        _ => return None,
    };
    let spec = words.next().unwrap_or_default();
    let code = match serde_json::from_str(&spec) {
        Ok(spec) => stage(&spec).unwrap_or_else(|failed| complain(&failed)),
        Err(error) => complain(&("its description".to_owned(), error.into())),
    };
    Some(ExitCode::from(code))
}

fn complain((what, error): &Failed) -> u8 {
    let _ = writeln!(io::stdout(), "sandbox: {what}: {error}");
    NO_SANDBOX
}

/// Leaves the builder's namespaces; the next process that it starts is the first of the new.
fn enter(spec: &Spec) -> Result<u8, Failed> {
    for entrance in &spec.entrances {
        about("control group", std::fs::write(entrance, "0"))?;
    }
    about("limits", limits::set(&spec.limits, spec.instead))?;
    leave(spec)?;
    about("death signal", end_with_parent())?;
    if std::os::unix::process::parent_id() != spec.parent {
        return about("the builder", Err(io::Error::other("it is gone")));
    }
    let spec = serde_json::to_string(spec).map_err(|error| ("spec".to_owned(), error.into()))?;
    let mut first = helper(&spec)?;
    let status = about("process 1", first.wait())?;
    Ok(exit_code(
        status.code(),
        std::os::unix::process::ExitStatusExt::signal(&status),
    ))
}

fn leave(spec: &Spec) -> Result<(), Failed> {
    let (user, group) = (rustix::process::geteuid(), rustix::process::getegid());
    let mut namespaces = UnshareFlags::NEWNS
        | UnshareFlags::NEWPID
        | UnshareFlags::NEWIPC
        | UnshareFlags::NEWUTS
        | UnshareFlags::NEWCGROUP;
    if spec.network == Network::None {
        namespaces |= UnshareFlags::NEWNET;
    }
    if user.is_root() {
        return about("namespaces", unshare(namespaces));
    }
    let forbidden = "user namespaces (kernel.unprivileged_userns_clone, user.max_user_namespaces)";
    about(forbidden, unshare(namespaces | UnshareFlags::NEWUSER))?;
    about("user map", user::map(0, (user.as_raw(), group.as_raw())))
}

/// Process 1: makes the surroundings, starts the program, and waits for whoever has no parent.
fn init(spec: &Spec) -> Result<u8, Failed> {
    about("death signal", end_with_parent())?;
    // The first namespace of the group is what the program sees as the root of all.
    mounts::enter(&spec.root, &spec.visible, &spec.mounts)?;
    about("host name", rustix::system::sethostname(b"build"))?;
    if spec.user != 0 && is_real_root() {
        about("build user", user::become_user(spec.user))?;
    }
    if spec.isolation == Isolation::Full {
        let (user, group) = (rustix::process::geteuid(), rustix::process::getegid());
        about("user namespace", unshare(UnshareFlags::NEWUSER))?;
        let outside = (user.as_raw(), group.as_raw());
        about("user map", user::map(user::INSIDE, outside))?;
    }
    about("privileges", set_no_new_privs(true))?;
    // A change of user clears it (prctl(2)).
    about("death signal", end_with_parent())?;
    let program = start(spec)?;
    wait_for(&program)
}

/// Not only in a user namespace of its own.
fn is_real_root() -> bool {
    let map = std::fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    let is_all = map.split_whitespace().eq(["0", "0", "4294967295"]);
    is_all && rustix::process::geteuid().is_root()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where programs of a job are started"
)]
fn start(spec: &Spec) -> Result<Child, Failed> {
    let (name, arguments) = spec.words.split_first().ok_or_else(|| {
        let error = io::Error::other("nothing is to be run");
        ("program".to_owned(), error)
    })?;
    let mut command = Command::new(name);
    command.args(arguments).env_clear();
    command.env(
        "PATH",
        "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
    );
    command.env("HOME", "/tmp").env("LC_ALL", "C.UTF-8");
    command.envs(spec.environment.iter().map(|(name, value)| (name, value)));
    command.current_dir(&spec.folder);
    about(name, command.spawn())
}

/// Whoever loses its parent becomes a child of process 1, and is waited for by it alone.
fn wait_for(program: &Child) -> Result<u8, Failed> {
    loop {
        let waited = about("wait", rustix::process::wait(WaitOptions::empty()))?;
        let Some((pid, status)) = waited else {
            continue;
        };
        if Some(pid) == Pid::from_raw(program.id().cast_signed()) {
            return Ok(of_status(status));
        }
    }
}

fn of_status(status: WaitStatus) -> u8 {
    exit_code(status.exit_status(), status.terminating_signal())
}

/// As a shell says it: 128 and the signal.
fn exit_code(code: Option<i32>, signal: Option<i32>) -> u8 {
    let code = code.or(signal.map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(255)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the helper starts itself in the namespaces that it made"
)]
fn helper(spec: &str) -> Result<Child, Failed> {
    let mut command = Command::new("/proc/self/exe");
    command.arg(INIT).arg(spec).env_clear().stdin(Stdio::null());
    about("process 1", command.spawn())
}

fn end_with_parent() -> rustix::io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))
}

#[expect(
    unsafe_code,
    reason = "only CLONE_FILES is dangerous, and it isn't among the flags"
)]
fn unshare(namespaces: UnshareFlags) -> rustix::io::Result<()> {
    // SAFETY: file descriptors stay shared, so no thread sees another's table.
    unsafe { unshare_unsafe(namespaces) }
}

fn about<T, E: Into<io::Error>>(what: &str, result: Result<T, E>) -> Result<T, Failed> {
    result.map_err(|error| (what.to_owned(), error.into()))
}
