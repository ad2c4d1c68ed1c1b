// SPDX-License-Identifier: Apache-2.0
//! Versions of RPC interfaces: `MAJOR.MINOR`, sometimes with a revision.

use std::fmt;
use std::str::FromStr;

/// The version of an interface. A new method or optional argument raises the minor number;
/// whatever breaks a caller raises the major one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    major: u32,
    minor: u32,
    revision: Option<u32>,
}

/// What a message without a version is taken for.
pub(crate) const UNSAID: Version = Version::new(1, 0);

/// A text that is no version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a version is MAJOR.MINOR or MAJOR.MINOR.REVISION, all numbers")]
pub struct VersionError;

impl Version {
    pub const fn new(major: u32, minor: u32) -> Self {
        Self {
            major,
            minor,
            revision: None,
        }
    }

    /// Whether whoever implements this version serves a message that asks for `requested`
    /// (`version_is_compatible` of `oslo_messaging/_utils.py`).
    pub fn serves(self, requested: Self) -> bool {
        self.major == requested.major
            && (self.minor, self.revision) >= (requested.minor, requested.revision)
    }
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let mut parts = text
            .split('.')
            .map(|part| part.parse().map_err(|_| VersionError));
        let mut next = || parts.next().transpose();
        let (major, minor, revision) = (next()?, next()?, next()?);
        match (major, minor, next()?) {
            (Some(major), Some(minor), None) => Ok(Self {
                major,
                minor,
                revision,
            }),
            _ => Err(VersionError),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)?;
        match self.revision {
            Some(revision) => write!(formatter, ".{revision}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_request_is_served_and_a_newer_is_not() {
        let serves = |ours: &str, theirs: &str| {
            let version = |text: &str| text.parse::<Version>().unwrap();
            version(ours).serves(version(theirs))
        };
        for (ours, theirs) in [
            ("1.2", "1.0"),
            ("1.2", "1.2"),
            ("1.10", "1.9"),
            ("1.2.3", "1.2.3"),
            ("1.2.3", "1.2"),
        ] {
            assert!(serves(ours, theirs), "{ours} {theirs}");
        }
        for (ours, theirs) in [
            ("1.2", "1.3"),
            ("2.0", "1.0"),
            ("1.0", "2.0"),
            ("1.2", "1.2.1"),
            ("1.9", "1.10"),
        ] {
            assert!(!serves(ours, theirs), "{ours} {theirs}");
        }
    }

    #[test]
    fn only_two_or_three_numbers_are_a_version() {
        for text in ["", "1", "1.", "1.x", "1.2.3.4", "-1.0", "1.2 "] {
            assert_eq!(text.parse::<Version>(), Err(VersionError), "{text}");
        }
        for text in ["1.0", "1.10", "1.2.3"] {
            assert_eq!(text.parse::<Version>().unwrap().to_string(), text);
        }
    }
}
