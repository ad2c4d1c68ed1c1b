// SPDX-License-Identifier: Apache-2.0
//! Compiles a configuration outside of the sources, and keeps only what is booted.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Kernel, Source};
use kernel_make::is_on;
use virtual_machine::cache::{Cache, Digest, remove};
use virtual_machine::{About as _, Failure, Result};
use virtual_machine::{program, report};

/// The kernel of the configuration `config`, compiled when it is not in the cache.
pub(crate) fn compile(cache: &Cache, source: &Source, config: &str) -> Result<Kernel> {
    let compiler = program::answer(program::clean("gcc").arg("--version"))?;
    let digest = Digest::default()
        .and(&source.version)
        .and(compiler)
        .and(config);
    let folder = cache.entry("kernels", &digest.name(), |kept| {
        let objects = cache.folder("objects")?.join(digest.name());
        let make = Make {
            source: &source.path,
            objects,
            compiled_before: cache.folder("ccache")?,
        };
        make.all(config)?;
        make.keep(config, kept)?;
        remove(&make.objects)
    })?;
    let release = folder.join("release");
    Ok(Kernel {
        image: folder.join("bzImage"),
        release: fs::read_to_string(&release).about(&release)?,
        modules: folder.join("modules"),
        takes_initramfs: is_on(config, "BLK_DEV_INITRD"),
    })
}

/// What the kernel's own make turns `config` into: it was made for an older release.
pub(crate) fn up_to_date(cache: &Cache, source: &Source, config: &str) -> Result<String> {
    let objects = cache.folder("objects")?.join("up-to-date");
    let path = objects.join(".config");
    fs::create_dir_all(&objects).about(&objects)?;
    fs::write(&path, config).about(&path)?;
    let make = Make {
        source: &source.path,
        objects,
        compiled_before: cache.folder("ccache")?,
    };
    make.run(&["olddefconfig"])?;
    fs::read_to_string(&path).about(&path)
}

/// The kernel's own make. What was compiled stays until all is, so that it can go on.
struct Make<'a> {
    source: &'a Path,
    objects: PathBuf,
    /// Objects of other configurations: `ccache` finds those whose preprocessed source is the same.
    compiled_before: PathBuf,
}

impl Make<'_> {
    fn all(&self, config: &str) -> Result<()> {
        fs::create_dir_all(&self.objects).about(&self.objects)?;
        let path = self.objects.join(".config");
        if !fs::read_to_string(&path).is_ok_and(|there| there == config) {
            fs::write(&path, config).about(&path)?;
        }
        self.run(&["olddefconfig"])?;
        is_unchanged(&path, config)?;
        let log = self.objects.join("build.log");
        report::step(&format!("compiles; what make says is in {}", log.display()));
        let mut make = self.command();
        make.arg(jobs()).args(kernel_make::goals("x86", config));
        program::run_logged(&mut make, &log)
    }

    /// Leaves in `kept`: the image, the release, the modules, and the configuration with them.
    fn keep(&self, config: &str, kept: &Path) -> Result<()> {
        let modules = kept.join("modules");
        fs::create_dir_all(&modules).about(&modules)?;
        let image = self.objects.join(kernel_make::image("x86"));
        fs::copy(&image, kept.join("bzImage")).about(&image)?;
        let release = program::answer(self.command().args(["--silent", "kernelrelease"]))?;
        fs::write(kept.join("release"), &release).about(kept)?;
        let folder = modules.join("lib/modules").join(&release);
        fs::create_dir_all(&folder).about(&folder)?;
        fs::write(folder.join("config"), config).about(&folder)?;
        if is_on(config, "MODULES") {
            let path = format!("INSTALL_MOD_PATH={}", modules.display());
            return self.run(&[&path, "INSTALL_MOD_STRIP=1", "modules_install"]);
        }
        // What an initramfs is made with, also where there are no modules.
        for name in ["modules.builtin", "modules.builtin.modinfo"] {
            let from = self.objects.join(name);
            fs::copy(&from, folder.join(name)).about(&from)?;
        }
        fs::write(folder.join("modules.order"), "").about(&folder)
    }

    fn run(&self, arguments: &[&str]) -> Result<()> {
        program::run(self.command().args(arguments)).map(drop)
    }

    /// Without debug information: it changes no instruction, and takes half of the time. Of
    /// modules there are no types for BPF (`scripts/Makefile.modfinal`) then.
    fn command(&self) -> Command {
        let mut nice = program::clean("nice");
        nice.args(["make", "--directory"]).arg(self.source);
        nice.arg(format!("O={}", self.objects.display()));
        nice.env("CCACHE_DIR", &self.compiled_before);
        nice.args([
            "CC=ccache gcc",
            "KCFLAGS=-g0",
            "CONFIG_DEBUG_INFO_BTF_MODULES=",
            "KBUILD_BUILD_USER=boot",
            "KBUILD_BUILD_HOST=boot",
        ]);
        nice
    }
}

/// The C tool has to be of one mind with whoever made the configuration.
fn is_unchanged(path: &Path, config: &str) -> Result<()> {
    let changed = fs::read_to_string(path).about(path)?;
    match kernel_make::first_change(config, &changed) {
        None => Ok(()),
        Some(line) => Err(Failure::new(format!(
            "make olddefconfig changes it: {line}"
        ))),
    }
}

fn jobs() -> String {
    let jobs = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!("--jobs={jobs}")
}
