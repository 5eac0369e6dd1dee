//! A chain of certificates, from the one of a key to a configured root.
//!
//! Certificates of attestations are no TLS certificates (no names of hosts, critical statements of
//! their own), so the profile is written out here: every signature, every pair of names, every
//! validity, who may sign, how deep. Reading is left to `der` and `x509-cert`, signatures to
//! `ring`.

use super::roots::Root;
use der::asn1::{Any, BitString, ObjectIdentifier};
use der::{Decode, Encode, Sequence};
use lifecert_protocol::{AttestationReason, PublicKey};
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, UnparsedPublicKey,
    VerificationAlgorithm,
};
use x509_cert::TbsCertificate;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

const EC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const RSA_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const RSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");

/// A certificate in its three parts; the signed part as the very bytes that were signed.
#[derive(Sequence)]
struct Signed {
    part: Any,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
}

/// A certificate that was read; nothing of it is believed yet.
pub(super) struct Certificate {
    part_bytes: Vec<u8>,
    part: TbsCertificate,
    algorithm: AlgorithmIdentifierOwned,
    signature: Vec<u8>,
}

impl Certificate {
    /// Reads DER.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, AttestationReason> {
        let malformed = |_| AttestationReason::Malformed;
        let signed = Signed::from_der(bytes).map_err(malformed)?;
        let part_bytes = signed.part.to_der().map_err(malformed)?;
        let part = TbsCertificate::from_der(&part_bytes).map_err(malformed)?;
        if *part.signature() != signed.algorithm {
            return Err(AttestationReason::Malformed);
        }
        let signature = signed.signature.as_bytes();
        Ok(Self {
            signature: signature.ok_or(AttestationReason::Malformed)?.to_vec(),
            part_bytes,
            part,
            algorithm: signed.algorithm,
        })
    }

    /// Its key, as it is written in the certificate.
    pub(super) fn key(&self) -> &SubjectPublicKeyInfoOwned {
        self.part.subject_public_key_info()
    }

    /// Its subject, as it is written.
    pub(super) fn subject(&self) -> Result<Vec<u8>, AttestationReason> {
        let subject = self.part.subject().to_der();
        subject.map_err(|_| AttestationReason::Malformed)
    }

    /// The serial number, without leading zeros.
    pub(super) fn serial(&self) -> &[u8] {
        let bytes = self.part.serial_number().as_bytes();
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        &bytes[zeros..]
    }

    /// Its key, where it is one for ECDSA on P-256.
    pub(super) fn p256_key(&self) -> Option<PublicKey> {
        let key = self.key();
        let on_p256 = key.algorithm.oid == EC_KEY && curve(key) == Some(P256);
        let point = key.subject_public_key.as_bytes().filter(|_| on_p256)?;
        PublicKey::from_sec1(point).ok()
    }

    /// The value of an extension, if it is there exactly once.
    pub(super) fn extension(
        &self,
        oid: ObjectIdentifier,
    ) -> Result<Option<&[u8]>, AttestationReason> {
        let mut found = self.extensions().iter().filter(|one| one.extn_id == oid);
        let first = found.next().map(|one| one.extn_value.as_bytes());
        match found.next() {
            Some(_) => Err(AttestationReason::Statement),
            None => Ok(first),
        }
    }

    fn extensions(&self) -> &[Extension] {
        self.part.extensions().map_or(&[], Vec::as_slice)
    }

    fn is_valid_at(&self, now_ms: u64) -> bool {
        let ms = |time: x509_cert::time::Time| time.to_unix_duration().as_millis();
        let validity = self.part.validity();
        (ms(validity.not_before)..=ms(validity.not_after)).contains(&u128::from(now_ms))
    }

    /// Whether it may sign certificates that have `below` others under them.
    fn may_sign(&self, below: usize) -> Result<bool, AttestationReason> {
        let unread = |_| AttestationReason::Constraints;
        let basic = self
            .part
            .get_extension::<BasicConstraints>()
            .map_err(unread)?;
        let usage = self.part.get_extension::<KeyUsage>().map_err(unread)?;
        let Some((_, basic)) = basic else {
            return Ok(false);
        };
        let deep = basic.path_len_constraint.map_or(usize::MAX, usize::from);
        Ok(basic.ca && below <= deep && usage.is_none_or(|(_, usage)| usage.key_cert_sign()))
    }

    /// Whether it has a critical condition that nobody looks at here.
    fn has_unknown_condition(&self, known: ObjectIdentifier) -> bool {
        let looked_at = [BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, known];
        let mut extensions = self.extensions().iter();
        extensions.any(|one| one.critical && !looked_at.contains(&one.extn_id))
    }

    /// Whether that key signed it.
    fn is_signed_by(&self, key: &SubjectPublicKeyInfoOwned) -> bool {
        let algorithm = verification(self.algorithm.oid, key);
        let bytes = key.subject_public_key.as_bytes();
        let (Some(algorithm), Some(bytes)) = (algorithm, bytes) else {
            return false;
        };
        UnparsedPublicKey::new(algorithm, bytes)
            .verify(&self.part_bytes, &self.signature)
            .is_ok()
    }
}

/// How a signature of that kind is verified with that key; the curve is the key's.
fn verification(
    signature: ObjectIdentifier,
    key: &SubjectPublicKeyInfoOwned,
) -> Option<&'static dyn VerificationAlgorithm> {
    let (kind, curve) = (key.algorithm.oid, curve(key));
    Some(match (signature, kind, curve) {
        (ECDSA_SHA256, EC_KEY, Some(P256)) => &ECDSA_P256_SHA256_ASN1,
        (ECDSA_SHA384, EC_KEY, Some(P256)) => &ECDSA_P256_SHA384_ASN1,
        (ECDSA_SHA256, EC_KEY, Some(P384)) => &ECDSA_P384_SHA256_ASN1,
        (ECDSA_SHA384, EC_KEY, Some(P384)) => &ECDSA_P384_SHA384_ASN1,
        (RSA_SHA256, RSA_KEY, None) => &RSA_PKCS1_2048_8192_SHA256,
        (RSA_SHA384, RSA_KEY, None) => &RSA_PKCS1_2048_8192_SHA384,
        _ => return None,
    })
}

/// The named curve of a key; nothing where it names none.
fn curve(key: &SubjectPublicKeyInfoOwned) -> Option<ObjectIdentifier> {
    key.algorithm.parameters.as_ref()?.decode_as().ok()
}

/// Reads a chain and holds it against the roots at a time; gives its certificates, the one of the
/// key first, without the root. `statement` is the extension that its reader looks at later.
///
/// A root counts by its key: the certificate that a device sends for it may be another, or missing.
pub(super) fn verified<'a>(
    chain: impl Iterator<Item = &'a [u8]>,
    roots: &[&Root],
    (now_ms, statement): (u64, ObjectIdentifier),
) -> Result<Vec<Certificate>, AttestationReason> {
    let mut chain: Vec<_> = chain.map(Certificate::read).collect::<Result<_, _>>()?;
    if let Some(last) = chain.last()
        && chain.len() > 1
        && roots.iter().any(|root| root.key() == last.key())
    {
        chain.pop();
    }
    let last = chain.last().ok_or(AttestationReason::Malformed)?;
    let issuer = last.part.issuer().to_der();
    let issuer = issuer.map_err(|_| AttestationReason::Malformed)?;
    for (below, pair) in chain.windows(2).enumerate() {
        let (one, next) = (&pair[0], &pair[1]);
        if one.part.issuer() != next.part.subject() || !one.is_signed_by(next.key()) {
            return Err(AttestationReason::Chain);
        }
        if !next.may_sign(below)? {
            return Err(AttestationReason::Constraints);
        }
    }
    let mut named = roots
        .iter()
        .filter(|root| root.subject() == issuer)
        .peekable();
    if named.peek().is_none() {
        return Err(AttestationReason::UnknownRoot);
    }
    if !named.any(|root| last.is_signed_by(root.key())) {
        return Err(AttestationReason::UnknownRoot);
    }
    if chain.iter().any(|one| one.has_unknown_condition(statement)) {
        return Err(AttestationReason::Constraints);
    }
    if !chain.iter().all(|one| one.is_valid_at(now_ms)) {
        return Err(AttestationReason::Validity);
    }
    Ok(chain)
}

#[cfg(test)]
impl Certificate {
    /// Whether its own key signed it.
    pub(super) fn signs_itself(&self) -> bool {
        self.is_signed_by(self.key())
    }
}
