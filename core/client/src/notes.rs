//! What a phone remembers of somebody besides the binding: the name that the family chose, and where
//! they stood when the office was last asked. Both lie sealed beside the binding and go with it.

use crate::{ClientError, Device};
use lifecert_protocol::http::StatusAnswer;
use lifecert_protocol::{ErrorCode, KeyId};
use zeroize::Zeroizing;

const NAME: &str = ".name";
const STATUS: &str = ".status";

/// The longest name, in bytes.
const MOST_NAME_BYTES: usize = 200;

impl Device {
    /// Remembers the name that the family chose for a person; an empty one is forgotten.
    ///
    /// # Errors
    /// [`ErrorCode::RequestTooLarge`], or a storage error.
    pub fn keep_name(&self, key: KeyId, name: &str) -> Result<(), ClientError> {
        let file = format!("{key}{NAME}");
        match name.trim() {
            "" => self.bindings.remove(&file),
            name if name.len() > MOST_NAME_BYTES => Err(ClientError::Problem {
                code: ErrorCode::RequestTooLarge,
                retry_after_s: None,
            }),
            name => self.bindings.write(&file, name.as_bytes()),
        }
    }

    /// The name that the family chose.
    ///
    /// # Errors
    /// A storage error.
    pub fn name(&self, key: KeyId) -> Result<Option<Zeroizing<String>>, ClientError> {
        let Some(bytes) = self.bindings.read(&format!("{key}{NAME}"))? else {
            return Ok(None);
        };
        let name = String::from_utf8(bytes.to_vec());
        name.map(|name| Some(Zeroizing::new(name)))
            .map_err(|_| ClientError::StorageUnreadable)
    }

    pub(crate) fn keep_status(&self, key: KeyId, status: &StatusAnswer) -> Result<(), ClientError> {
        // Unwrap safety: numbers and texts are always JSON.
        let bytes = serde_json::to_vec(status).unwrap();
        self.bindings.write(&format!("{key}{STATUS}"), &bytes)
    }

    /// Where a person stood when the office was last asked; nothing before that.
    ///
    /// # Errors
    /// A storage error.
    pub fn known_status(&self, key: KeyId) -> Result<Option<StatusAnswer>, ClientError> {
        let bytes = self.bindings.read(&format!("{key}{STATUS}"))?;
        // One of an older app that cannot be read any more is asked for again.
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    pub(crate) fn forget_notes(&self, key: KeyId) -> Result<(), ClientError> {
        self.bindings.remove(&format!("{key}{NAME}"))?;
        self.bindings.remove(&format!("{key}{STATUS}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StorageKey;

    #[test]
    fn a_name_is_remembered_until_its_person_goes() {
        let folder = tempfile::tempdir().unwrap();
        let device = Device::open(folder.path(), StorageKey::from_bytes([7; 32])).unwrap();
        let key = KeyId::from_bytes([2; 32]);
        assert_eq!(device.name(key), Ok(None));
        device.keep_name(key, " 奶奶 ").unwrap();
        assert_eq!(device.name(key).unwrap().unwrap().as_str(), "奶奶");
        let long = device.keep_name(key, &"a".repeat(201)).unwrap_err();
        assert_eq!(long.code(), ErrorCode::RequestTooLarge);
        device.keep_name(key, " ").unwrap();
        assert_eq!(device.name(key), Ok(None));
        device.keep_name(key, "奶奶").unwrap();
        device.forget(key).unwrap();
        assert_eq!(device.name(key), Ok(None));
    }
}
