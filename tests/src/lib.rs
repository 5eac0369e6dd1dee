//! Tests over the whole chain.
