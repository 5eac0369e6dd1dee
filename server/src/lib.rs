//! The certification server: `http -> service -> store`.
//!
//! It believes nothing because a device says it. Key frames that travel with a claim are looked at
//! again with the server's own nets, and the decision follows from those numbers; the device's
//! numbers can lower an outcome, never raise it.
//!
//! ```text
//! http      parses bytes into types, turns outcomes into answers and problems
//! service   people, letters, bindings, challenges, claims: the rules
//! recompute the very vision code of the device, over the key frames
//! attest    what hardware says of a device key, held against configured roots
//! store     one set of statements for SQLite and PostgreSQL, one way to write
//! witness   another's log, cosigned: a server of its own that shares nothing with the rest
//! ```
//!
//! The feature `s3` lets sealed evidence lie in a bucket; it alters nothing else.
#![forbid(unsafe_code)]

pub mod audit;
pub mod backup;
pub mod clock;
pub mod error;
pub mod evidence;
pub mod http;
pub mod keys;
pub mod letters;
pub mod log;
pub mod recompute;
pub mod service;
pub mod store;
pub mod witness;
pub mod worker;

pub use lifecert_attest as attest;
pub use lifecert_roster as roster;
pub use lifecert_roster::id_number;
