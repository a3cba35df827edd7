//! TLS, with a certificate that can change while the server runs.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{Error as TlsError, ServerConfig};

use crate::io::fs::file;
use crate::io::fs::stamp::Stamp;
use crate::io::http::network_error::words;
use crate::model::error::{Error, Result};
use crate::model::errors::serve::ServeError;
use crate::model::units::timestamp::Timestamp;

/// Upper bound for certificate chains and keys; larger files are rejected.
const MAX_PEM: u64 = 1 << 20;

/// The certificate in use, and where it comes from.
#[derive(Debug)]
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    current: RwLock<Current>,
}

#[derive(Debug)]
struct Current {
    key: Arc<CertifiedKey>,
    modified: (Timestamp, Timestamp),
}

impl Certificate {
    pub fn open(certificate: PathBuf, key: PathBuf) -> Result<Arc<Self>> {
        let current = read(&certificate, &key)?;
        Ok(Arc::new(Self {
            chain: certificate,
            key,
            current: RwLock::new(current),
        }))
    }

    /// Reads it again, if a file has changed. While that is broken, the one before goes on to be used.
    pub fn reload(&self) -> Result<bool> {
        let now = (file::modified(&self.chain)?, file::modified(&self.key)?);
        let known = self
            .current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .modified;
        if known == now {
            return Ok(false);
        }
        let current = read(&self.chain, &self.key)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = current;
        Ok(true)
    }

    /// What its files look like now.
    pub fn stamps(&self) -> Vec<Option<Stamp>> {
        vec![Stamp::at(&self.chain), Stamp::at(&self.key)]
    }

    pub fn acceptor(self: &Arc<Self>) -> Result<TlsAcceptor> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|cause| bad(&self.chain, &self.key, &cause))?;
        let resolver = Arc::clone(self);
        let mut config = builder.with_no_client_auth().with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&current.key))
    }
}

fn read(certificate: &Path, key: &Path) -> Result<Current> {
    let modified = (file::modified(certificate)?, file::modified(key)?);
    let (chain_text, key_text) = (file::read(certificate, MAX_PEM)?, file::read(key, MAX_PEM)?);
    let chain = CertificateDer::pem_slice_iter(&chain_text)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|cause| bad(certificate, key, &cause))?;
    let private =
        PrivateKeyDer::from_pem_slice(&key_text).map_err(|cause| bad(certificate, key, &cause))?;
    let provider = aws_lc_rs::default_provider();
    let signing = provider
        .key_provider
        .load_private_key(private)
        .map_err(|cause| bad(certificate, key, &cause))?;
    let certified = CertifiedKey::new(chain, signing);
    certified.keys_match().map_err(|cause| match cause {
        TlsError::InvalidCertificate(why) => bad(certificate, key, &words(&why)),
        cause => bad(certificate, key, &cause),
    })?;
    Ok(Current {
        key: Arc::new(certified),
        modified,
    })
}

fn bad(certificate: &Path, key: &Path, cause: &dyn std::fmt::Display) -> Error {
    Error::Serve(ServeError::Certificate {
        certificate: certificate.to_owned(),
        key: key.to_owned(),
        message: cause.to_string(),
    })
}
