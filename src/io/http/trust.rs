//! Whose certificates are believed: those that cargo's config or the environment names, else the system's; as OpenSSL,
//! which cargo uses, would take them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls_platform_verifier::Verifier;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::client::{WebPkiServerVerifier, verify_server_name};
use tokio_rustls::rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature,
    verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore,
    SignatureScheme,
};

use crate::io::fs::file;
use crate::io::http::settings::HttpSettings;
use crate::model::error::{Error, Result};
use crate::model::errors::cause::Cause;
use crate::model::errors::upstream::UpstreamError;

/// Upper bound for certificate bundles; larger files are rejected.
const MAX_BUNDLE: u64 = 64 << 20;

/// How to speak TLS to a server.
pub fn tls(settings: &HttpSettings) -> Result<ClientConfig> {
    let failed = |cause: TlsError| Error::Upstream(UpstreamError::Client(Cause(cause.to_string())));
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Trust::open(settings, &provider)?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    if settings.multiplexing {
        config.alpn_protocols.insert(0, b"h2".to_vec());
    }
    Ok(config)
}

/// The certificates in a file, found as OpenSSL finds them.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let text = file::read(path, MAX_BUNDLE)?;
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    // OpenSSL has three names for one thing, the last with its own notes after the certificate.
    let text = String::from_utf8_lossy(text)
        .replace(" X509 CERTIFICATE-----", " CERTIFICATE-----")
        .replace(" TRUSTED CERTIFICATE-----", " CERTIFICATE-----");
    let mut found = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(text.as_bytes()) {
        let certificate = certificate.map_err(|cause| {
            Error::Upstream(UpstreamError::NoCertificates {
                path: path.to_owned(),
                message: cause.to_string(),
            })
        })?;
        let first = first_element(&certificate).unwrap_or(&certificate);
        found.push(CertificateDer::from(first.to_vec()));
    }
    if found.is_empty() {
        return Err(Error::Upstream(UpstreamError::NoCertificates {
            path: path.to_owned(),
            message: "there is no `-----BEGIN CERTIFICATE-----` in it".to_owned(),
        }));
    }
    Ok(found)
}

/// The first DER element, without what follows it.
fn first_element(der: &[u8]) -> Option<&[u8]> {
    let first = usize::from(*der.get(1)?);
    let (header, length) = if first < 0x80 {
        (2, first)
    } else {
        let bytes = der.get(2..2 + (first & 0x7f))?;
        let length = bytes.iter().try_fold(0_usize, |length, byte| {
            length.checked_mul(256)?.checked_add(usize::from(*byte))
        })?;
        (2 + bytes.len(), length)
    };
    der.get(..header.checked_add(length)?)
}

/// The usual judge, and the certificates that are trusted as they are.
#[derive(Debug)]
struct Trust {
    /// An error where a machine has no certificates at all: only what speaks TLS runs into it, as with cargo.
    usual: Result<Arc<dyn ServerCertVerifier>, TlsError>,
    algorithms: WebPkiSupportedAlgorithms,
    exact: Vec<CertificateDer<'static>>,
}

impl Trust {
    fn open(settings: &HttpSettings, provider: &Arc<CryptoProvider>) -> Result<Self> {
        let algorithms = provider.signature_verification_algorithms;
        if let Some(bundle) = &settings.cainfo {
            let exact = certificates(bundle)?;
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(exact.iter().cloned());
            if roots.is_empty() {
                return Err(Error::Upstream(UpstreamError::NoCertificates {
                    path: bundle.clone(),
                    message: "no certificate in it can be read".to_owned(),
                }));
            }
            let usual =
                WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
                    .build()
                    .map_err(|cause| {
                        Error::Upstream(UpstreamError::Client(Cause(cause.to_string())))
                    })?;
            return Ok(Self {
                usual: Ok(usual),
                algorithms,
                exact,
            });
        }
        let exact = match &settings.certificates {
            // What is not there is no matter where nothing speaks TLS; where something does, the usual judge says so.
            Some(file) if !file.exists() => Vec::new(),
            Some(file) => certificates(file)?,
            None => Vec::new(),
        };
        let usual: Result<Arc<dyn ServerCertVerifier>, TlsError> =
            match Verifier::new(Arc::clone(provider)) {
                Ok(verifier) => Ok(Arc::new(verifier)),
                Err(error) => Err(error),
            };
        Ok(Self {
            usual,
            algorithms,
            exact,
        })
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let usual = self.usual.as_ref().map_err(Clone::clone)?;
        let usual =
            usual.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        let error = match usual {
            Ok(verified) => return Ok(verified),
            Err(error) => error,
        };
        // Who trusts a certificate itself need not know its issuer, nor whether it may sign others: OpenSSL, as libcurl
        // sets it up, ends the chain there. The time was looked at before either of these two errors.
        let only_issuer = match &error {
            TlsError::InvalidCertificate(CertificateError::UnknownIssuer) => true,
            TlsError::InvalidCertificate(CertificateError::Other(other)) => {
                other.to_string().contains("CaUsedAsEndEntity")
            }
            _ => false,
        };
        if !only_issuer || !self.exact.iter().any(|known| known == end_entity) {
            return Err(error);
        }
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// The file of certificates that the environment names, where OpenSSL looks at it.
pub fn named(variable: Option<&str>) -> Option<PathBuf> {
    let named = variable.filter(|path| !path.is_empty()).map(PathBuf::from);
    named.filter(|_| cfg!(not(any(windows, target_vendor = "apple"))))
}
