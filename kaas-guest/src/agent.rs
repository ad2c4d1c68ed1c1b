// SPDX-License-Identifier: Apache-2.0
//! The part of the guest that talks to the service: unprivileged, one thread, no inbound
//! connection. It may be killed at any point, and goes on where it was.

mod clock;
mod download;
mod durable;
mod enrolling;
mod http;
mod identity;
mod installer;
mod invitation;
mod journal;
mod layout;
mod machine;
mod service;
mod session;
mod settings;
mod trouble;
mod upload;
mod voice;
mod work;

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::time::Duration;

use kaas_types::agent::Code;
use rustix::fs::{FlockOperation, flock};

use crate::failure::{About as _, Failure, Result};
use clock::{Backoff, jitter, pause};
use identity::Machine;
pub(crate) use layout::Layout;
use session::Session;
use settings::Settings;
use trouble::Trouble;
use voice::{Condition, Voice};

const AGENT_VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a turn came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// The next one may follow at once.
    Work,
    /// There was nothing to do, sooner than expected.
    Nothing,
    /// Nobody invited this machine.
    Uninvited,
}

/// See above.
struct Agent<'a> {
    layout: &'a Layout,
    settings: &'a Settings,
    machine: Option<Machine>,
    session: Option<Session<'a>>,
    /// The server does not know the identity: another one is wanted.
    is_unknown: bool,
}

/// Runs until the service revokes the guest.
pub(crate) fn run(layout: &Layout) -> Result<()> {
    let settings = layout.settings()?;
    let _lock = lock(layout)?;
    let mut voice = Voice::new(layout.status());
    let milliseconds = Duration::from_millis;
    let first = milliseconds(settings.retry_milliseconds);
    let mut backoff = Backoff::new(first, milliseconds(settings.retry_at_last_milliseconds));
    let mut agent = Agent::new(layout, &settings);
    loop {
        let turn = agent.turn();
        match &turn {
            Ok(Turn::Uninvited) => {
                voice.say(
                    Condition::Uninvited,
                    "this machine is not invited to enroll",
                );
                pause(jitter(settings.idle()));
            }
            Ok(turn) => {
                voice.say(Condition::Enrolled, &agent.describe());
                if *turn == Turn::Nothing {
                    pause(backoff.wait());
                } else {
                    backoff.reset();
                }
            }
            Err(Trouble::Refused(Code::Revoked, _)) => {
                voice.say(Condition::Revoked, "the service revoked this guest");
                return enrolling::forget(layout);
            }
            Err(trouble) => {
                voice.say(Condition::Troubled, &trouble.to_string());
                let least = match trouble {
                    Trouble::Later(_, Some(least)) => *least,
                    _ => Duration::ZERO,
                };
                pause(backoff.wait().max(least));
            }
        }
    }
}

/// Makes the folder of state, for one agent at a time.
fn lock(layout: &Layout) -> Result<File> {
    let mut folder = fs::DirBuilder::new();
    folder.recursive(true).mode(0o711);
    folder.create(&layout.state).about(&layout.state)?;
    let path = layout.lock();
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let file = options.open(&path).about(&path)?;
    let locked = flock(&file, FlockOperation::NonBlockingLockExclusive);
    locked.map_err(|_| {
        let message = format!("{}: another agent uses this folder", layout.state.display());
        Failure::new(message)
    })?;
    Ok(file)
}

impl<'a> Agent<'a> {
    fn new(layout: &'a Layout, settings: &'a Settings) -> Self {
        Self {
            layout,
            settings,
            machine: None,
            session: None,
            is_unknown: false,
        }
    }

    fn turn(&mut self) -> Result<Turn, Trouble> {
        let Some(session) = &mut self.session else {
            return self.begin();
        };
        let turn = session.turn();
        if let Err(Trouble::Refused(Code::CertificateUnknown, _)) = turn {
            self.is_unknown = true;
            self.session = None;
        }
        turn
    }

    /// Finds out who this guest is.
    fn begin(&mut self) -> Result<Turn, Trouble> {
        let machine = match &self.machine {
            Some(machine) => machine,
            None => self
                .machine
                .insert(enrolling::machine(self.layout, self.settings)?),
        };
        let kept = enrolling::kept(self.layout, machine)?;
        let identity = match kept {
            Some(kept) if !self.is_unknown => Some(kept),
            // What the server does not know today it may know tomorrow, so it is kept until
            // there is something better.
            kept => enrolling::enroll(self.layout, self.settings, machine)?.or(kept),
        };
        self.is_unknown = false;
        let Some(identity) = identity else {
            return Ok(Turn::Uninvited);
        };
        self.session = Some(Session::new(self.layout, self.settings, identity)?);
        Ok(Turn::Work)
    }

    fn describe(&self) -> String {
        let session = self.session.as_ref();
        session.map_or(String::new(), |session| {
            format!("enrolled as {}", session.guest())
        })
    }
}
