//! The code of a receipt, as a camera reads it from paper.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifecert_protocol::{Receipt, Signed, read_receipt_code, receipt_code};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(receipt) = read_receipt_code(text) else { return };
    // What is packed again reads the same, whatever form it came in.
    assert_eq!(read_receipt_code(&receipt_code(&receipt)).as_deref(), Ok(&receipt[..]));
    if let Ok(signed) = Signed::read(&receipt) {
        let _ = signed.peek::<Receipt>();
        let _ = (signed.log_proof(), signed.identity_salt());
    }
});
