//! The program `lifecert` as somebody types it, one program of tests.

mod command_line;
mod common;
mod eval;
mod eval_session;
mod laboratory;
mod phone;
