// SPDX-License-Identifier: Apache-2.0
//! What the emulator itself reports through its monitor (QMP): that the guest starts again,
//! and that it switches itself off. A guest that only stops is told apart this way.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Event;
use crate::{About as _, Result};

/// How long the emulator may take until it listens.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the emulator is told.
pub(crate) struct Monitor(UnixStream);

impl Monitor {
    pub(crate) fn tell(&mut self, command: &str) -> Result<()> {
        let told = writeln!(self.0, "{{\"execute\":\"{command}\"}}");
        told.about(Path::new("the emulator's monitor"))
    }
}

/// Sends what the emulator reports.
pub(crate) fn listen(socket: &Path, sender: Sender<Event>) -> Result<Monitor> {
    let stream = connect(socket).about(socket)?;
    let mut monitor = Monitor(stream.try_clone().about(socket)?);
    monitor.tell("qmp_capabilities")?;
    std::thread::spawn(move || {
        let lines = BufReader::new(stream).lines();
        for line in lines.map_while(std::result::Result::ok) {
            // Nobody listens any more: so be it.
            let _ = event(&line).map(|event| sender.send(event));
        }
    });
    Ok(monitor)
}

pub(crate) fn connect(socket: &Path) -> std::io::Result<UnixStream> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match UnixStream::connect(socket) {
            Err(_) if Instant::now() < deadline => pause(),
            outcome => return outcome,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the emulator tells nobody that it listens"
)]
fn pause() {
    std::thread::sleep(Duration::from_millis(50));
}

fn event(line: &str) -> Option<Event> {
    let message: Value = serde_json::from_str(line).ok()?;
    let by_guest = message["data"]["guest"].as_bool().unwrap_or_default();
    match (message["event"].as_str()?, by_guest) {
        ("RESET", true) => Some(Event::Reset),
        ("SHUTDOWN", true) => Some(Event::PowerOff),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_guest_does_counts() {
        let of = |name: &str, guest: bool| {
            event(&format!(
                "{{\"event\":\"{name}\",\"data\":{{\"guest\":{guest}}}}}"
            ))
        };
        assert_eq!(of("RESET", true), Some(Event::Reset));
        assert_eq!(of("SHUTDOWN", true), Some(Event::PowerOff));
        assert_eq!(of("SHUTDOWN", false), None);
        assert_eq!(of("RTC_CHANGE", true), None);
        assert_eq!(event("{\"return\": {}}"), None);
        assert_eq!(event("no JSON"), None);
    }
}
