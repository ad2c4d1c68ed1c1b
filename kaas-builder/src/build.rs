// SPDX-License-Identifier: Apache-2.0
//! A job from its beginning, or from where a builder that was killed left it, to its end.

use std::path::Path;

use crate::boot_test;
use crate::compile;
use crate::engine;
use crate::event::Outcome;
use crate::folder::Folder;
use crate::job::Job;
use crate::package;
use crate::source;
use crate::step::Step;
use crate::store;
use crate::trouble::Result;
use crate::work::{Party, Work};

/// Builds `job`, whose inputs are in the folder `inputs`, in the work folder `path`. An error
/// is one of the work folder itself; whatever happens to the job is its outcome.
pub fn build(job: &Job, inputs: &Path, path: &Path, party: Party<'_>) -> Result<Outcome> {
    let folder = Folder::open(path, job)?;
    if let Some(outcome) = folder.outcome() {
        return Ok(outcome.clone());
    }
    let inputs = inputs.canonicalize().unwrap_or_else(|_| inputs.to_owned());
    let mut work = Work::new(job, &inputs, folder, party)?;
    let outcome = match steps(&mut work) {
        Ok(()) => Outcome::Success,
        Err(trouble) => trouble.into(),
    };
    work.end(&outcome)?;
    Ok(outcome)
}

fn steps(work: &mut Work<'_>) -> Result<()> {
    let fetched = work.step(Step::Fetch, |work, _| source::fetch(work))?;
    let tree = source::at_hand(work, &fetched)?;
    let source = source::Tree {
        fetched,
        path: tree,
    };
    work.step(Step::Model, |work, at| engine::model(work, &source, at))?;
    work.step(Step::Tailor, |work, at| engine::tailor(work, &source, at))?;
    work.step(Step::Compile, |work, at| {
        compile::compile(work, &source, at)
    })?;
    work.step(Step::Package, |work, at| {
        package::package(work, &source, at)
    })?;
    work.step(Step::BootTest, |work, at| {
        boot_test::boot_test(work, &source, at)
    })?;
    work.step(Step::Upload, |work, _| store::upload(work))?;
    Ok(())
}
