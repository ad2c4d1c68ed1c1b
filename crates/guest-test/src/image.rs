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
use virtual_machine::{About as _, Failure, Result, program, report};

/// See above.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    pub(crate) folder: PathBuf,
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
    /// Made when it isn't there: as root, from the distribution's archive.
    pub(crate) fn made(cache: &Cache, agent: &Path) -> Result<Self> {
        let root = root(cache)?;
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
