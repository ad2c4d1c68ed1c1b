// SPDX-License-Identifier: Apache-2.0
//! The Guru Meditation Report: what an operator wants to know of a process that behaves oddly,
//! written on SIGUSR2, without stopping anything.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use chrono::{DateTime, Local};

use crate::config::{Config, Schema};
use crate::logging::mask;

/// A part of the report: its title, and its text when it is asked for.
pub struct Section {
    pub title: &'static str,
    pub text: Box<dyn Fn() -> String + Send + Sync>,
}

impl std::fmt::Debug for Section {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.title)
    }
}

/// Writes reports of a process.
#[derive(Debug)]
pub struct Report {
    program: String,
    version: String,
    sections: Vec<Section>,
}

impl Report {
    /// With sections of the process's own: what is under way, the pool of the database.
    pub fn new(program: &str, version: &str, sections: Vec<Section>) -> Self {
        Self {
            program: program.to_owned(),
            version: version.to_owned(),
            sections,
        }
    }

    /// The report; secrets are masked.
    pub fn text(&self, schema: Schema<'_>, config: &Config) -> String {
        let mut out = frame("Guru Meditation", '=');
        let _ = write!(
            out,
            "{}{} {}\nprocess {}\n",
            frame("Package", '='),
            self.program,
            self.version,
            std::process::id()
        );
        out += &frame("Threads", '=');
        out += &threads().join("\n");
        out.push('\n');
        for section in &self.sections {
            out += &frame(section.title, '=');
            out += &mask(&(section.text)());
            out.push('\n');
        }
        out += &frame("Configuration", '=');
        out += &config.dump(schema).join("\n");
        out + "\n"
    }

    /// Writes it where the configuration says: to a file of its own, whose path is returned, or
    /// to stderr.
    pub fn write(
        &self,
        schema: Schema<'_>,
        config: &Config,
        now: DateTime<Local>,
    ) -> io::Result<Option<PathBuf>> {
        let text = self.text(schema, config);
        let Some(folder) = config.get(&super::REPORT_DIR) else {
            return io::stderr()
                .lock()
                .write_all(text.as_bytes())
                .map(|()| None);
        };
        let name = format!(
            "{}_gurumeditation_{}",
            self.program,
            now.format("%Y%m%d%H%M%S")
        );
        let path = PathBuf::from(folder).join(name);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o640)
            .open(&path)?;
        file.write_all(text.as_bytes())?;
        Ok(Some(path))
    }
}

fn frame(title: &str, line: char) -> String {
    let rule = line.to_string().repeat(72);
    format!("{rule}\n===={title:^64}====\n{rule}\n")
}

/// The name and the state of each thread, as the system knows them.
fn threads() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let thread = |path: PathBuf| {
        let status = std::fs::read_to_string(path.join("status")).ok()?;
        let value = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_default().trim().to_owned()
        };
        Some(format!(
            "{} {}: {}",
            value("Pid:"),
            value("Name:"),
            value("State:")
        ))
    };
    let mut threads: Vec<_> = tasks.filter_map(|task| thread(task.path())).collect();
    threads.sort();
    threads
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, Group, Opt, Surroundings};
    use crate::secret::Secret;

    #[test]
    fn a_report_says_all_but_secrets_and_does_not_overwrite() {
        const PASSWORD: Opt<Option<Secret>> = Opt::secret("oslo_reports", "password", "h");
        const ITEMS: &[config::Item] = &[super::super::REPORT_DIR.item(), PASSWORD.item()];
        let folder = tempfile::tempdir().unwrap();
        let groups = [Group {
            name: "oslo_reports",
            help: "",
            items: ITEMS,
        }];
        let schema = Schema {
            namespace: "t",
            groups: &groups,
        };
        let environment = [
            ("LOG_DIR", folder.path().to_str().unwrap()),
            ("PASSWORD", "hunter2"),
        ];
        let environment =
            environment.map(|(name, value)| (format!("OS_OSLO_REPORTS__{name}"), value.to_owned()));
        let surroundings = Surroundings {
            environment: environment.into(),
            ..Surroundings::default()
        };
        let config = config::load(schema, &surroundings).unwrap();
        let section = Section {
            title: "Calls",
            text: Box::new(|| "token=hunter2 under way: 3".to_owned()),
        };
        let report = Report::new("kaas-api", "1.2.3", vec![section]);
        let now = Local::now();
        let path = report.write(schema, &config, now).unwrap().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        for part in [
            "kaas-api 1.2.3",
            "Calls",
            "under way: 3",
            "oslo_reports.password = ****",
            "(running)",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("hunter2"), "{text}");
        assert!(text.contains(&format!("{} ", std::process::id())), "{text}");
        assert!(report.write(schema, &config, now).is_err());
    }
}
