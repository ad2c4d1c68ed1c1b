// SPDX-License-Identifier: Apache-2.0
//! Keystone over HTTP: the service's own token is renewed in time, and by every answer that
//! refuses it; a connection that fails is tried again.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, CONTENT_TYPE};
use hyper::{Method, Request, StatusCode};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client as Http;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use tokio::sync::Mutex;

use super::identity::{Answer, Catalog, Expired, Identity, Question};
use super::session::{Credentials, Held, Missing};
use super::token::Token;
use crate::config::Config;

/// A catalog of many regions is long; nothing else is.
const BODY_LIMIT: usize = 4 << 20;
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// Why there can be no client.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Missing(#[from] Missing),
    #[error("[keystone_authtoken] cafile: no certificates could be read")]
    Roots(#[source] rustls::pki_types::pem::Error),
    #[error("no certificate authorities: set [keystone_authtoken] cafile")]
    NoRoots,
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
}

/// A client of one Keystone.
pub struct Client {
    http: Http<HttpsConnector<HttpConnector>, Full<Bytes>>,
    credentials: Credentials,
    held: Mutex<Option<Arc<Held>>>,
    timeout: Duration,
    retries: u32,
}

/// What Keystone answered: a status, the header `X-Subject-Token`, the body.
struct Reply {
    status: StatusCode,
    token: Option<String>,
    body: Bytes,
}

impl Client {
    pub fn new(config: &Config) -> Result<Self, Error> {
        let https = hyper_rustls::HttpsConnectorBuilder::new()
            .with_tls_config(tls(config.get(&super::CAFILE).as_deref())?)
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self {
            http: Http::builder(TokioExecutor::new()).build(https),
            credentials: Credentials::new(config)?,
            held: Mutex::default(),
            timeout: Duration::from_secs(config.get(&super::TIMEOUT).unsigned_abs()),
            retries: config.get(&super::RETRIES).try_into().unwrap_or_default(),
        })
    }

    /// A token of our own: the one at hand while it lasts, unless it was refused.
    async fn own(&self, refused: Option<&Arc<Held>>) -> Result<Arc<Held>, String> {
        let mut held = self.held.lock().await;
        let same = |one: &Arc<Held>| refused.is_some_and(|other| Arc::ptr_eq(one, other));
        if let Some(own) = held
            .as_ref()
            .filter(|own| own.lasts(Utc::now()) && !same(own))
        {
            return Ok(Arc::clone(own));
        }
        let own = Arc::new(self.authenticate().await?);
        *held = Some(Arc::clone(&own));
        Ok(own)
    }

    async fn authenticate(&self) -> Result<Held, String> {
        let uri = format!("{}/auth/tokens", self.credentials.auth_url);
        let request = || {
            Request::builder()
                .method(Method::POST)
                .uri(&uri)
                .header(CONTENT_TYPE, "application/json")
                .body(Full::from(self.credentials.body().to_owned()))
        };
        let reply = self.send(request).await?;
        if reply.status != StatusCode::CREATED {
            return Err(format!(
                "it answers {} to our own credentials",
                reply.status
            ));
        }
        let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        let held = reply
            .token
            .and_then(|token| self.credentials.held(&token, &body));
        held.ok_or_else(|| "it gives us no token".to_owned())
    }

    async fn ask(&self, own: &Held, token: &str, question: Question) -> Result<Reply, String> {
        let catalog = if question.catalog == Catalog::With {
            None
        } else {
            Some("nocatalog")
        };
        let expired = if question.expired == Expired::Allowed {
            Some("allow_expired=1")
        } else {
            None
        };
        let query: Vec<_> = catalog.into_iter().chain(expired).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        let uri = format!("{}/auth/tokens{mark}{}", own.endpoint, query.join("&"));
        let request = || {
            Request::builder()
                .uri(&uri)
                .header(ACCEPT, "application/json")
                .header("X-Auth-Token", own.token.expose())
                .header("X-Subject-Token", token)
                .header("OpenStack-Identity-Access-Rules", "1")
                .body(Full::default())
        };
        self.send(request).await
    }

    /// Sends a request, again where nobody answers.
    async fn send(
        &self,
        request: impl Fn() -> hyper::http::Result<Request<Full<Bytes>>>,
    ) -> Result<Reply, String> {
        let mut pause = FIRST_PAUSE;
        for left in (0..=self.retries).rev() {
            let request = request()
                .map_err(|_| "our own request has a token or a URL that cannot be sent")?;
            match self.once(request).await {
                Err(why) if left == 0 => return Err(why),
                Err(_) => tokio::time::sleep(pause).await,
                reply => return reply,
            }
            pause *= 2;
        }
        Err("nobody answers".to_owned())
    }

    async fn once(&self, request: Request<Full<Bytes>>) -> Result<Reply, String> {
        let exchange = async {
            let response = self
                .http
                .request(request)
                .await
                .map_err(|_| "it cannot be reached")?;
            let status = response.status();
            let token = response.headers().get("X-Subject-Token");
            let token = token
                .and_then(|token| token.to_str().ok())
                .map(str::to_owned);
            let body = Limited::new(response.into_body(), BODY_LIMIT)
                .collect()
                .await;
            let body = body
                .map_err(|_| "its answer breaks off, or is too long")?
                .to_bytes();
            Ok::<_, &str>(Reply {
                status,
                token,
                body,
            })
        };
        match tokio::time::timeout(self.timeout, exchange).await {
            Ok(reply) => reply.map_err(str::to_owned),
            Err(_) => Err("it does not answer in time".to_owned()),
        }
    }

    async fn validated(&self, token: &str, question: Question) -> Result<Answer, String> {
        let own = self.own(None).await?;
        let mut reply = self.ask(&own, token, question).await?;
        if reply.status == StatusCode::UNAUTHORIZED {
            let own = self.own(Some(&own)).await?;
            reply = self.ask(&own, token, question).await?;
        }
        match reply.status {
            StatusCode::OK => {
                let token = Token::parse(&reply.body).map_err(|error| error.to_string())?;
                Ok(Answer::Valid(Arc::new(token)))
            }
            StatusCode::NOT_FOUND => Ok(Answer::Invalid),
            status => Err(format!("it answers {status} when asked about a token")),
        }
    }
}

impl Identity for Client {
    async fn validate(&self, token: &str, question: Question) -> Answer {
        self.validated(token, question)
            .await
            .unwrap_or_else(Answer::Away)
    }
}

fn tls(cafile: Option<&str>) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    match cafile {
        Some(path) => {
            let certificates = CertificateDer::pem_file_iter(path).map_err(Error::Roots)?;
            for certificate in certificates {
                roots.add(certificate.map_err(Error::Roots)?)?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        return Err(Error::NoRoots);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests;
