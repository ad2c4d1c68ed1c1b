// SPDX-License-Identifier: Apache-2.0
//! Consoles, processors, memory, cryptography, services.

use std::collections::BTreeMap;

use super::{Report, words};
use crate::inventory::{Algorithm, Console, Controller, Memory, OpenFiles, Processor, Unit};

/// `ttyS0  -W- (EC p a)  4:64` (fs/proc/consoles.c: `show_console_dev()`).
pub(super) fn consoles(text: &str, report: &mut Report<'_>) {
    report.each(text, |line| {
        let (name, rest) = line.split_once(' ')?;
        let end = rest.find(')')?;
        Some(Console {
            name: name.to_owned(),
            flags: rest[..=end].trim().to_owned(),
        })
    });
}

/// `/proc/crypto`: paragraphs of `name : value`.
pub(super) fn crypto(text: &str, report: &mut Report<'_>) {
    for fields in paragraphs(text) {
        let text = |name: &str| fields.get(name).map(|value| (*value).to_owned());
        let algorithm = || {
            Some(Algorithm {
                name: text("name")?,
                driver: text("driver")?,
                module: text("module")?,
                kind: text("type")?,
                references: fields.get("refcnt")?.parse().ok()?,
            })
        };
        match algorithm() {
            Some(algorithm) => report.fact(algorithm),
            None => report.note(0, "an algorithm that lacks a field"),
        }
    }
}

/// Machines have a few kinds; a file that has more is not worth the comparison.
const KINDS: usize = 16;

/// Processors that differ only in numbers are one fact.
pub(super) fn processors(text: &str, report: &mut Report<'_>) {
    let mut kinds: Vec<Processor> = Vec::new();
    for fields in paragraphs(text) {
        // x86, then the words of arm64, where flags are features.
        let first = |names: &[&str]| {
            let found = names.iter().find_map(|name| fields.get(name));
            found.copied().unwrap_or_default()
        };
        let list = |text: &str| {
            let items = text.split(|separator: char| separator.is_whitespace() || separator == ',');
            items
                .filter(|item| !item.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let kind = Processor {
            count: 0,
            vendor: first(&["vendor_id", "CPU implementer"]).to_owned(),
            model: first(&["model name", "CPU part"]).to_owned(),
            flags: list(first(&["flags", "Features"])),
            bugs: list(first(&["bugs"])),
        };
        if !fields.contains_key("processor") {
            continue;
        }
        // Lists of different lengths are told apart at once.
        let is_same = |known: &Processor| {
            (&known.vendor, &known.model, &known.flags, &known.bugs)
                == (&kind.vendor, &kind.model, &kind.flags, &kind.bugs)
        };
        match kinds.iter().position(is_same) {
            Some(known) => kinds[known].count += 1,
            None if kinds.len() < KINDS => kinds.push(Processor { count: 1, ..kind }),
            None => {}
        }
    }
    report.facts.extend(kinds.into_iter().map(Into::into));
}

/// Blank lines part the paragraphs of a file.
fn paragraphs(text: &str) -> impl Iterator<Item = BTreeMap<&str, &str>> {
    text.split("\n\n").filter_map(|paragraph| {
        let fields = paragraph.lines().filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim(), value.trim()))
        });
        let fields: BTreeMap<_, _> = fields.collect();
        (!fields.is_empty()).then_some(fields)
    })
}

/// `  ssh.service  loaded active running  OpenBSD Secure Shell server` after a heading;
/// a unit that failed has a dot before it. A blank line ends the table.
pub(super) fn units(text: &str, report: &mut Report<'_>) {
    let table = text.find("\n\n").map_or(text, |end| &text[..end]);
    report.each_after(1, table, |line| {
        let line = line.trim_start().trim_start_matches(['●', '*']);
        let [name, load, active, sub] = words(line)?.map(str::to_owned);
        Some(Unit {
            name,
            load,
            active,
            sub,
        })
    });
}

/// `cpuset  0  46  1` after a heading.
pub(super) fn controllers(text: &str, report: &mut Report<'_>) {
    report.each_after(1, text, |line| {
        let [name, _hierarchy, groups, enabled] = words(line)?;
        Some(Controller {
            name: name.to_owned(),
            groups: groups.parse().ok()?,
            is_enabled: enabled == "1",
        })
    });
}

/// `MemTotal:  2976932 kB`.
pub(super) fn memory(text: &str, report: &mut Report<'_>) {
    report.each(text, |line| {
        let (name, amount) = line.split_once(':')?;
        Some(Memory {
            name: name.to_owned(),
            amount: amount.split_ascii_whitespace().next()?.parse().ok()?,
        })
    });
}

/// `     9 anon_inode:bpf-prog`: what links in `/proc/*/fd` lead to, counted. Ordinary files
/// tell nothing about the kernel, and are nobody's business.
pub(super) fn open_files(text: &str, report: &mut Report<'_>) {
    let kinds = text.lines().filter_map(|line| {
        let (count, kind) = line.trim_start().split_once(' ')?;
        let tells = !kind.starts_with('/') || kind.starts_with("/dev/");
        tells.then_some(OpenFiles {
            kind: kind.to_owned(),
            count: count.parse().ok()?,
        })
    });
    report.facts.extend(kinds.map(Into::into));
}
