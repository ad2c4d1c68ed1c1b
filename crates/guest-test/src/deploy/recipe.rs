// SPDX-License-Identifier: Apache-2.0
//! Releases of the kernels in the supply, written by what `doc/deployment.md` says of them and by
//! nothing of the agent's code.

use serde::Serialize;
use serde_json::json;

use super::supply::{INSTANCE, PROJECT, Tailored};

/// What a release is like, beside its kernel.
#[derive(Clone, Debug)]
pub(super) struct Recipe {
    pub(super) kernel: Tailored,
    /// For which machine it is.
    pub(super) instance: &'static str,
    /// Words for its command line.
    pub(super) add: Vec<&'static str>,
    pub(super) deadline_seconds: u64,
    pub(super) has_probe: bool,
}

/// A file of a release, its members in the order of their names.
#[derive(Clone, Debug, Serialize)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) sha256: String,
    pub(super) size: u64,
}

impl Recipe {
    /// All of a kernel, with much time for it.
    pub(super) fn of(kernel: &Tailored) -> Self {
        Self {
            kernel: kernel.clone(),
            instance: INSTANCE,
            add: Vec::new(),
            deadline_seconds: 1200,
            has_probe: false,
        }
    }

    /// The document of a release, in canonical JSON (RFC 8785): the members of each object are
    /// in the order of their names, empty lists are left out.
    pub(super) fn document(&self, serial: u64) -> String {
        let kernel = &self.kernel;
        let optional = [&kernel.initramfs, &kernel.modules].into_iter().flatten();
        let files: Vec<&File> = [&kernel.image].into_iter().chain(optional).collect();
        let mut command_line = json!({"panic_seconds": 5});
        if !self.add.is_empty() {
            command_line = json!({"add": self.add, "panic_seconds": 5});
        }
        let mut health = json!({"agent": "required", "units": "required"});
        if self.has_probe {
            let probe = json!({"name": "shop", "timeout_seconds": 20});
            health = json!({"agent": "required", "probe": probe, "units": "required"});
        }
        let document = json!({
            "command_line": command_line,
            "deadline_seconds": self.deadline_seconds,
            "files": files,
            "health": health,
            "initramfs": kernel.initramfs.as_ref().map_or("none", |_| "given"),
            "instance": self.instance,
            "kernel": "test",
            "project": PROJECT,
            "release": kernel.release,
            "schema": 1,
            "secure_boot": "unsigned",
            "serial": serial,
        });
        document.to_string()
    }
}
