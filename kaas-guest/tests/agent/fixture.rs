// SPDX-License-Identifier: Apache-2.0
//! An agent in a folder of its own, and a server for it that may be restarted or go mad.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use kaas_stand_in::{Misbehaviour, Options, StandIn};
use kaas_types::agent::{Action, CommandResult, Id, Kind};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Longer than anything takes on a machine that is busy.
const LONG: Duration = Duration::from_secs(120);

/// A server that is started again at the same address.
pub(crate) struct Cloud {
    folder: TempDir,
    options: Options,
    server: Option<StandIn>,
}

/// A machine's folders, and the agent in it.
pub(crate) struct Guest {
    folder: TempDir,
    process: Option<Child>,
}

impl Cloud {
    pub(crate) fn new(lifetime: Duration, misbehave: Option<Misbehaviour>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = Options::new(folder.path());
        let free: SocketAddr = "127.0.0.1:0".parse().unwrap();
        options.metadata = Some(free);
        options.lifetime = lifetime;
        options.misbehave = misbehave;
        let mut cloud = Self {
            folder,
            options,
            server: None,
        };
        cloud.start();
        cloud
    }

    pub(crate) fn good() -> Self {
        Self::new(Duration::from_secs(7 * 24 * 3600), None)
    }

    pub(crate) fn start(&mut self) {
        let server = StandIn::start(self.options.clone()).unwrap();
        self.options.listen = server.address();
        self.server = Some(server);
    }

    pub(crate) fn stop(&mut self) {
        self.server = None;
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn server(&self) -> &StandIn {
        self.server.as_ref().unwrap()
    }

    /// The guest that enrolled last as an instance.
    pub(crate) fn guest(&self, instance: &Id) -> Id {
        until("the guest is enrolled", || {
            let mut guests = self.server().guests().into_iter();
            guests
                .find(|(_, other)| other == instance)
                .map(|(guest, _)| guest)
        })
    }

    /// Asks for something and waits for what comes of it.
    pub(crate) fn ask(&self, action: &Action) -> CommandResult {
        let id = self.server().push(action).unwrap();
        self.result(&id)
    }

    pub(crate) fn result(&self, command: &Id) -> CommandResult {
        let result = || self.server().results(command).into_iter().next();
        until("there is a result", result)
    }

    pub(crate) fn snapshot(&self, guest: &Id) -> Vec<u8> {
        self.server().snapshot(guest, Kind::Trace).unwrap().1
    }
}

impl Guest {
    /// Not started. Nova's metadata are the server's.
    pub(crate) fn new(cloud: &Cloud, instance: &Id) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let guest = Self {
            folder,
            process: None,
        };
        for name in ["run", "state", "etc"] {
            fs::create_dir(guest.path(name)).unwrap();
        }
        guest.settings(&cloud.server().metadata(instance).unwrap());
        fs::write(guest.path("run/inventory"), "an inventory\n").unwrap();
        guest
    }

    pub(crate) fn settings(&self, metadata: &str) {
        let settings = serde_json::json!({
            "metadata": metadata,
            "config_drives": [self.path("run/drive")],
            "poll_seconds": 5,
            "patience_milliseconds": 1000,
            "retry_milliseconds": 20,
            "retry_at_last_milliseconds": 200,
            "idle_milliseconds": 100,
            "look_seconds": 1,
            "chunk_bytes": 16384,
        });
        fs::write(self.path("etc/agent.json"), settings.to_string()).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Bytes that gzip does not make shorter.
    pub(crate) fn trace(&self, length: usize) -> Vec<u8> {
        let mut state = 1_u64;
        let bytes: Vec<u8> = std::iter::repeat_with(|| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 56) as u8
        })
        .take(length)
        .collect();
        fs::write(self.path("run/trace"), &bytes).unwrap();
        bytes
    }

    #[expect(clippy::disallowed_methods, reason = "the agent is a process")]
    pub(crate) fn start(&mut self) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.path("log"))
            .unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_kaas-guest"));
        command.arg("agent").stdin(Stdio::null()).stderr(log);
        for name in ["run", "state", "etc"] {
            command.arg(format!("--{name}")).arg(self.path(name));
        }
        // A proxy that nobody should use.
        command
            .env("HTTPS_PROXY", "http://127.0.0.1:1")
            .env("HTTP_PROXY", "http://127.0.0.1:1");
        self.process = Some(command.spawn().unwrap());
    }

    /// At once, whatever it was doing.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Stops it, as a machine is paused, or lets it go on.
    pub(crate) fn pause(&self, is_paused: bool) {
        let id = Pid::from_child(self.process.as_ref().unwrap());
        let signal = if is_paused {
            Signal::STOP
        } else {
            Signal::CONT
        };
        kill_process(id, signal).unwrap();
    }

    pub(crate) fn end(&mut self) -> ExitStatus {
        let process = self.process.as_mut().unwrap();
        until("the agent ends", || process.try_wait().unwrap())
    }

    pub(crate) fn is_running(&mut self) -> bool {
        let process = self.process.as_mut().unwrap();
        process.try_wait().unwrap().is_none()
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// The most memory of its own that it ever had, in KiB: the pages of the program, which
    /// are larger in a test's than in a product's, not counted.
    pub(crate) fn memory(&self) -> u64 {
        let id = self.process.as_ref().unwrap().id();
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
        let line = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap()
                .split_whitespace()
                .next()
                .unwrap()
                .parse::<u64>()
                .unwrap()
        };
        line("VmHWM:") - line("RssFile:")
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("the agent said:\n{}", self.log());
        }
    }
}

pub(crate) fn instance(number: u8) -> Id {
    Id::from_random([number; 16])
}

/// Waits for something that happens, however long it takes here.
pub(crate) fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + LONG;
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < end, "in vain: {what}");
        pause(10);
    }
}

/// Milliseconds.
pub(crate) fn pause(time: u64) {
    let (_sender, receiver) = channel::<()>();
    let _ = receiver.recv_timeout(Duration::from_millis(time));
}
