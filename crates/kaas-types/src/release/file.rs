// SPDX-License-Identifier: Apache-2.0
//! A file of a release. Its name is one of a fixed set: where it goes is not the document's
//! business, and no name can lead out of the kernel's own folders.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a release holds under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// One of [`Role::NAMES`].
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// 64 hexadecimal digits in lower case.
    pub sha256: String,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Image,
    Initramfs,
    Configuration,
    SymbolMap,
    /// A tar archive (ustar) of files and folders, with paths relative to `lib/modules/RELEASE`.
    Modules,
}

/// Why a document or a file of it can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit(pub(super) String);

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unfit {}

impl Role {
    /// The name of the initramfs's file.
    pub const INITRAMFS: &'static str = "initrd.img";
    /// The name of the image's file.
    pub const IMAGE: &'static str = "vmlinuz";

    /// All there are, with the name of the file.
    pub const NAMES: [(&'static str, Self); 5] = [
        (Self::IMAGE, Self::Image),
        (Self::INITRAMFS, Self::Initramfs),
        ("config", Self::Configuration),
        ("System.map", Self::SymbolMap),
        ("modules.tar", Self::Modules),
    ];
}

/// The largest file of a release, in bytes.
const SIZE_LIMIT: u64 = 1 << 30;

impl File {
    /// What this file is for; refuses names, sizes and digests that are not of the fixed form.
    pub fn role(&self) -> Result<Role, Unfit> {
        let unfit = |what: &str| Unfit(format!("{:?} {what}", shorten(&self.name)));
        let known = Role::NAMES.iter().find(|(name, _)| *name == self.name);
        let (_, role) = known.ok_or_else(|| unfit("is no file of a release"))?;
        if self.size == 0 || self.size > SIZE_LIMIT {
            return Err(unfit("is empty, or larger than any file of a release"));
        }
        if self.sha256.len() != 64 || !self.sha256.bytes().all(is_lower_hex) {
            return Err(unfit("has no SHA-256 of 64 digits"));
        }
        Ok(*role)
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

pub(super) fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

pub(super) fn shorten(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::{File, Role, is_plain_name};

    fn file(name: &str, size: u64, sha256: &str) -> File {
        let (name, sha256) = (name.to_owned(), sha256.to_owned());
        File { name, size, sha256 }
    }

    #[test]
    fn names_of_the_fixed_set_and_no_other() {
        let digest = "0a".repeat(32);
        for (name, role) in Role::NAMES {
            assert_eq!(file(name, 1, &digest).role(), Ok(role));
        }
        for name in [
            "",
            "../vmlinuz",
            "/etc/passwd",
            "Vmlinuz",
            "vmlinuz\0",
            "modules/a.ko",
        ] {
            assert!(file(name, 1, &digest).role().is_err(), "{name:?}");
        }
    }

    #[test]
    fn sizes_and_digests_of_the_fixed_form() {
        let digest = "0a".repeat(32);
        assert!(file("vmlinuz", 0, &digest).role().is_err());
        assert!(file("vmlinuz", u64::MAX, &digest).role().is_err());
        for digest in [
            "",
            "0",
            &"G".repeat(64),
            &"A".repeat(64),
            "../../etc/passwd",
        ] {
            assert!(file("vmlinuz", 1, digest).role().is_err(), "{digest}");
        }
    }

    #[test]
    fn a_plain_name_leads_nowhere_else() {
        assert!(is_plain_name("6.1.192-kaas+1"));
        for name in [
            "",
            ".",
            "..",
            ".hidden",
            "a/b",
            "a b",
            "a\n",
            "a\0",
            &"a".repeat(129),
        ] {
            assert!(!is_plain_name(name), "{name:?}");
        }
    }
}
