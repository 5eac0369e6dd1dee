//! Error rates as a laboratory measures them: recognition on pictures of known people, liveness on
//! living people and on attacks, each rate with its confidence interval.
//!
//! What it does not do: it looks at no picture (the commands do, by the shipping analyzer) and
//! knows no policy.
//!
//! ```text
//! pairs file --> Pairs --> faces, one a picture --> Trials: one or several pictures a side, groups
//!                                                     |
//!                            similarities of one person, Impostors: every cross-person pair
//!                                                     |
//! folders --> Sources --> liveness --> pad            +--> Operating: threshold, FNMR, FMR
//!                                       |             |
//!                                       +--> Rate, curve --> report (one HTML page)
//! ```

mod accuracy;
mod curve;
mod groups;
mod identities;
mod impostors;
pub mod pad;
mod pairs;
mod rate;
mod recognition;
pub mod report;
mod sources;
pub mod species;
mod templates;

pub use accuracy::{Accuracy, accuracy};
pub use curve::{Point, at_or_above, auc, below, curve, curve_against};
pub use groups::{Column, CsvError, Groups};
pub use identities::{Identities, Identity};
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
