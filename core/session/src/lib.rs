//! The sans-IO state machine of one certification.
mod observation;

pub use observation::{FaceBounds, FaceObservation, MonotonicMs, Observation, Pose};
