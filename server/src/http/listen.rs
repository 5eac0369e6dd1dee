//! Listening: TLS by rustls with ring, or plain HTTP where nobody else can listen in.

use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::TokioTimer;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How long a request's head may take, also the first one on a connection, and how long a
/// connection is kept between two.
const HEAD: Duration = Duration::from_secs(20);

/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long requests that were begun may take to end when the server stops.
const FAREWELL: Duration = Duration::from_secs(30);

/// Why the server does not listen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// Plain HTTP is asked for where others can listen in.
    #[error(
        "{0} can be reached from other machines: give --tls-cert and --tls-key, or say \
         --behind-proxy if a proxy speaks TLS in front of it"
    )]
    PlainHttp(SocketAddr),
    /// A certificate or key cannot be used.
    #[error("the TLS files cannot be used: {0}")]
    Tls(&'static str),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {kind}")]
    Address {
        /// The address.
        address: SocketAddr,
        /// Why not.
        kind: std::io::ErrorKind,
    },
}

/// The files of a TLS certificate chain and its key (PEM).
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The chain, the server's own certificate first.
    pub certificates: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Where and how to listen.
#[derive(Debug, Clone)]
pub struct Listen {
    /// The address; port 0 takes a free one.
    pub address: SocketAddr,
    /// The TLS files; without them it is plain HTTP, on loopback only.
    pub tls: Option<TlsFiles>,
    /// A proxy speaks TLS in front of this server, so that plain HTTP may be spoken elsewhere.
    pub behind_proxy: bool,
}

/// A server that listens and does not answer yet.
pub struct Listener {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<(TlsFiles, RustlsConfig)>,
}

impl TlsFiles {
    fn read(&self) -> Result<Arc<ServerConfig>, ListenError> {
        let chain = CertificateDer::pem_file_iter(&self.certificates)
            .and_then(|certificates| certificates.collect::<Result<Vec<_>, _>>())
            .map_err(|_| ListenError::Tls("the certificates cannot be read"))?;
        let key = PrivateKeyDer::from_pem_file(&self.key)
            .map_err(|_| ListenError::Tls("the key cannot be read"))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| ListenError::Tls("no protocol version"))?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|_| ListenError::Tls("the key is not the certificate's"))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

impl Listen {
    /// Listens.
    ///
    /// # Errors
    /// [`ListenError`].
    pub fn open(self) -> Result<Listener, ListenError> {
        if self.tls.is_none() && !self.behind_proxy && !self.address.ip().is_loopback() {
            return Err(ListenError::PlainHttp(self.address));
        }
        let tls = match self.tls {
            None => None,
            Some(files) => {
                let config = RustlsConfig::from_config(files.read()?);
                Some((files, config))
            }
        };
        let failed = |error: std::io::Error| ListenError::Address {
            address: self.address,
            kind: error.kind(),
        };
        let listener = TcpListener::bind(self.address).map_err(failed)?;
        Ok(Listener {
            address: listener.local_addr().map_err(failed)?,
            listener,
            tls,
        })
    }
}

impl Listener {
    /// The address, with the port that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the server can be reached.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Answers until `stop` is there; requests that were begun are answered then. On SIGHUP the TLS
    /// files are read again; where they cannot be used the former ones go on.
    ///
    /// # Errors
    /// [`ListenError::Address`].
    pub async fn serve(
        self,
        router: Router,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ListenError> {
        let Self {
            listener,
            address,
            tls,
        } = self;
        let failed = |error: std::io::Error| ListenError::Address {
            address,
            kind: error.kind(),
        };
        let handle = Handle::new();
        tokio::spawn({
            let handle = handle.clone();
            async move {
                stop.await;
                handle.graceful_shutdown(Some(FAREWELL));
            }
        });
        let mut server = axum_server::from_tcp(listener)
            .map_err(failed)?
            .http1_only()
            .first_request_timeout(HEAD)
            .handle(handle);
        server
            .http_builder()
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD);
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let served = match tls {
            None => server.serve(service).await,
            Some((files, config)) => {
                reload_on_hangup(files, config.clone());
                let acceptor = RustlsAcceptor::new(config).handshake_timeout(HANDSHAKE);
                server.acceptor(acceptor).serve(service).await
            }
        };
        served.map_err(failed)
    }
}

#[cfg(unix)]
fn reload_on_hangup(files: TlsFiles, config: RustlsConfig) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut hangups) = signal(SignalKind::hangup()) else {
        return;
    };
    tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            match files.read() {
                Ok(fresh) => {
                    config.reload_from_config(fresh);
                    tracing::info!("the TLS files were read again");
                }
                Err(error) => tracing::error!(%error, "the former TLS files go on"),
            }
        }
    });
}

#[cfg(not(unix))]
fn reload_on_hangup(_: TlsFiles, _: RustlsConfig) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_spoken_where_nobody_else_can_listen_in() {
        let listen = |address: &str, behind_proxy| {
            let listen = Listen {
                address: address.parse().unwrap(),
                tls: None,
                behind_proxy,
            };
            listen.open().map(|listener| listener.url())
        };
        assert!(listen("127.0.0.1:0", false).unwrap().starts_with("http://"));
        assert!(matches!(
            listen("0.0.0.0:0", false),
            Err(ListenError::PlainHttp(_))
        ));
        assert!(listen("0.0.0.0:0", true).is_ok());
        assert!(matches!(
            listen("[::]:0", false),
            Err(ListenError::PlainHttp(_))
        ));
    }
}
