//! A claim with its evidence: what reads is what was read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifecert_protocol::{Claim, ClaimEnvelope, Signed};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(envelope) = ClaimEnvelope::from_bytes(bytes) {
        assert_eq!(envelope.to_bytes(), bytes);
        if let Ok(claim) = Signed::read(&envelope.claim).and_then(|signed| signed.peek::<Claim>()) {
            let _ = envelope.key_frames_fit(&claim);
        }
    }
});
