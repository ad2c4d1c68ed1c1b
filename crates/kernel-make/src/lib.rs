// SPDX-License-Identifier: Apache-2.0
//! What a kernel's own make is asked for, and what its answers mean. Starts nothing itself.

mod config;
mod progress;

pub use config::{first_change, is_on};
pub use progress::{Compiled, Objects};

/// Where make leaves the image that a boot loader takes, below the folder of objects
/// (`KBUILD_IMAGE` in `arch/*/Makefile`).
pub fn image(arch: &str) -> &'static str {
    match arch {
        "arm64" => "arch/arm64/boot/Image.gz",
        "riscv" => "arch/riscv/boot/Image.gz",
        "powerpc" => "vmlinux",
        "s390" => "arch/s390/boot/bzImage",
        _ => "arch/x86/boot/bzImage",
    }
}

/// The goals that make the image, and modules where the configuration has any.
pub fn goals(arch: &str, config: &str) -> Vec<&'static str> {
    let path = image(arch);
    let image = path.rsplit('/').next().unwrap_or(path);
    let modules = is_on(config, "MODULES").then_some("modules");
    std::iter::once(image).chain(modules).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_made_where_there_can_be_any() {
        assert_eq!(goals("x86", "CONFIG_MODULES=y\n"), ["bzImage", "modules"]);
        assert_eq!(
            goals("arm64", "# CONFIG_MODULES is not set\n"),
            ["Image.gz"]
        );
    }
}
