// SPDX-License-Identifier: Apache-2.0
//! Any bytes as a `.config`.

use kconfig::dotconfig::{read, write, write_minimal};
use kconfig::{Configuration, Dialect, MemoryHost, Model, Origin, load, text};

const KCONFIG: &[u8] = include_bytes!("dotconfig.kconfig");

/// What is written says the same when it is read again.
pub fn dotconfig(data: &[u8]) {
    let mut host = MemoryHost::default();
    host.files.insert("Kconfig".into(), KCONFIG.to_vec());
    for dialect in [Dialect::linux_6_1(), Dialect::newest()] {
        let loaded = load(&host, &dialect, "Kconfig");
        assert!(loaded.is_valid(), "{:?}", loaded.diagnostics);
        let first = completed(&loaded.model, data);
        let second = completed(&loaded.model, &text::encode(&first));
        assert_eq!(first, second);
    }
}

fn completed(model: &Model, file: &[u8]) -> String {
    let mut configuration = Configuration::new(model);
    let _ = read(&mut configuration, Origin::User, (".config", file), true);
    let written = write(&mut configuration);
    write_minimal(&mut configuration);
    written
}
