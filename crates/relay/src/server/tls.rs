//! The certificate of the TLS listeners.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use tokio_rustls::rustls::{
    self, ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

use crate::config::Certificate;

/// The certificate could not be read, made, or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// A PEM file is missing or holds something else.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What was wrong with it.
        source: rustls::pki_types::pem::Error,
    },
    /// Certificate and key do not fit, or are of a kind that TLS does not use.
    #[error("the certificate cannot be used")]
    Unusable(#[from] rustls::Error),
    /// The self-signed certificate could not be made: a name is not valid.
    #[error("cannot make a self-signed certificate")]
    SelfSigned(#[from] rcgen::Error),
}

/// The certificate in use, exchangeable while the relay runs.
#[derive(Debug)]
pub(super) struct Tls {
    source: Certificate,
    current: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    pub fn new(source: Certificate) -> Result<Self, CertificateError> {
        let current = RwLock::new(load(&source)?);
        Ok(Self { source, current })
    }

    pub fn current(&self) -> Arc<ServerConfig> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the files again; the old certificate stays in use if they are not usable.
    pub fn reload(&self) -> Result<(), CertificateError> {
        let new = load(&self.source)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }
}

fn load(source: &Certificate) -> Result<Arc<ServerConfig>, CertificateError> {
    let (chain, key) = match source {
        Certificate::PemFiles { chain, key } => {
            let at = |path: &PathBuf| {
                let path = path.clone();
                |source| CertificateError::Read { path, source }
            };
            let certificates = CertificateDer::pem_file_iter(chain).map_err(at(chain))?;
            let certificates = certificates.collect::<Result<Vec<_>, _>>().map_err(at(chain))?;
            (certificates, PrivateKeyDer::from_pem_file(key).map_err(at(key))?)
        }
        Certificate::SelfSigned { names } => {
            let made = rcgen::generate_simple_self_signed(names.clone())?;
            let key = PrivateKeyDer::from(rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
            (vec![made.cert.der().clone()], key)
        }
    };
    // Named explicitly, so that it does not matter which provider another crate installed for the process.
    let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let builder = builder.with_safe_default_protocol_versions()?.with_no_client_auth();
    Ok(Arc::new(builder.with_single_cert(chain, key)?))
}
