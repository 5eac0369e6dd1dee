//! Where everything of the agency lies, and what is opened from there.

use crate::Failure;
use crate::key_commands::KekPlace;
use clap::Args;
use lifecert_inference::ModelStore;
use lifecert_protocol::AgencyId;
use lifecert_server::attest::Trust;
use lifecert_server::clock::{Clock, SystemClock};
use lifecert_server::error::ServiceError;
use lifecert_server::evidence::EvidenceVault;
use lifecert_server::keys::AgencyKeys;
use lifecert_server::log::{Log, LogKey, LogPlace};
use lifecert_server::recompute::Recompute;
use lifecert_server::service::{Secret, Service, secrets_are_there};
use lifecert_server::store::{Store, StoreError};
use std::path::PathBuf;
use std::sync::Arc;

/// Where everything of the agency lies.
#[derive(Args)]
pub(crate) struct Place {
    /// The agency: small letters, digits and hyphens.
    #[arg(long, global = true, env = "LIFECERT_AGENCY", default_value = "agency")]
    pub(crate) agency: AgencyId,
    /// The folder of the database file and the agency's secrets.
    #[arg(
        long,
        global = true,
        env = "LIFECERT_DATA",
        default_value = "lifecert-data"
    )]
    pub(crate) data: PathBuf,
    /// The database, `sqlite:PATH` or `postgres://...`; by default a file in the data folder.
    #[arg(long, global = true, env = "LIFECERT_DATABASE")]
    pub(crate) database: Option<String>,
    /// The models folder.
    #[arg(long, global = true, env = "LIFECERT_MODELS", default_value = "models")]
    pub(crate) models: PathBuf,
    /// A folder with the models that come next, while the recognition model changes: each accepted
    /// claim then gives its person a template of the next model too.
    #[arg(long, global = true, env = "LIFECERT_NEXT_MODELS")]
    pub(crate) next_models: Option<PathBuf>,
    /// Where sealed evidence lies: a folder, or s3://BUCKET/PREFIX where that was built in; by
    /// default a folder in the data folder.
    #[arg(long, global = true, env = "LIFECERT_EVIDENCE")]
    pub(crate) evidence: Option<String>,
    /// A folder with attestation.toml: the roots and apps that attestations of devices are held
    /// against. Without one every device is unattested.
    #[arg(long, global = true, env = "LIFECERT_ATTESTATION", value_name = "DIR")]
    pub(crate) attestation: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) kek: KekPlace,
    /// The server's name, as it stands in challenges.
    #[arg(
        long,
        global = true,
        env = "LIFECERT_SERVER_NAME",
        default_value = "lifecert"
    )]
    pub(crate) server_name: String,
    /// A file that keeps the log's newest checkpoint a second time, better on another disk: by it a
    /// database that was put back to an older state is noticed.
    #[arg(long, global = true, env = "LIFECERT_LOG_LOCK")]
    pub(crate) log_lock: Option<PathBuf>,
}

impl Place {
    /// The vault of sealed evidence, with its private key or without.
    pub(crate) fn vault(&self, opens: bool) -> Result<EvidenceVault, ServiceError> {
        let folder = || self.data.join("evidence").display().to_string();
        let address = self.evidence.clone().unwrap_or_else(folder);
        let secrets = self.data.join("secrets");
        let vault = EvidenceVault::open(&address, &secrets, &self.agency)?;
        if opens {
            vault.with_opener(&secrets)
        } else {
            Ok(vault)
        }
    }

    pub(crate) async fn store(&self) -> Result<Store, ServiceError> {
        let file = || format!("sqlite:{}", self.data.join("lifecert.sqlite").display());
        let address = self.database.clone().unwrap_or_else(file);
        Ok(Store::open(&address, self.agency.clone()).await?)
    }

    pub(crate) fn secrets(&self) -> PathBuf {
        self.data.join("secrets")
    }

    /// A service that looks at pictures with so many analyzers, or at none.
    pub(crate) async fn service(&self, analyzers: Option<usize>) -> Result<Service, Failure> {
        let needed = [Secret::Signing, Secret::Evidence];
        self.service_with(analyzers, &needed).await
    }

    pub(crate) async fn service_with(
        &self,
        analyzers: Option<usize>,
        needed: &[Secret],
    ) -> Result<Service, Failure> {
        let models = ModelStore::open(&self.models)?;
        let next = self
            .next_models
            .as_ref()
            .map(ModelStore::open)
            .transpose()?;
        let recompute = match analyzers {
            Some(count) => Recompute::load(&models, next.as_ref(), count)?,
            None => Recompute::names_only(&models, next.as_ref())?,
        };
        let store = self.store().await?;
        self.has(&store, needed).await?;
        let kek = self.kek.open(&self.secrets());
        let keys = AgencyKeys::open(&self.secrets())?.with_kek(kek);
        let clock = Arc::new(SystemClock);
        let service = Service::new(store, keys, clock, recompute, &*self.server_name);
        // Said now, and not by the first request.
        let unsealed = service.store().read().await?.unsealed().await?;
        if unsealed.rows() > 0 {
            return Err(StoreError::NotSealed.into());
        }
        let trust = self.attestation.as_deref().map(Trust::open).transpose()?;
        Ok(service
            .with_evidence(self.vault(false)?)
            .with_trust(trust.unwrap_or_default()))
    }

    /// A service that also opens sealed evidence. It signs nothing, so that a worker's machine can
    /// be without the key.
    pub(crate) async fn opening_service(
        &self,
        analyzers: Option<usize>,
    ) -> Result<Service, Failure> {
        let service = self.service_with(analyzers, &[Secret::Evidence]).await?;
        Ok(service.with_evidence(self.vault(true)?))
    }

    /// The public log; an error when the database is older than what was published.
    pub(crate) async fn log(&self, store: Store) -> Result<Arc<Log>, Failure> {
        let key = self.log_key(&store).await?;
        Ok(Log::open(store, key, self.log_place()).await?)
    }

    pub(crate) async fn log_key(&self, store: &Store) -> Result<LogKey, Failure> {
        self.has(store, &[Secret::Log]).await?;
        Ok(LogKey::open(&self.secrets(), &self.server_name)?)
    }

    /// Refuses to make a secret anew that the agency has used.
    pub(crate) async fn has(&self, store: &Store, needed: &[Secret]) -> Result<(), ServiceError> {
        let needed = (needed, SystemClock.now_ms());
        secrets_are_there(store, &self.secrets(), needed).await
    }

    pub(crate) fn log_place(&self) -> LogPlace {
        let second = || self.data.join("log-lock").join("checkpoint");
        LogPlace {
            folder: self.data.join("log"),
            second: self.log_lock.clone().unwrap_or_else(second),
        }
    }
}
