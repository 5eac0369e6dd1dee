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
//! store     one set of statements for SQLite and PostgreSQL, one way to write
//! witness   another's log, cosigned: a server of its own that shares nothing with the rest
//! ```
//!
//! It has no features.
#![forbid(unsafe_code)]

pub mod clock;
pub mod error;
pub mod http;
pub mod id_number;
pub mod keys;
pub mod letters;
pub mod recompute;
pub mod roster;
pub mod service;
pub mod store;
pub mod witness;
