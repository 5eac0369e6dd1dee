//! A clip in MP4 with H.264, as somebody may hand to the command line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lifecert_media::VideoReader;
use std::io::Cursor;

/// Frames that are decoded of one input; what is wrong later is wrong in the same way.
const FRAMES: usize = 10;

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut video) = VideoReader::h264(Cursor::new(bytes.to_vec())) else {
        return;
    };
    for _ in 0..FRAMES {
        match video.next_frame() {
            Ok(Some(seen)) => assert!(seen.frame.width() > 0 && seen.frame.height() > 0),
            Ok(None) | Err(_) => break,
        }
    }
});
