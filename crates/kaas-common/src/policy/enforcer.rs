// SPDX-License-Identifier: Apache-2.0
//! The rules in force, read again whenever a file has changed. A file that cannot be used
//! changes nothing: the rules before it stay.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use super::check::Facts;
use super::rules::{Decision, Defaults, Fault, Rules};
use crate::config::Config;

/// What became of a change of the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// In force now; with what to warn of.
    Reloaded(Vec<String>),
    /// Not usable: the rules before it stay in force.
    Refused(Vec<Fault>),
}

/// Decides by the files of a process.
pub struct Enforcer {
    defaults: Defaults,
    file: Option<PathBuf>,
    folders: Vec<PathBuf>,
    state: RwLock<State>,
}

struct State {
    rules: Arc<Rules>,
    stamps: Stamps,
}

/// When each file and folder was changed last.
type Stamps = Vec<(PathBuf, Option<SystemTime>)>;

impl Enforcer {
    /// The rules of the code under the files that the configuration names. A name without a
    /// file is normal.
    pub fn new(rules: &'static [super::Rule], config: &Config) -> Result<Self, Vec<Fault>> {
        let defaults = Defaults {
            rules,
            standard: config.get(&super::DEFAULT_RULE),
            only_new: config.get(&super::NEW_DEFAULTS),
        };
        let file = config.find_file(&config.get(&super::POLICY_FILE));
        let folders = config.get(&super::POLICY_DIRS);
        let folders = folders
            .iter()
            .filter_map(|name| config.find_file(name))
            .collect();
        Self::of(defaults, file, folders)
    }

    /// The same, the file and the folders given.
    pub fn of(
        defaults: Defaults,
        file: Option<PathBuf>,
        folders: Vec<PathBuf>,
    ) -> Result<Self, Vec<Fault>> {
        let stamps = stamps(file.as_deref(), &folders);
        let rules = Arc::new(Rules::new(&defaults, &texts(&stamps)?)?);
        Ok(Self {
            defaults,
            file,
            folders,
            state: RwLock::new(State { rules, stamps }),
        })
    }

    /// The rules in force, to ask several things of.
    pub fn rules(&self) -> Arc<Rules> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&state.rules)
    }

    /// What the rule decides now.
    pub fn decide(&self, name: &str, target: &Facts, credentials: &Facts) -> Decision {
        self.rules().decide(name, target, credentials)
    }

    /// Reads the files again if one has changed: to be called before a request is decided.
    pub fn refresh(&self) -> Option<Event> {
        let now = stamps(self.file.as_deref(), &self.folders);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if now == state.stamps {
            return None;
        }
        let read = texts(&now).and_then(|texts| Rules::new(&self.defaults, &texts));
        state.stamps = now;
        Some(match read {
            Ok(rules) => {
                let warnings = rules.warnings.clone();
                state.rules = Arc::new(rules);
                Event::Reloaded(warnings)
            }
            Err(faults) => Event::Refused(faults),
        })
    }
}

/// The file, then those of each folder by name; hidden ones and folders inside not.
fn stamps(file: Option<&Path>, folders: &[PathBuf]) -> Stamps {
    let mut paths: Vec<PathBuf> = file.map(Path::to_owned).into_iter().collect();
    for folder in folders {
        let found = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut files: Vec<_> = found
            .map(|entry| entry.path())
            .filter(|path| is_policy(path))
            .collect();
        files.sort();
        paths.extend(files);
    }
    paths
        .into_iter()
        .map(|path| (path.clone(), changed(&path)))
        .collect()
}

fn is_policy(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.is_file() && !name.starts_with('.')
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata()
        .and_then(|metadata| metadata.modified())
        .ok()
}

fn texts(stamps: &Stamps) -> Result<Vec<(PathBuf, String)>, Vec<Fault>> {
    let read = |(path, _): &(PathBuf, Option<SystemTime>)| {
        let text = std::fs::read_to_string(path).map_err(|error| {
            vec![Fault {
                file: Some(path.clone()),
                line: 0,
                what: format!("cannot be read ({error})"),
            }]
        })?;
        Ok((path.clone(), text))
    };
    stamps.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Rule;

    const RULES: &[Rule] = &[Rule::new("a", "!", "h"), Rule::new("b", "rule:a", "h")];

    #[test]
    fn a_changed_file_counts_and_a_broken_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.yaml");
        let write = |text: &str, second: u64| {
            std::fs::write(&path, text).unwrap();
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(second);
            std::fs::File::options()
                .append(true)
                .open(&path)
                .unwrap()
                .set_modified(time)
                .unwrap();
        };
        write("a: '!'", 1);
        let defaults = Defaults {
            rules: RULES,
            standard: "default".to_owned(),
            only_new: true,
        };
        let enforcer = Enforcer::of(defaults, Some(path.clone()), vec![]).unwrap();
        let decide = || enforcer.decide("b", &Facts::new(), &Facts::new());
        assert_eq!((enforcer.refresh(), decide()), (None, Decision::Denied));
        write("a: '@'", 2);
        assert_eq!(enforcer.refresh(), Some(Event::Reloaded(vec![])));
        assert_eq!((enforcer.refresh(), decide()), (None, Decision::Allowed));
        write("a: [", 3);
        assert!(matches!(enforcer.refresh(), Some(Event::Refused(_))));
        assert_eq!((enforcer.refresh(), decide()), (None, Decision::Allowed));
        write("a: 'rule:b'", 4);
        let Some(Event::Refused(faults)) = enforcer.refresh() else {
            panic!()
        };
        assert_eq!(
            faults[0].to_string(),
            "default policy: a, b refer to themselves, at once or by others"
        );
    }
}
