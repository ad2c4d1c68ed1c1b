// SPDX-License-Identifier: Apache-2.0
//! Reads a release document strictly: whoever holds a [`Release`] from here need not check its
//! names, numbers and words again.

use super::canonical;
use super::file::{Unfit, is_lower_hex, is_plain_name, shorten};
use super::{DOCUMENT_LIMIT, Initramfs, KeyStatement, Release, Role, SCHEMA};

/// A longer `uname -r` is cut by the kernel, include/generated/utsrelease.h: 64 with its end.
const RELEASE_LIMIT: usize = 63;
const KEYS_LIMIT: usize = 16;
const WORDS_LIMIT: usize = 64;

impl Release {
    /// The one release that a text stands for.
    pub fn read(text: &str) -> Result<Self, Unfit> {
        let release: Self = read(text)?;
        release.check_identity()?;
        release.check_files()?;
        release.check_command_line()?;
        release.check_times()?;
        Ok(release)
    }

    /// The file of a role, if the release has it.
    pub fn file(&self, role: Role) -> Option<&super::File> {
        self.files.iter().find(|file| file.role() == Ok(role))
    }

    fn check_identity(&self) -> Result<(), Unfit> {
        check(self.schema == SCHEMA, "schema", &self.schema.to_string())?;
        check(self.serial > 0, "serial", "0")?;
        let is_release = is_plain_name(&self.release) && self.release.len() <= RELEASE_LIMIT;
        check(is_release, "release", &self.release)?;
        check(is_plain_name(&self.project), "project", &self.project)?;
        check(is_plain_name(&self.instance), "instance", &self.instance)?;
        let is_text = self.kernel.len() <= 255 && !self.kernel.chars().any(char::is_control);
        check(is_text, "kernel", &self.kernel)?;
        let build_id = self.build_id.as_deref().unwrap_or("00");
        let is_id = (2..=128).contains(&build_id.len()) && build_id.bytes().all(is_lower_hex);
        check(is_id, "build_id", build_id)
    }

    fn check_files(&self) -> Result<(), Unfit> {
        let mut roles = Vec::new();
        for file in &self.files {
            let role = file.role()?;
            check(!roles.contains(&role), "file, again,", &file.name)?;
            roles.push(role);
        }
        check(
            roles.contains(&Role::Image),
            "list of files",
            "without vmlinuz",
        )?;
        let is_given = self.initramfs == Initramfs::Given;
        let agrees = is_given == roles.contains(&Role::Initramfs);
        check(
            agrees,
            "initramfs",
            "initrd.img is in a release if, and only if, it is given",
        )
    }

    fn check_command_line(&self) -> Result<(), Unfit> {
        let line = &self.command_line;
        let count = line.add.len() + line.remove.len();
        check(count <= WORDS_LIMIT, "command line", "with too many words")?;
        for word in &line.add {
            check(is_word(word) && !word.starts_with("kaas."), "word", word)?;
        }
        for name in &line.remove {
            check(is_word(name) && !name.contains('='), "parameter", name)?;
        }
        let seconds = line.panic_seconds;
        check(
            (1..=600).contains(&seconds),
            "panic_seconds",
            &seconds.to_string(),
        )
    }

    fn check_times(&self) -> Result<(), Unfit> {
        let seconds = self.deadline_seconds;
        let fits = (60..=86_400).contains(&seconds);
        check(fits, "deadline_seconds", &seconds.to_string())?;
        let Some(probe) = &self.health.probe else {
            return Ok(());
        };
        check(is_plain_name(&probe.name), "probe", &probe.name)?;
        let seconds = probe.timeout_seconds;
        check(
            (1..=600).contains(&seconds),
            "timeout_seconds",
            &seconds.to_string(),
        )
    }
}

impl KeyStatement {
    /// The one statement that a text stands for.
    pub fn read(text: &str) -> Result<Self, Unfit> {
        let statement: Self = read(text)?;
        check(
            statement.schema == SCHEMA,
            "schema",
            &statement.schema.to_string(),
        )?;
        check(
            is_plain_name(&statement.project),
            "project",
            &statement.project,
        )?;
        let count = statement.add.len() + statement.remove.len();
        check(count <= KEYS_LIMIT, "statement", "about too many keys")?;
        Ok(statement)
    }
}

fn read<T>(text: &str) -> Result<T, Unfit>
where
    T: serde::de::DeserializeOwned + serde::Serialize,
{
    check(text.len() <= DOCUMENT_LIMIT, "document", "that long")?;
    canonical::read(text).map_err(|error| Unfit(error.to_string()))
}

/// Letters, digits and marks that mean nothing to a boot loader's language or to the kernel's
/// parser of words.
fn is_word(word: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.,:=/+@%".contains(&byte);
    (1..=256).contains(&word.len()) && word.bytes().all(is_plain)
}

fn check(holds: bool, what: &str, value: &str) -> Result<(), Unfit> {
    if holds {
        return Ok(());
    }
    Err(Unfit(format!(
        "no release has the {what} {:?}",
        shorten(value)
    )))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{Release, canonical};

    /// The form that signatures are made of: it never changes while the schema is 1.
    const GOLDEN: &str = concat!(
        r#"{"build_id":"6f1d","command_line":{"add":["quiet"],"panic_seconds":10,"#,
        r#""remove":["crashkernel"]},"deadline_seconds":600,"#,
        r#""files":[{"name":"vmlinuz","sha256":"#,
        r#""9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","size":4}],"#,
        r#""health":{"agent":"required","probe":{"name":"shop","timeout_seconds":30},"#,
        r#""units":"required"},"initramfs":"none","instance":"any","kernel":"shop","#,
        r#""project":"p1","release":"6.1.192-kaas","schema":1,"secure_boot":"unsigned","#,
        r#""serial":7}"#,
    );

    #[test]
    fn the_golden_text_is_read_and_written() {
        let release = Release::read(GOLDEN).unwrap();
        assert_eq!((release.serial, &*release.release), (7, "6.1.192-kaas"));
        assert_eq!(canonical::write(&release).unwrap(), GOLDEN);
    }

    #[test]
    fn whatever_is_out_of_its_bounds_is_refused() {
        let digest = "0".repeat(64);
        let image = json!({"name": "vmlinuz", "size": 4, "sha256": digest});
        let initramfs = json!({"name": "initrd.img", "size": 4, "sha256": digest});
        let changes = [
            ("/schema", json!(2)),
            ("/serial", json!(0)),
            ("/serial", json!(-1)),
            ("/serial", json!("7")),
            ("/release", json!("../x")),
            ("/release", json!("a".repeat(64))),
            ("/project", json!("a b")),
            ("/instance", json!("")),
            ("/kernel", json!("a\u{1b}[31m")),
            ("/build_id", json!("XY")),
            ("/files", json!([])),
            ("/files", json!([image, image])),
            ("/files", json!([image, initramfs])),
            ("/initramfs", json!("given")),
            ("/command_line/add", json!(["a b"])),
            ("/command_line/add", json!(["$(reboot)"])),
            ("/command_line/add", json!(["kaas.serial=1"])),
            ("/command_line/remove", json!(["root=x"])),
            ("/command_line/panic_seconds", json!(0)),
            ("/deadline_seconds", json!(1)),
            ("/health/probe/name", json!("../../bin/sh")),
            ("/health/probe/timeout_seconds", json!(100_000)),
            ("/health/agent", json!(true)),
        ];
        for (path, value) in changes {
            let mut document: Value = serde_json::from_str(GOLDEN).unwrap();
            *document.pointer_mut(path).unwrap() = value.clone();
            let text = document.to_string();
            assert!(Release::read(&text).is_err(), "{path} {value}");
        }
        let with_more = GOLDEN.replace("\"schema\":1", "\"schema\":1,\"script\":\"id\"");
        assert!(Release::read(&with_more).is_err());
        assert!(Release::read(&" ".repeat(100_000)).is_err());
    }
}
