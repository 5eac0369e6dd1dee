//! A picture on a sheet, and the room behind it.

use fastrand::Rng;
use image::RgbImage;

use super::camera::{Colour, Pixel};

/// Paper, white as a room's light makes it.
const PAPER: Colour = [228.0, 226.0, 220.0];

/// A picture, and where the face is in it.
#[derive(Clone, Copy)]
pub(super) struct Image<'a> {
    pub(super) pixels: &'a RgbImage,
    /// The face's middle in pixels.
    pub(super) centre: (f32, f32),
    /// The face's longer side in pixels.
    pub(super) face_side: f32,
}

/// The colour at a point of a picture, in its pixels; bilinear. Beyond the edge, the edge goes on.
#[inline]
pub fn bilinear(picture: &RgbImage, x: f32, y: f32) -> [f32; 3] {
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

impl Image<'_> {
    /// The colour at a point in face sides from the face's middle.
    #[inline]
    pub(super) fn colour(&self, u: f32, v: f32) -> Colour {
        let (x, y) = self.place(u, v);
        bilinear(self.pixels, x, y)
    }

    /// How far a point lies beyond the picture's edge, in face sides.
    #[inline]
    fn beyond(&self, u: f32, v: f32) -> f32 {
        let (x, y) = self.place(u, v);
        let (right, bottom) = (self.pixels.width() as f32, self.pixels.height() as f32);
        let past = (-x).max(x - right).max(-y).max(y - bottom);
        past.max(0.0) / self.face_side
    }

    fn place(&self, u: f32, v: f32) -> (f32, f32) {
        let (left, top) = self.centre;
        (left + u * self.face_side, top + v * self.face_side)
    }
}

/// Where the sheet ends.
pub(super) enum Edge {
    /// Outside the camera's view: the picture's edge goes on.
    OutOfView,
    /// After a margin of paper, in face sides; then comes the room.
    Margin(f32),
}

impl Edge {
    /// Half of the prints are larger than the view.
    pub(super) fn new(random: &mut Rng) -> Self {
        let margin = 0.12 * random.f32();
        if random.bool() {
            Self::OutOfView
        } else {
            Self::Margin(margin)
        }
    }

    /// What a camera sees at a pixel.
    pub(super) fn colour(&self, image: &Image<'_>, room: &Room, pixel: &Pixel) -> Colour {
        let Some((u, v)) = pixel.sheet else {
            return room.colour(pixel);
        };
        match self {
            Self::OutOfView => image.colour(u, v),
            Self::Margin(margin) => match image.beyond(u, v) {
                0.0 => image.colour(u, v),
                past if past <= *margin => PAPER,
                _ => room.colour(pixel),
            },
        }
    }
}

/// The room behind, out of focus: four colours that run into each other.
pub(super) struct Room([Colour; 4]);

impl Room {
    /// A room of the seed's.
    pub(super) fn new(random: &mut Rng) -> Self {
        let light = 50.0 + 100.0 * random.f32();
        let mut corner = || {
            let grey = light * (0.7 + 0.6 * random.f32());
            [0; 3].map(|_: u8| grey * (0.9 + 0.2 * random.f32()))
        };
        Self([corner(), corner(), corner(), corner()])
    }

    /// Its colour at a pixel.
    pub(super) fn colour(&self, pixel: &Pixel) -> Colour {
        let [x, y] = [pixel.place.0, pixel.place.1].map(|at| (0.5 + 0.6 * at).clamp(0.0, 1.0));
        let [a, b, c, d] = &self.0;
        std::array::from_fn(|n| {
            let (above, below) = (a[n] + x * (b[n] - a[n]), c[n] + x * (d[n] - c[n]));
            above + y * (below - above)
        })
    }
}
