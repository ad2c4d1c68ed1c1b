// SPDX-License-Identifier: Apache-2.0
//! A machine with the image, which has started and can be asked.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use virtual_machine::cache::Cache;
use virtual_machine::{Accelerator, Boots, Conversation, Failure, Guest, Result, Start};

use crate::image::Image;

/// See above.
pub(crate) struct Station {
    pub(crate) guest: Guest,
    conversation: Conversation,
    /// CPU time of the emulator until the start was over.
    pub(crate) boot: Duration,
}

/// How it is started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    /// The series of its kernel.
    pub(crate) kernel: &'a str,
    /// What the kernel is told beside where its root is.
    pub(crate) options: &'a str,
    pub(crate) second_disk: Option<&'a Path>,
    /// In MiB.
    pub(crate) memory: u32,
}

/// Emulated, and beside other work, all is slow.
const PATIENCE: Duration = Duration::from_secs(900);

impl Station {
    /// Waits until the start is over.
    pub(crate) fn start(cache: &Cache, image: &Image, wanted: &Wanted<'_>) -> Result<Self> {
        let kernel = image.kernel(wanted.kernel)?;
        let plain = image.plain();
        let command_line = format!("root=/dev/vda ro {}", wanted.options);
        let boots = Boots::Kernel {
            kernel: &kernel.image,
            initramfs: Some(&kernel.initramfs),
            command_line: &command_line,
        };
        let start = Start {
            second_disk: wanted.second_disk,
            memory: wanted.memory,
            has_conversation: true,
            ..Start::new(boots, &plain)
        };
        let folder = folder(cache)?;
        let guest = Guest::start(&start, Accelerator::probe(&kernel.image), &folder)?;
        let deadline = Instant::now() + PATIENCE;
        let mut conversation = guest.conversation(deadline)?;
        is_up(&mut conversation)?;
        let boot = guest.cpu_time()?;
        Ok(Self {
            guest,
            conversation,
            boot,
        })
    }

    /// What a script prints that has to succeed.
    pub(crate) fn answer(&mut self, script: &str) -> Result<String> {
        self.conversation.answer(script, PATIENCE)
    }

    /// The content of a file, or the output of another command.
    pub(crate) fn bytes(&mut self, script: &str) -> Result<Vec<u8>> {
        let reply = self.conversation.ask(script, PATIENCE)?;
        match reply.code {
            0 => Ok(reply.output),
            code => Err(Failure::new(format!(
                "in the guest, {script:?} failed ({code})"
            ))),
        }
    }

    /// A field of what `kaas-guest status` says.
    pub(crate) fn status(&mut self, field: &str) -> Result<u64> {
        let text = self.answer("cat /run/kaas-guest/status")?;
        let unreadable = |error| Failure::new(format!("the status {text:?}: {error}"));
        let status: serde_json::Value = serde_json::from_str(&text).map_err(unreadable)?;
        let missing = || Failure::new(format!("the status has no {field}: {text}"));
        status[field].as_u64().ok_or_else(missing)
    }

    /// CPU time of the emulator for something.
    pub(crate) fn cost<T>(&self, of: impl FnOnce(&Guest) -> Result<T>) -> Result<(Duration, T)> {
        let before = self.guest.cpu_time()?;
        let done = of(&self.guest)?;
        Ok((self.guest.cpu_time()?.saturating_sub(before), done))
    }
}

/// A folder for the sockets and the console of one machine.
fn folder(cache: &Cache) -> Result<PathBuf> {
    cache.folder(format!("guest-test/{}", std::process::id()))
}

fn is_up(conversation: &mut Conversation) -> Result<()> {
    let wait = "systemctl is-system-running --wait";
    let state = conversation.ask(wait, PATIENCE)?.text();
    if state == "running" {
        return Ok(());
    }
    let failed = conversation.ask("systemctl --failed --no-legend", PATIENCE)?;
    let failed = failed.text();
    Err(Failure::new(format!("the machine is {state}: {failed}")))
}
