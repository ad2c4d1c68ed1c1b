// SPDX-License-Identifier: Apache-2.0
//! The machine in which kernels are deployed. What a cloud does from outside is done here: it is
//! reset when nothing is heard of it any more.

use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use virtual_machine::{Accelerator, Boots, Conversation, Event, Failure, Guest, Result, Start};

use super::recipe::Recipe;
use super::signer::{Signed, TRUSTED};
use super::supply::Supply;
use crate::image::grub::Bootable;

/// See above.
pub(super) struct Site<'a> {
    guest: Guest,
    conversation: Conversation,
    pub(super) supply: &'a Supply,
    /// Of the next release.
    serial: u64,
    /// The distribution's kernel.
    pub(super) stock: String,
    pub(super) boots: u32,
    /// What the console has said since somebody looked.
    heard: Vec<String>,
}

/// How far a deployment has come, as the installer says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Status {
    Pending,
    Installing,
    Trial,
    Confirmed,
    RolledBack,
    Refused,
}

/// The installer's answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub(super) enum Answer {
    Deployment(Deployment),
    Refused { reason: String },
    Invalid { reason: String },
}

impl Answer {
    /// To a request that has to be carried out.
    pub(super) fn deployment(self) -> Result<Deployment> {
        match self {
            Self::Deployment(deployment) => Ok(deployment),
            Self::Refused { reason } => Err(Failure::new(format!("refused: {reason}"))),
            Self::Invalid { reason } => Err(Failure::new(format!("not done: {reason}"))),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Deployment {
    pub(super) status: Option<Status>,
    pub(super) reason: String,
    pub(super) running: String,
    pub(super) installed: bool,
}

/// Emulated, and beside other work, all is slow.
const PATIENCE: Duration = Duration::from_secs(900);

impl<'a> Site<'a> {
    /// Starts it from its own disk, and brings the agent there. Its changes are lost at its end.
    pub(super) fn start(folder: &Path, bootable: &Bootable, supply: &'a Supply) -> Result<Self> {
        let stock = bootable.kernel("6.1")?;
        let start = Start {
            has_conversation: true,
            second_disk: Some(&supply.disk),
            ..Start::new(Boots::Disk, &bootable.disk)
        };
        let guest = Guest::start(&start, Accelerator::probe(&stock.image), folder)?;
        let conversation = guest.conversation(Instant::now() + PATIENCE)?;
        let mut site = Self {
            guest,
            conversation,
            supply,
            serial: 10,
            stock: stock.release()?.to_owned(),
            boots: 1,
            heard: Vec::new(),
        };
        site.script(
            "mkdir /srv/supply && tar -C /srv/supply -xf /dev/vdb --exclude=./kernel.deb && sh /srv/supply/arrive.sh",
        )?;
        site.is_up()?;
        // Else no trial could ever be found healthy.
        site.script(
            "for i in $(seq 200); do [ -s /run/kaas-guest/reached ] && exit; sleep 1; done; exit 1",
        )?;
        Ok(site)
    }

    /// What a script prints that has to succeed.
    pub(super) fn script(&mut self, script: &str) -> Result<String> {
        self.conversation.answer(script, PATIENCE)
    }

    /// The same, for what takes very long.
    pub(super) fn patient_script(&mut self, script: &str) -> Result<String> {
        self.conversation.answer(script, PATIENCE * 4)
    }

    /// A number that no release had yet.
    pub(super) fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// The last such number.
    pub(super) fn last_serial(&self) -> u64 {
        self.serial
    }

    /// As the agent asks it.
    pub(super) fn ask(&mut self, request: &serde_json::Value) -> Result<Answer> {
        let text = self.script(&format!(
            "for i in $(seq 200); do [ -S /run/kaas-guest/installer.sock ] && break; sleep 1; done\n\
             kaas-guest installer --ask <<'END'\n{request}\nEND"
        ))?;
        let unreadable = |error| Failure::new(format!("the installer's answer {text:?}: {error}"));
        serde_json::from_str(&text).map_err(unreadable)
    }

    /// The state of the deployment after a request that has to be carried out.
    pub(super) fn done(&mut self, request: &serde_json::Value) -> Result<Deployment> {
        self.ask(request)?.deployment()
    }

    pub(super) fn status(&mut self) -> Result<Deployment> {
        self.done(&serde_json::json!({"action": "status"}))
    }

    /// Installs the next release.
    pub(super) fn install(&mut self, recipe: &Recipe) -> Result<Deployment> {
        let document = recipe.document(self.next_serial());
        self.install_signed(&TRUSTED.sign(document)?)?.deployment()
    }

    pub(super) fn install_signed(&mut self, signed: &Signed) -> Result<Answer> {
        self.ask(&serde_json::json!({"action": "install", "release": signed}))
    }

    /// Waits until nothing is being started any more.
    pub(super) fn is_up(&mut self) -> Result<()> {
        // Prints its answer and fails where a unit has failed: that is for others to judge.
        self.script("systemctl is-system-running --wait || true")
            .map(drop)
    }

    /// Waits until it has started again, by itself or, when `patience` is over, by a reset.
    pub(super) fn again(&mut self, patience: Duration) -> Result<Restarted> {
        self.boots += 1;
        if self.conversation.again(Instant::now() + patience).is_ok() {
            return Ok(Restarted::ByItself);
        }
        self.reset()?;
        Ok(Restarted::ByReset)
    }

    /// Waits until it has started again by itself.
    pub(super) fn again_by_itself(&mut self) -> Result<()> {
        self.boots += 1;
        self.conversation.again(Instant::now() + PATIENCE)
    }

    /// A request in whose course, or soon after, the power goes and comes back.
    pub(super) fn cut_off(&mut self, request: &serde_json::Value) -> Result<()> {
        if self.ask(request).is_ok() {
            return self.again_by_itself();
        }
        // That it has started again is what ended the request.
        self.boots += 1;
        self.script("true").map(drop)
    }

    /// Waits until the console says something.
    pub(super) fn waits_for(&mut self, words: &str) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while let Some(event) = self.guest.next(deadline) {
            if matches!(&event, Event::Line(line) if line.contains(words)) {
                return Ok(());
            }
        }
        Err(Failure::new(format!("the console never said {words:?}")))
    }

    /// The power goes, and comes back.
    pub(super) fn cut(&mut self) -> Result<()> {
        self.boots += 1;
        self.reset()
    }

    fn reset(&mut self) -> Result<()> {
        self.guest.reset()?;
        self.conversation.again(Instant::now() + PATIENCE)
    }

    /// Whether the console said something since the last time that this was asked.
    pub(super) fn has_said(&mut self, words: &str) -> bool {
        while let Some(Event::Line(line)) = self.next_event() {
            self.heard.push(line);
        }
        let found = self.heard.iter().any(|line| line.contains(words));
        self.heard.clear();
        found
    }

    /// Emptied of everything but lines.
    fn next_event(&self) -> Option<Event> {
        let next = || self.guest.next(Instant::now());
        std::iter::from_fn(next).find(|event| matches!(event, Event::Line(_)))
    }

    /// CPU time of the emulator until now.
    pub(super) fn cost(&self) -> Result<Duration> {
        self.guest.cpu_time()
    }

    /// All files below `/boot` and of modules: what they are, when they were changed (of folders,
    /// only what they are), and what is in those of `/boot`.
    pub(super) fn digest(&mut self) -> Result<String> {
        self.script(
            "sync; cd / && { find boot usr/lib/modules -type d -printf '%p %m %U:%G\\n' -o \
             -printf '%p %y %m %U:%G %s %T@ %C@ %i %l\\n' | sort; \
             find boot -type f | sort | xargs sha256sum; } | sha256sum",
        )
    }

    /// Nothing of a tailored kernel is left on the disk, and the boot loader knows of none.
    pub(super) fn is_clean(&mut self) -> Result<()> {
        let left = self.script(
            "ls -Ad /lib/modules/.kaas* 2>/dev/null || true; \
             ls /lib/modules | grep -v '^6.1.0' || true; \
             ls -d /boot/kaas 2>/dev/null || true; \
             grep -h kaas /boot/grub/custom.cfg 2>/dev/null || true; \
             grep -a next_entry=. /boot/grub/grubenv || true",
        )?;
        if left.is_empty() {
            return Ok(());
        }
        Err(Failure::new(format!("it left behind: {left}")))
    }
}

/// How a machine came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Restarted {
    ByItself,
    /// It had said nothing for too long.
    ByReset,
}
