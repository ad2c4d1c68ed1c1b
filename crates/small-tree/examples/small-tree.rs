// SPDX-License-Identifier: Apache-2.0
//! Writes the tree into the folder `DIR/tree`, and the evidence into `DIR`.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    small_tree::write_tree(&Path::new(&folder).join("tree"))?;
    small_tree::write_evidence(Path::new(&folder))
}
