//! A witness of logs (c2sp.org/tlog-witness): it cosigns a checkpoint only if the log's tree begins
//! with the one that it cosigned last.
//!
//! It needs no database and knows nobody: a key, one file with what it cosigned last, and the keys
//! of the logs that it watches. It can be run by another county, a bank or an auditor.
//!
//! ```text
//! http   POST /add-checkpoint, GET /<hash of the log's name>/checkpoint
//! state  the file: read at the start, written before each answer
//! ```

mod http;
mod state;

pub use http::router;
pub use state::{Witness, WitnessError};
