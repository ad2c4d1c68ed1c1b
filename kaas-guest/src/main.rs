// SPDX-License-Identifier: Apache-2.0
//! The agent in a customer's machine: traces from the initramfs on, reports, and switches the
//! kernel so that the machine can't be stranded.

use {convergence as _, flate2 as _, ftrace as _, kaas_types as _, lexopt as _, rcgen as _};
use {ring as _, rustix as _, rustls as _, serde as _, serde_json as _, ureq as _};

fn main() {}
