// SPDX-License-Identifier: Apache-2.0
//! A server under way: started, stopped, and gone with its folder.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::kind::Kind;
use crate::{Failed, account};

/// How long a server may take on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server, until it is dropped.
#[derive(Debug)]
pub struct Server {
    kind: Kind,
    home: TempDir,
    child: Option<Child>,
}

impl Server {
    /// Makes an empty server and starts it. The kernel ends it with the thread that starts it:
    /// that should be the main one.
    pub fn start(kind: Kind) -> Result<Self, Failed> {
        // The path of a socket is short.
        let home = tempfile::Builder::new()
            .prefix("kaas-sql-")
            .tempdir_in("/tmp");
        let home = home.map_err(|why| Failed::new("a folder below /tmp", why))?;
        account::give(home.path())?;
        run(kind.initialise(home.path())?)?;
        let mut server = Self {
            kind,
            home,
            child: None,
        };
        server.resume()?;
        Ok(server)
    }

    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Makes a database, and says where it is, as operators write it.
    pub fn create_database(&self, name: &str) -> Result<String, Failed> {
        self.ask(&format!("CREATE DATABASE {name}"))?;
        Ok(self.kind.url(self.home.path(), name))
    }

    /// Runs a statement as its administrator.
    pub fn ask(&self, statement: &str) -> Result<(), Failed> {
        run(self.kind.client(self.home.path(), statement)?)
    }

    /// Ends it at once, without a chance to do anything; what was committed stays.
    pub fn stop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        // PostgreSQL's processes end with SIGQUIT to the first of them.
        let signal = match self.kind {
            Kind::Postgres => Signal::QUIT,
            Kind::Mariadb => Signal::KILL,
        };
        if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, signal);
        }
        let _ = child.wait();
    }

    /// Starts it again, where it is stopped, and waits until it answers.
    pub fn resume(&mut self) -> Result<(), Failed> {
        if self.child.is_some() {
            return Ok(());
        }
        let log = File::create(self.home.path().join("log"));
        let log = log.map_err(|why| Failed::new("the server's log", why))?;
        let mut command = self.kind.serve(self.home.path())?;
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        let child = command.spawn().map_err(|why| Failed::new("setpriv", why))?;
        self.child = Some(child);
        self.await_answer()
    }

    fn await_answer(&mut self) -> Result<(), Failed> {
        let start = Instant::now();
        loop {
            let Err(error) = self.ask("SELECT 1") else {
                return Ok(());
            };
            let ended = self.child.as_mut().map(Child::try_wait);
            if matches!(ended, Some(Ok(Some(_)))) || start.elapsed() > PATIENCE {
                let log = std::fs::read_to_string(self.home.path().join("log"));
                return Err(Failed::new(error, log.unwrap_or_default()));
            }
            pause();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server does not say when it is there; it has to be asked again"
)]
fn pause() {
    std::thread::sleep(Duration::from_millis(50));
}

/// Runs a program to its end; what it says is the error.
fn run(mut command: Command) -> Result<(), Failed> {
    let name = command.get_args().find(|arg| Path::new(arg).is_absolute());
    let name = name
        .map(|name| name.display().to_string())
        .unwrap_or_default();
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|why| Failed::new("setpriv", why))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(Failed::new(name, String::from_utf8_lossy(&output.stderr)))
    }
}
