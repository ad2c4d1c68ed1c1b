// SPDX-License-Identifier: Apache-2.0
//! What the unprivileged agent may ask of the installer, which runs as root: one request and
//! one answer, each a line of JSON, over the socket [`SOCKET`]. A request names no path and no
//! command: documents are signed, and their files lie in [`STAGING`] under their digests.

use kaas_types::release::{Signed, Status};
use serde::{Deserialize, Serialize};

/// Where the installer listens. The socket belongs to root and the agent's group.
pub(crate) const SOCKET: &str = "/run/kaas-guest/installer.sock";

/// The agent's folder for downloaded files, each named by the 64 hexadecimal digits of the
/// SHA-256 that the release document gives. Anything else in it is ignored.
pub(crate) const STAGING: &str = "/var/lib/kaas-guest/staging";

/// The agent writes it after it has reached the service since this boot: the line of
/// `/proc/sys/kernel/random/boot_id`. A trial may depend on it.
pub(crate) const REACHED: &str = "/run/kaas-guest/reached";

/// The longest line of a request, in bytes: a signed document, escaped as a JSON string.
pub(crate) const REQUEST_LIMIT: usize = 2 * kaas_types::release::DOCUMENT_LIMIT + 4096;

/// All that may be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Request {
    /// Verifies a release document and says which of its files are not in the staging folder.
    /// Changes nothing.
    Fetch { release: Signed },
    /// Verifies document and files, and puts the kernel beside the running one. The machine
    /// starts what it started before. May take minutes, where an initramfs is made.
    Install { release: Signed },
    /// Restarts into the installed kernel, once; the answer comes before the restart.
    Trial,
    /// Confirms a trial that runs, without waiting for its probes: an operator's decision.
    Confirm,
    /// Back to the kernel before, with a restart if the tailored one runs.
    Rollback,
    /// How far the deployment has come.
    Status,
    /// Changes which keys are trusted.
    Keys { statement: Signed },
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub(crate) enum Answer {
    /// To `fetch`: what to download before `install`.
    Missing { files: Vec<MissingFile> },
    /// To every other request that was carried out.
    Deployment(Deployment),
    /// Not done, and nothing was changed. For a release this is its end: REFUSED.
    Refused { reason: String },
    /// The request makes no sense now, or is malformed. The deployment is as it was.
    Invalid { reason: String },
}

/// A file that the staging folder lacks, or has in another size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MissingFile {
    /// Its name there.
    pub(crate) sha256: String,
    pub(crate) size: u64,
}

/// How far the deployment has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Deployment {
    /// Nothing, where no release was ever installed or refused.
    pub(crate) status: Option<Status>,
    /// Why, in words for a person; empty where the status says all.
    pub(crate) reason: String,
    /// Of the release that it is about; 0 for none.
    pub(crate) serial: u64,
    /// Its `uname -r`; empty for none.
    pub(crate) release: String,
    /// The `uname -r` of the kernel that runs.
    pub(crate) running: String,
    /// INSTALLING, and all its files are in place: `trial` may be asked.
    pub(crate) installed: bool,
    /// The highest serial that was accepted.
    pub(crate) accepted_serial: u64,
}

#[cfg(test)]
mod tests {
    use super::{Answer, Request};

    #[test]
    fn a_request_is_one_of_the_list() {
        let status: Request = serde_json::from_str("{\"action\":\"status\"}").unwrap();
        assert_eq!(status, Request::Status);
        for text in [
            "{\"action\":\"run\",\"command\":\"id\"}",
            "{\"action\":\"install\"}",
            "{\"action\":\"install\",\"path\":\"/tmp\"}",
            "{}",
            "[]",
            "",
        ] {
            assert!(serde_json::from_str::<Request>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_line_has_no_newline_in_it() {
        let reason = "first\nsecond".to_owned();
        let line = serde_json::to_string(&Answer::Refused { reason }).unwrap();
        assert!(!line.contains('\n'), "{line}");
    }
}
