// SPDX-License-Identifier: Apache-2.0
//! Any bytes as an inventory in our format, and as a folder of files.

use ftrace::{Ending, Inventory, inventory};

const BEGINNING: &[u8] = b"kaas-inventory\t1\nsource\tlsmod\n";

/// Begins a file of the folder; its name is the rest of the line.
const FILE: &str = "\n%% ";

/// What can be read is written so that it is read as the same.
pub fn ftrace_inventory(data: &[u8]) {
    for bytes in [data, &[BEGINNING, data].concat()] {
        for ending in [Ending::Required, Ending::UpToTheCut] {
            if let Ok(inventory) = inventory::read(bytes, ending) {
                check(&inventory);
            }
        }
    }
    let text = String::from_utf8_lossy(data);
    let files = text.split(FILE).filter_map(|file| file.split_once('\n'));
    let files: Vec<_> = files.map(|(name, text)| (name, text.as_bytes())).collect();
    if let Ok(folder) = inventory::from_folder(&files) {
        check(&folder.inventory);
        if let Some(kallsyms) = &folder.kallsyms {
            for entry in kallsyms.functions() {
                let module = entry.module.as_deref();
                assert!(
                    kallsyms
                        .named(module, &entry.name)
                        .any(|named| named == entry)
                );
            }
        }
    }
}

fn check(inventory: &Inventory) {
    let written = inventory::write(inventory, Vec::new());
    let read = written.map(|bytes| inventory::read(&bytes[..], Ending::Required));
    assert!(
        matches!(&read, Ok(Ok(read)) if read == inventory),
        "{read:?} was {inventory:?}"
    );
    for evidence in &inventory.evidence {
        assert!(!evidence.fact.to_string().is_empty());
    }
}
