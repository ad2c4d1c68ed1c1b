// SPDX-License-Identifier: Apache-2.0
//! An HTTP answer: a JSON document, the bytes of a file, or nothing.

use std::io::{self, Write};

use kaas_types::agent::{Code, ErrorDocument, Line, List, Problem};
use serde::Serialize;

#[derive(Debug)]
pub(crate) struct Answer {
    status: u16,
    kind: &'static str,
    headers: Vec<String>,
    body: Vec<u8>,
}

impl Answer {
    pub(crate) fn empty() -> Self {
        Self::with(204, "application/json", vec![])
    }

    pub(crate) fn json(document: &impl Serialize) -> Self {
        let body = serde_json::to_vec(document).unwrap_or_default();
        Self::with(200, "application/json", body)
    }

    /// The bytes from `offset` on; all of them if it is 0.
    pub(crate) fn bytes(body: &[u8], offset: usize) -> Self {
        let rest = body.get(offset..).unwrap_or_default().to_vec();
        let mut answer = Self::with(200, "application/octet-stream", rest);
        if offset > 0 {
            answer.status = 206;
            let last = body.len().saturating_sub(1);
            let range = format!("Content-Range: bytes {offset}-{last}/{}", body.len());
            answer.headers.push(range);
        }
        answer
    }

    pub(crate) fn error(code: Code, detail: &str) -> Self {
        let (name, status) = code.parts();
        let problem = Problem {
            code: Line::cut(name),
            status,
            title: Line::cut(&format!("{code:?}")),
            detail: Line::cut(detail),
            links: List::default(),
        };
        let document = ErrorDocument {
            errors: List::first([problem]),
        };
        let mut answer = Self::json(&document);
        answer.status = status;
        if code == Code::RateLimited {
            answer.headers.push("Retry-After: 1".to_owned());
        }
        answer
    }

    pub(crate) fn text(status: u16, text: &str) -> Self {
        Self::with(status, "application/json", text.as_bytes().to_vec())
    }

    fn with(status: u16, kind: &'static str, body: Vec<u8>) -> Self {
        Self {
            status,
            kind,
            headers: vec![],
            body,
        }
    }

    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.bytes_on_the_wire())?;
        out.flush()
    }

    /// Whoever reads it notices that something is missing.
    pub(crate) fn write_half(&self, out: &mut impl Write) -> io::Result<()> {
        let bytes = self.bytes_on_the_wire();
        out.write_all(&bytes[..bytes.len() - self.body.len() / 2 - 1])?;
        out.flush()
    }

    fn bytes_on_the_wire(&self) -> Vec<u8> {
        let mut text = format!(
            "HTTP/1.1 {} -\r\nContent-Type: {}\r\n",
            self.status, self.kind
        );
        if self.status != 204 {
            text += &format!("Content-Length: {}\r\n", self.body.len());
        }
        for header in &self.headers {
            text += &format!("{header}\r\n");
        }
        let mut bytes = (text + "\r\n").into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}
