// SPDX-License-Identifier: Apache-2.0
//! A virtual machine that is running: what it writes to its console and what its emulator
//! reports, as one stream of events. It is ended when dropped.

mod accelerator;
mod command_line;
mod console;
mod monitor;

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Child;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

pub use accelerator::Accelerator;
pub use command_line::{Boots, Start, is_there};
pub(crate) use command_line::{Forward, Sockets};
use monitor::Monitor;
pub(crate) use monitor::connect;

use crate::{About as _, Failure, Result};
use crate::{Conversation, program};

/// Something that happened to the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A line on its first serial console.
    Line(String),
    /// It started again.
    Reset,
    /// It switched itself off.
    PowerOff,
    /// The emulator is gone.
    Ended,
}

/// See above.
pub struct Guest {
    emulator: Child,
    events: Receiver<Event>,
    forwards: Vec<Forward>,
    sockets: Sockets,
    monitor: Option<Monitor>,
}

impl Guest {
    /// Starts the machine; its console is also kept in `folder`.
    pub fn start(start: &Start<'_>, accelerator: Accelerator, folder: &Path) -> Result<Self> {
        let sockets = Sockets {
            monitor: folder.join("monitor"),
            conversation: folder.join("conversation"),
        };
        crate::cache::remove(&sockets.monitor)?;
        crate::cache::remove(&sockets.conversation)?;
        let forwards = forwards(start.ports)?;
        let mut command = start.command(accelerator, &forwards, &sockets);
        let emulator = command.spawn();
        let emulator = emulator.map_err(|error| program::not_started(&command, &error))?;
        let (sender, events) = channel();
        let mut guest = Self {
            emulator,
            events,
            forwards,
            sockets,
            monitor: None,
        };
        let console = guest.emulator.stdout.take();
        let console = console.ok_or_else(|| Failure::new("the emulator has no console"))?;
        console::listen(console, &folder.join("console.log"), sender.clone())?;
        guest.monitor = Some(monitor::listen(&guest.sockets.monitor, sender)?);
        Ok(guest)
    }

    /// The port of the loopback interface here that leads to a port of the guest's, which has
    /// to be one of [`Start::ports`].
    pub fn port(&self, inside: u16) -> Result<u16> {
        let mut forwards = self.forwards.iter();
        let found = forwards.find(|forward| forward.inside == inside);
        let missing = || Failure::new(format!("port {inside} of the guest is not reachable"));
        Ok(found.ok_or_else(missing)?.outside)
    }

    /// What happens next; `None` when nothing happens before `deadline`.
    pub fn next(&self, deadline: Instant) -> Option<Event> {
        let left = deadline.saturating_duration_since(Instant::now());
        match self.events.recv_timeout(left) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Event::Ended),
        }
    }

    /// Waits until the guest answers on its second serial port. It did not start if `deadline`
    /// is over before.
    pub fn conversation(&self, deadline: Instant) -> Result<Conversation> {
        Conversation::begin(&self.sockets.conversation, deadline)
    }

    /// As the button does: nothing is written back, nobody is asked.
    pub fn reset(&mut self) -> Result<()> {
        let monitor = self.monitor.as_mut();
        monitor.map_or(Ok(()), |monitor| monitor.tell("system_reset"))
    }

    /// Nothing in it goes on for so long, and it isn't told: as when a cloud moves a machine.
    pub fn pause(&mut self, time: Duration) -> Result<()> {
        let Some(monitor) = self.monitor.as_mut() else {
            return Ok(());
        };
        monitor.tell("stop")?;
        std::thread::sleep(time);
        monitor.tell("cont")
    }

    /// The CPU time of the emulator until now, which does not depend on what else runs here.
    pub fn cpu_time(&self) -> Result<Duration> {
        let path = Path::new("/proc")
            .join(self.emulator.id().to_string())
            .join("stat");
        let text = std::fs::read_to_string(&path).about(&path)?;
        let unreadable = || Failure::new(format!("{}: not as expected", path.display()));
        cpu_time(&text).ok_or_else(unreadable)
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        // Whoever has ended already can't be ended.
        let _ = self.emulator.kill();
        let _ = self.emulator.wait();
    }
}

/// A free port for each. Their listeners are let go at the end, so that none is taken twice.
fn forwards(ports: &[u16]) -> Result<Vec<Forward>> {
    let mut listeners = vec![];
    let mut forward = |inside: &u16| {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let outside = listener.local_addr()?.port();
        listeners.push(listener);
        let inside = *inside;
        Ok(Forward { outside, inside })
    };
    let forwards: std::io::Result<_> = ports.iter().map(&mut forward).collect();
    forwards.map_err(|error| Failure::new(format!("no free port: {error}")))
}

/// User and system time in `/proc/PID/stat`, whose ticks are hundredths of a second.
fn cpu_time(stat: &str) -> Option<Duration> {
    // The name before, in parentheses, may hold anything.
    let (_, after) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = after.split(' ').collect();
    let ticks = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some(Duration::from_millis(10 * (ticks(11)? + ticks(12)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_found_behind_any_name() {
        let stat = "7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 150 25 0 0";
        assert_eq!(cpu_time(stat), Some(Duration::from_millis(1750)));
        assert_eq!(cpu_time("7 (a) S 1"), None);
        assert_eq!(cpu_time(""), None);
    }
}
