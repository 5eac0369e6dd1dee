//! Where somebody is on the roads.

use crate::look::View;
use crate::people::OnRecord;
use crate::task::{Task, Trouble};
use lifecert_protocol::{ConsentPurposes, ErrorCode, Outcome, Prompt};

/// The page that is shown, with what it has to know.
#[derive(Clone)]
pub(crate) enum State {
    // Opening.
    Language,
    Welcome,
    ForWhom,
    Relation,
    Letter,
    NoLetter,
    LetterScan,
    OfficeAddress,
    LetterCode,
    // The look.
    Ready(Aim),
    Look(Aim, View),
    CameraDenied,
    CameraMissing,
    CameraLost(Aim, View),
    ClockWrong(Aim, ErrorCode),
    Working(Task),
    PracticeDone,
    Waiting,
    // Consent, a purpose each.
    Consent(String),
    Purpose(String, Purpose, ConsentPurposes),
    ConsentRefused(String),
    NamePerson(String),
    // The end.
    Result(Ending),
    Trouble(Trouble, Option<String>),
    // Those on the phone.
    People,
    Person(String),
    More(String),
    Receipts(String),
    Receipt(String, String),
    History(String, Vec<OnRecord>),
    OtherRoad(Option<String>),
    OtherRoadAsked(String),
    Call(Option<String>),
    Reminder(String),
    ReminderSet(String),
    OtherPhone(String, String),
    OtherPhoneDone(String),
    Unsent,
    Sent(u32),
    Place,
    // Leaving.
    Withdraw(String),
    Withdrawn(String),
    Erase(String),
    EraseHere(String),
    EraseEverywhere(String),
    Erased,
    // Settings.
    Settings,
    TextSize,
    SpeechRate,
    Appearance,
    Vibration,
    // A clerk's day of visits.
    StaffOffice,
    StaffName,
    StaffPassword,
    StaffCode,
    StaffPinNew,
    StaffPin,
    Visits,
    Visit(String),
    VisitFace(String, Prompt),
    VisitForm(String),
    VisitSealed(String),
    VisitsSent(u32),
}

/// What a look is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Aim {
    Practice,
    Bind,
    Certify(String),
}

/// What a person is asked to agree to, one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Helper,
    Numbers,
    Pictures,
    Keeping,
}

/// Somebody whose binding has not come to its end.
pub(crate) struct Awaited {
    /// Who was here before them.
    pub here: Vec<String>,
    /// Whether the office has not answered yet; otherwise another phone has to let this one in.
    pub unanswered: bool,
}

/// How a look ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ending {
    pub outcome: Outcome,
    pub trouble: Option<Trouble>,
    pub person: Option<String>,
    pub receipt: Option<String>,
}

impl State {
    /// Whether back leads here: not to what only passes by.
    pub fn is_a_place(&self) -> bool {
        !matches!(
            self,
            State::Working(_)
                | State::Look(..)
                | State::CameraLost(..)
                | State::ClockWrong(..)
                | State::Trouble(..)
                | State::VisitFace(..)
                | State::VisitForm(_)
        )
    }

    /// Whom it is about.
    pub fn person(&self) -> Option<&str> {
        match self {
            State::Ready(Aim::Certify(person))
            | State::Look(Aim::Certify(person), _)
            | State::CameraLost(Aim::Certify(person), _)
            | State::ClockWrong(Aim::Certify(person), _)
            | State::Consent(person)
            | State::Purpose(person, ..)
            | State::ConsentRefused(person)
            | State::NamePerson(person)
            | State::Person(person)
            | State::More(person)
            | State::Receipts(person)
            | State::Receipt(person, _)
            | State::History(person, _)
            | State::OtherRoadAsked(person)
            | State::Reminder(person)
            | State::ReminderSet(person)
            | State::OtherPhone(person, _)
            | State::OtherPhoneDone(person)
            | State::Withdraw(person)
            | State::Withdrawn(person)
            | State::Erase(person)
            | State::EraseHere(person)
            | State::EraseEverywhere(person) => Some(person),
            State::OtherRoad(person) | State::Call(person) | State::Trouble(_, person) => {
                person.as_deref()
            }
            State::Result(ending) => ending.person.as_deref(),
            _ => None,
        }
    }
}
