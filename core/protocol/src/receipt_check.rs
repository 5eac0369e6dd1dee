//! What a receipt proves to somebody without a network, and what it does not.
//!
//! A receipt that its agency did not sign is refused. Everything else is a finding: what was
//! proved, by whom, and what nobody looked at.

use crate::log::{Cosignature, LogError, LogKey, TlogProof, WitnessPolicy};
use crate::{ErrorCode, KeyId, KeyList, PublicKey, Receipt, Signed};

/// Whom a verifier believes. What is absent is not looked at, and the findings say so.
#[derive(Debug, Default)]
pub struct Believed {
    /// Keys of the agency that were had from it, each believed whenever it signed.
    pub keys: Vec<PublicKey>,
    /// Lists of agencies' keys, verified with their offline roots.
    pub lists: Vec<KeyList>,
    /// Keys of logs.
    pub logs: Vec<LogKey>,
    /// Whose cosignatures are enough.
    pub witnesses: Option<WitnessPolicy>,
}

/// Why the signing key is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyFinding {
    /// It was had from the agency; whether it counted at the receipt's time is not known.
    Given,
    /// It stands in a list that the offline root signed, and counted at the receipt's time.
    Listed {
        /// The list's number.
        sequence: u64,
        /// Until before when the key counts; open while absent.
        valid_to_ms: Option<u64>,
    },
}

/// Where the receipt stands in the public log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogFinding {
    /// There is no proof to look at.
    NoProof,
    /// There is a proof, and no key of the log to look at it with.
    NoKey,
    /// The proof is not one for this receipt in a log that is believed.
    Faulty(LogError),
    /// It stands in the log.
    Proved {
        /// The log's name.
        origin: String,
        /// The receipt's place, from 0.
        index: u64,
        /// Entries of the tree that the proof is of.
        size: u64,
    },
}

/// Who else has seen that tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WitnessFinding {
    /// Nobody named witnesses, or there is no proved tree.
    NotLooked,
    /// A cosignature in a witness's name does not fit.
    Faulty(LogError),
    /// So many of the witnesses that the policy names.
    Counted {
        /// Those who have cosigned.
        cosigned: Vec<Cosignature>,
        /// How many the policy names.
        of: usize,
        /// Whether they are enough; a witness that is missing is no failure.
        enough: bool,
    },
}

/// What came of looking at a receipt that its agency signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptCheck {
    /// What it says.
    pub receipt: Receipt,
    /// The key that signed it.
    pub signer: KeyId,
    /// Why that key is believed.
    pub key: KeyFinding,
    /// Where the receipt stands in the log.
    pub log: LogFinding,
    /// Who else has seen it.
    pub witnesses: WitnessFinding,
}

impl ReceiptCheck {
    /// Looks at a receipt's COSE_Sign1 bytes and the log proof that came with them. Whether it
    /// still counts today is not asked here.
    ///
    /// # Errors
    /// [`ErrorCode::ReceiptInvalid`] when no key that is believed signed it, or that key did not
    /// count at the receipt's time.
    pub fn new(bytes: &[u8], proof: Option<&str>, believed: &Believed) -> Result<Self, ErrorCode> {
        let signed = Signed::read(bytes).map_err(|_| ErrorCode::ReceiptInvalid)?;
        let signer = signed.signer();
        let (receipt, key) = believed.receipt(&signed)?;
        let looked = proof.map(|proof| look(&receipt, &signed, proof, &believed.logs));
        let (log, tree) = match looked {
            None => (LogFinding::NoProof, None),
            Some(_) if believed.logs.is_empty() => (LogFinding::NoKey, None),
            Some(Err(error)) => (LogFinding::Faulty(error), None),
            Some(Ok(proof)) => {
                let finding = LogFinding::Proved {
                    origin: proof.checkpoint.origin().to_owned(),
                    index: proof.index,
                    size: proof.checkpoint.size(),
                };
                (finding, Some(proof.checkpoint))
            }
        };
        let witnesses = match (&believed.witnesses, tree) {
            (Some(policy), Some(tree)) => match policy.witnessed(&tree) {
                Ok((cosigned, enough)) => WitnessFinding::Counted {
                    cosigned,
                    of: policy.witnesses().len(),
                    enough,
                },
                Err(error) => WitnessFinding::Faulty(error),
            },
            _ => WitnessFinding::NotLooked,
        };
        Ok(Self {
            receipt,
            signer,
            key,
            log,
            witnesses,
        })
    }

    /// Whether the log proof or a cosignature is a false one: then somebody lies, or the copy was
    /// damaged.
    pub fn is_faulty(&self) -> bool {
        matches!(self.log, LogFinding::Faulty(_))
            || matches!(self.witnesses, WitnessFinding::Faulty(_))
    }

    /// Whether the key had ended by that time and nothing but the receipt itself says that it was
    /// made before: whoever has an ended key can still sign with an old date, but not put it into
    /// an old tree.
    pub fn rests_on_an_ended_key(&self, now_ms: u64) -> bool {
        let ended = match self.key {
            KeyFinding::Listed { valid_to_ms, .. } => valid_to_ms.filter(|to_ms| *to_ms <= now_ms),
            KeyFinding::Given => None,
        };
        let seen_before = |to_ms: u64| match &self.witnesses {
            WitnessFinding::Counted { cosigned, .. } => {
                cosigned.iter().any(|one| one.at_s < to_ms / 1_000)
            }
            _ => false,
        };
        ended.is_some_and(|to_ms| !seen_before(to_ms))
    }
}

impl Believed {
    fn receipt(&self, signed: &Signed) -> Result<(Receipt, KeyFinding), ErrorCode> {
        let invalid = |_| ErrorCode::ReceiptInvalid;
        let claimed: Receipt = signed.peek().map_err(invalid)?;
        let lists = self.lists.iter();
        for list in lists.filter(|list| list.agency == claimed.agency) {
            let listed = list.listed_at(signed.signer(), claimed.signed_at_ms());
            if let Some(listed) = listed {
                let key = listed.public().ok_or(ErrorCode::ReceiptInvalid)?;
                let finding = KeyFinding::Listed {
                    sequence: list.sequence,
                    valid_to_ms: listed.valid_to_ms,
                };
                return Ok((signed.verify(&key).map_err(invalid)?, finding));
            }
            // A key that the list names counts as the list says, whoever else vouches for it.
            if list.keys.iter().any(|key| key.key == signed.signer()) {
                return Err(ErrorCode::ReceiptInvalid);
            }
        }
        let key = self.keys.iter().find(|key| key.id() == signed.signer());
        let key = key.ok_or(ErrorCode::ReceiptInvalid)?;
        Ok((signed.verify(key).map_err(invalid)?, KeyFinding::Given))
    }
}

/// The proof, if it is one for this receipt in one of these logs.
fn look(
    receipt: &Receipt,
    signed: &Signed,
    proof: &str,
    logs: &[LogKey],
) -> Result<TlogProof, LogError> {
    let proof = TlogProof::parse(proof)?;
    let origin = proof.checkpoint.origin();
    let of_origin = logs.iter().filter(|log| log.origin() == origin);
    let leaf = proof.receipt_leaf(receipt, signed)?.to_bytes();
    // A log may have had a key before this one.
    let mut found = Err(LogError::Origin(origin.to_owned()));
    for log in of_origin {
        found = proof.verify(&leaf, log);
        if found.is_ok() {
            break;
        }
    }
    found.map(|()| proof)
}
