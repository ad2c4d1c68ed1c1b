// SPDX-License-Identifier: Apache-2.0
//! What a process was started with, before any file is read.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// The world around the process, as its `main` passes it in.
#[derive(Clone, Default)]
pub struct Surroundings {
    /// The name of the project: that of the first default file.
    pub project: String,
    /// The name of the program: that of the second one.
    pub program: String,
    /// Without the program's name.
    pub arguments: Vec<String>,
    pub environment: BTreeMap<String, String>,
    /// In front of `/etc`: empty but for tests.
    pub root: PathBuf,
}

impl fmt::Debug for Surroundings {
    /// Without arguments and environment: either may hold secrets.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.project, self.program)
    }
}

impl Surroundings {
    /// A variable, set to anything, also to an empty text.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str)
    }

    /// With `~` for the home directory.
    pub(super) fn expand(&self, path: &str) -> PathBuf {
        let home = self.variable("HOME").unwrap_or("/");
        match path.strip_prefix('~') {
            Some("") => PathBuf::from(home),
            Some(rest) if rest.starts_with('/') => Path::new(home).join(&rest[1..]),
            _ => PathBuf::from(path),
        }
    }

    /// Where files are looked for when no path says where, the first first.
    pub(super) fn directories(&self) -> Vec<PathBuf> {
        let Self { project, root, .. } = self;
        let snap = |name| Some(Path::new(self.variable(name)?).join("etc").join(project));
        let mut directories = vec![
            self.expand(&format!("~/.{project}")),
            self.expand("~"),
            root.join("etc").join(project),
            root.join("etc"),
        ];
        directories.extend([snap("SNAP_COMMON"), snap("SNAP")].into_iter().flatten());
        directories
    }

    /// The first of `project` and `program`, each with this ending, in each of the directories.
    fn standard(&self, ending: &str) -> Vec<PathBuf> {
        let directories = self.directories();
        let found = [&self.project, &self.program].map(|name| {
            let mut paths = directories
                .iter()
                .map(|dir| dir.join(format!("{name}{ending}")));
            paths.find(|path| path.exists())
        });
        found.into_iter().flatten().collect()
    }

    /// The files read when `--config-file` is not given: those of the environment, or the
    /// standard ones.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let prefix = format!("OS_{}_CONFIG", self.project.to_uppercase());
        let Some(names) = self.variable(&format!("{prefix}_FILES")) else {
            return self.standard(".conf");
        };
        let directory = self.variable(&format!("{prefix}_DIR"));
        let directory = directory.map_or_else(
            || self.root.join("etc").join(&self.project),
            |path| self.expand(path),
        );
        let names = names
            .split(';')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        names.map(|name| directory.join(name)).collect()
    }

    /// The folders read when `--config-dir` is not given.
    pub(super) fn folders(&self) -> Vec<PathBuf> {
        self.standard(".conf.d")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_may_name_the_files() {
        let with = |variables: &[(&str, &str)]| {
            let text = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            let surroundings = Surroundings {
                project: "kaas".to_owned(),
                environment: variables.iter().map(text).collect(),
                ..Surroundings::default()
            };
            surroundings.files()
        };
        let files = ("OS_KAAS_CONFIG_FILES", "a.conf; b.conf;");
        assert_eq!(
            with(&[files]),
            [Path::new("etc/kaas/a.conf"), Path::new("etc/kaas/b.conf")]
        );
        let directory = ("OS_KAAS_CONFIG_DIR", "/x");
        assert_eq!(
            with(&[files, directory]),
            [Path::new("/x/a.conf"), Path::new("/x/b.conf")]
        );
        assert_eq!(with(&[directory]), Vec::<PathBuf>::new());
    }
}
