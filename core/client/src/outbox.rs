//! Claims that wait for a network: sealed, each under its claim id, sent in the order of making.
//!
//! One claim that the server does not want never blocks the next, and nothing is removed before the
//! server has answered it for good.

use crate::{ClientError, SealedFolder};
use lifecert_protocol::{ClaimEnvelope, ClaimId};
use zeroize::Zeroizing;

const ENDING: &str = ".claim";

/// The claims that wait.
pub struct Outbox {
    folder: SealedFolder,
}

/// Which waiting claim: its place in the order, and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    name: String,
    /// The claim's id.
    pub claim_id: ClaimId,
}

impl Outbox {
    /// Over a sealed folder of its own.
    pub fn new(folder: SealedFolder) -> Self {
        Self { folder }
    }

    /// Keeps a claim; one that waits already is kept once.
    ///
    /// # Errors
    /// [`ClientError::StorageFull`] or [`ClientError::StorageUnreadable`]: then it is not kept,
    /// and the person must be told.
    pub fn keep(
        &self,
        claim_id: ClaimId,
        sequence: u64,
        envelope: &ClaimEnvelope,
    ) -> Result<(), ClientError> {
        let bytes = Zeroizing::new(envelope.to_bytes());
        self.folder
            .write(&format!("{sequence:020}-{claim_id}{ENDING}"), &bytes)
    }

    /// The waiting claims, by the sequence of their challenges.
    ///
    /// # Errors
    /// [`ClientError::StorageUnreadable`].
    pub fn waiting(&self) -> Result<Vec<Waiting>, ClientError> {
        let names = self.folder.names(ENDING)?;
        Ok(names
            .into_iter()
            .filter_map(|name| {
                let (_, id) = name.strip_suffix(ENDING)?.split_once('-')?;
                let claim_id = id.parse().ok()?;
                Some(Waiting { name, claim_id })
            })
            .collect())
    }

    /// Opens a waiting claim.
    ///
    /// # Errors
    /// [`ClientError::StorageUnreadable`].
    pub fn open(&self, waiting: &Waiting) -> Result<ClaimEnvelope, ClientError> {
        let bytes = self
            .folder
            .read(&waiting.name)?
            .ok_or(ClientError::StorageUnreadable)?;
        ClaimEnvelope::from_bytes(&bytes).map_err(|_| ClientError::StorageUnreadable)
    }

    /// Forgets a claim that the server has answered for good.
    ///
    /// # Errors
    /// [`ClientError::StorageUnreadable`].
    pub fn forget(&self, waiting: &Waiting) -> Result<(), ClientError> {
        self.folder.remove(&waiting.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_wait_in_order_and_a_damaged_one_does_not_hide_the_others() {
        let temp = tempfile::tempdir().unwrap();
        let open = || Outbox::new(SealedFolder::open(temp.path(), &[1; 32]).unwrap());
        let outbox = open();
        let ids = [ClaimId::random(), ClaimId::random(), ClaimId::random()];
        let envelope = |n: usize| ClaimEnvelope::new(vec![n as u8], vec![vec![9; 100]]);
        for (n, sequence) in [(0, 11), (1, 2), (2, 100)] {
            outbox.keep(ids[n], sequence, &envelope(n)).unwrap();
        }
        outbox.keep(ids[0], 11, &envelope(0)).unwrap();

        // As after a restart of the app.
        let outbox = open();
        let waiting = outbox.waiting().unwrap();
        let order: Vec<ClaimId> = waiting.iter().map(|waiting| waiting.claim_id).collect();
        assert_eq!(order, [ids[1], ids[0], ids[2]]);
        std::fs::write(temp.path().join(&waiting[0].name), b"damaged").unwrap();
        assert_eq!(
            outbox.open(&waiting[0]).unwrap_err(),
            ClientError::StorageUnreadable
        );
        assert_eq!(outbox.open(&waiting[1]).unwrap(), envelope(0));
        outbox.forget(&waiting[1]).unwrap();
        assert_eq!(outbox.waiting().unwrap().len(), 2);
    }
}
