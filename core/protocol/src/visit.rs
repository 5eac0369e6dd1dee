//! What a clerk brings home from a visit: pictures to model a face from and a photo of the signed
//! form, under HPKE (RFC 9180) to the agency's evidence key. It is sealed at the bedside, where
//! there may be no network, and neither the phone that carries it nor the server that takes it can
//! look into it.
//!
//! Its own text stands in HPKE's `info`, the header in the associated data: it opens as nothing
//! else, for nobody else.

use crate::canonical::{self, DecodeError, WIRE_VERSION};
use crate::policy::{MAX_KEY_FRAME_BYTES, MAX_KEY_FRAMES};
use crate::{
    AgencyId, EvidenceError, EvidenceKey, EvidenceKeyId, EvidenceOpener, PersonRef, VisitId,
};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

/// HPKE's `info`.
const INFO: &[u8] = b"lifecert/visit";

/// The most bytes of a photo of a form.
const MAX_FORM_BYTES: usize = 3 * 1024 * 1024;

/// The most bytes of a member of staff's id.
const MAX_STAFF_BYTES: usize = 64;

vocabulary! {
    /// What a clerk is to do at somebody's home, besides having the form signed.
    VisitWork {
        /// To model the face, which nobody has yet.
        Model = 1, "model";
        /// To certify by the face with the person's phone or the clerk's.
        Certify = 2, "certify";
        /// The form alone: the person had their face erased.
        Form = 3, "form";
    }
}

/// Which visit it is, in the associated data.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct VisitHeader {
    /// The agency.
    #[n(0)]
    pub agency: AgencyId,
    /// The server.
    #[n(1)]
    pub server: String,
    /// The visit; sent again, it is the same.
    #[n(2)]
    pub visit: VisitId,
    /// Who was visited.
    #[n(3)]
    pub person: PersonRef,
    /// The id of the member of staff who was there.
    #[n(4)]
    pub staff: String,
}

/// What is sealed. It is face data and more: it has no readable `Debug` and is zeroised when
/// dropped.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Visit {
    /// Who was visited.
    #[n(0)]
    pub person: PersonRef,
    /// When it was over, by the clerk's device, milliseconds since 1970.
    #[n(1)]
    pub done_at_ms: u64,
    /// Faces cut out of pictures (JPEG or PNG) to model the person from; at most five, none where
    /// nobody is to be modelled.
    #[n(2)]
    pub pictures: Vec<ByteVec>,
    /// A photo of the signed form (JPEG or PNG).
    #[n(3)]
    #[cbor(skip_if = "Option::is_none")]
    pub form: Option<ByteVec>,
}

impl Visit {
    /// The most bytes that its encoding has.
    pub const MAX_BYTES: usize = MAX_KEY_FRAMES * (MAX_KEY_FRAME_BYTES + 8) + MAX_FORM_BYTES + 128;

    fn checked(self) -> Result<Self, DecodeError> {
        let mut pictures = self.pictures.iter();
        let within = self.pictures.len() <= MAX_KEY_FRAMES
            && pictures.all(|picture| picture.len() <= MAX_KEY_FRAME_BYTES)
            && self
                .form
                .as_ref()
                .is_none_or(|form| form.len() <= MAX_FORM_BYTES)
            && !(self.pictures.is_empty() && self.form.is_none());
        if within {
            Ok(self)
        } else {
            Err(DecodeError::Shape)
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        for bytes in self.pictures.iter_mut().chain(&mut self.form) {
            bytes.as_mut_slice().zeroize();
        }
    }
}

impl std::fmt::Debug for Visit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Visit({} pictures)", self.pictures.len())
    }
}

/// A visit under seal.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SealedVisit {
    /// Wire version.
    #[n(0)]
    pub version: u8,
    /// The agency's key that it is sealed to.
    #[n(1)]
    pub key: EvidenceKeyId,
    /// Which visit it is.
    #[n(2)]
    pub header: VisitHeader,
    /// HPKE's encapsulated key.
    #[n(3)]
    pub encapsulated: ByteArray<32>,
    /// The ciphertext and its tag.
    #[n(4)]
    pub ciphertext: ByteVec,
}

impl SealedVisit {
    /// The most bytes that its encoding has: content, tag, header and what stands around them.
    pub const MAX_BYTES: usize = Visit::MAX_BYTES + 16 + 1024;

    /// Seals a visit to the agency's evidence key.
    ///
    /// # Errors
    /// [`EvidenceError::Key`] when that is none, [`EvidenceError::Content`] when there is more than
    /// the bounds allow, nothing at all, or another person in it than in the header.
    pub fn seal(
        visit: Visit,
        key: &EvidenceKey,
        header: VisitHeader,
    ) -> Result<Self, EvidenceError> {
        let visit = visit.checked()?;
        if visit.person != header.person || !is_bounded(&header) {
            return Err(EvidenceError::Content(DecodeError::Shape));
        }
        let plain = Zeroizing::new(canonical::encode(&visit));
        let (encapsulated, ciphertext) = key.seal(INFO, &canonical::encode(&header), &plain)?;
        Ok(Self {
            version: WIRE_VERSION,
            key: key.id(),
            header,
            encapsulated,
            ciphertext,
        })
    }

    /// Opens it.
    ///
    /// # Errors
    /// [`EvidenceError`], each kind.
    pub fn open(&self, opener: &EvidenceOpener) -> Result<Visit, EvidenceError> {
        if self.key != opener.id() {
            return Err(EvidenceError::OtherKey);
        }
        let sealed = (&self.encapsulated, self.ciphertext.as_slice());
        let plain = opener.open(sealed, INFO, &canonical::encode(&self.header))?;
        let visit: Visit = canonical::decode_plain(&plain)?;
        let visit = visit.checked()?;
        if visit.person == self.header.person {
            Ok(visit)
        } else {
            Err(EvidenceError::Sealed)
        }
    }

    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical::encode(self)
    }

    /// Reads canonical bytes within the bounds.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let sealed: Self = canonical::decode_plain(bytes)?;
        if sealed.version != WIRE_VERSION {
            return Err(DecodeError::Version(sealed.version));
        }
        if is_bounded(&sealed.header) && sealed.ciphertext.len() <= Visit::MAX_BYTES + 16 {
            Ok(sealed)
        } else {
            Err(DecodeError::Shape)
        }
    }
}

fn is_bounded(header: &VisitHeader) -> bool {
    header.server.len() <= 255 && header.staff.len() <= MAX_STAFF_BYTES
}

impl std::fmt::Debug for SealedVisit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedVisit({} bytes)", self.ciphertext.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> VisitHeader {
        VisitHeader {
            agency: "quanzhou".parse().unwrap(),
            server: "certify.quanzhou.example".into(),
            visit: VisitId::from_bytes([1; 16]),
            person: PersonRef::from_bytes([2; 16]),
            staff: "0a0b".into(),
        }
    }

    fn visit() -> Visit {
        Visit {
            person: header().person,
            done_at_ms: 1_795_492_800_000,
            pictures: vec![vec![7; 2_000].into(), vec![8; 1_000].into()],
            form: Some(vec![9; 3_000].into()),
        }
    }

    #[test]
    fn a_visit_opens_with_the_private_key_alone_and_as_itself() {
        let (opener, key, _) = EvidenceOpener::generate();
        let sealed = SealedVisit::seal(visit(), &key, header()).unwrap();
        let read = SealedVisit::from_bytes(&sealed.to_bytes()).unwrap();
        assert_eq!(read, sealed);
        assert_eq!(read.open(&opener), Ok(visit()));
        let (stranger, _, _) = EvidenceOpener::generate();
        assert_eq!(read.open(&stranger), Err(EvidenceError::OtherKey));
        let changed = [
            VisitHeader {
                agency: "xing-an".parse().unwrap(),
                ..header()
            },
            VisitHeader {
                server: "other".into(),
                ..header()
            },
            VisitHeader {
                visit: VisitId::random(),
                ..header()
            },
            VisitHeader {
                person: PersonRef::random(),
                ..header()
            },
            VisitHeader {
                staff: "0a0c".into(),
                ..header()
            },
        ];
        for header in changed {
            let other = SealedVisit {
                header,
                ..sealed.clone()
            };
            assert_eq!(other.open(&opener), Err(EvidenceError::Sealed));
        }
        let evidence = key.seal(b"lifecert/evidence/recheck", &[], b"no visit");
        let (encapsulated, ciphertext) = evidence.unwrap();
        let other = SealedVisit {
            encapsulated,
            ciphertext,
            ..sealed
        };
        assert_eq!(other.open(&opener), Err(EvidenceError::Sealed));
    }

    #[test]
    fn more_or_less_than_the_bounds_is_not_sealed() {
        let (_, key, _) = EvidenceOpener::generate();
        let pictures = |count, bytes| -> Vec<ByteVec> { vec![vec![1; bytes].into(); count] };
        let with = |pictures, form| Visit {
            person: header().person,
            done_at_ms: 1,
            pictures,
            form,
        };
        let seal = |visit: Visit| SealedVisit::seal(visit, &key, header());
        let largest = with(
            pictures(MAX_KEY_FRAMES, MAX_KEY_FRAME_BYTES),
            Some(vec![1; MAX_FORM_BYTES].into()),
        );
        let bytes = seal(largest).unwrap().to_bytes();
        assert!(bytes.len() <= SealedVisit::MAX_BYTES);
        assert!(SealedVisit::from_bytes(&bytes).is_ok());
        let bad = [
            with(Vec::new(), None),
            with(pictures(MAX_KEY_FRAMES + 1, 1), None),
            with(pictures(1, MAX_KEY_FRAME_BYTES + 1), None),
            with(Vec::new(), Some(vec![1; MAX_FORM_BYTES + 1].into())),
        ];
        for visit in bad {
            assert_eq!(seal(visit), Err(EvidenceError::Content(DecodeError::Shape)));
        }
        let mut another = visit();
        another.person = PersonRef::random();
        assert!(seal(another).is_err(), "another person than the header's");
        assert_eq!(format!("{:?}", visit()), "Visit(2 pictures)");
    }
}
