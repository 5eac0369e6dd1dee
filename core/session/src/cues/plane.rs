//! Does the face move as one sheet? Fresh movement of nose, eyes and mouth together.
//!
//! Its own idea, after the planarity tests of Bao et al. 2009 (optical flow) and De Marsico et al.
//! 2012 (3D invariants): with a homography alone, tilting and bending pass for movement; see
//! [`super::shape`]. Units: the landmarks' noise. Measured worth: see [`crate::fusion`].

use super::motion::Motion;

pub(super) fn plane(motion: &Motion) -> f32 {
    motion.fresh(27..68)
}
