//! What a log and its witnesses say in text: checkpoints, proofs, cosignature requests, policies,
//! keys.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifecert_protocol::log::{AddCheckpoint, LogKey, SignedCheckpoint, TlogProof, WitnessKey, WitnessPolicy};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(checkpoint) = SignedCheckpoint::parse(bytes) {
        let again = checkpoint.to_bytes();
        assert!(SignedCheckpoint::parse(&again).is_ok());
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(proof) = TlogProof::parse(text) {
        assert!(TlogProof::parse(&proof.to_text()).is_ok_and(|again| again == proof));
    }
    let _ = AddCheckpoint::parse(bytes);
    let _ = WitnessPolicy::parse(bytes);
    let _ = LogKey::parse(text);
    let _ = WitnessKey::parse(text);
});
