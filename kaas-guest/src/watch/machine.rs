// SPDX-License-Identifier: Apache-2.0
//! Watches the machine that it runs in, and writes down what it found.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::json;

use super::configured;
use super::event::Event;
use super::feature::Kind;
use super::source::Source;
use super::tally::{Report, Rest, Tally};
use crate::failure::{Failure, Result};
use crate::replace;
use crate::tracefs::Folder;

/// What to do.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The folder into which it writes what is missing, for the agent, and how it found that.
    pub(crate) run: PathBuf,
    pub(crate) limit: Duration,
    /// Set when it shall end early.
    pub(crate) stop: Arc<AtomicBool>,
    pub(crate) tracefs: PathBuf,
    /// Where the machine's own files are.
    pub(crate) root: PathBuf,
}

/// What is missing: the agent's own form, which it hands on as it is.
const MISSING: &str = "missing.json";
/// A [`Document`].
const WATCH: &str = "watch.json";

/// How it was found.
#[derive(Debug, Serialize)]
struct Document {
    /// In which boot.
    boot_id: String,
    /// `uname -r`
    kernel: String,
    /// Whether programs were watched; if not, why, and only the configuration was looked at.
    watched: Watched,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "why")]
enum Watched {
    Watching,
    Ended,
    Impossible(String),
}

/// Between two reports.
const PERIOD: Duration = Duration::from_secs(30);
/// Lists of modules; the largest has about a megabyte.
const LIST_LIMIT: u64 = 8 << 20;

/// Watches for the time that was given; the report is there from the beginning on.
pub(crate) fn run(settings: &Settings) -> Result<()> {
    let name = rustix::system::uname();
    let kernel = name.release().to_string_lossy().into_owned();
    let mut tally = Tally::new(&name.machine().to_string_lossy());
    let lists = Lists::read(&settings.root, &kernel);
    look_at_configuration(&settings.root, &lists, &mut tally);
    let write = |tally: &Tally, watched: Watched| {
        let id = settings.root.join("proc/sys/kernel/random/boot_id");
        let boot_id = fs::read_to_string(id).unwrap_or_default().trim().to_owned();
        let Report { features, rest } = tally.report();
        let document = Document {
            boot_id,
            kernel: kernel.clone(),
            watched,
            rest,
        };
        write(&settings.run.join(WATCH), &document)?;
        write(
            &settings.run.join(MISSING),
            &json!({ "features": features }),
        )
    };
    let tracefs = Folder::open(&settings.tracefs);
    let source = tracefs.and_then(|folder| Ok((Source::start(&folder, &tally)?, folder)));
    let (mut source, tracefs) = match source {
        Ok(started) => started,
        Err(why) => return write(&tally, Watched::Impossible(why.to_string())),
    };
    write(&tally, Watched::Watching)?;
    let watched = watch(settings, &mut source, &mut tally, &lists, &write);
    source.end(&tracefs)?;
    watched?;
    write(&tally, Watched::Ended)
}

fn watch(
    settings: &Settings,
    source: &mut Source,
    tally: &mut Tally,
    lists: &Lists,
    write: &impl Fn(&Tally, Watched) -> Result<()>,
) -> Result<()> {
    let start = Instant::now();
    let (mut written, mut before) = (start, tally.report());
    while start.elapsed() < settings.limit && !settings.stop.load(Ordering::Relaxed) {
        let left = settings.limit.saturating_sub(start.elapsed()).min(PERIOD);
        let mut take = |event: &Event<'_>| tally.take(event, |name| lists.has(name));
        source.drain(left, &mut take)?;
        source.listen(tally)?;
        let now = tally.report();
        if written.elapsed() >= PERIOD && now != before {
            write(tally, Watched::Watching)?;
            (written, before) = (Instant::now(), now);
        }
    }
    Ok(())
}

fn look_at_configuration(root: &Path, lists: &Lists, tally: &mut Tally) {
    let text = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_default();
    let (fstab, proc) = (text("etc/fstab"), text("proc/filesystems"));
    for kind in configured::file_systems(&fstab, &proc) {
        tally.add(Kind::FileSystem, kind);
    }
    if !lists.are_known() {
        return;
    }
    for folder in ["etc/modules-load.d", "usr/lib/modules-load.d"] {
        let names = fs::read_dir(root.join(folder))
            .into_iter()
            .flatten()
            .flatten();
        for path in names.map(|entry| entry.path()) {
            let text = fs::read_to_string(&path).unwrap_or_default();
            let missing = configured::modules(&text).filter(|name| !lists.has(name));
            missing.for_each(|name| tally.add(Kind::Module, name));
        }
    }
}

/// The modules that the kernel has, as its packages list them.
struct Lists([String; 3]);

impl Lists {
    fn read(root: &Path, kernel: &str) -> Self {
        let folder = root.join("lib/modules").join(kernel);
        Self(
            ["modules.builtin", "modules.dep", "modules.alias"].map(|name| {
                let path = folder.join(name);
                let fits = path.metadata().is_ok_and(|there| there.len() <= LIST_LIMIT);
                if fits {
                    fs::read_to_string(path).unwrap_or_default()
                } else {
                    String::new()
                }
            }),
        )
    }

    fn are_known(&self) -> bool {
        self.0.iter().any(|list| !list.is_empty())
    }

    fn has(&self, name: &str) -> bool {
        configured::has_module(name, [&self.0[0], &self.0[1], &self.0[2]])
    }
}

fn write(path: &Path, document: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string(document).map_err(|error| Failure::new(error.to_string()))?;
    replace::line(path, &text)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;
    use std::time::Duration;

    use super::{Settings, run};

    #[test]
    fn a_machine_without_tracefs_says_so() {
        let folder = tempfile::TempDir::new().unwrap();
        let root = folder.path().to_owned();
        fs::create_dir_all(root.join("etc")).unwrap();
        fs::write(root.join("etc/fstab"), "/dev/vdb /srv xfs defaults 0 0\n").unwrap();
        let settings = Settings {
            run: root.clone(),
            limit: Duration::from_secs(1),
            stop: Arc::default(),
            tracefs: root.join("sys/kernel/tracing"),
            root,
        };
        run(&settings).unwrap();
        let text = |name: &str| fs::read_to_string(settings.run.join(name)).unwrap();
        let watch: serde_json::Value = serde_json::from_str(&text("watch.json")).unwrap();
        assert_eq!(watch["watched"]["is"], "impossible");
        let missing: kaas_types::agent::Missing =
            serde_json::from_str(&text("missing.json")).unwrap();
        let symbol = missing.features[0].symbol.as_ref().unwrap();
        assert_eq!(&**symbol, "XFS_FS");
    }
}
