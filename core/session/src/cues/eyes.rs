//! Do the eyes move? Fresh movement of the lids and corners: blinks, mostly.
//!
//! After Soukupova and Cech 2016 (eye aspect ratio) and Pan et al. 2007 (blinks against pictures),
//! on points from which everything that a sheet can do is taken out. Units: the landmarks' noise.
//! Measured worth: see [`crate::fusion`].

use super::motion::Motion;

pub(super) fn eyes(motion: &Motion) -> f32 {
    motion.fresh(36..48)
}
