// SPDX-License-Identifier: Apache-2.0
//! `tests/traces/CASE/`: an excerpt of a recorded trace, and of the inventory beside it.
//! What becomes of them is kept in `functions`, `facts` and `notes`; `SPEC_UPDATE=1` writes them
//! anew. To add a case: add a folder.

#[cfg(test)]
mod traces {
    use std::fmt::Write as _;
    use std::path::{Path, PathBuf};
    use std::{fs, io};

    use ftrace::import::{Context, import};
    use ftrace::inventory::{Folder, from_folder};
    use ftrace::{Ending, format};

    const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/traces");

    #[test]
    fn recorded_traces_become_what_they_became() {
        let cases = entries(Path::new(CASES)).unwrap();
        assert!(!cases.is_empty(), "no case in {CASES}");
        for case in cases {
            check(&case).unwrap();
        }
    }

    fn check(case: &Path) -> Result<(), Box<dyn std::error::Error>> {
        let folder = inventory(case)?;
        let context = Context::of("recorded", &folder.inventory, folder.kallsyms.as_ref());
        let imported = import(&fs::read(case.join("trace"))?[..], &context)?;
        let written = format::write(&imported.trace, Vec::new())?;
        assert_eq!(
            format::read(&written[..], Ending::Required)?,
            imported.trace
        );
        let mut notes = String::new();
        for note in &imported.notes {
            writeln!(notes, "{note}")?;
        }
        let mut facts = String::new();
        for evidence in &folder.inventory.evidence {
            writeln!(facts, "{} ({})", evidence.fact, evidence.source)?;
        }
        compare(&case.join("functions"), &String::from_utf8(written)?)?;
        compare(&case.join("facts"), &facts)?;
        compare(&case.join("notes"), &notes)?;
        Ok(())
    }

    fn inventory(case: &Path) -> Result<Folder, Box<dyn std::error::Error>> {
        let mut files = Vec::new();
        for path in entries(&case.join("inventory"))? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            files.push((name.into_owned(), fs::read(&path)?));
        }
        let files: Vec<_> = files
            .iter()
            .map(|(name, bytes)| (&**name, &bytes[..]))
            .collect();
        Ok(from_folder(&files)?)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the tree's one way to record expectations"
    )]
    fn compare(path: &Path, actual: &str) -> io::Result<()> {
        if std::env::var("SPEC_UPDATE").is_ok() {
            return fs::write(path, actual);
        }
        let expected = fs::read_to_string(path)?;
        assert_eq!(actual, expected, "{}", path.display());
        Ok(())
    }

    fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
        let entries = fs::read_dir(folder)?;
        let mut paths: Vec<_> = entries
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<_>>()?;
        paths.sort();
        Ok(paths)
    }
}
