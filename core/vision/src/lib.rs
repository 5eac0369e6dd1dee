//! Lifecert vision.
