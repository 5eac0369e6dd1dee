//! The public log: what stands in it, and how anyone checks it.

mod leaf;

pub use leaf::{Leaf, LeafKind};
