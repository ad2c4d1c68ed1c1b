// SPDX-License-Identifier: Apache-2.0
//! The configuration a run starts from: the one that is there, or a default one.

use kconfig::{Configuration, Origin, dotconfig};

use super::console::{Console, Stop};
use super::environment::{Environment, SeedConfiguration};
use super::mode::Mode;
use tailor::host::System;

/// Where configurations are looked for, and who is told.
pub(crate) struct Input<'a> {
    pub(crate) environment: &'a Environment,
    pub(crate) host: &'a System,
    pub(crate) console: &'a mut Console,
    pub(crate) silent: bool,
    /// How many warnings the last file gave.
    pub(crate) warnings: usize,
}

impl Input<'_> {
    /// Reads what the mode starts from.
    pub(crate) fn read(
        &mut self,
        configuration: &mut Configuration<'_>,
        mode: Mode,
        file: Option<&str>,
    ) -> Result<(), Stop> {
        match (mode, file, mode.seed_file()) {
            (Mode::Defaults, Some(file), _) => self.read_default(configuration, file),
            (_, _, Some(usual)) => self.read_seed(configuration, usual),
            _ => self.read_present(configuration),
        }
    }

    /// The file given to `--defconfig`.
    fn read_default(
        &mut self,
        configuration: &mut Configuration<'_>,
        file: &str,
    ) -> Result<(), Stop> {
        let content = self.host.read_configuration(file);
        let found = content.is_some();
        self.take(configuration, content.map(|content| (file, content)))?;
        if found {
            return Ok(());
        }
        self.console.complain(&format!(
            "***\n*** Can't find default configuration \"{file}\"!\n***\n"
        ))?;
        Err(Stop::Failed)
    }

    /// The present configuration, or else the first of the listed defaults.
    fn read_present(&mut self, configuration: &mut Configuration<'_>) -> Result<(), Stop> {
        let environment = self.environment;
        let present = environment.config_file();
        if let Some(content) = self.host.read_configuration(present) {
            return self.take(configuration, Some((present, content)));
        }
        let found = environment
            .default_files()
            .find_map(|name| Some((name, self.host.read_configuration(name)?)));
        if let Some((name, _)) = &found
            && !self.silent
        {
            self.console
                .say(&format!("#\n# using defaults found in {name}\n#\n"))?;
        }
        self.take(configuration, found)?;
        // A configuration that is not there yet has to be written.
        configuration.changed = true;
        Ok(())
    }

    /// Reads a found file and settles what it leaves open (scripts/kconfig/confdata.c:
    /// `conf_read()`).
    fn take(
        &mut self,
        configuration: &mut Configuration<'_>,
        found: Option<(&str, Vec<u8>)>,
    ) -> Result<(), Stop> {
        configuration.changed = false;
        match found {
            Some((name, content)) => {
                self.assign(configuration, name, &content)?;
                dotconfig::verify(configuration, self.warnings);
            }
            None => configuration.calculate(configuration.model().modules()),
        }
        self.console.relay(configuration)
    }

    /// What `KCONFIG_ALLCONFIG` takes for given.
    fn read_seed(
        &mut self,
        configuration: &mut Configuration<'_>,
        usual: &str,
    ) -> Result<(), Stop> {
        let (names, complaint) = match self.environment.seed_configuration() {
            SeedConfiguration::None => return Ok(()),
            SeedConfiguration::File(name) => (
                vec![name],
                format!("*** Can't read seed configuration \"{name}\"!\n"),
            ),
            SeedConfiguration::Usual => (
                vec![usual, "all.config"],
                format!(
                    "*** KCONFIG_ALLCONFIG set, but no \"{usual}\" or \"all.config\" file found\n"
                ),
            ),
        };
        for name in names {
            if let Some(content) = self.host.read_configuration(name) {
                return self.assign(configuration, name, &content);
            }
        }
        self.console.complain(&complaint)?;
        Err(Stop::Failed)
    }

    fn assign(
        &mut self,
        configuration: &mut Configuration<'_>,
        name: &str,
        content: &[u8],
    ) -> Result<(), Stop> {
        let warns = self.environment.warns_of_unknown_symbols();
        let report = dotconfig::read(configuration, Origin::User, (name, content), warns);
        self.warnings = report.warnings.len();
        report
            .warnings
            .iter()
            .try_for_each(|warning| self.console.complain_line(warning))
    }
}
