//! Who is on this phone, what waits here, and leaving it without a trace.

use crate::errors::{LifecertError, malformed};
use crate::phone::{Phone, read_person};
use crate::standing::Standing;
use crate::vocabulary::{Outcome, Relation};
use lifecert_client::{Agency, Asker, Bound, Device, Fate};
use lifecert_protocol::{DeviceId, Outcome as CoreOutcome, Verdict};
use std::fmt;

/// Somebody who is bound to this phone, from what lies on it. It may hold a name, so that it prints
/// as `PersonHere(..)`.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display)]
pub struct PersonHere {
    /// Their random number, 32 hex digits.
    pub person: String,
    /// What whoever holds the phone calls them.
    pub name: Option<String>,
    /// Who they are to whoever holds the phone.
    pub relation: Option<Relation>,
    /// This phone, as their agency calls it.
    pub device: String,
    /// Their agency.
    pub agency: String,
    /// Until when they are certified, as far as this phone knows.
    pub certified_until_ms: Option<u64>,
    /// Where they stood when the office was last asked,
    pub standing: Option<Standing>,
    /// and when that was, by this phone's clock.
    pub asked_at_ms: Option<u64>,
    /// How many of their claims wait to be sent.
    pub waiting: u32,
}

impl fmt::Display for PersonHere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonHere(..)")
    }
}

impl fmt::Debug for PersonHere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What the office had of a person's face, and has no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct ErasedAtOffice {
    /// Templates that were erased.
    pub templates: u32,
    /// Phones that were shut out.
    pub devices: u32,
}

/// A binding that waits until the person's other phone, or a clerk, lets this one in.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct WaitingDevice {
    /// This phone, as the agency calls it.
    pub device: String,
    /// The agency.
    pub agency: String,
    /// Its server's address.
    pub address: String,
}

/// What came of a claim or a binding that had waited.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SentLater {
    /// Whose it is, where that is known.
    pub person: Option<String>,
    /// What came of it; `Queued` where it waits on.
    pub outcome: Outcome,
    /// Why, unless accepted: a stable code.
    pub code: Option<String>,
    /// The receipt, which lies in the phone.
    pub receipt: Option<String>,
}

/// How many challenges lie ahead for a person, so that they can certify without a network.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Ahead {
    /// The person.
    pub person: String,
    /// How many.
    pub challenges: u32,
    /// Why there could not be more: a stable code.
    pub code: Option<String>,
}

/// What came of sending what waited.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SyncReport {
    /// Bindings whose answers had got lost.
    pub bindings: Vec<SentLater>,
    /// Claims.
    pub claims: Vec<SentLater>,
    /// What lies ahead.
    pub ahead: Vec<Ahead>,
    /// How many claims still wait.
    pub waiting: u32,
}

#[uniffi::export]
impl Phone {
    /// Everybody who is bound here.
    ///
    /// # Errors
    /// A storage error.
    pub fn people(&self) -> Result<Vec<PersonHere>, LifecertError> {
        let people = self.phone.people()?.into_iter();
        people
            .map(|here| {
                let binding = self.phone.binding(here.person)?;
                let asked_at_ms = here.last.as_ref().map(|last| last.asked_at_ms);
                Ok(PersonHere {
                    person: here.person.to_string(),
                    name: here.name,
                    relation: here.relation.map(Into::into),
                    device: binding.device.to_string(),
                    agency: binding.pinned.agency.to_string(),
                    certified_until_ms: here.certified_until_ms,
                    standing: here.last.map(|last| last.answer.into()),
                    asked_at_ms,
                    waiting: count(here.waiting),
                })
            })
            .collect()
    }

    /// Calls a person by a name on this phone; an empty one takes it away. It leaves the phone
    /// never.
    ///
    /// # Errors
    /// `device.not_bound`, `request.malformed` for a name that is too long, or a storage error.
    pub fn name_person(&self, person: String, name: String) -> Result<(), LifecertError> {
        Ok(self.phone.name_person(read_person(&person)?, &name)?)
    }

    /// Notes on this phone who a person is to whoever holds it.
    ///
    /// # Errors
    /// `device.not_bound`, or a storage error.
    pub fn relate(&self, person: String, relation: Relation) -> Result<(), LifecertError> {
        Ok(self.phone.relate(read_person(&person)?, relation.into())?)
    }

    /// The bindings that wait to be let in.
    ///
    /// # Errors
    /// A storage error.
    pub fn waiting_devices(&self) -> Result<Vec<WaitingDevice>, LifecertError> {
        let pending = self.phone.device().pending()?.into_iter();
        Ok(pending
            .map(|pending| WaitingDevice {
                device: pending.device.to_string(),
                agency: pending.pinned.agency.to_string(),
                address: pending.address,
            })
            .collect())
    }

    /// The most people on one phone.
    pub fn most_people(&self) -> u32 {
        u32::try_from(Device::MOST_PEOPLE).unwrap_or(u32::MAX)
    }

    /// Whether one more person may be bound here.
    ///
    /// # Errors
    /// `device.full`, or a storage error.
    pub fn has_room(&self) -> Result<(), LifecertError> {
        Ok(self.phone.device().has_room()?)
    }

    /// How many claims wait to be sent.
    ///
    /// # Errors
    /// A storage error.
    pub fn waiting_claims(&self) -> Result<u32, LifecertError> {
        Ok(count(self.phone.offline().waiting()?))
    }
}

#[uniffi::export(async_runtime = "tokio")]
impl Phone {
    /// Sends what waits, asks again for answers that got lost, and fetches challenges ahead. One
    /// that cannot be sent blocks no other.
    ///
    /// # Errors
    /// A storage error.
    pub async fn sync(&self) -> Result<SyncReport, LifecertError> {
        let synced = self.phone.sync().await?;
        let ahead = synced.ahead.into_iter().map(|(person, ahead)| Ahead {
            person: person.to_string(),
            challenges: ahead.map_or(0, count),
            code: ahead.err().map(|code| code.as_str().to_owned()),
        });
        let bindings = synced.bindings.into_iter();
        let claims = synced.sent.into_iter();
        Ok(SyncReport {
            bindings: bindings.map(|resent| resent.bound.into()).collect(),
            claims: claims.map(|sent| claim(sent.person, sent.fate)).collect(),
            ahead: ahead.collect(),
            waiting: count(synced.waiting),
        })
    }

    /// Lets another phone of the person in; gives whether it may certify now.
    ///
    /// # Errors
    /// What the server says, or that it cannot be reached.
    pub async fn confirm_device(
        &self,
        person: String,
        device: String,
    ) -> Result<bool, LifecertError> {
        let device: DeviceId = device.parse().map_err(malformed)?;
        let asking =
            async |agency: &Agency, asker: Asker<'_>| agency.confirm_device(asker, device).await;
        Ok(self.phone.ask(&self.binding(&person)?, asking).await?.bound)
    }

    /// Shuts a phone of the person out: one that was lost or sold, or this one.
    ///
    /// # Errors
    /// What the server says, or that it cannot be reached.
    pub async fn revoke_device(
        &self,
        person: String,
        device: String,
    ) -> Result<bool, LifecertError> {
        let device: DeviceId = device.parse().map_err(malformed)?;
        let asking =
            async |agency: &Agency, asker: Asker<'_>| agency.revoke_device(asker, device).await;
        Ok(self.phone.ask(&self.binding(&person)?, asking).await?.bound)
    }

    /// Looks for a newer list of the keys of a person's agency; gives its number, 0 where there is
    /// none.
    ///
    /// # Errors
    /// `server.untrusted`, or that the server cannot be reached.
    pub async fn refresh_keys(&self, person: String) -> Result<u64, LifecertError> {
        Ok(self.phone.refresh_keys(read_person(&person)?).await?)
    }

    /// Has the office erase everything that it has of a person's face, and then erases them from
    /// this phone. Every phone of theirs is shut out; roads without the face stay open.
    ///
    /// # Errors
    /// What the server says, or that it cannot be reached: then nothing is erased here either.
    pub async fn erase_everywhere(&self, person: String) -> Result<ErasedAtOffice, LifecertError> {
        let erased = self.phone.erase_everywhere(read_person(&person)?).await?;
        Ok(ErasedAtOffice {
            templates: erased.templates,
            devices: erased.devices,
        })
    }

    /// Erases a person from this phone: key, binding, receipts, challenges, and claims that wait.
    /// The office is not asked: see [`erase_everywhere`](Self::erase_everywhere).
    ///
    /// # Errors
    /// A storage error, or `key.unavailable`; asked again, the rest is erased.
    pub async fn erase(&self, person: String) -> Result<(), LifecertError> {
        Ok(self.phone.erase(read_person(&person)?).await?)
    }
}

impl From<Bound> for SentLater {
    fn from(bound: Bound) -> Self {
        let (outcome, code, person) = match bound {
            Bound::Now(binding) => (Outcome::Accepted, None, Some(binding.person.to_string())),
            Bound::Pending(_, code) => (Outcome::Referred, code, None),
            Bound::Not(code) => (Outcome::Refused, code, None),
            Bound::Unanswered(code) => (Outcome::Queued, Some(code), None),
        };
        Self {
            person,
            outcome,
            code: code.map(|code| code.as_str().to_owned()),
            receipt: None,
        }
    }
}

fn claim(person: Option<lifecert_protocol::PersonRef>, fate: Fate) -> SentLater {
    let (outcome, code, receipt) = match fate {
        Fate::Decided(decision) => {
            let outcome = match decision.outcome {
                Verdict::Accept => CoreOutcome::Accepted,
                Verdict::Refer => CoreOutcome::Referred,
                Verdict::Refuse => CoreOutcome::Refused,
            };
            let receipt = decision.receipt.and_then(|copy| copy.receipt().ok());
            (outcome, decision.code, receipt)
        }
        Fate::Refused(code) => (CoreOutcome::Refused, Some(code), None),
        Fate::Waits(code) => (CoreOutcome::Queued, Some(code), None),
    };
    SentLater {
        person: person.map(|person| person.to_string()),
        outcome: outcome.into(),
        code: code.map(|code| code.as_str().to_owned()),
        receipt: receipt.map(|receipt| receipt.receipt_id.to_string()),
    }
}

/// Nobody has four billion of them.
fn count(many: usize) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}
