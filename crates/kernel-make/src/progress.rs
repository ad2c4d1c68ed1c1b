// SPDX-License-Identifier: Apache-2.0
//! How far make has come, by the lines in which it names the objects that it compiles.

use std::collections::HashSet;

/// The objects that will be compiled, and those that have been.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    awaited: HashSet<String>,
    all: usize,
    /// A line whose end has not come yet.
    begun: Vec<u8>,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compiled {
    pub done: usize,
    pub of: usize,
}

/// No line of make that counts is longer.
const LONGEST_LINE: usize = 4096;

impl Objects {
    /// `paths`: relative to the folder of objects, as the model of the tree names them.
    pub fn new(paths: impl IntoIterator<Item = String>) -> Self {
        let awaited: HashSet<String> = paths.into_iter().collect();
        Self {
            all: awaited.len(),
            awaited,
            begun: Vec::new(),
        }
    }

    /// Takes a piece of make's output, as it comes.
    pub fn hear(&mut self, output: &[u8]) -> Compiled {
        for byte in output {
            match byte {
                b'\n' => self.line(),
                byte if self.begun.len() < LONGEST_LINE => self.begun.push(*byte),
                _ => {}
            }
        }
        self.compiled()
    }

    pub fn compiled(&self) -> Compiled {
        let done = self.all - self.awaited.len();
        Compiled { done, of: self.all }
    }

    fn line(&mut self) {
        if let Some(object) = object_of(&String::from_utf8_lossy(&self.begun)) {
            self.awaited.remove(object);
        }
        self.begun.clear();
    }
}

/// `  CC [M]  fs/ext4/super.o` (`scripts/Kbuild.include`: `cmd`, `quiet_cmd_cc_o_c`).
fn object_of(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    if !matches!(words.next()?, "CC" | "AS") {
        return None;
    }
    words.find(|word| *word != "[M]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_model_does_not_know_does_not_count() {
        let mut objects = Objects::new(["a.o", "d/b.o", "c.o"].map(str::to_owned));
        let hear = |objects: &mut Objects, text: &str| objects.hear(text.as_bytes()).done;
        assert_eq!(
            hear(&mut objects, "  CC      a.o\n  HOSTCC  c.o\n  CC [M]  d/"),
            1
        );
        assert_eq!(
            hear(&mut objects, "b.o\n  CC      scripts/x.o\n  CC  a.o\n"),
            2
        );
        assert_eq!(hear(&mut objects, "  AS      c.o\n"), 3);
        assert_eq!(objects.compiled(), Compiled { done: 3, of: 3 });
    }
}
