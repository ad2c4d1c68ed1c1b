// SPDX-License-Identifier: Apache-2.0
//! How a process lives: it starts, says that it is ready, reads its configuration again, tells
//! how it is, and stops without losing what it was doing.

mod health;
mod lifecycle;
mod listener;
mod metrics;
mod notify;
mod options;
mod report;
mod signal;

pub use health::{Check, Health, Healthy, Outcome};
pub use lifecycle::{Drained, Lifecycle, Phase, Work};
pub use listener::serve;
pub use metrics::Metrics;
pub use notify::Supervisor;
pub use options::{
    DETAILED, DISABLE_BY_FILE, DRAIN_DELAY, ENABLE_BY_FILES, ITEMS_DEFAULT, ITEMS_HEALTHCHECK,
    ITEMS_METRICS, ITEMS_REPORTS, METRICS_HOST, METRICS_PORT, REPORT_DIR, SHUTDOWN_TIMEOUT,
};
pub use report::{Report, Section};
pub use signal::{Signal, Signals};
