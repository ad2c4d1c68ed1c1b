// SPDX-License-Identifier: Apache-2.0
//! Writes inventories.

use std::io::{self, Write};

use super::{Inventory, NAME, VERSION};
use crate::record::RecordWriter;

/// Writes a whole inventory.
pub fn write<W: Write>(inventory: &Inventory, out: W) -> io::Result<W> {
    let mut out = RecordWriter::new(out, NAME, VERSION)?;
    for (name, value) in inventory.kernel.fields() {
        if let Some(value) = value {
            out.record(&["kernel", name, value])?;
        }
    }
    let mut source = "";
    for evidence in &inventory.evidence {
        if evidence.source != source {
            source = &evidence.source;
            out.record(&["source", source])?;
        }
        let fields = evidence.fact.fields();
        let texts = fields.iter().map(|(_, text)| text.as_str());
        let record: Vec<&str> = [evidence.fact.kind()].into_iter().chain(texts).collect();
        out.record(&record)?;
    }
    out.finish()
}
