//! Recognition measured on pictures of known people: accuracy, and false non-matches at given
//! rates of false matches.
//!
//! ```text
//! pairs file --> Pairs --> embeddings (one a picture, by the caller) --> similarities of the pairs
//!                                                   |                      accuracy, FNMR
//!                                                   +--> every cross-person pair: thresholds
//! ```

mod accuracy;
mod curve;
mod groups;
mod impostors;
mod pairs;
mod rate;
mod recognition;
pub mod report;
mod sources;
mod templates;

pub use accuracy::{Accuracy, accuracy};
pub use curve::{Point, at_or_above, auc, below, curve, curve_against};
pub use groups::{Column, CsvError, Groups};
pub use impostors::{Faces, Impostors, Wanted};
pub use pairs::{Fold, Pair, Pairs, PairsError, PictureName};
pub use rate::{Rate, percent};
pub use recognition::{
    ENOUGH_TRIALS, Face, GroupRates, Operating, Trials, enough_pairs, similarity, worst_to_best,
};
pub use sources::{Source, SourceKind, Sources, SourcesError, Unread};
pub use templates::{Sides, Split};

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
