// SPDX-License-Identifier: Apache-2.0
//! Any bytes as a trace in any format, with the symbols of a small kernel.

use ftrace::import::{Context, FORMATS, import, import_as};
use ftrace::{Ending, inventory, limit};

use crate::ftrace_trace::check;

const KALLSYMS: &[u8] = b"ffffffff9f200000 T _text
ffffffff9f200010 t vfs_read
ffffffff9f200030 t probe
ffffffff9f200050 t probe
ffffffff9f200070 t __x64_sys_chroot
ffffffff9f200090 t run_init_process
ffffffff9f2000b0 D data
ffffffffc0100010 t ext4_sync_file\t[ext4]
ffffffffc0100050 d ext4_data\t[ext4]
";

const MODULES: &[u8] = b"ext4 4096 1 - Live 0xffffffffc0100000\n";

/// Whatever an importer makes of it is a trace.
pub fn ftrace_import(data: &[u8]) {
    let files = [("kallsyms", KALLSYMS), ("modules", MODULES)];
    let Ok(folder) = inventory::from_folder(&files) else {
        unreachable!("these files are good");
    };
    let context = Context {
        ending: Ending::UpToTheCut,
        running_since: Some(40_000_000_000),
        ..Context::of("fuzz", &folder.inventory, folder.kallsyms.as_ref())
    };
    let named = FORMATS
        .iter()
        .map(|format| import_as(format.name, data, &context));
    for imported in named.chain([import(data, &context)]).flatten() {
        assert!(imported.notes.len() <= limit::NOTES);
        check(&imported.trace);
    }
}
