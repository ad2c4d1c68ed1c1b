// SPDX-License-Identifier: Apache-2.0
//! What is handed on: to the tracer in words, to the installer in lines of JSON, with the
//! files of a release in the folder between them.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use kaas_types::agent::{Action, CommandResult, Id, Outcome, ReportBody, Sha256};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::fixture::{Cloud, Guest, instance, until};

type Heard = Arc<Mutex<Vec<String>>>;

/// Answers each line; what it heard is kept.
fn listen(path: &Path, answer: impl Fn(&str) -> String + Send + 'static) -> Heard {
    let heard = Heard::default();
    let (kept, listener) = (Arc::clone(&heard), UnixListener::bind(path).unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut line = String::new();
            BufReader::new(&stream).read_line(&mut line).unwrap();
            kept.lock().unwrap().push(line.trim_end().to_owned());
            let _ = writeln!(stream, "{}", answer(line.trim_end()));
        }
    });
    heard
}

fn sha256(bytes: &[u8]) -> String {
    let digest = digest(&SHA256, bytes);
    Sha256::from_bytes(digest.as_ref().try_into().unwrap()).to_string()
}

#[test]
fn the_tracer_is_asked_in_words() {
    let cloud = Cloud::good();
    let mut guest = Guest::new(&cloud, &instance(1));
    guest.trace(1000);
    let heard = listen(&guest.path("run/tracer.sock"), |word| match word {
        "resume" => "error not stopped".to_owned(),
        word => format!("ok {word}"),
    });
    guest.start();
    cloud.guest(&instance(1));
    let cases = [
        (Action::Snapshot, Outcome::Done, "bytes of trace"),
        (Action::Stop, Outcome::Done, "stop"),
        (Action::Resume, Outcome::Refused, "not stopped"),
    ];
    for (action, outcome, detail) in cases {
        let result = cloud.ask(&action);
        assert_eq!(result.outcome, outcome, "{}", result.detail);
        assert!(result.detail.contains(detail), "{}", result.detail);
    }
    assert_eq!(*heard.lock().unwrap(), ["snapshot", "stop", "resume"]);
}

/// A server with one release of one file, and a guest with an installer.
struct Deployment {
    cloud: Cloud,
    guest: Guest,
    release: Id,
    heard: Heard,
}

impl Deployment {
    fn new(file: &[u8]) -> Self {
        let cloud = Cloud::good();
        let guest = Guest::new(&cloud, &instance(1));
        let (release, sha256) = (instance(9), sha256(file));
        let folder = cloud.folder().join("releases").join(&*release);
        fs::create_dir_all(folder.join("files")).unwrap();
        fs::write(folder.join("files").join(&sha256), file).unwrap();
        let signed = json!({"document": "{}", "key": "k", "signature": "s"});
        fs::write(folder.join("release.json"), signed.to_string()).unwrap();
        let size = file.len();
        let heard = listen(&guest.path("run/installer.sock"), move |line| {
            answer(line, &json!([{"sha256": sha256, "size": size}]))
        });
        Self {
            cloud,
            guest,
            release,
            heard,
        }
    }

    fn heard(&self) -> Vec<String> {
        let lines = self.heard.lock().unwrap();
        let actions = lines.iter().map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            line["action"].as_str().unwrap().to_owned()
        });
        actions.filter(|action| action != "status").collect()
    }
}

fn answer(line: &str, files: &Value) -> String {
    let request: Value = serde_json::from_str(line).unwrap();
    let deployment = |status: &str| {
        json!({
            "answer": "deployment", "status": status, "reason": "", "serial": 3, "release": "6.1",
            "running": "6.1", "installed": true, "accepted_serial": 3,
        })
    };
    match request["action"].as_str().unwrap() {
        "fetch" => json!({"answer": "missing", "files": files}),
        "confirm" => json!({"answer": "invalid", "reason": "no trial runs"}),
        "install" => deployment("INSTALLING"),
        _ => deployment("TRIAL"),
    }
    .to_string()
}

#[test]
fn a_release_is_fetched_installed_and_tried() {
    let mut all = Deployment::new(&vec![5; 200_000]);
    all.guest.start();
    all.cloud.guest(&instance(1));
    let release = all.release.clone();
    let ask = |action: Action| -> CommandResult { all.cloud.ask(&action) };
    let result = ask(Action::Trial {
        release: release.clone(),
    });
    assert_eq!(result.outcome, Outcome::Refused, "it was not fetched");
    let result = ask(Action::Fetch {
        release: release.clone(),
    });
    assert_eq!(result.outcome, Outcome::Done, "{}", result.detail);
    let staged: Vec<_> = fs::read_dir(all.guest.path("state/staging"))
        .unwrap()
        .flatten()
        .collect();
    assert_eq!(staged.len(), 1);
    assert_eq!(fs::read(staged[0].path()).unwrap(), vec![5; 200_000]);
    let result = ask(Action::Trial {
        release: release.clone(),
    });
    assert_eq!((result.outcome, &*result.detail), (Outcome::Done, "TRIAL"));
    let result = ask(Action::Confirm { release });
    assert_eq!(
        (result.outcome, &*result.detail),
        (Outcome::Refused, "no trial runs")
    );
    assert_eq!(all.heard(), ["fetch", "install", "trial", "confirm"]);
    until("the deployment is reported", || {
        let reports = all.cloud.server().reports();
        let mut reports = reports.into_iter();
        reports.find(|report| matches!(report, ReportBody::Deployment(now) if now.serial == 3))
    });
}

#[test]
fn a_file_that_is_not_what_it_should_be_is_never_staged() {
    let mut all = Deployment::new(b"what was signed");
    let files = all
        .cloud
        .folder()
        .join("releases")
        .join(&*all.release)
        .join("files");
    let file = fs::read_dir(&files)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    fs::write(&file, b"something else!").unwrap();
    all.guest.start();
    all.cloud.guest(&instance(1));
    let fetch = Action::Fetch {
        release: all.release.clone(),
    };
    let result = all.cloud.ask(&fetch);
    assert_eq!(result.outcome, Outcome::Failed, "{}", result.detail);
    assert!(
        result.detail.contains("has not the digest"),
        "{}",
        result.detail
    );
    let staged = fs::read_dir(all.guest.path("state/staging")).unwrap();
    assert_eq!(staged.count(), 0);
    assert_eq!(all.heard(), ["fetch"]);
    fs::write(&file, b"what was signed").unwrap();
    assert_eq!(all.cloud.ask(&fetch).outcome, Outcome::Done);
}

#[test]
fn a_download_goes_on_where_it_was_cut_off() {
    let whole: Vec<u8> = (0..2_000_000_u32).map(|n| (n % 251) as u8).collect();
    let mut all = Deployment::new(&whole);
    let staging = all.guest.path("state/staging");
    fs::create_dir(&staging).unwrap();
    all.guest.start();
    all.cloud.guest(&instance(1));
    let fetch = Action::Fetch {
        release: all.release.clone(),
    };
    let command = all.cloud.server().push(&fetch).unwrap();
    let path = staging.join(format!("{}.part", sha256(&whole)));
    for cut in 0..3 {
        until("the download begins", || path.exists().then_some(()));
        all.guest.kill();
        let half = fs::read(&path).unwrap_or_default();
        assert!(whole.starts_with(&half), "cut {cut}");
        // As far as a slower line would have come; and damaged at last.
        let mut half = whole[..700_000 * cut].to_vec();
        if cut == 2 {
            half[5] ^= 1;
        }
        if !staging.join(sha256(&whole)).exists() {
            fs::write(&path, half).unwrap();
        }
        all.guest.start();
    }
    assert_eq!(all.cloud.result(&command).outcome, Outcome::Done);
    assert_eq!(fs::read(staging.join(sha256(&whole))).unwrap(), whole);
}

#[test]
fn a_release_for_which_there_is_no_room_is_refused() {
    let mut all = Deployment::new(b"x");
    let socket = all.guest.path("run/installer.sock");
    fs::remove_file(&socket).unwrap();
    for (size, why) in [(u64::MAX, "of which"), (1 << 30, "of which")] {
        let _ = fs::remove_file(&socket);
        let files =
            json!([{"sha256": sha256(b"x"), "size": size}, {"sha256": sha256(b""), "size": 9}]);
        listen(&socket, move |line| answer(line, &files));
        if size == u64::MAX {
            all.guest.start();
            all.cloud.guest(&instance(1));
        }
        let result = all.cloud.ask(&Action::Fetch {
            release: all.release.clone(),
        });
        assert_eq!(result.outcome, Outcome::Refused);
        assert!(result.detail.contains(why), "{}", result.detail);
    }
}

#[test]
fn a_release_that_is_not_there_is_no_reason_to_wait() {
    let mut all = Deployment::new(b"x");
    all.guest.start();
    all.cloud.guest(&instance(1));
    let result = all.cloud.ask(&Action::Fetch {
        release: instance(77),
    });
    assert_eq!(result.outcome, Outcome::Failed);
    assert!(result.detail.contains("not_found"), "{}", result.detail);
}

/// The installer restarts the machine: the agent dies with the command half done.
#[test]
fn a_trial_is_not_begun_twice() {
    let mut all = Deployment::new(b"x");
    all.guest.start();
    all.cloud.guest(&instance(1));
    let release = all.release.clone();
    all.cloud.ask(&Action::Fetch {
        release: release.clone(),
    });
    // An installer that hangs once it was asked for a trial.
    let socket = all.guest.path("run/installer.sock");
    fs::remove_file(&socket).unwrap();
    let (hang, hold) = std::sync::mpsc::channel::<()>();
    let hold = Mutex::new(hold);
    let heard = listen(&socket, move |line| {
        if line.contains("trial") {
            let _ = hold.lock().unwrap().recv();
        }
        answer(line, &json!([]))
    });
    let command = all.cloud.server().push(&Action::Trial { release }).unwrap();
    until("the installer is asked", || {
        let lines = heard.lock().unwrap();
        lines
            .iter()
            .any(|line| line.contains("trial"))
            .then_some(())
    });
    all.guest.kill();
    drop(hang);
    all.guest.start();
    let result = all.cloud.result(&command);
    assert_eq!((result.outcome, &*result.detail), (Outcome::Done, "TRIAL"));
    let lines = heard.lock().unwrap();
    assert_eq!(
        lines.iter().filter(|line| line.contains("trial")).count(),
        1
    );
}

#[test]
fn what_the_kernel_lacks_is_reported_when_it_changes() {
    let cloud = Cloud::good();
    let mut guest = Guest::new(&cloud, &instance(1));
    let path = guest.path("run/missing.json");
    fs::write(&path, "{\"features\": [{}]}").unwrap();
    guest.start();
    cloud.guest(&instance(1));
    let counts = || -> Vec<u64> {
        let reports = cloud.server().reports();
        let missing = reports.iter().filter_map(|report| match report {
            ReportBody::Missing(missing) => Some(missing.features[0].count),
            _ => None,
        });
        missing.collect()
    };
    for count in [1, 2] {
        let feature = json!({"what": "syscall", "name": "io_uring_setup", "count": count});
        let new = path.with_extension("new");
        fs::write(&new, json!({"features": [feature]}).to_string()).unwrap();
        fs::rename(&new, &path).unwrap();
        // Commands wake the agent, which otherwise looks when a poll is over.
        until("it is reported", || {
            cloud.ask(&Action::Stop);
            (counts().last() == Some(&count)).then_some(())
        });
    }
    assert_eq!(counts(), [1, 2]);
}
