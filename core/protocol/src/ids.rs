//! Newtypes for everything that names something: random 128-bit ids, digests, agency names.

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A text that is not an id, digest or name of the expected form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {0}")]
pub struct InvalidId(pub &'static str);

/// Fresh random bytes from the operating system.
///
/// # Panics
/// When the operating system has no randomness to give: nothing safe can be done then.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the operating system gives random bytes");
    bytes
}

/// A fixed number of bytes, written as lower-case hex in text and as a byte string in CBOR.
macro_rules! fixed_bytes {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode)]
        #[cbor(transparent)]
        pub struct $name(#[n(0)] ByteArray<$len>);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;

            /// From its bytes.
            pub fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(ByteArray::from(bytes))
            }

            /// Its bytes.
            pub fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }

            /// From bytes of unknown length.
            ///
            /// # Errors
            /// When the length differs.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, InvalidId> {
                let bytes = bytes.try_into().map_err(|_| InvalidId(stringify!($name)))?;
                Ok(Self::from_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.as_bytes()))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let mut bytes = [0; $len];
                hex::decode_to_slice(text, &mut bytes)
                    .map_err(|_| InvalidId(stringify!($name)))?;
                Ok(Self::from_bytes(bytes))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
                String::deserialize(de)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

macro_rules! random_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        fixed_bytes!($(#[$doc])* $name, 16);

        impl $name {
            /// A new random id.
            pub fn random() -> Self {
                Self::from_bytes(random_bytes())
            }
        }
    )*};
}

random_ids! {
    /// A person, by a random number that says nothing about them.
    PersonRef;
    /// A device bound (or waiting to be bound) to one person.
    DeviceId;
    /// A challenge.
    ChallengeId;
    /// A claim; the device chooses it once, a retry carries the same.
    ClaimId;
    /// Names a clerk's visit to a person.
    VisitId;
    /// A receipt.
    ReceiptId;
    /// A consent on record.
    ConsentId;
}

fixed_bytes!(
    /// A SHA-256 digest: of a key frame, a payload, a model file, a manifest.
    Digest, 32
);
fixed_bytes!(
    /// A key's name: SHA-256 of its uncompressed SEC1 point.
    KeyId, 32
);
fixed_bytes!(
    /// An evidence key's name: SHA-256 of its X25519 public bytes.
    EvidenceKeyId, 32
);
fixed_bytes!(
    /// A server nonce.
    Nonce, 32
);
fixed_bytes!(
    /// The salt of a commitment.
    Salt, 32
);

impl Digest {
    /// SHA-256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
        // Unwrap safety: SHA-256 has 32 bytes.
        Self::from_slice(digest.as_ref()).unwrap()
    }
}

impl Nonce {
    /// A new random nonce.
    pub fn random() -> Self {
        Self::from_bytes(random_bytes())
    }
}

impl Salt {
    /// A new random salt.
    pub fn random() -> Self {
        Self::from_bytes(random_bytes())
    }
}

/// An agency: 1 to 32 of `a-z`, `0-9` and `-`, starting with a letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AgencyId(String);

impl AgencyId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AgencyId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let fits = (1..=32).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId("agency"))
        }
    }
}

impl TryFrom<String> for AgencyId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<AgencyId> for String {
    fn from(agency: AgencyId) -> String {
        agency.0
    }
}

impl fmt::Display for AgencyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<C> Encode<C> for AgencyId {
    fn encode<W: minicbor::encode::Write>(
        &self,
        encoder: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        encoder.str(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for AgencyId {
    fn decode(
        decoder: &mut minicbor::Decoder<'b>,
        _: &mut C,
    ) -> Result<Self, minicbor::decode::Error> {
        decoder
            .str()?
            .parse()
            .map_err(|_| minicbor::decode::Error::message("not an agency"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_from_text_and_refuse_other_lengths() {
        let person = PersonRef::random();
        assert_eq!(person.to_string().parse(), Ok(person));
        assert_eq!("abcd".parse::<PersonRef>(), Err(InvalidId("PersonRef")));
        assert_eq!(Digest::from_slice(&[0; 31]), Err(InvalidId("Digest")));
        assert_ne!(PersonRef::random(), person);
    }

    #[test]
    fn agencies_are_plain_names() {
        assert!("quanzhou-2015".parse::<AgencyId>().is_ok());
        for bad in ["", "Quanzhou", "1st", "a b", "a_b", &"a".repeat(33)] {
            assert!(bad.parse::<AgencyId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_digest_is_sha_256() {
        assert_eq!(
            Digest::of(b"abc").to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
