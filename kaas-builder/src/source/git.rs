// SPDX-License-Identifier: Apache-2.0
//! One commit of a repository, which its name verifies.

use std::path::Path;

use super::{Driver, fetcher};
use crate::job::Git;
use crate::sandbox::{Mount, Program};
use crate::trouble::{Result, Trouble};
use crate::work::Work;

/// Fetches the commit `$2` of `$1`, and says when it was made.
const SCRIPT: &str = r#"
set -eu
git config --global safe.directory '*'
git init --quiet /place/tree
cd /place/tree
git fetch --quiet --depth 1 --no-tags "$1" "$2"
git -c advice.detachedHead=false checkout --quiet --detach FETCH_HEAD
found=$(git rev-parse HEAD)
test "$found" = "$2" || { echo "the commit is $found"; exit 1; }
git show --no-patch --format=%ct HEAD > /place/time
rm -rf .git
"#;

impl Driver for Git {
    fn identity(&self) -> String {
        format!("commit {}", self.commit)
    }

    fn fetch(&self, work: &mut Work<'_>, place: &Path) -> Result<u64> {
        let mut program = Program::new(&["sh", "-c", SCRIPT, "git"])
            .arg(self.uri.as_str())
            .arg(self.commit.as_str())
            .env("GIT_ALLOW_PROTOCOL", "https:http:file")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .mount(Mount::write(place, "/place"));
        if let Some(path) = self.uri.local_path() {
            program = program.mount(Mount::read(path, &path.display().to_string()));
        }
        let program = fetcher(work, program);
        work.run(&program)?.or_infrastructure("git")?;
        let time = std::fs::read_to_string(place.join("time")).unwrap_or_default();
        let unreadable = |_| Trouble::infrastructure("git said no time of the commit");
        time.trim().parse().map_err(unreadable)
    }

    fn corresponding(&self) -> String {
        let (uri, commit) = (&self.uri, &self.commit);
        format!(
            "The commit {commit} of {uri}, without patches:\n\n    \
             git init linux && cd linux\n    \
             git fetch --depth 1 {uri} {commit}\n    \
             git checkout FETCH_HEAD\n"
        )
    }
}
