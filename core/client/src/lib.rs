//! The device's side of everything that leaves the session: frames, keys, the agency's server, the
//! device's folder, the outbox.
//!
//! It decides nothing about a person, shows nothing and opens no camera: a shell pushes frames in
//! and does what the cues say.
//!
//! ```text
//! frame --push--> Capture (Watch + Session + key frames) --> Cue::Prompt, Cue::Progress
//!   Cue::Sign   --> sign (KeyVault)
//!   Cue::Submit --> submit_claim --> Agency --> Decision, receipt verified
//!                               \-> Offline (no network): sent later, in order
//!                   BindAttempt::submit --> Agency --> Device
//! Phone: device, keys, offline and connections together; the roads that every shell walks
//! ```
//!
//! ring is the only crypto provider. It has no features.
#![forbid(unsafe_code)]

mod agency;
mod bind;
mod binding;
mod capture;
mod certify;
mod clerk_day;
mod connection;
mod device;
mod errands;
mod error;
mod holder_copy;
mod meet;
mod offline;
mod outbox;
mod people;
mod phone;
mod pinned;
mod practice;
mod sealed;
mod signed_claim;
mod template;
mod tls;
mod vault;
mod visits;

pub use agency::{
    Agency, Asker, CheckedChallenge, ConsentDraft, clock_warning, enrol, wall_clock_ms,
};
pub use bind::{BindAttempt, Bound, Resent, resend_bindings};
pub use binding::{Binding, PendingBinding};
pub use capture::{Capture, Cue, Opening};
pub use certify::{Submitted, sign, submit_claim};
pub use clerk_day::{ClerkDay, Credentials, PIN_DIGITS, PIN_TRIES, VisitsSent};
pub use connection::{Connection, ConnectionSettings};
pub use device::{Device, StorageKey};
pub use errands::{ShownText, Synced};
pub use error::ClientError;
pub use holder_copy::HolderCopy;
pub use offline::{Fate, Offline, Sent};
pub use outbox::{Outbox, Waiting};
pub use people::{LastStatus, PersonHere};
pub use phone::Phone;
pub use pinned::{ListOfKeys, Pinned};
pub use sealed::SealedFolder;
pub use signed_claim::{Decision, SignedClaim};
pub use vault::{DeviceSignature, KeyVault, SoftwareVault};
pub use visits::{seal_visit, send_visit, visits};
