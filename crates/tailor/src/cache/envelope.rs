// SPDX-License-Identifier: Apache-2.0
//! A file of the cache: what says that it is one, the digest of the rest, and the rest.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Digest;

/// What the files of this format begin with. Another format has another last byte.
const MAGIC: [u8; 8] = *b"KaaSkpt\x01";

const DIGEST: usize = 16;

/// What a file holds; nothing where it is damaged or something else.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    let bytes = fs::read(path).ok()?;
    let rest = bytes.strip_prefix(&MAGIC)?;
    let (digest, payload) = rest.split_at_checked(DIGEST)?;
    let digest: Digest = postcard::from_bytes(digest).ok()?;
    if digest != Digest::of(payload) {
        return None;
    }
    postcard::from_bytes(payload).ok()
}

/// Writes a file at once: who reads it sees all of it, or what was there before.
pub(super) fn write(path: &Path, value: &impl Serialize) -> io::Result<()> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let payload = postcard::to_allocvec(value).map_err(io::Error::other)?;
    let digest = postcard::to_allocvec(&Digest::of(&payload)).map_err(io::Error::other)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let temporary = path.with_extension(format!("{}-{number}.tmp", std::process::id()));
    let written = fs::File::create_new(&temporary).and_then(|mut file| {
        file.write_all(&MAGIC)?;
        file.write_all(&digest)?;
        file.write_all(&payload)
    });
    let renamed = written.and_then(|()| fs::rename(&temporary, path));
    if renamed.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    renamed
}
