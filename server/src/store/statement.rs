//! One statement: its text, its values, its rows.

use super::sealing::Vault;
use super::{Engine, StoreError, failed};
use lifecert_protocol::AgencyId;
use sqlx::any::{Any, AnyArguments, AnyRow};
use sqlx::pool::PoolConnection;
use sqlx::{AnyConnection, Arguments, Transaction};
use std::sync::Arc;

/// A connection, in a transaction or only for reading. Every statement's `$1` is the agency.
pub struct Db {
    connection: Connection,
    engine: Engine,
    agency: Arc<AgencyId>,
    pub(super) vault: Arc<Vault>,
}

enum Connection {
    Reading(PoolConnection<Any>),
    Writing(Transaction<'static, Any>),
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
    pub(super) fn reading(
        connection: PoolConnection<Any>,
        engine: Engine,
        (agency, vault): (Arc<AgencyId>, Arc<Vault>),
    ) -> Self {
        Self {
            engine,
            connection: Connection::Reading(connection),
            agency,
            vault,
        }
    }

    pub(super) fn writing(
        connection: Transaction<'static, Any>,
        engine: Engine,
        (agency, vault): (Arc<AgencyId>, Arc<Vault>),
    ) -> Self {
        Self {
            engine,
            connection: Connection::Writing(connection),
            agency,
            vault,
        }
    }

    /// Which engine is spoken to: for the few words that differ.
    pub(super) fn engine(&self) -> Engine {
        self.engine
    }

    pub(super) fn agency_id(&self) -> &AgencyId {
        &self.agency
    }

    pub(super) fn shared_agency(&self) -> Arc<AgencyId> {
        self.agency.clone()
    }

    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        match self.connection {
            Connection::Reading(_) => Ok(()),
            Connection::Writing(transaction) => transaction.commit().await,
        }
    }

    /// A rollback that fails is done by the engine when the connection closes.
    pub(super) async fn roll_back(self) {
        if let Connection::Writing(transaction) = self.connection {
            let _ = transaction.rollback().await;
        }
    }

    /// Runs a statement; gives the number of rows that it changed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn run(&mut self, sql: &'static str, values: Vec<Value>) -> Result<u64, StoreError> {
        let arguments = self.arguments(sql, values)?;
        let done = sqlx::query_with(sql, arguments)
            .execute(self.connection())
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
    ) -> Result<Option<AnyRow>, StoreError> {
        let arguments = self.arguments(sql, values)?;
        sqlx::query_with(sql, arguments)
            .fetch_optional(self.connection())
            .await
            .map_err(failed(verb(sql)))
    }

    /// Runs a query; gives all of its rows.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn all(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<AnyRow>, StoreError> {
        let arguments = self.arguments(sql, values)?;
        sqlx::query_with(sql, arguments)
            .fetch_all(self.connection())
            .await
            .map_err(failed(verb(sql)))
    }

    fn connection(&mut self) -> &mut AnyConnection {
        match &mut self.connection {
            Connection::Reading(connection) => connection,
            Connection::Writing(transaction) => transaction,
        }
    }

    /// The agency and the values, counted against the text: SQLite takes a missing one for NULL
    /// without a word.
    fn arguments(&self, sql: &str, values: Vec<Value>) -> Result<AnyArguments, StoreError> {
        let (expected, found) = (placeholders(sql), values.len() + 1);
        if expected != found {
            return Err(StoreError::Placeholders { expected, found });
        }
        let mut arguments = AnyArguments::default();
        let agency = Value::from(self.agency.as_str());
        for value in std::iter::once(agency).chain(values) {
            let added = match value {
                Value::Int(value) => arguments.add(value),
                Value::Text(value) => arguments.add(value),
                Value::Bytes(value) => arguments.add(value),
            };
            added.map_err(|_| StoreError::Column("value"))?;
        }
        Ok(arguments)
    }
}

/// The highest `$N` in a statement.
fn placeholders(sql: &str) -> usize {
    let numbers = sql.split('$').skip(1).map(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest[..digits].parse().unwrap_or(0)
    });
    numbers.max().unwrap_or(0)
}

fn verb(sql: &'static str) -> &'static str {
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
