// SPDX-License-Identifier: Apache-2.0
//! The two ends of a conversation: standard input a line at a time, standard
//! output and error; and the ways in which a run ends early.

use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Write};

use kconfig::{Configuration, text};

/// The longest piece of a line that is read at once: C's `PATH_MAX` less the end mark.
const LONGEST_LINE: usize = 4095;

/// Standard output is handed on in pieces of this size, as C's library does for a pipe.
const BLOCK: usize = 4096;

/// Why a run ends before its time. What there is to say has been said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The run failed: exit code 1.
    Failed,
    /// Nobody reads the output any more.
    Unheard,
}

/// Where the questions go and the answers come from.
pub(crate) struct Console {
    input: Box<dyn BufRead>,
    output: Box<dyn Write>,
    errors: Box<dyn Write>,
    /// Both ends are a terminal, which shows what is typed.
    terminal: bool,
    ended: bool,
}

impl Console {
    /// The process's own streams.
    pub(crate) fn standard() -> Self {
        let output = io::stdout();
        let terminal = io::stdin().is_terminal() && output.is_terminal();
        let output: Box<dyn Write> = if output.is_terminal() {
            Box::new(output)
        } else {
            Box::new(BufWriter::with_capacity(BLOCK, output))
        };
        let input = Box::new(BufReader::new(io::stdin()));
        Self {
            input,
            output,
            errors: Box::new(io::stderr()),
            terminal,
            ended: false,
        }
    }

    /// Prints to standard output.
    pub(crate) fn say(&mut self, text: &str) -> Result<(), Stop> {
        heard(self.output.write_all(&text::encode(text)))
    }

    /// Prints to standard error.
    pub(crate) fn complain(&mut self, text: &str) -> Result<(), Stop> {
        heard(self.errors.write_all(&text::encode(text)))
    }

    /// Prints a line to standard error.
    pub(crate) fn complain_line(&mut self, line: &str) -> Result<(), Stop> {
        self.complain(&format!("{line}\n"))
    }

    /// Passes on what evaluation had to say.
    pub(crate) fn relay(&mut self, configuration: &mut Configuration<'_>) -> Result<(), Stop> {
        for message in configuration.take_messages() {
            self.complain(&message)?;
        }
        Ok(())
    }

    /// Everything said so far is handed on.
    pub(crate) fn flush(&mut self) -> Result<(), Stop> {
        heard(self.output.flush())
    }

    /// Waits for a line; it comes with its end. `None`, with a complaint, when there is
    /// none left (scripts/kconfig/conf.c: `xfgets()`).
    pub(crate) fn ask(&mut self) -> Result<Option<String>, Stop> {
        self.flush()?;
        let line = self.read_line();
        if line.is_none() {
            self.complain("\nError in reading or end of file.\n")?;
        }
        Ok(line)
    }

    /// Shows what was answered, unless a terminal has done so.
    pub(crate) fn echo(&mut self, answer: &str) -> Result<(), Stop> {
        if self.terminal {
            Ok(())
        } else {
            self.say(answer)
        }
    }

    /// A read has met the end of the input.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Up to and with a newline, or as far as `fgets()` goes; cut at a zero byte,
    /// which ends a string in C.
    fn read_line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        while line.len() < LONGEST_LINE && line.last() != Some(&b'\n') {
            let Ok(available) = self.input.fill_buf() else {
                break;
            };
            if available.is_empty() {
                self.ended = true;
                break;
            }
            let room = available.len().min(LONGEST_LINE - line.len());
            let newline = available[..room].iter().position(|byte| *byte == b'\n');
            let taken = newline.map_or(room, |place| place + 1);
            line.extend_from_slice(&available[..taken]);
            self.input.consume(taken);
        }
        let end = line
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(line.len());
        (!line.is_empty()).then(|| text::decode(&line[..end]))
    }
}

/// Only a reader who has gone away ends the run; other failures are passed over, as
/// the C tool does not look at them.
fn heard(result: io::Result<()>) -> Result<(), Stop> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Stop::Unheard),
        _ => Ok(()),
    }
}
