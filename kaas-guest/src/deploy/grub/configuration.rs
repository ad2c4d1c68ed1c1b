// SPDX-License-Identifier: Apache-2.0
//! What `grub.cfg` says, as `grub-mkconfig` writes it: whether it starts an entry once when
//! `grubenv` asks for it, whether it reads `custom.cfg`, and how it starts a kernel.

use crate::failure::{Failure, Result};

/// A menu entry that starts Linux.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// `--unrestricted` or `--users …`: who may start it.
    pub(super) restriction: String,
    /// All but what names kernel and initramfs, one command a line.
    pub(super) preparation: Vec<String>,
    /// The path of the kernel, in GRUB's words.
    pub(super) kernel: String,
    pub(super) words: Vec<String>,
}

/// The lines by which an entry is started once, in the order that makes it safe: it is
/// forgotten, on the disk, before anything is started.
const ONCE: [&str; 5] = [
    "load_env",
    "set default=\"${next_entry}\"",
    "set next_entry=",
    "save_env next_entry",
    "set boot_once=true",
];

/// Whether an entry that `grubenv` names is started, once.
pub(super) fn starts_once(text: &str) -> Result<()> {
    let mut lines = text.lines().map(str::trim);
    let before_menu = |line: &&str| !line.starts_with("menuentry ");
    for wanted in ONCE {
        let is_it =
            |line: &str| line == wanted || line.starts_with("load_env") && wanted == ONCE[0];
        if !lines.by_ref().take_while(before_menu).any(is_it) {
            let message = format!("grub.cfg starts nothing just once: it lacks `{wanted}`");
            return Err(Failure::new(message));
        }
    }
    Ok(())
}

/// Whether `custom.cfg` is read, after the default was chosen.
pub(super) fn reads_custom(text: &str) -> Result<()> {
    let is_source = |line: &str| line.starts_with("source") && line.ends_with("/custom.cfg");
    let last = text.lines().map(str::trim).rev();
    let mut from_source = last.take_while(|line| !line.starts_with("set default="));
    if from_source.any(is_source) {
        return Ok(());
    }
    let message = "grub.cfg does not read custom.cfg: is /etc/grub.d/41_custom not executable?";
    Err(Failure::new(message))
}

/// What is started by default where nobody asks for an entry once.
pub(super) fn default(text: &str) -> String {
    let mut lines = text.lines().map(str::trim);
    lines.by_ref().find(|line| *line == "set boot_once=true");
    let value = lines.find_map(|line| line.strip_prefix("set default="));
    let value = value.unwrap_or("0").trim_matches('"');
    let is_plain = |character: char| character.is_ascii_graphic() && !"\"'`\\".contains(character);
    if value.is_empty() || !value.chars().all(is_plain) {
        return "0".to_owned();
    }
    value.to_owned()
}

/// The entries that start Linux, in order.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if line.starts_with("menuentry ") && line.ends_with('{') {
            let body = lines.by_ref().take_while(|line| *line != "}");
            entries.extend(entry(line, &body.collect::<Vec<_>>()));
        }
    }
    entries
}

/// Commands that belong to one kernel, talk, or change the default or what is remembered.
const LEFT_OUT: [&str; 7] = [
    "linux",
    "initrd",
    "echo",
    "savedefault",
    "recordfail",
    "multiboot",
    "#",
];

fn entry(head: &str, body: &[&str]) -> Option<Entry> {
    let command = body.iter().find(|line| line.starts_with("linux"))?;
    let mut words = command.split_whitespace().skip(1).map(str::to_owned);
    let kernel = words.next()?;
    let is_left_out = |line: &&&str| LEFT_OUT.iter().any(|word| line.starts_with(word));
    let preparation = body
        .iter()
        .filter(|line| !is_left_out(line) && !line.is_empty());
    Some(Entry {
        restriction: restriction(head),
        preparation: preparation.map(|line| (*line).to_owned()).collect(),
        kernel,
        words: words.collect(),
    })
}

fn restriction(head: &str) -> String {
    let mut words = head.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "--unrestricted" => return word.to_owned(),
            "--users" => return format!("{word} {}", words.next().unwrap_or("\"\"")),
            _ => {}
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::{default, entries, reads_custom, starts_once};
    use crate::deploy::testing::DEBIAN;

    #[test]
    fn what_debian_writes() {
        starts_once(DEBIAN).unwrap();
        reads_custom(DEBIAN).unwrap();
        assert_eq!(default(DEBIAN), "0");
        let entries = entries(DEBIAN);
        let kernels: Vec<_> = entries.iter().map(|entry| &*entry.kernel).collect();
        let (old, stock) = (
            "/boot/vmlinuz-6.1.0-55-amd64",
            "/boot/vmlinuz-6.1.0-56-amd64",
        );
        assert_eq!(kernels, [stock, stock, stock, old]);
        assert_eq!(entries[0].words[..2], ["root=UUID=5e2f", "ro"]);
        let search = "search --no-floppy --fs-uuid --set=root 5e2f";
        assert!(entries[0].preparation.iter().any(|line| line == search));
        assert!(
            !entries[0]
                .preparation
                .iter()
                .any(|line| line.starts_with("savedefault"))
        );
    }

    #[test]
    fn without_any_of_its_lines_nothing_is_started_once() {
        for line in [
            "load_env",
            "set next_entry=\n",
            "save_env next_entry",
            "boot_once=true",
        ] {
            let without = DEBIAN.replace(line, "true\n");
            assert!(starts_once(&without).is_err(), "{line}");
        }
        let swapped = DEBIAN
            .replace("save_env next_entry", "?")
            .replace("set default=\"${next_entry}\"", "save_env next_entry")
            .replace('?', "set default=\"${next_entry}\"");
        assert!(starts_once(&swapped).is_err());
    }

    #[test]
    fn custom_cfg_is_read_last() {
        assert!(reads_custom(&DEBIAN.replace("custom.cfg", "other.cfg")).is_err());
        assert!(reads_custom(&format!("{DEBIAN}\nset default=\"1\"\n")).is_err());
    }
}
