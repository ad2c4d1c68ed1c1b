// SPDX-License-Identifier: Apache-2.0
//! Under which names source files register themselves with the kernel: the link between
//! what a running machine shows (a driver, a file system, a protocol) and the file that
//! provides it.
//!
//! A registration is a structure with an initialiser that gives it a name:
//! `static struct virtio_driver d = { .driver.name = KBUILD_MODNAME, ...`.

use std::collections::HashMap;

use memchr::memmem;
use serde::{Deserialize, Serialize};

mod initialiser;

use initialiser::{Value, names};

/// No initialiser that registers something is longer.
const LONGEST: usize = 16 << 10;

/// A name that a file gives to a structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The file, relative to the tree.
    pub source: String,
    /// `virtio_driver`, `file_system_type`, `proto`
    pub structure: String,
}

/// A name that a file gives to a structure, whoever it is compiled for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub structure: String,
    /// None for the name of the module.
    pub name: Option<String>,
}

/// All registrations of the files that were read, by name.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    by_name: HashMap<String, Vec<Registration>>,
}

impl Registry {
    /// Adds the names that one file gives. `modules` are those that `KBUILD_MODNAME` may
    /// stand for in it.
    pub fn add(&mut self, source: &str, names: &[Named], modules: &[String]) {
        for Named { structure, name } in names {
            match name {
                Some(name) => self.register(source, structure, name),
                None => {
                    for module in modules {
                        self.register(source, structure, module);
                    }
                }
            }
        }
    }

    fn register(&mut self, source: &str, structure: &str, name: &str) {
        let registration = Registration {
            source: source.to_owned(),
            structure: structure.to_owned(),
        };
        let all = self.by_name.entry(name.to_owned()).or_default();
        if !all.contains(&registration) {
            all.push(registration);
        }
    }

    /// The registrations of a name by structures of which `is` holds.
    pub fn find(&self, name: &str, is: impl Fn(&str) -> bool) -> Vec<&Registration> {
        let all = self.by_name.get(name).into_iter().flatten();
        all.filter(|one| is(&one.structure)).collect()
    }
}

/// The names that a file gives to structures.
pub fn named(text: &[u8]) -> Vec<Named> {
    let mut all = Vec::new();
    for at in memmem::find_iter(text, b"= {") {
        let Some(structure) = declared(&text[..at]) else {
            continue;
        };
        let body = &text[at + 2..text.len().min(at + LONGEST)];
        for value in names(body) {
            let name = match value {
                Value::Literal(name) => Some(name),
                Value::Identifier("KBUILD_MODNAME") => None,
                Value::Identifier(identifier) => match constant(text, identifier) {
                    Some(name) => Some(name),
                    None => continue,
                },
            };
            all.push(Named {
                structure: structure.to_owned(),
                name: name.map(str::to_owned),
            });
        }
    }
    all
}

/// The structure of a variable whose declaration ends with `text`: `static struct T name[]`.
fn declared(text: &[u8]) -> Option<&str> {
    let from = text.len().saturating_sub(200);
    let start = text[from..]
        .iter()
        .rposition(|byte| matches!(byte, b';' | b'}' | b'{'));
    let declaration = &text[from + start.map_or(0, |at| at + 1)..];
    let at = memmem::rfind(declaration, b"struct ")? + 7;
    let rest = std::str::from_utf8(&declaration[at..]).ok()?;
    let name = rest
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .next()?;
    // A macro's arguments, a cast, or an element of an array are no declaration.
    let plain = rest
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || " _[]\t\n*".contains(c));
    (plain && !name.is_empty()).then_some(name)
}

/// The text of a constant of this file: `#define NAME "x"` or `char NAME[] = "x"`.
fn constant<'t>(text: &'t [u8], identifier: &str) -> Option<&'t str> {
    for at in memmem::find_iter(text, identifier.as_bytes()) {
        let before = text[..at].trim_ascii_end();
        let defines = before.ends_with(b"#define") || before.ends_with(b"# define");
        let declares = before.ends_with(b"char") || before.ends_with(b"*");
        if !defines && !declares {
            continue;
        }
        let rest = text[at + identifier.len()..].trim_ascii_start();
        let rest = rest.strip_prefix(b"[]").unwrap_or(rest).trim_ascii_start();
        let rest = rest.strip_prefix(b"=").unwrap_or(rest).trim_ascii_start();
        if let Some(literal) = initialiser::literal(rest) {
            return Some(literal);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered(text: &str) -> Vec<(String, String)> {
        let mut registry = Registry::default();
        registry.add("a.c", &named(text.as_bytes()), &["mod_name".to_owned()]);
        let all = registry.by_name.into_iter();
        let mut all: Vec<(String, String)> = all
            .flat_map(|(name, found)| {
                found
                    .into_iter()
                    .map(move |one| (name.clone(), one.structure))
            })
            .collect();
        all.sort();
        all
    }

    #[test]
    fn names_are_literals_constants_or_the_module() {
        let text = r#"
            #define DRV "drv"
            static const char text[] = "txt";
            static struct pci_driver a = { .id = 1, .name = DRV, };
            static struct scsi_driver b = { .gendrv = { .name = "sd", }, };
            struct virtio_driver c = {
                .driver.name = KBUILD_MODNAME,
            };
            static struct platform_driver d = { .driver = { .name = text } };
        "#;
        let expected = [
            ("drv", "pci_driver"),
            ("mod_name", "virtio_driver"),
            ("sd", "scsi_driver"),
            ("txt", "platform_driver"),
        ];
        let expected = expected.map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(registered(text), expected);
    }

    #[test]
    fn a_nested_brace_ends_nothing_and_hostile_text_is_bounded() {
        let text = "static struct proto p = { .a = {{1},{2}}, .name = \"UDP\" };";
        assert_eq!(registered(text), [("UDP".to_owned(), "proto".to_owned())]);
        assert!(registered(&"struct x y = {".repeat(1000)).is_empty());
        assert!(registered("= { .name = \"x\"").is_empty());
    }
}
