//! A picture on a screen: its pixels against the camera's, bands of its refresh, a reflection, a
//! bezel, other colours.

use fastrand::Rng;

use super::camera::{Colour, Pixel};
use super::print::{Image, Room};
use super::sheet::Pose;

/// A screen. Lengths are in face sides.
pub(super) struct Screen {
    /// From one screen pixel to the next.
    pitch: f32,
    /// How much darker the gaps between its pixels are, after the lens has blurred them.
    grid: f32,
    /// What becomes of each value of each channel.
    shown: [[f32; 256]; 3],
    /// Left, top, right and bottom of what lights up.
    edges: [f32; 4],
    bezel: f32,
    bands: Bands,
    glare: Glare,
}

/// Bands of a refresh that is not the camera's.
struct Bands {
    depth: f32,
    /// A picture's height over a band's.
    count: f32,
    /// How fast they roll.
    hz: f32,
}

/// The reflection of a lamp.
struct Glare {
    /// Where it is when the screen faces the camera.
    centre: (f32, f32),
    radius: f32,
    strength: f32,
    /// What the whole room adds.
    haze: f32,
}

impl Screen {
    /// A screen of the seed's; a camera pixel is that many face sides.
    pub(super) fn new(random: &mut Rng, camera_pixel: f32) -> Self {
        let mut between = |low: f32, high: f32| low + (high - low) * random.f32();
        let pitch = camera_pixel * between(0.3, 1.6);
        let grid = between(0.04, 0.22);
        let tint = [between(0.86, 1.0), between(0.92, 1.02), between(0.96, 1.14)];
        let (gamma, black, gain) = (between(0.8, 1.25), between(4.0, 22.0), between(0.85, 1.1));
        let curve = |value: usize, tint: f32| {
            black + (235.0 * gain * tint - black) * (value as f32 / 255.0).powf(gamma)
        };
        let shown = tint.map(|tint| std::array::from_fn(|value| curve(value, tint)));
        // Some edges are in view, some are not.
        let edges = [-1.0, -1.0, 1.0, 1.0].map(|side| side * between(0.75, 1.25));
        let bezel = between(0.05, 0.2);
        let bands = Bands {
            depth: between(0.02, 0.12),
            count: between(0.8, 3.5),
            hz: between(-2.0, 2.0),
        };
        let glare = Glare {
            centre: (between(-0.8, 0.8), between(-0.8, 0.8)),
            radius: between(0.2, 0.5),
            strength: between(15.0, 90.0),
            haze: between(0.0, 10.0),
        };
        Self {
            pitch,
            grid,
            shown,
            edges,
            bezel,
            bands,
            glare,
        }
    }

    /// What a camera sees of it at a moment.
    pub(super) fn at<'a>(&'a self, pose: &Pose, time_s: f32) -> Moment<'a> {
        // A mirror turns a reflection by twice its own turn; the lamp is as far as the camera.
        let distance = 2.0 * pose.position[2];
        let (x, y) = self.glare.centre;
        Moment {
            screen: self,
            glare: (x + distance * pose.yaw, y - distance * pose.pitch),
            band: self.bands.hz * time_s,
        }
    }

    /// How far beyond what lights up.
    fn beyond(&self, u: f32, v: f32) -> f32 {
        let [left, top, right, bottom] = self.edges;
        (left - u).max(u - right).max(top - v).max(v - bottom)
    }
}

/// A screen at one moment.
pub(super) struct Moment<'a> {
    screen: &'a Screen,
    /// The reflection's middle.
    glare: (f32, f32),
    /// Which part of a band the picture's middle shows.
    band: f32,
}

impl Moment<'_> {
    /// What a camera sees at a pixel.
    pub(super) fn colour(&self, image: &Image<'_>, room: &Room, pixel: &Pixel) -> Colour {
        const BEZEL: Colour = [14.0, 14.0, 16.0];
        let screen = self.screen;
        let Some((u, v)) = pixel.sheet else {
            return room.colour(pixel);
        };
        let past = screen.beyond(u, v);
        if past > screen.bezel {
            return room.colour(pixel);
        }
        let reflected = self.reflected(u, v);
        if past > 0.0 {
            return BEZEL.map(|value| value + reflected);
        }
        let (across, down) = (u / screen.pitch, v / screen.pitch);
        let cell = |at: f32| (at.floor() + 0.5) * screen.pitch;
        let content = image.colour(cell(across), cell(down));
        let rows = screen.grid * wave(down);
        let band = wave(screen.bands.count * pixel.place.1 + self.band);
        let light = 1.0 - screen.bands.depth * (0.5 + 0.5 * band);
        std::array::from_fn(|channel| {
            // Red, green and blue stripes lie side by side.
            let columns = screen.grid * wave(across + channel as f32 / 3.0);
            // A cast of a float saturates.
            let value = screen.shown[channel][content[channel] as u8 as usize];
            light * value * (1.0 + columns + rows) + reflected
        })
    }

    fn reflected(&self, u: f32, v: f32) -> f32 {
        let Glare {
            radius,
            strength,
            haze,
            ..
        } = self.screen.glare;
        let (x, y) = ((u - self.glare.0) / radius, (v - self.glare.1) / radius);
        let near = (1.0 - x * x - y * y).max(0.0);
        haze + strength * near * near
    }
}

/// A wave of period 1 between -1 and 1, of straight lines: a cosine is not worth its time here.
fn wave(at: f32) -> f32 {
    4.0 * (at - at.floor() - 0.5).abs() - 1.0
}
