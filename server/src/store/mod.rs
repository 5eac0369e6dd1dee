//! The database: one set of statements for SQLite and PostgreSQL, one way to write.
//!
//! Every write goes through [`run_tx`](crate::run_tx): named, retried when two transactions meet,
//! durable before it returns. Every statement carries the agency as its first placeholder; [`Db`]
//! puts it there, so that no statement can forget it.

mod accounts;
mod agency_sealing;
mod as_text;
mod attempts;
mod audit;
mod claims;
mod consents;
mod deliveries;
mod devices;
mod erased_templates;
mod evidence;
mod evidence_policy;
mod files;
mod jobs;
mod letters;
mod log;
mod migrations;
mod people;
mod policies;
mod reviews;
mod rows;
mod seal_old;
mod sealing;
mod sessions;
mod signing_keys;
mod sqlite;
mod staff;
mod statement;
mod templates;
mod used;
mod visits;

pub use accounts::{Credentials, NewAccount};
pub use attempts::Attempts;
pub use audit::{AuditedReceipt, Timed};
pub use claims::{ClaimRow, EvidenceRow, NewReceipt};
pub use consents::ConsentRow;
pub use deliveries::Delivery;
pub use devices::{ChallengeRow, DeviceRow, DeviceState};
pub use erased_templates::AuditedTemplate;
pub use evidence::{AccessRow, EraseReason, EvidenceState, RecheckOutcome, SealedRow};
pub use evidence_policy::{EvidencePolicy, Recheck};
pub use files::{FileAccess, ReceiptRow, Revocation};
pub use jobs::{Job, JobKind};
pub use letters::LetterRow;
pub use log::{EntryRow, NewEntry};
pub use people::{Identity, NewPerson, PersonRow};
pub use policies::{Cycle, PolicyRow, Unattested, Unreadable};
pub use reviews::{ProposalKind, ProposalRow, ProposalState, TaskRow, task_payload};
pub use rows::Row;
pub use seal_old::Unsealed;
pub use sessions::{SessionFor, SessionRow};
pub use signing_keys::SigningKeyRow;
pub use staff::{NotARole, Staff, StaffRole, StaffRow};
pub use statement::{Db, Value};
pub use templates::{Coverage, TemplateOrigin, TemplateRow, Templates};
pub use visits::{VisitRow, VisitState};

use crate::keys::KekError;
use lifecert_protocol::AgencyId;
pub use lifecert_roster::{Area, NotAnArea};
use sealing::Vault;
use sqlite::Sqlite;
use sqlx::any::{Any, AnyPoolOptions};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Executor, Pool, SqlSafeStr};
use statement::{Connection, verb};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How often a transaction is tried when it meets another one.
const TX_TRIES: u32 = 8;

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database said no or is away.
    #[error("the database failed in {during}: {kind}")]
    Database {
        /// The transaction or statement group.
        during: &'static str,
        /// What kind of failure; never the values.
        kind: String,
        /// Whether the same may succeed when tried again.
        passing: bool,
    },
    /// There is no room left for what was to be written; nothing of it was.
    #[error("no room is left for {during}")]
    Full {
        /// The transaction or statement group.
        during: &'static str,
    },
    /// A row does not hold what it must.
    #[error("column {0} does not hold what it must")]
    Column(&'static str),
    /// A statement has another number of placeholders than values: a mistake in this program.
    #[error("a statement of {expected} placeholders got {found} values")]
    Placeholders {
        /// Placeholders in the text.
        expected: usize,
        /// Values given, the agency among them.
        found: usize,
    },
    /// The key-encryption key did not do its work.
    #[error(transparent)]
    Kek(#[from] KekError),
    /// Sealed rows were asked for and no key-encryption key was given.
    #[error("the database is sealed and no key-encryption key was given")]
    Locked,
    /// A sealed value is not that of its place, or was changed.
    #[error("column {0} holds something that was not sealed for this place")]
    Sealed(&'static str),
    /// A row from before personal data was sealed.
    #[error("rows are not sealed yet: run `lifecert-server keys seal`")]
    NotSealed,
    /// A person's data key was destroyed, and with it everything that was sealed under it.
    #[error("a person's data key is not there")]
    NoDataKey,
    /// The database address cannot be used.
    #[error("the database address cannot be used: {0}")]
    Address(&'static str),
}

/// Which engine is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// An SQLite file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// Where connections come from.
#[derive(Debug, Clone)]
enum Connections {
    Sqlite(Sqlite),
    Postgres(Pool<Any>),
}

/// The agency's database.
#[derive(Debug, Clone)]
pub struct Store {
    engine: Connections,
    agency: Arc<AgencyId>,
    vault: Arc<Vault>,
}

impl Store {
    /// Opens the database at `address` (`sqlite:PATH` or `postgres://...`) and brings its schema
    /// up to date.
    ///
    /// # Errors
    /// [`StoreError::Address`] or [`StoreError::Database`].
    pub async fn open(address: &str, agency: AgencyId) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let engine = if let Some(path) = address.strip_prefix("sqlite:") {
            let path = Path::new(path.trim_start_matches("//"));
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)
                    .map_err(|_| StoreError::Address("its folder cannot be made"))?;
            }
            let url = format!("sqlite://{}?mode=rwc", path.display());
            let schema = connect(Engine::Sqlite, &url, 1).await?;
            migrate(&schema).await?;
            schema.close().await;
            Connections::Sqlite(Sqlite::open(path)?)
        } else if address.starts_with("postgres:") || address.starts_with("postgresql:") {
            let pool = connect(Engine::Postgres, address, 8).await?;
            migrate(&pool).await?;
            Connections::Postgres(pool)
        } else {
            return Err(StoreError::Address("neither sqlite: nor postgres:"));
        };
        Ok(Self {
            engine,
            agency: Arc::new(agency),
            vault: Arc::default(),
        })
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match &self.engine {
            Connections::Sqlite(_) => Engine::Sqlite,
            Connections::Postgres(_) => Engine::Postgres,
        }
    }

    /// The agency whose rows these are.
    pub fn agency(&self) -> &AgencyId {
        &self.agency
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// [`StoreError::Database`] or [`StoreError::Kek`].
    pub async fn read(&self) -> Result<Db, StoreError> {
        self.unlock().await?;
        self.connect_for_reading().await
    }

    /// Writes a copy of an SQLite database into a new file, as it is at one moment, while others
    /// read and write.
    ///
    /// # Errors
    /// [`StoreError::Address`] on another engine; [`StoreError::Database`].
    pub async fn copy_into(&self, file: &Path) -> Result<(), StoreError> {
        let (Connections::Sqlite(sqlite), Some(name)) = (&self.engine, file.to_str()) else {
            return Err(StoreError::Address("no file can be copied to"));
        };
        let name = name.replace('\'', "''");
        sqlite.maintain(format!("VACUUM INTO '{name}'")).await
    }

    async fn connect_for_reading(&self) -> Result<Db, StoreError> {
        let connection = match &self.engine {
            Connections::Sqlite(sqlite) => Connection::SqliteReading(sqlite.read().await?),
            Connections::Postgres(pool) => {
                let connection = pool.acquire().await.map_err(failed("read"))?;
                Connection::PostgresReading(connection)
            }
        };
        Ok(Db::new(connection, self.for_db()))
    }

    fn for_db(&self) -> (Arc<AgencyId>, Arc<Vault>) {
        (self.agency.clone(), self.vault.clone())
    }

    /// Begins the tries of a transaction, for [`run_tx`](crate::run_tx).
    pub fn tries(&self, name: &'static str) -> Tries<'_> {
        Tries {
            store: self,
            name,
            tried: 0,
        }
    }
}

/// Brings the schema up to date.
async fn migrate(pool: &Pool<Any>) -> Result<(), StoreError> {
    let migrations = migrations::ALL.iter().map(|(version, name, sql)| {
        let sql = AssertSqlSafe(*sql).into_sql_str();
        Migration::new(*version, (*name).into(), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(migrations.collect())
        .run(pool)
        .await
        .map_err(|error| StoreError::Database {
            during: "migrate",
            kind: error.to_string(),
            passing: false,
        })
}

/// The tries of one transaction.
pub struct Tries<'s> {
    store: &'s Store,
    name: &'static str,
    tried: u32,
}

impl Tries<'_> {
    /// Begins the next try.
    ///
    /// # Errors
    /// [`StoreError::Database`] when no transaction can be begun; [`StoreError::Kek`].
    pub async fn begin(&mut self) -> Result<Db, StoreError> {
        self.store.unlock().await?;
        self.begin_locked().await
    }

    /// The same before the agency's keys are unwrapped.
    async fn begin_locked(&mut self) -> Result<Db, StoreError> {
        self.tried += 1;
        let connection = match &self.store.engine {
            Connections::Sqlite(sqlite) => {
                Connection::SqliteWriting(sqlite.write(self.name).await?)
            }
            Connections::Postgres(pool) => {
                let begun = pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await;
                Connection::PostgresWriting(begun.map_err(failed(self.name))?)
            }
        };
        Ok(Db::new(connection, self.store.for_db()))
    }

    /// Ends a try: commits what went well, rolls back what did not. Gives nothing when it met
    /// another transaction and is to be tried again, after a pause that grows.
    pub async fn end<T, E>(&mut self, db: Db, outcome: Result<T, E>) -> Option<Result<T, E>>
    where
        E: From<StoreError> + AsStoreError,
    {
        let outcome = match outcome {
            Ok(answer) => {
                let committed = db.commit(self.name).await;
                committed.map(|()| answer).map_err(E::from)
            }
            Err(error) => {
                db.roll_back().await;
                Err(error)
            }
        };
        match outcome {
            Err(error) if is_passing(&error) && self.tried < TX_TRIES => {
                tracing::debug!(transaction = self.name, tried = self.tried, "tried again");
                let pause_ms = u64::from(self.tried * self.tried) * 5;
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
                None
            }
            outcome => Some(outcome),
        }
    }
}

/// Runs work in one transaction and commits it: `run_tx!(store, "name", |db| { ...; Ok(answer) })`.
///
/// The work is run again from the start when it met another transaction; effects outside the
/// database belong after it. The name stands in logs. What it gives is a `Result` with a
/// [`ServiceError`](crate::error::ServiceError).
///
/// A macro and no function: the future of an asynchronous closure that borrows cannot yet be shown
/// to be `Send`, which a request's handler must be.
#[macro_export]
macro_rules! run_tx {
    ($store:expr, $name:literal, |$db:ident| $work:expr) => {{
        let mut tries = $store.tries($name);
        loop {
            let mut transaction = tries.begin().await?;
            let $db = &mut transaction;
            let outcome: Result<_, $crate::error::ServiceError> = async { $work }.await;
            if let Some(outcome) = tries.end(transaction, outcome).await {
                break outcome;
            }
        }
    }};
}

/// An error that may hold a [`StoreError`], so that [`Tries::end`] knows what to try again.
pub trait AsStoreError {
    /// The store's error in it, if it is one.
    fn as_store_error(&self) -> Option<&StoreError>;
}

impl AsStoreError for StoreError {
    fn as_store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

fn is_passing(error: &impl AsStoreError) -> bool {
    matches!(
        error.as_store_error(),
        Some(StoreError::Database { passing: true, .. })
    )
}

/// What every connection to an SQLite file is set to.
///
/// FULL: what was answered is on the disk, also after a loss of power. secure_delete: what is
/// deleted or replaced is overwritten in the file. temp_store: what undoes a savepoint needs no
/// file.
const SQLITE_SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA busy_timeout = 10000; \
     PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;";

async fn connect(engine: Engine, url: &str, connections: u32) -> Result<Pool<Any>, StoreError> {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(20))
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if engine == Engine::Sqlite {
                    connection.execute(SQLITE_SETTINGS).await?;
                }
                Ok(())
            })
        })
        .connect(url)
        .await
        .map_err(failed("connect"))
}

/// Turns sqlx's error into ours. Its text may quote values, so only its kind is kept.
pub(crate) fn failed(during: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |error| {
        let code = error
            .as_database_error()
            .and_then(|error| error.code())
            .unwrap_or_default();
        // 13: SQLite; 53100: PostgreSQL.
        if ["13", "53100"].contains(&&*code) {
            return StoreError::Full { during };
        }
        // 40001, 40P01: PostgreSQL saw two transactions meet. 5, 517: SQLite is busy.
        let passing = ["40001", "40P01", "5", "517"].contains(&&*code);
        let kind = match &error {
            sqlx::Error::Database(error) => format!("{:?} {code}", error.kind()),
            sqlx::Error::PoolTimedOut => "no connection was free".into(),
            sqlx::Error::Io(error) => error.kind().to_string(),
            sqlx::Error::ColumnDecode { index, .. } => format!("column {index}"),
            sqlx::Error::ColumnNotFound(name) => format!("no column {name}"),
            _ => "not a database error".into(),
        };
        StoreError::Database {
            during,
            kind,
            passing,
        }
    }
}
