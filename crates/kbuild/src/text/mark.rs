// SPDX-License-Identifier: Apache-2.0
//! What is asked of the same text again and again, found once.

use crate::world::UNKNOWN;

/// A set of properties of one text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marks(u8);

impl Marks {
    /// White space of ASCII.
    pub(super) const SPACE: Self = Self(1);
    pub(super) const PERCENT: Self = Self(2);
    pub(super) const UNKNOWN: Self = Self(4);
    pub(super) const FLAGS: Self = Self(8);
    pub(super) const NUMBER: Self = Self(16);
    pub(super) const SYMBOL: Self = Self(32);

    pub(super) fn of(content: &str) -> Self {
        let mut marks = Self(0);
        for byte in content.bytes() {
            marks.0 |= match byte {
                b'%' => Self::PERCENT.0,
                byte if char::from(byte) == UNKNOWN => Self::UNKNOWN.0,
                byte if byte.is_ascii_whitespace() => Self::SPACE.0,
                _ => 0,
            };
        }
        marks
            .with(names_flags(content), Self::FLAGS)
            .with(content.parse::<usize>().is_ok(), Self::NUMBER)
            .with(content.starts_with("CONFIG_"), Self::SYMBOL)
    }

    fn with(self, condition: bool, mark: Self) -> Self {
        if condition {
            Self(self.0 | mark.0)
        } else {
            self
        }
    }

    pub(super) fn has(self, mark: Self) -> bool {
        self.0 & mark.0 != 0
    }
}

/// See [`super::Texts::names_flags`].
fn names_flags(name: &str) -> bool {
    const BUILT: [&str; 4] = [
        "LINUXINCLUDE",
        "obj-dirs",
        "existing-dirs",
        "existing-targets",
    ];
    let mut windows = name.as_bytes().windows(5);
    let flags = windows.any(|part| part == b"FLAGS" || part == b"flags");
    (flags && name != "MAKEFLAGS") || BUILT.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mark_is_found() {
        for (content, expected) in [
            ("a.o", 0),
            ("a\tb", Marks::SPACE.0),
            ("%.o", Marks::PERCENT.0),
            ("\u{1}NAME\u{1}", Marks::UNKNOWN.0),
            ("KBUILD_CFLAGS", Marks::FLAGS.0),
            ("MAKEFLAGS", 0),
            ("obj-dirs", Marks::FLAGS.0),
            ("12", Marks::NUMBER.0),
            ("1.2", 0),
            ("CONFIG_X", Marks::SYMBOL.0),
            ("% ccflags-\u{1}N\u{1}", 15),
        ] {
            assert_eq!(Marks::of(content).0, expected, "{content}");
        }
    }
}
