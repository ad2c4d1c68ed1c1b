// SPDX-License-Identifier: Apache-2.0
//! What a test asks of the server, and does in the place of the cloud's other services.

use kaas_types::agent::{Action, CommandResult, Id, Kind, ReportBody};

use crate::failure::Result;
use crate::server::{StandIn, now};
use crate::state::new_id;

impl StandIn {
    /// The vendor data of an instance, as it is in its config drive.
    pub fn vendor_data(&self, instance: &Id) -> String {
        serde_json::json!({"kaas": self.shared.enrollment(instance)}).to_string()
    }

    /// The instance may enroll anew.
    pub fn reset(&self, instance: &Id) {
        self.shared.state().reset(instance, now());
    }

    /// Whoever enrolled, and as which instance.
    pub fn guests(&self) -> Vec<(Id, Id)> {
        let state = self.shared.state();
        let guests = state.guests.iter();
        guests
            .map(|(id, guest)| (id.clone(), guest.instance.clone()))
            .collect()
    }

    /// How many certificates a guest was given.
    pub fn certificates(&self, guest: &Id) -> usize {
        let state = self.shared.state();
        state
            .guests
            .get(guest)
            .map_or(0, |guest| guest.certificates.len())
    }

    pub fn revoke(&self, guest: &Id) {
        if let Some(guest) = self.shared.state().guests.get_mut(guest) {
            guest.revoked = true;
        }
    }

    /// No certificate of the guest is accepted any more, as if the server had lost it.
    pub fn forget(&self, guest: &Id) {
        self.shared.state().guests.remove(guest);
    }

    /// A command for every guest; its id.
    pub fn push(&self, action: &Action) -> Result<Id> {
        let id = new_id()?;
        let mut state = self.shared.state();
        for guest in state.guests.values_mut() {
            guest.push(id.clone(), action.clone());
        }
        state.save(&self.shared.options.dir)?;
        drop(state);
        self.shared.notify();
        Ok(id)
    }

    /// What guests said of a command.
    pub fn results(&self, command: &Id) -> Vec<CommandResult> {
        let state = self.shared.state();
        let results = state.results.iter().filter(|(_, id, _)| id == command);
        results.map(|(_, _, result)| result.clone()).collect()
    }

    pub fn reports(&self) -> Vec<ReportBody> {
        let state = self.shared.state();
        state
            .reports
            .iter()
            .map(|(_, report)| report.clone())
            .collect()
    }

    /// The last complete snapshot of a guest, with the command that asked for it.
    pub fn snapshot(&self, guest: &Id, kind: Kind) -> Option<(Id, Vec<u8>)> {
        let state = self.shared.state();
        let dir = &self.shared.options.dir;
        let mut uploads = state.uploads.iter();
        uploads.find_map(|(id, record)| record.snapshot(dir, id, (guest, kind)))
    }

    /// How many requests there were, of any kind.
    pub fn requests(&self) -> usize {
        self.shared.counted()
    }

    /// Bytes that were received of uploads.
    pub fn received(&self) -> u64 {
        let state = self.shared.state();
        state
            .uploads
            .values()
            .map(crate::upload::Record::offset)
            .sum()
    }
}
