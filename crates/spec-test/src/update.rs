// SPDX-License-Identifier: Apache-2.0
//! `SPEC_UPDATE`: what came out becomes what is expected, once all tests have run,
//! so that tests may run side by side.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::markdown::{self, Block};

/// The blocks to rewrite, of each file.
#[derive(Default)]
pub(crate) struct Update {
    files: Mutex<BTreeMap<PathBuf, Replacements>>,
}

/// By the line of a block's fence: how many lines go, and the text that comes.
type Replacements = BTreeMap<usize, (usize, String)>;

impl Update {
    /// False when the text cannot stand between the fences of this block.
    pub(crate) fn accept(&self, path: &Path, block: &Block, text: String) -> bool {
        if text
            .lines()
            .any(|line| markdown::closes(line, &block.fence))
        {
            return false;
        }
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let replacement = (block.text.lines().count(), text);
        files
            .entry(path.to_owned())
            .or_default()
            .insert(block.line, replacement);
        true
    }

    pub(crate) fn write(self) -> io::Result<()> {
        let files = self
            .files
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        for (path, replacements) in files {
            let text = fs::read_to_string(&path)?;
            fs::write(&path, replaced(&text, replacements))?;
        }
        Ok(())
    }
}

fn replaced(text: &str, replacements: Replacements) -> String {
    let mut lines = text.split_inclusive('\n');
    let mut result = String::with_capacity(text.len());
    let mut line = 0;
    for (fence, (count, new)) in replacements {
        result.extend(lines.by_ref().take(fence - line));
        result.push_str(&new);
        line = fence + lines.by_ref().take(count).count();
    }
    result.extend(lines);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# A\n```in\n1\n```\n```out\n1\n2\n```\n## B\n```out\n```\nend";

    #[test]
    fn only_the_text_between_the_fences_changes() {
        let replacements = [(5, (2, "x\n".to_owned())), (10, (0, "y\nz\n".to_owned()))];
        let expected = "# A\n```in\n1\n```\n```out\nx\n```\n## B\n```out\ny\nz\n```\nend";
        assert_eq!(replaced(FILE, replacements.into()), expected);
    }

    #[test]
    fn a_text_that_would_end_its_block_is_refused() {
        let headings = markdown::parse(FILE).expect("parses");
        let block = &headings[1].blocks[1];
        let update = Update::default();
        assert!(!update.accept(Path::new("a.md"), block, "a\n```\n".into()));
        assert!(update.accept(Path::new("a.md"), block, "a\n``\n".into()));
    }

    #[test]
    fn files_are_rewritten_at_the_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.md");
        fs::write(&path, FILE).expect("written");
        let headings = markdown::parse(FILE).expect("parses");
        let update = Update::default();
        assert!(update.accept(&path, &headings[1].blocks[1], "x\n".into()));
        update.write().expect("written");
        let expected = FILE.replace("```out\n1\n2\n", "```out\nx\n");
        assert_eq!(fs::read_to_string(&path).expect("read"), expected);
    }
}
