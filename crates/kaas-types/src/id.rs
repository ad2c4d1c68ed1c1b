// SPDX-License-Identifier: Apache-2.0
//! What things are named by. An id is a type: that of a kernel is not that of a trace.
//!
//! To add one: a line in `ids!`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is no UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidId;

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a UUID")
    }
}

impl std::error::Error for InvalidId {}

macro_rules! ids {
    ($($(#[$about:meta])* $id:ident,)+) => {$(
        $(#[$about])*
        ///
        /// Written as a UUID in lower case with dashes; read in every usual form.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $id(Uuid);

        impl $id {
            /// A new one, which nobody can guess.
            pub fn random() -> Self {
                Self(Uuid::new_v4())
            }

            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $id {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }

        impl From<$id> for String {
            fn from(id: $id) -> Self {
                id.to_string()
            }
        }

        impl TryFrom<String> for $id {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }
    )+};
}

ids! {
    /// A build server.
    BuilderId,
    /// Something that a guest is asked to do.
    CommandId,
    /// A kernel put into an instance.
    DeploymentId,
    /// An enrolled agent.
    GuestId,
    /// An image that is traced or builds.
    ImageId,
    /// A virtual machine, by Nova's id.
    InstanceId,
    /// One builder's attempt at a kernel.
    JobId,
    /// A tailored kernel.
    KernelId,
    /// A message for the notification bus.
    NotificationId,
    /// A process of KaaS.
    ServiceId,
    /// A place where kernels' sources come from.
    SourceId,
    /// What an instance's kernel was seen to execute.
    TraceId,
    /// A file on its way to us.
    UploadId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_form_is_the_same_id() {
        let usual = "6f1c2a34-0b9d-4e55-8f66-77a8b9c0d1e2";
        let id: KernelId = usual.parse().unwrap();
        for form in [
            "6F1C2A34-0B9D-4E55-8F66-77A8B9C0D1E2",
            "6f1c2a340b9d4e558f6677a8b9c0d1e2",
            "{6f1c2a34-0b9d-4e55-8f66-77a8b9c0d1e2}",
            "urn:uuid:6f1c2a34-0b9d-4e55-8f66-77a8b9c0d1e2",
        ] {
            assert_eq!(form.parse(), Ok(id));
        }
        assert_eq!(id.to_string(), usual);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{usual}\""));
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in [
            "",
            "6f1c2a34",
            "6f1c2a34-0b9d-4e55-8f66-77a8b9c0d1eg",
            "../etc",
        ] {
            assert_eq!(text.parse::<KernelId>(), Err(InvalidId), "{text}");
        }
    }

    #[test]
    fn no_two_are_the_same() {
        assert_ne!(JobId::random(), JobId::random());
    }
}
