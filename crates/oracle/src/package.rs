// SPDX-License-Identifier: Apache-2.0
//! The distribution's binary package of a kernel: its configuration and its modules.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{About as _, Failure, Result};
use crate::program;
use crate::tree::{Cache, Tree};

/// What was taken out of the package that was built from exactly a tree's sources.
#[derive(Clone, Debug)]
pub(crate) struct ImagePackage {
    /// `/boot/config-*`
    pub(crate) config: PathBuf,
    /// `/lib/modules/*/modules.order`
    pub(crate) modules_order: PathBuf,
}

/// The kernel package for amd64 of the same source package, downloaded when it is not in
/// the cache yet.
pub(crate) fn image_of(cache: &Cache, tree: &Tree) -> Result<ImagePackage> {
    let packages = cache.folder("packages")?;
    let folder = packages.join(tree.folder_name());
    if !folder.is_dir() {
        let beside = cache.folder(format!("packages/.unpacking-{}", std::process::id()))?;
        unpack(&download(&beside, tree)?, &beside)?;
        if fs::rename(&beside, &folder).is_err() {
            fs::remove_dir_all(&beside).about(&beside)?;
        }
    }
    Ok(ImagePackage {
        config: only_entry(&folder.join("boot"))?,
        modules_order: only_entry(&folder.join("lib/modules"))?.join("modules.order"),
    })
}

/// Leaves the package's file in `folder`.
fn download(folder: &Path, tree: &Tree) -> Result<PathBuf> {
    let name = image_name(&tree.version)?;
    // With the caller's environment: there may be a proxy in it.
    let mut apt = Command::new("apt-get");
    apt.current_dir(folder)
        .arg("download")
        .arg(format!("{name}={}", tree.package));
    program::run(&mut apt).map_err(|failure| {
        Failure::new(format!(
            "{name} {} cannot be downloaded; is linux-source-{} the newest? {failure}",
            tree.package, tree.version
        ))
    })?;
    only_entry(folder)
}

/// The package that the distribution's meta package for this series depends on.
fn image_name(version: &str) -> Result<String> {
    for meta in [
        format!("linux-image-{version}-amd64"),
        "linux-image-amd64".to_owned(),
    ] {
        let mut query = program::clean("apt-cache");
        query.args(["depends", &meta]);
        let answer = program::answer(&mut query).unwrap_or_default();
        let image = answer
            .lines()
            .find_map(|line| line.trim().strip_prefix("Depends: "));
        if let Some(image) = image.filter(|image| image.contains(&format!("-{version}."))) {
            return Ok(image.to_owned());
        }
    }
    Err(Failure::new(format!(
        "no package of a {version} kernel is known here: run apt-get update"
    )))
}

fn unpack(package: &Path, folder: &Path) -> Result<()> {
    let archive = folder.join("data.tar");
    let file = fs::File::create(&archive).about(&archive)?;
    let mut deb = program::clean("dpkg-deb");
    program::run(deb.arg("--fsys-tarfile").arg(package).stdout(file))?;
    let mut tar = program::clean("tar");
    tar.args(["--extract", "--wildcards", "--file"])
        .arg(&archive)
        .arg("--directory")
        .arg(folder);
    tar.args(["./boot/config-*", "./lib/modules/*/modules.order"]);
    program::run(&mut tar)?;
    for path in [package, &archive] {
        fs::remove_file(path).about(path)?;
    }
    Ok(())
}

fn only_entry(folder: &Path) -> Result<PathBuf> {
    let mut entries = fs::read_dir(folder).about(folder)?;
    match (entries.next(), entries.next()) {
        (Some(entry), None) => Ok(entry.about(folder)?.path()),
        _ => Err(Failure::new(format!(
            "{}: not exactly one entry",
            folder.display()
        ))),
    }
}
