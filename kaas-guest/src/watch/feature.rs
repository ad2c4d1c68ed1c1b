// SPDX-License-Identifier: Apache-2.0
//! Which symbol brings back what: the table `data/features.csv`. To add a line, name the file of
//! the kernel that says so; the tests check the rest.

use std::collections::BTreeMap;

use serde::Serialize;

const TABLE: &str = include_str!("../../data/features.csv");

/// What can be missing. The words are those of the agent's report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Syscall,
    Protocol,
    FileSystem,
    /// A module by its name or one of its aliases.
    Module,
}

/// The table.
#[derive(Debug, Default)]
pub(super) struct Features {
    symbols: BTreeMap<Kind, BTreeMap<&'static str, &'static str>>,
    /// Names of the system calls of this machine's processor, by their numbers.
    syscalls: BTreeMap<u32, &'static str>,
}

impl Features {
    /// For a kind of processor as `uname -m` names it; one that isn't known has no numbers.
    pub(super) fn of(processor: &str) -> Self {
        let mut features = Self::default();
        for line in TABLE.lines() {
            let fields: Vec<&'static str> = line.split(',').collect();
            let [kind, name, x86_64, aarch64, symbol, _] = fields[..] else {
                continue;
            };
            let Some(kind) = Kind::parse(kind) else {
                continue;
            };
            let number = match processor {
                "x86_64" => x86_64.parse(),
                "aarch64" => aarch64.parse(),
                _ => "".parse(),
            };
            if let Ok(number) = number {
                features.syscalls.insert(number, name);
            }
            features
                .symbols
                .entry(kind)
                .or_default()
                .insert(name, symbol);
        }
        features
    }

    /// The name of a system call that kernels may lack; nothing for one that every kernel has,
    /// or none: a program that probes for a newer kernel misses nothing of this one.
    pub(super) fn syscall(&self, number: u32) -> Option<&'static str> {
        self.syscalls.get(&number).copied()
    }

    /// The symbol that brings it back.
    pub(super) fn symbol(&self, kind: Kind, name: &str) -> Option<&'static str> {
        let with_hyphens = name.replace('_', "-");
        let protocol = name.split("-type-").next().unwrap_or(name);
        let names = [name, &with_hyphens, protocol];
        names.iter().find_map(|name| self.lookup(kind, name))
    }

    fn lookup(&self, kind: Kind, name: &str) -> Option<&'static str> {
        self.symbols.get(&kind)?.get(name).copied()
    }
}

impl Kind {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "syscall" => Some(Self::Syscall),
            "protocol" => Some(Self::Protocol),
            "file_system" => Some(Self::FileSystem),
            "module" => Some(Self::Module),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Features, Kind, TABLE};

    #[test]
    fn the_table_is_well_formed_and_sorted() {
        let lines: Vec<_> = TABLE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .skip(1)
            .collect();
        let keys: Vec<_> = lines
            .iter()
            .map(|line| line.split(',').collect::<Vec<_>>())
            .collect();
        let mut numbers = BTreeSet::new();
        for fields in &keys {
            let [kind, name, x86_64, aarch64, symbol, source] = fields[..] else {
                panic!("{fields:?}");
            };
            assert!(
                Kind::parse(kind).is_some() && !name.is_empty(),
                "{fields:?}"
            );
            let is_symbol =
                |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
            assert!(
                !symbol.is_empty() && symbol.bytes().all(is_symbol),
                "{fields:?}"
            );
            assert!(source.contains('/'), "{fields:?}");
            for (processor, number) in [("x86_64", x86_64), ("aarch64", aarch64)] {
                let is_new = number.is_empty() || numbers.insert((processor, number));
                assert!(
                    is_new && (number.is_empty() || kind == "syscall"),
                    "{fields:?}"
                );
            }
        }
        assert!(keys.is_sorted_by(|one, other| (one[0], one[1]) < (other[0], other[1])));
        assert!(keys.len() > 300);
    }

    /// Numbers of system calls as the kernel's headers for programs give them.
    #[test]
    fn what_is_looked_up() {
        let features = Features::of("x86_64");
        assert_eq!(features.syscall(425), Some("io_uring_setup"));
        assert_eq!(features.syscall(0), None, "every kernel can read");
        assert_eq!(features.syscall(9999), None);
        assert_eq!(
            features.symbol(Kind::Syscall, "io_uring_setup"),
            Some("IO_URING")
        );
        assert_eq!(features.symbol(Kind::Protocol, "net-pf-10"), Some("IPV6"));
        assert_eq!(
            features.symbol(Kind::Protocol, "net-pf-2-proto-132-type-1"),
            Some("IP_SCTP")
        );
        let other = features.symbol(Kind::Protocol, "net-pf-16-proto-25");
        assert_eq!(other, None, "the family is there");
        assert_eq!(features.symbol(Kind::FileSystem, "xfs"), Some("XFS_FS"));
        assert_eq!(features.symbol(Kind::Module, "dm_mod"), Some("BLK_DEV_DM"));
        assert_eq!(features.symbol(Kind::Module, "xfs"), None);
        assert_eq!(Features::of("aarch64").syscall(20), Some("epoll_create1"));
        assert_eq!(Features::of("sparc").syscall(1), None);
    }
}
