//! What the whole-chain tests, the demo and the benchmarks share: databases, a real server process,
//! people and their letters.
//!
//! Nothing here stands in for something real: databases are files and clusters, the server is its
//! own process, faces come from the videos of the model manifest.

pub mod authority;
pub mod database;
pub mod desk;
pub mod look;
pub mod modelled;
pub mod morph;
pub mod office;
pub mod paper;
pub mod phone;
pub mod resigned;
pub mod staff;
pub mod test_log;
