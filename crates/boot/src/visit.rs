// SPDX-License-Identifier: Apache-2.0
//! A machine is started, asked, and left to switch itself off.

use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::probe::{Answers, Heard};
use virtual_machine::Result;
use virtual_machine::memcached::ask_from_outside;
use virtual_machine::{Accelerator, Event, Guest, Start};

/// What was seen of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Visit {
    pub(crate) answers: Answers,
    /// After it had started itself again.
    pub(crate) again: Option<Answers>,
    /// How many values came back as they were stored, asked from outside.
    pub(crate) outside: Option<u32>,
    pub(crate) powered_off: bool,
    /// CPU seconds of the emulator until the start was over, firmware included.
    pub(crate) start_cpu: Option<f64>,
    /// Why it was ended before it had switched itself off.
    pub(crate) trouble: Option<String>,
}

/// Who is asked, and how long it may be silent.
pub(crate) struct Host<'a> {
    pub(crate) accelerator: Accelerator,
    /// For the console's log.
    pub(crate) folder: &'a Path,
    pub(crate) patience: Duration,
}

/// Starts the machine and stays until it is off, or until it is stuck.
pub(crate) fn visit(start: &Start<'_>, host: &Host<'_>) -> Result<Visit> {
    std::fs::create_dir_all(host.folder)
        .map_err(|error| virtual_machine::Failure::new(error.to_string()))?;
    let guest = Guest::start(start, host.accelerator, host.folder)?;
    let mut visit = Visit::default();
    loop {
        match guest.next(Instant::now() + host.patience) {
            Some(Event::Line(line)) => visit.hear(&line, &guest)?,
            Some(Event::Reset) => visit.start_again(),
            Some(Event::PowerOff) => visit.powered_off = true,
            Some(Event::Ended) => return Ok(visit),
            None => visit.is_stuck(&format!("silent for {} s", host.patience.as_secs())),
        }
        if visit.trouble.is_some() {
            return Ok(visit);
        }
    }
}

impl Visit {
    fn hear(&mut self, line: &str, guest: &Guest) -> Result<()> {
        let answers = self.again.as_mut().unwrap_or(&mut self.answers);
        match answers.hear(line) {
            Heard::Started if self.start_cpu.is_none() => {
                self.start_cpu = Some(guest.cpu_time()?.as_secs_f64());
            }
            Heard::Listening => self.outside = Some(ask_from_outside(guest)?),
            Heard::Rebooting => self.again = Some(Answers::default()),
            Heard::Nothing if line.contains("Kernel panic") => self.is_stuck(line),
            Heard::Nothing | Heard::Answer | Heard::Started => {}
        }
        Ok(())
    }

    /// Firmware may reset the machine once more, before there is an answer.
    fn start_again(&mut self) {
        let is_expected = |again: &Answers| *again == Answers::default();
        if !self.again.as_ref().is_some_and(is_expected) {
            self.is_stuck("started again by itself");
        }
    }

    fn is_stuck(&mut self, why: &str) {
        self.trouble = Some(why.trim().to_owned());
    }

    /// It came up, answered everything, and switched itself off.
    pub(crate) fn is_whole(&self) -> bool {
        let last = self.again.as_ref().unwrap_or(&self.answers);
        self.trouble.is_none() && self.powered_off && last.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_restart_that_was_asked_for_is_expected() {
        let mut visit = Visit::default();
        visit.start_again();
        assert_eq!(visit.trouble.as_deref(), Some("started again by itself"));
        let again = Some(Answers::default());
        let mut visit = Visit {
            again,
            ..Visit::default()
        };
        visit.start_again();
        visit.start_again();
        assert_eq!(visit.trouble, None);
    }

    #[test]
    fn the_last_start_has_to_end_well() {
        let done = Answers {
            done: true,
            ..Answers::default()
        };
        let visit = Visit {
            answers: done.clone(),
            powered_off: true,
            ..Visit::default()
        };
        assert!(visit.is_whole());
        let again = Some(Answers::default());
        assert!(
            !Visit {
                again,
                ..visit.clone()
            }
            .is_whole()
        );
        assert!(
            !Visit {
                powered_off: false,
                ..visit
            }
            .is_whole()
        );
    }
}
