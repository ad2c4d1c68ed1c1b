// SPDX-License-Identifier: Apache-2.0
//! The files a run leaves behind: the configuration, or its minimal form, and what the
//! build reads. Each is put in place as a whole; a configuration that would not change
//! is left alone.

use std::io;

use kconfig::{ChoiceRules, Configuration, Origin, dotconfig};

use super::console::{Console, Stop};
use super::environment::Environment;

use tailor::host::System;

mod dependencies;
mod file;

/// Where the files go, and who is told.
pub(crate) struct Output<'a> {
    pub(crate) host: &'a System,
    pub(crate) environment: &'a Environment,
    pub(crate) console: &'a mut Console,
    /// What was written is not reported.
    pub(crate) silent: bool,
}

/// What makes the text of a file.
type Writer = fn(&Configuration<'_>) -> String;

impl Output<'_> {
    /// Writes the configuration (scripts/kconfig/confdata.c: `conf_write()`).
    pub(crate) fn write_configuration(
        &mut self,
        configuration: &mut Configuration<'_>,
    ) -> Result<(), Stop> {
        let written = self.put_configuration(configuration);
        self.console.relay(configuration)?;
        match written {
            Ok(message) => self.report(&message),
            Err(complaint) => {
                self.console.complain(&complaint)?;
                self.fail("\n*** Error during writing of the configuration.\n\n")
            }
        }
    }

    /// The message about it, or else the line that precedes the complaint.
    fn put_configuration(
        &mut self,
        configuration: &mut Configuration<'_>,
    ) -> Result<String, String> {
        let name = self.environment.config_file();
        if name.is_empty() {
            return Err("config name is empty\n".to_owned());
        }
        if file::is_folder(name) {
            return Err(format!("{name}: Is a directory\n"));
        }
        let unsaid = |_: io::Error| String::new();
        file::make_parents(name).map_err(unsaid)?;
        if self.environment.writes_config_in_place() {
            let opened = file::create(name).map_err(unsaid)?;
            file::write(opened, &dotconfig::write(configuration)).map_err(unsaid)?;
        } else {
            let beside = format!("{name}.{}.tmp", std::process::id());
            let opened = file::create(&beside).map_err(unsaid)?;
            file::write(opened, &dotconfig::write(configuration)).map_err(unsaid)?;
            if file::are_same(name, &beside) {
                let _ = file::remove(&beside);
                configuration.changed = false;
                return Ok(format!("No change to {name}"));
            }
            // There need not be an older one to keep.
            let _ = file::rename(name, &format!("{name}.old"));
            file::rename(&beside, name).map_err(unsaid)?;
        }
        configuration.changed = false;
        Ok(format!("configuration written to {name}"))
    }

    /// Writes the values that differ from the defaults (`conf_write_defconfig()`).
    pub(crate) fn write_minimal(
        &mut self,
        configuration: &mut Configuration<'_>,
        name: &str,
    ) -> Result<(), Stop> {
        let written = file::create(name)
            .and_then(|opened| file::write(opened, &dotconfig::write_minimal(configuration)));
        self.console.relay(configuration)?;
        match written {
            Ok(()) => Ok(()),
            // The message begins with an n in the C tool too.
            Err(_) => self.fail(&format!("n*** Error while saving defconfig to: {name}\n\n")),
        }
    }

    /// Writes what the build reads. Without `always`, only when it is not there yet,
    /// and then a failure is passed over (`conf_write_autoconf()`).
    pub(crate) fn write_build_files(
        &mut self,
        configuration: &mut Configuration<'_>,
        always: bool,
    ) -> Result<(), Stop> {
        if !always && file::exists(self.environment.auto_config_file()) {
            return Ok(());
        }
        let written = self.put_build_files(configuration)?;
        if always && !written {
            return self.fail("\n*** Error during sync of the configuration.\n\n");
        }
        Ok(())
    }

    /// Whether all of it worked. `auto.conf` comes last: it tells the build that all the
    /// others are there.
    fn put_build_files(&mut self, configuration: &mut Configuration<'_>) -> Result<bool, Stop> {
        let environment = self.environment;
        let auto_config = environment.auto_config_file();
        let command_file = dependencies::makefile(configuration.model(), auto_config);
        if !self.put(&format!("{auto_config}.cmd"), &command_file)? {
            return Ok(false);
        }
        let gone = self.compare_with_old_build(configuration)?;
        if dependencies::touch(configuration, auto_config, &gone).is_err() {
            return Ok(false);
        }
        let files: [(&str, Writer); 3] = [
            (environment.auto_header_file(), dotconfig::write_autoconf_h),
            (environment.rust_cfg_file(), dotconfig::write_rustc_cfg),
            (auto_config, dotconfig::write_auto_conf),
        ];
        for (name, content) in files {
            if !self.put(name, &content(configuration))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes over the values of the build before; gives the names that are no symbols
    /// any more. Before 6.11, reading them forgets the present ones.
    fn compare_with_old_build(
        &mut self,
        configuration: &mut Configuration<'_>,
    ) -> Result<Vec<String>, Stop> {
        let forgets = configuration.model().dialect().choice == ChoiceRules::Mode;
        if !forgets {
            self.calculate_all(configuration)?;
        }
        let name = self.environment.auto_config_file();
        let mut gone = Vec::new();
        if let Some(content) = self.host.read_configuration(name) {
            let report = dotconfig::read(configuration, Origin::Auto, (name, &content), false);
            for warning in &report.warnings {
                self.console.complain_line(warning)?;
            }
            gone = report.unknown;
        }
        if forgets {
            self.calculate_all(configuration)?;
        }
        Ok(gone)
    }

    fn calculate_all(&mut self, configuration: &mut Configuration<'_>) -> Result<(), Stop> {
        configuration.calculate_all();
        self.console.relay(configuration)
    }

    /// Puts a file in place by way of `name.tmp`; whether it worked.
    fn put(&mut self, name: &str, content: &str) -> Result<bool, Stop> {
        if file::make_parents(name).is_err() {
            return Ok(false);
        }
        let beside = format!("{name}.tmp");
        let opened = match file::create(&beside) {
            Ok(opened) => opened,
            Err(error) => return self.explain("fopen", &error),
        };
        if file::write(opened, content).is_err() {
            return Ok(false);
        }
        match file::rename(&beside, name) {
            Ok(()) => Ok(true),
            Err(error) => self.explain("rename", &error),
        }
    }

    fn explain(&mut self, what: &str, error: &io::Error) -> Result<bool, Stop> {
        self.console
            .complain(&format!("{what}: {}\n", file::reason(error)))?;
        Ok(false)
    }

    /// Tells the user, unless that was not wanted (`conf_default_message_callback()`).
    pub(crate) fn report(&mut self, message: &str) -> Result<(), Stop> {
        if self.silent {
            Ok(())
        } else {
            self.console.say(&format!("#\n# {message}\n#\n"))
        }
    }

    fn fail(&mut self, complaint: &str) -> Result<(), Stop> {
        self.console.complain(complaint)?;
        Err(Stop::Failed)
    }
}
