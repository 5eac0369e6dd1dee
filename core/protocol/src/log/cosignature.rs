//! Cosignatures of witnesses (c2sp.org/tlog-cosignature), Ed25519.

use super::keys::COSIGNATURE;
use super::{LogError, WitnessKey};
use crate::random_bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use signed_note::{Signature, Verifier, is_key_name_valid};
use zeroize::Zeroizing;

/// A cosignature that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// The witness's name.
    pub witness: String,
    /// When it looked, by its own clock, in seconds since 1970.
    pub at_s: u64,
}

/// A witness's signing key.
pub struct Cosigner {
    signing: SigningKey,
    public: WitnessKey,
}

impl Cosigner {
    /// Makes a key under a name: a URL without its scheme, by custom.
    ///
    /// # Errors
    /// [`LogError::Malformed`] for a name that is empty or has spaces or a plus.
    pub fn generate(name: &str) -> Result<Self, LogError> {
        let seed = Zeroizing::new(random_bytes::<32>());
        Self::new(name, &seed)
    }

    fn new(name: &str, seed: &[u8; 32]) -> Result<Self, LogError> {
        if !is_key_name_valid(name) {
            return Err(LogError::Malformed("the name of a key"));
        }
        let signing = SigningKey::from_bytes(seed);
        let public = WitnessKey::new(name, signing.verifying_key());
        Ok(Self { signing, public })
    }

    /// Reads the text that [`to_text`](Self::to_text) gives.
    ///
    /// # Errors
    /// [`LogError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, LogError> {
        let malformed = LogError::Malformed("the witness's key");
        let parts = text
            .trim()
            .strip_prefix("PRIVATE+KEY+")
            .and_then(|rest| rest.split_once('+'))
            .and_then(|(name, rest)| Some((name, rest.split_once('+')?)));
        let Some((name, (id, key))) = parts else {
            return Err(malformed);
        };
        let key = STANDARD.decode(key).map(Zeroizing::new);
        let seed = key
            .as_ref()
            .ok()
            .and_then(|key| key.strip_prefix(&[COSIGNATURE]))
            .and_then(|seed| <&[u8; 32]>::try_from(seed).ok());
        let cosigner = Self::new(name, seed.ok_or(malformed.clone())?)?;
        if id == format!("{:08x}", cosigner.public.id()) {
            Ok(cosigner)
        } else {
            Err(malformed)
        }
    }

    /// The key as text, in the form that signed notes use for private keys: to be kept secret.
    pub fn to_text(&self) -> Zeroizing<String> {
        let typed = Zeroizing::new([&[COSIGNATURE], self.signing.as_bytes().as_slice()].concat());
        let key = Zeroizing::new(STANDARD.encode(&*typed));
        Zeroizing::new(format!(
            "PRIVATE+KEY+{}+{:08x}+{}\n",
            self.public.name(),
            self.public.id(),
            &*key
        ))
    }

    /// Its public half.
    pub fn public(&self) -> &WitnessKey {
        &self.public
    }

    /// Cosigns the text of a checkpoint at a time in seconds since 1970. Whether the checkpoint
    /// deserves it has to be settled before.
    pub(super) fn cosign(&self, text: &[u8], at_s: u64) -> Signature {
        let signature = self.signing.sign(&message(text, at_s)).to_bytes();
        let stamped = [at_s.to_be_bytes().as_slice(), &signature].concat();
        // Unwrap safety: the name was checked when the key was read or made.
        Signature::new(self.public.name().to_owned(), self.public.id(), stamped)
            .expect("a key has a valid name")
    }
}

impl std::fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cosigner({})", self.public.name())
    }
}

fn message(text: &[u8], at_s: u64) -> Vec<u8> {
    let mut message = format!("cosignature/v1\ntime {at_s}\n").into_bytes();
    message.extend_from_slice(text);
    message
}

/// The time that stands in a cosignature's bytes, and the signature behind it.
fn split(stamped: &[u8]) -> Option<(u64, [u8; 64])> {
    let (time, signature) = stamped.split_first_chunk::<8>()?;
    let at_s = u64::from_be_bytes(*time);
    (at_s < 1 << 63).then_some((at_s, signature.try_into().ok()?))
}

/// The time in a cosignature that was verified before.
pub(super) fn time(stamped: &[u8]) -> u64 {
    split(stamped).map_or(0, |(at_s, _)| at_s)
}

impl Verifier for WitnessKey {
    fn name(&self) -> &str {
        WitnessKey::name(self)
    }

    fn key_id(&self) -> u32 {
        self.id()
    }

    fn verify(&self, text: &[u8], stamped: &[u8]) -> bool {
        split(stamped).is_some_and(|(at_s, signature)| {
            let signature = ed25519_dalek::Signature::from_bytes(&signature);
            let message = message(text, at_s);
            self.key().verify_strict(&message, &signature).is_ok()
        })
    }
}
