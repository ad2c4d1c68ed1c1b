// SPDX-License-Identifier: Apache-2.0
//! The archive of modules: POSIX ustar (pax(1)), of which only files and folders are taken, with
//! plain names. It is signed, and still nothing in it can lead out of its folder.

use std::io::{self, Read};
use std::path::PathBuf;

use kaas_types::release::is_plain_name;

use crate::failure::{Failure, Result};

const BLOCK: usize = 512;
/// Of files and folders. Debian's largest kernel package has about five thousand.
const MEMBERS: usize = 20_000;

/// A member of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// Relative, of plain segments; empty for the archive's own folder.
    pub(super) path: PathBuf,
    pub(super) content: Content,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Folder,
    /// That many bytes.
    File(u64),
}

/// Hands every member over with its content, and reads to the end.
pub(super) fn read(
    from: &mut dyn Read,
    mut take: impl FnMut(&Member, &mut dyn Read) -> Result<()>,
) -> Result<()> {
    for _ in 0..MEMBERS {
        let mut block = [0; BLOCK];
        from.read_exact(&mut block).map_err(|error| cut(&error))?;
        if block.iter().all(|byte| *byte == 0) {
            return io::copy(from, &mut io::sink())
                .map(drop)
                .map_err(|error| cut(&error));
        }
        let member = parse(&block)?;
        let size = match member.content {
            Content::File(size) => size,
            Content::Folder => 0,
        };
        let mut content = Read::take(&mut *from, size);
        take(&member, &mut content)?;
        let padding = size.next_multiple_of(BLOCK as u64) - size;
        let rest = content.limit() + padding;
        let skipped = io::copy(&mut Read::take(&mut *from, rest), &mut io::sink());
        if skipped.map_err(|error| cut(&error))? != rest {
            return Err(Failure::new("modules.tar ends in the middle"));
        }
    }
    Err(Failure::new("modules.tar has too many members"))
}

fn cut(error: &io::Error) -> Failure {
    Failure::new(format!("modules.tar: {error}"))
}

fn parse(block: &[u8; BLOCK]) -> Result<Member> {
    let damaged = |what: &str| Failure::new(format!("modules.tar: {what}"));
    let sum = number(&block[148..156]).ok_or_else(|| damaged("a header without a sum"))?;
    let of_bytes = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    if of_bytes(block) - of_bytes(&block[148..156]) + 8 * u64::from(b' ') != sum {
        return Err(damaged("a header with a wrong sum"));
    }
    let (name, prefix) = (text(&block[..100]), text(&block[345..500]));
    let path = match (prefix, name) {
        (Some(""), Some(name)) => name.to_owned(),
        (Some(prefix), Some(name)) => format!("{prefix}/{name}"),
        _ => return Err(damaged("a name that is no text")),
    };
    let plain = path
        .strip_prefix("./")
        .unwrap_or(&path)
        .trim_end_matches('/');
    if !matches!(plain, "" | ".") && !plain.split('/').all(is_plain_name) {
        return Err(damaged(&format!("no module may be called {plain:?}")));
    }
    let size = number(&block[124..136]).ok_or_else(|| damaged("a file without a size"))?;
    let content = match block[156] {
        b'0' | 0 if !plain.is_empty() => Content::File(size),
        b'5' => Content::Folder,
        _ => {
            return Err(damaged(&format!(
                "{plain:?} is neither a file nor a folder"
            )));
        }
    };
    let path = PathBuf::from(if plain == "." { "" } else { plain });
    Ok(Member { path, content })
}

/// Octal digits up to a blank or zero.
fn number(field: &[u8]) -> Option<u64> {
    let digits = text(field)?.trim();
    u64::from_str_radix(digits, 8)
        .ok()
        .filter(|number| *number < 1 << 40)
}

fn text(field: &[u8]) -> Option<&str> {
    let end = field.iter().position(|byte| *byte == 0);
    str::from_utf8(&field[..end.unwrap_or(field.len())]).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use super::{BLOCK, Content, read};

    /// A header as tar writes it.
    fn header(name: &str, kind: u8, size: usize) -> Vec<u8> {
        let mut block = vec![0; BLOCK];
        block[..name.len()].copy_from_slice(name.as_bytes());
        block[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
        block[156] = kind;
        block[257..263].copy_from_slice(b"ustar\0");
        block[148..156].copy_from_slice(b"        ");
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        block
    }

    pub(in crate::deploy) fn archive(members: &[(&str, u8, &str)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (name, kind, content) in members {
            bytes.extend(header(name, *kind, content.len()));
            bytes.extend(content.as_bytes());
            bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
        }
        bytes.resize(bytes.len() + 2 * BLOCK, 0);
        bytes
    }

    fn members(bytes: &[u8]) -> Result<Vec<(String, Option<String>)>, String> {
        let mut members = Vec::new();
        let taken = read(&mut &*bytes, |member, content| {
            let mut text = String::new();
            content.read_to_string(&mut text).unwrap();
            let is_file = matches!(member.content, Content::File(_));
            members.push((member.path.display().to_string(), is_file.then_some(text)));
            Ok(())
        });
        taken.map(|()| members).map_err(|error| error.to_string())
    }

    #[test]
    fn files_and_folders() {
        let bytes = archive(&[
            ("./", b'5', ""),
            ("kernel/", b'5', ""),
            ("kernel/a.ko", b'0', "x"),
        ]);
        let expected = [
            (String::new(), None),
            ("kernel".to_owned(), None),
            ("kernel/a.ko".to_owned(), Some("x".to_owned())),
        ];
        assert_eq!(members(&bytes).unwrap(), expected);
    }

    #[test]
    fn names_that_lead_elsewhere_and_other_kinds() {
        for name in ["/etc/passwd", "../x", "a/../../x", "a//b", "a b", ".ssh/x"] {
            assert!(members(&archive(&[(name, b'0', "x")])).is_err(), "{name}");
        }
        for kind in b"1234567xgLK" {
            let is_folder = *kind == b'5';
            assert_eq!(
                members(&archive(&[("a", *kind, "")])).is_ok(),
                is_folder,
                "{kind}"
            );
        }
    }

    #[test]
    fn every_cut_and_every_changed_byte_of_a_header_is_an_error_or_harmless() {
        let good = archive(&[("kernel/", b'5', ""), ("kernel/a.ko", b'0', "content")]);
        for length in 0..=3 * BLOCK {
            assert!(members(&good[..length]).is_err(), "{length}");
        }
        for index in 0..2 * BLOCK {
            let mut bad = good.clone();
            bad[index] ^= 0x10;
            let read = members(&bad);
            assert!(read.is_err() || read == members(&good), "{index}");
        }
    }
}
