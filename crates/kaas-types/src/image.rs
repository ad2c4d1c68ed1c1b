// SPDX-License-Identifier: Apache-2.0
//! Images that administrators offer: to be traced, or to build on. They belong to no project.

use crate::id::ImageId;
use crate::name::Name;
use crate::time::Time;
use crate::word::words;

words! {
    /// What an image is for.
    pub enum Kind {
        Traceable = "traceable",
        Builder = "builder",
    }
}

words! {
    /// Whether a thing that administrators keep is offered.
    pub enum Availability {
        Enabled = "ENABLED",
        Disabled = "DISABLED",
    }
}

/// An image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    pub id: ImageId,
    pub name: Name,
    pub kind: Kind,
    /// How the image service calls it.
    pub reference: Name,
    pub availability: Availability,
    pub created: Time,
    pub updated: Time,
    pub version: i64,
}
