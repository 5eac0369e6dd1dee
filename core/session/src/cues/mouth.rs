//! Does the mouth move? Fresh movement of the lips: speech, opening, swallowing.
//!
//! After Kollreider et al. 2007 (lips and digits). Units: the landmarks' noise. Measured worth: see
//! [`crate::fusion`].

use super::motion::Motion;

pub(super) fn mouth(motion: &Motion) -> f32 {
    motion.fresh(48..68)
}
