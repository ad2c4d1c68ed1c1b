// SPDX-License-Identifier: Apache-2.0
//! The ways in which a server can be a bad one.
//!
//! To add one: a variant, its name, and what it does, here or in `handler.rs`.

use std::io::{self, Write};
use std::str::FromStr;
use std::time::Duration;

use kaas_types::agent::{Code, Upload};

use crate::answer::Answer;
use crate::failure::Failure;
use crate::server::pause;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misbehaviour {
    /// Answers with bytes that are no HTTP.
    Garbage,
    /// Answers with JSON that is not what was asked for, or no JSON at all.
    GarbageJson,
    /// Sends an answer byte by byte, without an end.
    Slow,
    /// Takes connections and says nothing at all.
    Silent,
    /// Sends an answer that is far too long.
    Oversized,
    /// Says old commands again, the last first.
    Replays,
    /// Does what it is asked, and closes the connection instead of saying so.
    Drop,
    /// Closes the connection in the middle of a body: its own, or the guest's.
    Cut,
    /// Is broken inside.
    Errors,
    /// Has too much to do for any guest.
    Busy,
    /// Never waits with an answer to a poll.
    Hasty,
    /// Says of uploads what is not so.
    WrongOffsets,
    /// Shows a certificate of another authority.
    WrongCert,
    /// Shows a certificate that was valid once.
    ExpiredCert,
    /// Sends the guest elsewhere, without encryption.
    Redirect,
}

use Misbehaviour as Mode;

const NAMES: [(Mode, &str); 15] = [
    (Mode::Garbage, "garbage"),
    (Mode::GarbageJson, "garbage-json"),
    (Mode::Slow, "slow"),
    (Mode::Silent, "silent"),
    (Mode::Oversized, "oversized"),
    (Mode::Replays, "replays"),
    (Mode::Drop, "drop"),
    (Mode::Cut, "cut"),
    (Mode::Errors, "errors"),
    (Mode::Busy, "busy"),
    (Mode::Hasty, "hasty"),
    (Mode::WrongOffsets, "wrong-offsets"),
    (Mode::WrongCert, "wrong-cert"),
    (Mode::ExpiredCert, "expired-cert"),
    (Mode::Redirect, "redirect"),
];

impl Misbehaviour {
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.into_iter().map(|(mode, _)| mode)
    }

    pub fn name(self) -> &'static str {
        let found = NAMES.iter().find(|(mode, _)| *mode == self);
        found.map_or("", |(_, name)| name)
    }
}

impl FromStr for Misbehaviour {
    type Err = Failure;

    fn from_str(name: &str) -> Result<Self, Failure> {
        let found = Self::all().find(|mode| mode.name() == name);
        found.ok_or_else(|| {
            let names: Vec<&str> = Self::all().map(Self::name).collect();
            Failure::new(format!(
                "no misbehaviour {name:?}, but {}",
                names.join(", ")
            ))
        })
    }
}

const GARBAGE: [&[u8]; 3] = [
    b"\x00\xff\x16\x03\x01 no protocol at all \r\n\r\n",
    b"HTTP/1.1 999 \xff\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffff\r\n",
];

const GARBAGE_JSON: [&str; 7] = [
    "[[[[[[[[[",
    "{}",
    "null",
    "{\"time\":-1,\"commands\":{}}",
    "{\"time\":18446744073709551615,\"last_message\":18446744073709551615,\"commands\":[]}",
    "{\"guest\":\"../../x\",\"offset\":\"1\",\"id\":0,\"certificate\":\"\\u0000\"}",
    "\u{fffd}\u{0}",
];

/// Writes something in the place of `answer`; `count` tells one time from the next. Afterwards
/// the connection is closed.
pub(crate) fn write(
    how: Mode,
    count: usize,
    answer: &Answer,
    out: &mut impl Write,
) -> io::Result<()> {
    match how {
        Mode::Garbage => out.write_all(GARBAGE[count % GARBAGE.len()]),
        Mode::GarbageJson => Answer::text(200, GARBAGE_JSON[count % GARBAGE_JSON.len()]).write(out),
        Mode::Slow => drip(out, count),
        Mode::Oversized => flood(out, count),
        Mode::Errors => Answer::text(500, "<h1>Internal Server Error</h1>").write(out),
        Mode::Redirect => out.write_all(
            b"HTTP/1.1 307 x\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        ),
        Mode::Cut => answer.write_half(out),
        Mode::Busy => Answer::error(Code::RateLimited, "").write(out),
        Mode::Drop | Mode::Silent => Ok(()),
        // These are bad elsewhere.
        Mode::Replays | Mode::Hasty | Mode::WrongOffsets | Mode::WrongCert | Mode::ExpiredCert => {
            answer.write(out)
        }
    }?;
    out.flush()
}

/// Where an upload does not stand.
pub(crate) fn wrong(mut upload: Upload, count: usize) -> Upload {
    let wrong = [0, upload.offset / 2, upload.offset + 1000, u64::MAX];
    upload.offset = wrong[count % wrong.len()];
    upload
}

/// A header without an end, or a body.
fn drip(out: &mut impl Write, count: usize) -> io::Result<()> {
    let begin: &[u8] = if count.is_multiple_of(2) {
        b"HTTP/1.1 200 OK\r\nX-Slow: "
    } else {
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"
    };
    out.write_all(begin)?;
    loop {
        out.write_all(b" ")?;
        out.flush()?;
        pause(Duration::from_millis(50));
    }
}

/// Too long by its headers, or by its body.
fn flood(out: &mut impl Write, count: usize) -> io::Result<()> {
    let begin: &[u8] = match count % 3 {
        0 => b"HTTP/1.1 200 OK\r\nContent-Length: 8589934592\r\n\r\n",
        1 => b"HTTP/1.1 200 OK\r\nX-Long: ",
        _ => b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2000000\r\n",
    };
    out.write_all(begin)?;
    let block = [b' '; 8192];
    for _ in 0..4096 {
        out.write_all(&block)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_name() {
        for mode in Misbehaviour::all() {
            assert_eq!(mode.name().parse::<Misbehaviour>().unwrap(), mode);
        }
        assert!("good".parse::<Misbehaviour>().is_err());
    }
}
