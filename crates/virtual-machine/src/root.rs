// SPDX-License-Identifier: Apache-2.0
//! The root file system: the distribution's packages, memcached with its tests, and the
//! probe. It is made by the scripts in `data/guest`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cache::{Cache, Digest};
use crate::disk::UUID;
use crate::{About as _, Failure, Result};
use crate::{program, report};

/// See above.
#[derive(Clone, Debug)]
pub struct Root {
    /// Unpacked; nothing writes below it.
    pub path: PathBuf,
    /// Of what it was made from.
    pub digest: Digest,
}

/// What is copied into the guest or makes it, by name.
const PARTS: [(&str, &str); 6] = [
    ("root.sh", include_str!("../data/guest/root.sh")),
    ("suite.sh", include_str!("../data/guest/suite.sh")),
    ("boot-probe", include_str!("../data/guest/boot-probe")),
    (
        "boot-probe.service",
        include_str!("../data/guest/boot-probe.service"),
    ),
    ("loopback", include_str!("../data/guest/loopback")),
    ("wired.network", include_str!("../data/guest/wired.network")),
];

impl Root {
    /// The root file system, made when it isn't there; that needs the distribution's archive,
    /// and root's rights: the files in it belong to their owners.
    pub fn made(cache: &Cache) -> Result<Self> {
        let digest = Digest::of(&PARTS.map(|(_, text)| text));
        let path = cache.entry("roots", &digest.name(), |folder| make(cache, folder))?;
        Ok(Self { path, digest })
    }

    /// The distribution's kernel: `linux-image-amd64`, or with the ending `-cloud-amd64`.
    pub fn release(&self, is_cloud: bool) -> Result<String> {
        let folder = self.path.join("usr/lib/modules");
        let entries = fs::read_dir(&folder).about(&folder)?;
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut wanted = names.filter(|name| name.contains("-cloud-") == is_cloud);
        let missing = || Failure::new(format!("no kernel in {}", folder.display()));
        wanted.next().ok_or_else(missing)
    }
}

fn make(cache: &Cache, folder: &Path) -> Result<()> {
    is_root()?;
    fs::create_dir_all(folder).about(folder)?;
    let parts = tempfile::tempdir().about(Path::new("a temporary folder"))?;
    let parts = parts.path();
    write_parts(parts)?;
    let suite = suite(cache, parts)?;
    let archive = parts.join("root.tar");
    report::step("makes the root file system: takes some minutes");
    let mut script = program::clean("sh");
    script
        .arg(parts.join("root.sh"))
        .arg(parts)
        .arg(suite)
        .arg(UUID)
        .arg(&archive);
    program::run_logged(&mut script, &cache.folder("logs")?.join("root.log"))?;
    let mut tar = program::clean("tar");
    tar.arg("--extract")
        .arg("--file")
        .arg(&archive)
        .arg("--directory");
    program::run(tar.arg(folder)).map(drop)
}

/// memcached, built from its source package.
fn suite(cache: &Cache, parts: &Path) -> Result<PathBuf> {
    let script = parts.join("suite.sh");
    let digest = Digest::of(&[&fs::read_to_string(&script).about(&script)?]).name();
    let log = cache.folder("logs")?.join("suite.log");
    cache.entry("suites", &format!("{digest}.tar"), |archive| {
        report::step("builds memcached and its tests: takes some minutes");
        program::run_logged(program::clean("sh").arg(&script).arg(archive), &log)
    })
}

fn write_parts(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    for (name, text) in PARTS {
        let path = folder.join(name);
        fs::write(&path, text).about(&path)?;
        let mode = if text.starts_with("#!") { 0o755 } else { 0o644 };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).about(&path)?;
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).about(folder)
}

fn is_root() -> Result<()> {
    match program::answer(program::clean("id").arg("-u"))?.as_str() {
        "0" => Ok(()),
        _ => Err(Failure::new(
            "a root file system is made with root's rights: run it as root",
        )),
    }
}
