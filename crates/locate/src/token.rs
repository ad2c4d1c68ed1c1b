// SPDX-License-Identifier: Apache-2.0
//! Preprocessing tokens of C (ISO C 6.4).

use crate::name::Name;

/// A preprocessing token. White space is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    Identifier(Name),
    /// An identifier that no macro replaces any more (ISO C 6.10.3.4).
    Painted(Name),
    Number(Name),
    /// A string literal, by what stands between its quotes.
    Text(Name),
    /// A character constant, by what stands between its quotes.
    Character(Name),
    Punctuator(u8),
    /// In the body of a macro: its parameter of this number.
    Parameter(u16),
    /// In the body of a macro: `#` before its parameter of this number.
    Stringified(u16),
}

impl Token {
    pub const fn is(self, punctuator: u8) -> bool {
        matches!(self, Self::Punctuator(code) if code == punctuator)
    }

    /// The identifier, replaceable or not.
    pub const fn identifier(self) -> Option<Name> {
        match self {
            Self::Identifier(name) | Self::Painted(name) => Some(name),
            _ => None,
        }
    }
}

/// A token and the line that it, or the outermost macro that made it, stands on.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    pub token: Token,
    pub line: u32,
}

/// Punctuators of several characters; those of one are their own code.
pub mod punctuator {
    pub const PASTE: u8 = 128;
    pub const ELLIPSIS: u8 = 129;
    pub const AND: u8 = 130;
    pub const OR: u8 = 131;
    pub const EQUAL: u8 = 132;
    pub const NOT_EQUAL: u8 = 133;
    pub const LESS_EQUAL: u8 = 134;
    pub const GREATER_EQUAL: u8 = 135;
    pub const SHIFT_LEFT: u8 = 136;
    pub const SHIFT_RIGHT: u8 = 137;
    /// A byte that C gives no meaning.
    pub const OTHER: u8 = 255;

    /// By the characters; longer ones first.
    pub const SPELLED: [(&str, u8); 10] = [
        ("...", ELLIPSIS),
        ("##", PASTE),
        ("&&", AND),
        ("||", OR),
        ("==", EQUAL),
        ("!=", NOT_EQUAL),
        ("<=", LESS_EQUAL),
        (">=", GREATER_EQUAL),
        ("<<", SHIFT_LEFT),
        (">>", SHIFT_RIGHT),
    ];

    /// How a punctuator is written.
    pub fn spell(code: u8, into: &mut String) {
        match SPELLED.iter().find(|(_, known)| *known == code) {
            Some((text, _)) => into.push_str(text),
            None if code.is_ascii() => into.push(char::from(code)),
            None => into.push('?'),
        }
    }
}
