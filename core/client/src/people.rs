//! Everybody who is bound to this phone, from what lies on it: what whoever holds it calls them,
//! who they are to that one, and where they stood when the office was last asked. Nothing of it is
//! sent.

use crate::{Binding, ClientError, Device, Phone, wall_clock_ms};
use lifecert_protocol::http::StatusAnswer;
use lifecert_protocol::{Digest, ErrorCode, KeyId, PersonRef, Receipt, Relation};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

const NOTES: &str = ".notes";

/// The longest local name, in characters.
const LONGEST_NAME: usize = 40;

/// Where a person stood when the office was last asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastStatus {
    /// What it answered.
    pub answer: StatusAnswer,
    /// When, by this device's clock.
    pub asked_at_ms: u64,
}

/// Somebody who is bound to this phone. It may hold a name and has no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PersonHere {
    /// The person.
    pub person: PersonRef,
    /// What whoever holds the phone calls them.
    pub name: Option<String>,
    /// Who they are to whoever holds the phone.
    pub relation: Option<Relation>,
    /// Where they stood when the office was last asked; nothing before it was.
    pub last: Option<LastStatus>,
    /// Until when they are certified, by that answer and by receipts that came after it.
    pub certified_until_ms: Option<u64>,
    /// How many of their claims wait to be sent.
    pub waiting: usize,
}

impl PersonHere {
    /// Whether they are certified at a time, as far as this phone knows.
    pub fn is_certified(&self, now_ms: u64) -> bool {
        self.certified_until_ms
            .is_some_and(|until_ms| until_ms >= now_ms)
    }
}

/// What lies on the phone about a person beside their binding.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Notes {
    name: Option<String>,
    relation: Option<Relation>,
    last: Option<LastStatus>,
    /// The look that bound this phone with a key: a claim's digest.
    bound_by: Option<(KeyId, Digest)>,
}

impl Phone {
    /// Everybody who is bound here, from what lies on the phone; no network is used.
    ///
    /// # Errors
    /// A storage error.
    pub fn people(&self) -> Result<Vec<PersonHere>, ClientError> {
        let waiting = self.offline().waiting_people()?;
        let mut people = Vec::new();
        for binding in self.one_binding_each()? {
            let person = binding.person;
            // What was noted can be asked for again: where it is damaged, the person is shown
            // still.
            let notes = self.device().notes(person).unwrap_or_default();
            let receipts = self.receipts(person)?;
            let receipts = receipts.iter().map(|(receipt, _)| receipt);
            people.push(PersonHere {
                person,
                name: notes.name,
                relation: notes.relation,
                certified_until_ms: certified_until_ms(notes.last.as_ref(), receipts),
                last: notes.last,
                waiting: waiting.iter().filter(|one| **one == person).count(),
            });
        }
        Ok(people)
    }

    /// Asks each person's agency where they stand, and keeps what it says. One that fails holds up
    /// no other; an agency that cannot be reached is not asked again for the next.
    ///
    /// # Errors
    /// A storage error.
    pub async fn refresh_people(
        &self,
    ) -> Result<Vec<(PersonRef, Result<StatusAnswer, ErrorCode>)>, ClientError> {
        let mut away: Vec<String> = Vec::new();
        let mut answers = Vec::new();
        for binding in self.one_binding_each()? {
            let asked = if away.contains(&binding.address) {
                Err(ClientError::Unreachable)
            } else {
                self.refresh(&binding).await
            };
            if asked == Err(ClientError::Unreachable) {
                away.push(binding.address);
            }
            answers.push((binding.person, asked.map_err(|error| error.code())));
        }
        Ok(answers)
    }

    async fn refresh(&self, binding: &Binding) -> Result<StatusAnswer, ClientError> {
        let agency = self.own_agency(binding)?;
        let answer = agency.status(self.asker(binding)).await;
        self.device().learn(&agency)?;
        let answer = answer?;
        self.keep_status(binding.person, &answer);
        self.fetch_newest(binding, &answer).await?;
        Ok(answer)
    }

    /// Keeps what was answered, for the list. That there is no room for it takes nothing from the
    /// answer, which can be asked for again.
    pub(crate) fn keep_status(&self, person: PersonRef, answer: &StatusAnswer) {
        let last = LastStatus {
            answer: answer.clone(),
            asked_at_ms: wall_clock_ms(),
        };
        let _ = self.note(person, |notes| notes.last = Some(last));
    }

    /// Calls a person by a name on this phone; an empty one takes it away.
    ///
    /// # Errors
    /// [`ErrorCode::RequestMalformed`] for a name of more than 40 characters or with control
    /// characters in it; [`ClientError::NotBound`], or a storage error.
    pub fn name_person(&self, person: PersonRef, name: &str) -> Result<(), ClientError> {
        let name = name.trim();
        if name.chars().count() > LONGEST_NAME || name.contains(char::is_control) {
            return Err(ClientError::Problem {
                code: ErrorCode::RequestMalformed,
                retry_after_s: None,
            });
        }
        let name = (!name.is_empty()).then(|| name.to_owned());
        self.note(person, |notes| notes.name = name)
    }

    /// Notes who a person is to whoever holds the phone.
    ///
    /// # Errors
    /// [`ClientError::NotBound`], or a storage error.
    pub fn relate(&self, person: PersonRef, relation: Relation) -> Result<(), ClientError> {
        self.note(person, |notes| notes.relation = Some(relation))
    }

    fn note(&self, person: PersonRef, change: impl FnOnce(&mut Notes)) -> Result<(), ClientError> {
        // Nothing is noted of somebody who was erased meanwhile.
        self.binding(person)?;
        let _alone = self.device().alone_with_notes();
        let mut notes = self.device().notes(person).unwrap_or_default();
        change(&mut notes);
        self.device().keep_notes(person, &notes)
    }

    fn one_binding_each(&self) -> Result<Vec<Binding>, ClientError> {
        let mut bindings = self.device().bindings()?;
        bindings.sort_by_key(|binding| binding.person);
        bindings.dedup_by_key(|binding| binding.person);
        Ok(bindings)
    }
}

impl Device {
    fn notes(&self, person: PersonRef) -> Result<Notes, ClientError> {
        let bytes = self.people.read(&format!("{person}{NOTES}"))?;
        match bytes {
            Some(bytes) => {
                serde_json::from_slice(&bytes).map_err(|_| ClientError::StorageUnreadable)
            }
            None => Ok(Notes::default()),
        }
    }

    fn keep_notes(&self, person: PersonRef, notes: &Notes) -> Result<(), ClientError> {
        let bytes = serde_json::to_vec(notes).map_err(|_| ClientError::StorageUnreadable)?;
        self.people
            .write(&format!("{person}{NOTES}"), &Zeroizing::new(bytes))
    }

    /// Notes the look that a binding came of. That there is no room for it takes nothing from the
    /// binding.
    pub(crate) fn note_look(&self, binding: &Binding, look: Digest) {
        let _alone = self.alone_with_notes();
        let mut notes = self.notes(binding.person).unwrap_or_default();
        notes.bound_by = Some((binding.key, look));
        let _ = self.keep_notes(binding.person, &notes);
    }

    /// The look that a binding came of, where it was accepted at once.
    pub(crate) fn look_of(&self, binding: &Binding) -> Option<Digest> {
        let (key, look) = self.notes(binding.person).ok()?.bound_by?;
        (key == binding.key).then_some(look)
    }

    pub(crate) fn forget_notes(&self, person: PersonRef) -> Result<(), ClientError> {
        self.people.remove(&format!("{person}{NOTES}"))
    }
}

/// Until when somebody is certified: by the office's last answer, and by receipts for looks after
/// it.
fn certified_until_ms<'a>(
    last: Option<&LastStatus>,
    receipts: impl Iterator<Item = &'a Receipt>,
) -> Option<u64> {
    let asked_at_ms = last.map_or(0, |last| last.asked_at_ms);
    let newer = receipts.filter(|receipt| receipt.proved_to_ms > asked_at_ms);
    let answered = last.and_then(|last| last.answer.valid_until_ms);
    newer
        .map(|receipt| receipt.valid_until_ms)
        .chain(answered)
        .max()
}
