// SPDX-License-Identifier: Apache-2.0
//! The rules that come with the program: one file per source. The next one goes here.

use super::{Error, Rules};

const FILES: [(&str, &str); 9] = [
    ("kernel.toml", include_str!("../../data/floor/kernel.toml")),
    (
        "mitigations.toml",
        include_str!("../../data/floor/mitigations.toml"),
    ),
    ("kspp.toml", include_str!("../../data/floor/kspp.toml")),
    ("lsm.toml", include_str!("../../data/floor/lsm.toml")),
    ("clipos.toml", include_str!("../../data/floor/clipos.toml")),
    (
        "lockdown.toml",
        include_str!("../../data/floor/lockdown.toml"),
    ),
    (
        "grsecurity.toml",
        include_str!("../../data/floor/grsecurity.toml"),
    ),
    (
        "maintainers.toml",
        include_str!("../../data/floor/maintainers.toml"),
    ),
    (
        "checker.toml",
        include_str!("../../data/floor/checker.toml"),
    ),
];

impl Rules {
    /// The rules of all files that come with the program. They are tested to be readable;
    /// an error names the file a packager has damaged.
    pub fn shipped() -> Result<Self, Error> {
        let mut all = Self::default();
        for (name, text) in FILES {
            let file = Self::parse(text, name)?;
            all.rules.extend(file.rules);
            all.keeps.extend(file.keeps);
        }
        Ok(all)
    }
}
