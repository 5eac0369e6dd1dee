//! Signed messages of every kind, and their verification with a key that did not sign them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifecert_protocol::{Challenge, Claim, DeviceRequest, PublicKey, Receipt, Signed};
use std::sync::LazyLock;

static KEY: LazyLock<PublicKey> = LazyLock::new(|| {
    let (key, _) = lifecert_protocol::SoftwareKey::generate().expect("a key");
    key.public().clone()
});

fuzz_target!(|bytes: &[u8]| {
    if let Ok(signed) = Signed::read(bytes) {
        let _ = (signed.peek::<Claim>(), signed.peek::<Challenge>());
        let _ = (signed.peek::<Receipt>(), signed.peek::<DeviceRequest>());
        assert!(signed.verify::<Receipt>(&KEY).is_err());
    }
});
