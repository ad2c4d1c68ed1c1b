// SPDX-License-Identifier: Apache-2.0
//! A workload folder: an application, how it is set up in a guest, asked and put under load.
//! What is in it is described in `workloads/README.md`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::cache::Digest;
use crate::{About as _, Failure, Guest, Result, Station, program};

/// See above.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The folder's.
    pub name: String,
    folder: PathBuf,
    /// Of the distribution; installed when an image is made.
    pub packages: Vec<String>,
    /// TCP, in the guest.
    pub ports: Vec<u16>,
}

/// In the guest.
const PLACE: &str = "/opt/workload";
/// What goes over the serial port at once.
const PIECE: usize = 24 << 10;

impl Workload {
    pub fn read(folder: &Path) -> Result<Self> {
        let folder = folder.canonicalize().about(folder)?;
        let name = folder.file_name().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        let packages = lines(&folder.join("packages"))?;
        let ports = lines(&folder.join("ports"))?;
        let ports = ports.iter().map(|line| port(line, &folder)).collect();
        let ports: Result<_> = ports;
        for needed in ["setup", "check", "load"] {
            fs::metadata(folder.join(needed)).about(&folder.join(needed))?;
        }
        Ok(Self {
            name,
            folder,
            packages,
            ports: ports?,
        })
    }

    /// Of all files.
    pub fn digest(&self) -> Result<Digest> {
        let mut tar = self.archive();
        let output = program::run(tar.args(["--sort=name", "--mtime=@0", "--numeric-owner"]))?;
        Ok(Digest::default().and(output.stdout))
    }

    /// Carries the folder into the guest and runs `setup`.
    pub fn set_up(&self, station: &mut Station) -> Result<()> {
        let archive = program::run(self.archive().arg("--gzip"))?.stdout;
        station.answer(&format!("mkdir -p {PLACE} && : >{PLACE}.tar.gz"))?;
        for piece in archive.chunks(PIECE) {
            let piece = STANDARD.encode(piece);
            station.answer(&format!("echo {piece} | base64 -d >>{PLACE}.tar.gz"))?;
        }
        station.answer(&format!("tar -xzf {PLACE}.tar.gz -C {PLACE}"))?;
        self.script(station, "setup")
    }

    /// Whether the application works, asked in the guest.
    pub fn check(&self, station: &mut Station) -> Result<()> {
        self.script(station, "check")
    }

    /// The outcome of each of the application's tests, by name; empty where it has none.
    pub fn test(&self, station: &mut Station) -> Result<BTreeMap<String, bool>> {
        if !self.folder.join("test").exists() {
            return Ok(BTreeMap::new());
        }
        // A test that fails is an answer, too.
        let reply = station.ask(&format!("cd {PLACE} && ./test"))?;
        let found: BTreeMap<_, _> = reply.text().lines().filter_map(outcome).collect();
        if found.is_empty() {
            let end = program::last_lines(&reply.text(), 4);
            return Err(Failure::new(format!("{}: no test: {end}", self.name)));
        }
        Ok(found)
    }

    /// Operations in a second, asked from outside for so many seconds.
    pub fn load(&self, guest: &Guest, seconds: u32) -> Result<f64> {
        let mut load = program::clean(self.folder.join("load"));
        load.env("TARGET", "127.0.0.1");
        load.env("LOAD_SECONDS", seconds.to_string());
        for port in &self.ports {
            load.env(format!("PORT_{port}"), guest.port(*port)?.to_string());
        }
        let said = program::answer(load.current_dir(&self.folder))?;
        let unreadable = || Failure::new(format!("{}: the load said {said:?}", self.name));
        operations(&said).ok_or_else(unreadable)
    }

    fn script(&self, station: &mut Station, name: &str) -> Result<()> {
        let done = station.answer(&format!("cd {PLACE} && ./{name}"));
        done.map(drop)
            .map_err(|failure| Failure::new(format!("{}: {failure}", self.name)))
    }

    fn archive(&self) -> std::process::Command {
        let mut tar = program::clean("tar");
        tar.args(["--create", "--directory"]).arg(&self.folder);
        tar.arg(".");
        tar
    }
}

/// Without blanks, empty lines and comments.
fn lines(path: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(path).about(path)?;
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(str::to_owned).collect())
}

fn port(line: &str, folder: &Path) -> Result<u16> {
    let folder = folder.display();
    let unreadable = |_| Failure::new(format!("{folder}/ports: {line:?} is no TCP port"));
    line.parse().map_err(unreadable)
}

/// `NAME ok` or `NAME not ok`; another line is somebody else's.
fn outcome(line: &str) -> Option<(String, bool)> {
    let line = line.trim_end();
    let of = |ending: &str| line.strip_suffix(ending).map(str::to_owned);
    let failed = of(" not ok").map(|name| (name, false));
    failed.or_else(|| of(" ok").map(|name| (name, true)))
}

/// Of the last line, `ops_per_second N`.
fn operations(said: &str) -> Option<f64> {
    let number = said.lines().last()?.strip_prefix("ops_per_second ")?;
    let number: f64 = number.trim().parse().ok()?;
    (number.is_finite() && number > 0.0).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_holds_or_does_not() {
        assert_eq!(outcome("a ok"), Some(("a".to_owned(), true)));
        assert_eq!(outcome("a not ok\r"), Some(("a".to_owned(), false)));
        assert_eq!(outcome("a b ok"), Some(("a b".to_owned(), true)));
        assert_eq!(outcome("a skipped"), None);
    }

    #[test]
    fn a_load_says_how_much_it_did() {
        assert_eq!(operations("hm\nops_per_second 12.5\n"), Some(12.5));
        for said in ["", "ops_per_second 0", "ops_per_second NaN", "12.5"] {
            assert_eq!(operations(said), None, "{said}");
        }
    }

    #[test]
    fn a_folder_says_what_it_needs() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        for name in ["setup", "check", "load"] {
            write(name, "#!/bin/sh\n");
        }
        write(
            "packages",
            "nginx-light\n\n# for the check\napache2-utils\n",
        );
        write("ports", "80\n");
        let workload = Workload::read(folder.path()).unwrap();
        assert_eq!(workload.packages, ["nginx-light", "apache2-utils"]);
        assert_eq!(workload.ports, [80]);
        write("ports", "http\n");
        let failure = Workload::read(folder.path()).unwrap_err().to_string();
        assert!(failure.ends_with("\"http\" is no TCP port"), "{failure}");
    }
}
