//! SQLite, spoken to where it lies: statements run on the thread that asks.
//!
//! A statement takes microseconds; handing it to another thread and its rows back costs several
//! times that (docs/adr/0009). What waits for the disk - a transaction's beginning and its end - is
//! left to threads that may wait. Transactions that stand in line are made durable together: each
//! runs in a savepoint of its own, and one commit, one sync of the file, answers for all of them.

use super::{Row, StoreError, Value, verb};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;

/// Connections for reading.
const READERS: usize = 4;

/// How long one is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Texts of statements that a connection keeps prepared.
const PREPARED: usize = 512;

/// Its connections: one that writes, because SQLite has one writer at a time, and some that read.
#[derive(Debug, Clone)]
pub(super) struct Sqlite {
    file: PathBuf,
    writer: Arc<tokio::sync::Mutex<Writer>>,
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
}

/// The writing connection, and those who wait for what is open on it.
#[derive(Debug)]
struct Writer {
    connection: Connection,
    batch: Option<Batch>,
}

/// Transactions that ended well and are not on the disk yet.
#[derive(Debug)]
struct Batch(watch::Sender<Option<Ended>>);

/// What became of a batch.
#[derive(Debug, Clone, Copy)]
enum Ended {
    Durable,
    NoRoom,
    Undone,
}

/// A connection for reading, given back when it is dropped.
pub(super) struct Reading {
    connection: Option<Connection>,
    idle: Arc<Mutex<Vec<Connection>>>,
    _permit: OwnedSemaphorePermit,
}

/// One transaction. Dropped without an end, it is rolled back.
pub(super) struct Writing {
    writer: OwnedMutexGuard<Writer>,
    all: Arc<tokio::sync::Mutex<Writer>>,
    ended: bool,
}

impl Sqlite {
    /// Opens the file at `path`, which has its schema.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            file: path.to_owned(),
            writer: Arc::new(tokio::sync::Mutex::new(Writer {
                connection: connect(path)?,
                batch: None,
            })),
            idle: Arc::default(),
            permits: Arc::new(Semaphore::new(READERS)),
        })
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn read(&self) -> Result<Reading, StoreError> {
        let permit = timeout(LONGEST_WAIT, self.permits.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| busy("read"))?;
        let permit = permit.map_err(|_| busy("read"))?;
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        Ok(Reading {
            connection: Some(match idle {
                Some(connection) => connection,
                None => connect(&self.file)?,
            }),
            idle: self.idle.clone(),
            _permit: permit,
        })
    }

    /// Begins a transaction once those before it have ended.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn write(&self, name: &'static str) -> Result<Writing, StoreError> {
        let mut writer = self.alone(name).await?;
        if writer.connection.is_autocommit() {
            // Other processes write to the file, too; at once, so that the wait is here and no
            // transaction fails on its upgrade.
            writer = blocking(writer, move |writer| {
                let begun = writer.connection.execute_batch("BEGIN IMMEDIATE");
                begun.map_err(failed(name))
            })
            .await?;
        }
        let begun = writer.connection.execute_batch("SAVEPOINT one");
        begun.map_err(failed(name))?;
        Ok(Writing {
            writer,
            all: self.writer.clone(),
            ended: false,
        })
    }

    /// Runs statements that no transaction may hold.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn maintain(&self, sql: String) -> Result<(), StoreError> {
        let writer = self.alone("maintain").await?;
        let done = blocking(writer, move |writer| {
            writer.end_batch();
            let done = writer.connection.execute_batch(&sql);
            done.map_err(failed("maintain"))
        });
        done.await.map(drop)
    }

    async fn alone(&self, name: &'static str) -> Result<OwnedMutexGuard<Writer>, StoreError> {
        let writer = timeout(LONGEST_WAIT, self.writer.clone().lock_owned()).await;
        writer.map_err(|_| busy(name))
    }
}

impl Writing {
    /// Ends the transaction and waits until it is on the disk, with all that stood in line behind
    /// it.
    ///
    /// # Errors
    /// [`StoreError`]; nothing of it was written then.
    pub async fn commit(mut self, name: &'static str) -> Result<(), StoreError> {
        let released = self.writer.connection.execute_batch("RELEASE one");
        released.map_err(failed(name))?;
        self.ended = true;
        let mut outcome = match &self.writer.batch {
            Some(batch) => batch.0.subscribe(),
            None => {
                let (batch, outcome) = watch::channel(None);
                self.writer.batch = Some(Batch(batch));
                // Stands in line behind the transactions that wait now: they come along.
                let all = self.all.clone();
                tokio::spawn(async move {
                    let writer = all.lock_owned().await;
                    let ended = blocking(writer, |writer| {
                        writer.end_batch();
                        Ok(())
                    });
                    ended.await.map(drop)
                });
                outcome
            }
        };
        drop(self);
        let ended = outcome.wait_for(Option::is_some).await.map(|ended| *ended);
        match ended {
            Ok(Some(Ended::Durable)) => Ok(()),
            Ok(Some(Ended::NoRoom)) => Err(StoreError::Full { during: name }),
            // Went with the one that it was to be made durable with: the same may succeed alone.
            Ok(Some(Ended::Undone)) => Err(StoreError::Database {
                during: name,
                kind: "undone with another".into(),
                passing: true,
            }),
            // The process is ending. What is sent again is found, or written then.
            Ok(None) | Err(_) => Err(busy(name)),
        }
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if !self.ended {
            let writer = &mut *self.writer;
            let undone = writer
                .connection
                .execute_batch("ROLLBACK TO one; RELEASE one");
            if undone.is_err() || writer.batch.is_none() {
                writer.roll_back(Ended::Undone);
            }
        }
    }
}

impl Writer {
    /// Makes durable what is open, and says so to those who wait.
    fn end_batch(&mut self) {
        // A full disk and the like end a transaction by themselves.
        if self.connection.is_autocommit() {
            return self.say(Ended::Undone);
        }
        let committed = self.connection.execute_batch("COMMIT");
        match committed.map_err(failed("commit")) {
            Ok(()) => self.say(Ended::Durable),
            Err(StoreError::Full { .. }) => self.roll_back(Ended::NoRoom),
            Err(_) => self.roll_back(Ended::Undone),
        }
    }

    fn roll_back(&mut self, ended: Ended) {
        if !self.connection.is_autocommit() {
            // One that fails is done by the engine when the connection closes.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        self.say(ended);
    }

    fn say(&mut self, ended: Ended) {
        if let Some(Batch(waiting)) = self.batch.take() {
            waiting.send_replace(Some(ended));
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.connection.take());
    }
}

/// What runs statements.
pub(super) trait Statements {
    /// The connection.
    fn connection(&self) -> Result<&Connection, StoreError>;

    /// Runs a statement; gives the number of rows that it changed.
    fn run(&self, sql: &'static str, values: &[Value]) -> Result<u64, StoreError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(sql).map_err(failed(verb(sql)))?;
        bind(&mut statement, values).map_err(failed(verb(sql)))?;
        let mut rows = statement.raw_query();
        // A statement that also answers is run to its end.
        while rows.next().map_err(failed(verb(sql)))?.is_some() {}
        Ok(connection.changes())
    }

    /// Runs a query; gives up to `most` rows.
    fn rows(
        &self,
        sql: &'static str,
        values: &[Value],
        most: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(sql).map_err(failed(verb(sql)))?;
        bind(&mut statement, values).map_err(failed(verb(sql)))?;
        let names: Arc<[String]> = statement
            .column_names()
            .into_iter()
            .map(Into::into)
            .collect();
        let mut found = Vec::new();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(failed(verb(sql)))? {
            let values = (0..names.len()).map(|column| row.get(column));
            let values: Result<Vec<_>, _> = values.collect();
            let values = values.map_err(failed(verb(sql)))?;
            if found.len() < most {
                found.push(Row::sqlite(names.clone(), values));
            }
        }
        Ok(found)
    }
}

impl Statements for Reading {
    fn connection(&self) -> Result<&Connection, StoreError> {
        self.connection.as_ref().ok_or_else(|| busy("read"))
    }
}

impl Statements for Writing {
    fn connection(&self) -> Result<&Connection, StoreError> {
        Ok(&self.writer.connection)
    }
}

/// `$7` is the seventh value, wherever it stands.
fn bind(statement: &mut rusqlite::Statement<'_>, values: &[Value]) -> rusqlite::Result<()> {
    for index in 1..=statement.parameter_count() {
        let number = statement.parameter_name(index);
        let number = number.and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let value = number.and_then(|number| values.get(number.checked_sub(1)?));
        let value = value.ok_or(rusqlite::Error::InvalidParameterCount(index, values.len()))?;
        match value {
            Value::Int(value) => statement.raw_bind_parameter(index, value)?,
            Value::Text(value) => statement.raw_bind_parameter(index, value)?,
            Value::Bytes(value) => statement.raw_bind_parameter(index, value)?,
        }
    }
    Ok(())
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed("connect"))?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    let set = connection.execute_batch(super::SQLITE_SETTINGS);
    set.map_err(failed("connect"))?;
    Ok(connection)
}

/// Does what may wait for the disk on a thread that may.
async fn blocking(
    mut writer: OwnedMutexGuard<Writer>,
    work: impl FnOnce(&mut Writer) -> Result<(), StoreError> + Send + 'static,
) -> Result<OwnedMutexGuard<Writer>, StoreError> {
    let done = tokio::task::spawn_blocking(move || work(&mut writer).map(|()| writer));
    done.await.unwrap_or_else(|_| Err(busy("disk")))
}

fn failed(during: &'static str) -> impl Fn(rusqlite::Error) -> StoreError {
    move |error| match error {
        rusqlite::Error::SqliteFailure(error, _) if error.code == ErrorCode::DiskFull => {
            StoreError::Full { during }
        }
        rusqlite::Error::SqliteFailure(error, _) => StoreError::Database {
            during,
            kind: format!("{:?} {}", error.code, error.extended_code),
            passing: error.code == ErrorCode::DatabaseBusy,
        },
        // Its text may quote values or statements, so only that it failed is kept.
        _ => StoreError::Database {
            during,
            kind: "not a database error".into(),
            passing: false,
        },
    }
}

fn busy(during: &'static str) -> StoreError {
    StoreError::Database {
        during,
        kind: "no connection was free".into(),
        passing: false,
    }
}

#[cfg(test)]
mod tests;
