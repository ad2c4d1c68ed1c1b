// SPDX-License-Identifier: Apache-2.0
//! Uploads a file that only grows, from wherever the server says that it ends.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use kaas_types::agent::limit::{CHUNK_RATIO, UPLOAD_BYTES};
use kaas_types::agent::{Code, Complete, Id, Kind, Line, OpenUpload, Sha256, Upload};
use ring::digest::{Context, SHA256};

use super::service::Service;
use super::trouble::Trouble;
use crate::failure::{About as _, Failure, Result};

/// How often a server may say of an upload what cannot be, before it is asked again later.
const DOUBTS: u32 = 3;
const BLOCK: usize = 16 << 10;

/// What is to be uploaded, and for whom.
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) kind: Kind,
    /// Files of one series begin with the same bytes.
    pub(super) series: String,
    pub(super) command: &'a Id,
}

impl Source<'_> {
    /// Uploads what is there now; how many bytes of the file that were. Only its beginning, if
    /// it is longer than an upload may be.
    pub(super) fn send(&self, service: &Service, chunk: usize) -> Result<u64, Trouble> {
        let mut file = File::open(self.path).about(self.path)?;
        let size = file.metadata().about(self.path)?.len().min(UPLOAD_BYTES);
        let sha256 = digest(&mut file, size).about(self.path)?;
        let mut last = Trouble::later("the server says of an upload what cannot be");
        for restart in [false, true] {
            let upload = self.open(service, restart)?;
            if upload.offset > size {
                continue;
            }
            let id = upload.id.clone();
            let part = Part {
                service,
                size,
                chunk,
            };
            part.send(&mut file, upload)?;
            let complete = Complete {
                size,
                sha256: sha256.clone(),
                command: self.command.clone(),
            };
            match service.complete(&id, &complete) {
                Ok(_) => return Ok(size),
                // It holds something else: once more, from the beginning.
                Err(trouble @ Trouble::Refused(Code::DigestMismatch, _)) => last = trouble,
                Err(Trouble::Refused(Code::OffsetMismatch, _)) => {}
                Err(other) => return Err(other),
            }
        }
        Err(last)
    }

    fn open(&self, service: &Service, restart: bool) -> Result<Upload, Trouble> {
        service.open(&OpenUpload {
            kind: self.kind,
            series: Line::cut(&self.series),
            restart,
        })
    }
}

/// The first `size` bytes of a file, in chunks.
struct Part<'a> {
    service: &'a Service,
    size: u64,
    chunk: usize,
}

impl Part<'_> {
    fn send(&self, file: &mut File, mut upload: Upload) -> Result<(), Trouble> {
        let mut doubts = 0;
        while upload.offset < self.size {
            let (bytes, due) = self.read(file, upload.offset)?;
            let sent = self.service.chunk(&upload.id, upload.offset, &bytes);
            let next = match sent {
                Err(Trouble::Refused(Code::OffsetMismatch, _)) => {
                    self.service.upload(&upload.id)?
                }
                other => other?,
            };
            let is_doubtful = next.offset != due || next.id != upload.id;
            doubts += u32::from(is_doubtful);
            if next.offset > self.size || next.id != upload.id || doubts > DOUBTS {
                return Err(Trouble::later(
                    "the server says of an upload what cannot be",
                ));
            }
            upload = next;
        }
        Ok(())
    }

    /// The next chunk, compressed, and where it ends.
    fn read(&self, file: &mut File, offset: u64) -> Result<(Vec<u8>, u64)> {
        let failed = |error: std::io::Error| Failure::new(format!("the upload: {error}"));
        file.seek(SeekFrom::Start(offset)).map_err(failed)?;
        let length = (self.size - offset).min(self.chunk as u64);
        let mut bytes = vec![];
        let read = file.take(length).read_to_end(&mut bytes).map_err(failed)?;
        if read as u64 != length {
            return Err(Failure::new("the upload: the file became shorter"));
        }
        let packed = compress(&bytes, Compression::fast()).map_err(failed)?;
        if packed.len().saturating_mul(CHUNK_RATIO) < bytes.len() {
            // Nobody believes that so little was so much.
            let stored = compress(&bytes, Compression::none()).map_err(failed)?;
            return Ok((stored, offset + length));
        }
        Ok((packed, offset + length))
    }
}

fn compress(bytes: &[u8], level: Compression) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(vec![], level);
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// Of the first `size` bytes.
pub(super) fn digest(file: &mut File, size: u64) -> std::io::Result<Sha256> {
    file.seek(SeekFrom::Start(0))?;
    let mut context = Context::new(&SHA256);
    let mut part = file.take(size);
    let mut block = [0; BLOCK];
    loop {
        match part.read(&mut block)? {
            0 => break,
            read => context.update(&block[..read]),
        }
    }
    Ok(sha256(context))
}

pub(super) fn sha256(context: Context) -> Sha256 {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(context.finish().as_ref());
    Sha256::from_bytes(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_compresses_too_well_is_sent_as_it_is() {
        let zeros = vec![0; 1 << 19];
        let packed = compress(&zeros, Compression::fast()).unwrap();
        assert!(packed.len() * CHUNK_RATIO < zeros.len() || packed.len() < 4096);
        let stored = compress(&zeros, Compression::none()).unwrap();
        assert!(stored.len() >= zeros.len() && stored.len() < zeros.len() + 4096);
    }

    #[test]
    fn a_digest_is_of_the_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        std::fs::write(&path, "abcdef").unwrap();
        let mut file = File::open(&path).unwrap();
        // FIPS 180-2, appendix B.1.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(&*digest(&mut file, 3).unwrap(), abc);
    }
}
