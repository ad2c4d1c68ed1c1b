// SPDX-License-Identifier: Apache-2.0
//! The value of the condition of `#if` (ISO C 6.10.1), under the macros of the moment.

use crate::macros::Macros;
use crate::name::{Name, Names, Texts};
use crate::token::{Placed, Token, punctuator};

/// Parentheses and unary operators nest to this depth; what is deeper is false.
const MAXIMUM_DEPTH: u32 = 200;

/// The identifiers that mean something in a condition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    defined: Option<Name>,
    /// The macros of `include/linux/kconfig.h`; known here because they are asked so often.
    is_enabled: Option<Name>,
    is_builtin: Option<Name>,
    is_module: Option<Name>,
}

impl Words {
    pub(crate) fn new(names: &Names) -> Self {
        Self {
            defined: names.find("defined"),
            is_enabled: names.find("IS_ENABLED"),
            is_builtin: names.find("IS_BUILTIN"),
            is_module: names.find("IS_MODULE"),
        }
    }
}

impl Macros<'_> {
    /// Whether the condition holds, where no macro has to be expanded to know it.
    pub(crate) fn settled(&mut self, condition: &[Token], words: &Words) -> Option<bool> {
        let tokens = self.answered(condition, words);
        let mut left = tokens.iter().filter_map(|placed| placed.token.identifier());
        let is_settled = !left.any(|name| self.table.is_defined(name));
        is_settled.then(|| self.is_true(&tokens))
    }

    /// Whether the condition holds; one that is no expression does not.
    pub(crate) fn holds(&mut self, condition: &[Token], words: &Words) -> bool {
        let tokens = self.answered(condition, words);
        let mut asked = std::mem::take(&mut self.consulted);
        let mut expanded = Vec::new();
        self.expand(&tokens, &mut expanded);
        self.consulted.append(&mut asked);
        self.is_true(&expanded)
    }

    fn is_true(&self, tokens: &[Placed]) -> bool {
        let mut reader = Reader {
            macros: self,
            tokens,
            at: 0,
            depth: 0,
        };
        let value = reader.conditional();
        value.is_some_and(|value| value != 0) && reader.at == tokens.len()
    }

    /// The condition with the answers to what it asks about macros.
    fn answered(&mut self, condition: &[Token], words: &Words) -> Vec<Placed> {
        self.consulted.clear();
        let mut tokens = Vec::with_capacity(condition.len());
        let mut rest = condition;
        while let Some(&first) = rest.first() {
            let (token, length) = self.answer(rest, words).unwrap_or((first, 1));
            tokens.push(Placed { token, line: 0 });
            rest = rest.get(length..).unwrap_or_default();
        }
        tokens
    }

    /// The value of `defined X` and the like at the start of `rest`, and its length.
    fn answer(&mut self, rest: &[Token], words: &Words) -> Option<(Token, usize)> {
        let Some(&Token::Identifier(word)) = rest.first() else {
            return None;
        };
        let asked = Some(word);
        if asked == words.defined {
            return match *rest {
                [_, Token::Identifier(name), ..] => Some((self.truth(name), 2)),
                [_, open, Token::Identifier(name), close, ..]
                    if open.is(b'(') && close.is(b')') =>
                {
                    Some((self.truth(name), 4))
                }
                _ => None,
            };
        }
        if ![words.is_enabled, words.is_builtin, words.is_module].contains(&asked) {
            return None;
        }
        let [_, open, Token::Identifier(symbol), close, ..] = *rest else {
            return None;
        };
        if !open.is(b'(') || !close.is(b')') || !self.table.is_defined(word) {
            return None;
        }
        let module = format!("{}_MODULE", self.names.text(symbol));
        let module = self.names.intern(&module);
        self.consulted.extend([word, symbol, module]);
        let is_builtin = asked != words.is_module && self.table.is_defined(symbol);
        let is_module = asked != words.is_builtin && self.table.is_defined(module);
        Some((boolean(is_builtin || is_module), 4))
    }

    fn truth(&mut self, name: Name) -> Token {
        self.consulted.push(name);
        boolean(self.table.is_defined(name))
    }
}

/// A boolean as a token that is neither replaced nor looked up.
fn boolean(value: bool) -> Token {
    Token::Parameter(u16::from(value))
}

struct Reader<'m, 'c, 't> {
    macros: &'m Macros<'c>,
    tokens: &'t [Placed],
    at: usize,
    depth: u32,
}

impl Reader<'_, '_, '_> {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).map(|placed| placed.token)
    }

    fn take(&mut self, code: u8) -> bool {
        let found = self.peek().is_some_and(|token| token.is(code));
        self.at += usize::from(found);
        found
    }

    fn conditional(&mut self) -> Option<i128> {
        let test = self.binary(0)?;
        if !self.take(b'?') {
            return Some(test);
        }
        self.depth += 1;
        if self.depth > MAXIMUM_DEPTH {
            return None;
        }
        let yes = self.conditional()?;
        if !self.take(b':') {
            return None;
        }
        let no = self.conditional()?;
        self.depth -= 1;
        Some(if test == 0 { no } else { yes })
    }

    /// Operators that bind at least as tightly as `weakest`.
    fn binary(&mut self, weakest: u8) -> Option<i128> {
        let mut left = self.unary()?;
        while let Some(Token::Punctuator(code)) = self.peek() {
            let strength = strength(code);
            if strength == 0 || strength <= weakest {
                break;
            }
            self.at += 1;
            let right = self.binary(strength)?;
            left = apply(code, left, right)?;
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<i128> {
        self.depth += 1;
        if self.depth > MAXIMUM_DEPTH {
            return None;
        }
        let token = self.peek()?;
        self.at += 1;
        let value = match token {
            Token::Punctuator(b'!') => i128::from(self.unary()? == 0),
            Token::Punctuator(b'-') => self.unary()?.checked_neg()?,
            Token::Punctuator(b'+') => self.unary()?,
            Token::Punctuator(b'~') => !self.unary()?,
            Token::Punctuator(b'(') => {
                let value = self.conditional()?;
                if !self.take(b')') {
                    return None;
                }
                value
            }
            Token::Parameter(value) => i128::from(value),
            Token::Number(name) => number(self.macros.names.text(name))?,
            Token::Character(name) => character(self.macros.names.text(name)),
            Token::Identifier(_) | Token::Painted(_) => {
                self.skip_call();
                0
            }
            _ => return None,
        };
        self.depth -= 1;
        Some(value)
    }

    /// Skips the arguments of what looks like a call of something undefined.
    fn skip_call(&mut self) {
        if !self.peek().is_some_and(|token| token.is(b'(')) {
            return;
        }
        let mut depth = 0_usize;
        while let Some(token) = self.peek() {
            self.at += 1;
            match token {
                Token::Punctuator(b'(') => depth += 1,
                Token::Punctuator(b')') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }
}

/// How tightly a binary operator binds; 0 for what is none.
fn strength(code: u8) -> u8 {
    match code {
        b',' => 1,
        punctuator::OR => 2,
        punctuator::AND => 3,
        b'|' => 4,
        b'^' => 5,
        b'&' => 6,
        punctuator::EQUAL | punctuator::NOT_EQUAL => 7,
        b'<' | b'>' | punctuator::LESS_EQUAL | punctuator::GREATER_EQUAL => 8,
        punctuator::SHIFT_LEFT | punctuator::SHIFT_RIGHT => 9,
        b'+' | b'-' => 10,
        b'*' | b'/' | b'%' => 11,
        _ => 0,
    }
}

fn apply(code: u8, left: i128, right: i128) -> Option<i128> {
    let shift = || u32::try_from(right).ok().filter(|bits| *bits < 64);
    Some(match code {
        b',' => right,
        punctuator::OR => i128::from(left != 0 || right != 0),
        punctuator::AND => i128::from(left != 0 && right != 0),
        b'|' => left | right,
        b'^' => left ^ right,
        b'&' => left & right,
        punctuator::EQUAL => i128::from(left == right),
        punctuator::NOT_EQUAL => i128::from(left != right),
        b'<' => i128::from(left < right),
        b'>' => i128::from(left > right),
        punctuator::LESS_EQUAL => i128::from(left <= right),
        punctuator::GREATER_EQUAL => i128::from(left >= right),
        punctuator::SHIFT_LEFT => left.checked_shl(shift()?)?,
        punctuator::SHIFT_RIGHT => left.checked_shr(shift()?)?,
        b'+' => left.checked_add(right)?,
        b'-' => left.checked_sub(right)?,
        b'*' => left.checked_mul(right)?,
        b'/' => left.checked_div(right)?,
        _ => left.checked_rem(right)?,
    })
}

fn number(text: &str) -> Option<i128> {
    let digits = text.trim_end_matches(['u', 'U', 'l', 'L']);
    let lower = digits.to_ascii_lowercase();
    let (digits, radix) = match lower.as_bytes() {
        [b'0', b'x', ..] => (&lower[2..], 16),
        [b'0', b'b', ..] => (&lower[2..], 2),
        [b'0', _, ..] => (&lower[1..], 8),
        _ => (&*lower, 10),
    };
    i128::from_str_radix(digits, radix).ok()
}

/// The value of a character that is no escape sequence.
fn character(text: &str) -> i128 {
    text.bytes().next().map_or(0, i128::from)
}
