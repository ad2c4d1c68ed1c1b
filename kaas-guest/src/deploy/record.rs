// SPDX-License-Identifier: Apache-2.0
//! What the installer remembers: written before what it speaks of is done, so that whoever reads
//! it after a power cut can finish or undo that.

use kaas_types::release::{Event, Health, Status};
use serde::{Deserialize, Serialize};

use super::machine::{self, Machine};
use crate::failure::{Failure, Result};

/// Everything. The default value is that of a machine which never heard of a release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    /// The highest serial that was installed, and the digest of its document: the same document
    /// may be tried again, an older one or another one of that number never.
    pub(super) accepted: Accepted,
    /// The deployment that is under way, or the last one.
    pub(super) current: Option<Current>,
    /// Confirmed kernels, at most [`KEPT`]; the machine starts the last by default, and where
    /// there is none, what its distribution says.
    pub(super) kept: Vec<Kernel>,
    /// Kernels whose files are to be removed, as soon as they don't run.
    pub(super) garbage: Vec<Kernel>,
    /// What the boot loader started by default before there was a tailored kernel, where it
    /// keeps that in one place.
    pub(super) default_before: Option<String>,
}

/// A tailored kernel with a good one before it.
pub(super) const KEPT: usize = 2;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Accepted {
    pub(super) serial: u64,
    pub(super) sha256: String,
}

/// A kernel in this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kernel {
    pub(super) serial: u64,
    /// Its `uname -r`.
    pub(super) release: String,
    /// What the boot loader needs to start it, in the loader's words; empty until its files are
    /// complete.
    pub(super) entry: String,
    /// The words of its command line, for a start without the boot loader.
    pub(super) command_line: String,
}

/// A deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Current {
    pub(super) kernel: Kernel,
    pub(super) status: Status,
    /// Why it is so, for a person.
    pub(super) reason: String,
    pub(super) health: Health,
    pub(super) deadline_seconds: u64,
    /// Present from the trial on.
    pub(super) trial: Option<Trial>,
}

/// A trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trial {
    /// The boot in which it was ordered, and which it ends.
    pub(super) boot: String,
    /// Units that had failed there already.
    pub(super) failed_units: Vec<String>,
    pub(super) by: Once,
    /// The boot which was restarted to leave the kernel again: done once, not for ever.
    pub(super) left: Option<String>,
}

/// How a kernel is started once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Once {
    /// By the boot loader, which forgets it before it starts it.
    Loader,
    /// By the running kernel; the boot loader never hears of it.
    Kexec,
}

impl Current {
    /// Its serial, while the boot loader shall start it the next time.
    pub(super) fn armed(&self, boot: &str) -> Option<u64> {
        let trial = self.trial.as_ref()?;
        let is_armed = self.status == Status::Trial && trial.boot == boot;
        (is_armed && trial.by == Once::Loader).then_some(self.kernel.serial)
    }
}

impl Record {
    pub(super) fn read(machine: &Machine) -> Result<Self> {
        let path = machine.layout.record();
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = machine::text(&path)?;
        serde_json::from_str(&text).map_err(|error| {
            let hint = "nothing is deployed until it is repaired or removed";
            Failure::new(format!("{}: {error}: {hint}", path.display()))
        })
    }

    pub(super) fn write(&self, machine: &mut Machine) -> Result<()> {
        let text = serde_json::to_string(self).map_err(|error| Failure::new(error.to_string()))?;
        machine
            .disk
            .replace(&machine.layout.record(), text.as_bytes())
    }

    /// Takes the current deployment through a transition.
    pub(super) fn advance(&mut self, event: Event, reason: &str) -> Result<()> {
        let nothing = || Failure::new("there is no deployment");
        let current = self.current.as_mut().ok_or_else(nothing)?;
        let after = current.status.after(event);
        current.status = after.map_err(|error| Failure::new(error.to_string()))?;
        reason.clone_into(&mut current.reason);
        Ok(())
    }

    pub(super) fn status(&self) -> Option<Status> {
        self.current.as_ref().map(|current| current.status)
    }

    /// The current kernel is unwanted: never started again, and removed when it doesn't run.
    pub(super) fn discard(&mut self) {
        let Some(current) = &mut self.current else {
            return;
        };
        let serial = current.kernel.serial;
        self.kept.retain(|kernel| kernel.serial != serial);
        if self.garbage.iter().all(|kernel| kernel.serial != serial) {
            self.garbage.push(current.kernel.clone());
        }
        current.kernel.entry.clear();
    }

    /// The current kernel is the default from now on; the last one before it is kept.
    pub(super) fn keep(&mut self) {
        let Some(current) = &self.current else {
            return;
        };
        self.kept
            .retain(|kernel| kernel.serial != current.kernel.serial);
        self.kept.push(current.kernel.clone());
        while self.kept.len() > KEPT {
            self.garbage.push(self.kept.remove(0));
        }
    }
}
