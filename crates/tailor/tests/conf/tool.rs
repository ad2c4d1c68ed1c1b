// SPDX-License-Identifier: Apache-2.0
//! The tool under test, or the kernel's own, run once in a folder.

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

/// What says more than this never ends.
const LONGEST: u64 = 1 << 20;

/// Whose answers are wanted.
pub(crate) enum Tool {
    Tailor,
    /// `conf` as built from a kernel's sources.
    Kernel(PathBuf),
}

impl Tool {
    /// Runs it by the name `conf`, with this environment alone and all of `input` to read.
    #[expect(clippy::disallowed_methods, reason = "the test starts what it tests")]
    pub(crate) fn run(
        &self,
        folder: &Path,
        environment: &[(String, String)],
        arguments: &[String],
        input: &[u8],
    ) -> io::Result<Output> {
        let program = match self {
            Self::Tailor => Path::new(env!("CARGO_BIN_EXE_tailor")),
            Self::Kernel(path) => path,
        };
        let mut child = Command::new(program)
            .arg0("conf")
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("LC_ALL", "C")
            .envs(environment.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // It may end without reading all of it.
            let _ = stdin.write_all(input);
        }
        let errors = child.stderr.take();
        let errors = thread::spawn(move || limited(errors));
        let stdout = limited(child.stdout.take());
        if stdout.is_err() {
            child.kill()?;
        }
        let status = child.wait()?;
        let stderr = errors
            .join()
            .map_err(|_| io::Error::other("the reader panicked"))?;
        Ok(Output {
            status,
            stdout: stdout?,
            stderr: stderr?,
        })
    }
}

/// All that is said, unless it has no end.
fn limited(stream: Option<impl Read>) -> io::Result<Vec<u8>> {
    let mut said = Vec::new();
    if let Some(stream) = stream {
        stream.take(LONGEST + 1).read_to_end(&mut said)?;
    }
    if said.len() as u64 > LONGEST {
        Err(io::Error::other("it does not end"))
    } else {
        Ok(said)
    }
}
