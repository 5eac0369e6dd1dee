//! The device's side of everything that leaves the session: connection, outbox, keys.
//!
//! It decides nothing about a person. It looks at no picture by itself and shows nothing.
//!
//! ```text
//! Effect::Sign   --> KeyVault --> Event::Signed
//! Effect::Submit --> Connection --> Event::Answered
//!                \-> Outbox (no network) --> Event::Queued, sent later
//! ```
//!
//! ring is the only crypto provider. It has no features.

mod connection;
mod error;
mod outbox;
mod sealed;
mod vault;

pub use connection::{Connection, ConnectionSettings};
pub use error::ClientError;
pub use outbox::{Outbox, Waiting};
pub use sealed::SealedFolder;
pub use vault::{DeviceSignature, KeyVault, SoftwareVault};
