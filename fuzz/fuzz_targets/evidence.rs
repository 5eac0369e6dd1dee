//! Evidence under seal, as a phone sends it and as a worker opens it, and lists of keys.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifecert_protocol::canonical::{decode, decode_plain, encode};
use lifecert_protocol::{Consent, FaceEvidence, KeyId, KeyList, SealedEvidence};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(sealed) = SealedEvidence::from_bytes(bytes) {
        assert_eq!(sealed.to_bytes(), bytes);
    }
    if let Ok(evidence) = decode_plain::<FaceEvidence>(bytes) {
        assert_eq!(encode(&evidence), bytes);
    }
    if let Ok(consent) = decode::<Consent>(bytes) {
        assert_eq!(encode(&consent), bytes);
    }
    let _ = KeyList::verify(bytes, KeyId::from_bytes([7; 32]));
});
