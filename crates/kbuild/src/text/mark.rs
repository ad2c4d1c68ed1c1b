// SPDX-License-Identifier: Apache-2.0
//! What is asked of the same text again and again, found once.

use crate::world::UNKNOWN;

/// A set of properties of one text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marks(u8);

impl Marks {
    /// A space, tab or other white space of ASCII.
    pub(super) const SPACE: Self = Self(1);
    pub(super) const PERCENT: Self = Self(2);
    pub(super) const UNKNOWN: Self = Self(4);
    pub(super) const FLAGS: Self = Self(8);

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
        if content.contains("FLAGS") || content.contains("flags") {
            marks.0 |= Self::FLAGS.0;
        }
        marks
    }

    pub(super) fn has(self, mark: Self) -> bool {
        self.0 & mark.0 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mark_is_found() {
        let all = [Marks::SPACE, Marks::PERCENT, Marks::UNKNOWN, Marks::FLAGS];
        for (content, expected) in [
            ("a.o", [false; 4]),
            ("a\tb", [true, false, false, false]),
            ("%.o", [false, true, false, false]),
            ("\u{1}NAME\u{1}", [false, false, true, false]),
            ("KBUILD_CFLAGS", [false, false, false, true]),
            ("% ccflags-\u{1}N\u{1}", [true; 4]),
        ] {
            assert_eq!(
                all.map(|mark| Marks::of(content).has(mark)),
                expected,
                "{content}"
            );
        }
    }
}
