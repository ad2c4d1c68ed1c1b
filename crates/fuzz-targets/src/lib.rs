// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]

mod dotconfig;
mod ftrace_import;
mod ftrace_inventory;
mod ftrace_trace;
mod kconfig_lexer;
mod kconfig_parser;
mod locate_scan;
mod makefile;

pub use dotconfig::dotconfig;
pub use ftrace_import::ftrace_import;
pub use ftrace_inventory::ftrace_inventory;
pub use ftrace_trace::ftrace_trace;
pub use kconfig_lexer::kconfig_lexer;
pub use kconfig_parser::kconfig_parser;
pub use locate_scan::locate_scan;
pub use makefile::makefile;

/// Takes any bytes; panics when a promise is broken.
pub type Target = fn(&[u8]);

/// By the name of the corpus and of the fuzz target; a new one goes here.
pub const TARGETS: [(&str, Target); 8] = [
    ("dotconfig", dotconfig),
    ("ftrace_import", ftrace_import),
    ("ftrace_inventory", ftrace_inventory),
    ("ftrace_trace", ftrace_trace),
    ("kconfig_lexer", kconfig_lexer),
    ("kconfig_parser", kconfig_parser),
    ("locate_scan", locate_scan),
    ("makefile", makefile),
];
