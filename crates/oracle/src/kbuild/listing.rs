// SPDX-License-Identifier: Apache-2.0
//! The compile commands of a configuration, in the form that `tailor files` prints.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::failure::{Failure, Result};

/// One compile command of the kernel.
#[derive(Debug)]
pub(crate) struct Compile {
    /// Whether it becomes part of a module.
    pub(crate) module: bool,
    pub(crate) object: String,
    /// Relative to the tree, or `gen:` and relative to the build folder.
    pub(crate) source: String,
}

/// A set of compile commands. It prints as lines `y|m TAB object TAB source`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Listing {
    sources: BTreeMap<Object, BTreeSet<String>>,
}

/// How an object is built, and its path: `y\tinit/main.o`.
pub(crate) type Object = String;

/// How two listings differ; every list is sorted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    /// In the truth alone.
    pub(crate) missing: Vec<Object>,
    /// In the product's answer alone.
    pub(crate) extra: Vec<Object>,
    /// In both, but from other sources: the object, the truth, the product's answer.
    pub(crate) sources: Vec<String>,
}

impl Listing {
    pub(crate) fn insert(&mut self, compile: Compile) {
        let built = if compile.module { 'm' } else { 'y' };
        let object = format!("{built}\t{}", compile.object);
        self.sources
            .entry(object)
            .or_default()
            .insert(compile.source);
    }

    /// Reads what `Display` writes. The failure names the line.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut listing = Self::default();
        for (index, line) in text.lines().enumerate() {
            let compile = parse_line(line).ok_or_else(|| {
                Failure::new(format!(
                    "line {}: not `y|m TAB object TAB source`: {line}",
                    index + 1
                ))
            })?;
            listing.insert(compile);
        }
        Ok(listing)
    }

    /// How many objects there are.
    pub(crate) fn len(&self) -> usize {
        self.sources.len()
    }

    /// How `answer` differs from this truth.
    pub(crate) fn difference(&self, answer: &Self) -> Difference {
        let mut difference = Difference::default();
        for (object, truth) in &self.sources {
            match answer.sources.get(object) {
                None => difference.missing.push(object.clone()),
                Some(told) if told != truth => {
                    difference
                        .sources
                        .push(format!("{object}\t{truth:?}, not {told:?}"));
                }
                Some(_) => {}
            }
        }
        let unknown = answer
            .sources
            .keys()
            .filter(|object| !self.sources.contains_key(*object));
        difference.extra.extend(unknown.cloned());
        difference
    }
}

impl Difference {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (object, sources) in &self.sources {
            for source in sources {
                writeln!(f, "{object}\t{source}")?;
            }
        }
        Ok(())
    }
}

fn parse_line(line: &str) -> Option<Compile> {
    let mut fields = line.split('\t');
    let module = match fields.next()? {
        "y" => false,
        "m" => true,
        _ => return None,
    };
    let (object, source) = (fields.next()?.to_owned(), fields.next()?.to_owned());
    fields.next().is_none().then_some(Compile {
        module,
        object,
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let text = "m\tnet/a.o\tnet/a.c\ny\tinit/main.o\tinit/main.c\n";
        assert_eq!(Listing::parse(text).unwrap().to_string(), text);
    }

    #[test]
    fn a_bad_line_is_named() {
        let failure = Listing::parse("y\ta.o\ta.c\nn\tb.o\tb.c\n").unwrap_err();
        assert!(failure.to_string().starts_with("line 2: "), "{failure}");
    }

    #[test]
    fn built_in_and_module_are_different_objects() {
        let truth = Listing::parse("m\ta.o\ta.c\ny\tb.o\tb.c\ny\tc.o\tc.c\n").unwrap();
        let answer = Listing::parse("y\ta.o\ta.c\ny\tb.o\tgen:b.c\ny\tc.o\tc.c\n").unwrap();
        let difference = truth.difference(&answer);
        assert_eq!(difference.missing, ["m\ta.o"]);
        assert_eq!(difference.extra, ["y\ta.o"]);
        assert_eq!(difference.sources, ["y\tb.o\t{\"b.c\"}, not {\"gen:b.c\"}"]);
        assert!(!difference.is_empty());
    }

    #[test]
    fn a_listing_does_not_differ_from_itself() {
        let truth = Listing::parse("m\ta.o\ta.c\n").unwrap();
        assert!(truth.difference(&truth).is_empty());
        assert_eq!(truth.len(), 1);
    }
}
