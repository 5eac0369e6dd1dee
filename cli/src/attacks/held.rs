//! A still picture before a camera: held by a hand, seen through a sensor, compressed.

use std::f32::consts::TAU;
use std::io::Cursor;

use fastrand::Rng;
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat, RgbImage};
use lifecert_vision::Picture;

use super::Still;

/// The camera's picture, in pixels: that of the live clips, so that landmarks are as noisy.
const WIDTH: u32 = 400;
const HEIGHT: u32 = 300;

/// The face's longer side over the camera's shorter side: as a person would hold the phone.
const FACE_SHARE: f32 = 0.6;

/// Noise values that are made once; a frame takes a stretch of them for each row.
const NOISE: usize = 1 << 16;

/// One picture in one hand before one camera.
pub struct Reshow {
    still: Still,
    /// Camera pixels for a pixel of the still.
    scale: f32,
    motion: Motion,
    noise: Vec<f32>,
    quality: u8,
    random: Rng,
}

impl Reshow {
    /// Holds a picture up; hand, noise and compression are the seed's.
    pub fn new(still: Still, seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let sigma = 2.0 + 2.0 * random.f32();
        // Three dice of the same width make a bell of standard deviation 1.
        let mut bell = || (0..3).map(|_| random.f32() * 2.0 - 1.0).sum::<f32>();
        let noise = (0..NOISE).map(|_| sigma * bell()).collect();
        Self {
            scale: FACE_SHARE * HEIGHT as f32 / still.face_side,
            still,
            motion: Motion::new(&mut random),
            noise,
            quality: random.u8(80..=92),
            random,
        }
    }

    /// What the camera gives at that time.
    pub fn frame(&mut self, at_ms: u64) -> Picture {
        let mut camera = RgbImage::new(WIDTH, HEIGHT);
        let view = self.motion.at(at_ms as f32 / 1000.0);
        for (row, pixels) in camera.chunks_exact_mut(3 * WIDTH as usize).enumerate() {
            let mut noise = self.random.usize(..NOISE);
            for (column, pixel) in pixels.chunks_exact_mut(3).enumerate() {
                let x = column as f32 - WIDTH as f32 / 2.0;
                let y = row as f32 - HEIGHT as f32 / 2.0;
                let (x, y) = view.still_point(x, y);
                let (left, top) = self.still.centre;
                let seen = self.sample(left + x / self.scale, top + y / self.scale);
                for (value, seen) in pixel.iter_mut().zip(seen) {
                    noise = (noise + 1) % NOISE;
                    // A cast of a float saturates.
                    *value = (view.light * seen + self.noise[noise] + 0.5) as u8;
                }
            }
        }
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, self.quality)
            .encode(&camera, WIDTH, HEIGHT, ExtendedColorType::Rgb8)
            .and_then(|()| image::load(Cursor::new(&jpeg), ImageFormat::Jpeg))
            .map(|seen| {
                let pixels = seen.into_rgb8().into_raw();
                // Unwrap safety: the size is that of the pixels.
                Picture::from_rgb(WIDTH as usize, HEIGHT as usize, pixels).expect("a whole picture")
            })
            // Unwrap safety: a picture in memory encodes and decodes.
            .expect("a picture that was just encoded")
    }

    /// Bilinear; beyond the edge, the edge goes on.
    fn sample(&self, x: f32, y: f32) -> [f32; 3] {
        let picture = &self.still.picture;
        let (right, bottom) = (picture.width() - 1, picture.height() - 1);
        let (x, y) = (x.clamp(0.0, right as f32), y.clamp(0.0, bottom as f32));
        let (left, top) = (x as u32, y as u32);
        let (fx, fy) = (x - left as f32, y - top as f32);
        let at = |x: u32, y: u32| picture.get_pixel(x.min(right), y.min(bottom)).0;
        let (a, b) = (at(left, top), at(left + 1, top));
        let (c, d) = (at(left, top + 1), at(left + 1, top + 1));
        std::array::from_fn(|n| {
            let [a, b, c, d] = [a[n], b[n], c[n], d[n]].map(f32::from);
            let (above, below) = (a + fx * (b - a), c + fx * (d - c));
            above + fy * (below - above)
        })
    }
}

/// Smooth random motion of a hand: each part a sum of slow swings and a fine tremor.
struct Motion {
    shift_x: Swing,
    shift_y: Swing,
    turn: Swing,
    zoom: Swing,
    tilt_x: Swing,
    tilt_y: Swing,
    light: Swing,
}

impl Motion {
    fn new(random: &mut Rng) -> Self {
        // Some hands are steady, others wave the picture about on purpose.
        let vigour = 0.4 + 1.6 * random.f32();
        let mut swing = |size: f32| Swing::new(random, vigour * size);
        Self {
            shift_x: swing(8.0),
            shift_y: swing(8.0),
            turn: swing(0.04),
            zoom: swing(0.05),
            tilt_x: swing(6e-4),
            tilt_y: swing(6e-4),
            light: swing(0.03),
        }
    }

    fn at(&self, time_s: f32) -> View {
        let zoom = 1.0 + self.zoom.at(time_s);
        let (sin, cos) = self.turn.at(time_s).sin_cos();
        View {
            shift: (self.shift_x.at(time_s), self.shift_y.at(time_s)),
            turn: (cos / zoom, sin / zoom),
            tilt: (self.tilt_x.at(time_s), self.tilt_y.at(time_s)),
            light: 1.0 + self.light.at(time_s),
        }
    }
}

/// The picture's plane at one moment.
struct View {
    shift: (f32, f32),
    turn: (f32, f32),
    tilt: (f32, f32),
    light: f32,
}

impl View {
    /// From a point of the camera's picture to one of the still, both from their middles.
    fn still_point(&self, x: f32, y: f32) -> (f32, f32) {
        let (x, y) = (x - self.shift.0, y - self.shift.1);
        // Perspective: what tilts towards the camera grows.
        let depth = 1.0 + self.tilt.0 * x + self.tilt.1 * y;
        let (x, y) = (x / depth, y / depth);
        let (cos, sin) = self.turn;
        (cos * x + sin * y, cos * y - sin * x)
    }
}

/// A sum of sines: three swings of 0.1 to 1.5 Hz and a tremor of 6 to 10 Hz.
struct Swing([(f32, f32, f32); 4]);

impl Swing {
    fn new(random: &mut Rng, size: f32) -> Self {
        let mut sine = |size: f32, low_hz: f32, high_hz: f32| {
            let hz = low_hz + (high_hz - low_hz) * random.f32();
            (size, TAU * hz, TAU * random.f32())
        };
        Self([
            sine(size * 0.5, 0.1, 0.4),
            sine(size * 0.3, 0.3, 0.8),
            sine(size * 0.2, 0.7, 1.5),
            sine(size * 0.05, 6.0, 10.0),
        ])
    }

    fn at(&self, time_s: f32) -> f32 {
        self.0
            .iter()
            .map(|(size, speed, phase)| size * (speed * time_s + phase).sin())
            .sum()
    }
}
