//! The manifest of the models.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifecert_inference::Manifest;

fuzz_target!(|bytes: &[u8]| {
    let _ = Manifest::parse(bytes);
});
