// SPDX-License-Identifier: Apache-2.0
//! The machine that is emulated: the one that the traces were recorded on.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Accelerator;
use crate::Result;
use crate::program;

const EMULATOR: &str = "qemu-system-x86_64";

/// Where the emulator listens.
#[derive(Clone, Debug)]
pub(crate) struct Sockets {
    pub(crate) monitor: PathBuf,
    pub(crate) conversation: PathBuf,
}

/// What is started, and with what.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    pub kernel: &'a Path,
    pub initramfs: Option<&'a Path>,
    /// Its changes are thrown away.
    pub disk: &'a Path,
    /// What the kernel is told, beside the console.
    pub command_line: &'a str,
    /// Whether the guest answers on its second serial port.
    pub has_conversation: bool,
}

impl Start<'_> {
    /// The emulator's command; its standard output is the guest's console.
    pub(crate) fn command(
        &self,
        accelerator: Accelerator,
        port: u16,
        sockets: &Sockets,
    ) -> Command {
        let mut command = emulator();
        command.args(["-machine", "q35", "-smp", "1", "-m", "1536"]);
        command.args(accelerator.arguments());
        command.args(["-display", "none", "-vga", "std", "-monitor", "none"]);
        command.args(["-device", "virtio-rng-pci", "-serial", "stdio"]);
        if self.has_conversation {
            let port = sockets.conversation.display();
            command.arg("-serial");
            command.arg(format!("unix:{port},server=on,wait=off"));
        }
        command.arg("-netdev").arg(network(port));
        command.args(["-device", "virtio-net-pci,netdev=net"]);
        command.arg("-drive").arg(drive(self.disk));
        command.arg("-qmp").arg(format!(
            "unix:{},server=on,wait=off",
            sockets.monitor.display()
        ));
        command.arg("-kernel").arg(self.kernel);
        if let Some(initramfs) = self.initramfs {
            command.arg("-initrd").arg(initramfs);
        }
        command.arg("-append").arg(self.kernel_command_line());
        command.stdout(Stdio::piped()).stderr(Stdio::inherit());
        command
    }

    fn kernel_command_line(&self) -> String {
        format!("console=ttyS0 loglevel=4 panic=-1 {}", self.command_line)
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

/// Nothing of the guest is reachable but memcached, and that only from this machine.
fn network(port: u16) -> String {
    format!("user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{port}-:11211")
}

fn drive(disk: &Path) -> String {
    // The emulator takes a comma for the end of the name.
    let disk = disk.display().to_string().replace(',', ",,");
    format!("file={disk},format=raw,if=virtio,snapshot=on,cache=unsafe")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_is_told_what_is_wanted() {
        let start = Start {
            kernel: Path::new("k"),
            initramfs: None,
            disk: Path::new("a,b"),
            command_line: "root=UUID=1 ro boot.ask=state,poweroff",
            has_conversation: false,
        };
        let line = start.kernel_command_line();
        assert!(
            line.ends_with(" root=UUID=1 ro boot.ask=state,poweroff"),
            "{line}"
        );
        assert!(drive(start.disk).starts_with("file=a,,b,"));
    }
}
