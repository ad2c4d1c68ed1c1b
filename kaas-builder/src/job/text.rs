// SPDX-License-Identifier: Apache-2.0
//! The shapes of texts in a job: what has one of these types can be put into a path, a file
//! or a command without harm.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text that is of a shape.
macro_rules! shape {
    ($(#[$about:meta])* $name:ident, $what:literal, $check:expr) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                let check: fn(&str) -> bool = $check;
                if check(&text) {
                    return Ok(Self(text));
                }
                Err(format!("{} is no {}", shown(&text), $what))
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

shape!(
    /// Tells one job from another.
    Id, "id: 1 to 64 lower-case letters, digits and dashes",
    |text| is_made_of(text, 1..=64, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
);
shape!(
    /// For people to read.
    Label, "name: 1 to 255 characters without control characters",
    |text| (1..=255).contains(&text.chars().count()) && !text.chars().any(char::is_control)
);
shape!(
    /// As given to make.
    Arch, "architecture, as given to make: x86, arm64, riscv, ...",
    |text| is_made_of(text, 1..=16, |c| c.is_ascii_alphanumeric() || c == '_')
);
shape!(
    /// A symbol of Kconfig, without `CONFIG_`.
    Symbol, "symbol: a name as Kconfig files have it, without CONFIG_",
    |text| is_made_of(text, 1..=128, |c| c.is_ascii_alphanumeric() || c == '_')
        && !text.starts_with("CONFIG_")
);
shape!(
    /// A file below the folder of inputs: `traces/boot.xz`.
    InputName, "name of an input: up to 8 plain names with slashes between them",
    |text| text.len() <= 255 && text.split('/').count() <= 8 && text.split('/').all(is_plain_name)
);
shape!(
    /// A checksum in hexadecimal.
    Sha256, "SHA-256: 64 lower-case hexadecimal digits",
    crate::digest::is_sha256
);
shape!(
    /// A version of a package (`6.1.192-2`) or a release of the kernel (`6.1.192`).
    Version, "version",
    |text| text.starts_with(|c: char| c.is_ascii_digit())
        && is_made_of(text, 1..=64, |c| c.is_ascii_alphanumeric() || ".+-~:".contains(c))
);
shape!(
    /// A source package, a suite, a component, a keyring.
    PackageName, "plain name",
    |text| text.split('/').count() <= 2 && text.split('/').all(is_plain_name)
);
shape!(
    /// Where something is fetched from; which schemes are allowed is the operator's choice.
    Location, "URL: http, https or file, without user, query or blanks",
    is_location
);
shape!(
    /// A commit, in full.
    GitRef, "commit: its 40 or 64 hexadecimal digits",
    |text| matches!(text.len(), 40 | 64)
        && text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
);

impl Location {
    /// `https`
    pub fn scheme(&self) -> &str {
        self.0.split_once(':').map_or("", |(scheme, _)| scheme)
    }

    /// The file, where the scheme is `file`.
    pub fn local_path(&self) -> Option<&std::path::Path> {
        self.0.strip_prefix("file://").map(std::path::Path::new)
    }
}

fn is_location(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:+%,=[]".contains(c);
    let is_known = matches!(scheme, "http" | "https" | "file");
    let has_host = rest.starts_with('/') == (scheme == "file");
    is_known
        && has_host
        && is_made_of(rest, 1..=1024, plain)
        && !rest.split('/').any(|part| part == "..")
}

/// One part of a path that means itself: no dot or dash before it, nothing for a shell.
fn is_plain_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    is_made_of(text, 1..=128, plain) && !text.starts_with(['.', '-', '+'])
}

fn is_made_of(
    text: &str,
    length: std::ops::RangeInclusive<usize>,
    of: impl Fn(char) -> bool,
) -> bool {
    length.contains(&text.len()) && text.chars().all(of)
}

/// A hostile text in a message: short, and without control characters.
fn shown(text: &str) -> String {
    let start: String = text.chars().take(64).collect();
    format!("{start:?}")
}
