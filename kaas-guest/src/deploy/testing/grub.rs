// SPDX-License-Identifier: Apache-2.0
//! What GRUB does with a disk: the part of its language that configurations use, `load_env` and
//! `save_env`, the choice of an entry and the fallback. Written from its manual (6.1 and 16),
//! and sharing nothing with the code that it judges.

use std::collections::BTreeMap;
use std::fs;
use std::iter::Peekable;
use std::path::{Path, PathBuf};
use std::str::Chars;

/// A kernel that was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Started {
    /// In GRUB's words.
    pub(super) kernel: String,
    pub(super) initramfs: Option<String>,
    pub(super) words: String,
}

struct Entry {
    title: String,
    id: String,
    body: Vec<String>,
    inside: Vec<Entry>,
}

pub(super) struct Grub<'a> {
    root: &'a Path,
    /// Whether `save_env` works.
    can_write: bool,
    variables: BTreeMap<String, String>,
}

/// Starts the machine whose disk is `root`; nothing if it stops at a prompt.
pub(super) fn start(root: &Path, can_write: bool) -> Option<Started> {
    let prefix = ("prefix".to_owned(), "/boot/grub".to_owned());
    let mut grub = Grub {
        root,
        can_write,
        variables: BTreeMap::from([prefix]),
    };
    let text = fs::read_to_string(root.join("boot/grub/grub.cfg")).ok()?;
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let menu = grub.run(&lines);
    let default = grub.get("default");
    let first = find(&menu, &default).or(menu.first());
    if let Some(started) = first.and_then(|entry| grub.try_entry(entry)) {
        return Some(started);
    }
    let fallback = grub.get("fallback");
    fallback.split(' ').find_map(|number| {
        let entry = menu.get(number.parse::<usize>().ok()?)?;
        grub.try_entry(entry)
    })
}

fn find<'e>(menu: &'e [Entry], wanted: &str) -> Option<&'e Entry> {
    if let Some((first, rest)) = wanted.split_once('>') {
        return find(&find(menu, first)?.inside, rest);
    }
    let by_name = menu
        .iter()
        .find(|entry| entry.id == wanted || entry.title == wanted);
    by_name.or_else(|| menu.get(wanted.parse::<usize>().ok()?))
}

impl Grub<'_> {
    fn get(&self, name: &str) -> String {
        self.variables.get(name).cloned().unwrap_or_default()
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// Runs commands; returns the menu that they make.
    fn run(&mut self, lines: &[String]) -> Vec<Entry> {
        let mut menu = Vec::new();
        // For each open `if`: whether this branch runs, whether one has run.
        let mut branches: Vec<(bool, bool)> = Vec::new();
        let mut at = 0;
        while at < lines.len() {
            let line = lines[at].trim().to_owned();
            at += 1;
            let runs = branches.iter().all(|(runs, _)| *runs);
            if let Some(head) = line.strip_suffix('{') {
                let end = end_of_block(lines, at);
                if runs {
                    menu.extend(self.entry(head, &lines[at..end]));
                }
                at = end + 1;
            } else if let Some(condition) = line.strip_prefix("if ") {
                let holds = runs && self.test(condition);
                branches.push((holds, holds));
            } else if let Some(condition) = line.strip_prefix("elif ") {
                let (_, has_run) = branches.pop().unwrap();
                let holds = !has_run && self.test(condition);
                branches.push((holds, has_run || holds));
            } else if line == "else" {
                let (_, has_run) = branches.pop().unwrap();
                branches.push((!has_run, true));
            } else if line == "fi" {
                branches.pop().unwrap();
            } else if runs {
                menu.extend(self.command(&line));
            }
        }
        assert!(branches.is_empty(), "an `if` without its `fi`");
        menu
    }

    fn entry(&mut self, head: &str, body: &[String]) -> Option<Entry> {
        let words = self.words(head);
        let kind = words.first()?;
        if kind != "menuentry" && kind != "submenu" {
            return None;
        }
        let at = words
            .iter()
            .position(|word| word == "--id" || word == "$menuentry_id_option");
        let inside = if kind == "submenu" {
            self.run(body)
        } else {
            Vec::new()
        };
        Some(Entry {
            title: words[1].clone(),
            id: at.map(|at| words[at + 1].clone()).unwrap_or_default(),
            body: body.to_vec(),
            inside,
        })
    }

    fn command(&mut self, line: &str) -> Vec<Entry> {
        let words = self.words(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words[..] {
            ["set", assignment] => {
                let (name, value) = assignment.split_once('=').unwrap();
                self.variables.insert(name.to_owned(), value.to_owned());
            }
            ["load_env", ref names @ ..] => self.load(names),
            ["save_env", ref names @ ..] if self.can_write => self.save(names),
            ["source", path] => {
                let text = fs::read_to_string(self.path(path)).unwrap();
                return self.run(&text.lines().map(str::to_owned).collect::<Vec<_>>());
            }
            _ => {}
        }
        Vec::new()
    }

    fn test(&self, condition: &str) -> bool {
        let words = self.words(
            condition
                .trim_end_matches("then")
                .trim_end()
                .trim_end_matches(';'),
        );
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let [open, ref inner @ .., close] = words[..] else {
            panic!("{condition}");
        };
        assert_eq!((open, close), ("[", "]"), "{condition}");
        inner.split(|word| *word == "-a").all(|term| match term {
            ["-z", word] => word.is_empty(),
            ["-s" | "-f", path] => fs::metadata(self.path(path)).is_ok_and(|file| file.len() > 0),
            [one, "=", other] => one == other,
            [word] => !word.is_empty(),
            _ => panic!("{condition}"),
        })
    }

    /// Quotes go, `${…}` and `$…` become values; names of commands' options stay.
    fn words(&self, line: &str) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        let mut word: Option<String> = None;
        let mut quote = None;
        let mut characters = line.chars().peekable();
        while let Some(character) = characters.next() {
            match (character, quote) {
                (' ' | '\t', None) => words.extend(word.take()),
                ('\'' | '"', None) => {
                    quote = Some(character);
                    word.get_or_insert_default();
                }
                (mark, Some(open)) if mark == open => quote = None,
                ('$', None | Some('"')) => {
                    let name = variable(&mut characters);
                    let value = match name.trim_matches(['{', '}']) {
                        "menuentry_id_option" => "--id".to_owned(),
                        name => self.get(name),
                    };
                    word.get_or_insert_default().push_str(&value);
                }
                ('#', None) if word.is_none() => break,
                _ => word.get_or_insert_default().push(character),
            }
        }
        words.extend(word);
        words
    }

    fn block(&self) -> Option<Vec<(String, String)>> {
        let bytes = fs::read(self.path("/boot/grub/grubenv")).ok()?;
        let text = String::from_utf8(bytes)
            .ok()
            .filter(|text| text.len() == 1024)?;
        let text = text.strip_prefix("# GRUB Environment Block\n")?;
        let lines = text
            .split_inclusive('\n')
            .filter(|line| !line.starts_with('#'));
        let pairs = lines.filter_map(|line| line.strip_suffix('\n')?.split_once('='));
        Some(
            pairs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        )
    }

    fn load(&mut self, names: &[&str]) {
        for (name, value) in self.block().unwrap_or_default() {
            if names.is_empty() || names.contains(&&*name) {
                self.variables.insert(name, value);
            }
        }
    }

    fn save(&self, names: &[&str]) {
        let Some(mut block) = self.block() else {
            return;
        };
        for name in names {
            block.retain(|(known, _)| known != name);
            block.push(((*name).to_owned(), self.get(name)));
        }
        let lines = block
            .iter()
            .map(|(name, value)| format!("{name}={value}\n"));
        let text = format!("# GRUB Environment Block\n{}", lines.collect::<String>());
        fs::write(self.path("/boot/grub/grubenv"), format!("{text:#<1024}")).unwrap();
    }

    fn try_entry(&mut self, entry: &Entry) -> Option<Started> {
        let (mut kernel, mut initramfs) = (None, None);
        for line in &entry.body {
            let words = self.words(line);
            match words.first().map(String::as_str) {
                Some("linux") => kernel = Some((words[1].clone(), words[2..].join(" "))),
                Some("initrd") => initramfs = Some(words[1].clone()),
                _ => drop(self.command(line)),
            }
        }
        let (kernel, words) = kernel?;
        let files = [Some(&kernel), initramfs.as_ref()];
        let is_there = files
            .into_iter()
            .flatten()
            .all(|file| self.path(file).is_file());
        is_there.then_some(Started {
            kernel,
            initramfs,
            words,
        })
    }
}

/// The name that follows a `$`, with its braces.
fn variable(characters: &mut Peekable<Chars<'_>>) -> String {
    let is_name = |next: &char| next.is_alphanumeric() || "_{".contains(*next);
    let mut name = String::new();
    while let Some(next) = characters.next_if(is_name) {
        name.push(next);
    }
    characters.next_if(|next| *next == '}' && name.starts_with('{'));
    name
}

fn end_of_block(lines: &[String], start: usize) -> usize {
    let mut depth = 1;
    for (offset, line) in lines[start..].iter().enumerate() {
        let line = line.trim();
        depth += usize::from(line.ends_with('{'));
        depth -= usize::from(line == "}");
        if depth == 0 {
            return start + offset;
        }
    }
    panic!("a block without its end");
}
