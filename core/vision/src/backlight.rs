//! The light of the whole frame: how bright it is around the face, and how much contrast is left.

use lifecert_session::Scene;

use crate::frame::FrameRef;
use crate::geometry::{Affine, Rect};
use crate::sample::{Border, warp_gray};

/// The frame is looked at in so many places a side.
const SIDE: usize = 32;

/// What lies in a box so many times the face's is the person, not the surround.
const PERSON: f32 = 1.4;

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
    gray.sort_unstable_by(f32::total_cmp);
    let at = |share: f32| gray[(share * (SIDE * SIDE - 1) as f32) as usize];
    Scene {
        surround: (count >= FEWEST).then(|| sum / (255.0 * count)),
        contrast: (at(0.95) - at(0.05)) / 255.0,
    }
}

/// Fewest places around the face that say anything: an eighth of the frame.
const FEWEST: f32 = (SIDE * SIDE / 8) as f32;

/// The places of a side that lie between `from` and `from + len` of `of` pixels.
fn span(from: f32, len: f32, of: f32) -> std::ops::Range<usize> {
    let place = |at: f32| (at / of * SIDE as f32).round().clamp(0.0, SIDE as f32) as usize;
    place(from)..place(from + len)
}
