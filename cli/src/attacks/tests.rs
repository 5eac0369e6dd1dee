//! Rendered attacks of a test card: six coloured dots on grey, in two rows of three.

use super::*;
use image::Rgb;

const DOTS: [[u8; 3]; 6] = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 0],
    [0, 255, 255],
    [255, 0, 255],
];

/// A card of two face sides a side; its dots are half a face side and more from each other.
fn card() -> RgbImage {
    RgbImage::from_fn(400, 400, |x, y| {
        let (x, y) = (x as f32 / 200.0 - 1.0, y as f32 / 200.0 - 1.0);
        let dot = (0..6).zip(DOTS).find(|(at, _)| {
            let (left, top) = ((at % 3) as f32 - 1.0, (at / 3) as f32 - 0.5);
            (x - 0.5 * left).hypot(y - 0.9 * top) < 0.06
        });
        Rgb(dot.map_or([100; 3], |(_, colour)| colour))
    })
}

fn attack(species: Species, seed: u64) -> Attack {
    Attack::new(
        species,
        Footage::of_pictures(vec![(0, card())], 200.0),
        seed,
    )
}

/// Where each dot is, in pixels.
fn dots(seen: &RgbImage) -> [(f32, f32); 6] {
    DOTS.map(|dot| {
        let (mut x_sum, mut y_sum, mut sum) = (0.0, 0.0, 0.0);
        for (x, y, pixel) in seen.enumerate_pixels() {
            let like = |(value, wanted): (&u8, u8)| (*value >= 150) == (wanted == 255);
            let extreme = |value: &u8| !(60..190).contains(value);
            if pixel.0.iter().zip(dot).all(like) && pixel.0.iter().all(extreme) {
                (x_sum, y_sum, sum) = (x_sum + x as f32, y_sum + y as f32, sum + 1.0);
            }
        }
        assert!(sum > 20.0, "a dot is hidden");
        (x_sum / sum, y_sum / sum)
    })
}

/// How far the middle of each row of three lies from the line through the others, over the row's
/// length; the larger of both rows.
fn crookedness(seen: &RgbImage) -> f32 {
    let dots = dots(seen);
    [0, 3]
        .map(|first| {
            let [a, b, c] = [0, 1, 2].map(|at| dots[first + at]);
            let (x, y) = (c.0 - a.0, c.1 - a.1);
            ((b.0 - a.0) * y - (b.1 - a.1) * x).abs() / (x * x + y * y)
        })
        .into_iter()
        .fold(0.0, f32::max)
}

fn most_crooked(species: Species, seed: u64) -> f32 {
    let mut attack = attack(species, seed);
    (0..20)
        .map(|frame| crookedness(&attack.image(frame * 200)))
        .fold(0.0, f32::max)
}

#[test]
fn a_flat_picture_moves_as_one_plane_and_a_bent_one_does_not() {
    for species in [Species::Held, Species::Closer] {
        for seed in 0..4 {
            let crooked = most_crooked(species, seed);
            assert!(crooked < 0.004, "{species} {seed}: {crooked}");
        }
    }
    // Rows stay straight where the sheet is bent round a lying axis.
    let bent = (0..4).filter(|&seed| most_crooked(Species::Bent, seed) > 0.02);
    assert!(bent.count() >= 2);
}

#[test]
fn a_picture_comes_closer_and_a_shaken_one_moves_more() {
    let width = |seen: &RgbImage| dots(seen)[2].0 - dots(seen)[0].0;
    for seed in 0..4 {
        let mut closer = attack(Species::Closer, seed);
        let (far, near) = (width(&closer.image(0)), width(&closer.image(7_000)));
        assert!(near > 1.3 * far, "{seed}: {far} {near}");
    }
    let travel = |species| {
        let mut attack = attack(species, 3);
        let places: Vec<_> = (0..40).map(|at| dots(&attack.image(at * 100))[0]).collect();
        let step = |two: &[(f32, f32)]| (two[1].0 - two[0].0).hypot(two[1].1 - two[0].1);
        places.windows(2).map(step).sum::<f32>()
    };
    assert!(travel(Species::Shaken) > 2.0 * travel(Species::Held));
}

#[test]
fn a_seed_gives_the_same_bytes_and_another_gives_others() {
    for species in Species::ALL {
        let frames = |seed| {
            let mut attack = attack(species, seed);
            [0, 40, 1_000].map(|at_ms| attack.image(at_ms).into_raw())
        };
        let first = frames(7);
        assert_eq!(first, frames(7), "{species}");
        assert_ne!(first, frames(8), "{species}");
        assert_ne!(first[0], first[1], "{species}: the sensor's noise goes on");
    }
}

#[test]
fn a_loop_shows_its_pictures_again() {
    // A card that becomes brighter from picture to picture.
    let pictures = (0..100).map(|at| {
        let level = 40 + at as u8;
        (at * 40, RgbImage::from_pixel(400, 400, Rgb([level; 3])))
    });
    let footage = Footage::of_pictures(pictures.collect(), 200.0);
    for seed in 0..4 {
        let plan = Plan::of(seed);
        let mut attack = Attack::new(Species::Loop, footage.clone(), seed);
        let light = |attack: &mut Attack, at_ms: u64| {
            let seen = attack.image(at_ms);
            let (x, y) = (seen.width() / 2, seen.height() / 2);
            let near = (0..64).map(|at| seen.get_pixel(x + at % 8, y + at / 8).0[1]);
            near.map(f32::from).sum::<f32>() / 64.0 / attack.hand.light(at_ms as f32 / 1e3)
        };
        for at_ms in (0..1_000).step_by(200) {
            let expected = 40.0 + (plan.moment_ms(at_ms) / 40) as f32;
            let first = light(&mut attack, at_ms);
            assert!((first - expected).abs() < 3.0, "{first} {expected}");
            let again = light(&mut attack, at_ms + plan.period_ms());
            assert!((first - again).abs() < 3.0, "{first} {again}");
        }
    }
}

#[test]
fn names_are_read_back() {
    for species in Species::ALL {
        assert_eq!(species.to_string().parse(), Ok(species));
    }
    assert_eq!("mask".parse::<Species>(), Err(UnknownSpecies));
}
