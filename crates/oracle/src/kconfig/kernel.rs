// SPDX-License-Identifier: Apache-2.0
//! A kernel under comparison: its version, its architecture, its unpacked sources.

use std::fs;
use std::path::{Path, PathBuf};

use super::digest::Digest;
use crate::failure::{About, Result};

/// The kernels that are compared unless one is named.
pub(crate) const VERSIONS: [&str; 2] = ["6.1", "6.12"];

/// How an architecture is configured by make: its cross compiler and its default.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arch {
    pub(crate) name: &'static str,
    /// `CROSS_COMPILE` as Debian names its cross compilers; empty for the native one.
    pub(crate) cross_compile: &'static str,
    /// `KBUILD_DEFCONFIG` of arch/*/Makefile.
    pub(crate) defconfig: &'static str,
}

/// To add an architecture: a line here, then `oracle kconfig-record --arch NAME`.
pub(crate) const ARCHS: [Arch; 5] = [
    Arch {
        name: "x86",
        cross_compile: "",
        defconfig: "x86_64_defconfig",
    },
    Arch {
        name: "arm64",
        cross_compile: "aarch64-linux-gnu-",
        defconfig: "defconfig",
    },
    Arch {
        name: "riscv",
        cross_compile: "riscv64-linux-gnu-",
        defconfig: "defconfig",
    },
    Arch {
        name: "powerpc",
        cross_compile: "powerpc64le-linux-gnu-",
        defconfig: "ppc64_defconfig",
    },
    Arch {
        name: "s390",
        cross_compile: "s390x-linux-gnu-",
        defconfig: "defconfig",
    },
];

/// One kernel for one architecture.
#[derive(Clone, Debug)]
pub(crate) struct Kernel {
    pub(crate) version: String,
    pub(crate) arch: Arch,
    pub(crate) tree: PathBuf,
}

impl Kernel {
    /// `6.1/x86`, as the command line and the case files name it.
    pub(crate) fn name(&self) -> String {
        format!("{}/{}", self.version, self.arch.name)
    }

    /// `arch/x86/configs/x86_64_defconfig`, below the tree.
    pub(crate) fn defconfig(&self) -> String {
        format!("arch/{}/configs/{}", self.arch.name, self.arch.defconfig)
    }
}

/// `6.1.192`: `KERNELVERSION` as the tree's top Makefile composes it.
pub(crate) fn release(tree: &Path) -> Result<String> {
    let path = tree.join("Makefile");
    let makefile = fs::read_to_string(&path).about(&path)?;
    let variable = |name: &str| {
        let mut lines = makefile.lines().filter_map(|line| line.split_once('='));
        lines
            .find(|(left, _)| left.trim() == name)
            .map_or("", |(_, right)| right.trim())
    };
    let [version, patchlevel, sublevel] = ["VERSION", "PATCHLEVEL", "SUBLEVEL"].map(variable);
    Ok(format!(
        "{version}.{patchlevel}.{sublevel}{}",
        variable("EXTRAVERSION")
    ))
}

/// Tells apart two trees whose answers could differ.
pub(crate) fn identity(tree: &Path) -> Result<Digest> {
    let path = tree.join("Makefile");
    Ok(Digest::default().with(fs::read(&path).about(&path)?))
}
