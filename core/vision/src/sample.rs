//! Bilinear sampling of a borrowed frame through an affine map, in any pixel layout.

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

/// From a frame's own three channels to red, green, blue: `matrix * raw + weight * offset`.
#[derive(Clone, Copy)]
pub(crate) struct ToRgb {
    pub(crate) matrix: [[f32; 3]; 3],
    pub(crate) offset: [f32; 3],
}

impl ToRgb {
    const SAME: Self =
        Self { matrix: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], offset: [0.0; 3] };

    /// BT.601: red, green, blue from luma, Cb, Cr (ITU-R BT.601-7; JFIF 1.02 for the full range).
    pub(crate) fn bt601(range: ColorRange) -> Self {
        let (luma, chroma, black) = match range {
            ColorRange::Full => (1.0, 1.0, 0.0),
            ColorRange::Video => (255.0 / 219.0, 255.0 / 224.0, 16.0),
        };
        let (cr_red, cb_green, cr_green, cb_blue) =
            (1.402 * chroma, -0.344_136 * chroma, -0.714_136 * chroma, 1.772 * chroma);
        let matrix = [[luma, 0.0, cr_red], [luma, cb_green, cr_green], [luma, cb_blue, 0.0]];
        let offset = matrix.map(|row| -row[0] * black - 128.0 * (row[1] + row[2]));
        Self { matrix, offset }
    }

    fn apply(&self, raw: [f32; 3], weight: f32) -> [f32; 3] {
        let mut rgb = [0.0; 3];
        for (value, (row, offset)) in rgb.iter_mut().zip(self.matrix.iter().zip(self.offset)) {
            let sum = row[0] * raw[0] + row[1] * raw[1] + row[2] * raw[2] + weight * offset;
            *value = sum.clamp(0.0, 255.0);
        }
        rgb
    }
}

/// One layout's way to fetch `N` raw channels of a pixel.
trait Fetch<const N: usize> {
    fn fetch(&self, x: usize, y: usize) -> [f32; N];
}

struct Single<'a>(Plane<'a>);

impl Fetch<1> for Single<'_> {
    #[inline(always)]
    fn fetch(&self, x: usize, y: usize) -> [f32; 1] {
        [f32::from(self.0.data[y * self.0.stride + x])]
    }
}

/// Interleaved pixels of `STEP` bytes, red at byte `RED`, green at 1, blue at `2 - RED`.
struct Interleaved<'a, const STEP: usize, const RED: usize>(Plane<'a>);

impl<const STEP: usize, const RED: usize> Fetch<3> for Interleaved<'_, STEP, RED> {
    #[inline(always)]
    fn fetch(&self, x: usize, y: usize) -> [f32; 3] {
        let start = y * self.0.stride + x * STEP;
        let pixel = &self.0.data[start..start + 3];
        [f32::from(pixel[RED]), f32::from(pixel[1]), f32::from(pixel[2 - RED])]
    }
}

/// The same, as grey by the weights of BT.601.
struct Weighted<'a, const STEP: usize, const RED: usize>(Plane<'a>);

impl<const STEP: usize, const RED: usize> Fetch<1> for Weighted<'_, STEP, RED> {
    #[inline(always)]
    fn fetch(&self, x: usize, y: usize) -> [f32; 1] {
        let start = y * self.0.stride + x * STEP;
        let pixel = &self.0.data[start..start + 3];
        // 0.299, 0.587, 0.114 in 1/16384, rounded to a whole grey value.
        let sum = 4899 * u32::from(pixel[RED])
            + 9617 * u32::from(pixel[1])
            + 1868 * u32::from(pixel[2 - RED]);
        [((sum + 8192) >> 14) as f32]
    }
}

struct Planar<'a>([Plane<'a>; 3]);

impl Fetch<3> for Planar<'_> {
    #[inline(always)]
    fn fetch(&self, x: usize, y: usize) -> [f32; 3] {
        let [luma, cb, cr] = &self.0;
        [
            f32::from(luma.data[y * luma.stride + x]),
            f32::from(cb.data[(y / 2) * cb.stride + x / 2]),
            f32::from(cr.data[(y / 2) * cr.stride + x / 2]),
        ]
    }
}

/// Luma and interleaved chroma, with Cb at byte `CB`.
struct SemiPlanar<'a, const CB: usize>(Plane<'a>, Plane<'a>);

impl<const CB: usize> Fetch<3> for SemiPlanar<'_, CB> {
    #[inline(always)]
    fn fetch(&self, x: usize, y: usize) -> [f32; 3] {
        let start = (y / 2) * self.1.stride + (x / 2) * 2;
        let pair = &self.1.data[start..start + 2];
        let luma = self.0.data[y * self.0.stride + x];
        [f32::from(luma), f32::from(pair[CB]), f32::from(pair[1 - CB])]
    }
}

/// Calls `sink` with the index and the red, green, blue (0 to 255) of each of `width` x `height`
/// pixels, row by row; `map` leads from them to pixels of the upright picture.
pub(crate) fn warp_rgb(
    frame: &FrameRef<'_>,
    map: &Affine,
    (width, height): (usize, usize),
    border: Border,
    mut sink: impl FnMut(usize, [f32; 3]),
) {
    let walk = Walk::new(frame, map, width, height, border);
    let bt601 = ToRgb::bt601(frame.range);
    let mut run = |fetch: &dyn Rgb, to: ToRgb| fetch.walk(&walk, &to, &mut sink);
    match frame.pixels {
        Pixels::Gray(plane) => {
            walk.each(&Single(plane), |place, [gray], _| sink(place, [gray; 3]));
        }
        Pixels::Rgb(plane) => run(&Interleaved::<3, 0>(plane), ToRgb::SAME),
        Pixels::Bgra(plane) => run(&Interleaved::<4, 2>(plane), ToRgb::SAME),
        Pixels::I420(planes) => run(&Planar(planes), bt601),
        Pixels::Nv12(luma, chroma) => run(&SemiPlanar::<0>(luma, chroma), bt601),
        Pixels::Nv21(luma, chroma) => run(&SemiPlanar::<1>(luma, chroma), bt601),
    }
}

/// The same for grey values.
pub(crate) fn warp_gray(
    frame: &FrameRef<'_>,
    map: &Affine,
    (width, height): (usize, usize),
    border: Border,
    mut sink: impl FnMut(usize, f32),
) {
    let walk = Walk::new(frame, map, width, height, border);
    match frame.pixels {
        Pixels::Gray(plane) => walk.each(&Single(plane), |place, [gray], _| sink(place, gray)),
        Pixels::Rgb(plane) => {
            walk.each(&Weighted::<3, 0>(plane), |place, [gray], _| sink(place, gray));
        }
        Pixels::Bgra(plane) => {
            walk.each(&Weighted::<4, 2>(plane), |place, [gray], _| sink(place, gray));
        }
        Pixels::I420([luma, ..]) | Pixels::Nv12(luma, _) | Pixels::Nv21(luma, _) => {
            let (scale, black) = match frame.range {
                ColorRange::Full => (1.0, 0.0),
                ColorRange::Video => (255.0 / 219.0, 16.0),
            };
            walk.each(&Single(luma), |place, [value], weight| {
                sink(place, ((value - weight * black) * scale).clamp(0.0, 255.0));
            });
        }
    }
}

/// Three-channel layouts behind one pointer, so that a caller's sink is compiled once.
trait Rgb {
    fn walk(&self, walk: &Walk, to: &ToRgb, sink: &mut dyn FnMut(usize, [f32; 3]));
}

impl<F: Fetch<3>> Rgb for F {
    fn walk(&self, walk: &Walk, to: &ToRgb, sink: &mut dyn FnMut(usize, [f32; 3])) {
        walk.each(self, |place, raw, weight| sink(place, to.apply(raw, weight)));
    }
}

struct Walk {
    map: Affine,
    size: (usize, usize),
    buffer: (usize, usize),
    border: Border,
}

impl Walk {
    fn new(
        frame: &FrameRef<'_>,
        map: &Affine,
        width: usize,
        height: usize,
        border: Border,
    ) -> Self {
        let map = map.then(&frame.to_buffer());
        Self { map, size: (width, height), buffer: (frame.width, frame.height), border }
    }

    /// Calls `sink` with index, raw channels and the weight (0 to 1) that lay in the picture.
    #[inline(always)]
    fn each<const N: usize>(
        &self,
        source: &impl Fetch<N>,
        mut sink: impl FnMut(usize, [f32; N], f32),
    ) {
        let (right, bottom) = (self.buffer.0 as f32 - 1.0, self.buffer.1 as f32 - 1.0);
        let mut place = 0;
        for row in 0..self.size.1 {
            let start_x = self.map.b * row as f32 + self.map.tx;
            let start_y = self.map.d * row as f32 + self.map.ty;
            for column in 0..self.size.0 {
                let x = self.map.a * column as f32 + start_x;
                let y = self.map.c * column as f32 + start_y;
                if x >= 0.0 && y >= 0.0 && x < right && y < bottom {
                    sink(place, inside(source, x, y), 1.0);
                } else {
                    let (raw, weight) = self.beyond(source, x, y);
                    sink(place, raw, weight);
                }
                place += 1;
            }
        }
    }

    #[cold]
    fn beyond<const N: usize>(&self, source: &impl Fetch<N>, x: f32, y: f32) -> ([f32; N], f32) {
        let (mut raw, mut weight) = ([0.0; N], 0.0);
        // A map of a wild box may lead anywhere; far out, there is nothing but the border.
        if !(x.abs() < 1e6 && y.abs() < 1e6) {
            return (raw, weight);
        }
        let (left, top) = (x.floor(), y.floor());
        for (column, share_x) in [(left as i64, 1.0 - (x - left)), (left as i64 + 1, x - left)] {
            for (row, share_y) in [(top as i64, 1.0 - (y - top)), (top as i64 + 1, y - top)] {
                let column = self.border.index(column, self.buffer.0);
                let row = self.border.index(row, self.buffer.1);
                if let (Some(column), Some(row)) = (column, row) {
                    let share = share_x * share_y;
                    for (sum, value) in raw.iter_mut().zip(source.fetch(column, row)) {
                        *sum += share * value;
                    }
                    weight += share;
                }
            }
        }
        (raw, weight)
    }
}

#[inline(always)]
fn inside<const N: usize>(source: &impl Fetch<N>, x: f32, y: f32) -> [f32; N] {
    // Not negative here, so truncation is the floor.
    let (column, row) = (x as usize, y as usize);
    let (fx, fy) = (x - column as f32, y - row as f32);
    let upper = (source.fetch(column, row), source.fetch(column + 1, row));
    let lower = (source.fetch(column, row + 1), source.fetch(column + 1, row + 1));
    std::array::from_fn(|n| {
        let above = upper.0[n] + fx * (upper.1[n] - upper.0[n]);
        let below = lower.0[n] + fx * (lower.1[n] - lower.0[n]);
        above + fy * (below - above)
    })
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

    fn rgb_of(frame: &FrameRef<'_>) -> Vec<[f32; 3]> {
        let size = (frame.width(), frame.height());
        let whole =
            Rect { left: 0.0, top: 0.0, width: size.0 as f32, height: size.1 as f32 };
        let map = Affine::stretch(size.0, size.1, &whole);
        let mut pixels = vec![[0.0; 3]; size.0 * size.1];
        warp_rgb(frame, &map, size, Border::Black, |place, rgb| pixels[place] = rgb);
        pixels
    }

    #[test]
    fn layouts_of_the_same_picture_give_the_same_colours() {
        // A 4x2 picture: left half red (Y 76, Cb 85, Cr 255), right half blue (29, 255, 107).
        let luma = [76, 76, 29, 29, 76, 76, 29, 29];
        let (cb, cr) = ([85, 255], [255, 107]);
        let y = Plane::new(&luma, 4);
        let i420 =
            FrameRef::i420(4, 2, y, Plane::new(&cb, 2), Plane::new(&cr, 2)).unwrap();
        let nv12 = FrameRef::nv12(4, 2, y, Plane::new(&[85, 255, 255, 107], 4)).unwrap();
        let nv21 = FrameRef::nv21(4, 2, y, Plane::new(&[255, 85, 107, 255], 4)).unwrap();
        let red = [255u8, 0, 0];
        let blue = [0u8, 0, 255];
        let rgb: Vec<u8> = [red, red, blue, blue, red, red, blue, blue].concat();
        let bgra: Vec<u8> =
            rgb.chunks_exact(3).flat_map(|p| [p[2], p[1], p[0], 9]).collect();
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
        let frame = FrameRef::i420(2, 2, y, c, c).unwrap().ranged(ColorRange::Video);
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
        assert_eq!(found, [1, 0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2]);
        assert_eq!(Border::Reflected.index(-3, 1), Some(0));
    }

    #[test]
    fn wild_maps_do_not_panic() {
        let data = [200; 4];
        let frame = FrameRef::gray(2, 2, Plane::new(&data, 2)).unwrap();
        for bad in [f32::NAN, f32::INFINITY, -1e30, 1e9] {
            let map = Affine { a: bad, b: 1.0, tx: bad, c: 0.0, d: bad, ty: 0.0 };
            for border in [Border::Black, Border::Reflected] {
                warp_rgb(&frame, &map, (4, 4), border, |_, rgb| assert!(rgb[0] <= 255.0));
            }
        }
    }
}
