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
    pub(super) const COMPILES: Self = Self(64);

    pub(super) fn of(content: &str) -> Self {
        let letters = content
            .bytes()
            .fold(0, |letters, byte| letters | LETTERS[usize::from(byte)]);
        let has = |letter: u8| letters & letter != 0;
        let compiles = has(DASH)
            && ((has(Self::SPACE.0) && content.contains(" -c "))
                || (has(EQUALS) && content.contains("--emit=obj=")));
        Self(letters & (Self::SPACE.0 | Self::PERCENT.0 | Self::UNKNOWN.0))
            .with(has(G) && names_flags(content), Self::FLAGS)
            .with(is_built(content), Self::FLAGS)
            .with(content.parse::<usize>().is_ok(), Self::NUMBER)
            .with(content.starts_with("CONFIG_"), Self::SYMBOL)
            .with(compiles, Self::COMPILES)
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

/// In `flags` and `FLAGS`, and seldom elsewhere.
const G: u8 = 8;
const DASH: u8 = 16;
const EQUALS: u8 = 32;

/// What each byte says of the text that it is in.
const LETTERS: [u8; 256] = {
    let mut letters = [0; 256];
    letters[b'%' as usize] = Marks::PERCENT.0;
    letters[UNKNOWN as usize] = Marks::UNKNOWN.0;
    letters[b' ' as usize] = Marks::SPACE.0;
    letters[b'\t' as usize] = Marks::SPACE.0;
    letters[b'\n' as usize] = Marks::SPACE.0;
    letters[b'\x0c' as usize] = Marks::SPACE.0;
    letters[b'\r' as usize] = Marks::SPACE.0;
    letters[b'g' as usize] = G;
    letters[b'G' as usize] = G;
    letters[b'-' as usize] = DASH;
    letters[b'=' as usize] = EQUALS;
    letters
};

/// See [`super::Texts::names_flags`].
fn names_flags(name: &str) -> bool {
    (name.contains("FLAGS") || name.contains("flags")) && name != "MAKEFLAGS"
}

/// See [`super::Texts::names_flags`].
fn is_built(name: &str) -> bool {
    matches!(
        name,
        "LINUXINCLUDE" | "obj-dirs" | "existing-dirs" | "existing-targets"
    )
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
            ("$(CC) -c -o", Marks::SPACE.0 | Marks::COMPILES.0),
            ("--emit=obj=", Marks::COMPILES.0),
            ("-cg=", 0),
            ("CONFIG_X", Marks::SYMBOL.0),
            ("% ccflags-\u{1}N\u{1}", 15),
        ] {
            assert_eq!(Marks::of(content).0, expected, "{content}");
        }
    }
}
