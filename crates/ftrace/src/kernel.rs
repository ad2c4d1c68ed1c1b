// SPDX-License-Identifier: Apache-2.0
//! Which kernel it was: sources and traces belong together only when this agrees.

use crate::error::{Error, ErrorKind};
use crate::record::{Record, shorten};

/// What is known of a kernel's identity, as the kernel itself says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kernel {
    /// `uname -r`: `6.1.0-56-amd64`.
    pub release: Option<String>,
    /// `uname -v`: `#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)`.
    pub version: Option<String>,
    /// `uname -m`: `x86_64`.
    pub machine: Option<String>,
    /// The GNU build id in `/sys/kernel/notes`, in lower-case hexadecimal.
    pub build_id: Option<String>,
}

impl Kernel {
    /// What two descriptions of one kernel say together. What one of them does not know
    /// it takes from the other; an error names the first thing that they differ in.
    pub fn unite(&self, other: &Self) -> Result<Self, Error> {
        Ok(Self {
            release: one("release", self.release.as_ref(), other.release.as_ref())?,
            version: one("version", self.version.as_ref(), other.version.as_ref())?,
            machine: one("machine", self.machine.as_ref(), other.machine.as_ref())?,
            build_id: one("build id", self.build_id.as_ref(), other.build_id.as_ref())?,
        })
    }

    /// The fields by the names that they have in our formats.
    pub(crate) fn fields(&self) -> [(&'static str, Option<&String>); 4] {
        [
            ("release", self.release.as_ref()),
            ("version", self.version.as_ref()),
            ("machine", self.machine.as_ref()),
            ("build-id", self.build_id.as_ref()),
        ]
    }

    /// Takes over what a line of our formats says: `kernel`, a field's name, its value.
    pub(crate) fn read(&mut self, record: &Record<'_>) -> Result<(), Error> {
        let field = match record.field(1) {
            "release" => &mut self.release,
            "version" => &mut self.version,
            "machine" => &mut self.machine,
            "build-id" => &mut self.build_id,
            other => {
                let shown = shorten(other);
                return Err(record.error(format!("nothing of a kernel is called `{shown}`")));
            }
        };
        *field = record.text(2).map(str::to_owned);
        Ok(())
    }
}

fn one(what: &str, left: Option<&String>, right: Option<&String>) -> Result<Option<String>, Error> {
    match (left, right) {
        (Some(left), Some(right)) if left != right => Err(Error::new(
            ErrorKind::OtherKernel,
            format!(
                "kernels of different {what}: `{left}` and `{right}`; \
                 take only traces and inventories of one kernel together"
            ),
        )),
        (left, right) => Ok(left.or(right).cloned()),
    }
}
