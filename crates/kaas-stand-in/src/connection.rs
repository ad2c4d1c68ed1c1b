// SPDX-License-Identifier: Apache-2.0
//! One connection: HTTP/1.1 requests, one after another, with or without TLS.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use kaas_types::agent::Sha256;
use kaas_types::agent::limit::REQUEST_BYTES;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::misbehave::{self, Misbehaviour};
use crate::server::{Shared, pause};
use crate::upload::sha256;
use crate::{handler, metadata};

const HEAD_BYTES: usize = 16 << 10;
const HEADERS: usize = 32;
const PATIENCE: Duration = Duration::from_secs(90);

/// A request, with its body.
#[derive(Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// With its query.
    pub(crate) target: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// The digest of the certificate that the guest showed.
    pub(crate) certificate: Option<Sha256>,
}

impl Request {
    /// A header, by its name in lower case; empty if it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map_or("", |(_, value)| value)
    }

    fn length(&self) -> Option<usize> {
        let length = match self.header("content-length") {
            "" => 0,
            length => length.parse().ok()?,
        };
        (length <= REQUEST_BYTES).then_some(length)
    }
}

pub(crate) fn serve_guest(shared: &Shared, tcp: TcpStream, tls: Arc<ServerConfig>) {
    if shared.misbehaviour() == Some(Misbehaviour::Silent) {
        while shared.misbehaviour() == Some(Misbehaviour::Silent) && !shared.is_stopped() {
            pause(Duration::from_millis(50));
        }
        return;
    }
    let _ = tcp.set_read_timeout(Some(PATIENCE));
    let _ = tcp.set_write_timeout(Some(PATIENCE));
    let Ok(connection) = ServerConnection::new(tls) else {
        return;
    };
    let mut stream = StreamOwned::new(connection, tcp);
    // An end that is not polite is an end.
    while let Ok(true) = turn(shared, &mut stream) {}
    stream.conn.send_close_notify();
    let _ = stream.flush();
}

/// One request and its answer; whether there may be another.
fn turn(
    shared: &Shared,
    stream: &mut StreamOwned<ServerConnection, TcpStream>,
) -> io::Result<bool> {
    let count = shared.count();
    let mut cut = Cut::new(stream, shared.misbehaviour(), count);
    let request = read(&mut cut)?;
    let Some(mut request) = request else {
        return Ok(false);
    };
    let shown = stream.conn.peer_certificates().and_then(<[_]>::first);
    request.certificate = shown.map(|certificate| sha256(certificate));
    let answer = handler::answer(shared, &request);
    match shared.misbehaviour() {
        Some(how) => {
            misbehave::write(how, count, &answer, stream)?;
            Ok(false)
        }
        None => answer.write(stream).map(|()| !shared.is_stopped()),
    }
}

pub(crate) fn serve_metadata(shared: &Shared, mut tcp: TcpStream) {
    let _ = tcp.set_read_timeout(Some(PATIENCE));
    while let Ok(Some(request)) = read(&mut tcp) {
        let answer = metadata::answer(shared, &request.target);
        if answer.write(&mut tcp).is_err() {
            return;
        }
    }
}

/// The next request; nothing at a proper end.
fn read(stream: &mut impl Read) -> io::Result<Option<Request>> {
    let mut bytes = vec![];
    let (mut request, used) = loop {
        if let Some(found) = parse(&bytes)? {
            break found;
        }
        if bytes.len() > HEAD_BYTES {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut block = [0; 4096];
        match stream.read(&mut block)? {
            0 => return Ok(None),
            read => bytes.extend_from_slice(&block[..read]),
        }
    };
    let length = request.length().ok_or(ErrorKind::InvalidData)?;
    request.body = bytes.split_off(used);
    let missing = length.saturating_sub(request.body.len());
    stream.take(missing as u64).read_to_end(&mut request.body)?;
    if request.body.len() != length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(request))
}

fn parse(bytes: &[u8]) -> io::Result<Option<(Request, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let status = parsed.parse(bytes).map_err(io::Error::other)?;
    let httparse::Status::Complete(used) = status else {
        return Ok(None);
    };
    let text = |header: &httparse::Header<'_>| {
        let value = String::from_utf8_lossy(header.value).into_owned();
        (header.name.to_ascii_lowercase(), value)
    };
    let request = Request {
        method: parsed.method.unwrap_or_default().to_owned(),
        target: parsed.path.unwrap_or_default().to_owned(),
        headers: parsed.headers.iter().map(text).collect(),
        ..Request::default()
    };
    Ok(Some((request, used)))
}

/// A reader that may end before the request does.
struct Cut<'a, R> {
    inner: &'a mut R,
    left: usize,
}

impl<'a, R> Cut<'a, R> {
    /// Long bodies are cut every other time, after more bytes each time.
    fn new(inner: &'a mut R, how: Option<Misbehaviour>, count: usize) -> Self {
        let left = match how {
            Some(Misbehaviour::Cut) if count.is_multiple_of(2) => 700 + 997 * count,
            _ => usize::MAX,
        };
        Self { inner, left }
    }
}

impl<R: Read> Read for Cut<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(ErrorKind::ConnectionAborted.into());
        }
        let room = buffer.len().min(self.left);
        let read = self.inner.read(&mut buffer[..room])?;
        self.left -= read;
        Ok(read)
    }
}
