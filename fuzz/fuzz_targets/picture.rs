//! A key frame as it comes with a claim.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifecert_vision::Picture;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(picture) = Picture::decode(bytes) {
        assert!(picture.width() > 0 && picture.height() > 0);
    }
});
