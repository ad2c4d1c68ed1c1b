// SPDX-License-Identifier: Apache-2.0
//! Texts with a `%` that stands for any other text, its stem.

use std::ops::Range;

use crate::text::{Text, Texts};

/// A text whose first `%`, if there is one, is a wildcard.
#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    text: Text,
    percent: Option<usize>,
    /// What a word must end with to match.
    last: Option<u8>,
}

/// What `%` stands for: a part of a name.
#[derive(Clone, Debug)]
pub struct Stem {
    pub name: Text,
    pub place: Range<usize>,
    /// The length of the name's directory, where only the rest was matched: it goes before
    /// what the stem is filled into.
    pub directory: usize,
}

impl Pattern {
    pub(crate) fn new(text: Text, texts: &Texts) -> Self {
        let content = texts.str(text);
        let percent = if texts.has_percent(text) {
            content.find('%')
        } else {
            None
        };
        let tail = percent.map_or(0, |percent| percent + 1);
        Self {
            text,
            percent,
            last: content.as_bytes()[tail..].last().copied(),
        }
    }

    /// Whether it matches only itself.
    pub(crate) fn is_plain(self) -> bool {
        self.percent.is_none()
    }

    pub(crate) fn is_anything(self, texts: &Texts) -> bool {
        texts.str(self.text) == "%"
    }

    /// Where the stem lies in a word that matches; an empty place when a pattern without
    /// `%` is the word itself.
    #[inline]
    pub(crate) fn stem(self, word: &str, texts: &Texts) -> Option<Range<usize>> {
        let matches_end = self.last.is_none() || self.last == word.as_bytes().last().copied();
        if matches_end {
            self.stem_between(word, texts)
        } else {
            None
        }
    }

    fn stem_between(self, word: &str, texts: &Texts) -> Option<Range<usize>> {
        let content = texts.str(self.text);
        let Some(percent) = self.percent else {
            return (content == word).then_some(0..0);
        };
        let rest = word.strip_suffix(&content[percent + 1..])?;
        let stem = rest.strip_prefix(&content[..percent])?;
        Some(rest.len() - stem.len()..rest.len())
    }

    /// Writes the text with `%` replaced.
    pub(crate) fn fill(self, stem: &str, texts: &Texts, out: &mut String) {
        let content = texts.str(self.text);
        match self.percent {
            None => out.push_str(content),
            Some(percent) => {
                out.push_str(&content[..percent]);
                out.push_str(stem);
                out.push_str(&content[percent + 1..]);
            }
        }
    }
}

impl Stem {
    /// The stem of a name that matches as a whole.
    pub(crate) fn of(name: Text, pattern: Pattern, texts: &Texts) -> Option<Self> {
        let place = pattern.stem(texts.str(name), texts)?;
        Some(Self {
            name,
            place,
            directory: 0,
        })
    }

    pub(crate) fn text(&self, texts: &mut Texts) -> Text {
        texts.part(self.name, self.place.clone())
    }

    /// A text with its `%` replaced, if it has one.
    pub(crate) fn fill(&self, text: Text, texts: &mut Texts) -> Text {
        if !texts.has_percent(text) {
            return text;
        }
        let pattern = Pattern::new(text, texts);
        texts.compose(|texts, out| {
            let name = texts.str(self.name);
            out.push_str(&name[..self.directory]);
            pattern.fill(&name[self.place.clone()], texts, out);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_is_found_and_filled_in() {
        let mut texts = Texts::default();
        for (pattern, word, expected) in [
            ("lib-%.o", "lib-.o", Some("")),
            ("%.o", "a.o", Some("a")),
            ("%", "a", Some("a")),
            ("a%a", "a", None),
            ("a.o", "a.o", Some("")),
            ("a.o", "b.o", None),
            ("%-%.o", "a-%.o", Some("a")),
        ] {
            let (text, name) = (texts.intern(pattern), texts.intern(word));
            let pattern = Pattern::new(text, &texts);
            let stem = Stem::of(name, pattern, &texts);
            let found = stem.as_ref().map(|stem| stem.text(&mut texts));
            assert_eq!(found.map(|found| texts.str(found)), expected);
            if let Some(stem) = stem {
                assert_eq!(stem.fill(text, &mut texts), name);
            }
        }
    }

    #[test]
    fn a_directory_that_was_not_matched_comes_back() {
        let mut texts = Texts::default();
        let [name, source, expected] = ["a/b.o", "%.c", "a/b.c"].map(|text| texts.intern(text));
        let stem = Stem {
            name,
            place: 2..3,
            directory: 2,
        };
        assert_eq!(stem.fill(source, &mut texts), expected);
    }
}
