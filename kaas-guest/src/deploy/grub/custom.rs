// SPDX-License-Identifier: Apache-2.0
//! Our part of `custom.cfg`, between two marks; what others wrote there stays.

use super::configuration::Entry;
use crate::deploy::loader::{Wanted, id};

const FIRST: &str = "### BEGIN kaas-guest: written by a program, which will do so again";
const LAST: &str = "### END kaas-guest";

/// What a menu entry is made of.
pub(super) struct Parts<'a> {
    pub(super) serial: u64,
    pub(super) release: &'a str,
    /// The entry beside which it stands.
    pub(super) like: &'a Entry,
    pub(super) kernel: &'a str,
    pub(super) initramfs: Option<&'a str>,
    pub(super) command_line: &'a str,
}

/// The menu entry of a kernel.
pub(super) fn entry(parts: &Parts<'_>) -> String {
    let mut text = format!(
        "menuentry 'Tailored kernel {}' --class gnu-linux ",
        parts.release
    );
    if !parts.like.restriction.is_empty() {
        text += &format!("{} ", parts.like.restriction);
    }
    text += &format!("--id {} {{\n", id(parts.serial));
    for line in &parts.like.preparation {
        text += &format!("\t{line}\n");
    }
    text += &format!("\tlinux {} {}\n", parts.kernel, parts.command_line);
    if let Some(initramfs) = parts.initramfs {
        text += &format!("\tinitrd {initramfs}\n");
    }
    text + "}\n"
}

/// The whole file, from what it is and what our part shall say. `usual` is the default of
/// `grub.cfg`.
pub(super) fn file(before: &str, wanted: &Wanted<'_>, usual: &str) -> String {
    let others = without_ours(before);
    if wanted.kernels.is_empty() {
        return others;
    }
    let mut text = others;
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text += &format!("{FIRST}\n");
    for kernel in &wanted.kernels {
        text += &kernel.entry;
    }
    text += &choice(wanted, usual);
    text + LAST + "\n"
}

fn without_ours(text: &str) -> String {
    let mut is_ours = false;
    let mut others = String::new();
    for line in text.split_inclusive('\n') {
        is_ours |= line.trim_end() == FIRST;
        if !is_ours {
            others += line;
        }
        is_ours &= line.trim_end() != LAST;
    }
    others
}

/// Which entry is started. The fallback is what GRUB starts where a file can't be read.
fn choice(wanted: &Wanted<'_>, usual: &str) -> String {
    let default = wanted.default.map(id);
    let mut text = String::from("if [ \"${boot_once}\" = \"true\" ]; then\n");
    if let Some(once) = wanted.once.map(id) {
        let instead = default.as_deref().unwrap_or(usual);
        text += &format!("\tif [ \"${{default}}\" = \"{once}\" ]; then\n");
        text += "\t\t# Read again from the disk: has it really been forgotten?\n";
        text += "\t\tload_env next_entry\n";
        text += &format!("\t\tif [ \"${{next_entry}}\" = \"{once}\" ]; then\n");
        text += &format!("\t\t\tset default=\"{instead}\"\n\t\tfi\n");
        text += "\t\tset next_entry=\n\t\tset fallback=\"0\"\n\tfi\n";
    } else {
        text += "\ttrue\n";
    }
    if let Some(default) = default {
        text += &format!("else\n\tset default=\"{default}\"\n\tset fallback=\"0\"\n");
    }
    text + "fi\n"
}
