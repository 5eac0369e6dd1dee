//! A roster of people.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifecert_roster as roster;

fuzz_target!(|bytes: &[u8]| {
    let _ = roster::read(bytes, jiff::civil::date(2026, 11, 25));
});
