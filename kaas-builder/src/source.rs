// SPDX-License-Identifier: Apache-2.0
//! Fetches a kernel's source, verified, and once for all jobs.
//!
//! To add a driver: a file beside the others, a variant of [`crate::Source`], and a line in
//! [`DRIVERS`].

mod apt;
mod git;
mod tarball;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cache::Room;
use crate::digest;
use crate::job::Source;
use crate::sandbox::{Mount, Program};
use crate::trouble::{Result, Trouble};
use crate::work::Work;

/// How a source is brought here.
trait Driver {
    /// What tells its content from any other, where the job says that; known before fetching.
    fn identity(&self) -> String;

    /// Brings the verified tree into `place/tree`, which the build user owns, and returns the
    /// time that its author gave it, in seconds since 1970.
    fn fetch(&self, work: &mut Work<'_>, place: &Path) -> Result<u64>;

    /// One sentence in Markdown, and a command, by which anybody gets the same.
    fn corresponding(&self) -> String;
}

/// The drivers, by what a job says.
fn driver(source: &Source) -> &dyn Driver {
    match source {
        Source::Apt(apt) => apt,
        Source::Tarball(tarball) => tarball,
        Source::Git(git) => git,
    }
}

/// What was fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fetched {
    /// Of what identifies the source.
    pub(crate) digest: String,
    /// `6.1.192`, as the tree itself says.
    pub(crate) release: String,
    /// When its author made it, in seconds since 1970: the time of all that is built.
    pub(crate) epoch: u64,
}

/// A tree at hand.
pub(crate) struct Tree {
    pub(crate) fetched: Fetched,
    pub(crate) path: PathBuf,
}

/// Where programs see the tree.
pub(crate) const AT: &str = "/source";

impl Tree {
    pub(crate) fn mount(&self) -> Mount {
        Mount::read(&self.path, AT)
    }
}

pub(crate) fn corresponding(source: &Source) -> String {
    driver(source).corresponding()
}

/// Brings the source here, where it isn't yet.
pub(crate) fn fetch(work: &mut Work<'_>) -> Result<Fetched> {
    let source = &work.job.source;
    let scheme = source.location().scheme();
    if !work.settings.schemes.iter().any(|it| it == scheme) {
        return Err(Trouble::input(format!(
            "source.uri: this builder does not fetch from {scheme}: addresses"
        )));
    }
    let identity = driver(source).identity();
    let digest = digest::of_parts(&[&identity, source.release().as_str()]);
    let room = Room::open(&work.settings.cache, "sources")?;
    if let Some(place) = room.find(&digest) {
        work.say(&format!("source: kept from before ({identity})"))?;
        return known(&place);
    }
    work.say(&format!("source: {identity}"))?;
    let place = room.begin(&digest)?;
    work.settings.sandbox.give(&place)?;
    let epoch = driver(source).fetch(work, &place)?;
    let release = release(work, &place.join("tree"))?;
    if release != source.release().as_str() {
        let wanted = source.release();
        return Err(Trouble::input(format!(
            "source: it is Linux {release}, and {wanted} was asked for"
        )));
    }
    let fetched = Fetched {
        digest: digest.clone(),
        release,
        epoch,
    };
    note(&place, &fetched)?;
    room.finish(&digest, &place)?;
    Ok(fetched)
}

/// Where the tree is; fetched again where the cache lost it.
pub(crate) fn at_hand(work: &mut Work<'_>, fetched: &Fetched) -> Result<PathBuf> {
    let room = Room::open(&work.settings.cache, "sources")?;
    if room.find(&fetched.digest).is_none() {
        fetch(work)?;
    }
    Ok(room.path().join(&fetched.digest).join("tree"))
}

/// What the tree says of itself; read where it can do no harm.
fn release(work: &mut Work<'_>, tree: &Path) -> Result<String> {
    let program = work.worker(&["release", AT]).mount(Mount::read(tree, AT));
    let (ended, answer) = work.ask(&program)?;
    ended.success("reading the release")?;
    Ok(answer.trim().to_owned())
}

const NOTE: &str = "fetched.json";

fn note(place: &Path, fetched: &Fetched) -> Result<()> {
    use crate::trouble::About as _;
    let path = place.join(NOTE);
    let text = serde_json::to_vec(fetched).about(&path)?;
    std::fs::write(&path, text).about(&path)
}

fn known(place: &Path) -> Result<Fetched> {
    use crate::trouble::About as _;
    let path = place.join(NOTE);
    let text = std::fs::read(&path).about(&path)?;
    serde_json::from_slice(&text).about(&path)
}

/// A program that may use the network, with what the operator says of it.
fn fetcher(work: &Work<'_>, program: Program) -> Program {
    let variables = &work.settings.network;
    let program = variables.iter().fold(program, |program, (name, value)| {
        program.env(name, value.clone())
    });
    program
        .with_network()
        .for_seconds(work.settings.patience.fetch)
}
