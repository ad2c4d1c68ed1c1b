// SPDX-License-Identifier: Apache-2.0
//! What is to be built: the job document. All of it is hostile: every field is bounded, every
//! text has a shape, and what is not known is refused.

mod source;
mod text;
mod wanted;

use serde::{Deserialize, Serialize};

use crate::digest;
use crate::trouble::{Result, Trouble};

pub use source::{Apt, Git, Source, Tarball};
pub use text::{
    Arch, GitRef, Id, InputName, Label, Location, PackageName, Sha256, Symbol, Version,
};
pub use wanted::{
    Artefact, BootTest, Evidence, Floor, Initramfs, Modules, Profile, Recordings, Tailoring,
};

/// The format that is described here.
pub const FORMAT: u32 = 1;

/// The longest document, in bytes.
pub const LONGEST: usize = 1 << 20;

/// So many traces make one kernel.
const MOST_TRACES: usize = 64;

/// So many symbols stand in a list.
const MOST_SYMBOLS: usize = 1024;

/// See above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// [`FORMAT`].
    pub format: u32,
    pub id: Id,
    /// The name that its user gave to the kernel.
    pub name: Label,
    pub arch: Arch,
    pub source: Source,
    /// The configuration of the kernel that is replaced.
    pub baseline: InputName,
    pub evidence: Evidence,
    #[serde(default)]
    pub tailor: Tailoring,
    /// What is wanted of the result, beside the image.
    #[serde(default = "wanted::all_artefacts")]
    pub artefacts: Vec<Artefact>,
    #[serde(default)]
    pub boot_test: BootTest,
}

impl Job {
    /// Reads a document; the error is one sentence for who wrote it.
    pub fn parse(document: &[u8]) -> Result<Self> {
        if document.len() > LONGEST {
            let length = document.len();
            let words = format!("the job document has {length} bytes, more than {LONGEST}");
            return Err(Trouble::input(words));
        }
        let failed = |error| Trouble::input(format!("the job document: {error}"));
        let job: Self = serde_json::from_slice(document).map_err(failed)?;
        job.check().map_err(Trouble::Input)?;
        Ok(job)
    }

    /// Of all that it says; two jobs with one digest are the same.
    pub fn digest(&self) -> String {
        digest::of_bytes(&serde_json::to_vec(self).unwrap_or_default())
    }

    fn check(&self) -> Result<(), String> {
        if self.format != FORMAT {
            let format = self.format;
            return Err(format!("format {format} is not known here: {FORMAT} is"));
        }
        if let Evidence::Recorded(recordings) = &self.evidence {
            bounded("traces", recordings.traces.len(), 1..=MOST_TRACES)?;
        }
        bounded("tailor.keep", self.tailor.keep.len(), 0..=MOST_SYMBOLS)?;
        bounded("tailor.drop", self.tailor.drop.len(), 0..=MOST_SYMBOLS)?;
        bounded("artefacts", self.artefacts.len(), 0..=16)?;
        let kept_and_dropped = |symbol: &&Symbol| self.tailor.drop.contains(symbol);
        if let Some(symbol) = self.tailor.keep.iter().find(kept_and_dropped) {
            return Err(format!(
                "{symbol} is both in tailor.keep and in tailor.drop"
            ));
        }
        self.source.check()
    }
}

fn bounded(
    what: &str,
    count: usize,
    allowed: std::ops::RangeInclusive<usize>,
) -> Result<(), String> {
    if allowed.contains(&count) {
        return Ok(());
    }
    let (least, most) = (allowed.start(), allowed.end());
    Err(format!(
        "{what}: {count} entries; {least} to {most} are allowed"
    ))
}

#[cfg(test)]
mod tests;
