//! Who is on the phone, as the roads need to know it.

use lifecert_protocol::{Modality, Relation, Road};

/// Somebody on the phone. It may hold a name and has no `Debug`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// Their random number.
    pub person: String,
    /// What whoever holds the phone calls them.
    pub name: Option<String>,
    /// Who they are to that one.
    pub relation: Option<Relation>,
    /// Until when they are certified, as far as the phone knows.
    pub certified_until_ms: Option<u64>,
    /// From when they can certify next, and by when they should, where the office was asked.
    pub opens_ms: Option<u64>,
    /// See above.
    pub due_ms: Option<u64>,
    /// Whether somebody at the office looks at it.
    pub under_review: bool,
    /// The road without the face that they asked for.
    pub road: Option<Road>,
    /// Other phones that ask to be let in.
    pub asking_phones: Vec<String>,
    /// How many of their claims wait to be sent.
    pub waiting: u32,
    /// Their receipts on this phone, newest first.
    pub receipts: Vec<HeldReceipt>,
    /// The office's telephone.
    pub office_phone: Option<String>,
}

impl Person {
    /// Whether somebody else holds the phone for them.
    pub fn is_helped(&self) -> bool {
        self.relation
            .is_some_and(|relation| relation != Relation::Oneself)
    }
}

/// A receipt on the phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldReceipt {
    /// Its number.
    pub receipt: String,
    /// What it proves, and until when it counts.
    pub record: OnRecord,
    /// Until when it counts.
    pub until_ms: u64,
}

/// One piece of evidence of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnRecord {
    /// By what kind.
    pub modality: Modality,
    /// Alive between this time
    pub from_ms: u64,
    /// and this one.
    pub to_ms: u64,
}
