//! Key frames of a look, as a device keeps them.

use crate::phone::{analyzer, clip};
use lifecert_media::VideoReader;
use lifecert_session::good_face;
use lifecert_vision::{Depth, encode_key_frame};

/// The best frame of each second of five seconds of a clip.
///
/// # Panics
/// When the clip shows no face.
pub fn key_frames(video: &str, from_s: u64) -> Vec<Vec<u8>> {
    let mut analyzer = analyzer();
    let mut reader = VideoReader::open(&clip(video)).expect("a clip");
    let mut best: [Option<(f32, Vec<u8>)>; 5] = Default::default();
    let from_ms = from_s * 1_000;
    let mut due_ms = from_ms;
    while let Some(shown) = reader.next_frame().expect("a frame") {
        let at_ms = shown.at_ms;
        if at_ms >= from_ms + 5_000 {
            break;
        }
        if at_ms < due_ms {
            continue;
        }
        due_ms = at_ms + 200;
        let seen = analyzer.analyze(&shown.frame, at_ms, Depth::Guidance);
        let seen = seen.expect("a look").observation;
        let Ok(face) = good_face(&seen) else { continue };
        let place = &mut best[(at_ms - from_ms) as usize / 1_000];
        if place
            .as_ref()
            .is_none_or(|(quality, _)| *quality < face.quality)
        {
            let jpeg = encode_key_frame(&shown.frame, &face.bounds).expect("a picture");
            *place = Some((face.quality, jpeg.to_vec()));
        }
    }
    best.into_iter().flatten().map(|(_, jpeg)| jpeg).collect()
}
