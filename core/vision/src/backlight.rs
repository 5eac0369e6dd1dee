//! The light of the whole frame: how bright it is around the face, and how much contrast is left.

use lifecert_session::Scene;

use crate::frame::FrameRef;
use crate::geometry::{Affine, Rect};
use crate::sample::{Border, warp_gray};

/// The frame is looked at in so many places a side.
const SIDE: usize = 32;

/// What lies in a box so many times the face's is the person, not the surround.
const PERSON: f32 = 1.4;

/// A twentieth of the places.
const TWENTIETH: usize = SIDE * SIDE / 20;

/// Fewest places around the face that say anything: an eighth of the frame.
const FEWEST: f32 = (SIDE * SIDE / 8) as f32;

/// Samples the frame's grey values around the face.
pub(crate) fn scene(frame: &FrameRef<'_>, face: &Rect) -> Scene {
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    let whole = Rect {
        left: 0.0,
        top: 0.0,
        width,
        height,
    };
    let mut gray = [0.0; SIDE * SIDE];
    let map = Affine::stretch(SIDE, SIDE, &whole);
    warp_gray(frame, &map, (SIDE, SIDE), Border::Reflected, &mut gray);
    let person = face.square(PERSON);
    let columns = span(person.left, person.width, width);
    let rows = span(person.top, person.height, height);
    let (mut sum, mut count) = (0.0, 0.0);
    for (y, row) in gray.chunks_exact(SIDE).enumerate() {
        for (x, value) in row.iter().enumerate() {
            if !(columns.contains(&x) && rows.contains(&y)) {
                sum += value;
                count += 1.0;
            }
        }
    }
    let (_, dark, rest) = gray.select_nth_unstable_by(TWENTIETH, f32::total_cmp);
    let place = rest.len() - TWENTIETH;
    let (_, bright, _) = rest.select_nth_unstable_by(place, f32::total_cmp);
    Scene {
        surround: (count >= FEWEST).then(|| sum / (255.0 * count)),
        contrast: (*bright - *dark) / 255.0,
    }
}

/// The places of a side that lie between `from` and `from + len` of `of` pixels.
fn span(from: f32, len: f32, of: f32) -> std::ops::Range<usize> {
    let place = |at: f32| (at / of * SIDE as f32).round().clamp(0.0, SIDE as f32) as usize;
    place(from)..place(from + len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Plane;

    /// A grey 64x64 picture, bright but for a dark square where the person is.
    fn picture(bright: u8, dark: u8) -> Vec<u8> {
        let inside = |n: usize| (16..48).contains(&n);
        (0..64 * 64)
            .map(|n| {
                if inside(n % 64) && inside(n / 64) {
                    dark
                } else {
                    bright
                }
            })
            .collect()
    }

    fn seen(pixels: &[u8], side: f32) -> Scene {
        let frame = FrameRef::gray(64, 64, Plane::new(pixels, 64)).unwrap();
        let place = 32.0 - side / 2.0;
        let face = Rect {
            left: place,
            top: place,
            width: side,
            height: side,
        };
        scene(&frame, &face)
    }

    #[test]
    fn the_surround_is_what_is_not_the_person() {
        let backlit = seen(&picture(200, 40), 24.0);
        let surround = backlit.surround.unwrap();
        assert!((surround - 200.0 / 255.0).abs() < 0.01, "{surround}");
        assert!((backlit.contrast - 160.0 / 255.0).abs() < 0.01);
        let flat = seen(&picture(90, 90), 24.0);
        assert!((flat.surround.unwrap() - 90.0 / 255.0).abs() < 0.01);
        assert!(flat.contrast.abs() < 1e-3);
    }

    #[test]
    fn a_face_that_fills_the_frame_has_no_surround() {
        assert_eq!(seen(&picture(200, 40), 60.0).surround, None);
        assert!(seen(&picture(200, 40), f32::NAN).surround.is_some());
    }
}
