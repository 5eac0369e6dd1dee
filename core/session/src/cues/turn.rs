//! Does the nose move against the rest of the face? It stands out by a third of the distance of the
//! eyes, so a head that turns, nods or comes closer shifts it; a tilted sheet does not.
//!
//! After Kollreider et al. 2009 (the middle of the face moves more than its edge). Units: the
//! landmarks' noise. Measured worth: see [`crate::fusion`].

use super::motion::Motion;

pub(super) fn turn(motion: &Motion) -> f32 {
    motion.fresh(27..36)
}
