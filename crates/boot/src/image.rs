// SPDX-License-Identifier: Apache-2.0
//! The disks that a kernel is booted with: the same root file system as the whole disk, and
//! as the one partition of a GPT; and the initramfs that goes with it.

use std::fs;
use std::path::{Path, PathBuf};

use virtual_machine::cache::{Cache, remove};
use virtual_machine::{About as _, Result, Root, disk, program};

use crate::kernel::Kernel;

/// See above.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    /// The root file system, nothing else.
    pub(crate) plain: PathBuf,
    /// With a partition table.
    pub(crate) gpt: PathBuf,
    /// As the distribution makes it for this kernel; `None` where the kernel takes none.
    pub(crate) initramfs: Option<PathBuf>,
}

/// The disks for a kernel of the distribution, whose modules and initramfs are in the root.
pub(crate) fn of_distribution(cache: &Cache, root: &Root, kernel: &Kernel) -> Result<Image> {
    let folder = cache.entry("images", &root.digest.name(), |folder| {
        fs::create_dir_all(folder).about(folder)?;
        disk::make(&root.path, folder)
    })?;
    let name = format!("boot/initrd.img-{}", kernel.release);
    let initramfs = Some(root.path.join(name));
    Ok(image(&folder, initramfs))
}

/// The disks for a kernel that was compiled here.
pub(crate) fn of_compiled(cache: &Cache, root: &Root, kernel: &Kernel) -> Result<Image> {
    if !kernel.takes_initramfs {
        let image = of_distribution(cache, root, kernel)?;
        return Ok(Image {
            initramfs: None,
            ..image
        });
    }
    let kernel_folder = kernel.modules.display().to_string();
    let digest = root.digest.and(kernel_folder).name();
    let folder = cache.entry("images", &digest, |folder| {
        with_modules(root, kernel, folder)
    })?;
    let initramfs = Some(folder.join("initramfs"));
    Ok(image(&folder, initramfs))
}

fn image(folder: &Path, initramfs: Option<PathBuf>) -> Image {
    let [plain, gpt] = ["plain", "gpt"].map(|name| folder.join(name));
    Image {
        plain,
        gpt,
        initramfs,
    }
}

/// The distribution's own tool makes the initramfs, in a copy of the root.
fn with_modules(root: &Root, kernel: &Kernel, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).about(folder)?;
    let copy = folder.join("root");
    program::run(
        program::clean("cp")
            .args(["--archive", "--link"])
            .arg(&root.path)
            .arg(&copy),
    )?;
    let modules = copy.join("usr/lib/modules");
    let from = kernel.modules_folder();
    program::run(program::clean("cp").arg("--archive").arg(from).arg(modules))?;
    // The tool looks there for what the kernel can unpack.
    let config = kernel.modules_folder().join("config");
    let boot = copy.join("boot");
    fs::copy(&config, boot.join(format!("config-{}", kernel.release))).about(&config)?;
    make_initramfs(&copy, &kernel.release)?;
    let made = boot.join(format!("initrd.img-{}", kernel.release));
    fs::copy(&made, folder.join("initramfs")).about(&made)?;
    disk::make(&copy, folder)?;
    remove(&copy)
}

fn make_initramfs(root: &Path, release: &str) -> Result<()> {
    for command in [vec!["depmod"], vec!["update-initramfs", "-c", "-k"]] {
        let mut chroot = program::clean("chroot");
        program::run(chroot.arg(root).args(command).arg(release))?;
    }
    Ok(())
}
