// SPDX-License-Identifier: Apache-2.0
//! Two certificate authorities, one for the server and one for its guests, so that no guest
//! can pose as the server; and the TLS that follows from them.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use kaas_types::agent::Sha256;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PublicKeyData as _, SanType,
    date_time_ymd,
};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, RootCertStore, ServerConfig,
    SignatureScheme,
};

use crate::failure::{About as _, Result};
use crate::upload::sha256;

pub(crate) const HOUR: u64 = 3600;
pub(crate) const YEAR: u64 = 365 * 24 * HOUR;

/// An authority that is kept in a folder, as `NAME.pem` and `NAME.key`.
pub(crate) struct Authority {
    pem: String,
    der: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn open(folder: &Path, name: &str, now: u64) -> Result<Self> {
        let (certificate, key) = (
            folder.join(format!("{name}.pem")),
            folder.join(format!("{name}.key")),
        );
        if !certificate.exists() {
            let (pem, secret) = make(name, now)?;
            fs::create_dir_all(folder).about(folder.display())?;
            fs::write(&key, secret).about(key.display())?;
            fs::write(&certificate, pem).about(certificate.display())?;
        }
        let pem = fs::read_to_string(&certificate).about(certificate.display())?;
        let secret = fs::read_to_string(&key).about(key.display())?;
        let key = KeyPair::from_pem(&secret).about(key.display())?;
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).about(certificate.display())?;
        let issuer = Issuer::from_ca_cert_pem(&pem, key).about(certificate.display())?;
        Ok(Self { pem, der, issuer })
    }

    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// TLS for a server of these names; guests of `guests` may show their certificates.
    pub(crate) fn tls(
        &self,
        names: &[String],
        guests: &Self,
        times: (u64, u64),
    ) -> Result<Arc<ServerConfig>> {
        let key = KeyPair::generate().about("a key")?;
        let mut params = CertificateParams::new(names.to_vec()).about("the server's names")?;
        params.distinguished_name.push(DnType::CommonName, "kaas");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        valid(&mut params, times.0, times.1);
        let certificate = params
            .signed_by(&key, &self.issuer)
            .about("a certificate")?;
        let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .about("TLS")?
            .with_client_cert_verifier(Arc::new(guests.verifier()?))
            .with_single_cert(vec![certificate.der().clone()], secret)
            .about("TLS")?;
        Ok(Arc::new(config))
    }

    fn verifier(&self) -> Result<AnyTime> {
        let mut roots = RootCertStore::empty();
        roots.add(self.der.clone()).about("the guests' authority")?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let inner = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
            .allow_unauthenticated()
            .build()
            .about("the guests' authority")?;
        Ok(AnyTime(inner))
    }

    /// What tells the key of a certificate signing request (PEM) from others.
    pub(crate) fn key_of(request: &str) -> Result<Sha256> {
        let request = CertificateSigningRequestParams::from_pem(request).about("the request")?;
        Ok(sha256(request.public_key.der_bytes()))
    }

    /// A certificate (PEM) for the key of a request; nothing else of the request is used.
    pub(crate) fn issue(
        &self,
        request: &str,
        guest: &str,
        times: (u64, u64),
    ) -> Result<(String, Sha256)> {
        let mut request =
            CertificateSigningRequestParams::from_pem(request).about("the request")?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, guest);
        let name = format!("urn:kaas:guest:{guest}");
        let name = name.as_str().try_into().about("a guest's name")?;
        params.subject_alt_names = vec![SanType::URI(name)];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        valid(&mut params, times.0, times.1);
        request.params = params;
        let certificate = request.signed_by(&self.issuer).about("the certificate")?;
        Ok((certificate.pem(), sha256(certificate.der())))
    }
}

fn make(name: &str, now: u64) -> Result<(String, String)> {
    let mut params = CertificateParams::default();
    let common_name = format!("kaas stand-in {name}");
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    valid(&mut params, now - HOUR, now + 10 * YEAR);
    let key = KeyPair::generate().about("a key")?;
    let secret = key.serialize_pem();
    let issuer = CertifiedIssuer::self_signed(params, key).about("an authority")?;
    Ok((issuer.pem(), secret))
}

fn valid(params: &mut CertificateParams, from: u64, to: u64) {
    let epoch = date_time_ymd(1970, 1, 1);
    params.not_before = epoch + Duration::from_secs(from);
    params.not_after = epoch + Duration::from_secs(to);
}

/// Leaves it to the handlers whether a certificate is too old, so that the guest is told.
#[derive(Debug)]
struct AnyTime(Arc<dyn ClientCertVerifier>);

impl ClientCertVerifier for AnyTime {
    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let verify = |at| self.0.verify_client_cert(end_entity, intermediates, at);
        match verify(now) {
            Err(Error::InvalidCertificate(CertificateError::ExpiredContext {
                not_after, ..
            })) => verify(not_after),
            other => other,
        }
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.0.root_hint_subjects()
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}
