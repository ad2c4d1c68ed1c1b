// SPDX-License-Identifier: Apache-2.0
//! Takes what `tracing` hands out and writes it as lines.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use chrono::Local;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Metadata, Span, Subscriber};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::level::Levels;
use super::line::{Format, Record, Speaker};
use super::sink::Sink;
use crate::config::Config;
use crate::context::RequestContext;

/// The name of the span that a request is.
const REQUEST: &str = "request";

/// The span of a request: every line within it says who asks.
pub fn span(context: &RequestContext) -> Span {
    let speaker = Speaker::new(context);
    tracing::error_span!(
        "request",
        request_id = speaker.request_id,
        global_request_id = speaker.global_request_id,
        identity = speaker.identity.join(" "),
        user_name = speaker.user_name,
        project_name = speaker.project_name,
    )
}

/// Writes lines to a sink.
pub struct Layer {
    format: Format,
    levels: Arc<RwLock<Levels>>,
    sink: Mutex<Sink>,
    is_json: bool,
}

/// Changes what a running log writes.
#[derive(Clone, Debug)]
pub struct Handle(Arc<RwLock<Levels>>);

impl Handle {
    /// Takes the levels of a configuration that was read again.
    pub fn reload(&self, config: &Config) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Levels::new(config);
        tracing::callsite::rebuild_interest_cache();
    }
}

impl Layer {
    pub fn new(format: Format, sink: Sink, levels: Levels, is_json: bool) -> Self {
        Self {
            format,
            levels: Arc::new(RwLock::new(levels)),
            sink: Mutex::new(sink),
            is_json,
        }
    }

    /// To change its levels later.
    pub fn handle(&self) -> Handle {
        Handle(Arc::clone(&self.levels))
    }

    fn write(&self, record: &Record<'_>) {
        let line = if self.is_json {
            self.format.json(record)
        } else {
            self.format.line(record)
        };
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        // A log that cannot be written has nowhere to say so.
        let _ = sink.write(&line);
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> tracing_subscriber::Layer<S> for Layer {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let levels = self.levels.read().unwrap_or_else(PoisonError::into_inner);
        *metadata.level() <= levels.of_module(metadata.target())
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if attributes.metadata().name() != REQUEST {
            return;
        }
        let mut fields = SpeakerFields(Speaker::default());
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields.0);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = EventFields::default();
        event.record(&mut fields);
        let mut spans = context.event_scope(event).into_iter().flatten();
        let speaker = spans.find_map(|span| span.extensions().get::<Speaker>().cloned());
        let thread = std::thread::current();
        let metadata = event.metadata();
        self.write(&Record {
            time: Local::now().fixed_offset(),
            level: *metadata.level(),
            name: metadata.target(),
            message: &(fields.message + &fields.others),
            resource: &fields.resource,
            path: metadata.file().unwrap_or_default(),
            line: metadata.line().unwrap_or_default(),
            process: std::process::id(),
            thread: thread.name().unwrap_or_default(),
            speaker: speaker.as_ref(),
        });
    }
}

struct SpeakerFields(Speaker);

impl Visit for SpeakerFields {
    fn record_str(&mut self, field: &Field, value: &str) {
        let Self(speaker) = self;
        match field.name() {
            "identity" => speaker.identity = value.split(' ').map(str::to_owned).collect(),
            "request_id" => value.clone_into(&mut speaker.request_id),
            "global_request_id" => value.clone_into(&mut speaker.global_request_id),
            "user_name" => value.clone_into(&mut speaker.user_name),
            "project_name" => value.clone_into(&mut speaker.project_name),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

/// The message; the field `resource`, which stands before it; the other fields behind it.
#[derive(Default)]
struct EventFields {
    message: String,
    resource: String,
    others: String,
}

impl Visit for EventFields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            "resource" => write!(self.resource, "[{value:?}] "),
            name => write!(self.others, " {name}={value:?}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;
    use crate::config::{self, Group, Schema, Surroundings};

    fn configuration(variables: &[(&str, &str)]) -> Config {
        let groups = [Group {
            name: "DEFAULT",
            help: "",
            items: super::super::ITEMS,
        }];
        let variable =
            |(name, value): &(&str, &str)| (format!("OS_DEFAULT__{name}"), (*value).to_owned());
        let environment = variables.iter().map(variable).collect();
        let surroundings = Surroundings {
            environment,
            ..Surroundings::default()
        };
        config::load(
            Schema {
                namespace: "t",
                groups: &groups,
            },
            &surroundings,
        )
        .unwrap()
    }

    #[test]
    fn lines_within_a_request_say_who_asks_and_levels_can_change() {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().display().to_string();
        let plain = configuration(&[
            ("LOG_DIR", &directory),
            (
                "LOGGING_DEFAULT_FORMAT_STRING",
                "%(levelname)s [-] %(instance)s%(message)s",
            ),
        ]);
        let layer = super::super::layer(&plain, "kaas-test").unwrap();
        let handle = layer.handle();
        let context = RequestContext::default();
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            tracing::debug!("not yet");
            tracing::info!(
                resource = "kernel: 1",
                token = "hunter2",
                count = 3,
                "built"
            );
            span(&context).in_scope(|| tracing::warn!("asked"));
            handle.reload(&configuration(&[("DEBUG", "true")]));
            tracing::debug!("now");
        });
        let text = std::fs::read_to_string(folder.path().join("kaas-test.log")).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert_eq!(lines[0], "INFO [-] [kernel: 1] built token=*** count=3");
        assert!(
            lines[1].ends_with(&format!("[None {} - - - - - -] asked", context.request_id)),
            "{text}"
        );
        assert!(
            lines[2].starts_with("DEBUG [-] now kaas_common::logging"),
            "{text}"
        );
    }
}
