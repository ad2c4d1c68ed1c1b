// SPDX-License-Identifier: Apache-2.0
//! `grubenv`: 1024 bytes of variables, which GRUB changes in place. So do we: its blocks must
//! stay where they are, and its length too.

use crate::failure::{Failure, Result};

/// Of the whole file, in bytes.
pub(in crate::deploy) const SIZE: usize = 1024;
const HEAD: &[u8] = b"# GRUB Environment Block\n";

/// The variables, in order, with their values as they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::deploy) struct Environment {
    /// Lines of whatever kind, each with its newline.
    lines: Vec<Vec<u8>>,
}

impl Environment {
    pub(in crate::deploy) fn parse(bytes: &[u8]) -> Result<Self> {
        let rest = bytes.strip_prefix(HEAD).filter(|_| bytes.len() == SIZE);
        let rest = rest.ok_or_else(|| {
            let message = "grubenv is damaged: it is made anew by `grub-editenv - create`";
            Failure::new(message)
        })?;
        let mut lines = Vec::new();
        let mut line = Vec::new();
        let mut bytes = rest.iter();
        while let Some(byte) = bytes.next() {
            line.push(*byte);
            match byte {
                // What follows a backslash belongs to the value.
                b'\\' => line.extend(bytes.next()),
                b'\n' => lines.push(std::mem::take(&mut line)),
                _ => {}
            }
        }
        // What is left has no newline: the padding.
        Ok(Self { lines })
    }

    /// The value of a variable; an empty one counts as none, as it does for GRUB's scripts.
    pub(in crate::deploy) fn get(&self, name: &str) -> Option<String> {
        let value = self.lines.iter().find_map(|line| value(line, name))?;
        Some(String::from_utf8_lossy(value).into_owned()).filter(|value| !value.is_empty())
    }

    /// Sets a variable to a plain word.
    pub(in crate::deploy) fn set(&mut self, name: &str, word: &str) {
        let new = format!("{name}={word}\n").into_bytes();
        match self
            .lines
            .iter_mut()
            .find(|line| value(line, name).is_some())
        {
            Some(line) => *line = new,
            None => self.lines.push(new),
        }
    }

    pub(in crate::deploy) fn unset(&mut self, name: &str) {
        self.lines.retain(|line| value(line, name).is_none());
    }

    pub(in crate::deploy) fn bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = [HEAD, &self.lines.concat()].concat();
        if bytes.len() > SIZE {
            return Err(Failure::new("grubenv is full"));
        }
        bytes.resize(SIZE, b'#');
        Ok(bytes)
    }
}

fn value<'a>(line: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let value = line.strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
    value.strip_suffix(b"\n")
}

#[cfg(test)]
mod tests {
    use super::{Environment, HEAD, SIZE};

    fn block(text: &str) -> Vec<u8> {
        let mut bytes = [HEAD, text.as_bytes()].concat();
        bytes.resize(SIZE, b'#');
        bytes
    }

    #[test]
    fn others_variables_stay_as_they_are() {
        let text = "# WARNING: a comment\nsaved_entry=a\\\\b\\\nc\nnext_entry=\n";
        let mut environment = Environment::parse(&block(text)).unwrap();
        assert_eq!(environment.bytes().unwrap(), block(text));
        assert_eq!(environment.get("next_entry"), None);
        environment.set("next_entry", "kaas-7");
        assert_eq!(environment.get("next_entry").as_deref(), Some("kaas-7"));
        let expected = text.replace("next_entry=", "next_entry=kaas-7");
        assert_eq!(environment.bytes().unwrap(), block(&expected));
        environment.unset("next_entry");
        assert_eq!(
            environment.bytes().unwrap(),
            block(&text.replace("next_entry=\n", ""))
        );
    }

    #[test]
    fn damaged_and_full_blocks() {
        for bytes in [vec![], block("")[..1023].to_vec(), vec![b'#'; SIZE]] {
            assert!(Environment::parse(&bytes).is_err());
        }
        let mut full = Environment::parse(&block(&format!("a={}\n", "x".repeat(980)))).unwrap();
        full.set("next_entry", "kaas-7");
        assert!(full.bytes().is_err());
    }
}
