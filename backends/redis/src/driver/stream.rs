//! The stream of bytes below a connection: TCP, with TLS where the URL asks for it.

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use egret_core::{Error, ErrorKind, Result, Words, words};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::address::Place;

/// A stream to a server.
#[derive(Debug)]
pub(super) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// How TLS is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TlsOptions {
    /// A file of certificates (PEM) that are trusted instead of those of the web's authorities.
    pub(super) authorities: Option<PathBuf>,
}

/// TLS, ready to connect.
pub(super) struct Tls(TlsConnector);

impl std::fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Tls")
    }
}

impl Tls {
    /// Reads the certificates. The provider of cryptography is named: with two of them in a program, rustls would panic.
    pub(super) fn new(options: &TlsOptions) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        match &options.authorities {
            None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
            Some(path) => {
                let refused = |cause: Box<dyn std::error::Error + Send + Sync>| {
                    let verb =
                        words!("verb-read-certificates-from", "read certificates from `{path}`", path = path.display());
                    Error::new(ErrorKind::Refused, Words::failed(verb)).with_source(cause)
                };
                let certificates = CertificateDer::pem_file_iter(path).map_err(|error| refused(error.into()))?;
                for certificate in certificates {
                    let certificate = certificate.map_err(|error| refused(error.into()))?;
                    roots.add(certificate).map_err(|error| refused(error.into()))?;
                }
                if roots.is_empty() {
                    return Err(refused("the file has no certificate".into()));
                }
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring has the suites of TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }
}

impl Stream {
    pub(super) async fn connect(place: &Place, tls: Option<&Tls>) -> io::Result<Self> {
        let stream = TcpStream::connect((place.host.as_str(), place.port)).await?;
        // Small commands must not wait for more.
        stream.set_nodelay(true)?;
        let Some(tls) = tls else { return Ok(Self::Plain(stream)) };
        let name = ServerName::try_from(place.host.clone()).map_err(io::Error::other)?;
        Ok(Self::Tls(Box::new(tls.0.connect(name, stream).await?)))
    }
}

impl Stream {
    /// The stream itself, where nothing is between.
    pub(super) fn into_plain(self) -> Option<TcpStream> {
        match self {
            Self::Plain(stream) => Some(stream),
            Self::Tls(_) => None,
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
