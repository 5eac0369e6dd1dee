//! Recognition measured on pictures of known people: accuracy, and false non-matches at given
//! rates of false matches.
//!
//! ```text
//! pairs file --> Pairs --> embeddings (one a picture, by the caller) --> similarities of the pairs
//!                                                   |                      accuracy, FNMR
//!                                                   +--> every cross-person pair: thresholds
//! ```

mod accuracy;
mod impostors;
mod pairs;
mod rate;
mod sources;

pub use accuracy::{Accuracy, accuracy};
pub use impostors::{Faces, Impostors};
pub use pairs::{Fold, Pair, Pairs, PairsError, PictureName};
pub use rate::{Rate, percent};
pub use sources::{Source, SourceKind, Sources, SourcesError, Unread};

/// Rates of false matches that thresholds are given for, with their names.
pub const FMR_TARGETS: [(&str, f64); 5] = [
    ("1e-2", 1e-2),
    ("1e-3", 1e-3),
    ("1e-4", 1e-4),
    ("1e-5", 1e-5),
    ("1e-6", 1e-6),
];

/// The similarity of a pair of which a picture shows no face: it never matches.
pub const NO_FACE: f32 = f32::NEG_INFINITY;

/// The share of same pairs whose similarity is below a threshold.
pub fn fnmr(same: &[f32], threshold: f32) -> f64 {
    let missed = same
        .iter()
        .filter(|&&similarity| similarity < threshold)
        .count();
    missed as f64 / same.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_without_a_face_is_always_missed() {
        assert_eq!(fnmr(&[0.5, NO_FACE, 0.2, 0.4], 0.4), 0.5);
        assert_eq!(fnmr(&[NO_FACE], f32::MIN), 1.0);
        assert_eq!(fnmr(&[], 0.4), 0.0);
    }
}
