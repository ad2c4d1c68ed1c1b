// SPDX-License-Identifier: Apache-2.0
//! What a case gives, and what can be answered.

use std::error::Error;

use spec_test::Case;

/// A tree and all that its values depend on.
pub(crate) struct Tree<'c> {
    /// By path; the first is the root `Kconfig`.
    pub(crate) files: Vec<(&'c str, Vec<u8>)>,
    pub(crate) config: Option<Vec<u8>>,
    pub(crate) environment: Vec<(&'c str, &'c str)>,
    /// Recorded answers of the shell.
    pub(crate) answers: Option<&'c str>,
    pub(crate) mode: &'c str,
    /// The case has a block `outline`, which costs a kernel's tool a run of its own.
    pub(crate) wants_outline: bool,
}

/// A text for each of [`Answer::BLOCKS`].
pub(crate) struct Answer(pub(crate) [String; Answer::BLOCKS.len()]);

impl Answer {
    pub(crate) const BLOCKS: [&'static str; 9] = [
        "config out",
        "minimal",
        "auto.conf",
        "autoconf.h",
        "rustc_cfg",
        "outline",
        "said",
        "messages",
        "refused",
    ];
    /// Those that a case must not keep silent about.
    pub(crate) const LOUD: [&'static str; 3] = ["said", "messages", "refused"];

    /// Of a tree that ends the tool.
    pub(crate) fn refusal(said: String, why: String) -> Self {
        let [config, minimal, auto, header, rust, outline, messages] = Default::default();
        Self([
            config, minimal, auto, header, rust, outline, said, messages, why,
        ])
    }
}

impl<'c> Tree<'c> {
    pub(crate) fn of(case: &'c Case) -> Result<Self, Box<dyn Error>> {
        let root = match case.get("kconfig escaped") {
            Some(text) => unescaped(text)?,
            None => case.text("kconfig")?.as_bytes().to_vec(),
        };
        let mut files = vec![("Kconfig", root)];
        for (name, text) in case.each("file") {
            files.push(match name.strip_suffix(" escaped") {
                Some(name) => (name, unescaped(text)?),
                None => (name, text.as_bytes().to_vec()),
            });
        }
        let plain = case.get("config in").map(|text| text.as_bytes().to_vec());
        let config = match case.get("config in escaped") {
            Some(text) => Some(unescaped(text)?),
            None => plain,
        };
        let variables = case.get("environment").unwrap_or_default().lines();
        Ok(Self {
            files,
            config,
            environment: variables.filter_map(|line| line.split_once('=')).collect(),
            answers: case.get("answers"),
            wants_outline: ["outline", "outline 6.1", "outline 6.12"]
                .into_iter()
                .any(|name| case.get(name).is_some()),
            mode: case.get("mode").map_or("olddefconfig", str::trim),
        })
    }

    /// The value of a variable that is set.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        let found = self.environment.iter().find(|(set, _)| *set == name);
        found.map(|(_, value)| *value)
    }
}

fn unescaped(text: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut bytes = Vec::new();
    let mut rest = text.lines().collect::<String>().into_bytes().into_iter();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next() {
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b'0') => 0,
            Some(b'\\') => b'\\',
            Some(b'x') => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                u8::from_str_radix(str::from_utf8(&digits)?, 16)?
            }
            _ => return Err("a backslash before none of n, r, 0, x, \\".into()),
        });
    }
    Ok(bytes)
}
