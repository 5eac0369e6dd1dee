//! What somebody types from a letter.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifecert_protocol::LetterCode;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(code) = text.parse::<LetterCode>() {
        assert_eq!(code.to_printed().parse(), Ok(code));
    }
});
