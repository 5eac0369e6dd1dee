//! The certification server.
fn main() {}
