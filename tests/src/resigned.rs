//! Claims with something changed, signed again by the very key of the device: what an app sends
//! that somebody rewrote, and how one look serves for many claims.

use crate::phone::at_once;
use lifecert_client::{KeyVault, SignedClaim};
use lifecert_protocol::{
    Challenge, Claim, ClaimEnvelope, EvidenceHeader, EvidencePurpose, FaceEvidence, KeyId, Message,
    SealedEvidence, Signed, Unsigned,
};

/// A claim signed again, with the key frames that it had.
///
/// # Panics
/// When the key does not sign.
pub fn resigned(
    vault: &dyn KeyVault,
    claim: &SignedClaim,
    change: impl FnOnce(&mut Claim),
) -> SignedClaim {
    let mut changed = claim.claim().clone();
    change(&mut changed);
    let frames = claim.envelope().key_frames.iter();
    let frames = frames.map(|frame| frame.to_vec()).collect();
    let envelope = ClaimEnvelope::new(signed(vault, &changed, changed.key), frames);
    SignedClaim::read(envelope).expect("a claim")
}

/// A claim signed again whose key frames, these ones, are under seal for the challenge's evidence
/// key.
///
/// # Panics
/// When the key does not sign, or the challenge asks for no sealed evidence.
pub fn resealed(
    vault: &dyn KeyVault,
    (claim, challenge): (&SignedClaim, &Challenge),
    change: impl FnOnce(&mut Claim),
    key_frames: &[Vec<u8>],
) -> ClaimEnvelope {
    let mut changed = claim.claim().clone();
    change(&mut changed);
    let signed = signed(vault, &changed, changed.key);
    let digest = Signed::read(&signed).expect("a message").payload_digest();
    let header = EvidenceHeader::of(&changed, digest);
    let evidence = FaceEvidence {
        claim: signed.clone().into(),
        key_frames: key_frames.iter().cloned().map(Into::into).collect(),
        embedding: changed.embedding.clone(),
    };
    let key = challenge.evidence.expect("a key to seal to").key;
    let sealed = SealedEvidence::seal(evidence, &key, EvidencePurpose::Recheck, &header);
    ClaimEnvelope::new(signed, Vec::new()).with_sealed(Some(sealed.expect("sealed")))
}

fn signed(vault: &dyn KeyVault, message: &impl Message, key: KeyId) -> Vec<u8> {
    let unsigned = Unsigned::new(message, key);
    let answer = at_once(vault.sign(key, unsigned.sig_structure()));
    let answer = answer.expect("the phone's key signs");
    let bytes = unsigned.attach(&answer.signature, answer.form);
    bytes.expect("a signature")
}
