// SPDX-License-Identifier: Apache-2.0
//! Which machine this is, and which boot of it.

use std::path::Path;

use kaas_types::agent::{Id, Line};

use super::durable;
use crate::failure::{About as _, Failure, Result};

const LIMIT: u64 = 4096;

/// `/proc/sys/kernel/random/boot_id`.
pub(super) fn boot_id() -> Result<Id> {
    let path = Path::new("/proc/sys/kernel/random/boot_id");
    id(path)?.ok_or_else(|| Failure::new(format!("{}: missing", path.display())))
}

/// `/etc/machine-id`, or nothing where there is none.
pub(super) fn machine_id() -> String {
    let text = durable::read(Path::new("/etc/machine-id"), LIMIT)
        .ok()
        .flatten();
    let text = text.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
    text.unwrap_or_default()
}

/// `uname -r`.
pub(super) fn kernel() -> Line<128> {
    Line::cut(&rustix::system::uname().release().to_string_lossy())
}

/// The instance's id, as firmware states it: under Nova, a machine's UUID is its instance's.
/// Only root may read that; `copied` is where somebody who is left a copy for this boot.
pub(super) fn instance(copied: &Path) -> Option<Id> {
    id(copied).ok().flatten()
}

fn id(path: &Path) -> Result<Option<Id>> {
    let Some(bytes) = durable::read(path, LIMIT)? else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&bytes).trim().to_lowercase();
    Id::try_from(text).map(Some).about(path)
}
