//! Asks witnesses for cosignatures of what is published (c2sp.org/tlog-witness). No answer waits
//! for them: a witness that is away is asked again.

use super::error::LogError;
use super::sequencer::Log;
use lifecert_protocol::log::{AddCheckpoint, PolicyWitness, SignedCheckpoint, WitnessPolicy};
use reqwest::{Client, StatusCode, Url};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tlog_tiles::{TileHashReader, prove_tree};

/// How long a witness may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The most bytes of a witness's answer.
const MAX_ANSWER: usize = 16 * 1024;

/// Why witnesses cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum WitnessesError {
    /// The policy cannot be read.
    #[error(transparent)]
    Policy(#[from] lifecert_protocol::log::LogError),
    /// A witness's address that cannot be used; only https, or this very machine.
    #[error("{0} is no address of a witness")]
    Address(String),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(&'static str),
    /// Nobody to ask.
    #[error("the policy names no witness with an address")]
    Nobody,
}

/// Why a witness gave no cosignature.
#[derive(Debug, thiserror::Error)]
enum NoCosignature {
    #[error("it did not answer")]
    Away,
    #[error("it refused with {0}")]
    Refused(StatusCode),
    #[error("its answer is no cosignature of it")]
    Strange,
    #[error("it has seen {0} entries of this log, more than there are")]
    SawMore(u64),
    #[error(transparent)]
    Log(#[from] LogError),
}

/// The witnesses of a log.
pub struct Witnesses {
    policy: WitnessPolicy,
    asked: Vec<(usize, Url)>,
    client: Client,
    every: Duration,
}

impl Witnesses {
    /// Those of a policy (c2sp.org/tlog-policy) that have an address, asked so often; under these
    /// certificate authorities (PEM), or the public ones.
    ///
    /// # Errors
    /// [`WitnessesError`].
    pub fn new(
        policy: &[u8],
        authorities: Option<&[u8]>,
        every: Duration,
    ) -> Result<Self, WitnessesError> {
        let policy = WitnessPolicy::parse(policy)?;
        let mut asked = Vec::new();
        for (place, witness) in policy.witnesses().iter().enumerate() {
            if let Some(url) = &witness.url {
                asked.push((place, address(url)?));
            }
        }
        if asked.is_empty() {
            return Err(WitnessesError::Nobody);
        }
        Ok(Self {
            policy,
            asked,
            client: client(authorities)?,
            every,
        })
    }

    /// Asks again and again, for as long as the server runs.
    pub async fn run(self, log: Arc<Log>) {
        let mut known = HashMap::new();
        loop {
            if let Err(error) = self.round(&log, &mut known).await {
                tracing::warn!(%error, "witnesses were not asked");
            }
            tokio::time::sleep(self.every).await;
        }
    }

    /// Asks every witness that has not cosigned the newest checkpoint; `known` is what each has
    /// seen.
    async fn round(&self, log: &Log, known: &mut HashMap<usize, u64>) -> Result<(), LogError> {
        let Some(newest) = log.newest_witnessed_or_published() else {
            return Ok(());
        };
        let damaged = |_| LogError::Damaged("a checkpoint");
        let mut cosigned = SignedCheckpoint::parse(newest.text.as_bytes()).map_err(damaged)?;
        let mut more = false;
        for (place, url) in &self.asked {
            let witness = &self.policy.witnesses()[*place];
            let already = cosigned.cosignatures([&witness.key]).map_err(damaged)?;
            if !already.is_empty() {
                continue;
            }
            let seen = known.entry(*place).or_insert(0);
            match self.ask(log, (witness, url), &cosigned, seen).await {
                Ok(with_it) => {
                    cosigned = with_it;
                    more = true;
                }
                Err(why) => {
                    let witness = witness.key.name();
                    tracing::warn!(witness, %why, "not yet witnessed");
                }
            }
        }
        if !more {
            return Ok(());
        }
        let enough = |checkpoint: &SignedCheckpoint| {
            let witnessed = self.policy.witnessed(checkpoint);
            witnessed.is_ok_and(|(_, enough)| enough)
        };
        // One that enough have cosigned gives way only to another.
        let kept = log.witnessed();
        let kept = kept.and_then(|kept| SignedCheckpoint::parse(kept.text.as_bytes()).ok());
        let keep = enough(&cosigned) || !kept.is_some_and(|kept| enough(&kept));
        log.keep_cosigned(&cosigned, keep).await
    }

    /// One witness's cosignature, put behind the others.
    async fn ask(
        &self,
        log: &Log,
        (witness, url): (&PolicyWitness, &Url),
        checkpoint: &SignedCheckpoint,
        seen: &mut u64,
    ) -> Result<SignedCheckpoint, NoCosignature> {
        let mut tries = 2;
        loop {
            let request = request(log, checkpoint, *seen).await?;
            let (status, body) = self.post(url, request.to_bytes()).await?;
            match status {
                StatusCode::OK => {
                    let cosigned = with_line(checkpoint, &body, witness);
                    let cosigned = cosigned.ok_or(NoCosignature::Strange)?;
                    *seen = checkpoint.size();
                    return Ok(cosigned);
                }
                // It says what it has seen: a server that was started again does not know.
                StatusCode::CONFLICT if tries > 1 => {
                    let size = std::str::from_utf8(&body).ok();
                    let size = size.and_then(|size| size.trim().parse().ok());
                    *seen = size.ok_or(NoCosignature::Strange)?;
                    tries -= 1;
                }
                status => return Err(NoCosignature::Refused(status)),
            }
        }
    }

    async fn post(&self, url: &Url, body: Vec<u8>) -> Result<(StatusCode, Vec<u8>), NoCosignature> {
        let away = |_| NoCosignature::Away;
        let sent = self.client.post(url.clone()).body(body).send().await;
        let mut answer = sent.map_err(away)?;
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(away)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_ANSWER {
                return Err(NoCosignature::Strange);
            }
        }
        Ok((answer.status(), bytes))
    }
}

/// The request to somebody who has seen `seen` entries.
async fn request(
    log: &Log,
    checkpoint: &SignedCheckpoint,
    seen: u64,
) -> Result<AddCheckpoint, NoCosignature> {
    let (size, root) = (checkpoint.size(), checkpoint.root());
    if seen > size {
        return Err(NoCosignature::SawMore(seen));
    }
    let files = log.files().clone();
    let proof = tokio::task::spawn_blocking(move || match seen {
        0 => Ok(Vec::new()),
        _ => prove_tree(size, seen, &TileHashReader::new(size, root, &files)),
    });
    let proof = proof.await.map_err(|_| LogError::Damaged("a tile"))?;
    let bytes = checkpoint.to_bytes();
    Ok(AddCheckpoint {
        old_size: seen,
        proof: proof.map_err(|_| LogError::Damaged("a tile"))?,
        checkpoint: SignedCheckpoint::parse(&bytes)
            .map_err(|_| LogError::Damaged("a checkpoint"))?,
    })
}

/// The checkpoint with the witness's own line of the answer, if that is a cosignature of it. What
/// else an answer holds nobody has verified.
fn with_line(
    checkpoint: &SignedCheckpoint,
    answer: &[u8],
    witness: &PolicyWitness,
) -> Option<SignedCheckpoint> {
    let answer = std::str::from_utf8(answer).ok()?;
    let begins = format!("\u{2014} {} ", witness.key.name());
    let mut lines = answer.lines().filter(|line| line.starts_with(&begins));
    lines.find_map(|line| {
        let with_it = checkpoint
            .with_cosignatures(format!("{line}\n").as_bytes())
            .ok()?;
        let found = with_it.cosignatures([&witness.key]).ok()?;
        (!found.is_empty()).then_some(with_it)
    })
}

fn address(prefix: &str) -> Result<Url, WitnessesError> {
    let wrong = || WitnessesError::Address(prefix.to_owned());
    let text = format!("{}/add-checkpoint", prefix.trim_end_matches('/'));
    let url: Url = text.parse().map_err(|_| wrong())?;
    let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    match url.scheme() {
        "https" => Ok(url),
        "http" if here => Ok(url),
        _ => Err(wrong()),
    }
}

fn client(authorities: Option<&[u8]>) -> Result<Client, WitnessesError> {
    let mut roots = RootCertStore::empty();
    match authorities {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(pem) => {
            for authority in CertificateDer::pem_slice_iter(pem) {
                let read = authority.ok().and_then(|der| roots.add(der).ok());
                read.ok_or(WitnessesError::Tls("an authority cannot be read"))?;
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| WitnessesError::Tls("no versions"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(config)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(TIMEOUT)
        .build()
        .map_err(|_| WitnessesError::Tls("no client"))
}
