// SPDX-License-Identifier: Apache-2.0
//! Where the agent's files are: three folders, so that it can be run anywhere.

use std::path::PathBuf;

use super::settings::Settings;
use crate::failure::Result;

/// See above.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// Of this boot, shared with the tracer and the installer.
    pub(crate) run: PathBuf,
    /// Of this machine: what survives a restart. Only the agent may read it.
    pub(crate) state: PathBuf,
    /// Written by people.
    pub(crate) etc: PathBuf,
}

impl Default for Layout {
    /// Of a machine.
    fn default() -> Self {
        Self {
            run: "/run/kaas-guest".into(),
            state: "/var/lib/kaas-guest".into(),
            etc: "/etc/kaas-guest".into(),
        }
    }
}

impl Layout {
    pub(super) fn settings(&self) -> Result<Settings> {
        Settings::read(&self.etc.join("agent.json"))
    }

    /// An invitation that somebody wrote down by hand.
    pub(super) fn invitation(&self) -> PathBuf {
        self.etc.join("enrollment.json")
    }

    /// Who this guest is to the cloud; holds its key.
    pub(super) fn identity(&self) -> PathBuf {
        self.state.join("identity.json")
    }

    /// A key for which there is no certificate yet.
    pub(super) fn pending(&self) -> PathBuf {
        self.state.join("pending.json")
    }

    /// What was asked of this guest, and what it has to say.
    pub(super) fn journal(&self) -> PathBuf {
        self.state.join("journal.json")
    }

    /// Held by the one agent that uses the folder.
    pub(super) fn lock(&self) -> PathBuf {
        self.state.join("lock")
    }

    /// Files of a release, under their digests.
    pub(super) fn staging(&self) -> PathBuf {
        self.state.join("staging")
    }

    /// The id of the instance as its firmware states it, left here by whoever may read that.
    pub(super) fn instance(&self) -> PathBuf {
        self.run.join("instance")
    }

    pub(super) fn trace(&self) -> PathBuf {
        self.run.join("trace")
    }

    /// The installer's socket.
    pub(super) fn installer(&self) -> PathBuf {
        self.run.join("installer.sock")
    }

    /// Tells the installer that the service was reached in this boot.
    pub(super) fn reached(&self) -> PathBuf {
        self.run.join("reached")
    }

    /// What programs asked of the kernel in vain, left here by whoever watches for it: a
    /// `kaas_types::agent::Missing`.
    pub(super) fn missing(&self) -> PathBuf {
        self.run.join("missing.json")
    }

    /// What the agent says to people of this machine.
    pub(super) fn status(&self) -> PathBuf {
        self.run.join("agent.json")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::deploy::request::{REACHED, SOCKET, STAGING};

    #[test]
    fn agent_and_installer_meet() {
        let layout = Layout::default();
        assert_eq!(layout.installer(), Path::new(SOCKET));
        assert_eq!(layout.staging(), Path::new(STAGING));
        assert_eq!(layout.reached(), Path::new(REACHED));
    }
}
