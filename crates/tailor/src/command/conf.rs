// SPDX-License-Identifier: Apache-2.0
//! `tailor conf`: a drop-in for the kernel's `scripts/kconfig/conf`, and the same when
//! called by the name `conf` (scripts/kconfig/conf.c: `main()`).

use std::ffi::{OsStr, OsString};
use std::mem::ManuallyDrop;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use kconfig::assign::{self, Probability};
use kconfig::random::Random;
use kconfig::{Configuration, Diagnostic, Model, Severity, Tristate, text};

use crate::conf::arguments::{Arguments, Order, Request};
use crate::conf::console::{Console, Stop};
use crate::conf::conversation::Conversation;
use crate::conf::dialect;
use crate::conf::environment::Environment;
use crate::conf::input::Input;
use crate::conf::mode::Mode;
use crate::conf::output::Output;
use tailor::host::System;

/// What a shell says of a program that nobody listened to.
const UNHEARD: u8 = 128 + 13;

const USAGE: &str = include_str!("../conf/usage.txt");

/// The command's name in messages when it is not called `conf` itself.
pub(crate) const SUBCOMMAND: &str = "tailor conf";

/// The name it was called by and the words for it, when the command line means `conf`.
pub(crate) fn called(words: &[OsString]) -> Option<(String, Vec<String>)> {
    let (program, rest) = words.split_first()?;
    if Path::new(program).file_name() == Some(OsStr::new("conf")) {
        return Some((text::decode(program.as_bytes()), decoded(rest)));
    }
    let (first, rest) = rest.split_first()?;
    (first == "conf").then(|| (SUBCOMMAND.to_owned(), decoded(rest)))
}

/// The words of a command line as [`text`] decodes bytes.
pub(crate) fn decoded(words: &[OsString]) -> Vec<String> {
    words
        .iter()
        .map(|word| text::decode(word.as_bytes()))
        .collect()
}

/// Runs the command; the exit codes are those of the C tool.
pub(crate) fn run(program: &str, words: Vec<String>) -> ExitCode {
    let mut console = Console::standard();
    let ended =
        Session::begin(program, words, &mut console).and_then(|session| session.run(&mut console));
    let flushed = console.flush();
    match ended.and(flushed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Failed) => ExitCode::FAILURE,
        Err(Stop::Unheard) => ExitCode::from(UNHEARD),
    }
}

/// What the command line and the environment ask for.
struct Session {
    program: String,
    environment: Environment,
    mode: Mode,
    /// The file that the last mode with a file named.
    file: Option<String>,
    silent: bool,
    /// `--syncconfig` was among the options.
    synchronises: bool,
    random: Random,
    root: String,
}

impl Session {
    fn begin(program: &str, words: Vec<String>, console: &mut Console) -> Result<Self, Stop> {
        let environment = Environment::of_process();
        let order = if environment.get("POSIXLY_CORRECT").is_some() {
            Order::Posix
        } else {
            Order::Permuted
        };
        let mut arguments = Arguments::new(program, order, words);
        let mut session = Self {
            program: program.to_owned(),
            environment,
            mode: Mode::default(),
            file: None,
            silent: false,
            synchronises: false,
            random: Random::seeded(1),
            root: String::new(),
        };
        for request in arguments.by_ref() {
            session.obey(request, console)?;
        }
        let Some(root) = arguments.operands().first() else {
            console.complain_line(&format!("{program}: Kconfig file missing"))?;
            return session.show_usage(console);
        };
        session.root.clone_from(root);
        Ok(session)
    }

    fn obey(&mut self, request: Request, console: &mut Console) -> Result<(), Stop> {
        match request {
            Request::Help => return self.show_usage(console),
            Request::Silent => self.silent = true,
            Request::Complaint(line) => console.complain_line(&line)?,
            Request::FileMode(mode, file) => {
                self.mode = mode;
                self.file = Some(file);
            }
            Request::Mode(mode) => {
                self.mode = mode;
                match mode {
                    Mode::Sync => {
                        self.silent = true;
                        self.synchronises = true;
                    }
                    Mode::Random => self.seed(console)?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn show_usage<T>(&self, console: &mut Console) -> Result<T, Stop> {
        console.say(&USAGE.replace("{program}", &self.program))?;
        Err(Stop::Failed)
    }

    fn seed(&mut self, console: &mut Console) -> Result<(), Stop> {
        let seed = self.environment.seed().unwrap_or_else(seed_of_now);
        self.random = Random::seeded(seed);
        console.say(&format!("KCONFIG_SEED=0x{seed:X}\n"))
    }

    fn run(mut self, console: &mut Console) -> Result<(), Stop> {
        let host = System::new(self.environment.variables().clone());
        let host = host.or_else(|error| refuse(console, &error))?;
        // Both live as long as the process, which need not take them apart.
        let model = ManuallyDrop::new(self.load(&host, console)?);
        let mut configuration = ManuallyDrop::new(Configuration::new(&model));
        configuration.prefix = self.environment.prefix().into();
        let warnings = self.read(&host, &mut configuration, console)?;
        self.stop_on(warnings)?;
        let keeps = self.synchronises && self.environment.forbids_silent_update();
        if keeps && configuration.changed {
            return refuse(
                console,
                "\n*** The configuration requires explicit update.\n",
            );
        }
        self.settle(&mut configuration, console)?;
        console.relay(&mut configuration)?;
        self.stop_on(configuration.warnings())?;
        let Self {
            environment,
            silent,
            ..
        } = &self;
        let output = Output {
            environment,
            host: &host,
            console,
            silent: *silent,
        };
        self.write(&mut configuration, output, !keeps)
    }

    /// Reads the tree, and says what there is to say about it.
    fn load(&self, host: &System, console: &mut Console) -> Result<Model, Stop> {
        let dialect = dialect::of_tree(&self.program, self.environment.get("srctree"));
        let loaded = kconfig::load(host, &dialect, &self.root);
        let said = loaded.stopped_at.unwrap_or(loaded.diagnostics.len());
        for diagnostic in loaded.diagnostics.iter().take(said) {
            show(console, diagnostic)?;
        }
        host.save_record()
            .or_else(|error| refuse(console, &error))?;
        if loaded.is_valid() {
            Ok(loaded.model)
        } else {
            Err(Stop::Failed)
        }
    }

    /// Reads what the mode starts from; gives the number of warnings.
    fn read(
        &self,
        host: &System,
        configuration: &mut Configuration<'_>,
        console: &mut Console,
    ) -> Result<usize, Stop> {
        let Self {
            environment,
            silent,
            mode,
            file,
            ..
        } = self;
        let mut input = Input {
            environment,
            host,
            console,
            silent: *silent,
            warnings: 0,
        };
        input.read(configuration, *mode, file.as_deref())?;
        Ok(input.warnings)
    }

    fn stop_on(&self, warnings: usize) -> Result<(), Stop> {
        let stops = warnings > 0 && self.environment.warnings_are_errors();
        if stops { Err(Stop::Failed) } else { Ok(()) }
    }

    /// Gives a value to what has none, as the mode wants it.
    fn settle(
        &mut self,
        configuration: &mut Configuration<'_>,
        console: &mut Console,
    ) -> Result<(), Stop> {
        use Tristate::{Module, No, Yes};
        match self.mode {
            Mode::AllNo => assign::set_new(configuration, No),
            Mode::AllYes => assign::set_new(configuration, Yes),
            Mode::AllModules => assign::set_new(configuration, Module),
            Mode::AllDefaults | Mode::Defaults => assign::keep_defaults(configuration),
            Mode::Random => {
                let Some(probability) = Probability::parse(self.environment.probability()) else {
                    return refuse(
                        console,
                        "KCONFIG_PROBABILITY: Numerical result out of range",
                    );
                };
                assign::set_random(configuration, &mut self.random, &probability);
            }
            Mode::YesToModule => assign::rewrite(configuration, Yes, Module),
            Mode::ModuleToYes => assign::rewrite(configuration, Module, Yes),
            Mode::ModuleToNo => assign::rewrite(configuration, Module, No),
            Mode::SaveDefaults | Mode::OldDefaults => {}
            Mode::OldAsk | Mode::Old | Mode::Sync | Mode::ListNew | Mode::HelpNew => {
                let mut conversation = Conversation::new(configuration, console, self.mode);
                if self.mode == Mode::OldAsk {
                    conversation.ask_everything()?;
                }
                conversation.ask_new()?;
            }
        }
        Ok(())
    }

    fn write(
        &self,
        configuration: &mut Configuration<'_>,
        mut output: Output<'_>,
        writes_configuration: bool,
    ) -> Result<(), Stop> {
        if let (Mode::SaveDefaults, Some(file)) = (self.mode, &self.file) {
            return output.write_minimal(configuration, file);
        }
        if self.mode.only_reports() {
            return Ok(());
        }
        if writes_configuration {
            output.write_configuration(configuration)?;
        }
        output.write_build_files(configuration, self.synchronises)
    }
}

/// Prints a line about the tree where the C tool prints it.
fn show(console: &mut Console, diagnostic: &Diagnostic) -> Result<(), Stop> {
    let line = format!("{diagnostic}\n");
    match diagnostic.severity {
        Severity::Info => console.say(&line),
        _ => console.complain(&line),
    }
}

fn refuse<T>(console: &mut Console, complaint: &str) -> Result<T, Stop> {
    console.complain_line(complaint)?;
    Err(Stop::Failed)
}

/// A seed from the clock, as the C tool makes it of seconds and microseconds.
fn seed_of_now() -> u32 {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = now.as_secs().wrapping_add(1);
    let low = seconds.wrapping_mul(u64::from(now.subsec_micros()) + 1) & 0xffff_ffff;
    u32::try_from(low).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(line: &str) -> Option<(String, Vec<String>)> {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        called(&words)
    }

    #[test]
    fn it_is_called_by_name_or_as_a_subcommand() {
        let words = vec!["-s".to_owned(), "Kconfig".to_owned()];
        let by_name = Some(("scripts/kconfig/conf".to_owned(), words.clone()));
        assert_eq!(call("scripts/kconfig/conf -s Kconfig"), by_name);
        assert_eq!(
            call("tailor conf -s Kconfig"),
            Some((SUBCOMMAND.to_owned(), words))
        );
        assert_eq!(
            call("conf conf"),
            Some(("conf".to_owned(), vec!["conf".to_owned()]))
        );
        assert_eq!(call("tailor files conf"), None);
        assert_eq!(call("tailor"), None);
    }
}
