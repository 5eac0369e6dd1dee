//! Does the same come again? The share of the movement that a loop cannot explain.
//!
//! Autocorrelation of the shape, at the lag from 0.9 to 4 s where the face resembles itself most. A
//! loop gives 0 to 0.15 (its second showing has other noise and another hand), a person 0.15 to 1.
//! It abstains where nothing moves: noise resembles nothing, and a still picture is no loop.

use super::motion::Motion;

/// Movement over the noise from which on there is something to come again.
const MOVES: f32 = 2.5;

pub(super) fn repeat(motion: &Motion) -> Option<f32> {
    (motion.whole(27..68) >= MOVES).then(|| motion.fresh_share(27..68).clamp(0.0, 1.0))
}
