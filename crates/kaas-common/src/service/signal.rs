// SPDX-License-Identifier: Apache-2.0
//! What the system asks of a process.

use std::io;

use tokio::signal::unix::{self, SignalKind};

/// As oslo.service reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM: finish what is under way, then end.
    Stop,
    /// SIGINT: end.
    Quit,
    /// SIGHUP: read the configuration again.
    Reload,
    /// SIGUSR2: write a report.
    Report,
}

/// Takes the signals of the process, from when it is made.
#[derive(Debug)]
pub struct Signals {
    stop: unix::Signal,
    quit: unix::Signal,
    reload: unix::Signal,
    report: unix::Signal,
}

impl Signals {
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            stop: unix::signal(SignalKind::terminate())?,
            quit: unix::signal(SignalKind::interrupt())?,
            reload: unix::signal(SignalKind::hangup())?,
            report: unix::signal(SignalKind::user_defined2())?,
        })
    }

    /// The next one.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.stop.recv() => Signal::Stop,
            _ = self.quit.recv() => Signal::Quit,
            _ = self.reload.recv() => Signal::Reload,
            _ = self.report.recv() => Signal::Report,
        }
    }
}

#[cfg(test)]
mod tests {
    use rustix::process::{Signal as Number, getpid, kill_process};

    use super::*;

    #[tokio::test]
    async fn each_signal_has_its_meaning() {
        let mut signals = Signals::new().unwrap();
        let cases = [
            (Number::HUP, Signal::Reload),
            (Number::USR2, Signal::Report),
            (Number::TERM, Signal::Stop),
            (Number::INT, Signal::Quit),
        ];
        for (number, meaning) in cases {
            kill_process(getpid(), number).unwrap();
            assert_eq!(signals.next().await, meaning);
        }
    }
}
