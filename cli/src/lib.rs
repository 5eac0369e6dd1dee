//! A phone without a phone: the parts of the `lifecert` program that tests and measurements use
//! too.
//!
//! [`attacks`] renders what an attacker would show, [`look`] shows frames to the very session that
//! a device runs, [`eval`] turns outcomes into error rates, [`cores`] does long work on all cores,
//! [`log`] goes over a public log. What it does not do: it looks at no picture itself (that is
//! `lifecert-vision`), speaks to no server (that is `lifecert-client`) and prints no receipt (that
//! is `lifecert-paper`). It has no features.
#![forbid(unsafe_code)]

pub mod attacks;
pub mod cores;
pub mod eval;
pub mod log;
pub mod look;
