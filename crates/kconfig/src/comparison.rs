// SPDX-License-Identifier: Apache-2.0
//! How texts of typed symbols compare, and what a range makes of one, without a
//! configuration: for those who reason about all configurations at once.

use std::cmp::Ordering;

use crate::number;
use crate::value::{SymbolType, Tristate};

/// The text of a symbol with the symbol's declared type.
pub type Typed<'t> = (SymbolType, &'t str);

/// A value as a comparison takes it.
enum Comparable {
    Text,
    Signed(i64),
    Unsigned(u64),
}

/// The order in which `=`, `<` and the like see two values (`expr_calc_value()`):
/// strings by their bytes, numbers as numbers, whatever is no number by its bytes.
pub fn compare(left: Typed<'_>, right: Typed<'_>) -> Ordering {
    let bytes = || crate::text::encode(left.1).cmp(&crate::text::encode(right.1));
    if (left.0, right.0) == (SymbolType::String, SymbolType::String) {
        return bytes();
    }
    match (comparable(left), comparable(right)) {
        (Comparable::Text, _) | (_, Comparable::Text) => bytes(),
        (Comparable::Signed(a), Comparable::Signed(b)) => a.cmp(&b),
        (a, b) => a.bits().cmp(&b.bits()),
    }
}

impl Comparable {
    /// As an unsigned number: one unsigned side makes the other unsigned.
    fn bits(&self) -> u64 {
        match self {
            Self::Text => 0,
            Self::Signed(value) => value.cast_unsigned(),
            Self::Unsigned(value) => *value,
        }
    }
}

/// A number when the whole text is one (`expr_parse_string()`).
fn comparable((kind, text): Typed<'_>) -> Comparable {
    let base = match kind {
        SymbolType::Bool | SymbolType::Tristate => {
            let value = Tristate::parse(text).map_or(-1, |value| value as i64);
            return Comparable::Signed(value);
        }
        SymbolType::Int => 10,
        SymbolType::Hex => 16,
        SymbolType::Unknown | SymbolType::String => 0,
    };
    let parsed = number::parse(text, base);
    let (value, out_of_range) = if kind == SymbolType::Hex {
        let (value, out_of_range) = parsed.unsigned();
        (Comparable::Unsigned(value), out_of_range)
    } else {
        let (value, out_of_range) = parsed.signed();
        (Comparable::Signed(value), out_of_range)
    };
    let whole = parsed.length > 0 && parsed.length == text.len();
    if whole && !out_of_range {
        value
    } else {
        Comparable::Text
    }
}

/// Whether a `.config` can give a symbol this text; one that doesn't fit the type is as
/// good as none (`sym_string_valid()`).
pub fn is_valid((kind, text): Typed<'_>) -> bool {
    number::is_valid(kind, text)
}

/// The value of an int or hex after its range was applied: a value out of range becomes
/// the bound it violates, spelled as the bound is (`sym_validate_range()`). Texts of
/// other types stay.
pub fn clamped<'t>(value: Typed<'t>, low: Typed<'t>, high: Typed<'t>) -> &'t str {
    let Some(own) = base(value.0) else {
        return value.1;
    };
    let parse = |text: &str, base| number::parse(text, base).signed().0;
    let bound = |(kind, text): Typed<'_>| parse(text, base(kind).unwrap_or(own));
    let number = parse(value.1, own);
    if number < bound(low) {
        low.1
    } else if number > bound(high) {
        high.1
    } else {
        value.1
    }
}

/// In which numbers of that type are written.
pub(crate) fn base(kind: SymbolType) -> Option<u32> {
    match kind {
        SymbolType::Int => Some(10),
        SymbolType::Hex => Some(16),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use SymbolType::{Bool, Hex, Int, String, Unknown};

    #[test]
    fn numbers_compare_as_numbers_and_texts_as_bytes() {
        assert_eq!(compare((Int, "9"), (Unknown, "10")), Ordering::Less);
        assert_eq!(compare((String, "9"), (String, "10")), Ordering::Greater);
        assert_eq!(compare((Hex, "0x10"), (Int, "16")), Ordering::Equal);
        assert_eq!(compare((Bool, "y"), (Unknown, "y")), Ordering::Equal);
        assert_eq!(compare((Int, ""), (Unknown, "0")), Ordering::Less);
    }

    #[test]
    fn a_value_out_of_range_becomes_the_bound_as_spelled() {
        let range = |text| clamped((Hex, text), (Unknown, "0x0A"), (Unknown, "ff"));
        assert_eq!(["1", "0x10", "0x100"].map(range), ["0x0A", "0x10", "ff"]);
        assert_eq!(clamped((String, "1"), (Int, "2"), (Int, "3")), "1");
    }
}
