//! From borrowed pixels to an [`Observation`](lifecert_session::Observation): detect, landmarks,
//! align, pose, eyes, quality, liveness, embed.
//!
//! What it does not do: it decides nothing (that is `lifecert-session` on a device and the server's
//! policy), keeps no frame, reads no file and no clock.
//!
//! ```text
//! buffer --bounds check--> FrameRef
//!   --> detector (320x240, the one resize of the whole frame) --> box nearest the centre
//!   --> landmarks (64x64 grey) --> pose, eyes, alignment --> aligned grey face --> sharpness
//!   --> liveness (128x128), embedding (112x112), where asked for
//!   --> Seen { observation, embedding }
//! ```
//!
//! [`Analyzer`] looks at one picture ([`Recognition`] embeds a face that one has seen, on another
//! thread); [`Watch`] looks at a session's frames one after another,
//! tracks the face between detections and says whether it is still the same one. [`Picture`] and
//! [`encode_key_frame`] lead from files to frames and back.
//!
//! ```no_run
//! use lifecert_inference::ModelStore;
//! use lifecert_vision::{Analyzer, Depth, Picture};
//!
//! let mut analyzer = Analyzer::load(&ModelStore::open("models")?)?;
//! let picture = Picture::decode(&std::fs::read("face.jpg")?)?;
//! let seen = analyzer.analyze(&picture.frame(), 0, Depth::Full)?;
//! println!("{} faces", seen.observation.faces);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It has no features.
#![forbid(unsafe_code)]

mod align;
mod analyze;
mod backlight;
mod cover;
mod detect;
mod embed;
mod embedding;
mod error;
mod eyes;
mod frame;
mod geometry;
mod key_frame;
mod landmarks;
mod letterbox;
mod liveness;
mod mouth;
mod nets;
mod picture;
mod portraits;
mod pose;
mod quality;
mod sample;
mod template;
#[cfg(test)]
mod tests;
mod texture;
mod watch;

pub use analyze::{Analyzer, Depth, Seen};
pub use embed::Recognition;
pub use embedding::Embedding;
pub use error::VisionError;
pub use frame::{ColorRange, FrameRef, MAX_SIDE, Plane, Rotation};
pub use key_frame::{encode_key_frame, encode_photo};
pub use nets::{ModelIds, Nets};
pub use picture::Picture;
pub use portraits::{Portrait, Portraits};
pub use template::{Combined, SAME_PICTURE, TEMPLATE_PICTURES, TooFewPictures, renewed};
pub use watch::Watch;
