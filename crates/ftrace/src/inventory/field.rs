// SPDX-License-Identifier: Apache-2.0
//! How the fields of a fact are written and read.

/// A field as text. What is written is read again as the same value, except that an empty
/// text that is optional becomes none, and that the items of a list are neither empty nor
/// hold commas.
pub(super) trait Field: Sized {
    fn to_text(&self) -> String;

    /// `None` when the text is no such value.
    fn from_text(text: &str) -> Option<Self>;
}

impl Field for String {
    fn to_text(&self) -> String {
        self.clone()
    }

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Field for u64 {
    fn to_text(&self) -> String {
        self.to_string()
    }

    fn from_text(text: &str) -> Option<Self> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| is_plain)
    }
}

impl Field for bool {
    fn to_text(&self) -> String {
        if *self { "yes" } else { "no" }.to_owned()
    }

    fn from_text(text: &str) -> Option<Self> {
        match text {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        }
    }
}

impl<F: Field> Field for Option<F> {
    fn to_text(&self) -> String {
        self.as_ref().map_or(String::new(), Field::to_text)
    }

    fn from_text(text: &str) -> Option<Self> {
        match text {
            "" => Some(None),
            text => F::from_text(text).map(Some),
        }
    }
}

impl Field for Vec<String> {
    fn to_text(&self) -> String {
        self.join(",")
    }

    fn from_text(text: &str) -> Option<Self> {
        let items = text.split(',').filter(|item| !item.is_empty());
        Some(items.map(str::to_owned).collect())
    }
}
