//! Lifecert inference.
