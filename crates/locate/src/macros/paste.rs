// SPDX-License-Identifier: Apache-2.0
//! The operators `#` and `##` (ISO C 6.10.3.2 and 6.10.3.3).

use super::Macros;
use crate::name::Name;
use crate::scan::{Cursor, Lexeme};
use crate::token::{Placed, Token, punctuator};

/// What an empty argument beside `##` leaves: the standard's placemarker.
pub(super) fn nothing(line: u32) -> Placed {
    Placed {
        token: Token::Parameter(u16::MAX),
        line,
    }
}

pub(super) fn is_nothing(token: Token) -> bool {
    token == Token::Parameter(u16::MAX)
}

impl Macros<'_> {
    /// Pastes `part` onto the last token of `result`. `rest` says that it stands for all
    /// remaining arguments; a comma before those is dropped when there are none.
    pub(super) fn paste_onto(
        &mut self,
        result: &mut Vec<Placed>,
        part: &[Placed],
        rest: bool,
        line: u32,
    ) {
        let placed = |token| Placed { token, line };
        let Some(left) = result.pop() else {
            return result.extend(part.iter().map(|one| placed(one.token)));
        };
        if rest && left.token.is(b',') {
            if !part.is_empty() {
                result.push(left);
                result.extend(part.iter().map(|one| placed(one.token)));
            }
            return;
        }
        let Some((first, others)) = part.split_first() else {
            return result.push(left);
        };
        if is_nothing(left.token) {
            result.push(placed(first.token));
        } else {
            match self.paste(left.token, first.token) {
                Some(token) => result.push(placed(token)),
                None => result.extend([left, placed(first.token)]),
            }
        }
        result.extend(others.iter().map(|one| placed(one.token)));
    }

    /// The one token that two make, if they do.
    fn paste(&mut self, left: Token, right: Token) -> Option<Token> {
        let mut text = String::new();
        left.spell(&self.names, &mut text);
        right.spell(&self.names, &mut text);
        let mut cursor = Cursor::new(&text);
        let lexeme = cursor.lexeme();
        if cursor.peek().is_some() {
            return None;
        }
        Some(match lexeme {
            Lexeme::Identifier(word) => Token::Identifier(self.names.intern(word)),
            Lexeme::Number(word) => Token::Number(self.names.intern(word)),
            Lexeme::Punctuator(code) if code != punctuator::OTHER => Token::Punctuator(code),
            Lexeme::Punctuator(_) | Lexeme::Text(_) | Lexeme::Character(_) => return None,
        })
    }

    /// The tokens as the text of a string literal. Blanks stand only where two words meet.
    pub(crate) fn stringify(&mut self, tokens: &[Placed]) -> Name {
        let mut text = String::new();
        for placed in tokens {
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let meets = text.ends_with(is_word);
            let length = text.len();
            placed.token.spell(&self.names, &mut text);
            if meets && text[length..].starts_with(is_word) {
                text.insert(length, ' ');
            }
        }
        self.names.intern(&text)
    }
}
