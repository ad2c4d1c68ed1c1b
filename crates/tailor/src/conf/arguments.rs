// SPDX-License-Identifier: Apache-2.0
//! The command line of `conf`, read as glibc's `getopt_long()` reads it: options
//! anywhere among the operands, long names abbreviated, complaints in its words.

use kconfig::text;

use super::mode::Mode;

/// What one option asks for, in the order of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    Help,
    Silent,
    Mode(Mode),
    /// A mode with the file its option names.
    FileMode(Mode, String),
    /// The line for standard error about an option that is ignored.
    Complaint(String),
}

/// Whether options may follow operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Options are recognised anywhere.
    Permuted,
    /// The first operand ends the options: `POSIXLY_CORRECT` is set.
    Posix,
}

/// The words after the program's name; iterate over the requests, then take the operands.
#[derive(Debug)]
pub(crate) struct Arguments {
    program: String,
    order: Order,
    words: std::vec::IntoIter<String>,
    /// What is left of a word of short options, such as `-sh`.
    cluster: std::vec::IntoIter<u8>,
    operands: Vec<String>,
}

/// What the name of a long option stands for.
#[derive(Clone, Copy)]
enum Meaning {
    Help,
    Silent,
    Mode(Mode),
}

impl Arguments {
    pub(crate) fn new(program: &str, order: Order, words: Vec<String>) -> Self {
        Self {
            program: program.to_owned(),
            order,
            words: words.into_iter(),
            cluster: Vec::new().into_iter(),
            operands: Vec::new(),
        }
    }

    /// The words that are neither options nor their values. Complete once the
    /// requests are exhausted.
    pub(crate) fn operands(&self) -> &[String] {
        &self.operands
    }

    fn short(&self, letter: u8) -> Request {
        match letter {
            b'h' => Request::Help,
            b's' => Request::Silent,
            _ => self.complaint(&format!("invalid option -- '{}'", text::decode(&[letter]))),
        }
    }

    fn long(&mut self, option: &str) -> Request {
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (option, None),
        };
        match candidates(name).as_slice() {
            [] => self.complaint(&format!("unrecognized option '--{option}'")),
            [(name, meaning)] => self.recognised(name, *meaning, value),
            several => {
                let names: Vec<String> = several
                    .iter()
                    .map(|(name, _)| format!("'--{name}'"))
                    .collect();
                let names = names.join(" ");
                self.complaint(&format!(
                    "option '--{option}' is ambiguous; possibilities: {names}"
                ))
            }
        }
    }

    fn recognised(&mut self, name: &str, meaning: Meaning, value: Option<String>) -> Request {
        match (meaning, value) {
            (Meaning::Mode(mode), value) if mode.takes_file() => {
                match value.or_else(|| self.words.next()) {
                    Some(file) => Request::FileMode(mode, file),
                    None => self.complaint(&format!("option '--{name}' requires an argument")),
                }
            }
            (_, Some(_)) => self.complaint(&format!("option '--{name}' doesn't allow an argument")),
            (Meaning::Mode(mode), None) => Request::Mode(mode),
            (Meaning::Help, None) => Request::Help,
            (Meaning::Silent, None) => Request::Silent,
        }
    }

    fn complaint(&self, text: &str) -> Request {
        Request::Complaint(format!("{}: {text}", self.program))
    }

    /// All that is left, without looking for options.
    fn take_rest(&mut self) {
        self.operands.extend(self.words.by_ref());
    }
}

impl Iterator for Arguments {
    type Item = Request;

    fn next(&mut self) -> Option<Request> {
        if let Some(letter) = self.cluster.next() {
            return Some(self.short(letter));
        }
        while let Some(word) = self.words.next() {
            if word == "--" {
                self.take_rest();
            } else if let Some(option) = word.strip_prefix("--") {
                return Some(self.long(option));
            } else if let Some(letters) = word.strip_prefix('-').filter(|rest| !rest.is_empty()) {
                self.cluster = text::encode(letters).into_owned().into_iter();
                return self.next();
            } else {
                self.operands.push(word);
                if self.order == Order::Posix {
                    self.take_rest();
                }
            }
        }
        None
    }
}

/// The options that `name` may abbreviate; only the one when it is complete.
fn candidates(name: &str) -> Vec<(&'static str, Meaning)> {
    let generic = [("help", Meaning::Help), ("silent", Meaning::Silent)];
    let modes = Mode::OPTIONS.map(|(name, mode)| (name, Meaning::Mode(mode)));
    let mut found: Vec<_> = generic
        .into_iter()
        .chain(modes)
        .filter(|(option, _)| option.starts_with(name))
        .collect();
    if let Some(exact) = found.iter().position(|(option, _)| *option == name) {
        found = vec![found[exact]];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(order: Order, line: &str) -> (Vec<Request>, Vec<String>) {
        let words = line.split_whitespace().map(str::to_owned).collect();
        let mut arguments = Arguments::new("conf", order, words);
        let requests = arguments.by_ref().collect();
        (requests, arguments.operands().to_vec())
    }

    fn complaint(line: &str) -> String {
        match read(Order::Permuted, line).0.as_slice() {
            [Request::Complaint(text)] => text.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn options_stand_anywhere_and_are_abbreviated() {
        let (requests, operands) = read(Order::Permuted, "-s Kconfig --olda --save x --alln -- -s");
        let expected = [
            Request::Silent,
            Request::Mode(Mode::OldAsk),
            Request::FileMode(Mode::SaveDefaults, "x".to_owned()),
            Request::Mode(Mode::AllNo),
        ];
        assert_eq!(requests, expected);
        assert_eq!(operands, ["Kconfig", "-s"]);
    }

    #[test]
    fn posix_order_ends_at_the_first_operand() {
        let (requests, operands) = read(Order::Posix, "-s Kconfig --oldconfig");
        assert_eq!(requests, [Request::Silent]);
        assert_eq!(operands, ["Kconfig", "--oldconfig"]);
    }

    #[test]
    fn a_file_follows_or_is_joined() {
        let file = |name: &str| Request::FileMode(Mode::Defaults, name.to_owned());
        assert_eq!(read(Order::Permuted, "--defconfig a").0, [file("a")]);
        assert_eq!(read(Order::Permuted, "--defconfig=a=b").0, [file("a=b")]);
        assert_eq!(read(Order::Permuted, "--defconfig=").0, [file("")]);
        assert_eq!(read(Order::Permuted, "--defconfig -s").0, [file("-s")]);
    }

    #[test]
    fn short_options_cluster_and_a_dash_is_an_operand() {
        let (requests, operands) = read(Order::Permuted, "-sh -");
        assert_eq!(requests, [Request::Silent, Request::Help]);
        assert_eq!(operands, ["-"]);
    }

    #[test]
    fn complaints_are_worded_as_in_glibc() {
        assert_eq!(
            complaint("--frob=1"),
            "conf: unrecognized option '--frob=1'"
        );
        assert_eq!(complaint("-x"), "conf: invalid option -- 'x'");
        assert_eq!(
            complaint("--oldconfig=1"),
            "conf: option '--oldconfig' doesn't allow an argument"
        );
        assert_eq!(
            complaint("--defc"),
            "conf: option '--defconfig' requires an argument"
        );
        assert_eq!(
            complaint("--mod2=x"),
            "conf: option '--mod2=x' is ambiguous; possibilities: '--mod2yesconfig' '--mod2noconfig'"
        );
    }
}
