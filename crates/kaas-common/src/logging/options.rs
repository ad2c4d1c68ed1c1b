// SPDX-License-Identifier: Apache-2.0
//! The options of the log: names and defaults of oslo.log.

use crate::config::{Flag, Former, Item, Opt};

const DEFAULT: &str = "DEFAULT";

pub const DEBUG: Opt<bool> = Opt::bool(
    DEFAULT,
    "debug",
    "If set to true, the logging level will be set to DEBUG instead of the default INFO level.",
)
.default("false")
.flag(Flag::Short('d'))
.mutable();

pub const LOG_FILE: Opt<Option<String>> = Opt::text(
    DEFAULT,
    "log_file",
    "Name of the file to log to, relative to log_dir if that is set. It may be moved away while \
     the service runs: it is then made anew. If no file is set, logging goes to stdout, or to \
     stderr as defined by use_stderr.",
)
.flag(Flag::Long)
.former(&[Former {
    group: None,
    name: "logfile",
}]);

pub const LOG_DIR: Opt<Option<String>> = Opt::text(
    DEFAULT,
    "log_dir",
    "The base directory of log_file; without a log_file, the file is named after the program.",
)
.flag(Flag::Long)
.former(&[Former {
    group: None,
    name: "logdir",
}]);

pub const USE_STDERR: Opt<bool> =
    Opt::bool(DEFAULT, "use_stderr", "Log output to standard error.").default("false");

pub const USE_JSON: Opt<bool> = Opt::bool(
    DEFAULT,
    "use_json",
    "Use JSON formatting for logging, an object a line.",
)
.default("false");

pub const DATE_FORMAT: Opt<String> = Opt::text(
    DEFAULT,
    "log_date_format",
    "Defines the format string for %(asctime)s in log records.",
)
.default("%Y-%m-%d %H:%M:%S");

pub const DEFAULT_LEVELS: Opt<Vec<String>> = Opt::list(
    DEFAULT,
    "default_log_levels",
    "List of package logging levels in logger=LEVEL pairs; a logger is a module, and stands for \
     those within it.",
)
.defaults(&["hyper=WARN", "lapin=WARN", "rustls=WARN", "h2=WARN"]);

pub const FORMAT_CONTEXT: Opt<String> = Opt::text(
    DEFAULT,
    "logging_context_format_string",
    "Format string to use for log messages with context.",
)
.default(
    "%(asctime)s.%(msecs)03d %(process)d %(levelname)s %(name)s [%(global_request_id)s \
     %(request_id)s %(user_identity)s] %(instance)s%(message)s",
);

pub const FORMAT_DEFAULT: Opt<String> = Opt::text(
    DEFAULT,
    "logging_default_format_string",
    "Format string to use for log messages when context is undefined.",
)
.default("%(asctime)s.%(msecs)03d %(process)d %(levelname)s %(name)s [-] %(instance)s%(message)s");

pub const FORMAT_DEBUG: Opt<String> = Opt::text(
    DEFAULT,
    "logging_debug_format_suffix",
    "Additional data to append to log message when logging level for the message is DEBUG.",
)
.default("%(funcName)s %(pathname)s:%(lineno)d");

pub const FORMAT_USER: Opt<String> = Opt::text(
    DEFAULT,
    "logging_user_identity_format",
    "Defines the format string for %(user_identity)s that is used in \
     logging_context_format_string.",
)
.default("%(user)s %(project)s %(domain)s %(system_scope)s %(user_domain)s %(project_domain)s");

/// For the schema of a process.
pub const ITEMS: &[Item] = &[
    DEBUG.item(),
    LOG_FILE.item(),
    LOG_DIR.item(),
    USE_STDERR.item(),
    USE_JSON.item(),
    DATE_FORMAT.item(),
    DEFAULT_LEVELS.item(),
    FORMAT_CONTEXT.item(),
    FORMAT_DEFAULT.item(),
    FORMAT_DEBUG.item(),
    FORMAT_USER.item(),
];
