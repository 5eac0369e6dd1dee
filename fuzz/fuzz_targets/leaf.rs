//! Entries of the public log.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifecert_protocol::log::Leaf;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(leaf) = Leaf::from_bytes(bytes) {
        assert_eq!(leaf.to_bytes(), bytes);
    }
});
