// SPDX-License-Identifier: Apache-2.0
//! What is left of a builder that was killed, and what the next one makes of it.

use super::*;

fn job(name: &str) -> Job {
    let text = include_str!("../../tests/data/job.json").replace("NAME", name);
    Job::parse(text.as_bytes()).unwrap()
}

#[test]
fn a_folder_is_one_jobs_and_one_processs() {
    let place = tempfile::tempdir().unwrap();
    let first = Folder::open(place.path(), &job("a")).unwrap();
    assert!(Folder::open(place.path(), &job("a")).is_err());
    drop(first);
    assert!(Folder::open(place.path(), &job("b")).is_err());
    assert!(Folder::open(place.path(), &job("a")).is_ok());
}

#[test]
fn what_is_done_stays_and_what_is_half_goes() {
    let place = tempfile::tempdir().unwrap();
    let mut folder = Folder::open(place.path(), &job("a")).unwrap();
    let fetch = folder.begin(Step::Fetch).unwrap();
    fs::write(fetch.join("tree"), "whole").unwrap();
    folder.finish(Step::Fetch, &7).unwrap();
    let model = folder.begin(Step::Model).unwrap();
    fs::write(model.join("half"), "half").unwrap();
    // Renamed, but the journal does not know of it.
    fs::create_dir(folder.of(Step::Tailor)).unwrap();
    drop(folder);
    let folder = Folder::open(place.path(), &job("a")).unwrap();
    assert_eq!(folder.done::<i32>(Step::Fetch).unwrap(), Some(7));
    assert_eq!(folder.done::<i32>(Step::Model).unwrap(), None);
    assert!(folder.of(Step::Fetch).join("tree").is_file());
    assert!(!model.exists() && !folder.of(Step::Tailor).exists());
    let times = folder.times();
    assert!(matches!(
        times[..],
        [(Step::Fetch, _, Some(_)), (Step::Model, _, None)]
    ));
}

/// Every prefix of a journal is what some kill leaves.
#[test]
fn a_torn_journal_is_read_up_to_its_last_whole_line() {
    let place = tempfile::tempdir().unwrap();
    let mut folder = Folder::open(place.path(), &job("a")).unwrap();
    folder.begin(Step::Fetch).unwrap();
    folder.finish(Step::Fetch, &()).unwrap();
    folder.end(&Outcome::Failure("no".into()), 5).unwrap();
    drop(folder);
    let path = place.path().join("journal");
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let mut journal = Journal::open(&path).unwrap();
        let lines = String::from_utf8_lossy(&whole[..length])
            .matches('\n')
            .count();
        assert_eq!(journal.entries().len(), lines, "{length}");
        let step = Step::Upload;
        journal.add(Entry::Began { step, at: 9 }).unwrap();
        let again = Journal::open(&path).unwrap();
        assert_eq!(again.entries().len(), lines + 1, "{length}");
    }
}

#[test]
fn a_job_that_may_be_tried_again_is_not_over() {
    let place = tempfile::tempdir().unwrap();
    let mut folder = Folder::open(place.path(), &job("a")).unwrap();
    folder.end(&Outcome::InfraError("x".into()), 1).unwrap();
    assert_eq!(folder.outcome(), None);
    folder.end(&Outcome::Cancelled, 2).unwrap();
    assert_eq!(folder.outcome(), Some(&Outcome::Cancelled));
}
