// SPDX-License-Identifier: Apache-2.0
//! Carries out a command. What fails for now is tried again later; what cannot be done is
//! refused in words.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use kaas_types::agent::{Action, Code, Id, Kind, Outcome, Sha256};
use kaas_types::release::{Signed, Status};

use super::download::{self, Wanted};
use super::installer;
use super::layout::Layout;
use super::service::Service;
use super::trouble::Trouble;
use super::upload::Source;
use crate::deploy::request::{Answer, MissingFile, Request};
use crate::failure::{About as _, Result};
use crate::{inventory, tracer};

/// What it works with.
pub(super) struct Work<'a> {
    pub(super) layout: &'a Layout,
    pub(super) service: &'a Service,
    pub(super) chunk: usize,
    pub(super) boot: &'a Id,
    /// The release that was fetched last.
    pub(super) release: Option<&'a Id>,
}

/// How a command ended, in a sentence.
pub(super) type Ended = (Outcome, String);

impl Work<'_> {
    /// Does it, for a command of this id.
    pub(super) fn perform(&self, id: &Id, action: &Action) -> Result<Ended, Trouble> {
        let ended = match action {
            Action::Snapshot => self.snapshot(id),
            Action::Stop => Ok(self.ask_tracer("stop")),
            Action::Resume => Ok(self.ask_tracer("resume")),
            Action::Fetch { release } => self.fetch(release),
            Action::Trial { release } => Ok(self.deploy(release, &Request::Trial)),
            Action::Confirm { release } => Ok(self.deploy(release, &Request::Confirm)),
            Action::Rollback { release } => Ok(self.deploy(release, &Request::Rollback)),
            Action::Unknown { why } => Ok(refused(format!("not understood: {why}"))),
        };
        match ended {
            // Another time will not do.
            Err(Trouble::Refused(code, detail)) if is_final(code) => {
                let (name, _) = code.parts();
                Ok((Outcome::Failed, format!("{name} ({detail})")))
            }
            other => other,
        }
    }

    fn ask_tracer(&self, word: &str) -> Ended {
        match tracer::ask(&self.layout.run, word) {
            Ok(said) => (Outcome::Done, said),
            Err(failure) => refused(failure.to_string()),
        }
    }

    fn snapshot(&self, command: &Id) -> Result<Ended, Trouble> {
        // Without a tracer, what one left is still worth having.
        let asked = tracer::ask(&self.layout.run, "snapshot");
        let mut detail = match self.trace(command)? {
            Some(bytes) => format!("{bytes} bytes of trace"),
            None => return Ok(refused(format!("no trace: {}", said(asked)))),
        };
        if let Err(failure) = asked {
            detail = format!("{detail}, as it was left: {failure}");
        }
        let bytes = self.inventory(command)?;
        Ok((
            Outcome::Done,
            format!("{detail}; {bytes} bytes of inventory"),
        ))
    }

    fn trace(&self, command: &Id) -> Result<Option<u64>, Trouble> {
        let path = self.layout.trace();
        let Ok(metadata) = path.metadata() else {
            return Ok(None);
        };
        let source = Source {
            path: &path,
            kind: Kind::Trace,
            // Another file under this name is another series.
            series: format!("{}:{}", self.boot, metadata.ino()),
            command,
        };
        source.send(self.service, self.chunk).map(Some)
    }

    fn inventory(&self, command: &Id) -> Result<u64, Trouble> {
        let source = Source {
            path: &self.inventory_file()?,
            kind: Kind::Inventory,
            series: command.to_string(),
            command,
        };
        source.send(self.service, self.chunk)
    }

    /// As root wrote it, or what anybody may see.
    fn inventory_file(&self) -> Result<PathBuf> {
        let written = self.layout.run.join("inventory");
        if written.exists() {
            return Ok(written);
        }
        let own = self.layout.state.join("inventory");
        inventory::write(&own)?;
        Ok(own)
    }

    fn fetch(&self, release: &Id) -> Result<Ended, Trouble> {
        let staging = self.layout.staging();
        if self.release != Some(release) {
            download::sweep(&staging);
        }
        let document = self.service.release(release)?;
        let Ok(signed) = serde_json::from_slice::<Signed>(&document) else {
            return Ok(refused("the release is no signed document".to_owned()));
        };
        // It may be long, and memory is short.
        drop(document);
        let socket = self.layout.installer();
        let request = Request::Fetch {
            release: signed.clone(),
        };
        let files = match installer::ask(&socket, &request) {
            Ok(Answer::Missing { files }) => wanted(files, &staging),
            Ok(other) => return Ok(ended(other)),
            Err(failure) => Err(failure),
        };
        let files = match files {
            Ok(files) => files,
            Err(failure) => return Ok(refused(failure.to_string())),
        };
        for file in &files {
            download::fetch(self.service, release, file, &staging)?;
        }
        let answer = installer::ask(&socket, &Request::Install { release: signed })?;
        Ok(ended(answer))
    }

    /// Asks the installer for something that is about the release that it has.
    fn deploy(&self, release: &Id, request: &Request) -> Ended {
        if self.release != Some(release) {
            return refused("another release was fetched last".to_owned());
        }
        match installer::ask(&self.layout.installer(), request) {
            Ok(answer) => ended(answer),
            Err(failure) => refused(failure.to_string()),
        }
    }
}

/// What the installer lacks, if there is room for it.
fn wanted(files: Vec<MissingFile>, staging: &Path) -> Result<Vec<Wanted>> {
    let wanted = |file: MissingFile| {
        let (sha256, size) = (Sha256::try_from(file.sha256).about(staging)?, file.size);
        Ok(Wanted { sha256, size })
    };
    let wanted: Vec<Wanted> = files.into_iter().map(wanted).collect::<Result<_>>()?;
    download::prepare(staging, &wanted)?;
    Ok(wanted)
}

fn refused(why: String) -> Ended {
    (Outcome::Refused, why)
}

fn said(asked: Result<String>) -> String {
    asked.unwrap_or_else(|failure| failure.to_string())
}

fn ended(answer: Answer) -> Ended {
    match answer {
        Answer::Deployment(now) => {
            let status = now.status.map_or("", Status::word);
            (
                Outcome::Done,
                format!("{status} {}", now.reason).trim().to_owned(),
            )
        }
        Answer::Refused { reason } | Answer::Invalid { reason } => refused(reason),
        Answer::Missing { .. } => refused("the installer lacks files".to_owned()),
    }
}

/// Whether the server would say the same again.
fn is_final(code: Code) -> bool {
    matches!(
        code,
        Code::Malformed | Code::NotFound | Code::TooLarge | Code::DigestMismatch
    )
}
