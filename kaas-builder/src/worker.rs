// SPDX-License-Identifier: Apache-2.0
//! What this program does inside of a sandbox, where it handles what others wrote. Exit codes:
//! 0; 1 when requirements contradict each other; 2 for inputs that can't be used.

mod analysis;
mod download;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;

/// See above. What is printed goes into the job's log.
#[derive(Debug, Subcommand)]
pub enum Worker {
    /// Print the release of a tree.
    Release { tree: PathBuf },
    /// Fetch a file.
    Download { uri: String, file: PathBuf },
    /// Check what a request names, and find out what the tree says.
    Model { request: PathBuf },
    /// Tailor: our own engine.
    Tailor { request: PathBuf },
    /// List the objects that a configuration compiles.
    Objects { request: PathBuf },
}

/// How a worker ends that has nothing more to say.
pub(crate) enum Failed {
    /// In lines.
    Contradiction(Vec<String>),
    Unusable(String),
}

impl From<String> for Failed {
    fn from(words: String) -> Self {
        Self::Unusable(words)
    }
}

impl Worker {
    pub fn run(&self) -> ExitCode {
        let done = match self {
            Self::Release { tree } => release(tree),
            Self::Download { uri, file } => download::download(uri, file).map_err(Failed::from),
            Self::Model { request } => analysis::model(request),
            Self::Tailor { request } => analysis::tailor(request),
            Self::Objects { request } => analysis::objects(request),
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(Failed::Contradiction(proof)) => {
                say("the requirements contradict each other; none of these can be left out:");
                for line in proof {
                    say(&format!("  {line}"));
                }
                ExitCode::FAILURE
            }
            Err(Failed::Unusable(words)) => {
                say(&words);
                ExitCode::from(2)
            }
        }
    }
}

fn release(tree: &Path) -> Result<(), Failed> {
    let release = tailor::kernel::release::of_tree(tree).map_err(|error| error.to_string())?;
    say(&release);
    Ok(())
}

/// A line of output; nobody may be listening.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
