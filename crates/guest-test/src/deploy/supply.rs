// SPDX-License-Identifier: Apache-2.0
//! What the machine is given on its second disk, a plain archive: the agent, the files of
//! all releases as the agent would have downloaded them, and what plays the agent's part.

use std::fs;
use std::path::{Path, PathBuf};

use virtual_machine::{About as _, Result, program};

use super::recipe::File;
use super::signer::{TRUSTED, sha256};
use crate::image::Kernel;
use crate::image::grub::Bootable;

/// The files of a kernel, as releases name them.
#[derive(Clone, Debug)]
pub(super) struct Tailored {
    /// Its `uname -r`.
    pub(super) release: String,
    pub(super) image: File,
    pub(super) initramfs: Option<File>,
    pub(super) modules: Option<File>,
}

/// See above.
pub(super) struct Supply {
    /// The second disk.
    pub(super) disk: PathBuf,
    /// The distribution's newer kernel.
    pub(super) newer: Tailored,
    /// A kernel whose code is a loop.
    pub(super) looping: File,
    /// An image that is no kernel at all.
    pub(super) noise: File,
    /// A kernel that was really tailored, without an initramfs.
    pub(super) tailored: Option<Tailored>,
}

/// What the machine's own programs need to know of this machine.
pub(super) const PROJECT: &str = "shop";
pub(super) const INSTANCE: &str = "i-1";

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/deploy");
const UNIT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../kaas-guest/elements/kaas-guest/static/usr/lib/systemd/system/\
     kaas-guest-installer.service"
);
const PARTS: [&str; 5] = [
    "arrive.sh",
    "reach",
    "reach.service",
    "picky.service",
    "probe",
];
/// The names of the files of a release.
const IMAGE: &str = "vmlinuz";
const INITRAMFS: &str = "initrd.img";
const MODULES: &str = "modules.tar";
/// Of the newer kernel; the rest of what the machine needs is in its initramfs.
const MEMBERS: [&str; 10] = [
    "modules.builtin",
    "modules.order",
    "kernel",
    "kernel/drivers",
    "kernel/drivers/net",
    "kernel/drivers/net/virtio_net.ko.xz",
    "kernel/drivers/net/net_failover.ko.xz",
    "kernel/net",
    "kernel/net/core",
    "kernel/net/core/failover.ko.xz",
];

impl Supply {
    /// Made anew in `folder`. `extra` is the folder of a kernel that was really tailored, and the
    /// newer kernel as a package.
    pub(super) fn made(
        folder: &Path,
        agent: &Path,
        bootable: &Bootable,
        extra: Option<(&Path, &Path)>,
    ) -> Result<Self> {
        let files = folder.join("supply");
        let staging = files.join("staging");
        virtual_machine::cache::remove(&files)?;
        fs::create_dir_all(&staging).about(&staging)?;
        let parts = PARTS.map(|name| Path::new(HERE).join(name));
        for part in parts.iter().map(PathBuf::as_path).chain([Path::new(UNIT)]) {
            let to = files.join(part.file_name().unwrap_or_default());
            fs::copy(part, to).about(part)?;
        }
        fs::copy(agent, files.join("kaas-guest")).about(agent)?;
        write(&files.join("trust.json"), trust()?.as_bytes())?;
        let kernel = bootable.kernel("6.12")?;
        let image = fs::read(&kernel.image).about(&kernel.image)?;
        let supply = Self {
            disk: folder.join("supply.tar"),
            newer: newer(&staging, bootable, &kernel)?,
            looping: stage(&staging, IMAGE, &looping(image))?,
            noise: stage(&staging, IMAGE, &vec![0x6b; 70_000])?,
            tailored: extra
                .map(|(tailored, _)| monolithic(&staging, tailored))
                .transpose()?,
        };
        if let Some((_, package)) = extra {
            fs::copy(package, files.join("kernel.deb")).about(package)?;
        }
        pack(&files, &supply.disk, &[], &["."])?;
        virtual_machine::cache::remove(&files)?;
        Ok(supply)
    }
}

fn trust() -> Result<String> {
    let key = TRUSTED.key()?;
    let keys = serde_json::json!([{"id": key.id, "public": key.public}]);
    let trust = serde_json::json!({"project": PROJECT, "instance": INSTANCE, "keys": keys});
    Ok(trust.to_string())
}

fn newer(staging: &Path, bootable: &Bootable, kernel: &Kernel) -> Result<Tailored> {
    let release = kernel.release()?;
    let modules = bootable.root.join("usr/lib/modules").join(release);
    let archive = staging.join("modules");
    pack(
        &modules,
        &archive,
        &["--format=ustar", "--no-recursion"],
        &MEMBERS,
    )?;
    let content = fs::read(&archive).about(&archive)?;
    virtual_machine::cache::remove(&archive)?;
    let read = |path: &Path| fs::read(path).about(path);
    Ok(Tailored {
        release: release.to_owned(),
        image: stage(staging, IMAGE, &read(&kernel.image)?)?,
        initramfs: Some(stage(staging, INITRAMFS, &read(&kernel.initramfs)?)?),
        modules: Some(stage(staging, MODULES, &content)?),
    })
}

/// A folder as `boot kernel` makes it: the image, and its `uname -r`.
fn monolithic(staging: &Path, from: &Path) -> Result<Tailored> {
    let [image, release] = ["bzImage", "release"].map(|name| from.join(name));
    let release = fs::read_to_string(&release).about(&release)?;
    let image = fs::read(&image).about(&image)?;
    Ok(Tailored {
        release: release.trim().to_owned(),
        image: stage(staging, IMAGE, &image)?,
        initramfs: None,
        modules: None,
    })
}

/// Where the boot loader jumps to, behind the part for real mode, the code stops for ever. The
/// boot protocol has the number of sectors before it at 0x1f1.
fn looping(mut image: Vec<u8>) -> Vec<u8> {
    const DISABLE_INTERRUPTS_HALT_AND_AGAIN: [u8; 4] = [0xfa, 0xf4, 0xeb, 0xfd];
    let sectors = image.get(0x1f1).map_or(4, |count| usize::from(*count));
    let entry = (sectors + 1) * 512;
    if let Some(code) = image.get_mut(entry..entry + 4) {
        code.copy_from_slice(&DISABLE_INTERRUPTS_HALT_AND_AGAIN);
    }
    image
}

/// Puts a file where the agent puts what it has downloaded: under its digest.
fn stage(staging: &Path, name: &str, content: &[u8]) -> Result<File> {
    let sha256 = sha256(content);
    write(&staging.join(&sha256), content)?;
    Ok(File {
        name: name.to_owned(),
        size: content.len() as u64,
        sha256,
    })
}

fn write(path: &Path, content: &[u8]) -> Result<()> {
    fs::write(path, content).about(path)
}

fn pack(folder: &Path, archive: &Path, options: &[&str], members: &[&str]) -> Result<()> {
    let mut tar = program::clean("tar");
    tar.arg("--create").arg("--file").arg(archive).args(options);
    tar.args(["--owner=0", "--group=0", "--mode=u=rwX,go=rX"]);
    program::run(tar.arg("--directory").arg(folder).args(members)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::looping;

    #[test]
    fn the_loop_is_where_the_boot_loader_jumps_to() {
        let mut image = vec![0; 8192];
        image[0x1f1] = 3;
        let patched = looping(image);
        assert_eq!(patched[2048..2053], [0xfa, 0xf4, 0xeb, 0xfd, 0]);
        assert_eq!(looping(vec![1]), [1]);
    }
}
