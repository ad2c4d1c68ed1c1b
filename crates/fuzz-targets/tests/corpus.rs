// SPDX-License-Identifier: Apache-2.0
//! Replays `fuzz/corpus/`: one test per input, on the stable toolchain.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use fuzz_targets::{TARGETS, Target};
use libtest_mimic::{Arguments, Failed, Trial};

const FUZZ: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz");

/// Long enough for the slowest machine; only a hang takes it.
const HANG: Duration = Duration::from_secs(120);

/// The stack of a program's first thread, which the fuzzer uses too.
const STACK: usize = 8 << 20;

/// An input is repeated to this length, and to [`FACTOR`] times that.
const LENGTH: usize = 1 << 14;
const FACTOR: u32 = 4;

/// The work for the longer text may be this many times that for the shorter one:
/// proportional work is [`FACTOR`] times, quadratic work the square of that.
const GROWTH: u32 = 2 * FACTOR;

/// Less is noise.
const NOISE: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    let mut trials = vec![Trial::test("every target is complete", complete)];
    for (name, target) in TARGETS {
        let folder = Path::new(FUZZ).join("corpus").join(name);
        for path in files(&folder).unwrap_or_default() {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            let input = format!("{name}::{file}");
            trials.push(Trial::test(input.clone(), move || {
                let data = fs::read(&path)?;
                let run = Run { target, input };
                run.guarded(data.clone())?;
                if run.was_named_by_a_person() {
                    run.grows_slowly(&data.repeat(LENGTH / data.len().max(1) + 1))?;
                }
                Ok(())
            }));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

/// A target has a corpus, a dictionary, a program, and the line that builds it.
fn complete() -> Result<(), Failed> {
    let fuzz = Path::new(FUZZ);
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml"))?;
    for (name, _) in TARGETS {
        let program = format!("fuzz_targets/{name}.rs");
        let called = format!("fuzz_targets::{name}");
        let is_complete = !files(&fuzz.join("corpus").join(name))?.is_empty()
            && fuzz.join(format!("dictionary/{name}.dict")).is_file()
            && fs::read_to_string(fuzz.join(&program))?.contains(&called)
            && manifest.contains(&program);
        if !is_complete {
            return Err(format!(
                "fuzz/ lacks a part of `{name}`: see crates/fuzz-targets/README.md"
            )
            .into());
        }
    }
    Ok(())
}

struct Run {
    target: Target,
    /// By the name of its thread a stack overflow tells which input it was.
    input: String,
}

impl Run {
    /// The fuzzer's own names are hashes of 40 digits.
    fn was_named_by_a_person(&self) -> bool {
        let (_, file) = self.input.rsplit_once("::").unwrap_or_default();
        file.len() != 40 || !file.bytes().all(|byte| byte.is_ascii_hexdigit())
    }

    /// Compares the work for a text with that for a longer one of the same kind.
    fn grows_slowly(&self, data: &[u8]) -> Result<(), Failed> {
        let short = self.guarded(data.to_vec())?;
        let long = self.guarded(data.repeat(FACTOR as usize))?;
        if long > NOISE && long > GROWTH * short {
            let length = data.len();
            let factor = long.as_secs_f64() / short.as_secs_f64();
            let message = format!("{FACTOR} times {length} bytes are {factor:.0} times the work");
            return Err(message.into());
        }
        Ok(())
    }

    /// Runs the target beside a guard that gives up on it. Returns its CPU time.
    fn guarded(&self, data: Vec<u8>) -> Result<Duration, Failed> {
        let target = self.target;
        let length = data.len();
        let (done, wait) = mpsc::channel();
        let work = move || {
            target(&data);
            // Nobody waits any more after a hang.
            let _ = done.send(cpu_time());
        };
        let thread = thread::Builder::new()
            .name(self.input.clone())
            .stack_size(STACK);
        let worker = thread.spawn(work)?;
        match wait.recv_timeout(HANG) {
            Ok(time) => Ok(time?),
            Err(RecvTimeoutError::Timeout) => Err(format!("hangs on {length} bytes").into()),
            Err(RecvTimeoutError::Disconnected) => {
                let panic = worker.join().err();
                let text = panic.as_deref().map_or("", message);
                Err(format!("panics on {length} bytes: {text}").into())
            }
        }
    }
}

/// What this thread has used so far: another process on the machine changes nothing.
fn cpu_time() -> io::Result<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = text
        .split(' ')
        .next()
        .and_then(|number| number.parse().ok());
    nanoseconds
        .map(Duration::from_nanos)
        .ok_or_else(|| io::Error::other("an odd schedstat"))
}

fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a message")
}
