// SPDX-License-Identifier: Apache-2.0
//! How often `randconfig` says y and m: `KCONFIG_PROBABILITY`.

use crate::number;
use crate::value::{SymbolType, Tristate};

/// Percentages; those of a tristate add up to 100 at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probability {
    bool_yes: u32,
    tristate_yes: u32,
    tristate_module: u32,
}

/// The percentages without `KCONFIG_PROBABILITY`.
impl Default for Probability {
    fn default() -> Self {
        Self {
            bool_yes: 50,
            tristate_yes: 33,
            tristate_module: 33,
        }
    }
}

impl Probability {
    /// Reads one to three numbers with colons between: y for a bool, y and m for a
    /// tristate. One is halved between y and m; two are for a tristate, and a bool is y
    /// as often as a tristate is not n. What is not a number counts as zero, as for the
    /// C tool; `None` when a number or the sum for a tristate is beyond 100.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = Vec::new();
        let mut rest = text;
        while !rest.is_empty() && numbers.len() < 3 {
            let number = number::parse(rest, 10);
            // The C tool keeps the low half of a long number.
            let percent = u32::try_from(number.signed().0.cast_unsigned() & 0xffff_ffff).ok()?;
            numbers.push(Some(percent).filter(|percent| *percent <= 100)?);
            let after = &rest[number.length..];
            rest = after.strip_prefix(':').unwrap_or(after);
        }
        let probability = match *numbers.as_slice() {
            [] => Self::default(),
            [all] => {
                let tristate_module = all / 2;
                Self {
                    bool_yes: all,
                    tristate_yes: all - tristate_module,
                    tristate_module,
                }
            }
            [tristate_yes, tristate_module] => {
                let bool_yes = tristate_yes + tristate_module;
                Self {
                    bool_yes,
                    tristate_yes,
                    tristate_module,
                }
            }
            [bool_yes, tristate_yes, tristate_module, ..] => Self {
                bool_yes,
                tristate_yes,
                tristate_module,
            },
        };
        (probability.tristate_yes + probability.tristate_module <= 100).then_some(probability)
    }

    /// The value that a number below 100 stands for.
    pub(super) fn value(&self, kind: SymbolType, draw: u32) -> Tristate {
        let (yes, module) = match kind {
            SymbolType::Tristate => (self.tristate_yes, self.tristate_module),
            _ => (self.bool_yes, 0),
        };
        if draw < yes {
            Tristate::Yes
        } else if draw < yes + module {
            Tristate::Module
        } else {
            Tristate::No
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(u32, u32, u32)> {
        let probability = Probability::parse(text)?;
        Some((
            probability.bool_yes,
            probability.tristate_yes,
            probability.tristate_module,
        ))
    }

    #[test]
    fn one_two_or_three_numbers() {
        assert_eq!(parsed(""), Some((50, 33, 33)));
        assert_eq!(parsed("15"), Some((15, 8, 7)));
        assert_eq!(parsed("10:20"), Some((30, 10, 20)));
        assert_eq!(parsed("1:2:3"), Some((1, 2, 3)));
        assert_eq!(parsed("1:2:3:400"), Some((1, 2, 3)));
    }

    #[test]
    fn odd_texts_are_read_as_the_c_tool_reads_them() {
        assert_eq!(parsed("50:"), Some((50, 25, 25)));
        assert_eq!(parsed("abc"), Some((0, 0, 0)));
        assert_eq!(parsed("70 x"), Some((70, 0, 0)));
        assert_eq!(parsed("::"), Some((0, 0, 0)));
        assert_eq!(parsed("4294967306"), Some((10, 5, 5)));
    }

    #[test]
    fn too_much_is_refused() {
        for text in ["101", "-1", "60:60", "0:60:60", "99999999999999999999"] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    use Tristate::{Module as M, No as N, Yes as Y};

    #[test]
    fn a_draw_falls_into_one_of_three_ranges() {
        let probability = Probability {
            bool_yes: 10,
            tristate_yes: 20,
            tristate_module: 30,
        };
        let values = |kind| [9, 10, 19, 20, 49, 50].map(|draw| probability.value(kind, draw));
        assert_eq!(values(SymbolType::Bool), [Y, N, N, N, N, N]);
        assert_eq!(values(SymbolType::Tristate), [Y, Y, Y, M, M, N]);
    }
}
