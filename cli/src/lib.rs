//! A phone without a phone.
