// SPDX-License-Identifier: Apache-2.0
//! The access rules of an application credential: the only requests that its tokens may make.

use super::path;

/// A request that is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRule {
    /// The type of the service.
    pub service: String,
    pub method: String,
    /// With the prefix under which the service is reached.
    pub path: String,
}

impl AccessRule {
    pub(super) fn allows(&self, service: &str, method: &str, path: &str) -> bool {
        self.service == service && self.method == method && path::matches(&self.path, path)
    }
}
