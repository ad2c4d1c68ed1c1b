// SPDX-License-Identifier: Apache-2.0
//! The traceable image: the distribution's packages, the files of the image element, the
//! agent, and disks of it, made without mounting anything.

pub(crate) mod grub;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use virtual_machine::cache::{Cache, Digest, remove};
use virtual_machine::disk::{self, Before, UUID};
use virtual_machine::{About as _, Accelerator, Boots, Failure, Result, Start, Station};
use virtual_machine::{program, report};

/// See above.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    pub(crate) folder: PathBuf,
}

/// How a machine with it is started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    /// The series of its kernel.
    pub(crate) kernel: &'a str,
    /// What the kernel is told beside where its root is.
    pub(crate) options: &'a str,
    pub(crate) second_disk: Option<&'a Path>,
    /// In MiB.
    pub(crate) memory: u32,
    pub(crate) processors: u32,
    /// The ports that are asked from outside.
    pub(crate) ports: &'a [u16],
}

impl Default for Wanted<'_> {
    fn default() -> Self {
        Self {
            kernel: "6.1",
            options: "",
            second_disk: None,
            memory: 1536,
            processors: 1,
            ports: &[virtual_machine::memcached::PORT],
        }
    }
}

/// A kernel of the image, which the emulator can load itself.
#[derive(Clone, Debug)]
pub(crate) struct Kernel {
    pub(crate) image: PathBuf,
    pub(crate) initramfs: PathBuf,
}

const GUEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../virtual-machine/data/guest");
const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data");
const ELEMENT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../kaas-guest/elements/kaas-guest"
);
/// What goes into the root file system.
const PARTS: [(&str, &str); 6] = [
    (GUEST, "conversation"),
    (GUEST, "conversation.service"),
    (GUEST, "wired.network"),
    (HERE, "kaas-a-observer"),
    (HERE, "kaas-z-armed"),
    (HERE, "grub"),
];

impl Image {
    /// Made when it isn't there: as root, from the distribution's archive. `packages` are those
    /// that it has in any case.
    pub(crate) fn made(cache: &Cache, agent: &Path, packages: &[String]) -> Result<Self> {
        let root = root_with(cache, packages)?;
        let element = program::answer(program::clean("find").args([ELEMENT, "-type", "f"]))?;
        let mut files: Vec<PathBuf> = element.lines().map(PathBuf::from).collect();
        files.sort();
        files.extend([agent.to_owned(), script("agent.sh")]);
        let digest = digest(&files, Digest::default().and(root.display().to_string()))?;
        let make = |folder: &Path| make(&root, agent, folder);
        let folder = cache.entry("guest-images", &digest.name(), make)?;
        Ok(Self { folder })
    }

    /// The root file system alone, as a disk.
    pub(crate) fn plain(&self) -> PathBuf {
        self.folder.join("plain")
    }

    /// A machine that has started with nothing amiss.
    pub(crate) fn start(&self, cache: &Cache, wanted: &Wanted<'_>) -> Result<Station> {
        let kernel = self.kernel(wanted.kernel)?;
        let plain = self.plain();
        let command_line = format!("root=/dev/vda ro {}", wanted.options);
        let boots = Boots::Kernel {
            kernel: &kernel.image,
            initramfs: Some(&kernel.initramfs),
            command_line: &command_line,
        };
        let start = Start {
            second_disk: wanted.second_disk,
            memory: wanted.memory,
            processors: wanted.processors,
            ports: wanted.ports,
            ..Start::new(boots, &plain)
        };
        let folder = cache.folder(format!("guest-test/{}", std::process::id()))?;
        let station = Station::start(&start, Accelerator::probe(&kernel.image), &folder)?;
        station.state.is_running()?;
        Ok(station)
    }

    /// The kernel of a series, such as `6.1`.
    pub(crate) fn kernel(&self, series: &str) -> Result<Kernel> {
        kernel(&self.folder.join("boot"), series)
    }
}

impl Kernel {
    /// Its `uname -r`.
    pub(crate) fn release(&self) -> Result<&str> {
        let name = self.image.file_name().and_then(OsStr::to_str);
        let release = name.and_then(|name| name.strip_prefix("vmlinuz-"));
        release.ok_or_else(|| Failure::new(format!("no kernel: {}", self.image.display())))
    }
}

/// The kernel of a series in a folder that is like `/boot`.
fn kernel(boot: &Path, series: &str) -> Result<Kernel> {
    let entries = fs::read_dir(boot).about(boot)?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let wanted = format!("vmlinuz-{series}.");
    let missing = || Failure::new(format!("the image has no kernel {series}"));
    let name = names.into_iter().find(|name| name.starts_with(&wanted));
    let name = name.ok_or_else(missing)?;
    let release = name.trim_start_matches("vmlinuz-");
    Ok(Kernel {
        initramfs: boot.join(format!("initrd.img-{release}")),
        image: boot.join(&name),
    })
}

fn script(name: &str) -> PathBuf {
    Path::new(HERE).join(name)
}

fn digest(files: &[PathBuf], mut digest: Digest) -> Result<Digest> {
    for file in files {
        digest = digest.and(fs::read(file).about(file)?);
    }
    Ok(digest)
}

/// The root file system of all tests, or one with packages that it lacks.
fn root_with(cache: &Cache, packages: &[String]) -> Result<PathBuf> {
    let root = root(cache)?;
    let lacking: Vec<&String> = packages
        .iter()
        .filter(|package| !has_package(&root, package))
        .collect();
    if lacking.is_empty() {
        return Ok(root);
    }
    let digest = Digest::default().and(root.display().to_string());
    let digest = lacking.iter().fold(digest, Digest::and);
    cache.entry("guest-roots", &digest.name(), |folder| {
        is_root()?;
        report::step("installs the packages of the workload: takes a minute or two");
        program::run(program::clean("cp").arg("--archive").arg(&root).arg(folder))?;
        let mut install = program::clean("sh");
        install.arg(script("packages.sh")).arg(folder);
        let log = cache.folder("logs")?.join("guest-packages.log");
        program::run_logged(install.args(lacking), &log)
    })
}

/// Whether dpkg has the list of its files.
fn has_package(root: &Path, package: &str) -> bool {
    let info = root.join("var/lib/dpkg/info");
    let lists = [format!("{package}.list"), format!("{package}:amd64.list")];
    lists.iter().any(|list| info.join(list).exists())
}

/// The packages, unpacked; nothing writes below it.
fn root(cache: &Cache) -> Result<PathBuf> {
    let parts = PARTS.map(|(folder, name)| Path::new(folder).join(name));
    let files: Vec<PathBuf> = parts.into_iter().chain([script("root.sh")]).collect();
    let digest = digest(&files, Digest::default())?;
    cache.entry("guest-roots", &digest.name(), |folder| {
        is_root()?;
        report::step("makes the root file system: takes some minutes");
        fs::create_dir_all(folder).about(folder)?;
        let parts = folder.join("parts");
        fs::create_dir(&parts).about(&parts)?;
        for file in &files {
            let to = parts.join(file.file_name().unwrap_or_default());
            fs::copy(file, &to).about(file)?;
        }
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).about(folder)?;
        unpacked(cache, folder, &parts)?;
        remove(&parts)
    })
}

fn unpacked(cache: &Cache, folder: &Path, parts: &Path) -> Result<()> {
    let archive = parts.join("root.tar");
    let mut make = program::clean("sh");
    make.arg(script("root.sh"))
        .arg(parts)
        .arg(UUID)
        .arg(&archive);
    program::run_logged(&mut make, &cache.folder("logs")?.join("guest-root.log"))?;
    let mut tar = program::clean("tar");
    tar.arg("--extract").arg("--file").arg(&archive);
    program::run(tar.arg("--directory").arg(folder)).map(drop)
}

fn make(root: &Path, agent: &Path, folder: &Path) -> Result<()> {
    is_root()?;
    report::step("makes the image: takes a minute or two");
    fs::create_dir_all(folder).about(folder)?;
    let copy = folder.join("root");
    program::run(program::clean("cp").arg("--archive").arg(root).arg(&copy))?;
    let mut install = program::clean("sh");
    install.arg(script("agent.sh")).arg(&copy).arg(ELEMENT);
    program::run(install.arg(agent))?;
    let boot = copy.join("boot");
    program::run(program::clean("cp").arg("--archive").arg(&boot).arg(folder))?;
    let [plain, gpt] = ["plain", "gpt"].map(|name| folder.join(name));
    disk::file_system(&copy, &plain)?;
    disk::partitioned(&plain, &gpt, Before::BootLoader)?;
    remove(&copy)
}

fn is_root() -> Result<()> {
    match program::answer(program::clean("id").arg("-u"))?.as_str() {
        "0" => Ok(()),
        _ => Err(Failure::new(
            "an image is made with root's rights: run it as root",
        )),
    }
}
