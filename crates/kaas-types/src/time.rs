// SPDX-License-Identifier: Apache-2.0
//! A moment, to the microsecond, as every database keeps it.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, SecondsFormat};
use serde::{Deserialize, Serialize};

/// Microseconds since 1970 in UTC, of the years 1970 to 9999.
///
/// Written as `2026-11-23T17:00:00Z`, with six digits of a second where there are some; read
/// with any offset, and as UTC without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Time(i64);

/// 9999-12-31T23:59:59.999999Z.
const LAST: i64 = 253_402_300_799_999_999;

/// A text or number that is no [`Time`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTime;

impl fmt::Display for InvalidTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a time such as 2026-11-23T17:00:00Z, from 1970 on")
    }
}

impl std::error::Error for InvalidTime {}

impl Time {
    pub const fn from_micros(micros: i64) -> Result<Self, InvalidTime> {
        if micros >= 0 && micros <= LAST {
            Ok(Self(micros))
        } else {
            Err(InvalidTime)
        }
    }

    pub const fn micros(self) -> i64 {
        self.0
    }

    /// From then to now; nothing where that was later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }
}

impl Add<Duration> for Time {
    type Output = Self;

    /// The last moment there is, where the sum would be later.
    fn add(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(micros).min(LAST))
    }
}

impl Sub<Duration> for Time {
    type Output = Self;

    /// The first moment there is, where the difference would be earlier.
    fn sub(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(micros).max(0))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = if self.0 % 1_000_000 == 0 {
            SecondsFormat::Secs
        } else {
            SecondsFormat::Micros
        };
        let moment = DateTime::from_timestamp_micros(self.0).unwrap_or_default();
        f.write_str(&moment.to_rfc3339_opts(format, true))
    }
}

impl FromStr for Time {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let with_offset =
            DateTime::parse_from_rfc3339(text).map(|moment| moment.timestamp_micros());
        let without = || {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
                .map(|moment| moment.and_utc().timestamp_micros())
        };
        let micros = with_offset
            .or_else(|_| without())
            .map_err(|_| InvalidTime)?;
        Self::from_micros(micros)
    }
}

impl From<Time> for String {
    fn from(time: Time) -> Self {
        time.to_string()
    }
}

impl TryFrom<String> for Time {
    type Error = InvalidTime;

    fn try_from(text: String) -> Result<Self, InvalidTime> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_in_utc_and_read_with_any_offset() {
        let time: Time = "2026-11-23T18:00:00+01:00".parse().unwrap();
        assert_eq!(time.to_string(), "2026-11-23T17:00:00Z");
        assert_eq!("2026-11-23T17:00:00".parse(), Ok(time));
        let later = time + Duration::from_micros(5);
        assert_eq!(later.to_string(), "2026-11-23T17:00:00.000005Z");
        assert_eq!(later.to_string().parse(), Ok(later));
    }

    #[test]
    fn what_no_database_keeps_is_no_time() {
        for text in [
            "",
            "1969-12-31T23:59:59Z",
            "+10000-01-01T00:00:00Z",
            "2026-11-23",
            "now",
        ] {
            assert_eq!(text.parse::<Time>(), Err(InvalidTime), "{text}");
        }
        let last = Time::from_micros(LAST).unwrap();
        assert_eq!(last + Duration::MAX, last);
        assert_eq!((last - Duration::MAX).micros(), 0);
        assert_eq!(last.to_string(), "9999-12-31T23:59:59.999999Z");
    }

    #[test]
    fn what_was_later_is_no_time_ago() {
        let [first, second] = [3, 8].map(|micros| Time::from_micros(micros).unwrap());
        assert_eq!(second.since(first), Duration::from_micros(5));
        assert_eq!(first.since(second), Duration::ZERO);
    }
}
