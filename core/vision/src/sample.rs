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

/// Red, green, blue (0 to 255) from luma, Cb, Cr by BT.601 (ITU-R BT.601-7; JFIF 1.02 for the full
/// range).
#[derive(Clone, Copy)]
pub(crate) struct YuvToRgb {
    black: f32,
    luma: f32,
    cr_red: f32,
    cb_green: f32,
    cr_green: f32,
    cb_blue: f32,
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
        [red, green, blue].map(|value| value.clamp(0.0, 255.0))
    }

    #[inline(always)]
    fn gray(&self, luma: f32) -> f32 {
        ((luma - self.black) * self.luma).clamp(0.0, 255.0)
    }
}

/// One layout's way to fetch `N` raw channels of a pixel and its right neighbour.
trait Fetch<const N: usize> {
    fn pair(&self, x: usize, next: usize, y: usize) -> [[u32; N]; 2];
}

struct Single<'a>(Plane<'a>);

impl Fetch<1> for Single<'_> {
    #[inline(always)]
    fn pair(&self, x: usize, next: usize, y: usize) -> [[u32; 1]; 2] {
        let row = &self.0.data[y * self.0.stride..];
        [[u32::from(row[x])], [u32::from(row[next])]]
    }
}

/// Interleaved pixels of `STEP` bytes, red at byte `RED`, green at 1, blue at `2 - RED`.
struct Interleaved<'a, const STEP: usize, const RED: usize>(Plane<'a>);

impl<const STEP: usize, const RED: usize> Fetch<3> for Interleaved<'_, STEP, RED> {
    #[inline(always)]
    fn pair(&self, x: usize, next: usize, y: usize) -> [[u32; 3]; 2] {
        let row = &self.0.data[y * self.0.stride..];
        [x, next].map(|x| {
            let pixel = &row[x * STEP..x * STEP + 3];
            [pixel[RED], pixel[1], pixel[2 - RED]].map(u32::from)
        })
    }
}

struct Planar<'a>([Plane<'a>; 3]);

impl Fetch<3> for Planar<'_> {
    #[inline(always)]
    fn pair(&self, x: usize, next: usize, y: usize) -> [[u32; 3]; 2] {
        let [luma, cb, cr] = &self.0;
        let (luma, cb, cr) = (
            &luma.data[y * luma.stride..],
            &cb.data[(y / 2) * cb.stride..],
            &cr.data[(y / 2) * cr.stride..],
        );
        [x, next].map(|x| [luma[x], cb[x / 2], cr[x / 2]].map(u32::from))
    }
}

/// Luma and interleaved chroma, with Cb at byte `CB`.
struct SemiPlanar<'a, const CB: usize>(Plane<'a>, Plane<'a>);

impl<const CB: usize> Fetch<3> for SemiPlanar<'_, CB> {
    #[inline(always)]
    fn pair(&self, x: usize, next: usize, y: usize) -> [[u32; 3]; 2] {
        let luma = &self.0.data[y * self.0.stride..];
        let chroma = &self.1.data[(y / 2) * self.1.stride..];
        [x, next].map(|x| {
            let pair = &chroma[(x / 2) * 2..(x / 2) * 2 + 2];
            [luma[x], pair[CB], pair[1 - CB]].map(u32::from)
        })
    }
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
    let yuv_black = [yuv.black, 128.0, 128.0];
    match frame.pixels {
        Pixels::Gray(plane) => walk.each(&Single(plane), [0.0], |[gray]| [gray; 3], planes),
        Pixels::Rgb(plane) => {
            walk.each(&Interleaved::<3, 0>(plane), [0.0; 3], |rgb| rgb, planes);
        }
        Pixels::Bgra(plane) => {
            walk.each(&Interleaved::<4, 2>(plane), [0.0; 3], |rgb| rgb, planes);
        }
        Pixels::I420(all) => {
            walk.each(&Planar(all), yuv_black, |raw| yuv.apply(raw), planes);
        }
        Pixels::Nv12(luma, chroma) => {
            let source = SemiPlanar::<0>(luma, chroma);
            walk.each(&source, yuv_black, |raw| yuv.apply(raw), planes);
        }
        Pixels::Nv21(luma, chroma) => {
            let source = SemiPlanar::<1>(luma, chroma);
            walk.each(&source, yuv_black, |raw| yuv.apply(raw), planes);
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
        Pixels::Gray(gray) => walk.each(&Single(gray), [0.0], |gray| gray, [plane]),
        Pixels::Rgb(rgb) => walk.each(&Interleaved::<3, 0>(rgb), [0.0; 3], weigh, [plane]),
        Pixels::Bgra(bgra) => walk.each(&Interleaved::<4, 2>(bgra), [0.0; 3], weigh, [plane]),
        Pixels::I420([luma, ..]) | Pixels::Nv12(luma, _) | Pixels::Nv21(luma, _) => {
            let yuv = YuvToRgb::new(frame.range);
            walk.each(
                &Single(luma),
                [yuv.black],
                |[luma]| [yuv.gray(luma)],
                [plane],
            );
        }
    }
}

struct Walk {
    map: Affine,
    size: (usize, usize),
    buffer: (usize, usize),
    border: Border,
}

impl Walk {
    fn new(frame: &FrameRef<'_>, map: &Affine, size: (usize, usize), border: Border) -> Self {
        let map = map.then(&frame.to_buffer());
        Self {
            map,
            size,
            buffer: (frame.width, frame.height),
            border,
        }
    }

    /// Samples every pixel's raw channels and puts what `finish` makes of them into the planes.
    #[inline(always)]
    fn each<const N: usize, const M: usize>(
        &self,
        source: &impl Fetch<N>,
        black: [f32; N],
        finish: impl Fn([f32; N]) -> [f32; M],
        mut planes: [&mut [f32]; M],
    ) {
        let (width, height) = self.size;
        let (right, bottom) = (self.buffer.0 as f32 - 1.0, self.buffer.1 as f32 - 1.0);
        for row in 0..height {
            let start_x = self.map.b * row as f32 + self.map.tx;
            let start_y = self.map.d * row as f32 + self.map.ty;
            let mut out = planes
                .each_mut()
                .map(|plane| &mut plane[row * width..][..width]);
            for column in 0..width {
                let x = self.map.a * column as f32 + start_x;
                let y = self.map.c * column as f32 + start_y;
                let raw = if x >= 0.0 && y >= 0.0 && x < right && y < bottom {
                    inside(source, x, y)
                } else {
                    self.beyond(source, black, x, y)
                };
                for (out, value) in out.iter_mut().zip(finish(raw)) {
                    out[column] = value;
                }
            }
        }
    }

    #[cold]
    fn beyond<const N: usize>(
        &self,
        source: &impl Fetch<N>,
        black: [f32; N],
        x: f32,
        y: f32,
    ) -> [f32; N] {
        // A map of a wild box may lead anywhere; far out, there is nothing but the border.
        if !(x.abs() < 1e6 && y.abs() < 1e6) {
            return black;
        }
        let (left, top) = (x.floor(), y.floor());
        let mut sums = [0.0; N];
        for (column, share_x) in [(left as i64, 1.0 - (x - left)), (left as i64 + 1, x - left)] {
            for (row, share_y) in [(top as i64, 1.0 - (y - top)), (top as i64 + 1, y - top)] {
                let column = self.border.index(column, self.buffer.0);
                let row = self.border.index(row, self.buffer.1);
                let raw = match (column, row) {
                    (Some(column), Some(row)) => {
                        source.pair(column, column, row)[0].map(|value| value as f32)
                    }
                    _ => black,
                };
                for (sum, value) in sums.iter_mut().zip(raw) {
                    *sum += share_x * share_y * value;
                }
            }
        }
        sums
    }
}

/// A place between four pixels of the buffer, with weights in 1/256 a side: whole numbers, because
/// turning twelve bytes into floats costs more than the interpolation.
#[inline(always)]
fn inside<const N: usize>(source: &impl Fetch<N>, x: f32, y: f32) -> [f32; N] {
    // Not negative and below 2^31 / 256, so the cast is a floor.
    let (x, y) = ((x * 256.0) as i32, (y * 256.0) as i32);
    let (column, row) = ((x >> 8) as usize, (y >> 8) as usize);
    let (fx, fy) = ((x & 255) as u32, (y & 255) as u32);
    let upper = source.pair(column, column + 1, row);
    let lower = source.pair(column, column + 1, row + 1);
    std::array::from_fn(|n| {
        let above = (256 - fx) * upper[0][n] + fx * upper[1][n];
        let below = (256 - fx) * lower[0][n] + fx * lower[1][n];
        let sum = (256 - fy) * above + fy * below;
        sum.cast_signed() as f32 * (1.0 / 65_536.0)
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
