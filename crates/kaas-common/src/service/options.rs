// SPDX-License-Identifier: Apache-2.0
//! The options of a process's life: names of oslo.service, oslo.middleware and oslo.reports
//! where they have one.

use crate::config::{Item, Kind, Opt};

pub const SHUTDOWN_TIMEOUT: Opt<i64> = Opt::integer(
    "DEFAULT",
    "graceful_shutdown_timeout",
    "Specify a timeout after which a gracefully shutdown server will exit. Zero value means endless wait.",
)
.min(0)
.default("60");

pub const DRAIN_DELAY: Opt<i64> = Opt::integer(
    "DEFAULT",
    "drain_delay",
    "How many seconds the health check says no before the service closes its listeners, for \
     load balancers to notice.",
)
.min(0)
.max(300)
.default("5");

pub const DISABLE_BY_FILE: Opt<Option<String>> = Opt::text(
    "healthcheck",
    "disable_by_file_path",
    "Check the presence of a file to determine if an application is running on a port: while it \
     is there, the health check says no.",
);

pub const ENABLE_BY_FILES: Opt<Vec<String>> = Opt::list(
    "healthcheck",
    "enable_by_file_paths",
    "Check the presence of files. While one of them is absent, the health check says no.",
);

pub const DETAILED: Opt<bool> = Opt::bool(
    "healthcheck",
    "detailed",
    "Show more detailed information as part of the response.",
)
.default("false");

pub const METRICS_HOST: Opt<String> = Opt::of(
    "metrics",
    "bind_host",
    Kind::HostAddress,
    "The address of the listener for /metrics, /livez and /readyz.",
)
.default("127.0.0.1");

pub const METRICS_PORT: Opt<u16> =
    Opt::port("metrics", "bind_port", "Its port; 0 for no such listener.").default("9872");

pub const REPORT_DIR: Opt<Option<String>> = Opt::text(
    "oslo_reports",
    "log_dir",
    "Path to a log directory where to create a file with a Guru Meditation Report, on SIGUSR2. \
     Without it, the report goes to stderr.",
);

/// For the group DEFAULT.
pub const ITEMS_DEFAULT: &[Item] = &[SHUTDOWN_TIMEOUT.item(), DRAIN_DELAY.item()];
/// For the group healthcheck.
pub const ITEMS_HEALTHCHECK: &[Item] = &[
    DETAILED.item(),
    DISABLE_BY_FILE.item(),
    ENABLE_BY_FILES.item(),
];
/// For the group metrics.
pub const ITEMS_METRICS: &[Item] = &[METRICS_HOST.item(), METRICS_PORT.item()];
/// For the group `oslo_reports`.
pub const ITEMS_REPORTS: &[Item] = &[REPORT_DIR.item()];
