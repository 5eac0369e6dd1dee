//! Reading a row's columns into types.

use super::StoreError;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::str::FromStr;

/// A row's columns by name.
pub(super) trait Columns {
    fn int(&self, name: &'static str) -> Result<i64, StoreError>;
    fn maybe_int(&self, name: &'static str) -> Result<Option<i64>, StoreError>;
    fn maybe_text(&self, name: &'static str) -> Result<Option<String>, StoreError>;
    fn bytes(&self, name: &'static str) -> Result<Vec<u8>, StoreError>;

    /// A count or a time that is not negative.
    fn unsigned(&self, name: &'static str) -> Result<u64, StoreError> {
        u64::try_from(self.int(name)?).map_err(|_| StoreError::Column(name))
    }

    /// Whether the row's personal columns are sealed.
    fn is_sealed(&self) -> Result<(), StoreError> {
        let version = self.maybe_int("key_version")?;
        version.map(drop).ok_or(StoreError::NotSealed)
    }

    fn maybe_unsigned(&self, name: &'static str) -> Result<Option<u64>, StoreError> {
        let value = self.maybe_int(name)?;
        value
            .map(|value| u64::try_from(value).map_err(|_| StoreError::Column(name)))
            .transpose()
    }

    fn text(&self, name: &'static str) -> Result<String, StoreError> {
        self.maybe_text(name)?.ok_or(StoreError::Column(name))
    }

    fn parsed<T: FromStr>(&self, name: &'static str) -> Result<T, StoreError> {
        self.text(name)?
            .parse()
            .map_err(|_| StoreError::Column(name))
    }

    fn maybe_parsed<T: FromStr>(&self, name: &'static str) -> Result<Option<T>, StoreError> {
        let value = self.maybe_text(name)?;
        value
            .map(|text| text.parse().map_err(|_| StoreError::Column(name)))
            .transpose()
    }
}

impl Columns for AnyRow {
    fn int(&self, name: &'static str) -> Result<i64, StoreError> {
        self.try_get(name).map_err(|_| StoreError::Column(name))
    }

    fn maybe_int(&self, name: &'static str) -> Result<Option<i64>, StoreError> {
        self.try_get(name).map_err(|_| StoreError::Column(name))
    }

    fn maybe_text(&self, name: &'static str) -> Result<Option<String>, StoreError> {
        self.try_get(name).map_err(|_| StoreError::Column(name))
    }

    fn bytes(&self, name: &'static str) -> Result<Vec<u8>, StoreError> {
        self.try_get(name).map_err(|_| StoreError::Column(name))
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
