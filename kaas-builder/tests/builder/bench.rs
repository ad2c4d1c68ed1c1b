// SPDX-License-Identifier: Apache-2.0
//! What whole jobs are tested with: a tree of some 200 files in an archive, and its evidence.
#![expect(
    clippy::disallowed_methods,
    reason = "checksums are compared with another program's"
)]

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use kaas_builder::sandbox::{Isolation, Limits, Missing};
use kaas_builder::{Cancel, Event, Job, Outcome, Party, Patience, Sandbox, Settings, Sink, build};
use serde_json::{Value, json};

pub(crate) const HELPER: &str = env!("CARGO_BIN_EXE_kaas-builder");

pub(crate) fn sandbox() -> Sandbox {
    Sandbox {
        helper: PathBuf::from(HELPER),
        user: 65534,
        isolation: Isolation::Full,
        limits: Limits::default(),
        missing: Missing::PerProcess,
        visible: Vec::new(),
    }
}

/// A place with a tree in an archive, and evidence.
pub(crate) struct Bench {
    place: tempfile::TempDir,
    sha256: String,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let path = place.path();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        small_tree::write_tree(&path.join("tree")).unwrap();
        small_tree::write_evidence(&path.join("inputs")).unwrap();
        let mut builder = tar::Builder::new(File::create(path.join("linux.tar")).unwrap());
        builder.mode(tar::HeaderMode::Deterministic);
        builder
            .append_dir_all("linux-6.1.7", path.join("tree"))
            .unwrap();
        builder.finish().unwrap();
        let sha256 = sha256(&path.join("linux.tar"));
        Self { place, sha256 }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    pub(crate) fn document(&self) -> Value {
        json!({
            "format": 1, "id": "job", "name": "small", "arch": "x86",
            "source": {
                "driver": "tarball", "sha256": self.sha256, "release": small_tree::RELEASE,
                "uri": format!("file://{}", self.path("linux.tar").display()),
            },
            "baseline": "baseline",
            "evidence": {"recorded": {"traces": ["trace"], "inventory": "inventory"}},
            "boot_test": "skip",
        })
    }

    pub(crate) fn settings(&self) -> Settings {
        Settings {
            sandbox: sandbox(),
            cache: self.path("cache"),
            store: self.path("store"),
            keyrings: self.path("keyrings"),
            schemes: vec!["file".to_owned()],
            engines: std::collections::BTreeMap::new(),
            jobs: 2,
            ccache: false,
            network: Vec::new(),
            patience: Patience::default(),
            emulator: "/no/emulator".to_owned(),
            repairs: 24,
        }
    }

    pub(crate) fn build(
        &self,
        document: &Value,
        work: &str,
        settings: &Settings,
    ) -> (Outcome, Vec<Event>) {
        let heard = Heard::default();
        let cancel = Cancel::new().unwrap();
        let outcome = self.build_with(document, work, (settings, &heard, &cancel));
        (outcome, heard.0.into_inner().unwrap())
    }

    pub(crate) fn build_with(
        &self,
        document: &Value,
        work: &str,
        (settings, sink, cancel): (&Settings, &dyn Sink, &Cancel),
    ) -> Outcome {
        let job = Job::parse(document.to_string().as_bytes()).unwrap();
        let party = Party {
            settings,
            sink,
            cancel,
        };
        build(&job, &self.path("inputs"), &self.path(work), party).unwrap()
    }

    pub(crate) fn fails(&self, document: &Value, work: &str) -> String {
        match self.build(document, work, &self.settings()).0 {
            Outcome::Failure(reason) => reason,
            other => panic!("{other:?}"),
        }
    }
}

#[derive(Default)]
pub(crate) struct Heard(pub(crate) Mutex<Vec<Event>>);

impl Sink for Heard {
    fn tell(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

/// What has to be the same, whoever builds it.
pub(crate) fn bits(folder: &Path) -> Vec<(String, String)> {
    let varying = [
        "build.log",
        "metadata.json",
        "provenance.json",
        "SHA256SUMS",
        "boot-test.json",
    ];
    // These name the folders of the trace and of the run.
    let of_tailor = ["run.json", "report.json", "explain.json", "sbom.spdx.json"];
    let entries = fs::read_dir(folder).unwrap().flatten();
    let names = entries.map(|entry| entry.file_name().into_string().unwrap());
    let wanted = |name: &String| !varying.contains(&&**name) && !of_tailor.contains(&&**name);
    let mut names: Vec<String> = names.filter(wanted).collect();
    names.sort();
    let sum = |name: String| {
        let sum = sha256(&folder.join(&name));
        (name, sum)
    };
    names.into_iter().map(sum).collect()
}

pub(crate) fn sha256(path: &Path) -> String {
    let sum = Command::new("sha256sum").arg(path).output().unwrap();
    String::from_utf8(sum.stdout).unwrap()[..64].to_owned()
}

pub(crate) fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}
