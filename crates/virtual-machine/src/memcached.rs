// SPDX-License-Identifier: Apache-2.0
//! A client of memcached outside the guest, with the protocol's text form.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use crate::{Guest, Result};

/// Where memcached listens.
pub const PORT: u16 = 11211;

/// How many values are stored and read back.
pub const VALUES: u32 = 500;

/// How long one answer may take, and how often a connection is tried.
const PATIENCE: Duration = Duration::from_secs(60);
const ATTEMPTS: usize = 10;

/// How many of [`VALUES`] came back as they were stored. Tells the guest when it is through.
pub fn ask_from_outside(guest: &Guest) -> Result<u32> {
    let port = guest.port(PORT)?;
    // The emulator takes connections before the guest does, and then ends them.
    let mut attempts = (0..ATTEMPTS).map(|_| Client::connect(port).and_then(|mut c| c.load()));
    Ok(attempts.find_map(std::io::Result::ok).unwrap_or(0))
}

struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    fn connect(port: u16) -> std::io::Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let stream = BufReader::new(stream);
        Ok(Self { stream })
    }

    fn load(&mut self) -> std::io::Result<u32> {
        let mut unchanged = 0;
        for number in 0..VALUES {
            let (key, value) = (format!("o{number}"), value(number));
            self.store(&key, &value)?;
            unchanged += u32::from(self.read(&key)?.as_ref() == Some(&value));
        }
        self.store("outside", b"through")?;
        Ok(unchanged)
    }

    fn store(&mut self, key: &str, value: &[u8]) -> std::io::Result<()> {
        let mut request = format!("set {key} 0 0 {}\r\n", value.len()).into_bytes();
        request.extend([value, b"\r\n"].concat());
        self.stream.get_mut().write_all(&request)?;
        self.line().map(drop)
    }

    fn read(&mut self, key: &str) -> std::io::Result<Option<Vec<u8>>> {
        self.stream
            .get_mut()
            .write_all(format!("get {key}\r\n").as_bytes())?;
        let Some(length) = length(&self.line()?) else {
            return Ok(None);
        };
        let mut value = vec![0; length];
        self.stream.read_exact(&mut value)?;
        self.line()?;
        self.line()?;
        Ok(Some(value))
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        match self.stream.read_line(&mut line)? {
            0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line),
        }
    }
}

/// Of different lengths, the longest more than one packet.
fn value(number: u32) -> Vec<u8> {
    let repetitions = usize::try_from(1 + number % 97 * 8).unwrap_or(1);
    format!("value {number} ").repeat(repetitions).into_bytes()
}

/// Of `VALUE KEY FLAGS LENGTH`; at most what memcached stores.
fn length(line: &str) -> Option<usize> {
    let length = line.trim_end().strip_prefix("VALUE ")?.split(' ').nth(2)?;
    length.parse().ok().filter(|length| *length <= 1 << 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_how_long_it_is() {
        assert_eq!(length("VALUE o1 0 12\r\n"), Some(12));
        assert_eq!(length("END\r\n"), None);
        assert_eq!(length("VALUE o1 0 99999999999\r\n"), None);
    }

    #[test]
    fn values_differ_in_content_and_length() {
        assert_ne!(value(1), value(2));
        assert!(value(96).len() > 1500);
        assert!(value(0).len() < 16);
    }
}
