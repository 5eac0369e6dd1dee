//! What members of staff send and get: JSON under the token of a session
//! (`Authorization: Bearer TOKEN`).
//!
//! | call | body | answer |
//! |---|---|---|
//! | POST [`SESSION`] | [`LogIn`] | [`Session`] |
//! | DELETE [`SESSION`] | - | - |
//! | GET [`TASKS`] | - | [`Tasks`] |
//! | POST [`FILES`] | [`FileRequest`] | [`PersonFile`] |
//! | GET [`PROPOSALS`] | - | [`Proposals`] |
//! | POST [`PROPOSALS`] | [`ProposalRequest`] | [`Proposal`] |
//! | POST [`APPROVE`], [`REFUSE`] | - | [`Proposal`] |
//! | POST [`REVOKE`] | [`Reason`] | - |
//! | POST [`ACCESS_LOG`] | [`AccessRequest`] | [`Accesses`] |
//! | GET [`VISITS`] | - | [`VisitList`] |
//! | POST [`VISITS`] | `SealedVisit` (CBOR) | [`VisitAnswer`] |
//!
//! Reading a file is a POST: it writes a record, and no address names a person.

use super::HistoryEntry;
use crate::{
    AgencyId, Assurance, ClaimId, DeviceId, ErrorCode, PersonRef, ReceiptId, Verdict, VisitId,
    VisitWork,
};
use serde::{Deserialize, Serialize};

/// Begins and ends a session.
pub const SESSION: &str = "/v1/staff/session";
/// What waits for a person to look at.
pub const TASKS: &str = "/v1/staff/tasks";
/// Reads a person's file.
pub const FILES: &str = "/v1/staff/files";
/// What was proposed and waits for a second person.
pub const PROPOSALS: &str = "/v1/staff/proposals";
/// Approves a proposal.
pub const APPROVE: &str = "/v1/staff/proposals/{id}/approve";
/// Refuses a proposal.
pub const REFUSE: &str = "/v1/staff/proposals/{id}/refuse";
/// Revokes a receipt.
pub const REVOKE: &str = "/v1/staff/receipts/{id}/revoke";
/// Who read which file and why.
pub const ACCESS_LOG: &str = "/v1/staff/access-log";

/// Whom a clerk is to visit, and what comes of it.
pub const VISITS: &str = "/v1/staff/visits";

/// A log-in.
#[derive(Serialize, Deserialize)]
pub struct LogIn {
    /// The account.
    pub account: String,
    /// Its password.
    pub password: String,
    /// The six digits that the authenticator app shows.
    pub code: String,
    /// Whether the session is for a day of visits: then it may do nothing else, and is not ended by
    /// half an hour without a request.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub visits: bool,
}

/// A session that has begun.
#[derive(Serialize, Deserialize)]
pub struct Session {
    /// The token of all further requests.
    pub token: String,
    /// The id of the member of staff.
    pub staff: String,
    /// What they may do.
    pub role: String,
    /// Where; empty for the whole agency.
    pub area: String,
    /// When it is over at the latest; half an hour without a request ends it, too.
    pub ends_ms: u64,
}

/// Open tasks, oldest first; some hundreds at most.
#[derive(Debug, Serialize, Deserialize)]
pub struct Tasks {
    /// The tasks.
    pub tasks: Vec<Task>,
}

/// Something that a person has to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its id.
    pub task: String,
    /// Whom it is about.
    pub person: PersonRef,
    /// What kind of thing it is.
    pub kind: String,
    /// Why, where there is a code.
    pub code: Option<ErrorCode>,
    /// The claim or device that it came from.
    pub source: String,
    /// Since when it waits.
    pub created_at_ms: u64,
    /// The proposal about it that waits for a second person.
    pub proposal: Option<String>,
}

/// Asks for a person's file, by their number or by their id number.
#[derive(Serialize, Deserialize)]
pub struct FileRequest {
    /// The person's number.
    #[serde(default)]
    pub person: Option<PersonRef>,
    /// Or the kind of the id number,
    #[serde(default)]
    pub id_kind: Option<String>,
    /// and the id number.
    #[serde(default)]
    pub id_number: Option<String>,
    /// Why; it stands in the record for ever, and nothing about the person belongs in it.
    pub reason: String,
}

/// A person's file.
#[derive(Serialize, Deserialize)]
pub struct PersonFile {
    /// The person's number.
    pub person: PersonRef,
    /// Name as on the card.
    pub name: String,
    /// The id number.
    pub id_number: String,
    /// Phone or address for announcements.
    pub contact: Option<String>,
    /// Where they belong.
    pub area: String,
    /// Until when they are certified, if they are.
    pub valid_until_ms: Option<u64>,
    /// By when they should certify.
    pub due_ms: u64,
    /// Their devices.
    pub devices: Vec<FileDevice>,
    /// Open tasks about them.
    pub tasks: Vec<Task>,
    /// Their newest claims, newest first.
    pub claims: Vec<FileClaim>,
    /// Their receipts, newest first.
    pub receipts: Vec<FileReceipt>,
    /// All evidence of life, newest first.
    pub evidence: Vec<HistoryEntry>,
}

/// A device in a file.
#[derive(Debug, Serialize, Deserialize)]
pub struct FileDevice {
    /// Its id.
    pub device: DeviceId,
    /// bound, pending or revoked.
    pub state: String,
    /// How well it is known.
    pub assurance: Assurance,
}

/// A claim in a file.
#[derive(Debug, Serialize, Deserialize)]
pub struct FileClaim {
    /// Its id.
    pub claim: ClaimId,
    /// When it came.
    pub received_at_ms: u64,
    /// What the machine decided.
    pub outcome: Verdict,
    /// Why it was not accepted.
    pub code: Option<ErrorCode>,
    /// The numbers of both sides (JSON).
    pub numbers: String,
}

/// A receipt in a file.
#[derive(Debug, Serialize, Deserialize)]
pub struct FileReceipt {
    /// Its id.
    pub receipt: ReceiptId,
    /// The claim that it rests on.
    pub claim: ClaimId,
    /// When it was given.
    pub issued_at_ms: u64,
    /// Until when it counts.
    pub valid_until_ms: u64,
    /// Since when it no longer counts.
    pub revoked_at_ms: Option<u64>,
}

/// Proposes to accept what a task is about, or to end the certificates of many people.
#[derive(Debug, Serialize, Deserialize)]
pub struct ProposalRequest {
    /// The task to accept.
    #[serde(default)]
    pub task: Option<String>,
    /// Or the people whose certificates and devices are to end, because they died or moved away.
    #[serde(default)]
    pub end: Vec<PersonRef>,
    /// Why; nothing about a person belongs in it.
    pub reason: String,
}

/// Open proposals, oldest first.
#[derive(Debug, Serialize, Deserialize)]
pub struct Proposals {
    /// The proposals.
    pub proposals: Vec<Proposal>,
}

/// What one member of staff proposed and another one decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its id.
    pub proposal: String,
    /// accept, end or policy.
    pub kind: String,
    /// The task that it is about.
    pub task: Option<String>,
    /// Whom it is about.
    pub people: Vec<PersonRef>,
    /// Why.
    pub reason: String,
    /// Who proposed it,
    pub proposed_by: String,
    /// and when.
    pub proposed_at_ms: u64,
    /// open, approved or refused.
    pub state: String,
    /// Who decided it.
    pub decided_by: Option<String>,
    /// The receipt that was given by it.
    pub receipt: Option<ReceiptId>,
}

/// Why something is done.
#[derive(Debug, Serialize, Deserialize)]
pub struct Reason {
    /// In at most 200 bytes; nothing about a person belongs in it.
    pub reason: String,
}

/// Asks for the record of reads.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct AccessRequest {
    /// Of this person's file alone.
    #[serde(default)]
    pub person: Option<PersonRef>,
    /// Of before this time alone: the time of the last one that was answered, for the next page.
    #[serde(default)]
    pub before_ms: Option<u64>,
}

/// Reads, newest first; some hundreds at most.
#[derive(Debug, Serialize, Deserialize)]
pub struct Accesses {
    /// The reads.
    pub accesses: Vec<Access>,
}

/// A read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Who read.
    pub staff: String,
    /// Whose file.
    pub person: PersonRef,
    /// What of it: the file, or sealed evidence.
    pub what: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at_ms: u64,
}

/// Whom a clerk is to visit, and what a visit is sealed with where there is no network.
#[derive(Serialize, Deserialize)]
pub struct VisitList {
    /// The agency.
    pub agency: AgencyId,
    /// The server.
    pub server: String,
    /// The id of the clerk.
    pub staff: String,
    /// The agency's evidence key: 32 bytes of X25519, base64url.
    pub key: String,
    /// The people, those who asked first before others.
    pub visits: Vec<DueVisit>,
}

/// Somebody to visit. It holds a name and has no `Debug`.
#[derive(Serialize, Deserialize)]
pub struct DueVisit {
    /// The person.
    pub person: PersonRef,
    /// Name as on the card.
    pub name: String,
    /// What is to be done.
    pub work: VisitWork,
    /// By when they should certify.
    pub due_ms: u64,
}

/// A visit that was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitAnswer {
    /// Which one.
    pub visit: VisitId,
    /// When it came first.
    pub received_at_ms: u64,
}
