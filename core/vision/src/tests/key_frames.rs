//! What the server will see in a key frame is what the device saw in the frame.

use lifecert_inference::MediaKind;
use lifecert_protocol::policy::MAX_KEY_FRAME_BYTES;

use super::{analyzer, picture, store};
use crate::{Depth, Picture, encode_key_frame};

/// How far a key frame's numbers may be from its frame's: the passive net's probability where the
/// net is sure, the eye aspect ratio, and the similarity that both embeddings must have.
const LIVE: f32 = 0.02;
const EYES: f32 = 0.035;
const ALIKE: f32 = 0.95;

/// Masks and no faces: landmarks slide about on them, and nobody's template is made of one.
const MASKS: [&str; 2] = ["scream_crop.jpg", "skullmask.jpg"];

#[test]
fn looking_at_the_jpeg_again_agrees_with_the_frame() {
    let mut analyzer = analyzer();
    let mut looked_at = 0;
    let mut differences = Vec::new();
    for medium in store().manifest().media() {
        let name = medium.file.display().to_string();
        if medium.kind != MediaKind::Picture || MASKS.iter().any(|mask| name.ends_with(mask)) {
            continue;
        }
        let frame = picture(&name);
        let seen = analyzer.analyze(&frame.frame(), 0, Depth::Full).unwrap();
        // A session keeps frames with one face alone.
        let (Some(face), 1) = (seen.observation.face, seen.observation.faces) else {
            continue;
        };
        let jpeg = encode_key_frame(&frame.frame(), &face.bounds).unwrap();
        assert!(jpeg.len() <= MAX_KEY_FRAME_BYTES, "{} bytes", jpeg.len());
        let kept = Picture::decode(&jpeg).unwrap();
        let again = analyzer.analyze(&kept.frame(), 0, Depth::Full).unwrap();
        let kept = again.observation.face.expect("the face is still found");
        let (before, after) = (face.live.unwrap(), kept.live.unwrap());
        let live = (before - after).abs();
        // A probability is steep in its middle, seen from either side.
        let steep = (before * (1.0 - before)).max(after * (1.0 - after));
        let eyes = (face.eye_aspect_ratio - kept.eye_aspect_ratio).abs();
        let alike = seen
            .embedding
            .unwrap()
            .similarity(&again.embedding.unwrap());
        if live > LIVE + 1.25 * steep || eyes > EYES || alike < ALIKE {
            differences.push(format!(
                "{name}: live {before} {after}, eyes {eyes}, alike {alike}"
            ));
        }
        looked_at += 1;
    }
    assert!(looked_at > 30, "{looked_at}");
    assert!(differences.is_empty(), "{differences:#?}");
}
