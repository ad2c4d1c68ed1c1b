// SPDX-License-Identifier: Apache-2.0
//! The environment variables that `conf` obeys, each as a question.
//!
//! Read once at the start: nothing changes the environment afterwards.

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;

use kconfig::{random, text};

/// The variables of the process, names and values as [`text`] decodes bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// As the process was started. A name that occurs twice has its first value,
    /// as with `getenv()`.
    pub(crate) fn of_process() -> Self {
        let mut variables = BTreeMap::new();
        for (name, value) in std::env::vars_os() {
            let name = text::decode(name.as_bytes());
            variables
                .entry(name)
                .or_insert_with(|| text::decode(value.as_bytes()));
        }
        Self { variables }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    pub(crate) fn variables(&self) -> &BTreeMap<String, String> {
        &self.variables
    }

    fn is_nonempty(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !value.is_empty())
    }

    /// What the names of symbols begin with in files (scripts/kconfig/lkc.h:
    /// `CONFIG_prefix()`).
    pub(crate) fn prefix(&self) -> &str {
        self.get("CONFIG_").unwrap_or("CONFIG_")
    }

    /// The configuration's file.
    pub(crate) fn config_file(&self) -> &str {
        self.get("KCONFIG_CONFIG").unwrap_or(".config")
    }

    /// What the build's Makefiles include.
    pub(crate) fn auto_config_file(&self) -> &str {
        self.get("KCONFIG_AUTOCONFIG")
            .unwrap_or("include/config/auto.conf")
    }

    /// What the C sources include.
    pub(crate) fn auto_header_file(&self) -> &str {
        self.get("KCONFIG_AUTOHEADER")
            .unwrap_or("include/generated/autoconf.h")
    }

    /// What the Rust compiler is given.
    pub(crate) fn rust_cfg_file(&self) -> &str {
        self.get("KCONFIG_RUSTCCFG")
            .unwrap_or("include/generated/rustc_cfg")
    }

    /// Files to start from when there is no configuration; `None` when not set.
    pub(crate) fn default_files(&self) -> impl Iterator<Item = &str> {
        let list = self.get("KCONFIG_DEFCONFIG_LIST").unwrap_or_default();
        list.split(is_space).filter(|name| !name.is_empty())
    }

    /// Names in a configuration that no Kconfig file knows are worth a warning.
    pub(crate) fn warns_of_unknown_symbols(&self) -> bool {
        self.get("KCONFIG_WARN_UNKNOWN_SYMBOLS").is_some()
    }

    /// Warnings end the run.
    pub(crate) fn warnings_are_errors(&self) -> bool {
        self.get("KCONFIG_WERROR").is_some()
    }

    /// The configuration is written in place, so that a link stays a link.
    pub(crate) fn writes_config_in_place(&self) -> bool {
        self.is_nonempty("KCONFIG_OVERWRITECONFIG")
    }

    /// A build must not change the configuration silently.
    pub(crate) fn forbids_silent_update(&self) -> bool {
        self.is_nonempty("KCONFIG_NOSILENTUPDATE")
    }

    /// Which configuration the modes that start from scratch take for given.
    pub(crate) fn seed_configuration(&self) -> SeedConfiguration<'_> {
        match self.get("KCONFIG_ALLCONFIG") {
            None => SeedConfiguration::None,
            Some("" | "1") => SeedConfiguration::Usual,
            Some(file) => SeedConfiguration::File(file),
        }
    }

    /// The seed of `--randconfig`, when it is a number.
    pub(crate) fn seed(&self) -> Option<u32> {
        self.get("KCONFIG_SEED").and_then(random::parse_seed)
    }

    /// What `--randconfig` is told about its densities; see [`kconfig::assign`].
    pub(crate) fn probability(&self) -> &str {
        self.get("KCONFIG_PROBABILITY").unwrap_or_default()
    }
}

/// `KCONFIG_ALLCONFIG`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SeedConfiguration<'a> {
    None,
    /// The mode's own file, else `all.config`.
    Usual,
    File(&'a str),
}

/// C's `isspace()` in the C locale.
pub(crate) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t'..='\r')
}
