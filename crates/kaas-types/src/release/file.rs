// SPDX-License-Identifier: Apache-2.0
//! A file of a release. Its name is one of a fixed set: where it goes is not the document's
//! business, and no name can lead out of the kernel's own folders.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a release holds under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// `vmlinuz`, `config`, `System.map`, or `modules/` and a path below the folder of modules.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// 64 hexadecimal digits in lower case.
    pub sha256: String,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role<'a> {
    Image,
    Configuration,
    SymbolMap,
    /// A path below `lib/modules/RELEASE`, of plain segments.
    Module(&'a str),
}

/// Why a file can't be part of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit(String);

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unfit {}

const PATH_LIMIT: usize = 255;

impl File {
    /// What this file is for; refuses names and digests that are not of the fixed form.
    pub fn role(&self) -> Result<Role<'_>, Unfit> {
        if self.sha256.len() != 64 || !self.sha256.bytes().all(is_lower_hex) {
            let message = format!("the SHA-256 of {:?} is not 64 digits", shorten(&self.name));
            return Err(Unfit(message));
        }
        match self.name.as_str() {
            "vmlinuz" => Ok(Role::Image),
            "config" => Ok(Role::Configuration),
            "System.map" => Ok(Role::SymbolMap),
            other => match other.strip_prefix("modules/") {
                Some(path) if path.len() <= PATH_LIMIT && path.split('/').all(is_plain_name) => {
                    Ok(Role::Module(path))
                }
                _ => Err(Unfit(format!("no release has a file {:?}", shorten(other)))),
            },
        }
    }
}

/// Whether a word is one segment of a path and nothing more: letters, digits and `+,-._@:=~`,
/// at most 128 bytes, beginning with a letter or a digit.
pub fn is_plain_name(word: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+,-._@:=~".contains(&byte);
    word.len() <= 128
        && word.bytes().all(is_plain)
        && word.starts_with(|first: char| first.is_ascii_alphanumeric())
}

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn shorten(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::{File, Role};

    fn role(name: &str) -> Option<String> {
        let file = File {
            name: name.to_owned(),
            size: 0,
            sha256: "0".repeat(64),
        };
        file.role().ok().map(|role| format!("{role:?}"))
    }

    #[test]
    fn names_of_the_fixed_set() {
        assert_eq!(role("vmlinuz"), Some(format!("{:?}", Role::Image)));
        let module = "modules/kernel/net/ipv4/tcp_bbr.ko.xz";
        let path = Role::Module("kernel/net/ipv4/tcp_bbr.ko.xz");
        assert_eq!(role(module), Some(format!("{path:?}")));
    }

    #[test]
    fn names_that_lead_elsewhere() {
        let names = [
            "",
            "../vmlinuz",
            "/etc/passwd",
            "modules/",
            "modules/../../../etc/passwd",
            "modules//etc/passwd",
            "modules/.hidden",
            "modules/a/./b",
            "modules/a b",
            "modules/a\n",
            "modules/a\0b",
            "initrd.img",
        ];
        for name in names {
            assert_eq!(role(name), None, "{name:?}");
        }
    }

    #[test]
    fn digests_are_lower_case_hexadecimal() {
        for sha256 in [
            "",
            "0",
            &"G".repeat(64),
            &"A".repeat(64),
            "../../etc/passwd",
        ] {
            let file = File {
                name: "vmlinuz".to_owned(),
                size: 0,
                sha256: sha256.to_owned(),
            };
            assert!(file.role().is_err(), "{sha256}");
        }
    }
}
