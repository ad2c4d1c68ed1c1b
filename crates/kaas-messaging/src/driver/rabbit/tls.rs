// SPDX-License-Identifier: Apache-2.0
//! TLS to a broker: always verified, by the given authorities or the system's.

use std::path::Path;
use std::sync::Arc;

use lapin::tcp::RustlsConnector;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use crate::driver::OpenError;
use crate::settings::Tls;

pub(super) fn connector(tls: &Tls) -> Result<Arc<RustlsConnector>, OpenError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong("ssl", &error))?
        .with_root_certificates(roots(tls.ca_file.as_deref())?);
    let config = match (&tls.cert_file, &tls.key_file) {
        (Some(certificate), Some(key)) => {
            let key =
                PrivateKeyDer::from_pem_file(key).map_err(|error| wrong("ssl_key_file", &error))?;
            let chain = certificates("ssl_cert_file", certificate)?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|error| wrong("ssl_cert_file", &error))?
        }
        (None, None) => builder.with_no_client_auth(),
        _ => {
            return Err(wrong(
                "ssl_cert_file",
                &"give it together with ssl_key_file, or neither",
            ));
        }
    };
    Ok(Arc::new(RustlsConnector::from(config)))
}

fn roots(file: Option<&Path>) -> Result<RootCertStore, OpenError> {
    let mut roots = RootCertStore::empty();
    match file {
        Some(file) => {
            for certificate in certificates("ssl_ca_file", file)? {
                roots
                    .add(certificate)
                    .map_err(|error| wrong("ssl_ca_file", &error))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        return Err(wrong(
            "ssl_ca_file",
            &"there is no authority in it, nor in the system; name a PEM file with one",
        ));
    }
    Ok(roots)
}

fn certificates(
    option: &'static str,
    file: &Path,
) -> Result<Vec<CertificateDer<'static>>, OpenError> {
    let each = CertificateDer::pem_file_iter(file).map_err(|error| wrong(option, &error))?;
    each.collect::<Result<_, _>>()
        .map_err(|error| wrong(option, &error))
}

fn wrong(option: &'static str, what: &dyn std::fmt::Display) -> OpenError {
    OpenError::Tls {
        option,
        what: what.to_string(),
    }
}
