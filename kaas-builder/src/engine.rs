// SPDX-License-Identifier: Apache-2.0
//! Tailors, by our engine or another program that keeps the same contract
//! (`doc/tailor-engines.md`): it gets a request as JSON, and leaves a configuration.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cache::Room;
use crate::config;
use crate::harvest;
use crate::job::{Evidence, Floor, Initramfs, InputName, Modules, Profile, Symbol};
use crate::sandbox::{Mount, Program};
use crate::source::{self, Tree};
use crate::step::Step;
use crate::trouble::{About as _, Result, Trouble};
use crate::work::Work;

/// The version of the contract.
pub const CONTRACT: u32 = 1;

/// What an engine is asked for. Paths are those inside of the sandbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// [`CONTRACT`].
    pub contract: u32,
    /// The kernel's source tree.
    pub tree: PathBuf,
    /// As given to make.
    pub arch: String,
    /// The configuration of the kernel that is replaced.
    pub baseline: PathBuf,
    pub traces: Vec<PathBuf>,
    pub inventory: Option<PathBuf>,
    /// What an earlier tailoring found to be required, in the place of traces.
    pub requirements: Option<PathBuf>,
    pub profile: Profile,
    pub modules: Modules,
    pub floor: Floor,
    pub initramfs: Initramfs,
    pub keep: Vec<Symbol>,
    pub drop: Vec<Symbol>,
    pub evaluated: bool,
    /// What is known of the tree may be kept here.
    pub cache: PathBuf,
    /// The folder for what comes of it: `config`, and as far as the engine makes them
    /// `requirements.json`, `explain.json`, `report.json`, `run.json`, `files.json`.
    pub result: PathBuf,
}

/// What the model step found out.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Modelled {
    /// String symbols of the baseline that got a neutral value.
    pub(crate) neutral: Vec<String>,
}

/// What the tailoring came to.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Tailored {
    /// Of the configuration.
    pub(crate) digest: String,
    pub(crate) symbols_on: usize,
}

/// The files of a result that are kept, beside the configuration.
pub(crate) const PARTS: [&str; 5] = [
    "requirements.json",
    "explain.json",
    "report.json",
    "run.json",
    "files.json",
];

/// No part is longer, in bytes.
const LONGEST_PART: u64 = 64 << 20;

const INPUTS: &str = "/inputs";
const MODEL: &str = "/model";
const CACHE: &str = "/cache";
const RESULT: &str = "/result";

/// Takes the baseline in, neutral, and finds out what the tree says, for all jobs to come.
pub(crate) fn model(work: &mut Work<'_>, source: &Tree, at: &Path) -> Result<Modelled> {
    inputs_are_there(work)?;
    let result = work.room("model")?;
    let room = Room::open(&work.settings.cache, "models")?;
    let cache = room.path().join(&source.fetched.digest);
    fs::create_dir_all(&cache).about(&cache)?;
    work.settings.sandbox.give(&cache)?;
    let baseline = format!("{INPUTS}/{}", work.job.baseline);
    let request = request(work, PathBuf::from(baseline));
    let program = asked(work, &request, "model", source)?
        .mount(Mount::write(&result, RESULT))
        .mount(Mount::write(&cache, CACHE));
    work.run(&program)?
        .success("reading the model of the tree")?;
    let given = harvest::text(&result, "baseline", config::LONGEST)?;
    let (text, neutral) = config::neutral(&given);
    config::admit(&text)?;
    let path = at.join("baseline");
    fs::write(&path, text).about(&path)?;
    if !neutral.is_empty() {
        work.say(&format!(
            "baseline: neutral values for {}",
            neutral.join(", ")
        ))?;
    }
    Ok(Modelled { neutral })
}

/// Makes the configuration.
pub(crate) fn tailor(work: &mut Work<'_>, source: &Tree, at: &Path) -> Result<Tailored> {
    let additions = Vec::new();
    tailor_with(work, source, at, &additions)
}

/// And keeps these symbols too.
pub(crate) fn tailor_with(
    work: &mut Work<'_>,
    source: &Tree,
    at: &Path,
    keep: &[Symbol],
) -> Result<Tailored> {
    let result = work.room("tailor")?;
    let mut request = request(work, PathBuf::from(format!("{MODEL}/baseline")));
    request.keep.extend_from_slice(keep);
    let room = Room::open(&work.settings.cache, "models")?;
    let cache = room.path().join(&source.fetched.digest);
    let program = asked(work, &request, "tailor", source)?
        .mount(Mount::write(&result, RESULT))
        .mount(Mount::read(&cache, CACHE))
        .mount(Mount::read(&work.folder.of(Step::Model), MODEL));
    let ended = work.run(&program)?;
    if ended.code() == 1 {
        let why = ended.tail().trim_end();
        return Err(Trouble::input(why.to_owned()));
    }
    ended.success("tailoring")?;
    keep_result(work, &result, at)
}

fn keep_result(work: &mut Work<'_>, result: &Path, at: &Path) -> Result<Tailored> {
    let text = harvest::text(result, "config", config::LONGEST)?;
    config::admit(&text)?;
    let path = at.join("config");
    fs::write(&path, &text).about(&path)?;
    for part in PARTS {
        if result.join(part).is_file() {
            let text = harvest::text(result, part, LONGEST_PART)?;
            let path = at.join(part);
            fs::write(&path, text).about(&path)?;
        }
    }
    let symbols_on = text
        .lines()
        .filter(|line| line.ends_with("=y") || line.ends_with("=m"));
    let tailored = Tailored {
        digest: crate::digest::of_bytes(text.as_bytes()),
        symbols_on: symbols_on.count(),
    };
    work.say(&format!("tailored: {} symbols are on", tailored.symbols_on))?;
    Ok(tailored)
}

/// The objects that a configuration compiles, by our own model, whoever tailored.
pub(crate) fn objects(work: &mut Work<'_>, source: &Tree, config: &Path) -> Result<Vec<String>> {
    let result = work.room("objects")?;
    let mut request = request(work, PathBuf::from("/config"));
    request.traces.clear();
    let room = Room::open(&work.settings.cache, "models")?;
    let cache = room.path().join(&source.fetched.digest);
    let program = with_request(
        work,
        &request,
        work.worker(&["objects", "/request/request.json"]),
    )?
    .mount(source.mount())
    .mount(Mount::read(config, "/config"))
    .mount(Mount::read(&cache, CACHE))
    .mount(Mount::write(&result, RESULT));
    work.run(&program)?.success("listing the objects")?;
    let text = harvest::text(&result, "objects", LONGEST_PART)?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// The engine, or for `model` always ours, with the request and all that it names but the
/// result.
fn asked(work: &mut Work<'_>, request: &Request, verb: &str, source: &Tree) -> Result<Program> {
    let program = match (&work.job.tailor.engine, verb) {
        (Some(name), "tailor") => external(work, name.as_str())?,
        _ => work.worker(&[verb]),
    };
    let program = with_request(work, request, program.arg("/request/request.json"))?;
    Ok(program
        .mount(source.mount())
        .mount(Mount::read(work.inputs, INPUTS)))
}

fn external(work: &Work<'_>, name: &str) -> Result<Program> {
    let engines: &BTreeMap<String, Vec<String>> = &work.settings.engines;
    let words = engines.get(name).ok_or_else(|| {
        Trouble::input(format!("tailor.engine: this builder has no engine {name}"))
    })?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let program = Program::new(&words).at("/tmp");
    Ok(program.for_seconds(work.settings.patience.analysis))
}

fn with_request(work: &mut Work<'_>, request: &Request, program: Program) -> Result<Program> {
    let folder = work.folder.scratch("request")?;
    let path = folder.join("request.json");
    let text = serde_json::to_vec_pretty(request).about(&path)?;
    fs::write(&path, text).about(&path)?;
    Ok(program.mount(Mount::read(&folder, "/request")))
}

fn request(work: &Work<'_>, baseline: PathBuf) -> Request {
    let below = |name: &InputName| Path::new(INPUTS).join(name.as_str());
    let (traces, inventory, requirements) = match &work.job.evidence {
        Evidence::Recorded(recordings) => (
            recordings.traces.iter().map(below).collect(),
            recordings.inventory.as_ref().map(below),
            None,
        ),
        Evidence::Requirements(name) => (Vec::new(), None, Some(below(name))),
    };
    let wanted = &work.job.tailor;
    Request {
        contract: CONTRACT,
        tree: PathBuf::from(source::AT),
        arch: work.job.arch.to_string(),
        baseline,
        traces,
        inventory,
        requirements,
        profile: wanted.profile,
        modules: wanted.modules,
        floor: wanted.floor,
        initramfs: wanted.initramfs,
        keep: wanted.keep.clone(),
        drop: wanted.drop.clone(),
        evaluated: wanted.evaluated,
        cache: PathBuf::from(CACHE),
        result: PathBuf::from(RESULT),
    }
}

/// A name of an input that isn't there is the input's fault, not the sandbox's.
fn inputs_are_there(work: &Work<'_>) -> Result<()> {
    let mut names = vec![&work.job.baseline];
    match &work.job.evidence {
        Evidence::Recorded(recordings) => {
            names.extend(&recordings.traces);
            names.extend(&recordings.inventory);
        }
        Evidence::Requirements(name) => names.push(name),
    }
    let is_there = |name: &&&InputName| work.inputs.join(name.as_str()).symlink_metadata().is_ok();
    match names.iter().find(|name| !is_there(name)) {
        None => Ok(()),
        Some(name) => Err(Trouble::input(format!("{name}: no such input was given"))),
    }
}
