//! Bilinear sampling of a borrowed frame through an affine map, in any pixel layout.
//!
//! A row is made sixteen pixels at a time: first the bytes around each place are fetched, one after
//! the other, then all sixteen are interpolated side by side, which the compiler vectorises.

use crate::frame::{ColorRange, FrameRef, Pixels, Plane};
use crate::geometry::Affine;

/// What lies beyond the picture's edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Border {
    /// Black.
    Black,
    /// The picture again, reflected at the middle of its last pixel.
    Reflected,
}

/// Red, green, blue (0 to 255) from luma, Cb, Cr by BT.601 (ITU-R BT.601-7; JFIF 1.02 for the full
/// range).
#[derive(Clone, Copy)]
pub(crate) struct YuvToRgb {
    pub(crate) black: f32,
    pub(crate) luma: f32,
    pub(crate) cr_red: f32,
    pub(crate) cb_green: f32,
    pub(crate) cr_green: f32,
    pub(crate) cb_blue: f32,
}

impl YuvToRgb {
    pub(crate) const fn new(range: ColorRange) -> Self {
        let (luma, chroma, black) = match range {
            ColorRange::Full => (1.0, 1.0, 0.0),
            ColorRange::Video => (255.0 / 219.0, 255.0 / 224.0, 16.0),
        };
        Self {
            black,
            luma,
            cr_red: 1.402 * chroma,
            cb_green: -0.344_136 * chroma,
            cr_green: -0.714_136 * chroma,
            cb_blue: 1.772 * chroma,
        }
    }

    #[inline(always)]
    pub(crate) fn apply(&self, [luma, cb, cr]: [f32; 3]) -> [f32; 3] {
        let luma = (luma - self.black) * self.luma;
        let (cb, cr) = (cb - 128.0, cr - 128.0);
        let red = luma + self.cr_red * cr;
        let green = luma + self.cb_green * cb + self.cr_green * cr;
        let blue = luma + self.cb_blue * cb;
        [within(red), within(green), within(blue)]
    }

    #[inline(always)]
    fn gray(&self, [luma]: [f32; 1]) -> [f32; 1] {
        [within((luma - self.black) * self.luma)]
    }
}

/// Between 0 and 255. Unlike `clamp`, which keeps not-a-number, this is two instructions.
#[allow(clippy::manual_clamp)]
#[inline(always)]
fn within(value: f32) -> f32 {
    value.max(0.0).min(255.0)
}

/// Red, green and blue (0 to 255) of `width` x `height` pixels, row by row into a plane each; `map`
/// leads from them to pixels of the upright picture.
pub(crate) fn warp_rgb(
    frame: &FrameRef<'_>,
    map: &Affine,
    size: (usize, usize),
    border: Border,
    planes: [&mut [f32]; 3],
) {
    let walk = Walk::new(frame, map, size, border);
    let yuv = YuvToRgb::new(frame.range);
    match frame.pixels {
        Pixels::Gray(plane) => walk.each(&Single(plane), |[gray]| [gray; 3], planes),
        Pixels::Rgb(plane) => walk.each(&Interleaved::<3, 0>(plane), |rgb| rgb, planes),
        Pixels::Bgra(plane) => walk.each(&Interleaved::<4, 2>(plane), |rgb| rgb, planes),
        Pixels::I420(all) => walk.each(&Planar(all), |raw| yuv.apply(raw), planes),
        Pixels::Nv12(luma, chroma) => {
            walk.each(&SemiPlanar::<0>(luma, chroma), |raw| yuv.apply(raw), planes);
        }
        Pixels::Nv21(luma, chroma) => {
            walk.each(&SemiPlanar::<1>(luma, chroma), |raw| yuv.apply(raw), planes);
        }
    }
}

/// The same for grey values; of colours by the weights of BT.601.
pub(crate) fn warp_gray(
    frame: &FrameRef<'_>,
    map: &Affine,
    size: (usize, usize),
    border: Border,
    plane: &mut [f32],
) {
    let walk = Walk::new(frame, map, size, border);
    let weigh = |[red, green, blue]: [f32; 3]| [0.299 * red + 0.587 * green + 0.114 * blue];
    match frame.pixels {
        Pixels::Gray(gray) => walk.each(&Single(gray), |gray| gray, [plane]),
        Pixels::Rgb(rgb) => walk.each(&Interleaved::<3, 0>(rgb), weigh, [plane]),
        Pixels::Bgra(bgra) => walk.each(&Interleaved::<4, 2>(bgra), weigh, [plane]),
        Pixels::I420([luma, ..]) | Pixels::Nv12(luma, _) | Pixels::Nv21(luma, _) => {
            let yuv = YuvToRgb::new(frame.range);
            walk.each(&Single(luma), |luma| yuv.gray(luma), [plane]);
        }
    }
}

/// Four pixels around a place: upper left, upper right, lower left, lower right.
type Quad<T> = [T; 4];

/// How one layout keeps the `N` raw channels of four pixels in `W` words.
trait Layout<const W: usize, const N: usize> {
    /// The four pixels of which this is the upper left one; all four are in the buffer.
    fn quad(&self, x: usize, y: usize) -> [u32; W];

    /// One pixel's channels.
    fn pixel(&self, x: usize, y: usize) -> [u8; N];

    /// Black, where the first channel's black is that.
    fn black(first: u8) -> [u8; N];

    /// Four single pixels as words.
    fn pack(quad: Quad<[u8; N]>) -> [u32; W];

    /// In which word, from which bit on, a pixel of the four has a channel.
    fn place(channel: usize, pixel: usize) -> (usize, usize);
}

#[inline(always)]
fn pair(row: &[u8], at: usize) -> u32 {
    let pair = &row[at..at + 2];
    u32::from(pair[0]) | u32::from(pair[1]) << 8
}

/// One channel; a word has a byte a pixel.
struct Single<'a>(Plane<'a>);

impl Layout<1, 1> for Single<'_> {
    #[inline(always)]
    fn quad(&self, x: usize, y: usize) -> [u32; 1] {
        let Plane { data, stride } = self.0;
        // Wrapping, because the bounds check that follows sees to it.
        let at = y.wrapping_mul(stride).wrapping_add(x);
        let rows = &data[at..][..stride + 2];
        [pair(rows, 0) | pair(rows, stride) << 16]
    }

    fn pixel(&self, x: usize, y: usize) -> [u8; 1] {
        [self.0.data[y * self.0.stride + x]]
    }

    fn black(first: u8) -> [u8; 1] {
        [first]
    }

    fn pack(quad: Quad<[u8; 1]>) -> [u32; 1] {
        [u32::from_le_bytes(quad.map(|[value]| value))]
    }

    #[inline(always)]
    fn place(channel: usize, pixel: usize) -> (usize, usize) {
        (channel, 8 * pixel)
    }
}

/// Interleaved pixels of `STEP` bytes, red at byte `RED`, green at 1, blue at `2 - RED`; a word has
/// a byte a channel.
struct Interleaved<'a, const STEP: usize, const RED: usize>(Plane<'a>);

impl<const STEP: usize, const RED: usize> Layout<4, 3> for Interleaved<'_, STEP, RED> {
    #[inline(always)]
    fn quad(&self, x: usize, y: usize) -> [u32; 4] {
        let at = y * self.0.stride + x * STEP;
        let two = |at: usize| {
            // The second pixel's word ends with the pixel, so that it never leaves the buffer.
            let pixels = &self.0.data[at..at + STEP + 3];
            let word = |at: usize| {
                u32::from_le_bytes([pixels[at], pixels[at + 1], pixels[at + 2], pixels[at + 3]])
            };
            [word(0), word(STEP - 1) >> 8]
        };
        let ([a, b], [c, d]) = (two(at), two(at + self.0.stride));
        [a, b, c, d]
    }

    fn pixel(&self, x: usize, y: usize) -> [u8; 3] {
        let at = y * self.0.stride + x * STEP;
        [self.0.data[at], self.0.data[at + 1], self.0.data[at + 2]]
    }

    fn black(first: u8) -> [u8; 3] {
        [first; 3]
    }

    fn pack(quad: Quad<[u8; 3]>) -> [u32; 4] {
        quad.map(|[a, b, c]| u32::from_le_bytes([a, b, c, 0]))
    }

    #[inline(always)]
    fn place(channel: usize, pixel: usize) -> (usize, usize) {
        (pixel, 8 * [RED, 1, 2 - RED][channel])
    }
}

/// Luma, Cb and Cr planes; a word of each has a byte a pixel.
struct Planar<'a>([Plane<'a>; 3]);

/// Four pixels' samples of a plane with one for two by two pixels.
#[inline(always)]
fn half(plane: &Plane<'_>, step: usize, at: usize, x: usize, y: usize) -> u32 {
    let (upper, lower) = ((y / 2) * plane.stride, y.div_ceil(2) * plane.stride);
    let (left, right) = ((x / 2) * step + at, x.div_ceil(2) * step + at);
    let data = plane.data;
    u32::from_le_bytes([
        data[upper + left],
        data[upper + right],
        data[lower + left],
        data[lower + right],
    ])
}

impl Layout<3, 3> for Planar<'_> {
    #[inline(always)]
    fn quad(&self, x: usize, y: usize) -> [u32; 3] {
        let [luma, cb, cr] = &self.0;
        let [luma] = Single(*luma).quad(x, y);
        [luma, half(cb, 1, 0, x, y), half(cr, 1, 0, x, y)]
    }

    fn pixel(&self, x: usize, y: usize) -> [u8; 3] {
        let [luma, cb, cr] = &self.0;
        let half = |plane: &Plane<'_>| plane.data[(y / 2) * plane.stride + x / 2];
        [luma.data[y * luma.stride + x], half(cb), half(cr)]
    }

    fn black(first: u8) -> [u8; 3] {
        [first, 128, 128]
    }

    fn pack(quad: Quad<[u8; 3]>) -> [u32; 3] {
        std::array::from_fn(|n| u32::from_le_bytes(quad.map(|pixel| pixel[n])))
    }

    #[inline(always)]
    fn place(channel: usize, pixel: usize) -> (usize, usize) {
        (channel, 8 * pixel)
    }
}

/// Luma and interleaved chroma, with Cb at byte `CB`; words as of [`Planar`].
struct SemiPlanar<'a, const CB: usize>(Plane<'a>, Plane<'a>);

impl<const CB: usize> Layout<3, 3> for SemiPlanar<'_, CB> {
    #[inline(always)]
    fn quad(&self, x: usize, y: usize) -> [u32; 3] {
        let [luma] = Single(self.0).quad(x, y);
        [
            luma,
            half(&self.1, 2, CB, x, y),
            half(&self.1, 2, 1 - CB, x, y),
        ]
    }

    fn pixel(&self, x: usize, y: usize) -> [u8; 3] {
        let at = (y / 2) * self.1.stride + (x / 2) * 2;
        let luma = self.0.data[y * self.0.stride + x];
        [luma, self.1.data[at + CB], self.1.data[at + 1 - CB]]
    }

    fn black(first: u8) -> [u8; 3] {
        [first, 128, 128]
    }

    fn pack(quad: Quad<[u8; 3]>) -> [u32; 3] {
        Planar::pack(quad)
    }

    #[inline(always)]
    fn place(channel: usize, pixel: usize) -> (usize, usize) {
        (channel, 8 * pixel)
    }
}

/// Pixels that are interpolated side by side.
const LANES: usize = 16;

/// Fractional bits of a place.
const BITS: u32 = 20;

struct Walk {
    map: Affine,
    size: (usize, usize),
    buffer: (usize, usize),
    border: Border,
    /// Black luma, or black of any channel that is not YUV.
    black: u8,
}

impl Walk {
    fn new(frame: &FrameRef<'_>, map: &Affine, size: (usize, usize), border: Border) -> Self {
        let map = map.then(&frame.to_buffer());
        let black = if frame.is_yuv() {
            YuvToRgb::new(frame.range).black as u8
        } else {
            0
        };
        Self {
            map,
            size,
            buffer: (frame.width, frame.height),
            border,
            black,
        }
    }

    /// Samples every pixel's raw channels and puts what `finish` makes of them into the planes.
    #[inline(always)]
    fn each<const W: usize, const N: usize, const M: usize, L: Layout<W, N>>(
        &self,
        layout: &L,
        finish: impl Fn([f32; N]) -> [f32; M],
        mut planes: [&mut [f32]; M],
    ) {
        let (width, height) = self.size;
        // Casts saturate, and wild places are beyond the edge.
        let place = |value: f32| (f64::from(value) * f64::from(1 << BITS)).round() as i64;
        let (step_x, step_y) = (place(self.map.a), place(self.map.c));
        let (lanes_x, lanes_y) = (lanes(step_x), lanes(step_y));
        // A place has four pixels around it up to the last pixel but one; as unsigned numbers,
        // negative ones are beyond it too.
        let edge = |side: usize| (side as u64 - 1) << BITS;
        let (right, bottom) = (edge(self.buffer.0), edge(self.buffer.1));
        let inside = |x: i64, y: i64| x.cast_unsigned() < right && y.cast_unsigned() < bottom;
        // The last of a chunk; what saturates is not inside.
        let last = |x: i64, step: i64| x.saturating_add(step.saturating_mul(LANES as i64 - 1));
        for row in 0..height {
            let mut x = place(self.map.b * row as f32 + self.map.tx);
            let mut y = place(self.map.d * row as f32 + self.map.ty);
            for column in (0..width).step_by(LANES) {
                let mut words = [[0; LANES]; W];
                let (across, down) = (fractions(x, &lanes_x), fractions(y, &lanes_y));
                let count = LANES.min(width - column);
                // A straight line is inside where both its ends are.
                let all_inside = inside(x, y) && inside(last(x, step_x), last(y, step_y));
                for lane in 0..count {
                    let quad = if all_inside || inside(x, y) {
                        layout.quad((x >> BITS) as usize, (y >> BITS) as usize)
                    } else {
                        self.beyond(layout, x >> BITS, y >> BITS)
                    };
                    for (words, word) in words.iter_mut().zip(quad) {
                        words[lane] = word;
                    }
                    x = x.wrapping_add(step_x);
                    y = y.wrapping_add(step_y);
                }
                let mut raw = [[0.0; LANES]; N];
                for (channel, raw) in raw.iter_mut().enumerate() {
                    *raw = mix::<W, N, L>(&words, channel, &across, &down);
                }
                let mut values = [[0.0; LANES]; M];
                for lane in 0..LANES {
                    let mut pixel = [0.0; N];
                    for (value, raw) in pixel.iter_mut().zip(&raw) {
                        *value = raw[lane];
                    }
                    let pixel = finish(pixel);
                    for (values, value) in values.iter_mut().zip(pixel) {
                        values[lane] = value;
                    }
                }
                for (plane, values) in planes.iter_mut().zip(values) {
                    put(&values, &mut plane[row * width..][column..width]);
                }
            }
        }
    }

    #[cold]
    fn beyond<const W: usize, const N: usize, L: Layout<W, N>>(
        &self,
        layout: &L,
        left: i64,
        top: i64,
    ) -> [u32; W] {
        let black = L::black(self.black);
        let pixel = |column: i64, row: i64| {
            let column = self.border.index(column, self.buffer.0);
            let row = self.border.index(row, self.buffer.1);
            match (column, row) {
                (Some(column), Some(row)) => layout.pixel(column, row),
                _ => black,
            }
        };
        L::pack([
            pixel(left, top),
            pixel(left + 1, top),
            pixel(left, top + 1),
            pixel(left + 1, top + 1),
        ])
    }
}

/// Puts values where a row goes on, as many of them as belong to it.
#[inline(always)]
fn put(values: &[f32; LANES], rest: &mut [f32]) {
    match rest.first_chunk_mut() {
        Some(place) => *place = *values,
        None => rest.copy_from_slice(&values[..rest.len()]),
    }
}

/// One channel between the four pixels of each lane.
#[inline(always)]
fn mix<const W: usize, const N: usize, L: Layout<W, N>>(
    words: &[[u32; LANES]; W],
    channel: usize,
    across: &[f32; LANES],
    down: &[f32; LANES],
) -> [f32; LANES] {
    let mut quad = [[0.0; LANES]; 4];
    for (pixel, values) in quad.iter_mut().enumerate() {
        let (word, bit) = L::place(channel, pixel);
        for (value, word) in values.iter_mut().zip(&words[word]) {
            // A signed number is turned into a float in one instruction.
            *value = (*word >> bit & 255).cast_signed() as f32;
        }
    }
    let mut mixed = [0.0; LANES];
    for lane in 0..LANES {
        let upper = quad[0][lane] + across[lane] * (quad[1][lane] - quad[0][lane]);
        let lower = quad[2][lane] + across[lane] * (quad[3][lane] - quad[2][lane]);
        mixed[lane] = upper + down[lane] * (lower - upper);
    }
    mixed
}

/// The lowest bits of the places of a chunk beside its first: no fractional bit is lost.
fn lanes(step: i64) -> [i32; LANES] {
    std::array::from_fn(|lane| step.wrapping_mul(lane as i64) as i32)
}

/// What the places of a chunk are above whole pixels.
#[inline(always)]
fn fractions(first: i64, lanes: &[i32; LANES]) -> [f32; LANES] {
    let mut fractions = [0.0; LANES];
    for (fraction, lane) in fractions.iter_mut().zip(lanes) {
        let below_one = (first as i32).wrapping_add(*lane) & ((1 << BITS) - 1);
        *fraction = below_one as f32 * (1.0 / (1 << BITS) as f32);
    }
    fractions
}

impl Border {
    fn index(self, at: i64, len: usize) -> Option<usize> {
        if let Ok(inside) = usize::try_from(at)
            && inside < len
        {
            return Some(inside);
        }
        if self == Self::Black {
            return None;
        }
        let last = len as i64 - 1;
        if last == 0 {
            return Some(0);
        }
        let folded = at.rem_euclid(2 * last);
        usize::try_from(folded.min(2 * last - folded)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Rotation;
    use crate::geometry::Rect;

    fn colours(
        frame: &FrameRef<'_>,
        map: &Affine,
        size: (usize, usize),
        border: Border,
    ) -> Vec<[f32; 3]> {
        let mut planes = [const { Vec::new() }; 3].map(|_: Vec<f32>| vec![-1.0; size.0 * size.1]);
        warp_rgb(
            frame,
            map,
            size,
            border,
            planes.each_mut().map(Vec::as_mut_slice),
        );
        let [red, green, blue] = planes;
        red.iter()
            .zip(green)
            .zip(blue)
            .map(|((r, g), b)| [*r, g, b])
            .collect()
    }

    fn rgb_of(frame: &FrameRef<'_>) -> Vec<[f32; 3]> {
        let size = (frame.width(), frame.height());
        let whole = Rect {
            left: 0.0,
            top: 0.0,
            width: size.0 as f32,
            height: size.1 as f32,
        };
        let map = Affine::stretch(size.0, size.1, &whole);
        colours(frame, &map, size, Border::Black)
    }

    #[test]
    fn layouts_of_the_same_picture_give_the_same_colours() {
        // A 4x2 picture: left half red (Y 76, Cb 85, Cr 255), right half blue (29, 255, 107).
        let luma = [76, 76, 29, 29, 76, 76, 29, 29];
        let (cb, cr) = ([85, 255], [255, 107]);
        let y = Plane::new(&luma, 4);
        let i420 = FrameRef::i420(4, 2, y, Plane::new(&cb, 2), Plane::new(&cr, 2)).unwrap();
        let nv12 = FrameRef::nv12(4, 2, y, Plane::new(&[85, 255, 255, 107], 4)).unwrap();
        let nv21 = FrameRef::nv21(4, 2, y, Plane::new(&[255, 85, 107, 255], 4)).unwrap();
        let red = [255u8, 0, 0];
        let blue = [0u8, 0, 255];
        let rgb: Vec<u8> = [red, red, blue, blue, red, red, blue, blue].concat();
        let bgra: Vec<u8> = rgb
            .chunks_exact(3)
            .flat_map(|p| [p[2], p[1], p[0], 9])
            .collect();
        let rgb = FrameRef::rgb(4, 2, Plane::new(&rgb, 12)).unwrap();
        let bgra = FrameRef::bgra(4, 2, Plane::new(&bgra, 16)).unwrap();
        let expected = rgb_of(&rgb);
        assert_eq!(expected[0], [255.0, 0.0, 0.0]);
        assert_eq!(rgb_of(&bgra), expected);
        for frame in [i420, nv12, nv21] {
            for (found, expected) in rgb_of(&frame).iter().zip(&expected) {
                for (a, b) in found.iter().zip(expected) {
                    assert!((a - b).abs() < 2.0, "{found:?} {expected:?}");
                }
            }
        }
    }

    #[test]
    fn video_range_stretches_black_and_white() {
        let luma = [16, 235, 16, 235];
        let gray = [128];
        let (y, c) = (Plane::new(&luma, 2), Plane::new(&gray, 1));
        let frame = FrameRef::i420(2, 2, y, c, c)
            .unwrap()
            .ranged(ColorRange::Video);
        let pixels = rgb_of(&frame);
        assert!(pixels[0].iter().all(|&v| v < 0.01) && pixels[1].iter().all(|&v| v > 254.9));
    }

    #[test]
    fn turned_and_mirrored_pictures_read_as_upright() {
        let data: Vec<u8> = (1..=6).collect();
        let frame = FrameRef::gray(3, 2, Plane::new(&data, 3)).unwrap();
        let read = |rotation, mirrored| -> Vec<u8> {
            let frame = frame.rotated(rotation).mirrored(mirrored);
            rgb_of(&frame).iter().map(|rgb| rgb[0] as u8).collect()
        };
        assert_eq!(read(Rotation::None, false), [1, 2, 3, 4, 5, 6]);
        assert_eq!(read(Rotation::Quarter, false), [4, 1, 5, 2, 6, 3]);
        assert_eq!(read(Rotation::Half, false), [6, 5, 4, 3, 2, 1]);
        assert_eq!(read(Rotation::ThreeQuarters, false), [3, 6, 2, 5, 1, 4]);
        assert_eq!(read(Rotation::None, true), [3, 2, 1, 6, 5, 4]);
        assert_eq!(read(Rotation::Quarter, true), [1, 4, 2, 5, 3, 6]);
    }

    #[test]
    fn borders_are_black_or_reflected() {
        let at = |border: Border, at| border.index(at, 4);
        assert_eq!(at(Border::Black, -1), None);
        assert_eq!(at(Border::Black, 4), None);
        let found: Vec<_> = (-7..=10).filter_map(|i| at(Border::Reflected, i)).collect();
        assert_eq!(
            found,
            [1, 0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2]
        );
        assert_eq!(Border::Reflected.index(-3, 1), Some(0));
    }

    #[test]
    fn wild_maps_do_not_panic() {
        let data = [200; 4];
        let frame = FrameRef::gray(2, 2, Plane::new(&data, 2)).unwrap();
        for bad in [f32::NAN, f32::INFINITY, -1e30, 1e9] {
            let map = Affine {
                a: bad,
                b: 1.0,
                tx: bad,
                c: 0.0,
                d: bad,
                ty: 0.0,
            };
            for border in [Border::Black, Border::Reflected] {
                for rgb in colours(&frame, &map, (4, 4), border) {
                    assert!((0.0..=255.0).contains(&rgb[0]));
                }
            }
        }
    }
}
