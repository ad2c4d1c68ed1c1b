// SPDX-License-Identifier: Apache-2.0
//! With what the emulator executes the guest's instructions.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// See above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accelerator {
    /// The processor itself does.
    Kvm,
    /// The emulator translates them. In one thread: with several, self-modifying code of
    /// the kernel (`text_poke()`) can stay stale and the guest hangs.
    Translation,
}

/// How long a kernel may take to say its first word where KVM works.
const PATIENCE: Duration = Duration::from_secs(20);

impl Accelerator {
    /// KVM where a kernel gets as far as its first line with it: a device file alone proves
    /// nothing, since the machine may be a guest itself.
    pub fn probe(kernel: &Path) -> Self {
        if Path::new("/dev/kvm").exists() && speaks(kernel) {
            Self::Kvm
        } else {
            Self::Translation
        }
    }

    /// The emulator's arguments.
    pub fn arguments(self) -> [&'static str; 4] {
        match self {
            Self::Kvm => ["-accel", "kvm", "-cpu", "host"],
            Self::Translation => ["-accel", "tcg,thread=single", "-cpu", "max"],
        }
    }
}

fn speaks(kernel: &Path) -> bool {
    let mut command = super::command_line::emulator();
    command.args(Accelerator::Kvm.arguments());
    command.args(["-m", "512", "-display", "none", "-no-reboot"]);
    command
        .args(["-monitor", "none", "-serial", "stdio", "-kernel"])
        .arg(kernel);
    command.args(["-append", "console=ttyS0 panic=-1"]);
    let spawned = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut emulator) = spawned else {
        return false;
    };
    let (sender, events) = std::sync::mpsc::channel();
    let console = emulator.stdout.take();
    let heard = console.is_some_and(|console| {
        super::console::forward(console, sender);
        is_heard(&events)
    });
    // Whoever has ended already can't be ended.
    let _ = emulator.kill();
    let _ = emulator.wait();
    heard
}

fn is_heard(events: &std::sync::mpsc::Receiver<super::Event>) -> bool {
    let deadline = Instant::now() + PATIENCE;
    let next = || {
        events
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            .ok()
    };
    std::iter::from_fn(next)
        .any(|event| matches!(event, super::Event::Line(line) if line.contains("Linux version")))
}
