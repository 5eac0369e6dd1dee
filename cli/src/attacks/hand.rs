//! Smooth random motion of whatever holds a picture up.

use std::f32::consts::TAU;

use fastrand::Rng;

use super::sheet::Pose;

/// Sizes of a hand's motions, before its own vigour: shifts in face sides, turns in radians, zoom
/// and light as shares.
pub(super) struct Sizes {
    pub(super) shift: f32,
    pub(super) roll: f32,
    pub(super) zoom: f32,
    pub(super) tilt: f32,
    pub(super) light: f32,
    /// How many times as fast as somebody who means to keep still.
    pub(super) tempo: f32,
}

impl Sizes {
    /// Somebody who holds a picture up.
    pub(super) const HELD: Self = Self {
        shift: 0.045,
        roll: 0.04,
        zoom: 0.05,
        tilt: 0.18,
        light: 0.03,
        tempo: 1.0,
    };

    /// Somebody who shakes and tilts it to make it look alive.
    pub(super) const SHAKEN: Self = Self {
        shift: 0.1,
        roll: 0.12,
        zoom: 0.08,
        tilt: 0.35,
        light: 0.05,
        tempo: 2.5,
    };
}

/// A hand before a camera.
pub(super) struct Hand {
    distance: f32,
    shift: [Swing; 2],
    roll: Swing,
    zoom: Swing,
    tilt: [Swing; 2],
    light: Swing,
    approach: Option<Approach>,
}

impl Hand {
    /// A hand at that distance, in face sides.
    pub(super) fn new(random: &mut Rng, sizes: &Sizes, distance: f32) -> Self {
        // Some hands are steady, others wave the picture about on purpose.
        let vigour = 0.4 + 1.6 * random.f32();
        let mut swing = |size: f32| Swing::new(random, vigour * size, sizes.tempo);
        Self {
            distance,
            shift: [swing(sizes.shift), swing(sizes.shift)],
            roll: swing(sizes.roll),
            zoom: swing(sizes.zoom),
            tilt: [swing(sizes.tilt), swing(sizes.tilt)],
            light: swing(sizes.light),
            approach: None,
        }
    }

    /// Comes closer over the look.
    pub(super) fn approaching(self, random: &mut Rng) -> Self {
        let approach = Approach::new(random);
        Self {
            approach: Some(approach),
            ..self
        }
    }

    /// Where the picture is at that time.
    pub(super) fn pose(&self, time_s: f32) -> Pose {
        let near = self.approach.as_ref().map_or(1.0, |way| way.at(time_s));
        let distance = self.distance / (near * (1.0 + self.zoom.at(time_s)));
        let [x, y] = self.shift.each_ref().map(|shift| shift.at(time_s));
        let [yaw, pitch] = self.tilt.each_ref().map(|tilt| tilt.at(time_s));
        Pose {
            yaw,
            pitch,
            roll: self.roll.at(time_s),
            position: [x, y, distance],
        }
    }

    /// How bright the picture is.
    pub(super) fn light(&self, time_s: f32) -> f32 {
        1.0 + self.light.at(time_s)
    }
}

/// From far to near, as a person is asked to come closer; then it stays.
struct Approach {
    start_s: f32,
    length_s: f32,
    from: f32,
    to: f32,
}

impl Approach {
    fn new(random: &mut Rng) -> Self {
        Self {
            start_s: 0.3 + 1.2 * random.f32(),
            length_s: 2.0 + 3.0 * random.f32(),
            from: 0.5 + 0.2 * random.f32(),
            to: 1.05 + 0.25 * random.f32(),
        }
    }

    fn at(&self, time_s: f32) -> f32 {
        let share = ((time_s - self.start_s) / self.length_s).clamp(0.0, 1.0);
        let eased = share * share * (3.0 - 2.0 * share);
        self.from + eased * (self.to - self.from)
    }
}

/// A sum of sines: at the usual tempo three swings of 0.1 to 1.5 Hz, and always a tremor of 6 to
/// 10 Hz.
pub(super) struct Swing([(f32, f32, f32); 4]);

impl Swing {
    /// A swing of at most about that size.
    pub(super) fn new(random: &mut Rng, size: f32, tempo: f32) -> Self {
        let mut sine = |size: f32, low_hz: f32, high_hz: f32| {
            let hz = low_hz + (high_hz - low_hz) * random.f32();
            (size, TAU * hz, TAU * random.f32())
        };
        Self([
            sine(size * 0.5, tempo * 0.1, tempo * 0.4),
            sine(size * 0.3, tempo * 0.3, tempo * 0.8),
            sine(size * 0.2, tempo * 0.7, tempo * 1.5),
            sine(size * 0.05, 6.0, 10.0),
        ])
    }

    /// Its value at that time.
    pub(super) fn at(&self, time_s: f32) -> f32 {
        self.0
            .iter()
            .map(|(size, speed, phase)| size * (speed * time_s + phase).sin())
            .sum()
    }
}
