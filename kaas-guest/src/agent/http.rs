// SPDX-License-Identifier: Apache-2.0
//! HTTP: bounded in bytes and in time, without redirects, and without proxies from the
//! environment. To the service only over TLS, with one authority.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use kaas_types::agent::{Code, ErrorDocument};
use ureq::config::ConfigBuilder;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};
use ureq::typestate::AgentScope;
use ureq::{Agent, Body};

use super::trouble::Trouble;
use crate::failure::{Failure, Result};

const HEADER_BYTES: usize = 16 << 10;
const BUFFER_BYTES: usize = 16 << 10;
/// The longest time for which a server may tell a guest to wait.
const RETRY_SECONDS: u64 = 300;
/// Of the bytes of an answer that is no document of the protocol.
const ERROR_BYTES: usize = 64 << 10;

/// What a client shows of itself: PEM.
pub(super) struct Credentials<'a> {
    pub(super) certificate: &'a str,
    pub(super) key: &'a str,
}

/// A client for one server.
pub(super) struct Http {
    agent: Agent,
    patience: Duration,
}

/// A header of a request.
pub(super) type Header<'a> = (&'a str, &'a str);

/// A good answer.
pub(super) struct Answer {
    status: u16,
    body: Body,
}

impl Http {
    /// Trusts servers that this authority (PEM) vouches for, and no others.
    pub(super) fn pinned(
        authority: &str,
        credentials: Option<&Credentials<'_>>,
        patience: Duration,
    ) -> Result<Self> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = vec![];
        for item in ureq::tls::parse_pem(authority.as_bytes()) {
            match item.map_err(|error| Failure::new(format!("the authority: {error}")))? {
                ureq::tls::PemItem::Certificate(certificate) => roots.push(certificate),
                _ => return Err(Failure::new("the authority: more than a certificate")),
            }
        }
        let mut tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .unversioned_rustls_crypto_provider(provider);
        if let Some(credentials) = credentials {
            tls = tls.client_cert(Some(credentials.parsed()?));
        }
        let config = config().https_only(true).tls_config(tls.build()).build();
        let agent = config.new_agent();
        Ok(Self { agent, patience })
    }

    /// For the metadata service, which has no TLS.
    pub(super) fn plain(patience: Duration) -> Self {
        let agent = config().build().new_agent();
        Self { agent, patience }
    }

    /// For something that takes so much longer.
    pub(super) fn get(
        &self,
        url: &str,
        headers: &[Header<'_>],
        longer: Duration,
    ) -> Result<Answer, Trouble> {
        let mut request = self.agent.get(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .config()
            .timeout_global(Some(self.patience + longer));
        answer(request.build().call())
    }

    pub(super) fn post(
        &self,
        url: &str,
        headers: &[Header<'_>],
        body: &[u8],
    ) -> Result<Answer, Trouble> {
        let mut request = self.agent.post(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.config().timeout_global(Some(self.patience));
        answer(request.build().send(body))
    }
}

impl Credentials<'_> {
    fn parsed(&self) -> Result<ClientCert> {
        self.check()?;
        let broken = |error: ureq::Error| Failure::new(format!("the certificate: {error}"));
        let certificate = Certificate::from_pem(self.certificate.as_bytes()).map_err(broken)?;
        let key = PrivateKey::from_pem(self.key.as_bytes());
        let key = key.map_err(|_| Failure::new("the key cannot be read"))?;
        Ok(ClientCert::new_with_certs(&[certificate], key))
    }

    /// Whether TLS can work with these: a certificate, and the key that it is for.
    pub(super) fn check(&self) -> Result<()> {
        use rustls::pki_types::pem::PemObject as _;
        use rustls::pki_types::{CertificateDer, PrivateKeyDer};
        let certificate = CertificateDer::from_pem_slice(self.certificate.as_bytes());
        let certificate = certificate.map_err(|error| Failure::new(error.to_string()))?;
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes());
        let key = key.map_err(|_| Failure::new("the key cannot be read"))?;
        let provider = rustls::crypto::ring::default_provider();
        let pair = rustls::sign::CertifiedKey::from_der(vec![certificate], key, &provider);
        pair.map_err(|error| Failure::new(format!("the certificate: {error}")))?;
        Ok(())
    }
}

fn config() -> ConfigBuilder<AgentScope> {
    Agent::config_builder()
        .proxy(None)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .max_response_header_size(HEADER_BYTES)
        .input_buffer_size(BUFFER_BYTES)
        .output_buffer_size(BUFFER_BYTES)
        .max_idle_connections(1)
        .max_idle_connections_per_host(1)
        .user_agent(concat!("kaas-guest/", env!("CARGO_PKG_VERSION")))
        .accept("application/json")
}

fn answer(got: Result<ureq::http::Response<Body>, ureq::Error>) -> Result<Answer, Trouble> {
    let response = got.map_err(|error| Trouble::later(format!("no answer: {error}")))?;
    let status = response.status().as_u16();
    let retry = response.headers().get("retry-after");
    let retry: Option<u64> = retry.and_then(|value| value.to_str().ok()?.parse().ok());
    let retry = retry.map(|seconds| Duration::from_secs(seconds.min(RETRY_SECONDS)));
    let answer = Answer {
        status,
        body: response.into_body(),
    };
    match status {
        200..=299 => Ok(answer),
        _ => Err(answer.refusal(retry)),
    }
}

impl Answer {
    pub(super) fn is_partial(&self) -> bool {
        self.status == 206
    }

    /// The whole body, which may have so many bytes.
    pub(super) fn bytes(mut self, limit: usize) -> Result<Vec<u8>, Trouble> {
        let body = self.body.with_config().limit(limit as u64);
        let bytes = body.read_to_vec();
        bytes.map_err(|error| Trouble::later(format!("half an answer: {error}")))
    }

    pub(super) fn reader(self, limit: u64) -> impl Read {
        self.body.into_with_config().limit(limit).reader()
    }

    fn refusal(self, retry: Option<Duration>) -> Trouble {
        let status = self.status;
        let document = self.bytes(ERROR_BYTES).ok();
        let document: Option<ErrorDocument> =
            document.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let problem = document
            .as_ref()
            .and_then(|document| document.errors.first());
        let problem = problem.filter(|problem| problem.status == status);
        match problem.and_then(|problem| Some((Code::of(problem)?, problem))) {
            Some((Code::RateLimited, _)) => {
                Trouble::Later("the server has too much to do".to_owned(), retry)
            }
            Some((code, problem)) => Trouble::Refused(code, problem.detail.to_string()),
            None => Trouble::Later(format!("the server answers with status {status}"), retry),
        }
    }
}
