//! Lifecert guidance.
