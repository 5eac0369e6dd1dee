//! Bindings and enrolments.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifecert_protocol::http::{BindRequest, EnrolRequest};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(request) = BindRequest::from_bytes(bytes) {
        assert_eq!(request.to_bytes(), bytes);
    }
    if let Ok(request) = EnrolRequest::from_bytes(bytes) {
        assert_eq!(request.to_bytes(), bytes);
    }
});
