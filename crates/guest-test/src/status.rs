// SPDX-License-Identifier: Apache-2.0
//! What `kaas-guest` says of itself in a machine.

use virtual_machine::{Failure, Result, Station};

/// Prints the process that traces: the one that listens. Others of the same name wait, or do
/// something else.
pub(crate) const TRACER: &str = "ss -xlpH | sed -n 's/.*tracer.sock.*pid=\\([0-9]*\\),.*/\\1/p'";

/// A number of the tracer's status.
pub(crate) fn field(station: &mut Station, name: &str) -> Result<u64> {
    let text = station.answer("cat /run/kaas-guest/status")?;
    let unreadable = |error| Failure::new(format!("the status {text:?}: {error}"));
    let status: serde_json::Value = serde_json::from_str(&text).map_err(unreadable)?;
    let missing = || Failure::new(format!("the status has no {name}: {text}"));
    status[name].as_u64().ok_or_else(missing)
}
