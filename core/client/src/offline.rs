//! Certifying without a network: challenges fetched ahead, claims sent later.
//!
//! Challenges are used in the order of issue, a claim takes its challenge's place in one step that
//! a crash cannot halve, and nothing is removed before the server has answered it for good.

use crate::{
    Agency, Asker, Binding, CheckedChallenge, ClientError, Decision, Device, KeyVault, Outbox,
    SealedFolder, SignedClaim, StorageKey, wall_clock_ms,
};
use lifecert_protocol::{
    Challenge, ChallengeId, ChallengeMode, ClaimId, ErrorCode, KeyId, PersonRef,
};
use std::path::Path;

/// The most challenges that a person can have fetched ahead.
const MOST_AHEAD: usize = 2;

const CHALLENGE: &str = ".challenge";

/// What works without a network.
pub struct Offline {
    challenges: SealedFolder,
    outbox: Outbox,
}

/// A stored challenge and its file's name.
type Stored = (String, Result<CheckedChallenge, ClientError>);

/// What came of a waiting claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The claim.
    pub claim_id: ClaimId,
    /// Whose it is; unknown where it cannot be read.
    pub person: Option<PersonRef>,
    /// What came of it.
    pub fate: Fate,
}

/// What can come of a waiting claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The server has decided; a receipt is in the device's folder.
    Decided(Decision),
    /// The server does not take it, for this reason, and never will.
    Refused(ErrorCode),
    /// It waits on, for this reason.
    Waits(ErrorCode),
}

impl Offline {
    pub(crate) fn open(root: &Path, key: &StorageKey) -> Result<Self, ClientError> {
        Ok(Self {
            challenges: key.open(root.join("challenges"))?,
            outbox: Outbox::new(key.open(root.join("outbox"))?),
        })
    }

    /// Fetches challenges ahead until two lie here; gives their number. What has expired by the
    /// server's clock makes room.
    ///
    /// # Errors
    /// [`ClientError`]; what was fetched before it is kept.
    pub async fn fetch_ahead(
        &self,
        agency: &Agency,
        asker: Asker<'_>,
    ) -> Result<usize, ClientError> {
        let now_ms = agency.hello().await?.time_ms;
        let mut ahead = 0;
        for (name, stored) in self.stored(asker.binding)? {
            match stored {
                Ok(stored) if now_ms < stored.challenge.expires_at_ms => ahead += 1,
                _ => self.challenges.remove(&name)?,
            }
        }
        while ahead < MOST_AHEAD {
            match agency.challenge(asker, ChallengeMode::Offline).await {
                Ok(fetched) => self.keep_challenge(&fetched)?,
                // Those that wait to be answered count, too.
                Err(error) if error.code() == ErrorCode::ChallengeLimit => break,
                Err(error) => return Err(error),
            }
            ahead += 1;
        }
        Ok(ahead)
    }

    /// The challenge to answer next: the earliest issued that is not answered yet.
    ///
    /// # Errors
    /// [`ErrorCode::ServerUnreachable`] when there is none: a network is needed first.
    pub fn next_challenge(&self, binding: &Binding) -> Result<CheckedChallenge, ClientError> {
        let answered = self.answered()?;
        let device_ms = i128::from(wall_clock_ms());
        self.stored(binding)?
            .into_iter()
            .filter_map(|(_, stored)| stored.ok())
            .filter(|stored| !answered.contains(&stored.challenge.challenge_id))
            // By this device's clock, set right by what the server's showed at the time. It may
            // still be wrong, and then the server says so.
            .find(|stored| {
                let now_ms = device_ms + i128::from(stored.server_ahead_ms);
                now_ms < i128::from(stored.challenge.expires_at_ms)
            })
            .ok_or(ClientError::Unreachable)
    }

    /// Keeps a claim until it is answered, and takes its challenge away.
    ///
    /// # Errors
    /// [`ClientError::StorageFull`] or [`ClientError::StorageUnreadable`]: then it is not kept,
    /// and the person must be told.
    pub fn keep(&self, claim: &SignedClaim, sequence: u64) -> Result<(), ClientError> {
        let claim_id = claim.claim().claim_id;
        self.outbox.keep(claim_id, sequence, claim.envelope())?;
        // From here on the claim is safe; a challenge that stays is known to be answered.
        let _ = self.remove_challenge(claim.claim().key, claim.claim().challenge_id);
        Ok(())
    }

    /// Forgets everything of a key: its challenges, and its claims that wait.
    ///
    /// # Errors
    /// A storage error.
    pub fn forget(&self, key: KeyId) -> Result<(), ClientError> {
        for name in self.challenges.names(CHALLENGE)? {
            if name.starts_with(&key.to_string()) {
                self.challenges.remove(&name)?;
            }
        }
        for waiting in self.outbox.waiting()? {
            // One that cannot be read can be sent by nobody either.
            let claim = self.outbox.open(&waiting).and_then(SignedClaim::read);
            if claim.is_ok_and(|claim| claim.claim().key == key) {
                self.outbox.forget(&waiting)?;
            }
        }
        Ok(())
    }

    /// Forgets a claim that the server has answered for good.
    ///
    /// # Errors
    /// A storage error.
    pub(crate) fn answered_for_good(&self, claim_id: ClaimId) -> Result<(), ClientError> {
        let waiting = self.outbox.waiting()?.into_iter();
        for waiting in waiting.filter(|waiting| waiting.claim_id == claim_id) {
            self.outbox.forget(&waiting)?;
        }
        Ok(())
    }

    /// How many claims wait.
    ///
    /// # Errors
    /// A storage error.
    pub fn waiting(&self) -> Result<usize, ClientError> {
        Ok(self.outbox.waiting()?.len())
    }

    /// Whose claims wait, one entry a claim; one that cannot be read is nobody's.
    pub(crate) fn waiting_people(&self) -> Result<Vec<PersonRef>, ClientError> {
        let waiting = self.outbox.waiting()?;
        let claims = waiting.iter().map(|one| self.outbox.open(one));
        let claims = claims.filter_map(|claim| claim.and_then(SignedClaim::read).ok());
        Ok(claims.filter_map(|claim| claim.claim().person).collect())
    }

    /// Sends what waits, in order; `connect` gives the agency of a binding. A claim that the
    /// server does not want, or that cannot be read, never blocks the next; a server that cannot
    /// be reached is not asked again for the next.
    ///
    /// # Errors
    /// A storage error.
    pub async fn send_waiting(
        &self,
        (device, vault): (&Device, &dyn KeyVault),
        connect: impl Fn(&Binding) -> Result<Agency, ClientError>,
    ) -> Result<Vec<Sent>, ClientError> {
        let bindings = device.bindings()?;
        let mut away: Vec<&str> = Vec::new();
        let mut all = Vec::new();
        for waiting in self.outbox.waiting()? {
            let mut sent = Sent {
                claim_id: waiting.claim_id,
                person: None,
                fate: Fate::Waits(ErrorCode::StorageUnreadable),
            };
            if let Ok(claim) = self.outbox.open(&waiting).and_then(SignedClaim::read) {
                sent.person = claim.claim().person;
                let binding = bindings
                    .iter()
                    .find(|binding| binding.key == claim.claim().key);
                sent.fate = match binding {
                    None => Fate::Waits(ErrorCode::DeviceNotBound),
                    Some(binding) if away.contains(&binding.address.as_str()) => {
                        Fate::Waits(ErrorCode::ServerUnreachable)
                    }
                    Some(binding) => {
                        let answer = match connect(binding) {
                            Ok(agency) => {
                                let answer = agency.submit(&claim.asserted(vault).await).await;
                                device.learn(&agency)?;
                                answer
                            }
                            Err(error) => Err(error),
                        };
                        if answer == Err(ClientError::Unreachable) {
                            away.push(&binding.address);
                        }
                        self.settle(device, answer)?
                    }
                };
            }
            if !matches!(sent.fate, Fate::Waits(_)) {
                self.outbox.forget(&waiting)?;
            }
            all.push(sent);
        }
        Ok(all)
    }

    /// What an answer means; a receipt is on the disk before its claim is forgotten.
    fn settle(
        &self,
        device: &Device,
        answer: Result<Decision, ClientError>,
    ) -> Result<Fate, ClientError> {
        match answer {
            Ok(decision) => {
                if let Some(copy) = &decision.receipt {
                    let receipt = copy.receipt().map_err(|_| ClientError::Untrusted)?;
                    device.keep_receipt(&receipt, copy)?;
                }
                Ok(Fate::Decided(decision))
            }
            Err(error) if error.is_final_for_claim() => Ok(Fate::Refused(error.code())),
            Err(error) => Ok(Fate::Waits(error.code())),
        }
    }

    fn keep_challenge(&self, fetched: &CheckedChallenge) -> Result<(), ClientError> {
        let mut bytes = fetched.server_ahead_ms.to_le_bytes().to_vec();
        bytes.extend_from_slice(&fetched.signed);
        self.challenges.write(&name(&fetched.challenge), &bytes)
    }

    fn remove_challenge(&self, key: KeyId, id: ChallengeId) -> Result<(), ClientError> {
        for name in self.challenges.names(CHALLENGE)? {
            if name.starts_with(&key.to_string()) && name.ends_with(&format!("{id}{CHALLENGE}")) {
                self.challenges.remove(&name)?;
            }
        }
        Ok(())
    }

    /// A binding's stored challenges in the order of issue, each verified once more; one that was
    /// damaged hides no other.
    fn stored(&self, binding: &Binding) -> Result<Vec<Stored>, ClientError> {
        let prefix = binding.key.to_string();
        let mut names = self.challenges.names(CHALLENGE)?;
        names.retain(|name| name.starts_with(&prefix));
        Ok(names
            .into_iter()
            .map(|name| {
                let challenge = self.read_challenge(binding, &name);
                (name, challenge)
            })
            .collect())
    }

    fn read_challenge(
        &self,
        binding: &Binding,
        name: &str,
    ) -> Result<CheckedChallenge, ClientError> {
        let bytes = self.challenges.read(name)?;
        let bytes = bytes.ok_or(ClientError::StorageUnreadable)?;
        let (ahead_ms, signed) = bytes
            .split_first_chunk::<8>()
            .ok_or(ClientError::StorageUnreadable)?;
        Agency::read_challenge(binding, signed.to_vec(), i64::from_le_bytes(*ahead_ms))
    }

    /// The challenges that waiting claims answer.
    fn answered(&self) -> Result<Vec<ChallengeId>, ClientError> {
        Ok(self
            .outbox
            .waiting()?
            .iter()
            // A claim that cannot be read hides no challenge.
            .filter_map(|waiting| self.outbox.open(waiting).and_then(SignedClaim::read).ok())
            .map(|claim| claim.claim().challenge_id)
            .collect())
    }
}

fn name(challenge: &Challenge) -> String {
    let (key, sequence, id) = (challenge.key, challenge.sequence, challenge.challenge_id);
    format!("{key}-{sequence:020}-{id}{CHALLENGE}")
}
