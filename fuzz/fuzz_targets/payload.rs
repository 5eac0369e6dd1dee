//! Payloads of signed messages, without the signature in front: one form each.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifecert_protocol::canonical::{decode, encode};
use lifecert_protocol::{Challenge, Claim, DeviceRequest, Receipt};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(claim) = decode::<Claim>(bytes) {
        assert_eq!(encode(&claim), bytes);
    }
    if let Ok(challenge) = decode::<Challenge>(bytes) {
        assert_eq!(encode(&challenge), bytes);
        let _ = challenge.policy.checked();
    }
    if let Ok(receipt) = decode::<Receipt>(bytes) {
        assert_eq!(encode(&receipt), bytes);
    }
    if let Ok(request) = decode::<DeviceRequest>(bytes) {
        assert_eq!(encode(&request), bytes);
    }
});
