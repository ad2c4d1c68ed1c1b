// SPDX-License-Identifier: Apache-2.0
//! `kaas-builder build`: one job from a file, without any service.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use kaas_builder::sandbox::{Isolation, Limits, Missing};
use kaas_builder::{
    Cancel, Event, Job, Outcome, Party, Patience, Result, Sandbox, Settings, Sink, Trouble, build,
};

use crate::cli::BuildArguments;

pub(crate) fn run(arguments: &BuildArguments) -> ExitCode {
    match answer(arguments) {
        Ok(outcome) => ExitCode::from(code(&outcome)),
        Err(trouble) => {
            complain(&trouble.to_string());
            ExitCode::from(2)
        }
    }
}

fn code(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Success => 0,
        Outcome::Failure(_) => 1,
        Outcome::InfraError(_) => 3,
        Outcome::Cancelled => 4,
    }
}

fn answer(arguments: &BuildArguments) -> Result<Outcome> {
    let read = |path: &Path| {
        let failed = |error| Trouble::input(format!("{}: {error}", path.display()));
        std::fs::read(path).map_err(failed)
    };
    let job = Job::parse(&read(&arguments.job)?)?;
    let beside = arguments.job.parent().unwrap_or(Path::new(".")).to_owned();
    let inputs = arguments.inputs.clone().unwrap_or(beside);
    let settings = settings(arguments)?;
    let cancel = Cancel::new()?;
    on_signals(&cancel)?;
    let told = Told {
        is_json: arguments.json,
        is_terminal: std::io::stderr().is_terminal(),
    };
    let party = Party {
        settings: &settings,
        sink: &told,
        cancel: &cancel,
    };
    build(&job, &inputs, &arguments.work, party)
}

fn settings(arguments: &BuildArguments) -> Result<Settings> {
    let helper = std::env::current_exe();
    let helper =
        helper.map_err(|error| Trouble::infrastructure(format!("this program: {error}")))?;
    let store = arguments.work.join("artefacts");
    Ok(Settings {
        sandbox: Sandbox {
            helper,
            user: arguments.user,
            isolation: if arguments.without_user_namespace {
                Isolation::WithoutUserNamespace
            } else {
                Isolation::Full
            },
            limits: Limits {
                memory_mib: arguments.memory,
                ..Limits::default()
            },
            missing: if arguments.refuse_missing_limits {
                Missing::Refuse
            } else {
                Missing::PerProcess
            },
            visible: arguments.visible.clone(),
        },
        cache: arguments.cache.clone(),
        store: arguments.store.clone().unwrap_or(store),
        keyrings: arguments.keyrings.clone(),
        schemes: arguments.scheme.clone(),
        engines: engines(&arguments.engine)?,
        jobs: arguments.jobs.unwrap_or_else(processors),
        ccache: !arguments.no_ccache && Path::new("/usr/bin/ccache").exists(),
        network: network(),
        patience: Patience::default(),
        emulator: arguments.emulator.clone(),
        repairs: 48,
    })
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn engines(given: &[String]) -> Result<BTreeMap<String, Vec<String>>> {
    let engine = |text: &String| {
        let (name, command) = text.split_once('=').ok_or_else(|| {
            Trouble::input(format!("--engine {text}: not of the form NAME=COMMAND"))
        })?;
        let words = command.split_whitespace().map(str::to_owned);
        Ok((name.to_owned(), words.collect()))
    };
    given.iter().map(engine).collect()
}

/// The proxy, where the environment names one.
fn network() -> Vec<(String, String)> {
    let names = [
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
    ];
    let set = names.into_iter().filter_map(|name| {
        let value = std::env::vars().find(|(other, _)| other == name)?.1;
        Some((name.to_owned(), value))
    });
    set.collect()
}

/// The first SIGINT or SIGTERM cancels the job.
fn on_signals(cancel: &Cancel) -> Result<()> {
    let failed = |error| Trouble::infrastructure(format!("signals: {error}"));
    let wanted = [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];
    let mut signals = signal_hook::iterator::Signals::new(wanted).map_err(failed)?;
    let cancel = cancel.clone();
    std::thread::spawn(move || {
        for _ in signals.forever() {
            cancel.ask();
        }
    });
    Ok(())
}

/// A person, or a program that reads lines of JSON.
struct Told {
    is_json: bool,
    is_terminal: bool,
}

impl Sink for Told {
    fn tell(&self, event: &Event) {
        if self.is_json {
            let line = serde_json::to_string(event).unwrap_or_default();
            let _ = writeln!(std::io::stdout().lock(), "{line}");
            return;
        }
        match event {
            Event::Began { step, .. } => self.line(step.name()),
            Event::Done {
                step, kept: true, ..
            } => self.line(&format!("{}: done before", step.name())),
            Event::Progress {
                step,
                percent,
                eta_seconds,
            } => {
                self.progress(step.name(), *percent, *eta_seconds);
            }
            Event::Ended { outcome, .. } => self.line(&told(outcome)),
            Event::Done { .. } | Event::Log { .. } => {}
        }
    }
}

impl Told {
    fn line(&self, line: &str) {
        let clear = if self.is_terminal { "\r\x1b[K" } else { "" };
        let _ = writeln!(std::io::stderr().lock(), "{clear}{line}");
    }

    fn progress(&self, step: &str, percent: u8, eta: Option<u64>) {
        let rest = eta.map_or_else(String::new, |eta| format!(", about {eta} s left"));
        if self.is_terminal {
            let _ = write!(
                std::io::stderr().lock(),
                "\r\x1b[K{percent:3} % {step}{rest}"
            );
        } else {
            self.line(&format!("{percent:3} % {step}{rest}"));
        }
    }
}

fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Success => "SUCCESS".to_owned(),
        Outcome::Failure(reason) => format!("FAILURE: {reason}"),
        Outcome::InfraError(reason) => format!("INFRA_ERROR: {reason}"),
        Outcome::Cancelled => "CANCELLED".to_owned(),
    }
}

fn complain(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "kaas-builder: {line}");
}
