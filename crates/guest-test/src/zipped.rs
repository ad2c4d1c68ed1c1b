// SPDX-License-Identifier: Apache-2.0
//! Files of a guest, compressed on the way out, which is slow.

use std::fs;

use virtual_machine::{About as _, Result, Station, program};

/// The file may grow meanwhile, of which `gzip` would complain if it read the file itself.
pub(crate) fn zipped(station: &mut Station, path: &str) -> Result<Vec<u8>> {
    let zipped = station.bytes(&format!("cat {path} | gzip -c"))?;
    let file = std::env::temp_dir().join(format!("guest-test-{}.gz", std::process::id()));
    fs::write(&file, zipped).about(&file)?;
    let mut gzip = program::clean("gzip");
    let output = program::run(gzip.args(["--decompress", "--stdout"]).arg(&file))?;
    virtual_machine::cache::remove(&file)?;
    Ok(output.stdout)
}
