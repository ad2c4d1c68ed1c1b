// SPDX-License-Identifier: Apache-2.0
//! What a machine's console says of its kernel.

use serde::{Deserialize, Serialize};

/// What has to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Check {
    Console,
    Disk,
    Network,
    Time,
}

impl Check {
    fn name(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Disk => "disk",
            Self::Network => "network",
            Self::Time => "time",
        }
    }
}

/// How a boot ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Boots,
    /// And why, in a sentence.
    Fails(String),
}

/// Precedes what the only program in the machine says (`data/init.c`).
const MARK: &str = "kaas-boot-test: ";

/// The verdict on a console, when all of `wanted` has to work.
pub(crate) fn verdict(console: &str, wanted: &[Check]) -> Verdict {
    let lines = console.lines();
    let said: Vec<&str> = lines
        .filter_map(|line| Some(line.split_once(MARK)?.1))
        .collect();
    let is_ok = |check: &&Check| {
        let ok = format!("{} ok", check.name());
        said.iter().any(|line| line.trim_end() == ok)
    };
    let Some(missing) = wanted.iter().find(|check| !is_ok(check)) else {
        return Verdict::Boots;
    };
    Verdict::Fails(why(console, &said, *missing))
}

fn why(console: &str, said: &[&str], missing: Check) -> String {
    let name = missing.name();
    let failed = format!("{name} failed: ");
    if let Some(reason) = said.iter().find_map(|line| line.strip_prefix(&failed)) {
        return format!("{name}: {}", short(reason));
    }
    let panic = console.lines().find(|line| line.contains("Kernel panic"));
    if let Some(panic) = panic {
        return short(panic);
    }
    let mut last = console.lines().rev();
    match last.find(|line| !line.trim().is_empty()) {
        Some(last) => format!(
            "{name}: it never came so far; its last words: {}",
            short(last)
        ),
        None => format!("{name}: it never said a word"),
    }
}

/// What a guest says is anybody's text.
fn short(line: &str) -> String {
    let plain = line.chars().filter(|c| !c.is_control());
    plain.take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Check; 4] = [Check::Console, Check::Disk, Check::Network, Check::Time];

    fn of(console: &str) -> String {
        match verdict(console, &ALL) {
            Verdict::Boots => "boots".to_owned(),
            Verdict::Fails(why) => why,
        }
    }

    #[test]
    fn all_that_is_wanted_has_to_work() {
        let good = "Linux version 6.1\nkaas-boot-test: console ok\r\n[ 1.0] kaas-boot-test: disk ok\n\
            kaas-boot-test: network ok\nkaas-boot-test: time ok\nkaas-boot-test: done\n";
        assert_eq!(of(good), "boots");
        let bad = good.replace("disk ok", "disk failed: can't be mounted (No such device)");
        assert_eq!(of(&bad), "disk: can't be mounted (No such device)");
        assert_eq!(of(""), "console: it never said a word");
        let panic = "x\n[ 1.2] Kernel panic - not syncing: VFS: Unable to mount root fs\n---\n";
        assert!(of(panic).contains("Unable to mount root"), "{}", of(panic));
        let silent = "kaas-boot-test: console ok\n";
        assert!(of(silent).starts_with("disk: it never came so far"));
    }

    #[test]
    fn a_guests_words_are_short_and_plain() {
        let hostile = "kaas-boot-test: console failed: \u{1b}[2J".to_owned() + &"x".repeat(9999);
        let why = of(&hostile);
        assert!(why.len() < 300 && !why.contains('\u{1b}'), "{why}");
    }
}
