//! The sealed form of a column's value and of a wrapped key, and the blind index.
//!
//! ```text
//! 1 byte form (1) | 4 bytes key version, big endian | 12 bytes nonce | ciphertext | 16 bytes tag
//! ```
//!
//! ChaCha20-Poly1305 (RFC 8439) with a random nonce. A person's data key seals some dozens of
//! values in a lifetime and a sealing key some millions of keys, far below the 2^32 messages that
//! random nonces of 96 bits are good for (NIST SP 800-38D, 8.3). Agency, table, column and row are
//! authenticated with it, and so is the head, so that a ciphertext cannot be put into another
//! place.

use lifecert_protocol::{AgencyId, random_bytes};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use zeroize::Zeroizing;

const FORM: u8 = 1;
const HEAD_LEN: usize = 1 + 4;

/// What was sealed does not open: another key, another place, or changed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what was sealed does not open")]
pub struct NotOpened;

/// Where a value stands; a sealed value opens in its own place only.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Whose row.
    pub agency: &'a AgencyId,
    /// Its table.
    pub table: &'a str,
    /// Its column.
    pub column: &'a str,
    /// Its row, by the column that names it.
    pub row: &'a str,
}

impl Place<'_> {
    fn bound(&self, head: &[u8]) -> Vec<u8> {
        let texts = [self.agency.as_str(), self.table, self.column, self.row];
        let mut bytes = head.to_vec();
        bytes.extend(with_lengths(b"lifecert/sealed", &texts));
        bytes
    }
}

/// Texts, each with its length before it, so that no two lists of texts give the same bytes.
fn with_lengths(domain: &[u8], texts: &[&str]) -> Vec<u8> {
    let mut bytes = domain.to_vec();
    for text in texts {
        bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

/// A key that seals, with the version that stands in the head of what it sealed.
pub struct SealingKey {
    version: u32,
    key: LessSafeKey,
}

impl SealingKey {
    /// From its 32 bytes.
    ///
    /// # Errors
    /// [`NotOpened`] when they are no key.
    pub fn new(version: u32, key: &[u8; 32]) -> Result<Self, NotOpened> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, key).map_err(|_| NotOpened)?;
        Ok(Self {
            version,
            key: LessSafeKey::new(key),
        })
    }

    /// Its version.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Seals a value for its place.
    ///
    /// # Errors
    /// [`NotOpened`] when the value is too long for the cipher (256 GB).
    pub fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>, NotOpened> {
        let mut sealed = vec![FORM];
        sealed.extend_from_slice(&self.version.to_be_bytes());
        let bound = Aad::from(place.bound(&sealed));
        let nonce: [u8; NONCE_LEN] = random_bytes();
        sealed.extend_from_slice(&nonce);
        let mut text = Zeroizing::new(plain.to_vec());
        let tag = self
            .key
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), bound, &mut text)
            .map_err(|_| NotOpened)?;
        sealed.extend_from_slice(&text);
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what was sealed for that place.
    ///
    /// # Errors
    /// [`NotOpened`].
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        if key_version(sealed)? != self.version {
            return Err(NotOpened);
        }
        let (head, rest) = sealed.split_at_checked(HEAD_LEN).ok_or(NotOpened)?;
        let (nonce, text) = rest.split_first_chunk::<NONCE_LEN>().ok_or(NotOpened)?;
        let mut opened = Zeroizing::new(text.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let bound = Aad::from(place.bound(head));
        let len = self
            .key
            .open_in_place(nonce, bound, &mut opened)
            .map_err(|_| NotOpened)?
            .len();
        opened.truncate(len);
        Ok(opened)
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealingKey({}, ..)", self.version)
    }
}

/// The version of the key that something was sealed with.
///
/// # Errors
/// [`NotOpened`] when it has not the form.
pub fn key_version(sealed: &[u8]) -> Result<u32, NotOpened> {
    match sealed.split_first_chunk::<HEAD_LEN>() {
        Some(([FORM, version @ ..], _)) => Ok(u32::from_be_bytes(*version)),
        _ => Err(NotOpened),
    }
}

/// Finds an id number without holding it: HMAC-SHA-256 under a key of its own.
///
/// Numbers are few enough to be tried one by one by whoever has this key, so it is wrapped like the
/// sealing keys and never stands beside the database in the clear.
pub struct BlindIndex(hmac::Key);

impl BlindIndex {
    /// From its 32 bytes.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// What stands in the column for a number as [`IdNumber`](crate::id_number::IdNumber) writes
    /// it.
    pub fn of(&self, agency: &AgencyId, id_kind: &str, id_number: &str) -> Vec<u8> {
        let texts = [agency.as_str(), id_kind, id_number];
        let bytes = Zeroizing::new(with_lengths(b"lifecert/id-index", &texts));
        hmac::sign(&self.0, &bytes).as_ref().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_opens_in_its_own_place_under_its_own_key_only() {
        let (agency, other): (AgencyId, AgencyId) =
            ("quanzhou".parse().unwrap(), "lingui".parse().unwrap());
        let place = Place {
            agency: &agency,
            table: "person_identity",
            column: "name",
            row: "ab",
        };
        let key = SealingKey::new(3, &[1; 32]).unwrap();
        let sealed = key.seal(&place, b"value").unwrap();
        assert_eq!(key.open(&place, &sealed).unwrap().as_slice(), b"value");
        assert_eq!(key_version(&sealed), Ok(3));
        assert_ne!(sealed, key.seal(&place, b"value").unwrap());
        for elsewhere in [
            Place {
                agency: &other,
                ..place
            },
            Place {
                table: "person_identit",
                column: "yname",
                ..place
            },
            Place {
                column: "contact",
                ..place
            },
            Place { row: "ac", ..place },
        ] {
            assert_eq!(key.open(&elsewhere, &sealed), Err(NotOpened));
        }
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.open(&place, &changed), Err(NotOpened), "byte {at}");
            assert_eq!(key.open(&place, &sealed[..at]), Err(NotOpened));
        }
        for wrong in [
            SealingKey::new(3, &[2; 32]).unwrap(),
            SealingKey::new(4, &[1; 32]).unwrap(),
        ] {
            assert_eq!(wrong.open(&place, &sealed), Err(NotOpened));
        }
    }

    #[test]
    fn an_index_tells_agencies_kinds_numbers_and_keys_apart() {
        let agency: AgencyId = "quanzhou".parse().unwrap();
        let index = BlindIndex::new(&[1; 32]);
        let one = index.of(&agency, "passport", "E12345678");
        assert_eq!(one, index.of(&agency, "passport", "E12345678"));
        assert_eq!(one.len(), 32);
        let lingui = "lingui".parse().unwrap();
        for other in [
            index.of(&lingui, "passport", "E12345678"),
            index.of(&agency, "resident", "E12345678"),
            index.of(&agency, "passport", "E12345679"),
            index.of(&agency, "passportE", "12345678"),
            BlindIndex::new(&[2; 32]).of(&agency, "passport", "E12345678"),
        ] {
            assert_ne!(one, other);
        }
    }
}
