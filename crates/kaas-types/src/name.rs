// SPDX-License-Identifier: Apache-2.0
//! Names that somebody else gave: of users for their things, of Keystone for projects and users,
//! of operators for machines.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// The longest name, in characters: what every database can index.
pub const LIMIT: usize = 255;

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidName {
    Empty,
    TooLong,
    /// With a character that no line of text has.
    Control,
    /// Databases don't agree on whether blanks at an end count.
    Blank,
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("an empty name"),
            Self::TooLong => write!(f, "a name of more than {LIMIT} characters"),
            Self::Control => f.write_str("a control character in a name"),
            Self::Blank => f.write_str("a name that begins or ends with a blank"),
        }
    }
}

impl std::error::Error for InvalidName {}

fn check(text: &str) -> Result<(), InvalidName> {
    if text.is_empty() {
        Err(InvalidName::Empty)
    } else if text.chars().count() > LIMIT {
        Err(InvalidName::TooLong)
    } else if text.chars().any(char::is_control) {
        Err(InvalidName::Control)
    } else if text.trim() != text {
        Err(InvalidName::Blank)
    } else {
        Ok(())
    }
}

macro_rules! names {
    ($($(#[$about:meta])* $name:ident,)+) => {$(
        $(#[$about])*
        ///
        /// One to [`LIMIT`] characters, no control character, no blank at either end.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                check(&text)?;
                Ok(Self(text))
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                text.to_owned().try_into()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

names! {
    /// A name for people.
    Name,
    /// A project of Keystone: opaque, and upper and lower case differ.
    ProjectId,
    /// A user of Keystone: opaque.
    UserId,
    /// A machine, as configuration names it.
    HostName,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_databases_would_not_keep_as_it_is_is_no_name() {
        let long = "é".repeat(LIMIT);
        assert_eq!(long.parse::<Name>().unwrap().to_string(), long);
        for (text, wrong) in [
            ("", InvalidName::Empty),
            ("a\0b", InvalidName::Control),
            ("a\n", InvalidName::Control),
            ("a ", InvalidName::Blank),
            ("\u{a0}a", InvalidName::Blank),
            (&format!("{long}é"), InvalidName::TooLong),
        ] {
            assert_eq!(text.parse::<ProjectId>(), Err(wrong), "{text:?}");
        }
    }

    #[test]
    fn json_is_checked() {
        assert!(serde_json::from_str::<Name>("\"memcached\"").is_ok());
        assert!(serde_json::from_str::<Name>("\" \"").is_err());
    }
}
