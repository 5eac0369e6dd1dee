//! Chains, statements about keys, objects and assertions of attestation.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifecert_attest::read_parts;

fuzz_target!(|bytes: &[u8]| {
    read_parts(bytes);
});
