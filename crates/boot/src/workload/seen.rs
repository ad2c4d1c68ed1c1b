// SPDX-License-Identifier: Apache-2.0
//! What a machine did with a workload.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use virtual_machine::{Result, State, Station, Workload};

/// See above. A file keeps it as JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) kernel: String,
    pub(super) start: Started,
    /// After it had been told to start again.
    pub(super) again: Started,
    /// From a disk with a partition table.
    pub(super) gpt: Started,
    /// Why the application can't be used, at first and after the second start.
    pub(super) trouble: Vec<String>,
    pub(super) tests: BTreeMap<String, bool>,
    /// What the kernel reported as an error.
    pub(super) errors: BTreeSet<String>,
    pub(super) operations_per_second: f64,
    /// The emulator's CPU seconds for a thousand operations.
    pub(super) load_cpu: f64,
    /// The same until the first start was over.
    pub(super) boot_cpu: f64,
    /// From either disk.
    pub(super) powered_off: [bool; 2],
}

/// How a start ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Started {
    pub(super) state: String,
    pub(super) failed: BTreeSet<String>,
}

impl From<&State> for Started {
    fn from(State { name, failed }: &State) -> Self {
        let (state, failed) = (name.clone(), failed.clone());
        Self { state, failed }
    }
}

impl Seen {
    /// On a machine that has just started, which is off then.
    pub(super) fn on(mut station: Station, workload: &Workload, seconds: u32) -> Result<Self> {
        let mut seen = Self {
            kernel: station.answer("uname -r")?,
            start: Started::from(&station.state),
            boot_cpu: station.boot.as_secs_f64(),
            ..Self::default()
        };
        match workload.set_up(&mut station) {
            Ok(()) => seen.used(&mut station, workload, seconds)?,
            Err(failure) => seen.trouble.push(failure.to_string()),
        }
        station.restart()?;
        seen.again = Started::from(&station.state);
        if let Err(failure) = workload.set_up(&mut station) {
            seen.trouble.push(format!("after reboot: {failure}"));
        }
        seen.is_useful(&mut station, workload, "after reboot: ");
        seen.powered_off[0] = station.power_off();
        Ok(seen)
    }

    /// With what is seen of it on the other disk.
    pub(super) fn and_on(mut self, station: Station) -> Self {
        self.gpt = Started::from(&station.state);
        self.powered_off[1] = station.power_off();
        self
    }

    fn used(&mut self, station: &mut Station, workload: &Workload, seconds: u32) -> Result<()> {
        self.is_useful(station, workload, "");
        let loaded = station.cost(|guest| workload.load(guest, seconds));
        match loaded {
            Err(failure) => self.trouble.push(failure.to_string()),
            Ok((cost, operations)) => {
                self.operations_per_second = operations;
                let thousands = operations * f64::from(seconds) / 1000.0;
                self.load_cpu = cost.as_secs_f64() / thousands;
            }
        }
        match workload.test(station) {
            Err(failure) => self.trouble.push(failure.to_string()),
            Ok(tests) => self.tests = tests,
        }
        let errors = station.answer("dmesg --level=emerg,alert,crit,err --notime | head -n 20")?;
        self.errors = errors.lines().map(str::to_owned).collect();
        Ok(())
    }

    fn is_useful(&mut self, station: &mut Station, workload: &Workload, when: &str) {
        if let Err(failure) = workload.check(station) {
            self.trouble.push(format!("{when}{failure}"));
        }
    }
}
