// SPDX-License-Identifier: Apache-2.0
//! `tailor debug-table` prints or writes a table that `--debug` reads, or has one error.

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Output};

    use tempfile::TempDir;

    const TABLE: &str = "ffffffff81000000 334 arch/x86/kernel/head_64.S\n";

    #[expect(clippy::disallowed_methods, reason = "the tested command is a process")]
    fn debug_table(arguments: &[&Path]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tailor"));
        command.arg("debug-table").args(arguments).output().unwrap()
    }

    fn file(folder: &TempDir, name: &str, content: &str) -> PathBuf {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    #[test]
    fn a_table_is_printed_or_written() {
        let folder = tempfile::tempdir().unwrap();
        let (table, copy) = (file(&folder, "table", TABLE), folder.path().join("copy"));
        let printed = debug_table(&[&table]);
        assert!(printed.status.success(), "{printed:?}");
        assert_eq!(printed.stdout, TABLE.as_bytes());
        let written = debug_table(&[&table, Path::new("--output"), &copy]);
        assert!(written.status.success() && written.stdout.is_empty());
        assert_eq!(fs::read_to_string(&copy).unwrap(), TABLE);
    }

    #[test]
    fn bad_input_is_one_error() {
        let folder = tempfile::tempdir().unwrap();
        let wrong = file(&folder, "wrong", "ffffffff81000000 here\n");
        let right = file(&folder, "right", TABLE);
        let nowhere = folder.path().join("none/copy");
        let cases: [(&[&Path], &Path); 3] = [
            (&[&wrong], &wrong),
            (&[folder.path()], folder.path()),
            (&[&right, Path::new("--output"), &nowhere], &nowhere),
        ];
        for (arguments, culprit) in cases {
            let output = debug_table(arguments);
            let told = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{told}");
            assert!(output.stdout.is_empty());
            assert_eq!(told.lines().count(), 1, "{told}");
            let expected = format!("tailor: {}: ", culprit.display());
            assert!(told.starts_with(&expected), "{told}");
        }
    }
}
