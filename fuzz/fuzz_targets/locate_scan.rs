// SPDX-License-Identifier: Apache-2.0
//! Hands the target of this name to libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(init: fuzz::prepare(), |data: &[u8]| fuzz_targets::locate_scan(data));
