// SPDX-License-Identifier: Apache-2.0
//! Who listens, and what kinds of files are open: from `/proc`, so that no program is needed.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A table of sockets: its file, `ss`'s word for it, and the state of those that listen
/// (`include/net/tcp_states.h`: `TCP_LISTEN`; a datagram socket that is not connected has
/// `TCP_CLOSE`).
const TABLES: [(&str, &str, &str); 6] = [
    ("/proc/net/tcp", "tcp", "0A"),
    ("/proc/net/tcp6", "tcp", "0A"),
    ("/proc/net/udp", "udp", "07"),
    ("/proc/net/udp6", "udp", "07"),
    ("/proc/net/raw", "raw", "07"),
    ("/proc/net/raw6", "raw", "07"),
];

/// In the form of `ss -tulpn`.
pub(super) fn listeners() -> Vec<u8> {
    let programs = programs();
    let mut lines =
        "Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n".to_owned();
    for (path, kind, state) in TABLES {
        let text = fs::read_to_string(path).unwrap_or_default();
        for (local, inode) in text
            .lines()
            .skip(1)
            .filter_map(|line| listener(line, state))
        {
            let program = programs.get(&inode);
            let users = program.map_or(String::new(), |name| {
                format!(" users:((\"{name}\",pid=0,fd=0))")
            });
            let _ = writeln!(lines, "{kind} LISTEN 0 0 {local} *:*{users}");
        }
    }
    lines.into_bytes()
}

/// Address and inode in a line of a table: `0: 00000000:2BCB 00000000:0000 0A … INODE …`.
fn listener(line: &str, state: &str) -> Option<(String, u64)> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    if *words.get(3)? != state {
        return None;
    }
    let (address, port) = words.get(1)?.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let local = match address_of(address)? {
        IpAddr::V4(address) => format!("{address}:{port}"),
        IpAddr::V6(address) => format!("[{address}]:{port}"),
    };
    Some((local, words.get(9)?.parse().ok()?))
}

/// Words of 32 bits in the machine's order, here little-endian.
fn address_of(text: &str) -> Option<IpAddr> {
    let word = |at: usize| {
        let word = u32::from_str_radix(text.get(at..at + 8)?, 16).ok()?;
        Some(word.to_le_bytes())
    };
    match text.len() {
        8 => Some(IpAddr::V4(Ipv4Addr::from(word(0)?))),
        32 => {
            let words = [word(0)?, word(8)?, word(16)?, word(24)?].concat();
            let bytes: [u8; 16] = words.try_into().ok()?;
            Some(IpAddr::V6(Ipv6Addr::from(bytes)))
        }
        _ => None,
    }
}

/// The names of the programs by the inodes of their sockets.
fn programs() -> HashMap<u64, String> {
    let mut programs = HashMap::new();
    each_open_file(|process, target| {
        let inode = target
            .strip_prefix("socket:[")
            .and_then(|rest| rest.strip_suffix(']'));
        if let Some(inode) = inode.and_then(|inode| inode.parse().ok()) {
            let name = fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
            let name = name.trim().replace(['"', '(', ')', ','], "_");
            programs.entry(inode).or_insert(name);
        }
    });
    programs
}

/// What links in `/proc/*/fd` lead to, counted: `     9 anon_inode:bpf-prog`. The names of
/// ordinary files are nobody's business.
pub(super) fn open_files() -> Vec<u8> {
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    each_open_file(|_, target| {
        let kind = target.split(":[").next().unwrap_or_default();
        let tells = !kind.starts_with('/') || kind.starts_with("/dev/");
        if tells {
            *kinds.entry(kind.to_owned()).or_default() += 1;
        }
    });
    let mut lines = String::new();
    for (kind, count) in kinds {
        let _ = writeln!(lines, "{count:7} {kind}");
    }
    lines.into_bytes()
}

fn each_open_file(mut take: impl FnMut(u32, &str)) {
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(process) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        for file in fs::read_dir(entry.path().join("fd"))
            .into_iter()
            .flatten()
            .flatten()
        {
            if let Ok(target) = fs::read_link(file.path()) {
                take(process, &target.to_string_lossy());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_is_told_by_its_state() {
        let line = "   0: 00000000:2BCB 00000000:0000 0A 00000000:00000000 00:00000000 00000000  101        0 12345 1 0 100 0";
        assert_eq!(
            listener(line, "0A"),
            Some(("0.0.0.0:11211".to_owned(), 12345))
        );
        assert_eq!(listener(line, "07"), None);
        assert_eq!(listener("nonsense", "0A"), None);
    }

    #[test]
    fn addresses_are_words_of_the_machine() {
        assert_eq!(
            address_of("0100007F"),
            Some(IpAddr::V4(Ipv4Addr::LOCALHOST))
        );
        let six = address_of("00000000000000000000000001000000");
        assert_eq!(six, Some(IpAddr::V6(Ipv6Addr::LOCALHOST)));
        assert_eq!(address_of("xyz"), None);
    }
}
