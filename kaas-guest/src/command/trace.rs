// SPDX-License-Identifier: Apache-2.0
//! `kaas-guest trace`: the service that records, from the initramfs on or later.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use ftrace::Phase;
use lexopt::{Arg, Parser, ValueExt as _};

use super::{RUN, usage};
use crate::failure::{Failure, Result};
use crate::tracer::{self, Ended, Options};

const HELP: &str = "\
Usage: kaas-guest trace [OPTIONS]

Records which functions the kernel executes, until it is told to stop (SIGTERM, or `stop` on
its socket). The trace is DIR/trace, and can be read at any moment.

  --run DIR        for the trace, the status and the socket (/run/kaas-guest)
  --phase PHASE    in which it is started: initramfs, boot or steady-state (boot)
  --window SECONDS how long a window of observation is, in the steady state (what the kernel's
                   command line says as kaas.window=SECONDS; otherwise 300)
  --stand-by       first wait for the tracer that has DIR: go on when it is killed, end when it
                   is told to stop
  --detach         go on in the background as soon as nothing that follows is missed";

pub(super) fn run(mut arguments: Parser) -> Result<ExitCode> {
    let mut options = Options {
        run: PathBuf::from(RUN),
        output: None,
        phase: Phase::Boot,
        window: configured_window(),
        seconds: None,
    };
    let (mut is_detached, mut is_second) = (false, false);
    while let Some(argument) = arguments.next().map_err(usage)? {
        match argument {
            Arg::Long("run") => options.run = arguments.value().map_err(usage)?.into(),
            Arg::Long("phase") => {
                options.phase = arguments.value().and_then(|v| v.parse()).map_err(usage)?;
            }
            Arg::Long("window") => {
                let seconds: u64 = arguments.value().and_then(|v| v.parse()).map_err(usage)?;
                options.window = window(seconds);
            }
            Arg::Long("detach") => is_detached = true,
            Arg::Long("stand-by") => is_second = true,
            Arg::Short('h') | Arg::Long("help") => return Ok(super::help(HELP)),
            other => return Err(usage(other.unexpected())),
        }
    }
    if is_detached {
        return detach(&options);
    }
    if is_second {
        match tracer::wait(&options.run)? {
            Ended::Stopped => return Ok(ExitCode::SUCCESS),
            Ended::Killed(phase) => options.phase = phase,
            Ended::Never => {}
        }
    }
    tracer::run(&options, || {
        // Whoever started it may wait for this line, or not.
        let _ = writeln!(std::io::stdout(), "armed");
    })?;
    Ok(ExitCode::SUCCESS)
}

/// At most a day.
fn window(seconds: u64) -> Duration {
    Duration::from_secs(seconds.clamp(1, 86_400))
}

fn configured_window() -> Duration {
    let line = std::fs::read_to_string("/proc/cmdline").unwrap_or_default();
    window(seconds(&line).unwrap_or(300))
}

/// The last of several counts, as for the kernel's own parameters.
fn seconds(command_line: &str) -> Option<u64> {
    let words = command_line.split_whitespace();
    let values = words.filter_map(|word| word.strip_prefix("kaas.window="));
    values.filter_map(|value| value.parse().ok()).next_back()
}

/// Starts itself again and waits until that one is armed.
#[expect(
    clippy::disallowed_methods,
    reason = "a second process is what the option asks for"
)]
fn detach(options: &Options) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    let program = std::env::current_exe().map_err(|error| Failure::new(error.to_string()))?;
    let mut command = Command::new(program);
    // The `@` tells whoever ends an initramfs that this process is to survive
    // (systemd's document about root storage daemons).
    command.arg0("@kaas-guest").arg("trace");
    command.arg("--run").arg(&options.run);
    command.args(["--phase", options.phase.name()]);
    command.args(["--window", &options.window.as_secs().to_string()]);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let started = command.process_group(0).spawn();
    let mut child = started.map_err(|error| Failure::new(format!("kaas-guest trace: {error}")))?;
    let mut line = String::new();
    if let Some(output) = child.stdout.take() {
        // An end without a line is told by the process itself, on standard error.
        let _ = BufReader::new(output).read_line(&mut line);
    }
    Ok(ExitCode::from(u8::from(line.trim_end() != "armed")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_may_say_how_long_windows_are() {
        assert_eq!(seconds("ro quiet kaas.window=20 kaas.window=x"), Some(20));
        assert_eq!(seconds("kaas.window=20 kaas.window=30"), Some(30));
        assert_eq!(seconds("ro xkaas.window=20"), None);
        assert_eq!(window(0), Duration::from_secs(1));
    }
}
