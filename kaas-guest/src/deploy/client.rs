// SPDX-License-Identifier: Apache-2.0
//! Asks the installer.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;

use crate::failure::{About as _, Result};

/// Far more than any answer is.
const ANSWER_LIMIT: u64 = 1 << 20;

/// The answer to a request, both a line; comes when the request was carried out.
pub(crate) fn ask(socket: &Path, request: &str) -> Result<String> {
    let mut stream = UnixStream::connect(socket).about(socket)?;
    stream.write_all(request.as_bytes()).about(socket)?;
    let mut answer = String::new();
    stream
        .take(ANSWER_LIMIT)
        .read_to_string(&mut answer)
        .about(socket)?;
    Ok(answer)
}
