//! Presentation attacks made by rendering: a still of a person, shown to a seeded camera.
//!
//! ```text
//! frame --> Still (the face and its surround) --> Reshow (hand, sensor, JPEG) --> frames
//! ```
//!
//! A still that is rendered without print or screen in between is as live to a passive net as the
//! picture was: only time can tell, and that is what these are for.

mod held;
mod still;

pub use held::Reshow;
pub use still::Still;
