//! Looks made of numbers: faces that live, pictures that are held, loops.

use super::face::GENERIC;
use super::*;
use crate::tests::face;

const FRAME_MS: u64 = 40;

/// A repeatable number between -1 and 1, of no pattern.
fn noise(seed: u64) -> f32 {
    let mixed = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((mixed >> 40) as f32 / (1_u64 << 23) as f32) - 1.0
}

/// Landmarks at a time: the face's own movement, then a hand's, then each point's noise.
pub(crate) fn landmarks(at_ms: u64, own: impl Fn(&mut [[f32; 2]; 68])) -> Vec<[f32; 2]> {
    let mut points = GENERIC;
    own(&mut points);
    let time_s = at_ms as f32 / 1_000.0;
    let (tilt_x, tilt_y) = (0.05 * (1.3 * time_s).sin(), 0.04 * (0.7 * time_s).cos());
    let zoom = 0.1 + 0.01 * (0.5 * time_s).sin();
    points
        .iter()
        .zip(0..)
        .map(|([x, y], n): (&[f32; 2], u64)| {
            let depth = 1.0 + tilt_x * x + tilt_y * y;
            let jitter = |axis: u64| 0.0002 * noise(at_ms * 136 + 2 * n + axis);
            [
                0.5 + zoom * x / depth + 0.02 * time_s.sin() + jitter(0),
                0.4 + zoom * y / depth + jitter(1),
            ]
        })
        .collect()
}

/// Speaks, blinks and nods.
pub(crate) fn live(points: &mut [[f32; 2]; 68], at_ms: u64) {
    open_mouth(points, speech(at_ms));
    let lids = 0.8 * speech(at_ms + 77_777);
    for n in [37, 38, 43, 44] {
        points[n][1] += lids;
    }
    let nose = 0.8 * speech(at_ms + 33_333);
    for point in &mut points[29..36] {
        point[1] += nose;
    }
}

/// Opens the mouth that far.
fn open_mouth(points: &mut [[f32; 2]; 68], how_far: f32) {
    for n in [56, 57, 58, 65, 66, 67] {
        points[n][1] += how_far;
    }
}

fn track(frames: u64, own: impl Fn(u64, &mut [[f32; 2]; 68])) -> Track {
    let mut track = Track::default();
    for frame in 0..frames {
        let seen = FaceObservation {
            points: landmarks(frame * FRAME_MS, |points| own(frame * FRAME_MS, points)),
            ..face()
        };
        track.take(frame * FRAME_MS, &seen);
    }
    track
}

/// Speech that never says the same again.
fn speech(at_ms: u64) -> f32 {
    let (syllable, share) = (at_ms / 320, (at_ms % 320) as f32 / 320.0);
    let at = |syllable: u64| 0.1 * (1.0 + noise(7_919 * syllable));
    at(syllable) + share * (at(syllable + 1) - at(syllable))
}

#[test]
fn a_held_picture_does_not_move_and_a_speaking_face_does() {
    let held = track(200, |_, _| ()).cues();
    let speaking = track(200, |at_ms, points| open_mouth(points, speech(at_ms))).cues();
    assert!(held.plane.unwrap() < 1.0, "{held:?}");
    assert!(
        speaking.plane.unwrap() > 2.0 * held.plane.unwrap().max(1.0),
        "{speaking:?}"
    );
    assert!(
        speaking.mouth.unwrap() > speaking.eyes.unwrap(),
        "{speaking:?}"
    );
    assert_eq!(held.repeat, None, "noise is no loop");
    assert!(speaking.repeat.unwrap() > 0.3, "{speaking:?}");
}

#[test]
fn a_loop_is_not_fresh() {
    let looped = track(200, |at_ms, points| {
        open_mouth(points, speech(at_ms % 2_400))
    })
    .cues();
    assert!(looped.repeat.unwrap() < 0.1, "{looped:?}");
    assert!(looped.plane.unwrap() < 1.0, "{looped:?}");
}

#[test]
fn a_blink_shows_in_the_eyes() {
    let blinks = |at_ms: u64, points: &mut [[f32; 2]; 68]| {
        if (1_600..1_800).contains(&at_ms) || (6_400..6_600).contains(&at_ms) {
            for n in [37, 38, 43, 44] {
                points[n][1] += 0.1;
            }
        }
    };
    let cues = track(200, blinks).cues();
    assert!(cues.eyes.unwrap() > 2.0, "{cues:?}");
    assert!(cues.mouth.unwrap() < 1.0, "{cues:?}");
}

#[test]
fn a_short_or_sparse_look_says_nothing() {
    let speak = |at_ms: u64, points: &mut [[f32; 2]; 68]| open_mouth(points, speech(at_ms));
    assert_eq!(Track::default().cues(), Cues::default());
    assert_eq!(track(100, speak).cues().plane, None, "3,960 ms");
    assert!(track(101, speak).cues().plane.is_some(), "4,000 ms");
    let mut sparse = Track::default();
    for n in 0..27 {
        sparse.take(
            n * 1_000,
            &FaceObservation {
                points: landmarks(n * 1_000, |_| ()),
                ..face()
            },
        );
    }
    assert_eq!(sparse.cues().plane, None);
}

#[test]
fn without_landmarks_only_the_nets_speak() {
    let mut track = Track::default();
    for n in 0..200 {
        track.take(n * FRAME_MS, &face());
    }
    let cues = track.cues();
    assert_eq!((cues.plane, cues.live), (None, Some(0.97)));
    assert_eq!(cues.timing, Timing::default());
}

#[test]
fn a_frozen_picture_a_cut_and_a_backward_clock_are_seen() {
    let seen = |frame: u64| FaceObservation {
        points: landmarks(frame * FRAME_MS, |_| ()),
        ..face()
    };
    let mut track = Track::default();
    for n in 0..100 {
        track.take(n * FRAME_MS, &seen(n.min(60)));
    }
    assert_eq!(track.cues().timing.frozen_ms, 39 * FRAME_MS);
    assert_eq!(track.cues().timing.cuts, 0);

    let mut aside = seen(101);
    aside.points.iter_mut().for_each(|point| point[0] += 0.25);
    track.take(100 * FRAME_MS, &aside);
    assert_eq!(track.cues().timing.cuts, 1);
    aside.continuity = Some(0.3);
    track.take(101 * FRAME_MS, &aside);
    assert_eq!(track.cues().timing.cuts, 2, "another face");
    track.take(50 * FRAME_MS, &seen(102));
    assert_eq!(track.cues().timing.backwards, 1);
}
