//! Lifecert client.
