// SPDX-License-Identifier: Apache-2.0
//! Our own analysis, as an engine of the contract in [`crate::engine`].

use std::fs;
use std::path::Path;

use tailor::cache::Cache;
use tailor::host::System;
use tailor::kernel::{Kernel, toolchain};
use tailor::minimise::Units;
use tailor::pipeline::locating::{self, Scope};
use tailor::pipeline::{Replaced, admission, compiled};
use tailor::tailoring::{self, Ending, Listener};

use super::{Failed, say};
use crate::config;
use crate::engine::{CONTRACT, Request};
use crate::job::{Floor, Initramfs, Modules, Profile, Symbol};

/// A step of tailoring is a line.
struct Lines;

impl Listener for Lines {
    fn begin(&mut self, _: &str) {}

    fn end(&mut self, what: &str) {
        say(what);
    }

    fn warn(&mut self, what: &str) {
        say(&format!("warning: {what}"));
    }
}

/// Also takes the baseline in, and refuses lists that can't be had.
pub(super) fn model(path: &Path) -> Result<(), Failed> {
    let request = read(path)?;
    for trace in &request.traces {
        refuse_config(trace)?;
    }
    let kernel = kernel(&request)?;
    let units = Units::of(&kernel, |_| 1);
    say(&format!(
        "Linux {}, {}: {} files",
        kernel.release,
        kernel.arch,
        units.iter().len()
    ));
    let [keep, drop] = [&request.keep, &request.drop].map(|list| names(list));
    admission::lists(&kernel, &keep, &drop)?;
    let baseline = tailor::input::read(&request.baseline)?;
    if baseline.len() as u64 > config::LONGEST {
        return Err(Failed::Unusable(
            "the baseline is too long for a .config".to_owned(),
        ));
    }
    let text = String::from_utf8_lossy(&baseline);
    write(&request, "baseline", text.as_bytes())?;
    let (neutral, _) = config::neutral(&text);
    let replaced = Replaced::read(&kernel, neutral.as_bytes());
    let built = compiled(&kernel, &units, &replaced.values);
    // What later jobs with this baseline need not read again.
    locating::prepare(&kernel, &replaced, &built, &Scope::Image);
    Ok(())
}

pub(super) fn tailor(path: &Path) -> Result<(), Failed> {
    let request = read(path)?;
    let kernel = kernel(&request)?;
    let wanted = tailoring::Request {
        baseline: request.baseline.clone(),
        evaluated: request.evaluated,
        traces: request.traces.clone(),
        inventory: request.inventory.clone(),
        requirements: request.requirements.clone(),
        debug: None,
        profile: profile(request.profile),
        modules: modules(request.modules),
        floor: floor(request.floor),
        initramfs: initramfs(request.initramfs),
        keep: names(&request.keep),
        drop: names(&request.drop),
        cross_compile: String::new(),
        run: request.result.clone(),
    };
    match tailoring::tailor(&wanted, &kernel, &mut Lines)? {
        Ending::Made(_) => Ok(()),
        Ending::Contradiction(proof) => Err(Failed::Contradiction(proof)),
    }
}

/// Writes `objects`: a path a line.
pub(super) fn objects(path: &Path) -> Result<(), Failed> {
    let request = read(path)?;
    let kernel = kernel(&request)?;
    let config = tailor::input::read(&request.baseline)?;
    let values = Replaced::read(&kernel, &config).values;
    let objects = kernel.presence.objects.iter();
    let holds = |condition| kernel.presence.holds(condition, &values);
    let compiled = objects.filter(|object| holds(object.y) || holds(object.m));
    let mut paths: Vec<&str> = compiled.map(|object| object.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    write(&request, "objects", (paths.join("\n") + "\n").as_bytes())
}

fn read(path: &Path) -> Result<Request, Failed> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = fs::read(path).map_err(|error| failed(&error))?;
    let request: Request = serde_json::from_slice(&text).map_err(|error| failed(&error))?;
    if request.contract == CONTRACT {
        return Ok(request);
    }
    let contract = request.contract;
    Err(Failed::Unusable(format!(
        "contract {contract} is not known here"
    )))
}

fn kernel(request: &Request) -> Result<Kernel, Failed> {
    let variables = toolchain::variables(&request.tree, &request.arch, "");
    let host = System::new(variables.map_err(|error| error.to_string())?)?;
    let program = std::env::current_exe().ok();
    let cache = Cache::new(&request.cache, program.as_deref());
    let kernel = Kernel::load(&request.tree, &request.arch, &host, Some(cache));
    Ok(kernel.map_err(|error| error.to_string())?)
}

/// A `.config` tells what a kernel could do, not what ran.
fn refuse_config(trace: &Path) -> Result<(), Failed> {
    let bytes = tailor::input::read(trace)?;
    let start = bytes.get(..bytes.len().min(1 << 20)).unwrap_or_default();
    if !config::is_config(&String::from_utf8_lossy(start)) {
        return Ok(());
    }
    let name = trace.display();
    Err(Failed::Unusable(format!(
        "{name}: a configuration, not a trace: a trace lists the functions that ran; give a \
         configuration as the baseline"
    )))
}

fn write(request: &Request, name: &str, bytes: &[u8]) -> Result<(), Failed> {
    let path = request.result.join(name);
    fs::write(&path, bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(())
}

fn names(symbols: &[Symbol]) -> Vec<String> {
    symbols.iter().map(ToString::to_string).collect()
}

fn profile(profile: Profile) -> tailor::policy::Profile {
    match profile {
        Profile::Conservative => tailor::policy::Profile::Conservative,
        Profile::Balanced => tailor::policy::Profile::Balanced,
        Profile::Minimal => tailor::policy::Profile::Minimal,
    }
}

fn modules(modules: Modules) -> tailor::minimise::Modules {
    match modules {
        Modules::Monolithic => tailor::minimise::Modules::Monolithic,
        Modules::Modular => tailor::minimise::Modules::Modular,
    }
}

fn floor(floor: Floor) -> tailor::pipeline::harden::Floor {
    match floor {
        Floor::None => tailor::pipeline::harden::Floor::None,
        Floor::Keep => tailor::pipeline::harden::Floor::Keep,
        Floor::Kspp => tailor::pipeline::harden::Floor::Kspp,
    }
}

fn initramfs(initramfs: Initramfs) -> tailor::pipeline::initramfs::Wanted {
    match initramfs {
        Initramfs::Auto => tailor::pipeline::initramfs::Wanted::Auto,
        Initramfs::Keep => tailor::pipeline::initramfs::Wanted::Keep,
        Initramfs::Drop => tailor::pipeline::initramfs::Wanted::Drop,
    }
}
