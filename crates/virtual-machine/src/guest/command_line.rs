// SPDX-License-Identifier: Apache-2.0
//! The machine that is emulated: the one that the traces were recorded on.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Accelerator;
use crate::Result;
use crate::memcached;
use crate::program;

const EMULATOR: &str = "qemu-system-x86_64";

/// Where the emulator listens.
#[derive(Clone, Debug)]
pub(crate) struct Sockets {
    pub(crate) monitor: PathBuf,
    pub(crate) conversation: PathBuf,
}

/// A port of the guest, and the port of the loopback interface here that leads to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forward {
    pub(crate) outside: u16,
    pub(crate) inside: u16,
}

/// What is started, and with what.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    pub boots: Boots<'a>,
    pub disk: &'a Path,
    /// Whether changes of the disk stay when the machine is gone.
    pub keeps_changes: bool,
    /// Whether the guest answers on its second serial port.
    pub has_conversation: bool,
    /// A second disk, which the guest may write to.
    pub second_disk: Option<&'a Path>,
    /// In MiB.
    pub memory: u32,
    pub processors: u32,
    /// The guest's TCP ports that are reachable from this machine, and from no other.
    pub ports: &'a [u16],
}

/// Who loads the kernel.
#[derive(Clone, Copy, Debug)]
pub enum Boots<'a> {
    /// The emulator.
    Kernel {
        kernel: &'a Path,
        initramfs: Option<&'a Path>,
        /// What the kernel is told, beside the console.
        command_line: &'a str,
    },
    /// The boot loader on the disk.
    Disk,
}

impl<'a> Start<'a> {
    /// A machine of the size that most have here; its changes are thrown away.
    pub fn new(boots: Boots<'a>, disk: &'a Path) -> Self {
        Self {
            boots,
            disk,
            keeps_changes: false,
            has_conversation: false,
            second_disk: None,
            memory: 1536,
            processors: 1,
            ports: &[memcached::PORT],
        }
    }
}

impl Start<'_> {
    /// The emulator's command; its standard output is the guest's console.
    pub(crate) fn command(
        &self,
        accelerator: Accelerator,
        forwards: &[Forward],
        sockets: &Sockets,
    ) -> Command {
        let mut command = emulator();
        command.args(["-machine", "q35"]);
        command.arg("-smp").arg(self.processors.to_string());
        command.arg("-m").arg(self.memory.to_string());
        command.args(accelerator.arguments());
        command.args(["-display", "none", "-vga", "std", "-monitor", "none"]);
        command.args(["-device", "virtio-rng-pci", "-serial", "stdio"]);
        if self.has_conversation {
            let port = sockets.conversation.display();
            command.arg("-serial");
            command.arg(format!("unix:{port},server=on,wait=off"));
        }
        command.arg("-netdev").arg(network(forwards));
        command.args(["-device", "virtio-net-pci,netdev=net"]);
        let disks = [
            Some((self.disk, self.keeps_changes)),
            self.second_disk.map(|disk| (disk, true)),
        ];
        for (disk, keeps_changes) in disks.into_iter().flatten() {
            command.arg("-drive").arg(drive(disk, keeps_changes));
        }
        command.arg("-qmp").arg(format!(
            "unix:{},server=on,wait=off",
            sockets.monitor.display()
        ));
        self.boots.add_to(&mut command);
        command.stdout(Stdio::piped()).stderr(Stdio::inherit());
        command
    }
}

impl Boots<'_> {
    fn add_to(self, command: &mut Command) {
        let Self::Kernel {
            kernel,
            initramfs,
            command_line,
        } = self
        else {
            return;
        };
        command.arg("-kernel").arg(kernel);
        if let Some(initramfs) = initramfs {
            command.arg("-initrd").arg(initramfs);
        }
        command.arg("-append");
        command.arg(format!("console=ttyS0 loglevel=4 panic=-1 {command_line}"));
    }
}

/// Ends with whoever started it, however that ends.
pub(crate) fn emulator() -> Command {
    let mut command = program::clean("setpriv");
    command.args(["--pdeathsig", "KILL", EMULATOR]);
    command
}

/// A sentence where the emulator can't be started.
pub fn is_there() -> Result<()> {
    program::run(program::clean(EMULATOR).arg("--version")).map(drop)
}

/// Nothing of the guest is reachable but these ports, and those only from this machine.
fn network(forwards: &[Forward]) -> String {
    let forward = |Forward { outside, inside }: &Forward| {
        format!(",hostfwd=tcp:127.0.0.1:{outside}-:{inside}")
    };
    let forwards: String = forwards.iter().map(forward).collect();
    format!("user,id=net,restrict=on{forwards}")
}

fn drive(disk: &Path, keeps_changes: bool) -> String {
    // The emulator takes a comma for the end of the name.
    let disk = disk.display().to_string().replace(',', ",,");
    let snapshot = if keeps_changes { "off" } else { "on" };
    format!("file={disk},format=raw,if=virtio,snapshot={snapshot},cache=unsafe")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_is_told_what_is_wanted() {
        let boots = Boots::Kernel {
            kernel: Path::new("k"),
            initramfs: None,
            command_line: "root=UUID=1 ro boot.ask=state,poweroff",
        };
        let mut command = program::clean("emulator");
        boots.add_to(&mut command);
        let last = command.get_args().last().unwrap().to_string_lossy();
        assert!(last.ends_with(" root=UUID=1 ro boot.ask=state,poweroff"));
        assert!(drive(Path::new("a,b"), false).starts_with("file=a,,b,"));
    }

    #[test]
    fn only_what_is_asked_for_is_reachable() {
        let forward = |outside, inside| Forward { outside, inside };
        let found = network(&[forward(4000, 80), forward(4001, 443)]);
        let expected = ",hostfwd=tcp:127.0.0.1:4000-:80,hostfwd=tcp:127.0.0.1:4001-:443";
        assert_eq!(found, format!("user,id=net,restrict=on{expected}"));
        assert_eq!(network(&[]), "user,id=net,restrict=on");
    }
}
