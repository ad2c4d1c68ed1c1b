// SPDX-License-Identifier: Apache-2.0
//! How much of anything an input may hold. Each limit is several times what was ever seen;
//! together they bound the memory that a hostile input can take.

/// The longest name of a function, a module or a recording, in bytes. The kernel's own limit
/// is 512 with the final NUL (include/linux/kallsyms.h: `KSYM_NAME_LEN`).
pub const NAME: usize = 511;

/// Functions of a trace. A distribution's kernel has 40,000 that can be traced, and 10,000
/// more in the modules that a machine loads.
pub const FUNCTIONS: usize = 500_000;

/// Recordings in one trace.
pub const RECORDINGS: usize = 1024;

/// Sightings of all functions in all recordings.
pub const SIGHTINGS: usize = 2_000_000;

/// Windows of a recording: a year of windows of five minutes.
pub const WINDOWS: usize = 105_120;

/// How often functions may come into or drop out of windows, or be listed for a phase, in all
/// of a trace. In a week of windows of five minutes, of 10,000 functions each may do it 400 times.
pub const CHANGES: usize = 4_000_000;

/// Bytes of one line of a trace or an inventory in our own formats. The longest are the
/// changes of a window, and a kernel's whole configuration.
pub const RECORD: usize = 4 << 20;

/// Bytes of one line of any other format.
pub const LINE: usize = 16 << 10;

/// Symbols of a kernel, as kallsyms lists them. A distribution's kernel has 150,000, one
/// that was built for debugging three times as many.
pub const SYMBOLS: usize = 4_000_000;

/// Notes that an importer keeps about what it did not take.
pub const NOTES: usize = 1000;

/// Facts of an inventory.
pub const FACTS: usize = 200_000;

/// Bytes of a file that an inventory is made of; the longest are kallsyms, which is
/// read as a stream, and a configuration.
pub const FILE: usize = 8 << 20;
