// SPDX-License-Identifier: Apache-2.0
//! Closed sets of words: an enum whose values have one spelling each, the same in JSON, in the
//! database, in messages and in pictures.

use std::fmt;

/// A text that is none of the words of its set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    /// The set, as Rust names it.
    pub set: &'static str,
    /// What the words are.
    pub words: Vec<&'static str>,
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a {}: one of {}", self.set, self.words.join(", "))
    }
}

impl std::error::Error for UnknownWord {}

/// Declares such an enum, each value with its word.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $set:ident {
        $($(#[$about:meta])* $value:ident = $word:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        pub enum $set {
            $($(#[$about])* #[serde(rename = $word)] $value,)+
        }

        impl $set {
            /// Every value, in the order declared.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The word for it, everywhere.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }
        }

        impl std::fmt::Display for $set {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl std::str::FromStr for $set {
            type Err = $crate::word::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$value),)+
                    _ => Err($crate::word::UnknownWord {
                        set: stringify!($set),
                        words: vec![$($word),+],
                    }),
                }
            }
        }
    };
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    use crate::kernel::{Profile, Step};

    #[test]
    fn a_word_is_the_same_everywhere() {
        for step in Step::ALL {
            let json = serde_json::to_string(step).unwrap();
            assert_eq!(json, format!("\"{step}\""));
            assert_eq!(serde_json::from_str::<Step>(&json).unwrap(), *step);
            assert_eq!(step.word().parse(), Ok(*step));
        }
    }

    #[test]
    fn another_word_is_refused_and_not_repeated() {
        let error = "Minimal".parse::<Profile>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a Profile: one of conservative, balanced, minimal"
        );
    }
}
