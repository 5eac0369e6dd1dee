//! One statement: its text, its values, its rows.

use super::sealing::Vault;
use super::sqlite::{self, Statements};
use super::{Engine, Row, StoreError, failed};
use lifecert_protocol::AgencyId;
use sqlx::any::{Any, AnyArguments};
use sqlx::pool::PoolConnection;
use sqlx::{AnyConnection, Arguments, Transaction};
use std::sync::Arc;

/// A connection, in a transaction or only for reading. Every statement's `$1` is the agency.
pub struct Db {
    connection: Connection,
    agency: Arc<AgencyId>,
    pub(super) vault: Arc<Vault>,
}

/// Reading or writing, on either engine.
pub(super) enum Connection {
    SqliteReading(sqlite::Reading),
    SqliteWriting(sqlite::Writing),
    PostgresReading(PoolConnection<Any>),
    PostgresWriting(Transaction<'static, Any>),
}

/// A value on its way into a statement.
#[derive(Debug, Clone)]
pub enum Value {
    /// BIGINT.
    Int(Option<i64>),
    /// TEXT.
    Text(Option<String>),
    /// BYTEA.
    Bytes(Vec<u8>),
}

macro_rules! values_from {
    ($($from:ty => |$value:ident| $make:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $make
            }
        }
    )*};
}

values_from! {
    i64 => |value| Value::Int(Some(value));
    u64 => |value| Value::Int(i64::try_from(value).ok());
    u32 => |value| Value::Int(Some(value.into()));
    Option<i64> => |value| Value::Int(value);
    Option<u64> => |value| Value::Int(value.and_then(|value| i64::try_from(value).ok()));
    &str => |value| Value::Text(Some(value.to_owned()));
    String => |value| Value::Text(Some(value));
    Option<String> => |value| Value::Text(value);
    &[u8] => |value| Value::Bytes(value.to_vec());
    Vec<u8> => |value| Value::Bytes(value);
}

/// The values of a statement, from `$2` on: anything that becomes a [`Value`].
#[macro_export]
#[doc(hidden)]
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::Value::from($value)),*] };
}

impl Db {
    pub(super) fn new(
        connection: Connection,
        (agency, vault): (Arc<AgencyId>, Arc<Vault>),
    ) -> Self {
        Self {
            connection,
            agency,
            vault,
        }
    }

    /// Which engine is spoken to: for the few words that differ.
    pub(super) fn engine(&self) -> Engine {
        match &self.connection {
            Connection::SqliteReading(_) | Connection::SqliteWriting(_) => Engine::Sqlite,
            Connection::PostgresReading(_) | Connection::PostgresWriting(_) => Engine::Postgres,
        }
    }

    pub(super) fn agency_id(&self) -> &AgencyId {
        &self.agency
    }

    pub(super) fn shared_agency(&self) -> Arc<AgencyId> {
        self.agency.clone()
    }

    pub(super) async fn commit(self, name: &'static str) -> Result<(), StoreError> {
        match self.connection {
            Connection::SqliteReading(_) | Connection::PostgresReading(_) => Ok(()),
            Connection::SqliteWriting(transaction) => transaction.commit(name).await,
            Connection::PostgresWriting(transaction) => {
                transaction.commit().await.map_err(failed(name))
            }
        }
    }

    /// A rollback that fails is done by the engine when the connection closes.
    pub(super) async fn roll_back(self) {
        if let Connection::PostgresWriting(transaction) = self.connection {
            let _ = transaction.rollback().await;
        }
    }

    /// Runs a statement; gives the number of rows that it changed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn run(&mut self, sql: &'static str, values: Vec<Value>) -> Result<u64, StoreError> {
        let values = self.with_agency(sql, values)?;
        if let Some(sqlite) = self.sqlite() {
            return sqlite.run(sql, &values);
        }
        let done = sqlx::query_with(sql, arguments(values)?)
            .execute(self.postgres()?)
            .await
            .map_err(failed(verb(sql)))?;
        Ok(done.rows_affected())
    }

    /// Runs a query; gives its first row.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn one(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        let values = self.with_agency(sql, values)?;
        if let Some(sqlite) = self.sqlite() {
            return Ok(sqlite.rows(sql, &values, 1)?.pop());
        }
        let row = sqlx::query_with(sql, arguments(values)?)
            .fetch_optional(self.postgres()?)
            .await
            .map_err(failed(verb(sql)))?;
        Ok(row.map(Row::from))
    }

    /// Runs a query; gives all of its rows.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn all(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let values = self.with_agency(sql, values)?;
        if let Some(sqlite) = self.sqlite() {
            return sqlite.rows(sql, &values, usize::MAX);
        }
        let rows = sqlx::query_with(sql, arguments(values)?)
            .fetch_all(self.postgres()?)
            .await
            .map_err(failed(verb(sql)))?;
        Ok(rows.into_iter().map(Row::from).collect())
    }

    fn sqlite(&self) -> Option<&dyn Statements> {
        match &self.connection {
            Connection::SqliteReading(connection) => Some(connection),
            Connection::SqliteWriting(transaction) => Some(transaction),
            Connection::PostgresReading(_) | Connection::PostgresWriting(_) => None,
        }
    }

    fn postgres(&mut self) -> Result<&mut AnyConnection, StoreError> {
        match &mut self.connection {
            Connection::PostgresReading(connection) => Ok(connection),
            Connection::PostgresWriting(transaction) => Ok(transaction),
            Connection::SqliteReading(_) | Connection::SqliteWriting(_) => {
                Err(StoreError::Address("not a PostgreSQL server"))
            }
        }
    }

    /// The agency and the values, counted against the text: SQLite takes a missing one for NULL
    /// without a word.
    fn with_agency(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Value>, StoreError> {
        let (expected, found) = (placeholders(sql), values.len() + 1);
        if expected != found {
            return Err(StoreError::Placeholders { expected, found });
        }
        let agency = Value::from(self.agency.as_str());
        Ok(std::iter::once(agency).chain(values).collect())
    }
}

fn arguments(values: Vec<Value>) -> Result<AnyArguments, StoreError> {
    let mut arguments = AnyArguments::default();
    for value in values {
        let added = match value {
            Value::Int(value) => arguments.add(value),
            Value::Text(value) => arguments.add(value),
            Value::Bytes(value) => arguments.add(value),
        };
        added.map_err(|_| StoreError::Column("value"))?;
    }
    Ok(arguments)
}

/// The highest `$N` in a statement.
fn placeholders(sql: &str) -> usize {
    let numbers = sql.split('$').skip(1).map(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest[..digits].parse().unwrap_or(0)
    });
    numbers.max().unwrap_or(0)
}

pub(super) fn verb(sql: &'static str) -> &'static str {
    sql.split_whitespace().next().unwrap_or("statement")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_counted_by_the_highest() {
        assert_eq!(placeholders("SELECT 1"), 0);
        assert_eq!(placeholders("INSERT INTO t VALUES ($1, $2, $10)"), 10);
        assert_eq!(placeholders("SELECT a FROM t WHERE b = $1 OR c = $1"), 1);
    }
}
