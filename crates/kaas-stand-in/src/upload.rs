// SPDX-License-Identifier: Apache-2.0
//! Uploads: files `uploads/GUEST/UPLOAD` that grow chunk by chunk, each with a record beside
//! it that says which snapshots are complete.

use std::fs::{self, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use kaas_types::agent::limit::{CHUNK_BYTES, CHUNK_RATIO, UPLOAD_BYTES};
use kaas_types::agent::{Code, Complete, Id, Kind, OpenUpload, Sha256};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use crate::failure::{About as _, Result};

/// What is known of one upload.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) guest: Id,
    kind: Kind,
    series: String,
    offset: u64,
    snapshots: Vec<Complete>,
}

impl Record {
    pub(crate) fn new(guest: Id, request: &OpenUpload) -> Self {
        Self {
            guest,
            kind: request.kind,
            series: request.series.to_string(),
            offset: 0,
            snapshots: vec![],
        }
    }

    pub(crate) fn is(&self, guest: &Id, request: &OpenUpload) -> bool {
        (&self.guest, self.kind, &*self.series) == (guest, request.kind, &*request.series)
    }

    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// The bytes of the last snapshot of this guest and kind.
    pub(crate) fn snapshot(
        &self,
        folder: &Path,
        id: &Id,
        whose: (&Id, Kind),
    ) -> Option<(Id, Vec<u8>)> {
        let last = self.snapshots.last()?;
        let size = usize::try_from(last.size).ok()?;
        if (&self.guest, self.kind) != whose {
            return None;
        }
        let mut bytes = fs::read(self.file(folder, id)).ok()?;
        bytes.truncate(size);
        Some((last.command.clone(), bytes))
    }

    fn file(&self, folder: &Path, id: &Id) -> PathBuf {
        folder.join("uploads").join(&*self.guest).join(&**id)
    }

    /// Makes the file, empty.
    pub(crate) fn begin(&mut self, folder: &Path, id: &Id) -> Result<()> {
        self.offset = 0;
        self.snapshots.clear();
        let path = self.file(folder, id);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).about(parent.display())?;
        }
        fs::write(&path, []).about(path.display())?;
        self.describe(&path)
    }

    /// Appends a chunk (gzip) that begins at `offset`.
    pub(crate) fn append(
        &mut self,
        folder: &Path,
        id: &Id,
        offset: u64,
        chunk: &[u8],
    ) -> Result<Result<(), Code>> {
        if offset != self.offset {
            return Ok(Err(Code::OffsetMismatch));
        }
        let bytes = match unpack(chunk) {
            Ok(bytes) => bytes,
            Err(code) => return Ok(Err(code)),
        };
        let end = offset + bytes.len() as u64;
        if end > UPLOAD_BYTES {
            return Ok(Err(Code::TooLarge));
        }
        let path = self.file(folder, id);
        let file = OpenOptions::new().write(true).open(&path);
        let mut file = file.about(path.display())?;
        file.set_len(offset).about(path.display())?;
        file.seek(SeekFrom::Start(offset)).about(path.display())?;
        file.write_all(&bytes).about(path.display())?;
        self.offset = end;
        Ok(Ok(()))
    }

    /// A snapshot is complete if its bytes are what the guest says.
    pub(crate) fn complete(
        &mut self,
        folder: &Path,
        id: &Id,
        request: Complete,
    ) -> Result<Result<(), Code>> {
        let path = self.file(folder, id);
        let bytes = fs::read(&path).about(path.display())?;
        let size = usize::try_from(request.size).unwrap_or(usize::MAX);
        let Some(part) = bytes.get(..size) else {
            return Ok(Err(Code::OffsetMismatch));
        };
        if sha256(part) != request.sha256 {
            return Ok(Err(Code::DigestMismatch));
        }
        self.snapshots.push(request);
        self.describe(&path)?;
        Ok(Ok(()))
    }

    fn describe(&self, path: &Path) -> Result<()> {
        let beside = path.with_extension("json");
        let text = serde_json::to_vec_pretty(self).about("an upload")?;
        fs::write(&beside, text).about(beside.display())
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> Sha256 {
    let mut digits = [0; 32];
    digits.copy_from_slice(digest(&SHA256, bytes).as_ref());
    Sha256::from_bytes(&digits)
}

/// No chunk unpacks to more than one may hold, nor to absurdly much for what was sent.
fn unpack(chunk: &[u8]) -> Result<Vec<u8>, Code> {
    let limit = CHUNK_BYTES.min(chunk.len().saturating_mul(CHUNK_RATIO));
    let mut bytes = vec![];
    let mut unpacked = MultiGzDecoder::new(chunk).take(limit as u64 + 1);
    unpacked
        .read_to_end(&mut bytes)
        .map_err(|_| Code::Malformed)?;
    if bytes.len() > limit {
        return Err(Code::TooLarge);
    }
    Ok(bytes)
}
