// SPDX-License-Identifier: Apache-2.0
//! Canonical JSON: the part of RFC 8785 that is left when every scalar is a string or an
//! integer. Objects with their names sorted, arrays, no blanks; no fractions, booleans or null.

use std::fmt::{self, Write as _};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The largest magnitude that every reader of JSON keeps exactly, 2^53 - 1.
pub const INTEGER_LIMIT: i64 = (1 << 53) - 1;

/// Why a text or a value is not canonical.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotCanonical(String);

impl fmt::Display for NotCanonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotCanonical {}

/// The one text of a document.
pub fn write(document: &impl Serialize) -> Result<String, NotCanonical> {
    let value = serde_json::to_value(document).map_err(|error| NotCanonical(error.to_string()))?;
    let mut text = String::new();
    write_value(&value, &mut text)?;
    Ok(text)
}

/// The document that a text stands for. Refuses every text but that which [`write()`] gives, so
/// that nobody reads a signed text in two ways.
pub fn read<T: DeserializeOwned + Serialize>(text: &str) -> Result<T, NotCanonical> {
    let document: T =
        serde_json::from_str(text).map_err(|error| NotCanonical(error.to_string()))?;
    if write(&document)? == text {
        Ok(document)
    } else {
        let message = "this is JSON, but not in its canonical form";
        Err(NotCanonical(message.to_owned()))
    }
}

fn write_value(value: &Value, text: &mut String) -> Result<(), NotCanonical> {
    match value {
        Value::String(string) => write_string(string, text),
        Value::Number(number) => write_integer(number, text)?,
        Value::Array(items) => write_all('[', items, ']', text, write_value)?,
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
            write_all('{', &members, '}', text, |(name, value), text| {
                write_string(name, text);
                text.push(':');
                write_value(value, text)
            })?;
        }
        Value::Bool(_) | Value::Null => {
            let message = format!("{value} has no place in a canonical document");
            return Err(NotCanonical(message));
        }
    }
    Ok(())
}

fn write_all<T>(
    open: char,
    items: &[T],
    close: char,
    text: &mut String,
    write: impl Fn(&T, &mut String) -> Result<(), NotCanonical>,
) -> Result<(), NotCanonical> {
    text.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write(item, text)?;
    }
    text.push(close);
    Ok(())
}

fn write_integer(number: &serde_json::Number, text: &mut String) -> Result<(), NotCanonical> {
    let integer = number.as_i64();
    let fits = |integer: &i64| (-INTEGER_LIMIT..=INTEGER_LIMIT).contains(integer);
    let Some(integer) = integer.filter(fits) else {
        let message = format!("{number} is not an integer of at most 53 bits");
        return Err(NotCanonical(message));
    };
    text.push_str(&integer.to_string());
    Ok(())
}

/// RFC 8785, 3.2.2.2: the short escapes where there are any, otherwise `\u00` and two
/// hexadecimal digits in lower case, and nothing else escaped.
fn write_string(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{c}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            control if control < ' ' => {
                let _ = write!(text, "\\u{:04x}", u32::from(control));
            }
            other => text.push(other),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{read, write};

    #[test]
    fn one_text_per_document() {
        let value = json!({"b": 1, "a": ["\u{1}\n\"\\é", -7], "B": {}});
        let text = "{\"B\":{},\"a\":[\"\\u0001\\n\\\"\\\\é\",-7],\"b\":1}";
        assert_eq!(write(&value).unwrap(), text);
        assert_eq!(read::<Value>(text).unwrap(), value);
    }

    /// RFC 8785, 3.2.3: names are sorted by UTF-16, where U+1F600 comes before U+FB33.
    #[test]
    fn names_are_sorted_by_utf_16() {
        let text = write(&json!({"\u{fb33}": 1, "\u{1f600}": 2, "\u{20ac}": 3})).unwrap();
        assert_eq!(text, "{\"\u{20ac}\":3,\"\u{1f600}\":2,\"\u{fb33}\":1}");
    }

    #[test]
    fn every_other_text_is_refused() {
        let texts = [
            "{\"a\": 1}",
            "{\"b\":1,\"a\":1}",
            "{\"a\":1,\"a\":1}",
            "[1.0]",
            "[1e2]",
            "[9007199254740992]",
            "[true]",
            "[null]",
            "[\"\\u00e9\"]",
            "[\"\\/\"]",
            "[] ",
            "",
        ];
        for text in texts {
            assert!(read::<Value>(text).is_err(), "{text}");
        }
    }
}
