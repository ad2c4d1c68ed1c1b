// SPDX-License-Identifier: Apache-2.0
//! What a harness sees of a test ([`Case`]) and what it answers ([`Actual`]).

use std::cell::RefCell;
use std::error::Error;

use crate::diff;
use crate::markdown::Block;

/// What a harness says about a case; an error of any kind fails the test with its text.
pub type Outcome = Result<Actual, Box<dyn Error>>;

/// One test: a heading without headings below it. Its blocks are those under it
/// and, where it has none of that name, those under the headings around it.
pub struct Case {
    pub(crate) name: String,
    /// The file, as a failure shows it.
    pub(crate) file: String,
    /// The line of its heading.
    pub(crate) line: usize,
    pub(crate) blocks: Vec<Block>,
    /// How many of them, the first ones, stand under the heading itself.
    pub(crate) own: usize,
    /// The names of those that the harness asked for.
    pub(crate) read: RefCell<Vec<String>>,
}

impl Case {
    /// The file's name without `.md`, and the headings down to this one, joined by `::`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text of the block with this info string; an error when the case has none.
    pub fn text(&self, name: &str) -> Result<&str, Box<dyn Error>> {
        self.get(name)
            .ok_or_else(|| format!("the case needs a block `{name}`").into())
    }

    /// The text of the block with this info string, if the case has one.
    pub fn get(&self, name: &str) -> Option<&str> {
        let block = self.blocks.iter().find(|block| block.name == name)?;
        self.read.borrow_mut().push(block.name.clone());
        Some(&block.text)
    }

    /// The blocks whose info string is this word and something more, such as
    /// `file path/to/Kconfig`: the rest of the info string, and the text.
    pub fn each(&self, word: &str) -> impl Iterator<Item = (&str, &str)> {
        self.blocks.iter().filter_map(move |block| {
            let rest = block.name.strip_prefix(word)?.strip_prefix(' ')?;
            self.read.borrow_mut().push(block.name.clone());
            Some((rest, block.text.as_str()))
        })
    }

    /// The blocks that are not what came out.
    pub(crate) fn differences(&self, actual: &Actual) -> Vec<Difference<'_>> {
        let difference = |answer: &Answer| {
            let index = self
                .blocks
                .iter()
                .position(|block| block.name == answer.name)?;
            let block = &self.blocks[index];
            let diff = diff::lines(&block.text, &answer.text)?;
            let place = format!("{}:{}", self.file, block.line + diff.first_line);
            Some(Difference {
                block,
                actual: answer.text.clone(),
                own: index < self.own,
                message: format!(
                    "{place}: `{}` differs (- expected, + actual)\n{}",
                    block.name, diff.text
                ),
            })
        };
        actual.answers.iter().filter_map(difference).collect()
    }

    /// What would otherwise go unnoticed: a misspelt info string, a message nobody
    /// expects, a case that compares nothing.
    pub(crate) fn silent_failures(&self, actual: &Actual) -> Vec<String> {
        let read = self.read.borrow();
        let place = format!("{}:{}", self.file, self.line);
        let answers = |block: &Block| {
            actual
                .answers
                .iter()
                .any(|answer| answer.name == block.name)
        };
        let mut messages = vec![];
        for block in self.blocks.iter().filter(|block| !answers(block)) {
            if !read.contains(&block.name) {
                let Block { name, line, .. } = block;
                messages.push(format!(
                    "{}:{line}: nothing here reads or writes `{name}`",
                    self.file
                ));
            }
        }
        for Answer { name, text, .. } in actual.answers.iter().filter(|answer| answer.loud) {
            if !text.is_empty() && self.blocks.iter().all(|block| block.name != *name) {
                messages.push(format!("{place}: unexpected `{name}`:\n{text}"));
            }
        }
        if messages.is_empty() && !self.blocks.iter().any(answers) {
            messages.push(format!("{place}: this case compares nothing"));
        }
        messages
    }
}

/// A block that is not what came out.
pub(crate) struct Difference<'a> {
    pub(crate) block: &'a Block,
    pub(crate) actual: String,
    /// The block stands under the case's own heading: an update may rewrite it.
    pub(crate) own: bool,
    pub(crate) message: String,
}

/// What came out, as blocks to compare with those of the case. The harness offers
/// all it has; a case states those that matter to it, and at least one.
#[derive(Default)]
pub struct Actual {
    answers: Vec<Answer>,
}

struct Answer {
    name: String,
    text: String,
    loud: bool,
}

impl Actual {
    /// Compared with the block of this name where the case has one.
    #[must_use]
    pub fn block(self, name: &str, text: impl Into<String>) -> Self {
        self.answer(name, text.into(), false)
    }

    /// Compared like a [`block`](Self::block), and has to be empty where the case
    /// has none: for messages, which must not go unnoticed.
    #[must_use]
    pub fn loud(self, name: &str, text: impl Into<String>) -> Self {
        self.answer(name, text.into(), true)
    }

    fn answer(mut self, name: &str, mut text: String, loud: bool) -> Self {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        self.answers.push(Answer {
            name: name.to_owned(),
            text,
            loud,
        });
        self
    }
}
