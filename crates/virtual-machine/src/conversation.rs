// SPDX-License-Identifier: Apache-2.0
//! Scripts that the guest executes, and what they print, over its second serial port. The
//! guest's side is `data/guest/conversation`.

use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::guest::connect;
use crate::{About as _, Failure, Result};

/// See above.
pub struct Conversation {
    port: BufReader<UnixStream>,
    number: u32,
}

/// How a script ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub code: i32,
    /// Both of its outputs.
    pub output: Vec<u8>,
}

impl Reply {
    /// The output without its final newline.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.output).trim_end().to_owned()
    }
}

impl Conversation {
    pub(crate) fn begin(socket: &Path, deadline: Instant) -> Result<Self> {
        let stream = connect(socket).about(socket)?;
        let port = BufReader::new(stream);
        let mut conversation = Self { port, number: 0 };
        conversation.again(deadline)?;
        Ok(conversation)
    }

    /// Waits until the guest answers after another start.
    pub fn again(&mut self, deadline: Instant) -> Result<()> {
        while !is_ready(&self.line(deadline)?) {}
        Ok(())
    }

    /// Executes a script with the guest's `sh`, as root. An error when there is no answer in time.
    pub fn ask(&mut self, script: &str, patience: Duration) -> Result<Reply> {
        self.number += 1;
        let number = self.number;
        let request = format!("{number} {}\n", STANDARD.encode(script));
        let sent = self.port.get_mut().write_all(request.as_bytes());
        sent.map_err(|error| Failure::new(format!("the guest can't be asked: {error}")))?;
        let deadline = Instant::now() + patience;
        loop {
            let line = self.line(deadline)?;
            if is_ready(&line) {
                return Err(Failure::new("the guest started again while it was asked"));
            }
            if let Some(reply) = reply(&line, number)? {
                return Ok(reply);
            }
        }
    }

    /// What a script prints that has to succeed.
    pub fn answer(&mut self, script: &str, patience: Duration) -> Result<String> {
        let reply = self.ask(script, patience)?;
        if reply.code == 0 {
            return Ok(reply.text());
        }
        let (code, output) = (reply.code, reply.text());
        Err(Failure::new(format!(
            "in the guest, {script:?} failed ({code}): {output}"
        )))
    }

    fn line(&mut self, deadline: Instant) -> Result<String> {
        let mut line = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let left = left.max(Duration::from_millis(1));
            let port = self.port.get_mut();
            let set = port.set_read_timeout(Some(left));
            set.map_err(|error| Failure::new(error.to_string()))?;
            match self.port.read_until(b'\n', &mut line) {
                Ok(0) => return Err(Failure::new("the guest ended while it was asked")),
                Ok(_) => return Ok(String::from_utf8_lossy(&line).trim_end().to_owned()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Failure::new(format!("the guest is silent: {error}"))),
            }
        }
    }
}

/// What the guest says when it has started; before that, half a line may have been cut off.
fn is_ready(line: &str) -> bool {
    line.ends_with("@ready")
}

/// Of `@NUMBER CODE OUTPUT`; another line is somebody else's.
fn reply(line: &str, number: u32) -> Result<Option<Reply>> {
    let Some(rest) = line.strip_prefix(&format!("@{number} ")) else {
        return Ok(None);
    };
    let (code, output) = rest.split_once(' ').unwrap_or((rest, ""));
    let unreadable = || Failure::new(format!("the guest's answer is unreadable: {line}"));
    let code = code.parse().map_err(|_| unreadable())?;
    let output = STANDARD.decode(output).map_err(|_| unreadable())?;
    Ok(Some(Reply { code, output }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_found_by_its_number() {
        let found = reply("@7 3 aGkK", 7).unwrap().unwrap();
        assert_eq!((found.code, found.text().as_str()), (3, "hi"));
        assert_eq!(reply("@7 3 aGkK", 8).unwrap(), None);
        assert_eq!(reply("@7 0", 7).unwrap().unwrap().output, b"");
        assert!(reply("@7 x aGkK", 7).is_err());
        assert!(reply("@7 0 !", 7).is_err());
    }
}
