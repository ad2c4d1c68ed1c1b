// SPDX-License-Identifier: Apache-2.0
//! How much of anything the protocol carries. Lengths of texts are in characters.

/// Bytes of the body of a request, as sent.
pub const REQUEST_BYTES: usize = 1 << 20;
/// Bytes of the body of an answer; releases and their files have limits of their own.
pub const ANSWER_BYTES: usize = 1 << 18;
/// Bytes of the documents that Nova's metadata serves.
pub const METADATA_BYTES: usize = 1 << 20;

/// Bytes of one chunk before compression.
pub const CHUNK_BYTES: usize = 512 << 10;
/// A chunk may be this many times as long as what was sent.
pub const CHUNK_RATIO: usize = 200;
/// Bytes of one upload before compression.
pub const UPLOAD_BYTES: u64 = 64 << 20;
/// Bytes of the answer that carries a release's signed document.
pub const RELEASE_BYTES: usize = 6 << 20;
/// Bytes of one file of a release.
pub const RELEASE_FILE_BYTES: u64 = 512 << 20;

/// Seconds that a poll for commands may wait.
pub const WAIT_SECONDS: u64 = 60;

pub const URL: usize = 512;
pub const TOKEN: usize = 512;
pub const PEM: usize = 16 << 10;
pub const KEY: usize = 256;
pub const NAME: usize = 128;
pub const DETAIL: usize = 1024;

pub const SIGNING_KEYS: usize = 8;
pub const COMMANDS: usize = 16;
pub const FEATURES: usize = 256;
pub const PROBLEMS: usize = 8;
pub const LINKS: usize = 4;
