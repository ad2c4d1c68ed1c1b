// SPDX-License-Identifier: Apache-2.0
//! An archive that the kernel unpacks as its first root file system
//! (`Documentation/driver-api/early-userspace/buffer-format.rst`: newc).

/// Grows by files and folders; all belong to root.
#[derive(Default)]
pub(super) struct Initramfs {
    bytes: Vec<u8>,
    count: usize,
}

const FOLDER: usize = 0o040_755;
const PROGRAM: usize = 0o100_755;
const LAST: &str = "TRAILER!!!";

impl Initramfs {
    pub(super) fn folder(&mut self, name: &str) {
        self.entry(name, FOLDER, &[]);
    }

    pub(super) fn program(&mut self, name: &str, content: &[u8]) {
        self.entry(name, PROGRAM, content);
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.entry(LAST, 0, &[]);
        self.bytes
    }

    fn entry(&mut self, name: &str, mode: usize, content: &[u8]) {
        self.count += 1;
        let (length, named) = (content.len(), name.len() + 1);
        let fields = [self.count, mode, 0, 0, 1, 0, length, 0, 0, 0, 0, named, 0];
        self.bytes.extend_from_slice(b"070701");
        for field in fields {
            self.bytes
                .extend_from_slice(format!("{field:08x}").as_bytes());
        }
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.push(0);
        self.pad();
        self.bytes.extend_from_slice(content);
        self.pad();
    }

    fn pad(&mut self) {
        while !self.bytes.len().is_multiple_of(4) {
            self.bytes.push(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_has_110_bytes_and_everything_is_aligned() {
        let mut archive = Initramfs::default();
        archive.folder("modules");
        archive.program("init", b"abc");
        let bytes = archive.finish();
        assert_eq!(bytes.len() % 4, 0);
        assert_eq!(bytes.get(110..117), Some(&b"modules"[..]));
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(text.matches("070701").count(), 3);
        assert!(text.contains("abc\0") && text.contains(LAST));
    }
}
