// SPDX-License-Identifier: Apache-2.0
//! Preprocessing tokens of C (ISO C 6.4).

use crate::name::{Name, Texts};

/// A preprocessing token. White space is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
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
    pub(crate) const fn is(self, punctuator: u8) -> bool {
        matches!(self, Self::Punctuator(code) if code == punctuator)
    }

    /// Appends a token as it is written; parameters are not.
    pub(crate) fn spell(self, names: &impl Texts, into: &mut String) {
        match self {
            Self::Identifier(name) | Self::Painted(name) | Self::Number(name) => {
                into.push_str(names.text(name));
            }
            Self::Text(name) => into.extend(["\"", names.text(name), "\""]),
            Self::Character(name) => into.extend(["'", names.text(name), "'"]),
            Self::Punctuator(code) => punctuator::spell(code, into),
            Self::Parameter(_) | Self::Stringified(_) => {}
        }
    }

    /// The identifier, replaceable or not.
    pub(crate) const fn identifier(self) -> Option<Name> {
        match self {
            Self::Identifier(name) | Self::Painted(name) => Some(name),
            _ => None,
        }
    }
}

/// A token and the line that it, or the outermost macro that made it, stands on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed {
    pub(crate) token: Token,
    pub(crate) line: u32,
}

/// Punctuators of several characters; those of one are their own code.
pub(crate) mod punctuator {
    pub(crate) const PASTE: u8 = 128;
    pub(crate) const ELLIPSIS: u8 = 129;
    pub(crate) const AND: u8 = 130;
    pub(crate) const OR: u8 = 131;
    pub(crate) const EQUAL: u8 = 132;
    pub(crate) const NOT_EQUAL: u8 = 133;
    pub(crate) const LESS_EQUAL: u8 = 134;
    pub(crate) const GREATER_EQUAL: u8 = 135;
    pub(crate) const SHIFT_LEFT: u8 = 136;
    pub(crate) const SHIFT_RIGHT: u8 = 137;
    /// A byte that C gives no meaning.
    pub(crate) const OTHER: u8 = 255;

    /// By the characters; longer ones first.
    pub(crate) const SPELLED: [(&str, u8); 10] = [
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
    pub(crate) fn spell(code: u8, into: &mut String) {
        match SPELLED.iter().find(|(_, known)| *known == code) {
            Some((text, _)) => into.push_str(text),
            None if code.is_ascii() => into.push(char::from(code)),
            None => into.push('?'),
        }
    }
}
