//! A person bound to this device, as it is known and as it is stored.

use crate::pinned::StoredPinned;
use crate::{ClientError, Pinned};
use lifecert_protocol::{DeviceId, KeyId, PersonRef};
use serde::{Deserialize, Serialize};

/// A person bound to this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The person.
    pub person: PersonRef,
    /// This device, as the agency calls it for this person.
    pub device: DeviceId,
    /// The key for this (device, person).
    pub key: KeyId,
    /// The server's address.
    pub address: String,
    /// Whom this device believes about this person.
    pub pinned: Pinned,
}

/// A binding that waits until the person's other device, or a clerk, lets this one in. Whose it is
/// the device has not been told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingBinding {
    /// This device, as the agency calls it.
    pub device: DeviceId,
    /// The key.
    pub key: KeyId,
    /// The server's address.
    pub address: String,
    /// Whom this device believes.
    pub pinned: Pinned,
}

impl PendingBinding {
    /// The binding that it is, if the person is who the holder says.
    pub fn of(self, person: PersonRef) -> Binding {
        Binding {
            person,
            device: self.device,
            key: self.key,
            address: self.address,
            pinned: self.pinned,
        }
    }
}

/// A binding as it is stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct Stored {
    person: Option<PersonRef>,
    device: DeviceId,
    pub(crate) key: KeyId,
    address: String,
    #[serde(flatten)]
    pinned: StoredPinned,
}

impl Stored {
    pub(crate) fn new(
        person: Option<PersonRef>,
        device: DeviceId,
        key: KeyId,
        address: &str,
        pinned: &Pinned,
    ) -> Self {
        Self {
            person,
            device,
            key,
            address: address.to_owned(),
            pinned: StoredPinned::new(pinned),
        }
    }

    pub(crate) fn with_newer_list(&self, before: &Self) -> Result<Self, ClientError> {
        let (mut pinned, known) = (self.pinned.read()?, before.pinned.read()?);
        if let Some(list) = known.list.filter(|_| known.root == pinned.root) {
            pinned.take(list);
        }
        let address = &self.address;
        Ok(Self::new(
            self.person,
            self.device,
            self.key,
            address,
            &pinned,
        ))
    }

    pub(crate) fn read(self) -> Result<(Option<PersonRef>, PendingBinding), ClientError> {
        let pending = PendingBinding {
            device: self.device,
            key: self.key,
            address: self.address,
            pinned: self.pinned.read()?,
        };
        Ok((self.person, pending))
    }
}
