//! Whom a device believes: the agency that it met with its letter, and the keys that this agency's
//! offline root lists.

use crate::ClientError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::{AgencyId, ErrorCode, KeyId, KeyList, Message, PublicKey, Receipt, Signed};
use serde::{Deserialize, Serialize};

/// Whom a device believes: the first agency it met with its letter, and no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinned {
    /// The agency.
    pub agency: AgencyId,
    /// The server's name, as it stands in challenges.
    pub server: String,
    /// The agency's key for challenges and receipts when it was met.
    pub key: PublicKey,
    /// The offline root that lists the agency's keys, where the letter names it. Without one, no
    /// key but the first is believed.
    pub root: Option<KeyId>,
    /// The newest list of that root. Once there is one it alone says which key counts when.
    pub list: Option<ListOfKeys>,
}

/// A list of keys that a root has signed, and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListOfKeys {
    signed: Vec<u8>,
    list: KeyList,
}

impl ListOfKeys {
    /// Reads a list of this root about this agency.
    ///
    /// # Errors
    /// [`ClientError::Untrusted`] when it is not one.
    pub fn read(signed: &[u8], root: KeyId, agency: &AgencyId) -> Result<Self, ClientError> {
        let list = KeyList::verify(signed, root).map_err(|_| ClientError::Untrusted)?;
        match list.agency == *agency {
            true => Ok(Self {
                signed: signed.to_vec(),
                list,
            }),
            false => Err(ClientError::Untrusted),
        }
    }

    /// Its COSE_Sign1 bytes.
    pub fn signed(&self) -> &[u8] {
        &self.signed
    }

    /// The list.
    pub fn list(&self) -> &KeyList {
        &self.list
    }
}

impl Pinned {
    /// The key with that name, if it counts at a time (milliseconds since 1970).
    pub fn key_at(&self, key: KeyId, at_ms: u64) -> Option<PublicKey> {
        match &self.list {
            Some(known) => known.list.key_at(key, at_ms),
            None => (key == self.key.id()).then(|| self.key.clone()),
        }
    }

    /// Whether a key of that name was ever heard of.
    pub(crate) fn knows(&self, key: KeyId) -> bool {
        match &self.list {
            Some(known) => known.list.keys.iter().any(|listed| listed.key == key),
            None => key == self.key.id(),
        }
    }

    /// The number of the newest list; 0 where there is none.
    pub(crate) fn list_number(&self) -> u64 {
        self.list.as_ref().map_or(0, |known| known.list.sequence)
    }

    /// Takes a list in the place of an older one. One that is older than the known one is left: a
    /// server that was put back, or a proxy, takes no key's end back.
    pub(crate) fn take(&mut self, list: ListOfKeys) {
        if list.list.sequence > self.list_number() {
            self.list = Some(list);
        }
    }

    /// A message of the agency, signed by a key that counted at the time that the message names.
    ///
    /// # Errors
    /// [`ClientError::Untrusted`].
    pub fn verify<T: Message>(
        &self,
        signed: &[u8],
        at_ms: impl Fn(&T) -> u64,
    ) -> Result<T, ClientError> {
        let verified = || {
            let signed = Signed::read(signed).ok()?;
            let claimed: T = signed.peek().ok()?;
            let key = self.key_at(signed.signer(), at_ms(&claimed))?;
            signed.verify(&key).ok()
        };
        verified().ok_or(ClientError::Untrusted)
    }

    /// A receipt of the agency. Whether it is past its time is not asked: this device's clock may
    /// be wrong.
    ///
    /// # Errors
    /// [`ErrorCode::ReceiptInvalid`].
    pub fn verify_receipt(&self, receipt: &[u8]) -> Result<Receipt, ErrorCode> {
        self.verify(receipt, |receipt: &Receipt| receipt.signed_at_ms())
            .ok()
            .filter(|receipt| receipt.agency == self.agency)
            .ok_or(ErrorCode::ReceiptInvalid)
    }
}

/// The same as it is stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredPinned {
    agency: AgencyId,
    server: String,
    agency_key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    root: Option<KeyId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keys: Option<String>,
}

impl StoredPinned {
    pub(crate) fn new(pinned: &Pinned) -> Self {
        let list = pinned.list.as_ref();
        Self {
            agency: pinned.agency.clone(),
            server: pinned.server.clone(),
            agency_key: URL_SAFE_NO_PAD.encode(pinned.key.as_sec1()),
            root: pinned.root,
            keys: list.map(|known| URL_SAFE_NO_PAD.encode(known.signed())),
        }
    }

    pub(crate) fn read(&self) -> Result<Pinned, ClientError> {
        let bytes = |text: &str| {
            let read = URL_SAFE_NO_PAD.decode(text);
            read.map_err(|_| ClientError::StorageUnreadable)
        };
        let key = PublicKey::from_sec1(&bytes(&self.agency_key)?);
        let list = match (&self.keys, self.root) {
            (Some(keys), Some(root)) => {
                let list = ListOfKeys::read(&bytes(keys)?, root, &self.agency);
                Some(list.map_err(|_| ClientError::StorageUnreadable)?)
            }
            _ => None,
        };
        Ok(Pinned {
            agency: self.agency.clone(),
            server: self.server.clone(),
            key: key.map_err(|_| ClientError::StorageUnreadable)?,
            root: self.root,
            list,
        })
    }
}
