//! Runs the laboratory.

use std::process::Command;

use serde_json::Value;

use crate::common::models;

/// Runs `lifecert eval` with `--json`: its exit code and the one object that it printed.
pub fn eval(arguments: &[&str]) -> (i32, Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_lifecert"))
        .env("LIFECERT_MODELS", models())
        .args(["--json", "eval"])
        .args(arguments)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let object = serde_json::from_str(text.trim()).unwrap_or(Value::Null);
    (output.status.code().unwrap(), object)
}
