//! Values that belong to no person, sealed under the agency's newest key.

use super::{Db, StoreError};
use crate::keys::{Place, key_version};
use zeroize::Zeroizing;

impl Db {
    /// Seals what belongs to no person.
    pub(super) fn seal_for_agency(
        &self,
        (table, column, row): (&'static str, &'static str, &str),
        plain: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let agency = self.agency_id();
        let place = Place {
            agency,
            table,
            column,
            row,
        };
        let sealed = self.ring()?.seal(&place, plain);
        sealed.map_err(|_| StoreError::Sealed(column))
    }

    pub(super) async fn open_for_agency(
        &mut self,
        (table, column, row): (&'static str, &'static str, &str),
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let not_opened = |_| StoreError::Sealed(column);
        let ring = self.ring_of(key_version(sealed).map_err(not_opened)?);
        let ring = ring.await?;
        let agency = self.agency_id();
        let place = Place {
            agency,
            table,
            column,
            row,
        };
        ring.open(&place, sealed).map_err(not_opened)
    }
}
