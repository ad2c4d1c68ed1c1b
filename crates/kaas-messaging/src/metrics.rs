// SPDX-License-Identifier: Apache-2.0
//! What Prometheus collects of messaging. Calls have the names and labels of oslo.metrics, so that
//! what draws those of other services draws ours.

use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{
    HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGaugeVec, Opts, Registry,
};

use crate::settings::program;

/// Those of a process. Cheap to clone; all clones count together.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    /// Connections that are up, by what they are for.
    pub(crate) connected: IntGaugeVec,
    pub(crate) connections: IntCounterVec,
    pub(crate) undeliverable: IntCounter,
    pub(crate) duplicates: IntCounter,
    pub(crate) notifications_dropped: IntCounter,
    pub(crate) server: Calls,
    pub(crate) client: Calls,
}

/// Calls of one side.
#[derive(Clone, Debug)]
pub(crate) struct Calls {
    begun: IntCounterVec,
    ended: IntCounterVec,
    failed: IntCounterVec,
    seconds: HistogramVec,
}

/// What calls are told apart by. A method that is not offered is no label: anybody could make up
/// any number of them.
#[derive(Clone, Debug)]
pub(crate) struct Labels {
    pub(crate) exchange: String,
    pub(crate) topic: String,
    pub(crate) server: String,
    pub(crate) namespace: String,
    pub(crate) version: String,
    pub(crate) method: String,
}

const LABELS: &[&str] = &[
    "exchange",
    "topic",
    "server",
    "endpoint",
    "namespace",
    "version",
    "method",
    "process",
];

/// Of oslo.metrics.
const SECONDS: &[f64] = &[
    0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 25.0, 50.0, 75.0,
    100.0,
];

impl Metrics {
    pub(crate) fn new() -> prometheus::Result<Self> {
        let counter = |name: &str, help: &str| IntCounter::new(name, help);
        Ok(Self {
            connected: IntGaugeVec::new(
                Opts::new(
                    "kaas_amqp_connected",
                    "Connections to RabbitMQ that are up.",
                ),
                &["role"],
            )?,
            connections: IntCounterVec::new(
                Opts::new(
                    "kaas_amqp_connections_total",
                    "Connections to RabbitMQ that were made.",
                ),
                &["role"],
            )?,
            undeliverable: counter(
                "kaas_amqp_undeliverable_total",
                "Messages that no queue took.",
            )?,
            duplicates: counter("kaas_amqp_duplicates_total", "Requests that came twice.")?,
            notifications_dropped: counter(
                "kaas_notifications_dropped_total",
                "Notifications that were not sent.",
            )?,
            server: Calls::new("server")?,
            client: Calls::new("client")?,
        })
    }

    pub(crate) fn register(&self, registry: &Registry) -> prometheus::Result<()> {
        let all: [Box<dyn Collector>; 5] = [
            Box::new(self.connected.clone()),
            Box::new(self.connections.clone()),
            Box::new(self.undeliverable.clone()),
            Box::new(self.duplicates.clone()),
            Box::new(self.notifications_dropped.clone()),
        ];
        let sides = [&self.server, &self.client]
            .into_iter()
            .flat_map(Calls::collectors);
        all.into_iter()
            .chain(sides)
            .try_for_each(|collector| registry.register(collector))
    }
}

impl Calls {
    fn new(side: &str) -> prometheus::Result<Self> {
        let name = |what: &str| format!("oslo_messaging_rpc_{side}_{what}");
        let counter =
            |what: &str, help: &str| IntCounterVec::new(Opts::new(name(what), help), LABELS);
        let seconds = HistogramOpts::new(name("processing_seconds"), "How long calls took.");
        Ok(Self {
            begun: counter("invocation_start_total", "Calls that began.")?,
            ended: counter("invocation_end_total", "Calls that ended.")?,
            failed: counter("exception_total", "Calls that failed.")?,
            seconds: HistogramVec::new(seconds.buckets(SECONDS.to_vec()), LABELS)?,
        })
    }

    fn collectors(&self) -> [Box<dyn Collector>; 4] {
        [
            Box::new(self.begun.clone()),
            Box::new(self.ended.clone()),
            Box::new(self.failed.clone()),
            Box::new(self.seconds.clone()),
        ]
    }

    pub(crate) fn begin(&self, labels: &Labels) {
        labels.with(|values| self.begun.with_label_values(values).inc());
    }

    pub(crate) fn end(&self, labels: &Labels, took: Duration, well: bool) {
        labels.with(|values| {
            self.ended.with_label_values(values).inc();
            self.seconds
                .with_label_values(values)
                .observe(took.as_secs_f64());
            if !well {
                self.failed.with_label_values(values).inc();
            }
        });
    }
}

impl Labels {
    fn with(&self, then: impl FnOnce(&[&str])) {
        let process = program();
        then(&[
            &self.exchange,
            &self.topic,
            &self.server,
            &self.namespace,
            &self.namespace,
            &self.version,
            &self.method,
            &process,
        ]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_have_the_names_of_oslo_metrics() {
        let (metrics, registry) = (Metrics::new().unwrap(), Registry::new());
        metrics.register(&registry).unwrap();
        let text = |text: &str| text.to_owned();
        let labels = Labels {
            exchange: text("kaas"),
            topic: text("t"),
            server: text("h1"),
            namespace: text("n"),
            version: text("1.0"),
            method: text("m"),
        };
        for calls in [&metrics.server, &metrics.client] {
            calls.begin(&labels);
            calls.end(&labels, Duration::from_secs(1), false);
        }
        let shown = prometheus::TextEncoder::new()
            .encode_to_string(&registry.gather())
            .unwrap();
        for side in ["server", "client"] {
            for name in [
                "invocation_start_total",
                "invocation_end_total",
                "exception_total",
            ] {
                let line = format!(
                    "oslo_messaging_rpc_{side}_{name}{{endpoint=\"n\",exchange=\"kaas\",method=\"m\""
                );
                assert!(shown.contains(&line), "{line}: {shown}");
            }
            let bucket = format!("oslo_messaging_rpc_{side}_processing_seconds_bucket");
            assert!(shown.contains(&bucket), "{shown}");
        }
    }
}
