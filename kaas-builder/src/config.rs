// SPDX-License-Identifier: Apache-2.0
//! What a configuration may say here. Tenants decide bool and tristate symbols; a string could
//! name a file of this machine to be built in, or change whom the kernel trusts.

use std::collections::HashSet;

use crate::trouble::{Result, Trouble};

/// String symbols of Linux that read files where they are built, or change what the kernel
/// starts and trusts, with the value that they have here. To add one: a line.
const NEUTRAL: [(&str, &str); 17] = [
    ("ACPI_CUSTOM_DSDT_FILE", ""),
    ("BOOT_CONFIG_EMBED_FILE", ""),
    ("BUILD_SALT", ""),
    ("CFG80211_EXTRA_REGDB_KEYDIR", ""),
    ("CMDLINE", ""),
    ("DEFAULT_INIT", ""),
    ("EXTRA_FIRMWARE", ""),
    ("EXTRA_FIRMWARE_DIR", "/lib/firmware"),
    ("INITRAMFS_SOURCE", ""),
    ("MODPROBE_PATH", "/sbin/modprobe"),
    ("MODULE_SIG_KEY", ""),
    ("STATIC_USERMODEHELPER_PATH", "/sbin/usermode-helper"),
    ("SYSTEM_BLACKLIST_HASH_LIST", ""),
    ("SYSTEM_REVOCATION_KEYS", ""),
    ("SYSTEM_TRUSTED_KEYS", ""),
    ("UEVENT_HELPER_PATH", ""),
    ("UNUSED_KSYMS_WHITELIST", ""),
];

/// The longest `.config`, in bytes.
pub(crate) const LONGEST: u64 = 4 << 20;

/// A configuration with neutral values, and the symbols that had others.
pub(crate) fn neutral(config: &str) -> (String, Vec<String>) {
    let mut text = String::with_capacity(config.len());
    let mut changed = Vec::new();
    for line in config.lines() {
        match objection(line) {
            None => text.push_str(line),
            Some((symbol, value)) => {
                changed.push(symbol.to_owned());
                text.push_str(&format!("CONFIG_{symbol}=\"{value}\""));
            }
        }
        text.push('\n');
    }
    (text, changed)
}

/// Refuses what no tailoring may have come to, whoever tailored.
pub(crate) fn admit(config: &str) -> Result<()> {
    for (number, line) in (1..).zip(config.lines()) {
        let refused = |what: &str| {
            let line: String = line.chars().take(80).collect();
            Trouble::input(format!(
                "the configuration, line {number}: {what}: {line:?}"
            ))
        };
        if !is_line(line) {
            return Err(refused("neither a comment nor CONFIG_NAME=VALUE"));
        }
        if objection(line).is_some() {
            return Err(refused("a value that only the operator may give"));
        }
    }
    Ok(())
}

/// The symbol and its neutral value, where a line gives it another.
fn objection(line: &str) -> Option<(&'static str, &'static str)> {
    let (name, value) = line.strip_prefix("CONFIG_")?.split_once('=')?;
    let (symbol, neutral) = NEUTRAL.iter().find(|(symbol, _)| *symbol == name)?;
    let is_neutral = value.strip_prefix('"')?.strip_suffix('"') == Some(*neutral);
    (!is_neutral).then_some((*symbol, *neutral))
}

fn is_line(line: &str) -> bool {
    let is_plain = |c: char| !c.is_control() || c == '\t';
    let is_name = |name: &str| {
        let mut characters = name.chars();
        !name.is_empty() && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let is_assignment = || {
        let (name, value) = line.strip_prefix("CONFIG_")?.split_once('=')?;
        Some(is_name(name) && is_value(value))
    };
    line.len() <= 8192
        && line.chars().all(is_plain)
        && (line.is_empty() || line.starts_with('#') || is_assignment() == Some(true))
}

/// y, m, a number, or a text in quotes. make reads these values: no `$` may be in them.
fn is_value(value: &str) -> bool {
    let is_number = |c: char| c.is_ascii_hexdigit() || c == 'x' || c == '-';
    match value.strip_prefix('"') {
        Some(rest) => rest.ends_with('"') && !rest.contains(['$', '`']),
        None => {
            matches!(value, "y" | "m" | "n") || !value.is_empty() && value.chars().all(is_number)
        }
    }
}

/// The symbols that are y or m.
pub(crate) fn on(config: &str) -> HashSet<&str> {
    let lines = config
        .lines()
        .filter_map(|line| line.strip_prefix("CONFIG_"));
    let assignments = lines.filter_map(|line| line.split_once('='));
    let on = assignments.filter(|(_, value)| matches!(*value, "y" | "m"));
    on.map(|(name, _)| name).collect()
}

/// The symbols that could be on, and are not.
pub(crate) fn unset(config: &str) -> Vec<&str> {
    let lines = config
        .lines()
        .filter_map(|line| line.strip_prefix("# CONFIG_"));
    lines
        .filter_map(|line| line.strip_suffix(" is not set"))
        .collect()
}

/// Whether a text that is given as a trace is a configuration.
pub(crate) fn is_config(text: &str) -> bool {
    let says = |line: &str| {
        line.starts_with("CONFIG_") && line.contains('=')
            || line.starts_with("# CONFIG_") && line.ends_with(" is not set")
    };
    let lines = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(1000);
    let (mut all, mut of_config) = (0_usize, 0_usize);
    for line in lines.filter(|line| line.contains("CONFIG_") || !line.starts_with('#')) {
        all += 1;
        of_config += usize::from(says(line));
    }
    of_config * 2 > all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_builder_are_never_named() {
        let hostile = "CONFIG_A=y\nCONFIG_INITRAMFS_SOURCE=\"/etc/shadow\"\nCONFIG_MODPROBE_PATH=\"/tmp/x\"\n";
        assert!(admit(hostile).is_err());
        let (text, changed) = neutral(hostile);
        assert_eq!(changed, ["INITRAMFS_SOURCE", "MODPROBE_PATH"]);
        admit(&text).unwrap();
        assert!(text.contains("CONFIG_MODPROBE_PATH=\"/sbin/modprobe\"\n"));
        assert_eq!(neutral(&text), (text.clone(), Vec::new()));
    }

    #[test]
    fn make_gets_nothing_to_expand() {
        let good = "#\n# CONFIG_B is not set\n\nCONFIG_A=0x1f\nCONFIG_N=-3\nCONFIG_LSM=\"a,b\"\n";
        admit(good).unwrap();
        for line in [
            "CONFIG_A=$(shell id)",
            "CONFIG_A=\"$(shell id)\"",
            "CONFIG_A=\"`id`\"",
            "CONFIG_A=\"open",
            "all: ; id",
            "CONFIG_A B=y",
            "CONFIG_A=",
        ] {
            assert!(admit(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_configuration_is_no_trace() {
        assert!(is_config(
            "#\n# Linux/x86 6.1 Kernel Configuration\n#\nCONFIG_A=y\n# CONFIG_B is not set\n"
        ));
        assert!(!is_config("# phase: steady\nvfs_read\next4_iget [ext4]\n"));
        assert!(!is_config(""));
    }
}
