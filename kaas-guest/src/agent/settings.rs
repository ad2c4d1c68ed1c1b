// SPDX-License-Identifier: Apache-2.0
//! What can be set, in `agent.json`: nothing has to be. Values out of their limits are moved
//! to the nearest that is within.

use std::path::{Path, PathBuf};
use std::time::Duration;

use kaas_types::agent::limit::{CHUNK_BYTES, WAIT_SECONDS};
use serde::Deserialize;

use super::durable;
use crate::failure::{About as _, Result};

/// See above.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Settings {
    /// Nova's metadata service, without `/openstack`.
    pub(super) metadata: String,
    /// Where a config drive may be mounted or copied to. Folders that a reboot empties, since
    /// a drive belongs to an instance, and a disk may be copied to another one.
    pub(super) config_drives: Vec<PathBuf>,
    /// How long a poll for commands waits.
    pub(super) poll_seconds: u64,
    /// After which a server is taken not to answer.
    pub(super) patience_milliseconds: u64,
    /// Before something that failed is tried again: at first.
    pub(super) retry_milliseconds: u64,
    /// ... and at last.
    pub(super) retry_at_last_milliseconds: u64,
    /// How often a guest that is not invited looks whether it is.
    pub(super) idle_milliseconds: u64,
    /// How often the agent looks whether there is something to report.
    pub(super) look_seconds: u64,
    /// Bytes of an upload's chunk.
    pub(super) chunk_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            metadata: "http://169.254.169.254".to_owned(),
            config_drives: vec!["/run/kaas-guest/config-drive".into()],
            poll_seconds: 25,
            patience_milliseconds: 30_000,
            retry_milliseconds: 1000,
            retry_at_last_milliseconds: 300_000,
            idle_milliseconds: 900_000,
            look_seconds: 60,
            chunk_bytes: CHUNK_BYTES,
        }
    }
}

/// Bytes of the file.
const LIMIT: u64 = 64 << 10;

impl Settings {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let settings: Self = match durable::read(path, LIMIT)? {
            Some(bytes) => serde_json::from_slice(&bytes).about(path)?,
            None => Self::default(),
        };
        Ok(settings.within_limits())
    }

    fn within_limits(mut self) -> Self {
        self.poll_seconds = self.poll_seconds.clamp(1, WAIT_SECONDS);
        self.patience_milliseconds = self.patience_milliseconds.clamp(100, 120_000);
        self.retry_milliseconds = self.retry_milliseconds.clamp(10, 60_000);
        let least = self.retry_milliseconds;
        self.retry_at_last_milliseconds = self.retry_at_last_milliseconds.clamp(least, 3_600_000);
        self.idle_milliseconds = self.idle_milliseconds.clamp(10, 86_400_000);
        self.look_seconds = self.look_seconds.clamp(1, 3600);
        self.chunk_bytes = self.chunk_bytes.clamp(1024, CHUNK_BYTES);
        self
    }

    pub(super) fn patience(&self) -> Duration {
        Duration::from_millis(self.patience_milliseconds)
    }

    pub(super) fn idle(&self) -> Duration {
        Duration::from_millis(self.idle_milliseconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_within_their_limits() {
        let settings: Settings = serde_json::from_str(
            r#"{"poll_seconds": 0, "retry_milliseconds": 0, "chunk_bytes": 0}"#,
        )
        .unwrap();
        let settings = settings.within_limits();
        assert_eq!(
            (settings.poll_seconds, settings.retry_milliseconds),
            (1, 10)
        );
        assert_eq!(settings.chunk_bytes, 1024);
        assert!(serde_json::from_str::<Settings>(r#"{"pol_seconds": 1}"#).is_err());
    }
}
