// SPDX-License-Identifier: Apache-2.0
//! The `-I` and `-D` that Makefiles give to the compiler, read as text: simple variables
//! and conditionals on symbols are understood, anything else is taken to hold.

use rustc_hash::FxHashMap;

use crate::files::{directory, normalize};
use crate::unit::{Kernel, Unit, folder};

/// What one unit's compilation is given beside what all are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags {
    /// Directories to look into, best first.
    pub(crate) directories: Vec<String>,
    /// Lines of `#define`.
    pub(crate) defines: Vec<String>,
}

/// A flag in a Makefile.
#[derive(Clone, Debug)]
struct Flag {
    text: String,
    /// The object that it is for (`CFLAGS_x.o`), if not for all.
    object: Option<String>,
}

/// A variable's value is followed to this depth.
const MAXIMUM_DEPTH: usize = 8;

/// No flag of a Makefile comes near this length.
const MAXIMUM_LENGTH: usize = 1 << 12;

/// Reads Makefiles, each once.
pub(crate) struct Reader<'k> {
    kernel: &'k Kernel<'k>,
    makefiles: FxHashMap<String, Vec<Flag>>,
}

impl<'k> Reader<'k> {
    pub(crate) fn new(kernel: &'k Kernel<'k>) -> Self {
        Self {
            kernel,
            makefiles: FxHashMap::default(),
        }
    }

    /// The flags of a unit: those of all Makefiles on the way to its object, since it may be
    /// a part of a composite object that a Makefile further up describes.
    pub(crate) fn of(&mut self, unit: &Unit) -> Flags {
        let mut flags = Flags::default();
        let own = folder(unit);
        let object = unit.object.rsplit('/').next().unwrap_or_default();
        let mut at = Some(own);
        while let Some(place) = at.filter(|place| !place.is_empty()) {
            for flag in self.makefile(place) {
                if flag.object.as_ref().is_none_or(|only| only == object) {
                    flags.add(&flag.text);
                }
            }
            at = place.rsplit_once('/').map(|(above, _)| above);
        }
        let source = directory(&unit.source);
        let likely = [own, source, &format!("{own}/include"), directory(source)];
        for place in likely.into_iter().filter_map(normalize) {
            if !flags.directories.contains(&place) {
                flags.directories.push(place);
            }
        }
        flags
    }

    fn makefile(&mut self, place: &str) -> &[Flag] {
        if !self.makefiles.contains_key(place) {
            let path = |name: &str| normalize(&format!("{place}/{name}"));
            let read = |name: &str| self.kernel.files.read(&path(name)?);
            let bytes = read("Kbuild")
                .or_else(|| read("Makefile"))
                .unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes).replace("\\\n", " ");
            let flags = Makefile::new(self.kernel, place).read(&text);
            self.makefiles.insert(place.to_owned(), flags);
        }
        self.makefiles.get(place).map_or(&[], Vec::as_slice)
    }
}

impl Flags {
    fn add(&mut self, text: &str) {
        if let Some(place) = text.strip_prefix("-I") {
            let place = normalize(place).unwrap_or_default();
            if !place.is_empty() && !self.directories.contains(&place) {
                self.directories.push(place);
            }
        } else if let Some(define) = text.strip_prefix("-D") {
            let (name, value) = define.split_once('=').unwrap_or((define, "1"));
            let value = value.replace(['\'', '\\'], "");
            self.defines.push(format!("#define {name} {value}\n"));
        }
    }
}

/// One Makefile while it is read.
struct Makefile<'k> {
    kernel: &'k Kernel<'k>,
    variables: FxHashMap<String, String>,
    /// For each open conditional, whether its current branch is read.
    conditionals: Vec<bool>,
    flags: Vec<Flag>,
}

impl<'k> Makefile<'k> {
    fn new(kernel: &'k Kernel<'k>, place: &str) -> Self {
        let given = [
            ("srctree", ""),
            ("objtree", ""),
            ("src", place),
            ("obj", place),
        ];
        let given = given.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut variables: FxHashMap<String, String> = given.into_iter().collect();
        variables.insert("SRCARCH".to_owned(), kernel.arch.to_owned());
        Self {
            kernel,
            variables,
            conditionals: Vec::new(),
            flags: Vec::new(),
        }
    }

    fn read(mut self, text: &str) -> Vec<Flag> {
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if !self.conditional(line) && !self.conditionals.contains(&false) {
                self.assignment(line);
            }
        }
        self.flags
    }

    /// Whether the line is a conditional's; notes which branch is read.
    fn conditional(&mut self, line: &str) -> bool {
        let (word, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        match word {
            "ifdef" => self.conditionals.push(self.is_set(rest)),
            "ifndef" => self.conditionals.push(!self.is_set(rest)),
            "ifeq" => self.conditionals.push(self.are_equal(rest).unwrap_or(true)),
            "ifneq" => self
                .conditionals
                .push(!self.are_equal(rest).unwrap_or(false)),
            "else" => {
                if let Some(last) = self.conditionals.last_mut() {
                    *last = !*last;
                }
            }
            "endif" => {
                self.conditionals.pop();
            }
            _ => return false,
        }
        true
    }

    fn is_set(&self, name: &str) -> bool {
        match name.trim().strip_prefix("CONFIG_") {
            Some(symbol) => self.kernel.config.contains_key(symbol),
            None => true,
        }
    }

    /// Whether `(a,b)` are equal, where both are known.
    fn are_equal(&self, operands: &str) -> Option<bool> {
        let inner = operands.trim().strip_prefix('(')?.strip_suffix(')')?;
        let (left, right) = inner.rsplit_once(',')?;
        let known = |text: &str| {
            let value = self.expand(text.trim(), 0);
            (!value.contains('$')).then_some(value)
        };
        Some(known(left)? == known(right)?)
    }

    fn assignment(&mut self, line: &str) {
        let Some((left, value)) = line.split_once('=') else {
            return;
        };
        let appends = left.ends_with('+');
        let name = left.trim_end_matches([':', '?', '+']).trim();
        let value = value.trim();
        if self.is_for_compiler(name) {
            let expanded = self.expand(value, 0);
            self.take_flags(name, &expanded);
        }
        let slot = self.variables.entry(name.to_owned()).or_default();
        if !appends {
            slot.clear();
        }
        if slot.len() < MAXIMUM_LENGTH {
            slot.push(' ');
            slot.push_str(value);
        }
    }

    /// Whether a variable holds flags that are in force.
    fn is_for_compiler(&self, name: &str) -> bool {
        let Some(at) = name.find("flags-").or_else(|| name.find("FLAGS")) else {
            return false;
        };
        match name.get(at..).and_then(|rest| rest.strip_prefix("flags-")) {
            Some(condition) => {
                let condition = self.expand(condition, 0);
                condition == "y" || condition.contains('$')
            }
            None => true,
        }
    }

    fn take_flags(&mut self, name: &str, value: &str) {
        let object = name
            .split_once("FLAGS_")
            .map(|(_, object)| object.to_owned());
        let mut words = value.split_whitespace().peekable();
        while let Some(word) = words.next() {
            let text = match word {
                "-I" | "-D" => format!("{word}{}", words.next().unwrap_or_default()),
                _ => word.to_owned(),
            };
            let is_known = text.starts_with("-I") || text.starts_with("-D");
            if is_known && !text.contains('$') {
                self.flags.push(Flag {
                    text,
                    object: object.clone(),
                });
            }
        }
    }

    /// The text with variables replaced that are known.
    fn expand(&self, text: &str, depth: usize) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("$(") {
            out.push_str(before);
            let Some((name, behind)) = after.split_once(')') else {
                out.push_str("$(");
                rest = after;
                continue;
            };
            match self.value(name, depth) {
                Some(value) if out.len() < MAXIMUM_LENGTH => out.push_str(value.trim()),
                _ => out.extend(["$(", name, ")"]),
            }
            rest = behind;
        }
        out.push_str(rest);
        out
    }

    fn value(&self, name: &str, depth: usize) -> Option<String> {
        if let Some(symbol) = name.strip_prefix("CONFIG_") {
            return Some(self.kernel.config.get(symbol).cloned().unwrap_or_default());
        }
        let value = self.variables.get(name)?;
        if depth >= MAXIMUM_DEPTH {
            return None;
        }
        Some(self.expand(value, depth + 1))
    }
}
