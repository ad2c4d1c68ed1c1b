// SPDX-License-Identifier: Apache-2.0
//! How make is called, so that everybody who calls it so gets the same bits.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::DateTime;
use serde::{Deserialize, Serialize};

use crate::sandbox::{Mount, Program};
use crate::source::{self, Tree};
use crate::trouble::{About as _, Result};
use crate::work::Work;

/// Another recipe makes other bits.
const VERSION: &str = "3";

/// Where programs see the folder of objects.
const BUILD: &str = "/build";

const CCACHE: &str = "/ccache";

/// See above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recipe {
    /// Of source, configuration, toolchain and recipe.
    pub(crate) key: String,
    arch: String,
    /// When the source was made, in seconds since 1970.
    pub(crate) epoch: u64,
    /// The kernel describes its types to BPF, which is made out of debug information.
    has_types: bool,
}

impl Recipe {
    pub(super) fn new(
        work: &Work<'_>,
        source: &Tree,
        config: &str,
        tools: &BTreeMap<String, String>,
    ) -> Self {
        let arch = work.job.arch.to_string();
        let epoch = source.fetched.epoch;
        let parts = [
            VERSION,
            &source.fetched.digest,
            config,
            &arch,
            &epoch.to_string(),
        ];
        Self {
            key: super::key(&parts, tools),
            arch,
            epoch,
            has_types: kernel_make::is_on(config, "DEBUG_INFO_BTF"),
        }
    }

    pub(crate) fn arch(&self) -> &str {
        &self.arch
    }

    /// Two kernels with the same release have the same bits.
    pub(crate) fn local_version(&self) -> String {
        format!("-kaas-{}", self.key.get(..8).unwrap_or_default())
    }

    /// What make is told; the folders are those that this machine has for them.
    pub(crate) fn words(&self, source: &str, build: &str) -> Vec<String> {
        let map = format!("-ffile-prefix-map={source}/=");
        // Debug information changes no instruction, and takes half of the time.
        let debug = if self.has_types { "" } else { "-g0 " };
        let words = [
            "make".to_owned(),
            format!("--directory={source}"),
            format!("O={build}"),
            format!("ARCH={}", self.arch),
            format!("LOCALVERSION={}", self.local_version()),
            format!("KCFLAGS={debug}{map}"),
            format!("KAFLAGS={map}"),
            // Without debug information there are no types of modules for BPF
            // (`scripts/Makefile.modfinal`).
            "CONFIG_DEBUG_INFO_BTF_MODULES=".to_owned(),
        ];
        words.into()
    }

    pub(crate) fn environment(&self) -> [(&'static str, String); 5] {
        [
            ("SOURCE_DATE_EPOCH", self.epoch.to_string()),
            ("KBUILD_BUILD_TIMESTAMP", self.timestamp()),
            ("KBUILD_BUILD_USER", "kaas".to_owned()),
            ("KBUILD_BUILD_HOST", "kaas".to_owned()),
            ("KBUILD_BUILD_VERSION", "1".to_owned()),
        ]
    }

    /// As `date` prints it.
    fn timestamp(&self) -> String {
        let seconds = i64::try_from(self.epoch).unwrap_or_default();
        let time = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
        time.format("%a %b %e %H:%M:%S UTC %Y").to_string()
    }

    /// make, with nothing yet to do.
    pub(super) fn make(&self, work: &Work<'_>, source: &Tree, build: &Path) -> Result<Program> {
        let words = self.words(source::AT, BUILD);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut program = Program::new(&words)
            .arg(format!("--jobs={}", work.settings.jobs))
            .mount(source.mount())
            .mount(Mount::write(build, BUILD))
            .at(BUILD)
            .for_seconds(work.settings.patience.compile);
        for (name, value) in self.environment() {
            program = program.env(name, value);
        }
        if !work.settings.ccache {
            return Ok(program);
        }
        let ccache = work.settings.cache.join("ccache");
        fs::create_dir_all(&ccache).about(&ccache)?;
        work.settings.sandbox.give(&ccache)?;
        Ok(program
            .arg("CC=ccache gcc")
            .env("CCACHE_DIR", CCACHE)
            .env("CCACHE_COMPILERCHECK", "content")
            .mount(Mount::write(&ccache, CCACHE)))
    }

    /// One line for a shell, with which anybody gets the same bits.
    pub(crate) fn command(&self, goals: &[&str]) -> String {
        let mut words: Vec<String> = Vec::new();
        for (name, value) in self.environment() {
            words.push(format!("{name}={}", quoted(&value)));
        }
        words.extend(
            self.words(source::AT, BUILD)
                .iter()
                .map(|word| quoted(word)),
        );
        words.extend(goals.iter().map(|goal| (*goal).to_owned()));
        words.join(" ")
    }
}

/// For a shell; single quotes do not occur in these words.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:+".contains(c);
    if word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{word}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_make_is_told_depends_on_nothing_but_the_recipe() {
        let recipe = Recipe {
            key: "0123456789abcdef".to_owned(),
            arch: "x86".to_owned(),
            epoch: 86400,
            has_types: false,
        };
        assert_eq!(recipe.timestamp(), "Fri Jan  2 00:00:00 UTC 1970");
        let command = recipe.command(&["bzImage"]);
        assert!(command.contains("LOCALVERSION=-kaas-01234567"), "{command}");
        assert!(
            command.contains("'KCFLAGS=-g0 -ffile-prefix-map=/source/='"),
            "{command}"
        );
        let with_types = Recipe {
            has_types: true,
            ..recipe
        };
        assert!(!with_types.command(&["bzImage"]).contains("-g0"));
        assert!(command.starts_with("SOURCE_DATE_EPOCH=86400 KBUILD_BUILD_TIMESTAMP='Fri Jan"));
    }
}
