// SPDX-License-Identifier: Apache-2.0
//! The ways in which a server can be a bad one.
//!
//! To add one: a variant, its name, and what it does in `connection.rs` or here.

use std::io::{self, Write};
use std::str::FromStr;
use std::time::Duration;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::server::pause;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misbehaviour {
    /// Answers with bytes that are no HTTP, or with HTTP whose body is not what it should be.
    Garbage,
    /// Sends an answer byte by byte, without an end.
    Slow,
    /// Sends an answer that is far too long.
    Oversized,
    /// Says old things again, and later things first.
    Reordered,
    /// Does what it is asked, and closes the connection instead of saying so.
    Drop,
    /// Shows a certificate of another authority.
    WrongCert,
    /// Sends the guest elsewhere, without encryption.
    Redirect,
}

impl Misbehaviour {
    pub const ALL: [Self; 7] = [
        Self::Garbage,
        Self::Slow,
        Self::Oversized,
        Self::Reordered,
        Self::Drop,
        Self::WrongCert,
        Self::Redirect,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Garbage => "garbage",
            Self::Slow => "slow",
            Self::Oversized => "oversized",
            Self::Reordered => "reordered",
            Self::Drop => "drop",
            Self::WrongCert => "wrong-cert",
            Self::Redirect => "redirect",
        }
    }
}

impl FromStr for Misbehaviour {
    type Err = Failure;

    fn from_str(name: &str) -> Result<Self, Failure> {
        let found = Self::ALL.into_iter().find(|one| one.name() == name);
        found.ok_or_else(|| Failure::new(format!("there is no misbehaviour {name:?}")))
    }
}

const GARBAGE: [&[u8]; 4] = [
    b"\x00\xff\x16\x03\x01 no protocol at all \r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[[[[[[[[[",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nRetry-After: -7\r\n\r\n{}",
    b"HTTP/1.1 999 \xff\r\nContent-Length: 99999999999999999999\r\n\r\n",
];

/// Writes something in the place of `answer`. Afterwards the connection is of no use.
pub(crate) fn write(
    how: Misbehaviour,
    count: usize,
    answer: &Answer,
    out: &mut impl Write,
) -> io::Result<()> {
    match how {
        Misbehaviour::Garbage => out.write_all(GARBAGE[count % GARBAGE.len()]),
        Misbehaviour::Slow => drip(out),
        Misbehaviour::Oversized => flood(out, count),
        Misbehaviour::Redirect => out.write_all(
            b"HTTP/1.1 307 x\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        ),
        // The others are bad elsewhere.
        Misbehaviour::Reordered | Misbehaviour::WrongCert => answer.write(out),
        Misbehaviour::Drop => Ok(()),
    }?;
    out.flush()
}

fn drip(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"HTTP/1.1 200 OK\r\nX-Slow: ")?;
    loop {
        out.write_all(b"s")?;
        out.flush()?;
        pause(Duration::from_millis(50));
    }
}

/// Too long by its headers, or by its body.
fn flood(out: &mut impl Write, count: usize) -> io::Result<()> {
    let headers = b"HTTP/1.1 200 OK\r\nContent-Length: 8589934592\r\n\r\n";
    let begin: &[u8] = if count.is_multiple_of(2) {
        headers
    } else {
        b"HTTP/1.1 200 OK\r\nX-Long: "
    };
    out.write_all(begin)?;
    let block = [b' '; 8192];
    for _ in 0..4096 {
        out.write_all(&block)?;
    }
    Ok(())
}
