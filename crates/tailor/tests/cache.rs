// SPDX-License-Identifier: Apache-2.0
//! Whatever the cache holds, a run's folder is, byte for byte, that of a run without one.
//!
//! `tests/cache` has a tree, to which the build system of `kbuild`'s tests is added, a
//! replaced configuration and a trace.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Output};

    use tempfile::TempDir;

    const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cache");
    const BASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../kbuild/tests/trees/base");

    /// A clock moves on sooner than this.
    const TRIES: usize = 500;

    /// A tree, a cache, and the folders of runs.
    struct Scene(TempDir);

    impl Scene {
        fn new() -> Self {
            let scene = Self(tempfile::tempdir().unwrap());
            scene.lay_out("tree");
            scene
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        fn lay_out(&self, name: &str) {
            let tree = self.path(name);
            copy(Path::new(BASE), &tree);
            copy(&Path::new(DATA).join("tree"), &tree);
            let makefile = fs::read_to_string(tree.join("Makefile")).unwrap();
            let version = "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 7\n";
            fs::write(tree.join("Makefile"), format!("{version}{makefile}")).unwrap();
        }

        fn tailor(&self, tree: &str, cache: &str, arguments: &[&str]) -> Output {
            let mut command = started(env!("CARGO_BIN_EXE_tailor"));
            command.env("KAAS_CACHE", self.path(cache));
            command.args(arguments).arg("--tree").arg(self.path(tree));
            command.args(["--arch", "x86", "--baseline"]);
            command.arg(format!("{DATA}/baseline")).output().unwrap()
        }

        /// The files of the folder of a run; of one that is refused, what it said last.
        fn run(&self, tree: &str, cache: &str) -> BTreeMap<String, Vec<u8>> {
            let folder = self.path("run");
            let run = folder.to_str().unwrap();
            let trace = format!("{DATA}/trace");
            let output = self.tailor(tree, cache, &["config", "--trace", &trace, "--run", run]);
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                let last = said.lines().last().unwrap_or_default();
                return BTreeMap::from([("refused".to_owned(), last.into())]);
            }
            let files = fs::read_dir(&folder).unwrap().map(|entry| {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, fs::read(path).unwrap())
            });
            let files = files.collect();
            fs::remove_dir_all(folder).unwrap();
            files
        }

        /// As a run without a cache: where its folder should be, there is a file.
        fn expected(&self, tree: &str) -> BTreeMap<String, Vec<u8>> {
            fs::write(self.path("no-cache"), "").unwrap();
            self.run(tree, "no-cache")
        }

        /// Whether nothing had to be read that is kept.
        fn is_fresh(&self, tree: &str) -> bool {
            let output = self.tailor(tree, "cache", &["model", "--json", "--modules"]);
            let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            told["fresh"] == true && told["replaced"]["fresh"] == true
        }

        /// Fills the cache. What changed a moment ago is not kept.
        fn fill(&self, tree: &str) {
            let kept = (0..TRIES).any(|_| self.is_fresh(tree));
            assert!(kept, "nothing is kept");
        }

        fn kept(&self) -> Vec<PathBuf> {
            let entries = fs::read_dir(self.path("cache/model")).unwrap();
            entries.map(|entry| entry.unwrap().path()).collect()
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the tested command is a process")]
    fn started(program: &str) -> Command {
        Command::new(program)
    }

    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let target = to.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                copy(&entry.path(), &target);
            } else {
                fs::copy(entry.path(), target).unwrap();
            }
        }
    }

    #[test]
    fn cold_and_warm_runs_are_those_without_a_cache() {
        let scene = Scene::new();
        let expected = scene.expected("tree");
        let config = String::from_utf8(expected["config"].clone()).unwrap();
        for (line, is_there) in [("CONFIG_ALPHA=y\n", true), ("CONFIG_GAMMA=y\n", false)] {
            assert_eq!(config.contains(line), is_there, "{config}");
        }
        assert_eq!(scene.run("tree", "cache"), expected);
        scene.fill("tree");
        assert_eq!(scene.run("tree", "cache"), expected);
    }

    #[test]
    fn what_only_looks_new_is_not_made_again() {
        let scene = Scene::new();
        scene.fill("tree");
        let source = scene.path("tree/core.c");
        let content = fs::read(&source).unwrap();
        fs::write(&source, content).unwrap();
        assert!(scene.is_fresh("tree"), "the content is the same");
        scene.lay_out("copy");
        assert!(
            scene.is_fresh("copy"),
            "the content is that of another tree"
        );
        assert_eq!(scene.run("copy", "cache"), scene.expected("copy"));
    }

    #[test]
    fn what_changed_is_read_again() {
        let scene = Scene::new();
        let changes = [
            // Another file defines the function.
            ("alpha.c", "int nothing;\n"),
            (
                "core.c",
                "int core(void)\n{\n}\nint alpha_made(void)\n{\n}\n",
            ),
            // Another file is included, since it is there now.
            ("drv/beta.c", "#include \"new.h\"\nint beta(void)\n{\n}\n"),
            ("drv/new.h", "static int alpha(void)\n{\n}\n"),
            // Another condition.
            ("drv/Makefile", "obj-$(CONFIG_ALPHA) += beta.o gamma.o\n"),
        ];
        for (path, text) in changes {
            scene.fill("tree");
            fs::write(scene.path("tree").join(path), text).unwrap();
            let expected = scene.expected("tree");
            assert!(!scene.is_fresh("tree"), "{path} is noticed");
            assert_eq!(scene.run("tree", "cache"), expected, "{path}");
        }
    }

    #[test]
    fn what_is_damaged_is_made_again() {
        let scene = Scene::new();
        let expected = scene.expected("tree");
        let damages: [fn(&mut Vec<u8>); 4] = [
            |bytes| bytes.truncate(bytes.len() / 2),
            |bytes| {
                let last = bytes.len() - 1;
                bytes[last] ^= 1;
            },
            Vec::clear,
            |bytes| *bytes = b"#!/bin/sh\n".to_vec(),
        ];
        for (number, damage) in damages.iter().enumerate() {
            scene.fill("tree");
            for path in scene.kept() {
                let mut bytes = fs::read(&path).unwrap();
                damage(&mut bytes);
                fs::write(path, bytes).unwrap();
            }
            assert!(!scene.is_fresh("tree"), "damage {number} is noticed");
            assert_eq!(scene.run("tree", "cache"), expected, "damage {number}");
        }
    }
}
