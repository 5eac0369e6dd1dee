//! The list of an agency's keys, signed by a root that is kept offline: which key may sign
//! challenges and receipts, and when.

use crate::canonical::Message;
use crate::{
    AgencyId, ErrorCode, KeyId, PublicKey, Receipt, Signed, SigningError, SoftwareKey, WIRE_VERSION,
};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What a listed key may sign.
    KeyPurpose {
        /// Challenges and receipts.
        ChallengeAndReceipt = 1, "challenge+receipt";
    }
}

/// The keys of an agency. Times are milliseconds since 1970 (UTC).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct KeyList {
    /// Wire version.
    #[n(0)]
    pub version: u8,
    /// Whose keys.
    #[n(1)]
    pub agency: AgencyId,
    /// The root that signs this list: SEC1 point. Whoever knows the root's name needs no more.
    #[n(2)]
    pub root: ByteVec,
    /// Counts up; a list never takes the place of one with a higher number.
    #[n(3)]
    pub sequence: u64,
    /// When it was put together.
    #[n(4)]
    pub issued_at_ms: u64,
    /// The keys, former ones too: what they signed in their time stays good.
    #[n(5)]
    pub keys: Vec<ListedKey>,
}

/// A key of a list.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ListedKey {
    /// Its name.
    #[n(0)]
    pub key: KeyId,
    /// SEC1 point.
    #[n(1)]
    pub public_key: ByteVec,
    /// What it may sign.
    #[n(2)]
    pub purpose: KeyPurpose,
    /// From when on it counts.
    #[n(3)]
    pub valid_from_ms: u64,
    /// Until before when it counts; open while absent.
    #[n(4)]
    pub valid_to_ms: Option<u64>,
}

impl Message for KeyList {
    const DOMAIN: &'static str = "lifecert/key-list";

    fn version(&self) -> u8 {
        self.version
    }

    /// A key's name is that of its point.
    fn fits_version(&self) -> bool {
        let fits = |key: &ListedKey| key.public().is_some_and(|public| public.id() == key.key);
        self.keys.iter().all(fits)
    }
}

impl ListedKey {
    /// Lists a key for challenges and receipts.
    pub fn new(public: &PublicKey, valid_from_ms: u64, valid_to_ms: Option<u64>) -> Self {
        Self {
            key: public.id(),
            public_key: public.as_sec1().to_vec().into(),
            purpose: KeyPurpose::ChallengeAndReceipt,
            valid_from_ms,
            valid_to_ms,
        }
    }

    /// Whether it counts at a time.
    pub fn counts_at(&self, at_ms: u64) -> bool {
        self.valid_from_ms <= at_ms && self.valid_to_ms.is_none_or(|to_ms| at_ms < to_ms)
    }

    /// The key itself; a list that was verified has no other.
    pub fn public(&self) -> Option<PublicKey> {
        PublicKey::from_sec1(&self.public_key).ok()
    }
}

impl KeyList {
    /// Signs these keys with the root; gives the COSE_Sign1 bytes.
    ///
    /// # Errors
    /// [`SigningError`].
    pub fn sign(
        agency: AgencyId,
        keys: Vec<ListedKey>,
        (sequence, issued_at_ms): (u64, u64),
        root: &SoftwareKey,
    ) -> Result<Vec<u8>, SigningError> {
        let list = Self {
            version: WIRE_VERSION,
            agency,
            root: root.public().as_sec1().to_vec().into(),
            sequence,
            issued_at_ms,
            keys,
        };
        if !list.fits_version() {
            return Err(SigningError::Key);
        }
        root.sign_message(&list)
    }

    /// Reads a list that the root with that name has signed.
    ///
    /// # Errors
    /// [`SigningError`], each kind: another root signed it, it was changed, or a key's name is not
    /// that of its point.
    pub fn verify(bytes: &[u8], root: KeyId) -> Result<Self, SigningError> {
        let signed = Signed::read(bytes)?;
        let claimed: Self = signed.peek()?;
        let public = PublicKey::from_sec1(&claimed.root)?;
        if public.id() != root {
            return Err(SigningError::Signature);
        }
        signed.verify(&public)
    }

    /// Reads a list without a look at its signature: for showing it, never for a decision.
    ///
    /// # Errors
    /// [`SigningError::Envelope`] or [`SigningError::Payload`].
    pub fn peek(bytes: &[u8]) -> Result<Self, SigningError> {
        Signed::read(bytes)?.peek()
    }

    /// The key with that name, if it counts at a time.
    pub fn key_at(&self, key: KeyId, at_ms: u64) -> Option<PublicKey> {
        self.listed_at(key, at_ms)?.public()
    }

    /// The same as it is listed.
    pub fn listed_at(&self, key: KeyId, at_ms: u64) -> Option<&ListedKey> {
        let mut keys = self.keys.iter();
        keys.find(|listed| listed.key == key && listed.counts_at(at_ms))
    }
}

/// Verifies a receipt's COSE_Sign1 bytes with a list of the agency's keys: the key that signed it
/// must have counted when the claim was received.
///
/// # Errors
/// [`ErrorCode::ReceiptInvalid`] when it is not genuine, of another agency, or of a key that did
/// not count at its time; [`ErrorCode::ReceiptExpired`] when it no longer counts at `now_ms`.
pub fn verify_receipt_by_list(
    bytes: &[u8],
    list: &KeyList,
    now_ms: u64,
) -> Result<Receipt, ErrorCode> {
    let invalid = |_| ErrorCode::ReceiptInvalid;
    let signed = Signed::read(bytes).map_err(invalid)?;
    let claimed: Receipt = signed.peek().map_err(invalid)?;
    let key = list
        .key_at(signed.signer(), claimed.signed_at_ms())
        .filter(|_| claimed.agency == list.agency)
        .ok_or(ErrorCode::ReceiptInvalid)?;
    crate::verify_receipt(bytes, &key, now_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Assurance, Channel, ClaimId, Digest, Modality, PersonRef, ReceiptId, random_bytes,
    };

    fn key() -> SoftwareKey {
        SoftwareKey::generate().unwrap().0
    }

    fn agency() -> AgencyId {
        "quanzhou".parse().unwrap()
    }

    fn receipt(agency: AgencyId, proved_to_ms: u64) -> Receipt {
        Receipt {
            version: WIRE_VERSION,
            receipt_id: ReceiptId::random(),
            person: PersonRef::random(),
            agency,
            modality: Modality::Face,
            channel: Channel::Home,
            assurance: Assurance::None,
            recomputed: None,
            proved_from_ms: 1,
            proved_to_ms,
            valid_until_ms: 9_000,
            claim_id: ClaimId::random(),
            claim_digest: Digest::of(b"claim"),
            device_key: KeyId::from_bytes(random_bytes()),
            policy: "default".into(),
            identity: Digest::of(b"identity"),
            enrolment_index: None,
            binding_index: None,
            decided_at_ms: None,
        }
    }

    #[test]
    fn a_receipt_counts_by_the_key_of_its_time() {
        let (root, old, new) = (key(), key(), key());
        let keys = vec![
            ListedKey::new(old.public(), 0, Some(100)),
            ListedKey::new(new.public(), 100, None),
        ];
        let signed = KeyList::sign(agency(), keys, (3, 50), &root).unwrap();
        let list = KeyList::verify(&signed, root.public().id()).unwrap();
        assert_eq!((list.sequence, list.keys.len()), (3, 2));
        assert_eq!(KeyList::peek(&signed), Ok(list.clone()));
        let verified = |signer: &SoftwareKey, agency, at_ms, now_ms| {
            let bytes = signer.sign_message(&receipt(agency, at_ms)).unwrap();
            verify_receipt_by_list(&bytes, &list, now_ms).map(|receipt| receipt.proved_to_ms)
        };
        assert_eq!(verified(&old, agency(), 99, 200), Ok(99));
        assert_eq!(verified(&new, agency(), 100, 200), Ok(100));
        assert_eq!(verified(&new, agency(), 8_000, 200), Ok(8_000));
        for (signer, agency, at_ms) in [
            (&old, agency(), 100),
            (&new, agency(), 99),
            (&root, agency(), 100),
            (&key(), agency(), 100),
            (&old, "lingui".parse().unwrap(), 50),
        ] {
            let refused = verified(signer, agency, at_ms, 200);
            assert_eq!(refused, Err(ErrorCode::ReceiptInvalid));
        }
        let late = verified(&old, agency(), 50, 9_001);
        assert_eq!(late, Err(ErrorCode::ReceiptExpired));
    }

    #[test]
    fn a_list_counts_only_as_its_root_signed_it() {
        let (root, signing) = (key(), key());
        let keys = vec![ListedKey::new(signing.public(), 0, None)];
        let signed = KeyList::sign(agency(), keys.clone(), (1, 50), &root).unwrap();
        for at in 0..signed.len() {
            let mut changed = signed.clone();
            changed[at] ^= 1;
            assert!(
                KeyList::verify(&changed, root.public().id()).is_err(),
                "{at}"
            );
        }
        // A list that a listed key signs for itself, and one that says the root is another.
        let own = KeyList::sign(agency(), keys.clone(), (2, 50), &signing).unwrap();
        assert!(KeyList::verify(&own, root.public().id()).is_err());
        let mut lie = KeyList::peek(&signed).unwrap();
        lie.sequence = 2;
        let lie = signing.sign_message(&lie).unwrap();
        assert!(KeyList::verify(&lie, root.public().id()).is_err());
        assert!(KeyList::verify(&lie, signing.public().id()).is_err());
        // A key under another's name.
        let mut wrong = keys;
        wrong[0].key = root.public().id();
        assert!(KeyList::sign(agency(), wrong, (1, 50), &root).is_err());
    }
}
