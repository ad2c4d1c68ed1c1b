// SPDX-License-Identifier: Apache-2.0
//! What the messaging of services is relied on for: each case of `conformance/` runs inside one
//! process, and on RabbitMQ with its classic queues and its quorum queues.
//!
//! To add a case: a function in `conformance/`, and its name in the list there.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that panics fails, with its place"
)]

mod account;
mod conformance;
mod faults;
mod interop;
mod support;
mod tls;

use std::process::ExitCode;

use conformance::Bus;
use libtest_mimic::Arguments;
use support::broker;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = conformance::trials(&[
        Bus {
            name: "local",
            url: || "local://conformance".to_owned(),
        },
        Bus {
            name: "classic",
            url: || broker::shared().url(""),
        },
        Bus {
            name: "quorum",
            url: || broker::shared().url("rabbit_quorum_queue=1&rabbit_transient_quorum_queue=1"),
        },
    ]);
    trials.extend(interop::trials());
    trials.extend(account::trials());
    trials.extend(faults::trials());
    trials.extend(tls::trials());
    let conclusion = libtest_mimic::run(&arguments, trials);
    broker::end_shared();
    conclusion.exit_code()
}
