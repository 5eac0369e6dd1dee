//! The gate on made-up numbers: every fault, its limits in both directions, and patience.

use super::*;
use crate::tests::frame;
use crate::{Cover, Pose, Scene};

/// A change to a good frame.
type Spoil = fn(&mut Observation);

/// What was asked and whether the frame was taken, frame by frame.
type Course = Vec<(MonotonicMs, Option<Prompt>, bool)>;

const STEP_MS: u64 = 40;

fn face(seen: &mut Observation) -> &mut FaceObservation {
    seen.face.as_mut().unwrap()
}

/// Shows frames every 40 ms between two times.
fn show(gate: &mut Gate, (from_ms, to_ms): (u64, u64), spoil: impl Fn(&mut Observation)) -> Course {
    let frames = (from_ms..to_ms).step_by(STEP_MS as usize);
    frames
        .map(|at_ms| {
            let mut seen = frame(at_ms, true);
            spoil(&mut seen);
            let view = gate.look(&seen, Aim::Portrait);
            (at_ms, view.ask, view.face.is_some())
        })
        .collect()
}

fn asked(course: &Course) -> Vec<Prompt> {
    let mut asked: Vec<Prompt> = course.iter().filter_map(|(_, ask, _)| *ask).collect();
    asked.dedup();
    asked
}

/// Each fault, what is asked for it, and whether it keeps frames out of the look.
const FAULTS: [(&str, Spoil, Prompt, bool); 18] = [
    ("no face", |seen| seen.face = None, Prompt::FindFace, true),
    ("two faces", |seen| seen.faces = 2, Prompt::OnePerson, true),
    (
        "far",
        |seen| face(seen).size = 0.15,
        Prompt::ComeCloser,
        true,
    ),
    ("near", |seen| face(seen).size = 1.0, Prompt::MoveBack, true),
    (
        "left",
        |seen| face(seen).bounds.left = -0.05,
        Prompt::Centre,
        true,
    ),
    (
        "low",
        |seen| face(seen).bounds.top = 0.55,
        Prompt::Centre,
        true,
    ),
    ("dark", |seen| dark(face(seen)), Prompt::MoreLight, true),
    (
        "bright",
        |seen| face(seen).exposure = 0.9,
        Prompt::LessLight,
        true,
    ),
    (
        "turned",
        |seen| face(seen).pose = pose(-40.0, 0.0, 0.0),
        Prompt::LookStraight,
        true,
    ),
    (
        "looking down",
        |seen| face(seen).pose = pose(0.0, 38.0, 0.0),
        Prompt::LookStraight,
        true,
    ),
    (
        "tilted",
        |seen| face(seen).pose = pose(0.0, 0.0, 40.0),
        Prompt::LookStraight,
        true,
    ),
    (
        "blurred",
        |seen| face(seen).sharpness = 10.0,
        Prompt::HoldSteady,
        true,
    ),
    (
        "backlit",
        |seen| backlit(face(seen)),
        Prompt::FaceLight,
        false,
    ),
    (
        "dark glasses",
        |seen| face(seen).cover.eye_shade = 0.2,
        Prompt::UncoverEyes,
        false,
    ),
    (
        "mask",
        |seen| face(seen).cover.mouth_texture = 0.1,
        Prompt::UncoverFace,
        false,
    ),
    (
        "eyes shut",
        |seen| face(seen).eye_aspect_ratio = 0.12,
        Prompt::OpenEyes,
        false,
    ),
    (
        "dirty",
        |seen| face(seen).scene.contrast = 0.1,
        Prompt::WipeCamera,
        false,
    ),
    (
        "not a number",
        |seen| face(seen).exposure = f32::NAN,
        Prompt::MoreLight,
        true,
    ),
];

const fn pose(yaw_deg: f32, pitch_deg: f32, roll_deg: f32) -> Pose {
    Pose {
        yaw_deg,
        pitch_deg,
        roll_deg,
    }
}

fn dark(face: &mut FaceObservation) {
    face.exposure = 0.1;
    face.scene.surround = Some(0.2);
}

fn backlit(face: &mut FaceObservation) {
    face.exposure = 0.2;
    face.scene.surround = Some(0.7);
}

#[test]
fn every_fault_is_asked_about_once_it_has_lasted_and_only_some_bar() {
    for (name, spoil, prompt, bars) in FAULTS {
        let mut gate = Gate::default();
        show(&mut gate, (0, 2_000), |_| {});
        let course = show(&mut gate, (2_000, 4_000), spoil);
        assert_eq!(asked(&course), [prompt], "{name}");
        let early = course.iter().take_while(|(at_ms, ..)| *at_ms < 2_500);
        assert!(early.into_iter().all(|(_, ask, _)| ask.is_none()), "{name}");
        assert!(course.iter().all(|(.., taken)| *taken != bars), "{name}");
        let after = show(&mut gate, (4_000, 5_000), |_| {});
        assert_eq!(asked(&after), [], "{name}");
        assert!(after.iter().all(|(.., taken)| *taken), "{name}");
    }
}

#[test]
fn a_camera_that_wakes_up_fails_nothing() {
    for (name, spoil, ..) in FAULTS {
        let mut gate = Gate::default();
        let first = show(&mut gate, (0, 440), spoil);
        assert_eq!(asked(&first), [], "{name}");
        let then = show(&mut gate, (440, 3_000), |_| {});
        assert_eq!(asked(&then), [], "{name}");
        assert!(then.iter().all(|(.., taken)| *taken), "{name}");
    }
}

#[test]
fn one_thing_is_asked_for_at_a_time_the_most_helpful_first() {
    let mut gate = Gate::default();
    let spoil = |seen: &mut Observation| {
        let face = face(seen);
        dark(face);
        (face.size, face.sharpness) = (0.15, 10.0);
    };
    let far = show(&mut gate, (0, 3_000), spoil);
    assert_eq!(asked(&far), [Prompt::ComeCloser]);
    let near_enough = |seen: &mut Observation| {
        spoil(seen);
        face(seen).size = 0.5;
    };
    let dark = show(&mut gate, (3_000, 6_000), near_enough);
    assert_eq!(asked(&dark), [Prompt::MoreLight]);
}

#[test]
fn a_face_at_a_limit_does_not_flicker() {
    let swaying = |seen: &mut Observation| {
        let sway = (seen.at_ms as f32 / 90.0).sin();
        face(seen).size = 0.205 + 0.01 * sway;
    };
    let mut gate = Gate::default();
    let course = show(&mut gate, (0, 5_000), swaying);
    let changes = course.windows(2).filter(|two| two[0].1 != two[1].1).count();
    assert_eq!(changes, 1, "it is asked for, and stays so");
}

#[test]
fn nothing_is_asked_for_ever() {
    for (name, spoil, ..) in FAULTS {
        let mut gate = Gate::default();
        let course = show(&mut gate, (0, 60_000), spoil);
        let pieces = course.chunk_by(|a, b| a.1 == b.1);
        for piece in pieces.filter(|piece| piece[0].1.is_some()) {
            let long_ms = piece[piece.len() - 1].0 - piece[0].0;
            assert!(
                long_ms <= PATIENCE_MS,
                "{name}: {:?} {long_ms} ms",
                piece[0].1
            );
        }
    }
}

#[test]
fn a_face_as_large_as_this_camera_gives_is_taken() {
    let mut gate = Gate::default();
    let far = |seen: &mut Observation| face(seen).size = 0.14;
    let course = show(&mut gate, (0, 20_000), far);
    assert_eq!(asked(&course), [Prompt::ComeCloser]);
    let taken = course.iter().position(|(.., taken)| *taken).unwrap();
    assert!(course[taken].0 < 7_000);
    assert!(
        course[taken..]
            .iter()
            .all(|(_, ask, taken)| *taken && ask.is_none())
    );

    let tiny = |seen: &mut Observation| face(seen).size = 0.05;
    let course = show(&mut Gate::default(), (0, 30_000), tiny);
    assert!(course.iter().all(|(.., taken)| !taken));
    let said = [Prompt::ComeCloser, Prompt::OtherRoad];
    assert_eq!(asked(&course)[..4], [said, said].concat());
}

#[test]
fn what_was_asked_in_vain_makes_room_for_the_next_best() {
    let tiny_and_dark = |seen: &mut Observation| {
        dark(face(seen));
        face(seen).size = 0.05;
    };
    let course = show(&mut Gate::default(), (0, 20_000), tiny_and_dark);
    let expected = [Prompt::ComeCloser, Prompt::MoreLight, Prompt::ComeCloser];
    assert_eq!(asked(&course)[..3], expected);

    let soft = |seen: &mut Observation| face(seen).sharpness = 10.0;
    let course = show(&mut Gate::default(), (0, 20_000), soft);
    assert_eq!(asked(&course), [Prompt::HoldSteady, Prompt::WipeCamera]);
    assert!(course.last().unwrap().2, "an old camera is put up with");
}

#[test]
fn a_blink_and_narrow_eyes_are_not_closed_eyes() {
    let blinking = |seen: &mut Observation| {
        let closed = seen.at_ms % 1_500 < 600;
        face(seen).eye_aspect_ratio = if closed { 0.12 } else { 0.32 };
    };
    let course = show(&mut Gate::default(), (0, 20_000), blinking);
    assert_eq!(asked(&course), []);
    let narrow = |seen: &mut Observation| face(seen).eye_aspect_ratio = 0.16;
    assert_eq!(asked(&show(&mut Gate::default(), (0, 20_000), narrow)), []);
}

#[test]
fn dark_skin_before_a_bright_wall_is_not_backlit() {
    let lit = |seen: &mut Observation| {
        face(seen).exposure = 0.3;
        face(seen).scene.surround = Some(0.85);
    };
    assert_eq!(asked(&show(&mut Gate::default(), (0, 3_000), lit)), []);
    let filled = |seen: &mut Observation| {
        face(seen).exposure = 0.2;
        face(seen).scene.surround = None;
    };
    assert_eq!(asked(&show(&mut Gate::default(), (0, 3_000), filled)), []);
}

#[test]
fn who_moves_is_only_asked_for_presence_and_light() {
    for (name, spoil, prompt, _) in FAULTS {
        let mut gate = Gate::default();
        let mut last = None;
        for at_ms in (0..2_000).step_by(STEP_MS as usize) {
            let mut seen = frame(at_ms, true);
            spoil(&mut seen);
            last = Some(gate.look(&seen, Aim::Action).ask);
        }
        let kept = [Prompt::FindFace, Prompt::OnePerson, Prompt::MoreLight];
        let expected = Some(prompt).filter(|prompt| kept.contains(prompt));
        assert_eq!(last, Some(expected), "{name}");
    }
}

#[test]
fn a_pause_of_the_camera_does_not_use_patience_up() {
    let far = |at_ms| {
        let mut seen = frame(at_ms, true);
        face(&mut seen).size = 0.15;
        seen
    };
    let mut gate = Gate::default();
    for at_ms in [0, 600, 100_000, 200_000] {
        let seen = far(at_ms);
        assert_eq!(gate.look(&seen, Aim::Portrait).face, None, "{at_ms}");
    }
    // A clock that was set back panics nowhere.
    assert_eq!(gate.look(&far(5), Aim::Portrait).face, None);
}

#[test]
fn a_single_picture_is_judged_by_what_bars() {
    for (name, spoil, prompt, bars) in FAULTS {
        let mut seen = frame(0, true);
        spoil(&mut seen);
        let expected = bars.then_some(prompt);
        assert_eq!(good_face(&seen).err(), expected, "{name}");
    }
    let seen = frame(0, true);
    let bare = Cover {
        eye_shade: 0.8,
        mouth_texture: 0.7,
    };
    let lit = Scene {
        surround: Some(0.5),
        contrast: 0.6,
    };
    let face = good_face(&seen).unwrap();
    assert_eq!((face.cover, face.scene), (bare, lit));
}
