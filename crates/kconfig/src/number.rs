// SPDX-License-Identifier: Apache-2.0
//! Numbers as the C library reads them, which decides comparisons and ranges.

use crate::value::SymbolType;

/// Whether `text` may be the value of a symbol of that type (`sym_string_valid()`).
pub(crate) fn is_valid(kind: SymbolType, text: &str) -> bool {
    let bytes = text.as_bytes();
    match kind {
        SymbolType::String => true,
        SymbolType::Int => {
            let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
            let leading_zero = digits.len() > 1 && digits[0] == b'0';
            !digits.is_empty() && !leading_zero && digits.iter().all(u8::is_ascii_digit)
        }
        SymbolType::Hex => {
            let digits = hex_digits(bytes);
            !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit)
        }
        SymbolType::Bool | SymbolType::Tristate => {
            matches!(bytes.first(), Some(b'y' | b'Y' | b'm' | b'M' | b'n' | b'N'))
        }
        SymbolType::Unknown => false,
    }
}

fn hex_digits(bytes: &[u8]) -> &[u8] {
    bytes
        .strip_prefix(b"0x")
        .or_else(|| bytes.strip_prefix(b"0X"))
        .unwrap_or(bytes)
}

/// A number read from the start of a text, as `strtoll()` and `strtoull()` do.
pub(crate) struct Parsed {
    pub(crate) negative: bool,
    pub(crate) magnitude: u64,
    /// More than 64 bits.
    pub(crate) overflow: bool,
    /// How many bytes were read; 0 when there is no number.
    pub(crate) length: usize,
}

/// Reads blanks, a sign and digits; base 0 takes the prefix `0x` or `0` into account.
pub(crate) fn parse(text: &str, base: u32) -> Parsed {
    let bytes = text.as_bytes();
    let mut at = bytes
        .iter()
        .take_while(|byte| matches!(byte, b' ' | 0x09..=0x0d))
        .count();
    let negative = bytes.get(at) == Some(&b'-');
    at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
    let (base, prefix) = base_of(&bytes[at..], base);
    at += prefix;
    let mut parsed = Parsed {
        negative,
        magnitude: 0,
        overflow: false,
        length: 0,
    };
    for byte in &bytes[at..] {
        let Some(digit) = char::from(*byte).to_digit(base) else {
            break;
        };
        at += 1;
        parsed.length = at;
        let next = parsed.magnitude.checked_mul(u64::from(base));
        match next.and_then(|next| next.checked_add(u64::from(digit))) {
            Some(next) => parsed.magnitude = next,
            None => parsed.overflow = true,
        }
    }
    parsed
}

/// The base in force and the length of its prefix, which counts only before a digit.
fn base_of(bytes: &[u8], base: u32) -> (u32, usize) {
    let prefixed = matches!(bytes, [b'0', b'x' | b'X', digit, ..] if digit.is_ascii_hexdigit());
    match (base, bytes.first()) {
        (0 | 16, _) if prefixed => (16, 2),
        (0, Some(b'0')) => (8, 0),
        (0, _) => (10, 0),
        _ => (base, 0),
    }
}

impl Parsed {
    /// The value as `strtoll()` gives it, and whether it was out of range.
    pub(crate) fn signed(&self) -> (i64, bool) {
        let limit = if self.negative { i64::MIN } else { i64::MAX };
        if self.overflow || self.magnitude > limit.unsigned_abs() {
            return (limit, true);
        }
        let value = self.magnitude.cast_signed();
        (
            if self.negative {
                value.wrapping_neg()
            } else {
                value
            },
            false,
        )
    }

    /// The value as `strtoull()` gives it: a minus sign wraps around.
    pub(crate) fn unsigned(&self) -> (u64, bool) {
        if self.overflow {
            return (u64::MAX, true);
        }
        (
            if self.negative {
                self.magnitude.wrapping_neg()
            } else {
                self.magnitude
            },
            false,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_each_type() {
        let valid = |kind, text| is_valid(kind, text);
        assert!(valid(SymbolType::Int, "-12") && valid(SymbolType::Int, "0"));
        assert!(!valid(SymbolType::Int, "012") && !valid(SymbolType::Int, ""));
        assert!(valid(SymbolType::Hex, "0xAf") && valid(SymbolType::Hex, "af"));
        assert!(!valid(SymbolType::Hex, "0x") && !valid(SymbolType::Hex, "g"));
    }

    #[test]
    fn bases_and_their_prefixes() {
        assert_eq!(parse("0x10", 0).signed(), (16, false));
        assert_eq!(parse("010", 0).signed(), (8, false));
        assert_eq!(parse("0x10", 10).length, 1);
        assert_eq!(parse("0xg", 16).length, 1);
        assert_eq!(parse("ff", 16).unsigned(), (255, false));
    }

    #[test]
    fn limits_are_the_c_librarys() {
        assert_eq!(
            parse("-9223372036854775808", 10).signed(),
            (i64::MIN, false)
        );
        assert_eq!(parse("9223372036854775808", 10).signed(), (i64::MAX, true));
        assert_eq!(parse("-1", 16).unsigned(), (u64::MAX, false));
        assert_eq!(
            parse("99999999999999999999", 10).unsigned(),
            (u64::MAX, true)
        );
    }
}
