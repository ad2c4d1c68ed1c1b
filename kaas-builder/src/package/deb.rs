// SPDX-License-Identifier: Apache-2.0
//! A package for Debian and Ubuntu (deb(5)): an `ar` archive of a version, what `dpkg` has to
//! know, and the files.

use std::fs::File;
use std::path::Path;

use super::Parts;
use super::archive::{Archive, add_all, gzip};
use crate::compile;
use crate::harvest;
use crate::trouble::{About as _, Result};

/// Runs what the distribution has for new and removed kernels: an initramfs, the boot loader.
const HOOKS: &str = "#!/bin/sh
set -e
test -d /etc/kernel/STAGE.d || exit 0
export DEB_MAINT_PARAMS=\"$*\"
exec run-parts --exit-on-error --arg=RELEASE --arg=/boot/vmlinuz-RELEASE /etc/kernel/STAGE.d
";

pub(super) fn write(parts: &Parts<'_>) -> Result<()> {
    let arch = debian_arch(parts);
    let release = &parts.compiled.release;
    let path = parts.at.join(format!("linux-image-{release}_1_{arch}.deb"));
    let file = File::create(&path).about(&path)?;
    let mut package = ar::Builder::new(file);
    for (name, bytes) in [
        ("debian-binary", b"2.0\n".to_vec()),
        ("control.tar.gz", control(parts).about(&path)?),
        ("data.tar.gz", data(parts, &path)?),
    ] {
        let mut header = ar::Header::new(name.into(), bytes.len() as u64);
        header.set_mode(0o100_644);
        header.set_mtime(parts.compiled.recipe.epoch);
        package.append(&header, &*bytes).about(&path)?;
    }
    Ok(())
}

/// dpkg's name of an architecture.
fn debian_arch(parts: &Parts<'_>) -> &'static str {
    match parts.compiled.recipe.arch() {
        "arm64" => "arm64",
        "riscv" => "riscv64",
        "powerpc" => "ppc64el",
        "s390" => "s390x",
        _ => "amd64",
    }
}

fn control(parts: &Parts<'_>) -> std::io::Result<Vec<u8>> {
    let (release, arch) = (&parts.compiled.release, debian_arch(parts));
    let control = format!(
        "Package: linux-image-{release}\nVersion: 1\nArchitecture: {arch}\n\
         Maintainer: KaaS <kaas@localhost>\nSection: kernel\nPriority: optional\n\
         Provides: linux-image\nRecommends: initramfs-tools | dracut\n\
         Description: Linux {release}, tailored\n A kernel with what one machine needs, and \
         nothing else. Its source, and how\n it was made, is in /usr/share/doc.\n"
    );
    let mut archive = Archive::new(gzip(Vec::new()), parts.compiled.recipe.epoch);
    archive.bytes("control", 0o644, control.as_bytes())?;
    for stage in ["postinst", "postrm", "preinst", "prerm"] {
        let script = HOOKS.replace("STAGE", stage).replace("RELEASE", release);
        archive.bytes(stage, 0o755, script.as_bytes())?;
    }
    archive.finish()?.finish()
}

fn data(parts: &Parts<'_>, path: &Path) -> Result<Vec<u8>> {
    let release = &parts.compiled.release;
    let mut archive = Archive::new(gzip(Vec::new()), parts.compiled.recipe.epoch);
    archive.folder("boot").about(path)?;
    for (name, to) in [
        (compile::IMAGE, "vmlinuz"),
        (compile::SYSTEM_MAP, "System.map"),
        (compile::CONFIG, "config"),
    ] {
        let file = harvest::open(parts.products, Path::new(name))?;
        archive
            .file(&format!("boot/{to}-{release}"), &file)
            .about(path)?;
    }
    let modules = parts.products.join(compile::MODULES);
    if modules.is_dir() {
        add_all(&mut archive, (&modules, ""))?;
    }
    let document = format!("usr/share/doc/linux-image-{release}");
    for folder in ["usr", "usr/share", "usr/share/doc", &document] {
        archive.folder(folder).about(path)?;
    }
    let text = parts.corresponding.as_bytes();
    archive
        .bytes(&format!("{document}/SOURCE.md"), 0o644, text)
        .about(path)?;
    let copyright = "Linux is under the GNU General Public License, version 2.\n";
    archive
        .bytes(
            &format!("{document}/copyright"),
            0o644,
            copyright.as_bytes(),
        )
        .about(path)?;
    archive
        .finish()
        .and_then(flate2::write::GzEncoder::finish)
        .about(path)
}
