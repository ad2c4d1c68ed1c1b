// SPDX-License-Identifier: Apache-2.0
//! A folder of Markdown files becomes a list of tests, and runs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use crate::case::{Case, Outcome};
use crate::outline;
use crate::update::Update;

/// Runs the `.md` files in this folder of the crate, one test per innermost heading,
/// with the arguments of every Rust test. With `SPEC_UPDATE=1` in the environment,
/// what came out replaces what was expected.
pub fn run(folder: &str, check: impl Fn(&Case) -> Outcome + Send + Sync + 'static) -> ExitCode {
    let wanted = std::env::var_os("SPEC_UPDATE").is_some_and(|value| !value.is_empty());
    let update = wanted.then(|| Arc::new(Update::default()));
    let trials = trials(Path::new(folder), &Arc::new(check), update.as_ref());
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    // The last reference: the trials are gone.
    match update
        .and_then(Arc::into_inner)
        .map_or(Ok(()), Update::write)
    {
        Ok(()) => conclusion.exit_code(),
        Err(error) => fail(&error),
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the run is over: there is no test left to fail"
)]
fn fail(error: &io::Error) -> ExitCode {
    eprintln!("SPEC_UPDATE: {error}");
    ExitCode::FAILURE
}

/// A file that cannot be understood is a failing test, so that the others still run.
fn trials<F>(folder: &Path, check: &Arc<F>, update: Option<&Arc<Update>>) -> Vec<Trial>
where
    F: Fn(&Case) -> Outcome + Send + Sync + 'static,
{
    let files = match files(folder) {
        Ok(files) if files.is_empty() => {
            return vec![broken(folder, "no .md file in this folder".to_owned())];
        }
        Ok(files) => files,
        Err(error) => return vec![broken(folder, error.to_string())],
    };
    let mut trials = vec![];
    for path in files {
        match cases(&path) {
            Ok(cases) => trials.extend(cases.into_iter().map(|case| {
                let (check, update) = (Arc::clone(check), update.cloned());
                let path = path.clone();
                Trial::test(case.name.clone(), move || {
                    judge(&case, check.as_ref(), &path, update.as_deref()).map_err(Failed::from)
                })
            })),
            Err(message) => trials.push(broken(&path, message)),
        }
    }
    trials
}

fn cases(path: &Path) -> Result<Vec<Case>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    outline::cases(path, &text).map_err(|problem| format!("{}:{problem}", path.display()))
}

fn broken(path: &Path, message: String) -> Trial {
    Trial::test(path.display().to_string(), move || {
        Err(Failed::from(message))
    })
}

/// The Markdown files of a folder, by name.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut files = entries.collect::<io::Result<Vec<_>>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    Ok(files)
}

/// Whether the case holds, or is made to hold by an update.
fn judge(
    case: &Case,
    check: &impl Fn(&Case) -> Outcome,
    path: &Path,
    update: Option<&Update>,
) -> Result<(), String> {
    let actual = check(case).map_err(|error| format!("{}:{}: {error}", case.file, case.line))?;
    let mut messages = case.silent_failures(&actual);
    for difference in case.differences(&actual) {
        let accepted = update
            .filter(|_| difference.own)
            .is_some_and(|update| update.accept(path, difference.block, difference.actual));
        if !accepted {
            messages.push(difference.message);
        }
    }
    if messages.is_empty() {
        Ok(())
    } else {
        Err(messages.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Actual;

    /// The language of these tests: `out` is `in` in capitals.
    fn shout(case: &Case) -> Outcome {
        Ok(Actual::default()
            .block("out", case.text("in")?.to_uppercase())
            .loud("messages", case.get("say").unwrap_or_default()))
    }

    fn verdict(text: &str) -> Result<(), String> {
        let path = Path::new("a.md");
        let cases = outline::cases(path, text).expect("has tests");
        cases
            .iter()
            .try_for_each(|case| judge(case, &shout, path, None))
    }

    #[test]
    fn an_equal_block_passes() {
        assert_eq!(verdict("# A\n```in\na\n```\n```out\nA\n```\n"), Ok(()));
    }

    #[test]
    fn a_different_block_fails_with_its_place() {
        let failure = verdict("# A\n```in\na\nb\n```\n```out\nA\nC\n```\n").unwrap_err();
        let expected = "a.md:8: `out` differs (- expected, + actual)\n  A\n- C\n+ B\n";
        assert_eq!(failure, expected);
    }

    #[test]
    fn a_missing_input_fails_with_the_place_of_the_heading() {
        let failure = verdict("\n# A\n```out\nA\n```\n").unwrap_err();
        assert_eq!(failure, "a.md:2: the case needs a block `in`");
    }

    #[test]
    fn a_misspelt_block_fails() {
        let failure = verdict("# A\n```in\na\n```\n```uot\nA\n```\n```out\nA\n```\n").unwrap_err();
        assert_eq!(failure, "a.md:5: nothing here reads or writes `uot`");
    }

    #[test]
    fn a_case_without_expectation_fails() {
        let failure = verdict("# A\n```in\na\n```\n").unwrap_err();
        assert_eq!(failure, "a.md:1: this case compares nothing");
    }

    #[test]
    fn an_unexpected_message_fails() {
        let text = "# A\n```in\na\n```\n```say\nhm\n```\n```out\nA\n```\n";
        assert_eq!(
            verdict(text).unwrap_err(),
            "a.md:1: unexpected `messages`:\nhm\n"
        );
        assert_eq!(verdict(&format!("{text}```messages\nhm\n```\n")), Ok(()));
    }

    #[test]
    fn an_update_rewrites_the_own_blocks_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.md");
        let text = "# T\n```out\nX\n```\n## A\n```in\na\n```\n## B\n```in\na\n```\n```out\n```\n";
        fs::write(&path, text).expect("written");
        let update = Update::default();
        let cases = outline::cases(&path, text).expect("has tests");
        let verdicts: Vec<_> = cases
            .iter()
            .map(|case| judge(case, &shout, &path, Some(&update)).is_ok())
            .collect();
        assert_eq!(verdicts, [false, true]);
        update.write().expect("written");
        let expected = text.replace("```out\n```", "```out\nA\n```");
        assert_eq!(fs::read_to_string(&path).expect("read"), expected);
    }

    #[test]
    fn a_folder_without_tests_and_a_broken_file_are_failing_tests() {
        let folder = tempfile::tempdir().expect("a folder");
        let check = Arc::new(shout);
        assert_eq!(trials(folder.path(), &check, None).len(), 1);
        fs::write(folder.path().join("a.md"), "prose").expect("written");
        fs::write(folder.path().join("b.md"), "# A\n```in\n```\n```out\n```\n").expect("written");
        let trials = trials(folder.path(), &check, None);
        let names: Vec<_> = trials.iter().map(Trial::name).collect();
        assert!(names[0].ends_with("/a.md"), "{names:?}");
        assert_eq!(names[1..], ["b::A"]);
    }
}
