//! What Kotlin and Swift see of the core: own types, no logic. The exported items are the list of
//! what may leave Rust; `api-surface.txt` holds it, one line an item.
//!
//! It decides nothing, shows nothing and knows no camera: a shell pushes frames in, does what the
//! cues say, keeps the hardware keys and asks [`Guidance`](guidance::Guidance) for every word that
//! a person reads or hears.
//!
//! ```text
//! shell --open--> Phone (folder, storage key, KeyVault of the shell)
//!   --bind, certify--> Session --push_frame--> Cue::Prompt, Cue::Progress ... Cue::Finish
//!   --finish--> KeyVault.sign (suspends) --> the agency, or the outbox --> Answer
//! every error --> LifecertError.code() --> Guidance.error(code) --> Words
//! ```
//!
//! Frames and presses are synchronous calls with borrowed bytes; all that speaks to a network or to
//! a key suspends. No panic crosses: the scaffolding turns one into an exception of the shell's
//! language. It has no features.

// The scaffolding's exported functions are unsafe by nature; nothing here is written so by hand.
#![allow(unsafe_code)]

pub mod app;
pub mod consent;
pub mod device;
pub mod errors;
pub mod frame;
pub mod guidance;
pub mod models;
pub mod page;
pub mod phone;
pub mod receipts;
mod rounds;
pub mod session;
pub mod standing;
mod tasks;
pub mod vault;
pub mod vocabulary;
mod work;

uniffi::setup_scaffolding!("lifecert");
