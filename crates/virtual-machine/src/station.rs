// SPDX-License-Identifier: Apache-2.0
//! A machine that has started, and does what scripts say.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::{Accelerator, Conversation, Event, Failure, Guest, Reply, Result, Start};

/// See above.
pub struct Station {
    pub guest: Guest,
    conversation: Conversation,
    /// CPU time of the emulator until the start was over.
    pub boot: Duration,
    /// After the latest start.
    pub state: State,
}

/// How a start ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// What `systemctl is-system-running` says: `running`, `degraded`.
    pub name: String,
    /// The units that failed.
    pub failed: BTreeSet<String>,
}

/// Emulated, and beside other work, all is slow.
const PATIENCE: Duration = Duration::from_secs(900);

impl Station {
    /// Waits until the start is over.
    pub fn start(start: &Start<'_>, accelerator: Accelerator, folder: &Path) -> Result<Self> {
        let start = Start {
            has_conversation: true,
            ..*start
        };
        let guest = Guest::start(&start, accelerator, folder)?;
        let mut conversation = guest.conversation(Instant::now() + PATIENCE)?;
        let state = State::of(&mut conversation)?;
        let boot = guest.cpu_time()?;
        Ok(Self {
            guest,
            conversation,
            boot,
            state,
        })
    }

    /// Lets it start again, and waits for that.
    pub fn restart(&mut self) -> Result<()> {
        // Whether the script's end is heard before the machine's is chance.
        let _ = self.ask("systemctl reboot");
        self.conversation.again(Instant::now() + PATIENCE)?;
        self.state = State::of(&mut self.conversation)?;
        Ok(())
    }

    /// Lets it switch itself off; whether it did.
    pub fn power_off(mut self) -> bool {
        let _ = self.ask("systemctl poweroff");
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.guest.next(deadline) {
                Some(Event::PowerOff) => return true,
                Some(Event::Ended) | None => return false,
                Some(Event::Line(_) | Event::Reset) => {}
            }
        }
    }

    /// Executes a script, however it ends.
    pub fn ask(&mut self, script: &str) -> Result<Reply> {
        self.conversation.ask(script, PATIENCE)
    }

    /// What a script prints that has to succeed.
    pub fn answer(&mut self, script: &str) -> Result<String> {
        self.conversation.answer(script, PATIENCE)
    }

    /// The content of a file, or the output of another command.
    pub fn bytes(&mut self, script: &str) -> Result<Vec<u8>> {
        let reply = self.ask(script)?;
        match reply.code {
            0 => Ok(reply.output),
            code => Err(Failure::new(format!(
                "in the guest, {script:?} failed ({code})"
            ))),
        }
    }

    /// CPU time of the emulator for something.
    pub fn cost<T>(&self, of: impl FnOnce(&Guest) -> Result<T>) -> Result<(Duration, T)> {
        let before = self.guest.cpu_time()?;
        let done = of(&self.guest)?;
        Ok((self.guest.cpu_time()?.saturating_sub(before), done))
    }
}

impl State {
    /// Waits until the start is over.
    fn of(conversation: &mut Conversation) -> Result<Self> {
        let wait = "systemctl is-system-running --wait";
        let name = conversation.ask(wait, PATIENCE)?.text();
        let list = "systemctl list-units --failed --no-legend --plain | cut -d ' ' -f 1";
        let failed = conversation.answer(list, PATIENCE)?;
        let failed = failed.lines().map(str::to_owned).collect();
        Ok(Self { name, failed })
    }

    /// An error that names what failed, unless nothing did.
    pub fn is_running(&self) -> Result<()> {
        let Self { name, failed } = self;
        if name == "running" {
            return Ok(());
        }
        let failed: Vec<&str> = failed.iter().map(String::as_str).collect();
        let failed = failed.join(", ");
        Err(Failure::new(format!("the machine is {name}: {failed}")))
    }
}
