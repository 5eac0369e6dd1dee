//! Each receipt against the claim, challenge, policy, enrolment and binding that it rests on.

use super::{Report, TOLERANCE_MS};
use crate::error::ServiceError;
use crate::service::{BEGAN, is_hardware, valid_until_ms};
use crate::store::{AuditedReceipt, ClaimRow, Db, EntryRow, PolicyRow, Unattested};
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{
    Assurance, Challenge, ChallengeMode, Modality, PublicKey, Receipt, Signed, Verdict,
};

/// A key for receipts, from when it began and until when.
struct Valid {
    key: PublicKey,
    from_ms: u64,
    until_ms: u64,
}

/// The keys for receipts, as the log names them.
pub(super) struct Keys(Vec<Valid>);

impl Keys {
    /// From the log's entries about them, in their order.
    pub(super) fn read(entries: &[EntryRow]) -> Self {
        let mut keys: Vec<Valid> = Vec::new();
        for entry in entries {
            let Some((key, state)) = entry.source.rsplit_once(':') else {
                continue;
            };
            let key = hex::decode(key).ok();
            let Some(key) = key.and_then(|bytes| PublicKey::from_sec1(&bytes).ok()) else {
                continue;
            };
            // A key can be announced ahead, and never for a time that is past.
            let since = state.rsplit_once('@').and_then(|(_, at)| at.parse().ok());
            let since_ms = entry.at_ms.max(since.unwrap_or(u64::MAX));
            if state.starts_with(BEGAN) {
                let (from_ms, until_ms) = (since_ms, u64::MAX);
                keys.push(Valid {
                    key,
                    from_ms,
                    until_ms,
                });
            } else if let Some(valid) = keys
                .iter_mut()
                .rfind(|valid| valid.key == key && valid.until_ms == u64::MAX)
            {
                valid.until_ms = since_ms;
            }
        }
        Self(keys)
    }

    /// The receipt, if a key signed it that was in use when the claim came.
    fn verify(&self, signed: &Signed) -> Option<Receipt> {
        self.0.iter().find_map(|valid| {
            let receipt: Receipt = signed.verify(&valid.key).ok()?;
            let until_ms = valid.until_ms.saturating_add(TOLERANCE_MS);
            (valid.from_ms..=until_ms)
                .contains(&receipt.signed_at_ms())
                .then_some(receipt)
        })
    }
}

/// What a receipt rests on.
struct Grounds {
    claim: ClaimRow,
    challenge: Challenge,
    used_at_ms: Option<u64>,
    policy: PolicyRow,
}

/// Checks the receipt that an entry is about.
pub(super) async fn check(
    db: &mut Db,
    entry: &EntryRow,
    keys: &Keys,
    report: &mut Report,
) -> Result<(), ServiceError> {
    let subject = format!("receipt {}", entry.source);
    // A row that is gone, or is no receipt, was found by its entry.
    let Some(row) = db.receipt(&entry.source).await? else {
        return Ok(());
    };
    let Ok(signed) = Signed::read(&row.signed) else {
        return Ok(());
    };
    let Some(receipt) = keys.verify(&signed) else {
        report.find("receipt-key-not-in-use", subject);
        return Ok(());
    };
    let Some(grounds) = grounds(db, &row).await? else {
        report.find("receipt-without-grounds", subject);
        return Ok(());
    };
    let decided = is_decided(db, &receipt, &grounds.claim).await?;
    let mut find = |holds: bool, finding| {
        if !holds {
            report.find(finding, subject.as_str());
        }
    };
    find(
        decided && is_of_row(&receipt, &row, entry) && is_of_claim(&receipt, &grounds.claim),
        "receipt-differs-from-claim",
    );
    find(
        is_in_time(&receipt, &grounds),
        "receipt-differs-from-challenge",
    );
    let until_ms = valid_until_ms(&grounds.policy, receipt.proved_from_ms).ok();
    find(
        until_ms == Some(receipt.valid_until_ms) && is_allowed(&receipt, &grounds),
        "receipt-against-policy",
    );
    find(
        is_indexed(db, &receipt).await?,
        "receipt-names-other-entries",
    );
    find(is_of_level(db, &receipt).await?, "receipt-above-its-device");
    let evidence = db.evidence(receipt.person).await?;
    let source = row.claim.to_string();
    let counted = evidence.iter().any(|one| {
        (one.modality, one.source.as_str()) == (receipt.modality, source.as_str())
            && one.proved_from_ms == receipt.proved_from_ms
            && one.proved_to_ms == receipt.proved_to_ms
            && one.assurance == receipt.assurance
    });
    find(counted, "receipt-differs-from-evidence");
    Ok(())
}

/// Whether the machine accepted the claim or, when the receipt says that a person did, two people
/// did so then, by an entry in the log.
async fn is_decided(
    db: &mut Db,
    receipt: &Receipt,
    claim: &ClaimRow,
) -> Result<bool, ServiceError> {
    let Some(decided_at_ms) = receipt.decided_at_ms else {
        return Ok(claim.outcome == Verdict::Accept);
    };
    let approved = db
        .approved("review-claim", &claim.claim_id.to_string())
        .await?;
    let Some(row) =
        approved.filter(|row| row.decided.as_ref().is_some_and(|by| by.1 <= decided_at_ms))
    else {
        return Ok(false);
    };
    let entry = db.log_entry(LeafKind::Decision, &row.proposal_id).await?;
    Ok(claim.outcome == Verdict::Refer && entry.is_some())
}

async fn grounds(db: &mut Db, row: &AuditedReceipt) -> Result<Option<Grounds>, ServiceError> {
    let Some(claim) = db.claim(row.claim).await? else {
        return Ok(None);
    };
    let Some(challenge) = db.challenge(claim.challenge_id).await? else {
        return Ok(None);
    };
    let version = challenge.challenge.policy.version;
    let policy = db.policy_version(version).await?;
    Ok(policy.map(|policy| Grounds {
        claim,
        used_at_ms: challenge.used_at_ms,
        challenge: challenge.challenge,
        policy,
    }))
}

fn is_of_row(receipt: &Receipt, row: &AuditedReceipt, entry: &EntryRow) -> bool {
    receipt.receipt_id.to_string() == entry.source
        && receipt.person == row.person
        && receipt.claim_id == row.claim
        && receipt.valid_until_ms == row.valid_until_ms
        && receipt.signed_at_ms() == row.issued_at_ms
}

fn is_of_claim(receipt: &Receipt, claim: &ClaimRow) -> bool {
    receipt.person == claim.person
        && receipt.claim_digest == claim.payload_digest
        && receipt.device_key == claim.key
        && receipt.proved_to_ms == claim.received_at_ms
}

fn is_in_time(receipt: &Receipt, grounds: &Grounds) -> bool {
    let challenge = &grounds.challenge;
    receipt.proved_from_ms == challenge.issued_at_ms
        && receipt.proved_to_ms >= challenge.issued_at_ms
        && receipt.proved_to_ms <= challenge.expires_at_ms
        && grounds.used_at_ms == Some(receipt.proved_to_ms)
        && receipt.device_key == challenge.key
}

/// Whether the policy row, which the log knows, lets such a claim through.
fn is_allowed(receipt: &Receipt, grounds: &Grounds) -> bool {
    let (policy, challenge) = (&grounds.policy, &grounds.challenge);
    let unattested = match challenge.mode {
        ChallengeMode::Online => policy.below_hardware,
        ChallengeMode::Offline => policy.offline_below_hardware,
    };
    // A person who decided is not bound by what the server decides alone.
    let by_hand = grounds.claim.outcome != Verdict::Accept;
    let seen = receipt.recomputed.is_some_and(|seen| {
        seen.live >= policy.capture.live_threshold
            && seen.similarity >= policy.capture.match_threshold
            && seen.recognition_model == policy.capture.recognition_model
    });
    // Where the key frames came under seal alone, attested hardware spoke for the look.
    let asked = challenge.evidence.is_some_and(|asked| asked.sealed_only);
    let sealed = receipt.recomputed.is_none() && asked && is_hardware(receipt.assurance);
    policy.name == receipt.policy
        && policy.capture == challenge.policy
        && receipt.modality == Modality::Face
        && (by_hand
            || sealed
            || (seen && (is_hardware(receipt.assurance) || unattested != Unattested::Refer)))
}

/// Whether a receipt states no better level than its device has, which the log knows. A claim that
/// the app did not assert has none.
async fn is_of_level(db: &mut Db, receipt: &Receipt) -> Result<bool, ServiceError> {
    let device = db.device_by_key(receipt.device_key).await?;
    let level = device.map(|device| device.assurance);
    Ok(receipt.assurance == Assurance::None || level == Some(receipt.assurance))
}

/// Whether the entries that a receipt names are those of the enrolment and the binding that it
/// rests on.
async fn is_indexed(db: &mut Db, receipt: &Receipt) -> Result<bool, ServiceError> {
    let enrolment = match receipt.recomputed {
        Some(seen) => {
            let (model, at_ms) = (seen.recognition_model, receipt.signed_at_ms());
            db.enrolment_index(receipt.person, model, at_ms).await?
        }
        None => receipt.enrolment_index,
    };
    let Some(device) = db.device_by_key(receipt.device_key).await? else {
        return Ok(false);
    };
    let source = device.device.to_string();
    let binding = db.log_entry(LeafKind::Binding, &source).await?;
    let binding = binding.and_then(|entry| entry.index);
    Ok(device.person == receipt.person
        && enrolment == receipt.enrolment_index
        && binding == receipt.binding_index)
}
