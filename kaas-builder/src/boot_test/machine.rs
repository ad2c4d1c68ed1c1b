// SPDX-License-Identifier: Apache-2.0
//! The machine that a kernel is booted in: emulated, in a sandbox, with a disk, a network that
//! leads nowhere, and one program.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::initramfs::Initramfs;
use super::modules;
use super::verdict::{Check, Verdict, verdict};
use crate::compile;
use crate::event::now;
use crate::harvest;
use crate::sandbox::{Mount, Program};
use crate::trouble::{About as _, Result, Trouble};
use crate::work::Work;

/// Says what works.
const INIT: &str = include_str!("../../data/init.c");

/// File systems that a disk can be made with here.
const FILE_SYSTEMS: [(&str, &str); 3] = [
    ("EXT4_FS", "ext4"),
    ("EXT3_FS", "ext3"),
    ("EXT2_FS", "ext2"),
];

/// Compiles the program and makes the disk with it; `$1` is the file system.
const MAKE: &str = r#"
set -eu
gcc -static -Os -o /out/init /in/init.c
mkdir /tmp/root /tmp/root/proc /tmp/root/sys /tmp/root/dev /tmp/root/disk
echo kaas > /tmp/root/mark
mkdir /out/shared
cp /tmp/root/mark /out/shared/
cp /out/init /tmp/root/init
truncate --size=16M /out/disk
if test "$1" != raw; then mke2fs -q -t "$1" -d /tmp/root /out/disk; fi
"#;

/// What is the same for every kernel. In one translating thread: with several,
/// self-modifying code of the kernel can stay stale.
const EMULATOR: [&str; 21] = [
    "-machine",
    "q35",
    "-smp",
    "1",
    "-m",
    "512",
    "-accel",
    "tcg,thread=single",
    "-cpu",
    "max",
    "-display",
    "none",
    "-no-reboot",
    "-monitor",
    "none",
    "-serial",
    "stdio",
    "-drive",
    "file=/machine/disk,format=raw,if=virtio,cache=unsafe",
    "-device",
    "virtio-net-pci,netdev=net",
];

/// It leads to the emulator alone, which has a file for who asks.
const NETWORK: &str = "user,id=net,restrict=on,tftp=/shared";

/// So much of a console is read.
const LONGEST_CONSOLE: usize = 1 << 20;

/// A kernel, by the folder that its compilation left.
pub(super) struct Machine<'m> {
    products: &'m Path,
    config: String,
    file_system: &'static str,
}

impl<'m> Machine<'m> {
    pub(super) fn new(products: &'m Path) -> Result<Self> {
        let config = harvest::text(products, compile::CONFIG, crate::config::LONGEST)?;
        let known = FILE_SYSTEMS.iter().find(|(symbol, _)| has(&config, symbol));
        let file_system = known.map_or("raw", |(_, name)| name);
        Ok(Self {
            products,
            config,
            file_system,
        })
    }

    /// What the configuration promises for this machine.
    pub(super) fn checks(&self) -> Vec<Check> {
        let has = |symbols: &[&str]| symbols.iter().all(|symbol| has(&self.config, symbol));
        let mut checks = vec![Check::Console];
        checks.extend(has(&["VIRTIO_BLK"]).then_some(Check::Disk));
        checks.extend(has(&["VIRTIO_NET", "INET"]).then_some(Check::Network));
        checks.push(Check::Time);
        checks
    }

    pub(super) fn boot(&self, work: &mut Work<'_>) -> Result<Verdict> {
        let room = work.room("machine")?;
        self.make(work, &room)?;
        if self.takes_initramfs() {
            let path = room.join("initramfs");
            fs::write(&path, self.initramfs(&room)?).about(&path)?;
        }
        let mut console = Vec::new();
        let program = self.emulator(work, &room);
        let ran = work.run_heard(&program, &mut |_, bytes| {
            let left = LONGEST_CONSOLE.saturating_sub(console.len());
            console.extend_from_slice(bytes.get(..left.min(bytes.len())).unwrap_or_default());
        });
        match ran.and_then(|ended| ended.success("the emulator")) {
            // It took too long, or the emulator did not like it: its console says why.
            Ok(()) | Err(Trouble::Input(_)) => {}
            Err(trouble) => return Err(trouble),
        }
        let console = String::from_utf8_lossy(&console);
        Ok(verdict(&console, &self.checks()))
    }

    fn make(&self, work: &mut Work<'_>, room: &Path) -> Result<()> {
        let sources = work.folder.scratch("init")?;
        let path = sources.join("init.c");
        fs::write(&path, INIT).about(&path)?;
        let program = Program::new(&["sh", "-c", MAKE, "make", self.file_system])
            .mount(Mount::read(&sources, "/in"))
            .mount(Mount::write(room, "/out"));
        work.run(&program)?.or_infrastructure("making the machine")
    }

    fn takes_initramfs(&self) -> bool {
        kernel_make::is_on(&self.config, "BLK_DEV_INITRD")
    }

    fn initramfs(&self, room: &Path) -> Result<Vec<u8>> {
        let mut archive = Initramfs::default();
        for folder in ["dev", "disk", "modules", "proc", "sys"] {
            archive.folder(folder);
        }
        archive.program("init", &bytes(room, "init")?);
        if let Some(folder) = self.modules()? {
            let dep = harvest::text(&folder, "modules.dep", 4 << 20)?;
            for (number, path) in modules::in_order(&dep).into_iter().enumerate() {
                archive.program(&format!("modules/{number}"), &bytes(&folder, path)?);
            }
        }
        Ok(archive.finish())
    }

    /// The folder with `modules.dep`, where there are modules.
    fn modules(&self) -> Result<Option<PathBuf>> {
        let folder = self.products.join(compile::MODULES);
        if !folder.is_dir() {
            return Ok(None);
        }
        let release = harvest::text(self.products, "release", 256)?;
        let folder = folder.join("lib/modules").join(release);
        Ok(folder.join("modules.dep").is_file().then_some(folder))
    }

    fn command_line(&self) -> String {
        let (time, kind) = (now(), self.file_system);
        let mut words = format!("console=ttyS0 loglevel=4 panic=-1 kaas.time={time}");
        if !self.takes_initramfs() {
            words.push_str(&format!(" root=/dev/vda rootfstype={kind} rw init=/init"));
        }
        let checks = self.checks();
        if checks.contains(&Check::Disk) {
            words.push_str(&format!(" kaas.disk={kind}"));
        }
        if checks.contains(&Check::Network) {
            words.push_str(" kaas.net=1");
        }
        words
    }

    fn emulator(&self, work: &Work<'_>, room: &Path) -> Program {
        let program = Program::new(&[&work.settings.emulator]);
        let program = EMULATOR
            .iter()
            .fold(program, |program, word| program.arg(*word));
        let mut program = program
            .arg("-netdev")
            .arg(NETWORK)
            .arg("-kernel")
            .arg("/products/image")
            .arg("-append")
            .arg(self.command_line());
        if self.takes_initramfs() {
            program = program.arg("-initrd").arg("/machine/initramfs");
        }
        program
            .mount(Mount::write(room, "/machine"))
            .mount(Mount::read(&room.join("shared"), "/shared"))
            .mount(Mount::read(self.products, "/products"))
            .for_seconds(work.settings.patience.boot)
    }
}

/// Built in, or a module.
fn has(config: &str, symbol: &str) -> bool {
    let module = format!("CONFIG_{symbol}=m");
    kernel_make::is_on(config, symbol) || config.lines().any(|line| line == module)
}

fn bytes(folder: &Path, name: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = harvest::open(folder, Path::new(name))?;
    file.take(64 << 20).read_to_end(&mut bytes).about(folder)?;
    Ok(bytes)
}
