// SPDX-License-Identifier: Apache-2.0
//! Where kernels' sources come from. Administrators say so; they belong to no project.

use crate::agent::Line;
use crate::id::SourceId;
use crate::image::Availability;
use crate::name::Name;
use crate::time::Time;

/// A kernel source: a driver, and what it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub id: SourceId,
    pub name: Name,
    /// `apt`, `tarball`, `git`, or another that is configured.
    pub driver: Line<64>,
    /// The stable series that it follows: `6.1`.
    pub series: Line<64>,
    /// The newest release that it was seen to have, where it was looked at.
    pub release: Option<Line<128>>,
    /// The driver's own options.
    pub options: serde_json::Map<String, serde_json::Value>,
    pub availability: Availability,
    pub created: Time,
    pub updated: Time,
    pub version: i64,
}
