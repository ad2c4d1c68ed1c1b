// SPDX-License-Identifier: Apache-2.0
//! The work folder of one job: its journal, its log, and a folder for each finished step.
//!
//! A step works in a folder of its own that nobody else looks at. It counts as done when that
//! folder has its final name *and* the journal says so; whatever else is found at the next
//! start is thrown away. So a builder that is killed at any instant leaves nothing half.

mod journal;
mod log;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::event::{Outcome, now};
use crate::job::Job;
use crate::step::Step;
use crate::trouble::{About as _, Result, Trouble};

use journal::{Entry, Journal};
pub(crate) use log::Log;

/// What a step found out, in its folder.
const RESULT: &str = "result.json";

/// A work folder that this process alone works in.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    journal: Journal,
    /// Held until it is closed, by this process or the kernel.
    _lock: File,
}

impl Folder {
    /// Takes the folder for `job`, made where there is none; refused when another process has
    /// it, or another job.
    pub fn open(path: &Path, job: &Job) -> Result<Self> {
        fs::create_dir_all(path).about(path)?;
        let path = path.canonicalize().about(path)?;
        let lock = locked(&path.join("lock"))?;
        let journal = Journal::open(&path.join("journal"))?;
        let mut folder = Self {
            path,
            journal,
            _lock: lock,
        };
        folder.belongs_to(job)?;
        folder.sweep()?;
        Ok(folder)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How the job ended, if it has.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.journal.entries().iter().find_map(|entry| match entry {
            Entry::Ended { outcome, .. } => Some(outcome),
            _ => None,
        })
    }

    /// Notes how the job ended. A job that may be tried again is not over.
    pub(crate) fn end(&mut self, outcome: &Outcome, at: u64) -> Result<()> {
        let outcome = outcome.clone();
        if matches!(outcome, Outcome::InfraError(_)) {
            return self.journal.add(Entry::Failed { outcome, at });
        }
        self.journal.add(Entry::Ended { outcome, at })
    }

    /// What a step that is done has found out.
    pub(crate) fn done<T: DeserializeOwned>(&self, step: Step) -> Result<Option<T>> {
        if !self.is_done(step) {
            return Ok(None);
        }
        let path = self.of(step).join(RESULT);
        let text = fs::read(&path).about(&path)?;
        serde_json::from_slice(&text).map(Some).about(&path)
    }

    /// The empty folder that a step works in.
    pub(crate) fn begin(&mut self, step: Step) -> Result<PathBuf> {
        let path = self.unfinished(step);
        remove(&path)?;
        fs::create_dir_all(&path).about(&path)?;
        self.journal.add(Entry::Began { step, at: now() })?;
        Ok(path)
    }

    /// Makes a step's folder final, with what it found out.
    pub(crate) fn finish(&mut self, step: Step, found: &impl Serialize) -> Result<()> {
        let unfinished = self.unfinished(step);
        let result = unfinished.join(RESULT);
        let text = serde_json::to_vec_pretty(found).about(&result)?;
        fs::write(&result, text).about(&result)?;
        let path = self.of(step);
        fs::rename(&unfinished, &path).about(&path)?;
        // After a power cut the journal must not know more than the disk.
        let here = File::open(&self.path).about(&self.path)?;
        rustix::fs::syncfs(&here).about(&self.path)?;
        self.journal.add(Entry::Done { step, at: now() })
    }

    /// The folder of a step that is done.
    pub fn of(&self, step: Step) -> PathBuf {
        self.path.join(step.name())
    }

    /// For what is thrown away, made empty.
    pub(crate) fn scratch(&self, name: &str) -> Result<PathBuf> {
        let path = self.path.join("scratch").join(name);
        remove(&path)?;
        fs::create_dir_all(&path).about(&path)?;
        Ok(path)
    }

    pub(crate) fn throw_away_scratch(&self) -> Result<()> {
        remove(&self.path.join("scratch"))
    }

    /// When each step began and was done, the last time it was tried.
    pub fn times(&self) -> Vec<(Step, u64, Option<u64>)> {
        let mut times: Vec<(Step, u64, Option<u64>)> = Vec::new();
        for entry in self.journal.entries() {
            match *entry {
                Entry::Began { step, at } => {
                    times.retain(|(other, ..)| *other != step);
                    times.push((step, at, None));
                }
                Entry::Done { step, at } => {
                    let last = times.iter_mut().find(|(other, ..)| *other == step);
                    if let Some((_, _, done)) = last {
                        *done = Some(at);
                    }
                }
                _ => {}
            }
        }
        times
    }

    fn unfinished(&self, step: Step) -> PathBuf {
        self.path.join(format!("{}.unfinished", step.name()))
    }

    fn is_done(&self, step: Step) -> bool {
        let says = |entry: &Entry| matches!(entry, Entry::Done { step: done, .. } if *done == step);
        self.journal.entries().iter().any(says) && self.of(step).is_dir()
    }

    fn belongs_to(&mut self, job: &Job) -> Result<()> {
        let digest = job.digest();
        let first = self.journal.entries().first();
        match first {
            None => self.journal.add(Entry::Job {
                id: job.id.to_string(),
                digest,
            }),
            Some(Entry::Job { digest: other, .. }) if *other == digest => Ok(()),
            Some(_) => {
                let path = self.path.display();
                Err(Trouble::infrastructure(format!(
                    "{path}: the work folder of another job; give each job its own"
                )))
            }
        }
    }

    /// Throws away what was begun and not finished, and what came after it.
    fn sweep(&self) -> Result<()> {
        let mut whole = true;
        for step in Step::ALL {
            remove(&self.unfinished(step))?;
            whole &= self.is_done(step);
            if !whole {
                remove(&self.of(step))?;
            }
        }
        self.throw_away_scratch()
    }
}

fn locked(path: &Path) -> Result<File> {
    let file = File::options()
        .create(true)
        .append(true)
        .open(path)
        .about(path)?;
    flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|_| {
        let path = path.display();
        Trouble::infrastructure(format!("{path}: another process works on this job"))
    })?;
    Ok(file)
}

/// Removes a file or a folder, if there is one.
pub(crate) fn remove(path: &Path) -> Result<()> {
    match fs::symlink_metadata(path) {
        Err(_) => Ok(()),
        Ok(found) if found.is_dir() => fs::remove_dir_all(path).about(path),
        Ok(_) => fs::remove_file(path).about(path),
    }
}

#[cfg(test)]
mod tests;
