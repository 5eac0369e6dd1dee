//! One connection to the agency's server: TLS by rustls with ring, retries with growing pauses,
//! every answer within bounds.

use crate::ClientError;
use crate::tls::tls;
use backon::{ExponentialBuilder, Retryable};
use lifecert_protocol::Digest;
use lifecert_protocol::http::Problem;
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url};
use rustls::CertificateError;
use serde::de::DeserializeOwned;
use std::error::Error;
use std::time::Duration;

/// The most bytes an answer can have: a history of a lifetime stays far below.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// How to reach the server.
#[derive(Debug, Clone)]
pub struct ConnectionSettings {
    /// The server's address, `https://...`; plain `http` only towards this very machine.
    pub server: String,
    /// The agency's own certificate authorities (PEM); without any, the bundled public ones.
    pub authorities_pem: Option<Vec<u8>>,
    /// SHA-256 of the public keys (SubjectPublicKeyInfo) that the server may show, besides being
    /// certified; without any, every certified key.
    pub pins: Vec<Digest>,
    /// How often a request is sent before giving up, 1 to 10.
    pub tries: usize,
    /// How long one try may take.
    pub timeout: Duration,
}

impl ConnectionSettings {
    /// Usual settings for a server.
    pub fn new(server: impl Into<String>) -> Self {
        Self {
            server: server.into(),
            authorities_pem: None,
            pins: Vec::new(),
            tries: 4,
            timeout: Duration::from_secs(20),
        }
    }
}

/// A connection to the server.
#[derive(Debug, Clone)]
pub struct Connection {
    client: Client,
    server: Url,
    tries: usize,
}

impl Connection {
    /// Sets the connection up; nothing is sent yet.
    ///
    /// # Errors
    /// [`ClientError::Connection`] for an address or authorities that cannot be used.
    pub fn new(settings: &ConnectionSettings) -> Result<Self, ClientError> {
        let server: Url = settings
            .server
            .parse()
            .map_err(|_| ClientError::Connection("not an address"))?;
        let here = matches!(server.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if server.scheme() != "https" && !(server.scheme() == "http" && here) {
            return Err(ClientError::Connection(
                "only https is spoken over a network",
            ));
        }
        let client = Client::builder()
            .tls_backend_preconfigured(tls(settings.authorities_pem.as_deref(), &settings.pins)?)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(settings.timeout.min(Duration::from_secs(10)))
            .timeout(settings.timeout)
            .build()
            .map_err(|_| ClientError::Connection("TLS"))?;
        Ok(Self {
            client,
            server,
            tries: settings.tries.clamp(1, 10),
        })
    }

    /// Asks without a body; JSON back.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn fetch<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        json(&self.send(path, |client, url| client.get(url)).await?)
    }

    /// Sends a body; bytes back. The same bytes go again on each try, so that the server knows a
    /// retry by its claim id.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn post(&self, path: &str, media: &str, body: &[u8]) -> Result<Vec<u8>, ClientError> {
        self.send(path, |client, url| {
            client
                .post(url)
                .header("content-type", media)
                .body(body.to_vec())
        })
        .await
    }

    /// Like [`post`](Self::post), with JSON back.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn post_for_json<T: DeserializeOwned>(
        &self,
        path: &str,
        media: &str,
        body: &[u8],
    ) -> Result<T, ClientError> {
        json(&self.post(path, media, body).await?)
    }

    /// Like [`post_for_json`](Self::post_for_json), in the name of a clerk.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn post_as_staff<T: DeserializeOwned>(
        &self,
        path: &str,
        media: &str,
        body: &[u8],
        token: &str,
    ) -> Result<T, ClientError> {
        let answer = self
            .send(path, |client, url| {
                client
                    .post(url)
                    .bearer_auth(token)
                    .header("content-type", media)
                    .body(body.to_vec())
            })
            .await?;
        json(&answer)
    }

    /// Like [`fetch`](Self::fetch), in the name of a member of staff.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn fetch_as_staff<T: DeserializeOwned>(
        &self,
        path: &str,
        token: &str,
    ) -> Result<T, ClientError> {
        let answer = self.send(path, |client, url| client.get(url).bearer_auth(token));
        json(&answer.await?)
    }

    /// A static file, as any mirror serves it; `None` where there is none.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn fetch_file(&self, path: &str) -> Result<Option<Vec<u8>>, ClientError> {
        let judge = |status, bytes| match status {
            StatusCode::NOT_FOUND => Ok(None),
            _ => judged(status, bytes).map(Some),
        };
        self.send_judged(path, |client, url| client.get(url), judge)
            .await
    }

    async fn send(
        &self,
        path: &str,
        request: impl Fn(&Client, Url) -> RequestBuilder,
    ) -> Result<Vec<u8>, ClientError> {
        self.send_judged(path, request, judged).await
    }

    async fn send_judged<T>(
        &self,
        path: &str,
        request: impl Fn(&Client, Url) -> RequestBuilder,
        judge: impl Fn(StatusCode, Vec<u8>) -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        let url = self
            .server
            .join(path)
            .map_err(|_| ClientError::Connection("not a path"))?;
        let once = || async {
            let answer = request(&self.client, url.clone()).send().await;
            let (status, bytes) = read(answer.map_err(|error| unsent(&error))?).await?;
            judge(status, bytes)
        };
        let pauses = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(200))
            .with_max_delay(Duration::from_secs(5))
            .with_max_times(self.tries - 1)
            .with_jitter();
        once.retry(pauses).when(ClientError::is_passing).await
    }
}

/// Reads a JSON answer; one that is none is not the agency's.
pub(crate) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ClientError> {
    serde_json::from_slice(bytes).map_err(|_| ClientError::Untrusted)
}

/// Why a request got no answer. A certificate that does not fit is not a network that is away:
/// asking again would not help.
fn unsent(error: &reqwest::Error) -> ClientError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        match error.downcast_ref::<rustls::Error>() {
            Some(rustls::Error::InvalidCertificate(fault)) if is_about_time(fault) => {
                return ClientError::CertificateTime;
            }
            Some(rustls::Error::InvalidCertificate(_)) => return ClientError::Untrusted,
            _ => {}
        }
        // An error of the system may hold another one, which its source passes over.
        let inner = error.downcast_ref::<std::io::Error>();
        let inner = inner.and_then(std::io::Error::get_ref);
        cause = inner
            .map(|inner| inner as &(dyn Error + 'static))
            .or_else(|| error.source());
    }
    ClientError::Unreachable
}

/// Whether a certificate is refused for its dates alone: then this device's clock may be wrong.
fn is_about_time(fault: &CertificateError) -> bool {
    matches!(
        fault,
        CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. }
    )
}

/// Reads an answer within its bounds.
async fn read(mut answer: Response) -> Result<(StatusCode, Vec<u8>), ClientError> {
    let status = answer.status();
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| ClientError::Unreachable)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_ANSWER_BYTES {
            return Err(ClientError::Untrusted);
        }
    }
    Ok((status, bytes))
}

/// What was asked for; a problem becomes an error.
fn judged(status: StatusCode, bytes: Vec<u8>) -> Result<Vec<u8>, ClientError> {
    if status.is_success() {
        return Ok(bytes);
    }
    match serde_json::from_slice::<Problem>(&bytes) {
        Ok(problem) => Err(ClientError::Problem {
            code: problem.code,
            retry_after_s: problem.retry_after_s,
        }),
        // A proxy in front of a server that is away speaks for itself, in its own words.
        Err(_) if status.is_server_error() => Err(ClientError::Unreachable),
        Err(_) => Err(ClientError::Untrusted),
    }
}
