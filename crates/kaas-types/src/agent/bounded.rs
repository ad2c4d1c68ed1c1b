// SPDX-License-Identifier: Apache-2.0
//! Texts and lists that are never longer than their type says.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Why a value was refused; never shows the value.
#[derive(Debug, PartialEq, Eq)]
pub struct OutOfBounds(String);

impl fmt::Display for OutOfBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OutOfBounds {}

impl OutOfBounds {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// At most `MAX` characters, none of them a control character.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Line<const MAX: usize>(String);

/// At most `MAX` characters on any number of lines; no other control characters.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Block<const MAX: usize>(String);

/// At most `MAX` printable ASCII characters that nobody is shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Secret<const MAX: usize>(String);

impl<const MAX: usize> TryFrom<String> for Secret<MAX> {
    type Error = OutOfBounds;

    fn try_from(text: String) -> Result<Self, OutOfBounds> {
        short(&text, MAX)?;
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(OutOfBounds::new("not a secret: a blank, or nothing"));
        }
        Ok(Self(text))
    }
}

impl<const MAX: usize> Secret<MAX> {
    /// Only for whoever has to send or to check it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Debug for Secret<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl<const MAX: usize> TryFrom<String> for Line<MAX> {
    type Error = OutOfBounds;

    fn try_from(text: String) -> Result<Self, OutOfBounds> {
        short(&text, MAX)?;
        if text.chars().any(char::is_control) {
            return Err(OutOfBounds::new("a control character in a line of text"));
        }
        Ok(Self(text))
    }
}

impl<const MAX: usize> TryFrom<String> for Block<MAX> {
    type Error = OutOfBounds;

    fn try_from(text: String) -> Result<Self, OutOfBounds> {
        short(&text, MAX)?;
        let foreign = |character: char| character.is_control() && !"\r\n".contains(character);
        if text.chars().any(foreign) {
            return Err(OutOfBounds::new("a control character in a text"));
        }
        Ok(Self(text))
    }
}

fn short(text: &str, limit: usize) -> Result<(), OutOfBounds> {
    // No text has more characters than bytes.
    if text.len() > limit && text.chars().count() > limit {
        return Err(OutOfBounds::new(format!(
            "a text of more than {limit} characters"
        )));
    }
    Ok(())
}

impl<const MAX: usize> Line<MAX> {
    /// The beginning of any text, with each control character as a blank.
    pub fn cut(text: &str) -> Self {
        let tame = |character: char| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        };
        Self(text.chars().map(tame).take(MAX).collect())
    }
}

impl<const MAX: usize> Deref for Line<MAX> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> Deref for Block<MAX> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Debug for Block<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Block of {} bytes", self.0.len())
    }
}

/// At most `MAX` items. Reading stops at the first one too many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct List<T, const MAX: usize>(Vec<T>);

impl<T, const MAX: usize> List<T, MAX> {
    /// The first `MAX` of them.
    pub fn first(items: impl IntoIterator<Item = T>) -> Self {
        Self(items.into_iter().take(MAX).collect())
    }

    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T, const MAX: usize> Default for List<T, MAX> {
    fn default() -> Self {
        Self(vec![])
    }
}

impl<T, const MAX: usize> Deref for List<T, MAX> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for List<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Items::<T, MAX>(PhantomData))
    }
}

struct Items<T, const MAX: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for Items<T, MAX> {
    type Value = List<T, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at most {MAX} items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = vec![];
        while let Some(item) = items.next_element()? {
            if list.len() == MAX {
                return Err(A::Error::invalid_length(MAX + 1, &self));
            }
            list.push(item);
        }
        Ok(List(list))
    }
}
