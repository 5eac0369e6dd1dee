//! What each leaf commits to: a function of the database row, used when the row is written and
//! again by the audit.
//!
//! Contents are canonical CBOR. They never leave the office; the leaf holds a salted digest.

use crate::store::{
    DeviceRow, DeviceState, EvidencePolicy, PolicyRow, ProposalRow, Revocation, SealedRow,
    StoreError, TemplateOrigin, TemplateRow,
};
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{
    AttestationReason, ClaimId, Digest, PersonRef, Receipt, Signed, canonical,
};
use minicbor::Encode;

/// What a receipt's leaf is about: when it was decided, and the receipt's COSE payload.
///
/// # Errors
/// [`StoreError::Column`] when the bytes are no receipt.
pub fn receipt(signed: &[u8]) -> Result<(u64, Vec<u8>), StoreError> {
    let unreadable = |_| StoreError::Column("signed");
    let signed = Signed::read(signed).map_err(unreadable)?;
    let receipt: Receipt = signed.peek().map_err(unreadable)?;
    Ok((receipt.signed_at_ms(), signed.payload().to_vec()))
}

/// Of which kind a template's leaf is.
pub fn template_kind(origin: &TemplateOrigin) -> LeafKind {
    match origin {
        TemplateOrigin::Clerk { .. } => LeafKind::Enrolment,
        TemplateOrigin::Renewal { .. } | TemplateOrigin::Overlap { .. } => LeafKind::Renewal,
    }
}

/// A template, by the digest of its embedding: of an erased one nothing else is left.
pub fn template(
    (template_id, person): (&str, PersonRef),
    row: &TemplateRow,
    embedding: Digest,
) -> Vec<u8> {
    let (made_by, claim, first_similarity) = match &row.origin {
        TemplateOrigin::Clerk { staff_id } => (Some(staff_id.as_str()), None, None),
        TemplateOrigin::Renewal {
            claim,
            first_similarity,
        } => (
            None,
            Some(claim.to_string()),
            Some(first_similarity.parts()),
        ),
        TemplateOrigin::Overlap { claim } => (None, Some(claim.to_string()), None),
    };
    canonical::encode(&Template {
        template_id,
        person,
        recognition_model: row.recognition_model,
        origin: row.origin.as_str(),
        embedding,
        pictures: row.pictures,
        made_by,
        claim,
        first_similarity,
        made_at_ms: row.made_at_ms,
    })
}

#[derive(Encode)]
#[cbor(map)]
struct Template<'a> {
    #[n(0)]
    template_id: &'a str,
    #[n(1)]
    person: PersonRef,
    #[n(2)]
    recognition_model: Digest,
    #[n(3)]
    origin: &'a str,
    #[n(4)]
    embedding: Digest,
    #[n(5)]
    pictures: u32,
    #[n(6)]
    made_by: Option<&'a str>,
    #[n(7)]
    claim: Option<String>,
    #[n(8)]
    first_similarity: Option<i16>,
    #[n(9)]
    made_at_ms: u64,
}

/// A device as it was when it was added, in its state of then.
pub fn binding(row: &DeviceRow, first_state: DeviceState, created_at_ms: u64) -> Vec<u8> {
    canonical::encode(&Binding {
        device: row.device.to_string(),
        person: row.person,
        key: row.key.to_string(),
        public_key: Digest::of(&row.public_key),
        assurance: row.assurance.as_str(),
        first_state: first_state.as_str(),
        created_at_ms,
        reason: row.reason.map(AttestationReason::as_str),
        app_key: row.app_key.as_ref().map(|key| Digest::of(key.as_sec1())),
    })
}

#[derive(Encode)]
#[cbor(map)]
struct Binding<'a> {
    #[n(0)]
    device: String,
    #[n(1)]
    person: PersonRef,
    #[n(2)]
    key: String,
    #[n(3)]
    public_key: Digest,
    #[n(4)]
    assurance: &'a str,
    #[n(5)]
    first_state: &'a str,
    #[n(6)]
    created_at_ms: u64,
    // Devices bound before these have neither, and their entries stay as they are.
    #[n(7)]
    #[cbor(skip_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[n(8)]
    #[cbor(skip_if = "Option::is_none")]
    app_key: Option<Digest>,
}

/// A policy row with what it says of evidence.
///
/// # Errors
/// [`StoreError::Column`] when the capture policy cannot be written as JSON.
pub fn policy(
    row: &PolicyRow,
    evidence: &EvidencePolicy,
    created_at_ms: u64,
) -> Result<Vec<u8>, StoreError> {
    let capture = serde_json::to_string(&row.capture);
    Ok(canonical::encode(&Policy {
        version: row.version,
        name: &row.name,
        from_ms: row.from_ms,
        cycle: row.cycle.to_string(),
        utc_offset_min: row.utc_offset_min,
        window_days: row.window_days,
        challenge_s: row.challenge_s,
        below_hardware: row.below_hardware.to_string(),
        offline_below_hardware: row.offline_below_hardware.to_string(),
        capture: capture.map_err(|_| StoreError::Column("capture"))?,
        created_at_ms,
        recheck: evidence.recheck.as_str(),
        recheck_permille: evidence.recheck_permille,
        keep_days: evidence.keep_days,
        helper_permille: evidence.helper_permille,
        vouch_days: evidence.vouch_days,
        tee_permille: evidence.tee_permille,
        app_attest_permille: evidence.app_attest_permille,
    }))
}

#[derive(Encode)]
#[cbor(map)]
struct Policy<'a> {
    #[n(0)]
    version: u32,
    #[n(1)]
    name: &'a str,
    #[n(2)]
    from_ms: u64,
    #[n(3)]
    cycle: String,
    #[n(4)]
    utc_offset_min: i32,
    #[n(5)]
    window_days: u32,
    #[n(6)]
    challenge_s: u32,
    #[n(7)]
    below_hardware: String,
    #[n(8)]
    offline_below_hardware: String,
    #[n(9)]
    capture: String,
    #[n(10)]
    created_at_ms: u64,
    #[n(11)]
    recheck: &'a str,
    #[n(12)]
    recheck_permille: u32,
    #[n(13)]
    keep_days: u32,
    #[n(14)]
    helper_permille: u32,
    #[n(15)]
    vouch_days: u32,
    #[n(16)]
    tee_permille: u32,
    #[n(17)]
    app_attest_permille: u32,
}

/// What an entry of the log about an erasure commits to; an audit makes it again from the row.
///
/// # Errors
/// [`StoreError::Column`] when the row is not that of erased evidence.
pub fn erasure(row: &SealedRow) -> Result<Vec<u8>, StoreError> {
    #[derive(Encode)]
    #[cbor(map)]
    struct Erasure {
        #[n(0)]
        claim_id: ClaimId,
        #[n(1)]
        digest: Digest,
        #[n(2)]
        reason: &'static str,
        #[n(3)]
        erased_at_ms: u64,
    }
    let (Some(reason), Some(erased_at_ms)) = (row.erase_reason, row.erased_at_ms) else {
        return Err(StoreError::Column("erased_at_ms"));
    };
    Ok(canonical::encode(&Erasure {
        claim_id: row.claim_id,
        digest: row.digest,
        reason: reason.as_str(),
        erased_at_ms,
    }))
}

/// What an entry of the log about a decision by hand commits to: who proposed and who decided what.
///
/// # Errors
/// [`StoreError::Column`] when the proposal is not decided.
pub fn decision(row: &ProposalRow) -> Result<Vec<u8>, StoreError> {
    #[derive(Encode)]
    #[cbor(map)]
    struct Decision<'a> {
        #[n(0)]
        proposal_id: &'a str,
        #[n(1)]
        kind: &'static str,
        #[n(2)]
        task_id: Option<&'a str>,
        #[n(3)]
        person: Option<PersonRef>,
        #[n(4)]
        payload: Digest,
        #[n(5)]
        reason: Digest,
        #[n(6)]
        proposed_by: &'a str,
        #[n(7)]
        proposed_at_ms: u64,
        #[n(8)]
        state: &'static str,
        #[n(9)]
        decided_by: &'a str,
        #[n(10)]
        decided_at_ms: u64,
    }
    let Some((decided_by, decided_at_ms)) = &row.decided else {
        return Err(StoreError::Column("decided_at_ms"));
    };
    Ok(canonical::encode(&Decision {
        proposal_id: &row.proposal_id,
        kind: row.kind.as_str(),
        task_id: row.task_id.as_deref(),
        person: row.person,
        payload: Digest::of(row.payload.as_bytes()),
        reason: Digest::of(row.reason.as_bytes()),
        proposed_by: &row.proposed_by,
        proposed_at_ms: row.proposed_at_ms,
        state: row.state.as_str(),
        decided_by,
        decided_at_ms: *decided_at_ms,
    }))
}

/// What an entry of the log about a revocation commits to.
pub fn revocation(row: &Revocation) -> Vec<u8> {
    #[derive(Encode)]
    #[cbor(map)]
    struct Revoked<'a> {
        #[n(0)]
        receipt_id: String,
        #[n(1)]
        revoked_by: &'a str,
        #[n(2)]
        reason: Digest,
        #[n(3)]
        at_ms: u64,
    }
    canonical::encode(&Revoked {
        receipt_id: row.receipt_id.to_string(),
        revoked_by: &row.revoked_by,
        reason: Digest::of(row.reason.as_bytes()),
        at_ms: row.at_ms,
    })
}

/// A thing that got another state at a time: a device confirmed or shut out, a member of staff with
/// a role, a signing key in use, a model manifest in use. The source of its entry is
/// `<thing>:<state>`, so that both say the same.
pub fn state(thing: &str, state: &str, at_ms: u64) -> Vec<u8> {
    canonical::encode(&State {
        thing,
        state,
        at_ms,
    })
}

/// The source of such an entry.
pub fn state_source(thing: &str, state: &str) -> String {
    format!("{thing}:{state}")
}

#[derive(Encode)]
#[cbor(map)]
struct State<'a> {
    #[n(0)]
    thing: &'a str,
    #[n(1)]
    state: &'a str,
    #[n(2)]
    at_ms: u64,
}
