// SPDX-License-Identifier: Apache-2.0
//! Command lines, as operators and scripts use them, on a database of SQLite.

use tempfile::TempDir;

use super::*;

/// Runs a command line on the database in a folder.
fn manage(folder: &TempDir, words: &[&str]) -> (Result<u8, String>, String) {
    let url = format!("sqlite:///{}/kaas.sqlite", folder.path().display());
    let surroundings = Surroundings {
        project: "kaas".to_owned(),
        program: "kaas-manage".to_owned(),
        arguments: words.iter().map(|word| (*word).to_owned()).collect(),
        environment: [("OS_DATABASE__CONNECTION".to_owned(), url)].into(),
        root: folder.path().to_owned(),
    };
    let mut out = Vec::new();
    let outcome = run(&surroundings, &mut out);
    let outcome = outcome.map_err(|failure| format!("{} {failure}", failure.code()));
    (outcome, String::from_utf8(out).unwrap())
}

#[test]
fn a_new_database_is_synced_checked_and_has_nothing_to_purge() {
    let folder = tempfile::tempdir().unwrap();
    let newest = kaas_db::NEWEST_SCHEMA;
    assert_eq!(
        manage(&folder, &["db", "version"]),
        (Ok(0), "0\n".to_owned())
    );
    let (outcome, _) = manage(&folder, &["db", "check"]);
    let error = outcome.unwrap_err();
    assert!(
        error.starts_with("2 ") && error.contains("kaas-manage db sync"),
        "{error}"
    );
    let (outcome, said) = manage(&folder, &["db", "sync"]);
    assert_eq!(outcome, Ok(0));
    assert!(said.contains("applied 0001_initial\n"), "{said}");
    let again = manage(&folder, &["db", "sync"]);
    assert_eq!(again, (Ok(0), format!("version {newest}\n")));
    let (outcome, said) = manage(&folder, &["db", "check"]);
    assert_eq!((outcome, said.lines().next()), (Ok(0), Some("kernels 0")));
    let (outcome, said) = manage(&folder, &["db", "purge", "--age-in-days", "30"]);
    assert_eq!((outcome, said.lines().next()), (Ok(3), Some("kernels 0")));
    assert_eq!(
        manage(&folder, &["service", "list"]),
        (Ok(0), String::new())
    );
}

#[test]
fn what_is_not_understood_is_said() {
    let folder = tempfile::tempdir().unwrap();
    for (words, what) in [
        (&[][..], "what is to be done?"),
        (&["db"], "what is to be done?"),
        (&["db", "drop"], "no command db drop"),
        (&["db", "sync", "x"], "invalid digit"),
        (&["db", "version", "3"], "unexpected argument"),
        (&["db", "purge"], "needs --age-in-days"),
        (&["db", "purge", "--age-in-days", "-1"], "invalid digit"),
        (&["db", "purge", "--all"], "invalid option"),
    ] {
        let (outcome, said) = manage(&folder, words);
        let error = outcome.unwrap_err();
        assert!(
            error.starts_with("2 ") && error.contains(what),
            "{words:?}: {error}"
        );
        assert_eq!(said, "");
    }
}

#[test]
fn help_and_version_need_no_configuration() {
    for word in ["--help", "--version"] {
        let surroundings = Surroundings {
            arguments: vec![word.to_owned()],
            ..Surroundings::default()
        };
        let mut out = Vec::new();
        assert!(matches!(run(&surroundings, &mut out), Ok(0)));
        assert!(!out.is_empty());
    }
}

#[test]
fn a_connection_that_cannot_be_is_said_without_its_password() {
    let surroundings = Surroundings {
        arguments: ["db", "version"].map(str::to_owned).to_vec(),
        environment: [(
            "OS_DATABASE__CONNECTION".to_owned(),
            "oracle://u:hunter2@h/d".to_owned(),
        )]
        .into(),
        ..Surroundings::default()
    };
    let failure = run(&surroundings, &mut Vec::new()).unwrap_err();
    let said = failure.to_string();
    assert!(
        said.contains("sqlite, postgresql, mysql") && !said.contains("hunter2"),
        "{said}"
    );
}

#[test]
fn the_options_have_no_faults() {
    assert_eq!(SCHEMA.faults(), Vec::<String>::new());
}
