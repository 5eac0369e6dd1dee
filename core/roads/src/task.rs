//! What comes of a press beside the next page: work for the phone, and what leaves the app.

use crate::people::OnRecord;
use lifecert_protocol::{ConsentPurposes, ErrorCode, Outcome, Relation, Road};

/// Something that is done now with the look that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The person pressed start.
    Start,
    /// They would rather do another action.
    Swap,
    /// They stopped.
    Cancel,
    /// They would like to hear it again.
    SayAgain,
    /// The next frame is to be kept: a sheet of paper.
    TakePicture,
}

/// Work that takes a moment; a page says so meanwhile. It may hold a letter's code and has no
/// `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum Task {
    /// Ask where everybody stands, and send what waits.
    Refresh,
    /// Send what waits.
    Sync,
    /// Open the look of a binding.
    Bind {
        /// The office's address,
        address: String,
        /// what the letter says that it signs with,
        key: Option<String>,
        /// and the letter's code.
        code: zeroize::Zeroizing<String>,
        /// Whether somebody else holds the phone.
        family: bool,
    },
    /// Open the look of a certification.
    Certify {
        /// The person.
        person: String,
        /// Whether somebody else holds the phone.
        family: bool,
        /// Whether they are abroad.
        abroad: bool,
    },
    /// Open a look for practice.
    Practise,
    /// Sign and send what the look gave, or keep it.
    Finish,
    /// Note who a person is to whoever holds the phone, and what that one calls them.
    Note {
        /// The person.
        person: String,
        /// Who they are, where that was said.
        relation: Option<Relation>,
        /// What they are called; unchanged without one.
        name: Option<String>,
    },
    /// Give consent.
    Consent {
        /// The person.
        person: String,
        /// What to.
        purposes: ConsentPurposes,
        /// Who they are to whoever holds the phone.
        relation: Option<Relation>,
    },
    /// Take every consent back.
    Withdraw(String),
    /// Ask for another road.
    AskRoad(String, Road),
    /// Ask what is on record.
    History(String),
    /// Erase a person from this phone.
    EraseHere(String),
    /// Have the office erase the face, then erase them here.
    EraseEverywhere(String),
    /// Let another phone in, or shut it out.
    OtherPhone {
        /// The person.
        person: String,
        /// The other phone.
        device: String,
        /// Whether it is theirs.
        theirs: bool,
    },
    /// Sign a clerk in for a day of visits.
    SignIn {
        /// The office's address.
        address: String,
        /// The account,
        account: String,
        /// its password,
        password: zeroize::Zeroizing<String>,
        /// and the code of its second factor.
        code: String,
    },
    /// Keep the day under a PIN.
    KeepDay(zeroize::Zeroizing<String>),
    /// Open the day with its PIN.
    OpenDay(zeroize::Zeroizing<String>),
    /// Sign the clerk out; what was sealed for the office stays.
    EndDay,
    /// Open a visit: what another one gave and was not sealed is let go.
    OpenVisit(String),
    /// Make the nets ready to take pictures of somebody's face.
    OpenModel(String),
    /// Seal what a visit gave, and keep it to be sent.
    SealVisit(String),
    /// Send the visits that wait.
    SendVisits,
}

/// What came of a task.
pub enum Done {
    /// It is done; who is on the phone was read anew.
    Fine,
    /// A look is open.
    Opened {
        /// A word about the phone's clock.
        clock: Option<ErrorCode>,
    },
    /// A look came to its end.
    Answered(Answer),
    /// What waited was sent, but for so many.
    Sent {
        /// How many claims wait on.
        waiting: u32,
    },
    /// What is on record, newest first.
    History(Vec<OnRecord>),
    /// It did not go through.
    Failed(Trouble),
}

/// What came of a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How it ended.
    pub outcome: Outcome,
    /// Why, unless accepted.
    pub trouble: Option<Trouble>,
    /// The person, where they are known to this phone now.
    pub person: Option<String>,
    /// The receipt, which lies on the phone.
    pub receipt: Option<String>,
}

/// Why something did not go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trouble {
    /// The stable code.
    pub code: ErrorCode,
    /// Seconds to rest before the next try.
    pub rest_s: Option<u32>,
}

/// Something outside of the app, which the shell does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outward {
    /// Show a telephone number in the phone's dialler.
    Call(String),
    /// Hand a receipt on.
    ShareReceipt(String),
    /// Print one.
    PrintReceipt(String),
    /// The phone's own settings of this app.
    SystemSettings,
    /// An entry in the calendar.
    Calendar {
        /// What it is called.
        title: String,
        /// When, milliseconds since 1970.
        at_ms: u64,
    },
    /// Notifications before a deadline, in place of earlier ones of the same person; no times take these
    /// away.
    Remind {
        /// The person, so that a later one takes its place.
        person: String,
        /// What it says; no name stands in it.
        title: String,
        /// When, each in milliseconds since 1970.
        at_ms: Vec<u64>,
    },
    /// Settings were changed: keep them, draw and speak by them.
    Preferences,
    /// Say the page once more.
    SayAgain,
    /// Leave the app.
    Leave,
}
