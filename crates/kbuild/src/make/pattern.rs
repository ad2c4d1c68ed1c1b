// SPDX-License-Identifier: Apache-2.0
//! Texts with a `%` that stands for any other text, its stem.

use std::rc::Rc;

/// A text whose first `%`, if there is one, is a wildcard.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: Rc<str>,
    percent: Option<usize>,
    slash: bool,
}

impl From<Rc<str>> for Pattern {
    fn from(text: Rc<str>) -> Self {
        Self {
            percent: text.find('%'),
            slash: text.contains('/'),
            text,
        }
    }
}

impl Pattern {
    /// Of a text without the white space around it.
    pub(crate) fn trimmed(text: Rc<str>) -> Self {
        let inner = text.trim();
        if inner.len() == text.len() {
            text.into()
        } else {
            Rc::<str>::from(inner).into()
        }
    }

    /// Whether it matches only itself.
    pub(crate) fn is_plain(&self) -> bool {
        self.percent.is_none()
    }

    pub(crate) fn has_slash(&self) -> bool {
        self.slash
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// What `%` stands for when a word matches; the empty text when a pattern without
    /// `%` is the word itself.
    pub(crate) fn stem<'w>(&self, word: &'w str) -> Option<&'w str> {
        match self.percent {
            None => (*self.text == *word).then_some(""),
            Some(percent) => {
                let rest = word.strip_prefix(&self.text[..percent])?;
                rest.strip_suffix(&self.text[percent + 1..])
            }
        }
    }

    /// Writes the text with `%` replaced.
    pub(crate) fn fill(&self, stem: &str, out: &mut String) {
        match self.percent {
            None => out.push_str(&self.text),
            Some(percent) => {
                out.extend([&self.text[..percent], stem, &self.text[percent + 1..]]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_is_found_and_filled_in() {
        for (pattern, word, stem) in [
            ("lib-%.o", "lib-.o", Some("")),
            ("%.o", "a.o", Some("a")),
            ("%", "a", Some("a")),
            ("a%a", "a", None),
            ("a.o", "a.o", Some("")),
            ("a.o", "b.o", None),
            ("%-%.o", "a-%.o", Some("a")),
        ] {
            let pattern = Pattern::from(Rc::from(pattern));
            assert_eq!(pattern.stem(word), stem);
            let mut filled = String::new();
            pattern.fill(stem.unwrap_or("%"), &mut filled);
            assert_eq!(
                filled,
                if stem.is_some() {
                    word
                } else {
                    pattern.as_str()
                }
            );
        }
        let trimmed = Pattern::trimmed(Rc::from(" %.o\t"));
        assert_eq!(trimmed.as_str(), "%.o");
    }
}
