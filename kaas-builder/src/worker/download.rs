// SPDX-License-Identifier: Apache-2.0
//! Fetches a file over HTTP. What it brings is believed only after its checksum was compared.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;

use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

/// No archive of a kernel's source is longer.
const LONGEST: u64 = 4 << 30;

pub(super) fn download(uri: &str, file: &Path) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("{uri}: {error}");
    let agent = agent();
    let response = agent.get(uri).call().map_err(|error| failed(&error))?;
    let mut body = response.into_body();
    let mut from = body.as_reader().take(LONGEST);
    let mut to = File::create(file).map_err(|error| failed(&error))?;
    let length = std::io::copy(&mut from, &mut to).map_err(|error| failed(&error))?;
    to.flush().map_err(|error| failed(&error))?;
    super::say(&format!("{uri}: {length} bytes"));
    Ok(())
}

/// With the system's certificates, and the proxy that the environment names.
fn agent() -> Agent {
    let found = rustls_native_certs::load_native_certs().certs;
    let certificates = found
        .iter()
        .map(|it| ureq::tls::Certificate::from_der(it).to_owned());
    let roots = RootCerts::Specific(std::sync::Arc::new(certificates.collect()));
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(provider)
        .root_certs(roots)
        .build();
    let config = Agent::config_builder().tls_config(tls);
    Agent::new_with_config(config.build())
}
