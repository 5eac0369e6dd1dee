//! A row of an answer, its columns by name.

use super::StoreError;
use rusqlite::types::Value;
use sqlx::any::AnyRow;
use std::str::FromStr;
use std::sync::Arc;

/// A row of either engine.
pub struct Row(Columns);

enum Columns {
    Sqlite(Arc<[String]>, Vec<Value>),
    Postgres(AnyRow),
}

impl From<AnyRow> for Row {
    fn from(row: AnyRow) -> Self {
        Self(Columns::Postgres(row))
    }
}

/// Reads a column of the type that its name is asked for in.
macro_rules! column {
    ($self:ident, $name:ident, $($value:pat => $made:expr),+) => {
        match &$self.0 {
            Columns::Postgres(row) => {
                sqlx::Row::try_get(row, $name).map_err(|_| StoreError::Column($name))
            }
            Columns::Sqlite(names, values) => {
                let at = names.iter().position(|name| name == $name);
                match at.and_then(|at| values.get(at)) {
                    $(Some($value) => Ok($made),)+
                    _ => Err(StoreError::Column($name)),
                }
            }
        }
    };
}

/// All of these fail with [`StoreError::Column`].
impl Row {
    pub(super) fn sqlite(names: Arc<[String]>, values: Vec<Value>) -> Self {
        Self(Columns::Sqlite(names, values))
    }

    /// BIGINT that is there.
    pub fn int(&self, name: &'static str) -> Result<i64, StoreError> {
        column!(self, name, Value::Integer(value) => *value)
    }

    /// BIGINT.
    pub fn maybe_int(&self, name: &'static str) -> Result<Option<i64>, StoreError> {
        column!(self, name, Value::Integer(value) => Some(*value), Value::Null => None)
    }

    /// TEXT.
    pub fn maybe_text(&self, name: &'static str) -> Result<Option<String>, StoreError> {
        column!(self, name, Value::Text(value) => Some(value.clone()), Value::Null => None)
    }

    /// BYTEA that is there.
    pub fn bytes(&self, name: &'static str) -> Result<Vec<u8>, StoreError> {
        column!(self, name, Value::Blob(value) => value.clone())
    }

    /// TEXT that is there.
    pub fn text(&self, name: &'static str) -> Result<String, StoreError> {
        self.maybe_text(name)?.ok_or(StoreError::Column(name))
    }

    /// A count or a time that is not negative.
    pub(super) fn unsigned(&self, name: &'static str) -> Result<u64, StoreError> {
        u64::try_from(self.int(name)?).map_err(|_| StoreError::Column(name))
    }

    pub(super) fn maybe_unsigned(&self, name: &'static str) -> Result<Option<u64>, StoreError> {
        let value = self.maybe_int(name)?;
        value
            .map(|value| u64::try_from(value).map_err(|_| StoreError::Column(name)))
            .transpose()
    }

    pub(super) fn parsed<T: FromStr>(&self, name: &'static str) -> Result<T, StoreError> {
        self.text(name)?
            .parse()
            .map_err(|_| StoreError::Column(name))
    }

    pub(super) fn maybe_parsed<T: FromStr>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let value = self.maybe_text(name)?;
        value
            .map(|text| text.parse().map_err(|_| StoreError::Column(name)))
            .transpose()
    }

    /// Whether the row's personal columns are sealed.
    pub(super) fn is_sealed(&self) -> Result<(), StoreError> {
        let version = self.maybe_int("key_version")?;
        version.map(drop).ok_or(StoreError::NotSealed)
    }
}

/// A word of a closed list and its stable name, both ways.
macro_rules! names {
    ($kind:ident { $($variant:ident = $text:literal,)* }) => {
        impl $kind {
            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self { $($kind::$variant => $text,)* }
            }
        }

        impl std::str::FromStr for $kind {
            type Err = crate::store::Unreadable;

            fn from_str(text: &str) -> Result<Self, crate::store::Unreadable> {
                match text {
                    $($text => Ok($kind::$variant),)*
                    _ => Err(crate::store::Unreadable(concat!("one of" $(, " ", $text)*))),
                }
            }
        }
    };
}

pub(super) use names;
