//! Whose signatures count: the verifier keys (`vkey`) of a log and of a witness.

use super::LogError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use signed_note::{StandardVerifier, Verifier, is_key_name_valid, key_id};

/// Signature type of a log's Ed25519 key (c2sp.org/signed-note).
const ED25519: u8 = 0x01;
/// Signature type of a witness's Ed25519 key (c2sp.org/tlog-cosignature).
pub(super) const COSIGNATURE: u8 = 0x04;

/// The public key of a log: Ed25519, named as the log.
#[derive(Clone)]
pub struct LogKey {
    verifier: StandardVerifier,
    public: [u8; 32],
}

impl LogKey {
    /// Reads a verifier key, `name+hash+base64` with signature type 0x01. White space around it
    /// does not count, as it comes from a file.
    ///
    /// # Errors
    /// [`LogError::Malformed`].
    pub fn parse(vkey: &str) -> Result<Self, LogError> {
        let (_, public) = parts(vkey.trim(), ED25519)?;
        let verifier = StandardVerifier::new(vkey.trim()).map_err(|_| MALFORMED)?;
        Ok(Self { verifier, public })
    }

    /// The log's name, as it stands in the first line of its checkpoints.
    pub fn origin(&self) -> &str {
        self.verifier.name()
    }

    pub(super) fn verifier(&self) -> StandardVerifier {
        self.verifier.clone()
    }

    pub(super) fn public(&self) -> &[u8; 32] {
        &self.public
    }
}

/// The public key of a witness: Ed25519, for cosignatures.
#[derive(Clone, PartialEq, Eq)]
pub struct WitnessKey {
    name: String,
    id: u32,
    key: VerifyingKey,
}

impl WitnessKey {
    /// Reads a verifier key, `name+hash+base64` with signature type 0x04.
    ///
    /// # Errors
    /// [`LogError::Malformed`].
    pub fn parse(vkey: &str) -> Result<Self, LogError> {
        let (name, public) = parts(vkey.trim(), COSIGNATURE)?;
        let key = VerifyingKey::from_bytes(&public).map_err(|_| MALFORMED)?;
        Ok(Self::new(name, key))
    }

    pub(super) fn new(name: &str, key: VerifyingKey) -> Self {
        Self {
            name: name.to_owned(),
            id: key_id(name, &typed(&key)),
            key,
        }
    }

    /// The witness's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The verifier key as text.
    pub fn vkey(&self) -> String {
        let key = STANDARD.encode(typed(&self.key));
        format!("{}+{:08x}+{key}", self.name, self.id)
    }

    pub(super) fn id(&self) -> u32 {
        self.id
    }

    pub(super) fn key(&self) -> &VerifyingKey {
        &self.key
    }
}

const MALFORMED: LogError = LogError::Malformed("the verifier key");

fn typed(key: &VerifyingKey) -> Vec<u8> {
    [&[COSIGNATURE], key.as_bytes().as_slice()].concat()
}

/// Name and public key of a verifier key of that signature type.
fn parts(vkey: &str, kind: u8) -> Result<(&str, [u8; 32]), LogError> {
    let (name, rest) = vkey.split_once('+').ok_or(MALFORMED)?;
    let (id, key) = rest.split_once('+').ok_or(MALFORMED)?;
    let key = STANDARD.decode(key).map_err(|_| MALFORMED)?;
    let fits = is_key_name_valid(name)
        && key.first() == Some(&kind)
        && id == format!("{:08x}", key_id(name, &key));
    if !fits {
        return Err(MALFORMED);
    }
    let public = key[1..].try_into().map_err(|_| MALFORMED)?;
    Ok((name, public))
}

/// A key shows itself as text: it is public.
macro_rules! shown_by_name {
    ($($key:ident, $name:ident);*) => {$(
        impl std::fmt::Debug for $key {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($key), "({})"), self.$name())
            }
        }
    )*};
}

shown_by_name!(LogKey, origin; WitnessKey, name);
