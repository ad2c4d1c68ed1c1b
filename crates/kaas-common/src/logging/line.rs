// SPDX-License-Identifier: Apache-2.0
//! A record as a line: oslo.log's formats, or a JSON object.

use std::fmt::Write as _;

use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};
use tracing::Level;

use super::mask::mask;
use super::template::{Template, Unknown};
use crate::config::Config;
use crate::context::{GlobalRequestId, RequestContext};

/// How lines are written.
#[derive(Clone, Debug)]
pub struct Format {
    context: Template,
    default: Template,
    debug: Template,
    user: Template,
    date: String,
}

/// Who speaks: the request, as lines show it. `-` stands for what there is not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Speaker {
    pub request_id: String,
    pub global_request_id: String,
    /// User, project, domain, system scope, the user's and the project's domain.
    pub identity: Vec<String>,
    pub user_name: String,
    pub project_name: String,
}

impl Speaker {
    /// Of this request.
    pub fn new(context: &RequestContext) -> Self {
        let global = context
            .global_request_id
            .as_ref()
            .map(GlobalRequestId::to_string);
        let name = |owned: Option<&crate::context::Owned>| {
            owned.map(|it| it.name.clone()).unwrap_or_default()
        };
        Self {
            request_id: context.request_id.to_string(),
            global_request_id: global.unwrap_or_default(),
            identity: context.identity().split(' ').map(str::to_owned).collect(),
            user_name: name(context.user.as_ref()),
            project_name: name(context.project()),
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    pub time: DateTime<FixedOffset>,
    pub level: Level,
    /// The module it happened in.
    pub name: &'a str,
    /// May hold secrets and anything that a caller sent.
    pub message: &'a str,
    /// The resource it is about, such as `[kernel: ID] `, or nothing.
    pub resource: &'a str,
    pub path: &'a str,
    pub line: u32,
    pub process: u32,
    pub thread: &'a str,
    pub speaker: Option<&'a Speaker>,
}

impl Format {
    /// As configured.
    pub fn new(config: &Config) -> Result<Self, Unknown> {
        Ok(Self {
            context: Template::parse(&config.get(&super::FORMAT_CONTEXT))?,
            default: Template::parse(&config.get(&super::FORMAT_DEFAULT))?,
            debug: Template::parse(&config.get(&super::FORMAT_DEBUG))?,
            user: Template::parse(&config.get(&super::FORMAT_USER))?,
            date: config.get(&super::DATE_FORMAT),
        })
    }

    /// The line, without its end.
    pub fn line(&self, record: &Record<'_>) -> String {
        let template = if record.speaker.is_some() {
            &self.context
        } else {
            &self.default
        };
        let value = |name: &str| self.value(record, name);
        let mut line = template.fill(value);
        if record.level == Level::DEBUG {
            line.push(' ');
            line += &self.debug.fill(value);
        }
        line
    }

    fn value(&self, record: &Record<'_>, name: &str) -> String {
        match name {
            "asctime" => asctime(record, &self.date),
            "message" => one_line(&mask(record.message)),
            "user_identity" => self.user.fill(|name| speaker(record, name)),
            _ => plain(record, name).unwrap_or_else(|| speaker(record, name)),
        }
    }

    /// The record as an object of oslo.log's JSON, in one line. What only Python has is null.
    pub fn json(&self, record: &Record<'_>) -> String {
        let text = |name: &str| self.value(record, name);
        let context: Value = record.speaker.map_or(Value::Null, |_| {
            let names = [
                "request_id",
                "global_request_id",
                "user",
                "project",
                "domain",
                "system_scope",
                "user_domain",
                "project_domain",
                "user_name",
                "project_name",
            ];
            let value = |name: &str| Some(text(name)).filter(|text| text != NONE && text != "-");
            names
                .iter()
                .map(|name| ((*name).to_owned(), Value::from(value(name))))
                .collect()
        });
        json!({
            "message": mask(record.message), "asctime": text("asctime"), "name": record.name,
            "msg": mask(record.message), "args": [], "levelname": text("levelname"),
            "levelno": number(record.level), "pathname": record.path, "filename": text("filename"),
            "module": text("module"), "lineno": record.line, "funcname": record.name,
            "created": seconds(record), "msecs": record.time.timestamp_subsec_millis(),
            "relative_created": null, "thread": null, "thread_name": record.thread,
            "process_name": null, "process": record.process, "traceback": null, "hostname": null,
            "error_summary": "", "context": context, "extra": {"resource": record.resource},
        })
        .to_string()
    }
}

fn asctime(record: &Record<'_>, format: &str) -> String {
    let mut out = String::new();
    // A format that chrono does not know stands for itself.
    if write!(out, "{}", record.time.format(format)).is_err() {
        format.clone_into(&mut out);
    }
    out
}

#[expect(
    clippy::cast_precision_loss,
    reason = "microseconds of this century fit"
)]
fn seconds(record: &Record<'_>) -> f64 {
    record.time.timestamp_micros() as f64 / 1e6
}

fn plain(record: &Record<'_>, name: &str) -> Option<String> {
    let file = record.path.rsplit('/').next().unwrap_or_default();
    Some(match name {
        "msecs" => record.time.timestamp_subsec_millis().to_string(),
        "isotime" => record.time.format("%Y-%m-%dT%H:%M:%S%.6f%:z").to_string(),
        "levelname" => level(record.level).to_owned(),
        "name" | "funcName" => record.name.to_owned(),
        "instance" | "resource" => record.resource.to_owned(),
        "pathname" => record.path.to_owned(),
        "filename" => file.to_owned(),
        "module" => file
            .rsplit_once('.')
            .map_or(file, |(name, _)| name)
            .to_owned(),
        "lineno" => record.line.to_string(),
        "process" => record.process.to_string(),
        "thread" | "threadName" => record.thread.to_owned(),
        _ => return None,
    })
}

/// As Python writes a name or an id that is not known.
const NONE: &str = "None";

fn speaker(record: &Record<'_>, name: &str) -> String {
    const IDENTITY: &[&str] = &[
        "user",
        "project",
        "domain",
        "system_scope",
        "user_domain",
        "project_domain",
    ];
    let Some(speaker) = record.speaker else {
        return String::new();
    };
    if let Some(at) = IDENTITY.iter().position(|known| *known == name) {
        return speaker
            .identity
            .get(at)
            .cloned()
            .unwrap_or_else(|| "-".to_owned());
    }
    let text = match name {
        "request_id" => &speaker.request_id,
        "global_request_id" => &speaker.global_request_id,
        "user_name" => &speaker.user_name,
        "project_name" => &speaker.project_name,
        _ => return String::new(),
    };
    if text.is_empty() { NONE } else { text }.to_owned()
}

/// As Python names it.
const fn level(level: Level) -> &'static str {
    match level {
        Level::ERROR => "ERROR",
        Level::WARN => "WARNING",
        Level::INFO => "INFO",
        Level::DEBUG => "DEBUG",
        Level::TRACE => "TRACE",
    }
}

/// As Python counts it.
const fn number(level: Level) -> u8 {
    match level {
        Level::ERROR => 40,
        Level::WARN => 30,
        Level::INFO => 20,
        Level::DEBUG => 10,
        Level::TRACE => 5,
    }
}

/// A caller's line break would begin a line that nobody wrote.
fn one_line(text: &str) -> String {
    let escaped = |out: String, c: char| {
        if c.is_control() && c != '\t' {
            out + &c.escape_default().to_string()
        } else {
            out + c.encode_utf8(&mut [0; 4])
        }
    };
    text.chars().fold(String::new(), escaped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, Group, Schema, Surroundings};
    use crate::context::{Domain, Owned, Scope};

    fn format(settings: &[(&str, &str)]) -> Format {
        let groups = [Group {
            name: "DEFAULT",
            help: "",
            items: super::super::ITEMS,
        }];
        let schema = Schema {
            namespace: "t",
            groups: &groups,
        };
        assert_eq!(schema.faults(), Vec::<String>::new());
        let setting =
            |(name, value): &(&str, &str)| (format!("OS_DEFAULT__{name}"), (*value).to_owned());
        let environment = settings.iter().map(setting).collect();
        let surroundings = Surroundings {
            environment,
            ..Surroundings::default()
        };
        Format::new(&config::load(schema, &surroundings).unwrap()).unwrap()
    }

    fn speaker() -> Speaker {
        let domain = |id: &str| Domain {
            id: id.to_owned(),
            name: String::new(),
        };
        let owned = |id: &str, name: &str, in_domain| Owned {
            id: id.to_owned(),
            name: name.to_owned(),
            domain: domain(in_domain),
        };
        let mut speaker = Speaker::new(&RequestContext {
            user: Some(owned("U", "un", "D")),
            scope: Scope::Project(owned("P", "pn", "E")),
            ..RequestContext::default()
        });
        speaker.request_id = "req-1".to_owned();
        speaker
    }

    /// `tests/logging/record.py` made the lines.
    #[test]
    fn lines_are_those_of_oslo_log() {
        let cases: Value =
            serde_json::from_str(include_str!("../../tests/logging/lines.json")).unwrap();
        let speaker = speaker();
        for case in cases.as_array().unwrap() {
            let text = |name: &str| case[name].as_str().unwrap();
            let settings: Vec<_> = case["settings"].as_object().unwrap().iter().collect();
            let settings: Vec<_> = settings
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
                .collect();
            let record = Record {
                time: DateTime::parse_from_rfc3339("2026-11-24T12:00:01.007000+00:00").unwrap(),
                level: text("level").parse().unwrap(),
                name: "kaas.api",
                message: text("message"),
                resource: text("resource"),
                path: "/src/api.py",
                line: 7,
                process: 42,
                thread: "MainThread",
                speaker: (case["context"] == true).then_some(&speaker),
            };
            assert_eq!(format(&settings).line(&record), text("line"));
        }
    }

    #[test]
    fn no_message_begins_a_line_and_none_shows_a_secret() {
        let record = Record {
            time: DateTime::parse_from_rfc3339("2026-11-24T12:00:01Z").unwrap(),
            level: Level::INFO,
            name: "n",
            message: "a\nb\u{1b}[0m password=hunter2",
            resource: "",
            path: "src/x.rs",
            line: 1,
            process: 1,
            thread: "t",
            speaker: None,
        };
        let line = format(&[]).line(&record);
        assert!(line.ends_with("[-] a\\nb\\u{1b}[0m password=***"), "{line}");
        let json: Value = serde_json::from_str(&format(&[]).json(&record)).unwrap();
        assert_eq!(json["message"], "a\nb\u{1b}[0m password=***");
        assert_eq!(
            (&json["levelno"], &json["module"]),
            (&json!(20), &json!("x"))
        );
    }
}
