// SPDX-License-Identifier: Apache-2.0
//! A guest that is enrolled: it says what it has to say, asks for commands, carries them out,
//! and renews its certificate. One thing after another, in one thread.

use std::fs;
use std::time::{Duration, Instant};

use kaas_types::agent::{
    Action, Code, Id, Line, Missing, Outcome, RenewRequest, ReportBody, Status, Tracing,
};

use super::clock::{ServerClock, uptime};
use super::identity::{Identity, Key};
use super::journal::{Journal, Stage};
use super::layout::Layout;
use super::service::Service;
use super::settings::Settings;
use super::trouble::Trouble;
use super::work::{Ended, Work};
use super::{AGENT_VERSION, Turn, durable, installer, machine};
use crate::failure::{About as _, Result};

/// Bytes of the list of what is missing.
const MISSING: u64 = 256 << 10;

/// See above.
pub(super) struct Session<'a> {
    layout: &'a Layout,
    settings: &'a Settings,
    boot: Id,
    identity: Identity,
    service: Service,
    journal: Journal,
    clock: ServerClock,
    /// In seconds of uptime.
    renewed: Option<u64>,
    looked: Option<u64>,
    /// As it was reported last.
    missing: Option<Missing>,
    is_reported: bool,
    is_reached: bool,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        layout: &'a Layout,
        settings: &'a Settings,
        identity: Identity,
    ) -> Result<Self> {
        Ok(Self {
            layout,
            settings,
            boot: machine::boot_id()?,
            service: connect(settings, &identity)?,
            journal: Journal::open(&layout.journal(), &identity.guest)?,
            identity,
            clock: ServerClock::default(),
            renewed: None,
            looked: None,
            missing: None,
            is_reported: false,
            is_reached: false,
        })
    }

    pub(super) fn guest(&self) -> &Id {
        &self.identity.guest
    }

    /// Once around.
    pub(super) fn turn(&mut self) -> Result<Turn, Trouble> {
        let turn = self.try_turn();
        if let Err(Trouble::Refused(Code::CertificateExpired, _)) = turn {
            self.renew()?;
            return Ok(Turn::Work);
        }
        turn
    }

    fn try_turn(&mut self) -> Result<Turn, Trouble> {
        let brought = self.poll()?;
        if self.is_renewal_due() {
            self.renew()?;
        }
        self.look()?;
        self.send()?;
        if self.work()? {
            self.send()?;
            return Ok(Turn::Work);
        }
        Ok(brought)
    }

    /// Asks for commands. Waits for one only while there is nothing else to do.
    fn poll(&mut self) -> Result<Turn, Trouble> {
        let is_busy = self.journal.task().is_some() || !self.is_reported;
        let wait = if is_busy {
            0
        } else {
            self.settings.poll_seconds
        };
        let start = Instant::now();
        let answer = self.service.poll(wait)?;
        self.clock.hear(answer.time);
        self.reached()?;
        self.journal.catch_up(answer.last_message);
        if !answer.commands.is_empty() && self.journal.accept(answer.commands.into_vec())? {
            return Ok(Turn::Work);
        }
        // A server that does not wait is not asked the more often for it.
        let is_patient = start.elapsed() >= Duration::from_secs(wait) / 2;
        Ok(if is_patient {
            Turn::Work
        } else {
            Turn::Nothing
        })
    }

    /// Tells the installer that the service can be reached in this boot.
    fn reached(&mut self) -> Result<()> {
        if !self.is_reached {
            self.is_reached = true;
            let path = self.layout.reached();
            let new = path.with_extension("new");
            let line = format!("{}\n", self.boot);
            let written = fs::write(&new, line);
            written
                .and_then(|()| fs::rename(&new, &path))
                .about(&path)?;
        }
        Ok(())
    }

    /// Two thirds of the time are over, by the server's clock. A server whose clock is wrong
    /// does not make us ask all the time.
    fn is_renewal_due(&self) -> bool {
        let is_due = self
            .clock
            .now()
            .is_some_and(|now| self.identity.is_due(now));
        let pause = self.identity.life() / 6;
        let is_early = |at: u64| uptime().saturating_sub(at) < pause;
        is_due && !self.renewed.is_some_and(is_early)
    }

    fn renew(&mut self) -> Result<(), Trouble> {
        let key = Key::make()?;
        let issued = self.service.renew(&RenewRequest {
            csr: key.request()?,
            agent_version: Line::cut(AGENT_VERSION),
            boot_id: self.boot.clone(),
        })?;
        let identity = self.identity.renewed(key, issued)?;
        let service = connect(self.settings, &identity)?;
        durable::save(&self.layout.identity(), &identity)?;
        (self.identity, self.service) = (identity, service);
        self.renewed = Some(uptime());
        Ok(())
    }

    /// Writes down what the service should know, if that has changed.
    fn look(&mut self) -> Result<()> {
        if !self.is_reported {
            self.is_reported = true;
            let status = self.status();
            self.journal.report(ReportBody::Status(status))?;
        }
        let is_early = |at: u64| uptime().saturating_sub(at) < self.settings.look_seconds;
        if self.looked.is_some_and(is_early) {
            return Ok(());
        }
        self.looked = Some(uptime());
        self.look_for_missing()?;
        let socket = self.layout.installer();
        let standing = installer::standing(&socket, self.journal.release());
        standing.map_or(Ok(()), |now| self.journal.deployment(now))
    }

    /// What makes no sense is told to nobody.
    fn look_for_missing(&mut self) -> Result<()> {
        let bytes = durable::read(&self.layout.missing(), MISSING)?;
        let missing = bytes.and_then(|bytes| serde_json::from_slice::<Missing>(&bytes).ok());
        let Some(missing) = missing.filter(|missing| self.missing.as_ref() != Some(missing)) else {
            return Ok(());
        };
        self.journal.report(ReportBody::Missing(missing.clone()))?;
        self.missing = Some(missing);
        Ok(())
    }

    fn status(&self) -> Status {
        let is_present = self.layout.run.join("tracer.sock").exists();
        let trace = self.layout.trace().metadata();
        Status {
            boot_id: self.boot.clone(),
            agent_version: Line::cut(AGENT_VERSION),
            kernel: machine::kernel(),
            tracing: if is_present {
                Tracing::Present
            } else {
                Tracing::Absent
            },
            trace_bytes: trace.map_or(0, |trace| trace.len()),
        }
    }

    fn send(&mut self) -> Result<(), Trouble> {
        while let Some(letter) = self.journal.letter() {
            let (path, body) = letter.request()?;
            match self.service.send(&path, &letter.key, &body) {
                // It arrived already, or never will.
                Err(Trouble::Refused(code, _)) if is_final(code) => {}
                other => other?,
            }
            self.journal.sent()?;
        }
        Ok(())
    }

    /// Carries out the first command; whether there was one.
    fn work(&mut self) -> Result<bool, Trouble> {
        let Some(task) = self.journal.task().cloned() else {
            return Ok(false);
        };
        let restarts = matches!(task.action, Action::Trial { .. } | Action::Rollback { .. });
        let (outcome, detail) = if restarts && task.stage == Stage::Begun {
            self.after_restart()
        } else {
            if restarts {
                self.journal.begin()?;
            }
            let work = Work {
                layout: self.layout,
                service: &self.service,
                chunk: self.settings.chunk_bytes,
                boot: &self.boot,
                release: self.journal.release(),
            };
            work.perform(&task.id, &task.action)?
        };
        if let (Action::Fetch { release }, Outcome::Done) = (&task.action, outcome) {
            self.journal.set_release(release)?;
        }
        self.journal.finish(outcome, &detail)?;
        self.looked = None;
        self.look()?;
        Ok(true)
    }

    /// The machine was restarted, or the agent died: it is not done again.
    fn after_restart(&self) -> Ended {
        let standing = installer::standing(&self.layout.installer(), self.journal.release());
        let detail = standing.map_or("the installer does not say".to_owned(), |now| {
            let detail = format!("{} {}", now.state, now.reason);
            detail.trim().to_owned()
        });
        (Outcome::Done, detail)
    }
}

/// Whether the server would say the same of a message again.
fn is_final(code: Code) -> bool {
    matches!(
        code,
        Code::SequenceStale | Code::NotFound | Code::Malformed | Code::TooLarge
    )
}

fn connect(settings: &Settings, identity: &Identity) -> Result<Service> {
    let credentials = identity.credentials();
    let (endpoint, authority) = (&identity.endpoint, &identity.authority);
    Service::new(endpoint, authority, Some(&credentials), settings.patience())
}
