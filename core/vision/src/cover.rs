//! What covers a face: dark glasses or a shadow over the eyes, something over the mouth.
//!
//! Both numbers are read from the aligned grey face, where eyes and mouth lie in known places
//! (the ArcFace template of [`align`](crate::align)).

use lifecert_session::Cover;

use crate::align::ALIGNED;

/// A box of the aligned face: columns, rows.
type Window = ([usize; 2], [usize; 2]);

/// Around each eye, without the brow.
const EYES: [Window; 2] = [([28, 49], [45, 59]), ([63, 84], [45, 59])];

/// The cheeks beside the nose, below the frame of any glasses.
const CHEEKS: [Window; 2] = [([26, 44], [68, 82]), ([68, 86], [68, 82])];

/// The lips and what is just around them.
const MOUTH: [Window; 1] = [([38, 74], [82, 104])];

/// Reads both from the aligned grey face, 112x112, 0 to 255.
pub(crate) fn cover(aligned: &[f32]) -> Cover {
    let (eyes, cheeks) = (spread(aligned, &EYES), spread(aligned, &CHEEKS));
    let mouth = spread(aligned, &MOUTH);
    Cover {
        eye_shade: eyes.mean / cheeks.mean.max(1.0),
        mouth_texture: mouth.edges / eyes.edges.max(1.0),
    }
}

struct Spread {
    mean: f32,
    /// Mean step from a pixel to the one below it.
    edges: f32,
}

fn spread(aligned: &[f32], windows: &[Window]) -> Spread {
    let (mut sum, mut edges, mut count) = (0.0, 0.0, 0.0);
    for ([left, right], [top, bottom]) in windows {
        let rows = aligned.chunks_exact(ALIGNED).skip(*top).take(bottom - top);
        let below = aligned.chunks_exact(ALIGNED).skip(top + 1);
        for (row, below) in rows.zip(below) {
            for (here, below) in row[*left..*right].iter().zip(&below[*left..*right]) {
                sum += here;
                edges += (here - below).abs();
            }
        }
        count += ((right - left) * (bottom - top)) as f32;
    }
    Spread {
        mean: sum / count,
        edges: edges / count,
    }
}
