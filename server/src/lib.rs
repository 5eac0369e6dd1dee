//! The certification server.
