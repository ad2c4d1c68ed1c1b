// SPDX-License-Identifier: Apache-2.0
//! What was asked of this guest and what it has to say, in a file that is written before
//! anything follows from it: no command is carried out twice, no message gets lost.

use std::mem::discriminant;
use std::path::{Path as FilePath, PathBuf};

use kaas_types::agent::{
    Ack, Action, Command, CommandResult, Deployment, Id, Line, Outcome, Path, Report, ReportBody,
};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::{Deserialize, Serialize};

use super::durable;
use crate::failure::{Failure, Result};

/// Commands that are remembered after they were carried out.
const KNOWN: usize = 256;
/// Commands that wait. A server that sends more has to send them again.
const TASKS: usize = 64;
/// Messages that wait, beside those about commands.
const LETTERS: usize = 256;
/// The largest number of a message that a server is believed to have seen.
const LARGEST: u64 = 1 << 53;

/// What a task has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    Waiting,
    /// It was begun, and must not be begun again.
    Begun,
}

/// A command that is not finished.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) id: Id,
    pub(super) action: Action,
    pub(super) stage: Stage,
}

/// A message that the server has not taken yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Letter {
    seq: u64,
    pub(super) key: Id,
    what: What,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    Ack(Id),
    Result(Id, Outcome, String),
    Report(Box<ReportBody>),
}

/// See above. Belongs to one guest: another has another.
pub(super) struct Journal {
    path: PathBuf,
    kept: Kept,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    guest: Id,
    /// Of the last message.
    seq: u64,
    /// The largest number of a command.
    last_command: u64,
    known: Vec<Id>,
    tasks: Vec<Task>,
    letters: Vec<Letter>,
    /// The release that was fetched last.
    release: Option<Id>,
    /// What was reported last of it.
    deployment: Option<Deployment>,
}

impl Journal {
    pub(super) fn open(path: &FilePath, guest: &Id) -> Result<Self> {
        // One that is damaged is begun anew: the server tells the numbers.
        let kept = durable::load::<Kept>(path).ok().flatten();
        let kept = kept.filter(|kept| kept.guest == *guest);
        let path = path.to_owned();
        let new = || Kept::new(guest.clone());
        let kept = kept.unwrap_or_else(new);
        let journal = Self { path, kept };
        journal.save()?;
        Ok(journal)
    }

    fn save(&self) -> Result<()> {
        durable::save(&self.path, &self.kept)
    }

    /// Writes down what is new among these commands, and an acknowledgement of each. Whether
    /// there was anything new.
    pub(super) fn accept(&mut self, commands: Vec<Command>) -> Result<bool> {
        let mut commands = commands;
        commands.sort_by_key(|command| command.seq);
        let mut any = false;
        for command in commands {
            any |= self.kept.accept(command)?;
        }
        self.save()?;
        Ok(any)
    }

    /// The server took messages up to this number: goes on from there. Beyond a limit that
    /// nobody reaches, it is a lie, after which no number would be left.
    pub(super) fn catch_up(&mut self, seq: u64) {
        if seq < LARGEST {
            self.kept.seq = self.kept.seq.max(seq);
        }
    }

    pub(super) fn task(&self) -> Option<&Task> {
        self.kept.tasks.first()
    }

    /// The first task is begun now.
    pub(super) fn begin(&mut self) -> Result<()> {
        if let Some(task) = self.kept.tasks.first_mut() {
            task.stage = Stage::Begun;
        }
        self.save()
    }

    /// The first task is over.
    pub(super) fn finish(&mut self, outcome: Outcome, detail: &str) -> Result<()> {
        if !self.kept.tasks.is_empty() {
            let task = self.kept.tasks.remove(0);
            let what = What::Result(task.id, outcome, detail.to_owned());
            self.kept.write(what)?;
        }
        self.save()
    }

    /// What is newer takes the place of what was not sent, except where each step counts.
    pub(super) fn report(&mut self, report: ReportBody) -> Result<()> {
        let is_replaced = |letter: &Letter| match (&letter.what, &report) {
            (What::Report(_), ReportBody::Deployment(_)) => false,
            (What::Report(old), new) => discriminant(&**old) == discriminant(new),
            _ => false,
        };
        self.kept.letters.retain(|letter| !is_replaced(letter));
        if self.kept.letters.len() < LETTERS {
            self.kept.write(What::Report(Box::new(report)))?;
        }
        self.save()
    }

    pub(super) fn letter(&self) -> Option<&Letter> {
        self.kept.letters.first()
    }

    /// The first message has arrived, or never will.
    pub(super) fn sent(&mut self) -> Result<()> {
        if !self.kept.letters.is_empty() {
            self.kept.letters.remove(0);
        }
        self.save()
    }

    pub(super) fn release(&self) -> Option<&Id> {
        self.kept.release.as_ref()
    }

    pub(super) fn set_release(&mut self, release: &Id) -> Result<()> {
        self.kept.release = Some(release.clone());
        self.save()
    }

    /// Reports where a deployment stands, if that is not what was reported last.
    pub(super) fn deployment(&mut self, now: Deployment) -> Result<()> {
        if self.kept.deployment.as_ref() == Some(&now) {
            return Ok(());
        }
        self.kept.deployment = Some(now.clone());
        self.report(ReportBody::Deployment(now))
    }
}

impl Kept {
    fn new(guest: Id) -> Self {
        Self {
            guest,
            seq: 0,
            last_command: 0,
            known: vec![],
            tasks: vec![],
            letters: vec![],
            release: None,
            deployment: None,
        }
    }

    fn accept(&mut self, command: Command) -> Result<bool> {
        let is_new = command.seq > self.last_command && !self.known.contains(&command.id);
        if is_new {
            if self.tasks.len() >= TASKS {
                return Ok(false);
            }
            self.last_command = command.seq;
            self.known.push(command.id.clone());
            let surplus = self.known.len().saturating_sub(KNOWN);
            self.known.drain(..surplus);
            self.tasks.push(Task {
                id: command.id.clone(),
                action: command.action,
                stage: Stage::Waiting,
            });
        }
        let waits = |letter: &Letter| matches!(&letter.what, What::Ack(id) if *id == command.id);
        if self.letters.len() < LETTERS && !self.letters.iter().any(waits) {
            self.write(What::Ack(command.id))?;
        }
        Ok(is_new)
    }

    fn write(&mut self, what: What) -> Result<()> {
        self.seq = self.seq.saturating_add(1);
        let (seq, key) = (self.seq, random_id()?);
        self.letters.push(Letter { seq, key, what });
        Ok(())
    }
}

impl Letter {
    /// Where it goes, and what it says.
    pub(super) fn request(&self) -> Result<(Path, Vec<u8>)> {
        let seq = self.seq;
        let (path, body) = match &self.what {
            What::Ack(id) => (Path::Ack(id.clone()), serde_json::to_vec(&Ack { seq })),
            What::Result(id, outcome, detail) => {
                let (outcome, detail) = (*outcome, Line::cut(detail));
                let body = serde_json::to_vec(&CommandResult {
                    seq,
                    outcome,
                    detail,
                });
                (Path::Result(id.clone()), body)
            }
            What::Report(report) => {
                let report = (**report).clone();
                (Path::Reports, serde_json::to_vec(&Report { seq, report }))
            }
        };
        let body = body.map_err(|error| Failure::new(error.to_string()))?;
        Ok((path, body))
    }
}

fn random_id() -> Result<Id> {
    let mut bytes = [0; 16];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| Failure::new("no random numbers"))?;
    Ok(Id::from_random(bytes))
}

#[cfg(test)]
mod tests {
    use kaas_types::agent::Missing;

    use super::*;

    fn id(number: u8) -> Id {
        Id::from_random([number; 16])
    }

    fn command(number: u8) -> Command {
        let (id, seq) = (id(number), u64::from(number));
        Command {
            id,
            seq,
            action: Action::Stop,
        }
    }

    fn letters(journal: &mut Journal) -> Vec<(u64, String)> {
        let mut letters = vec![];
        while let Some(letter) = journal.letter() {
            letters.push((letter.seq, letter.request().unwrap().0.to_string()));
            journal.sent().unwrap();
        }
        letters
    }

    #[test]
    fn a_command_is_taken_once_over_lives() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.json");
        let open = || Journal::open(&path, &id(0)).unwrap();
        let mut journal = open();
        assert!(journal.accept(vec![command(2), command(1)]).unwrap());
        assert_eq!(journal.task().unwrap().id, id(1));
        assert_eq!(letters(&mut journal).len(), 2);
        let mut journal = open();
        assert!(!journal.accept(vec![command(1), command(2)]).unwrap());
        // They are acknowledged again, since the server asks again.
        assert_eq!(letters(&mut journal).len(), 2);
        journal.begin().unwrap();
        assert_eq!(open().task().unwrap().stage, Stage::Begun);
        journal.finish(Outcome::Done, "well").unwrap();
        assert_eq!(open().task().unwrap().id, id(2));
        assert!(!journal.accept(vec![command(1)]).unwrap());
    }

    #[test]
    fn numbers_of_messages_only_grow() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.json");
        let mut journal = Journal::open(&path, &id(0)).unwrap();
        journal.accept(vec![command(1)]).unwrap();
        journal.catch_up(7);
        journal.catch_up(u64::MAX);
        journal.finish(Outcome::Failed, "ill").unwrap();
        let letters = letters(&mut journal);
        assert_eq!(
            letters.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(),
            [1, 8]
        );
        assert!(letters[1].1.ends_with("/result"), "{letters:?}");
        // Another guest begins anew.
        let other = Journal::open(&path, &id(9)).unwrap();
        assert!(other.kept.seq == 0 && other.letter().is_none());
    }

    #[test]
    fn only_the_newest_of_a_report_waits() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(&folder.path().join("j"), &id(0)).unwrap();
        let missing = || ReportBody::Missing(Missing::default());
        let deployment = |serial| Deployment {
            release: None,
            serial,
            state: Line::cut("TRIAL"),
            reason: Line::cut(""),
        };
        for serial in [1, 2, 2, 3] {
            journal.report(missing()).unwrap();
            journal.deployment(deployment(serial)).unwrap();
        }
        let waiting = letters(&mut journal);
        let numbers: Vec<u64> = waiting.iter().map(|(seq, _)| *seq).collect();
        assert_eq!(numbers, [2, 4, 6, 7]);
    }

    #[test]
    fn a_flood_of_commands_is_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(&folder.path().join("j"), &id(0)).unwrap();
        for number in 1..=255 {
            journal.accept(vec![command(number)]).unwrap();
        }
        assert_eq!(journal.kept.tasks.len(), TASKS);
        assert!(journal.kept.letters.len() <= LETTERS);
    }
}
