// SPDX-License-Identifier: Apache-2.0
//! Recorded answers of the shell: what each `$(shell ...)` command printed.
//!
//! With them a model is rebuilt where there is no compiler. The file is text:
//! the line `# kaas shell answers 1`, then for each command, sorted, the line
//! `$ COMMAND` and the line `= ANSWER`, in both a backslash written `\\` and a
//! newline `\n`. An answer is all of the standard output, nothing trimmed.

use std::collections::BTreeMap;
use std::fmt;

/// The first line; a later format has another number.
const HEADING: &str = "# kaas shell answers 1";

/// Each command's output, both as [`crate::text`] decodes bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    by_command: BTreeMap<String, String>,
}

/// Why a text isn't a file of answers. Lines are counted from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswersError {
    Heading,
    CommandExpected { line: usize },
    AnswerExpected { line: usize },
    Escape { line: usize },
    Repeated { line: usize },
}

impl fmt::Display for AnswersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Heading => write!(f, "1: the first line must be '{HEADING}'"),
            Self::CommandExpected { line } => write!(f, "{line}: expected '$ COMMAND'"),
            Self::AnswerExpected { line } => write!(f, "{line}: expected '= ANSWER'"),
            Self::Escape { line } => write!(f, "{line}: a backslash before neither '\\' nor 'n'"),
            Self::Repeated { line } => write!(f, "{line}: this command was answered before"),
        }
    }
}

impl std::error::Error for AnswersError {}

impl Answers {
    /// Reads the file's text. The commands may stand in any order.
    pub fn parse(text: &str) -> Result<Self, AnswersError> {
        let mut lines = text.split_terminator('\n').zip(1..);
        if lines.next().is_none_or(|(first, _)| first != HEADING) {
            return Err(AnswersError::Heading);
        }
        let mut answers = Self::default();
        while let Some((question, line)) = lines.next() {
            let command = question
                .strip_prefix("$ ")
                .ok_or(AnswersError::CommandExpected { line })?;
            let command = unescape(command).ok_or(AnswersError::Escape { line })?;
            if answers.get(&command).is_some() {
                return Err(AnswersError::Repeated { line });
            }
            let line = line + 1;
            let answer = lines.next().and_then(|(reply, _)| reply.strip_prefix("= "));
            let answer = answer.ok_or(AnswersError::AnswerExpected { line })?;
            let answer = unescape(answer).ok_or(AnswersError::Escape { line })?;
            answers.insert(command, answer);
        }
        Ok(answers)
    }

    /// What the command printed, if it was ever asked.
    pub fn get(&self, command: &str) -> Option<&str> {
        self.by_command.get(command).map(String::as_str)
    }

    /// Remembers what a command printed; a later answer replaces an earlier one.
    pub fn insert(&mut self, command: String, answer: String) {
        self.by_command.insert(command, answer);
    }

    /// The pairs, sorted by command.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.by_command
            .iter()
            .map(|(command, answer)| (command.as_str(), answer.as_str()))
    }
}

/// The file's text; [`Answers::parse`] reads it back.
impl fmt::Display for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADING}")?;
        self.iter().try_for_each(|(command, answer)| {
            writeln!(f, "$ {}\n= {}", escape(command), escape(answer))
        })
    }
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n")
}

fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        out.push(match character {
            '\\' => match characters.next()? {
                '\\' => '\\',
                'n' => '\n',
                _ => return None,
            },
            plain => plain,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_survives() {
        let mut answers = Answers::default();
        for (command, answer) in [
            ("printf 'a\\n\\\\'", "a\n\\\n"),
            ("true", ""),
            ("a\nb", "\r"),
            ("", " n\\n "),
        ] {
            answers.insert(command.to_owned(), answer.to_owned());
        }
        assert_eq!(Answers::parse(&answers.to_string()), Ok(answers));
    }

    #[test]
    fn the_file_is_sorted_and_readable() {
        let mut answers = Answers::default();
        answers.insert("uname -m".to_owned(), "x86_64\n".to_owned());
        answers.insert("echo '\\'".to_owned(), "\\\n".to_owned());
        assert_eq!(
            answers.to_string(),
            "# kaas shell answers 1\n$ echo '\\\\'\n= \\\\\\n\n$ uname -m\n= x86_64\\n\n"
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let cases = [
            ("", AnswersError::Heading),
            ("# kaas shell answers 2\n", AnswersError::Heading),
            (
                "# kaas shell answers 1\n= x\n",
                AnswersError::CommandExpected { line: 2 },
            ),
            (
                "# kaas shell answers 1\n$ x\n",
                AnswersError::AnswerExpected { line: 3 },
            ),
            (
                "# kaas shell answers 1\n$ x\n$ y\n",
                AnswersError::AnswerExpected { line: 3 },
            ),
            (
                "# kaas shell answers 1\n$ x\n= \\t\n",
                AnswersError::Escape { line: 3 },
            ),
            (
                "# kaas shell answers 1\n$ x\\\n= \n",
                AnswersError::Escape { line: 2 },
            ),
            (
                "# kaas shell answers 1\n$ x\n= 1\n$ x\n= 2\n",
                AnswersError::Repeated { line: 4 },
            ),
        ];
        for (text, error) in cases {
            assert_eq!(Answers::parse(text), Err(error), "{text}");
        }
    }
}
