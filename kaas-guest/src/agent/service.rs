// SPDX-License-Identifier: Apache-2.0
//! The service, as the agent protocol describes it: one function a request.

use std::io::Read;
use std::time::Duration;

use kaas_types::agent::limit::{ANSWER_BYTES, RELEASE_BYTES};
use kaas_types::agent::{
    Commands, Complete, EnrollRequest, IDEMPOTENCY_KEY, Id, Issued, OpenUpload, Path, RenewRequest,
    Sha256, UPLOAD_OFFSET, Upload,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::http::{Answer, Credentials, Http};
use super::trouble::Trouble;
use crate::failure::{Failure, Result};

/// Longer than anything but a file takes.
const FILE: Duration = Duration::from_secs(600);
const JSON: (&str, &str) = ("content-type", "application/json");

/// See above.
pub(super) struct Service {
    http: Http,
    endpoint: String,
}

impl Service {
    pub(super) fn new(
        endpoint: &str,
        authority: &str,
        credentials: Option<&Credentials<'_>>,
        patience: Duration,
    ) -> Result<Self> {
        if !is_endpoint(endpoint) {
            let message = "the endpoint is not of the form https://HOST[:PORT]/";
            return Err(Failure::new(message));
        }
        let http = Http::pinned(authority, credentials, patience)?;
        let endpoint = endpoint.to_owned();
        Ok(Self { http, endpoint })
    }

    pub(super) fn enroll(&self, request: &EnrollRequest) -> Result<Issued, Trouble> {
        self.ask(&Path::Enroll, request)
    }

    pub(super) fn renew(&self, request: &RenewRequest) -> Result<Issued, Trouble> {
        self.ask(&Path::Renew, request)
    }

    /// Waits for commands, so many seconds.
    pub(super) fn poll(&self, wait: u64) -> Result<Commands, Trouble> {
        let url = format!("{}?wait={wait}", self.url(&Path::Commands));
        document(self.http.get(&url, &[], Duration::from_secs(wait))?)
    }

    /// Sends a message that is the same whenever it comes with this key.
    pub(super) fn send(&self, path: &Path, key: &Id, body: &[u8]) -> Result<(), Trouble> {
        let headers = [JSON, (IDEMPOTENCY_KEY, key)];
        self.http.post(&self.url(path), &headers, body).map(drop)
    }

    pub(super) fn open(&self, request: &OpenUpload) -> Result<Upload, Trouble> {
        self.ask(&Path::Uploads, request)
    }

    pub(super) fn upload(&self, id: &Id) -> Result<Upload, Trouble> {
        let url = self.url(&Path::Upload(id.clone()));
        document(self.http.get(&url, &[], Duration::ZERO)?)
    }

    /// Bytes of an upload from `offset` on, compressed with gzip.
    pub(super) fn chunk(&self, id: &Id, offset: u64, gzip: &[u8]) -> Result<Upload, Trouble> {
        let url = self.url(&Path::Upload(id.clone()));
        let offset = offset.to_string();
        let headers = [
            ("content-type", "application/octet-stream"),
            ("content-encoding", "gzip"),
            (UPLOAD_OFFSET, &offset),
        ];
        document(self.http.post(&url, &headers, gzip)?)
    }

    pub(super) fn complete(&self, id: &Id, request: &Complete) -> Result<Upload, Trouble> {
        self.ask(&Path::Complete(id.clone()), request)
    }

    /// The signed document of a release.
    pub(super) fn release(&self, id: &Id) -> Result<Vec<u8>, Trouble> {
        let url = self.url(&Path::Release(id.clone()));
        self.http
            .get(&url, &[], Duration::ZERO)?
            .bytes(RELEASE_BYTES)
    }

    /// The bytes of a release's file from an offset on, at most `limit`; from the beginning,
    /// if the answer says so.
    pub(super) fn file(
        &self,
        release: &Id,
        digest: &Sha256,
        (offset, limit): (u64, u64),
    ) -> Result<(u64, impl Read + use<>), Trouble> {
        let url = self.url(&Path::File(release.clone(), digest.clone()));
        let range = format!("bytes={offset}-");
        let headers: &[(&str, &str)] = match offset {
            0 => &[],
            _ => &[("range", &range)],
        };
        let answer = self.http.get(&url, headers, FILE)?;
        let offset = if answer.is_partial() { offset } else { 0 };
        Ok((offset, answer.reader(limit)))
    }

    fn url(&self, path: &Path) -> String {
        format!("{}{path}", self.endpoint)
    }

    fn ask<T: DeserializeOwned>(
        &self,
        path: &Path,
        request: &impl Serialize,
    ) -> Result<T, Trouble> {
        let body = serde_json::to_vec(request);
        let body = body.map_err(|error| Trouble::later(error.to_string()))?;
        document(self.http.post(&self.url(path), &[JSON], &body)?)
    }
}

fn document<T: DeserializeOwned>(answer: Answer) -> Result<T, Trouble> {
    let bytes = answer.bytes(ANSWER_BYTES)?;
    // What the server wrote may hold a secret: only where it went wrong is told.
    let told = |error: serde_json::Error| {
        let (line, column) = (error.line(), error.column());
        Trouble::later(format!(
            "an answer that makes no sense, at line {line}, column {column}"
        ))
    };
    serde_json::from_slice(&bytes).map_err(told)
}

/// `https://HOST[:PORT]/`, with nothing else in it.
fn is_endpoint(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .and_then(|rest| rest.strip_suffix('/'));
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    host.is_some_and(|host| !host.is_empty() && host.bytes().all(fits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_host_with_tls() {
        for good in [
            "https://a/",
            "https://10.0.0.1:9871/",
            "https://[::1]:9871/",
        ] {
            assert!(is_endpoint(good), "{good}");
        }
        for bad in [
            "http://a/",
            "https://a",
            "https:///",
            "https://u:p@a/",
            "https://a/b/",
            "https://a?/",
        ] {
            assert!(!is_endpoint(bad), "{bad}");
        }
    }
}
