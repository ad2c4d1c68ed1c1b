// SPDX-License-Identifier: Apache-2.0
//! The number of the schema that a report follows.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The one schema that this program writes and reads. It changes when a reader of the
/// older one would be misled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Version;

impl Version {
    const NUMBER: u32 = 1;
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(Self::NUMBER)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            Self::NUMBER => Ok(Self),
            other => Err(D::Error::custom(format_args!(
                "a report of schema {other}; this program reads schema {}",
                Self::NUMBER
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_of_another_schema_is_refused() {
        assert_eq!(serde_json::from_str::<Version>("1").ok(), Some(Version));
        let error = serde_json::from_str::<Version>("2").expect_err("not ours");
        assert!(error.to_string().contains("schema 2"), "{error}");
    }
}
