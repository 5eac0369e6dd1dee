//! Scales a whole frame into the upper left of the detector's input tensor.
//!
//! This is the only pass over a whole frame, so it is made for speed: each output row blends two
//! buffer rows over their whole width (whole-number arithmetic that the compiler vectorises), then
//! picks its columns by a table. It samples as OpenCV's `INTER_LINEAR` does, with weights in 1/256.

use zeroize::Zeroize;

use crate::frame::{FrameRef, Pixels, Plane, Rotation};
use crate::nets::Normalise;
use crate::sample::YuvToRgb;

/// Weights of both steps multiplied: 256 * 256.
const WHOLE: f32 = 65_536.0;

/// Between which two pixels a sample lies, and how much of the second it takes, in 1/256.
#[derive(Clone, Copy)]
struct Tap {
    at: usize,
    second: u16,
}

/// Scaling tables and row buffers, kept from frame to frame.
#[derive(Default)]
pub(crate) struct Letterbox {
    /// Buffer size and output size that the tables are for.
    sizes: Option<[usize; 4]>,
    columns: Vec<Tap>,
    rows: Vec<Tap>,
    chroma_columns: Vec<Tap>,
    chroma_rows: Vec<Tap>,
    blended: Vec<u16>,
    channels: [Vec<f32>; 3],
}

impl Letterbox {
    /// Fills `tensor` (red, green, blue planes of `width` x `height`) with the upright frame, as
    /// large as fits; what is left over is zero, a mean grey. Says how many pixels of the frame a
    /// column and a row of the tensor stand for.
    pub(crate) fn fill(
        &mut self,
        frame: &FrameRef<'_>,
        tensor: &mut [f32],
        (width, height): (usize, usize),
        normalise: Normalise,
    ) -> (f32, f32) {
        let (full_width, full_height) = (frame.width(), frame.height());
        let fit = (width as f32 / full_width as f32).min(height as f32 / full_height as f32);
        let scaled = |side: usize, limit: usize| {
            ((side as f32 * fit).round_ties_even() as usize).clamp(1, limit)
        };
        let upright = (scaled(full_width, width), scaled(full_height, height));
        let size = if frame.turned() {
            (upright.1, upright.0)
        } else {
            upright
        };
        self.prepare(frame, size, tensor);
        let (start, columns, rows) = steps(frame, upright, width);
        for row in 0..size.1 {
            self.row(frame, row);
            let first = start + row as isize * rows;
            for (values, out) in self.channels.iter().zip(normalise.planes(tensor)) {
                store(values, out, first, columns, normalise);
            }
        }
        (
            full_width as f32 / upright.0 as f32,
            full_height as f32 / upright.1 as f32,
        )
    }

    /// Forgets the last frame's rows. The tables hold no pixel.
    pub(crate) fn clear(&mut self) {
        self.blended.zeroize();
        self.channels.iter_mut().for_each(Zeroize::zeroize);
        self.sizes = None;
    }

    fn prepare(&mut self, frame: &FrameRef<'_>, size: (usize, usize), tensor: &mut [f32]) {
        let sizes = [frame.width, frame.height, size.0, size.1];
        if self.sizes == Some(sizes) {
            return;
        }
        tensor.fill(0.0);
        self.sizes = Some(sizes);
        taps(&mut self.columns, frame.width, size.0);
        taps(&mut self.rows, frame.height, size.1);
        taps(&mut self.chroma_columns, frame.width.div_ceil(2), size.0);
        taps(&mut self.chroma_rows, frame.height.div_ceil(2), size.1);
        for channel in &mut self.channels {
            channel.clear();
            channel.resize(size.0, 0.0);
        }
    }

    /// Makes one row of red, green and blue in 1/65,536.
    fn row(&mut self, frame: &FrameRef<'_>, row: usize) {
        let Self {
            columns,
            chroma_columns,
            blended,
            channels,
            ..
        } = self;
        let [first, second, third] = channels;
        let (at, chroma_at) = (self.rows[row], self.chroma_rows[row]);
        let (width, height) = (frame.width, frame.height);
        let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
        match frame.pixels {
            Pixels::Gray(plane) => {
                blend(&plane, width, 1, height, at, blended);
                pick::<1, 1>(blended, columns, [0], [&mut *first]);
                second.copy_from_slice(first);
                third.copy_from_slice(first);
            }
            Pixels::Rgb(plane) => {
                blend(&plane, width, 3, height, at, blended);
                pick::<3, 3>(blended, columns, [0, 1, 2], [first, second, third]);
            }
            Pixels::Bgra(plane) => {
                blend(&plane, width, 4, height, at, blended);
                pick::<4, 3>(blended, columns, [2, 1, 0], [first, second, third]);
            }
            Pixels::I420([luma, cb, cr]) => {
                blend(&luma, width, 1, height, at, blended);
                pick::<1, 1>(blended, columns, [0], [&mut *first]);
                blend(&cb, half_width, 1, half_height, chroma_at, blended);
                pick::<1, 1>(blended, chroma_columns, [0], [&mut *second]);
                blend(&cr, half_width, 1, half_height, chroma_at, blended);
                pick::<1, 1>(blended, chroma_columns, [0], [&mut *third]);
            }
            Pixels::Nv12(luma, chroma) | Pixels::Nv21(luma, chroma) => {
                blend(&luma, width, 1, height, at, blended);
                pick::<1, 1>(blended, columns, [0], [&mut *first]);
                blend(&chroma, half_width, 2, half_height, chroma_at, blended);
                let order = if matches!(frame.pixels, Pixels::Nv12(..)) {
                    [0, 1]
                } else {
                    [1, 0]
                };
                pick::<2, 2>(blended, chroma_columns, order, [&mut *second, &mut *third]);
            }
        }
        if frame.is_yuv() {
            let to_rgb = YuvToRgb::new(frame.range);
            let pixels = first
                .iter_mut()
                .zip(second.iter_mut())
                .zip(third.iter_mut());
            for ((first, second), third) in pixels {
                let yuv = [*first / WHOLE, *second / WHOLE, *third / WHOLE];
                let [red, green, blue] = to_rgb.apply(yuv);
                (*first, *second, *third) = (red * WHOLE, green * WHOLE, blue * WHOLE);
            }
        }
    }
}

/// The sampling places of a side of `from` pixels scaled to `to`: pixel centres on pixel centres.
fn taps(taps: &mut Vec<Tap>, from: usize, to: usize) {
    taps.clear();
    let scale = from as f64 / to as f64;
    taps.extend((0..to).map(|n| {
        let place = ((n as f64 + 0.5) * scale - 0.5).clamp(0.0, from as f64 - 1.0);
        let at = place as usize;
        Tap {
            at,
            second: ((place - at as f64) * 256.0).round() as u16,
        }
    }));
}

/// Where the first sample of a buffer's first row falls in a tensor plane `width` wide, and how
/// many places lie from one sample to the next, and from one row to the next.
fn steps(frame: &FrameRef<'_>, upright: (usize, usize), width: usize) -> (isize, isize, isize) {
    let (right, bottom) = (upright.0 as isize - 1, upright.1 as isize - 1);
    let down = width as isize;
    // Of a buffer's x and y axis in the upright picture: where it begins and which way it runs.
    let (mut x, y, mut columns, mut rows) = match frame.rotation {
        Rotation::None => (0, 0, (1, 0), (0, 1)),
        Rotation::Quarter => (right, 0, (0, 1), (-1, 0)),
        Rotation::Half => (right, bottom, (-1, 0), (0, -1)),
        Rotation::ThreeQuarters => (0, bottom, (0, -1), (1, 0)),
    };
    if frame.mirrored {
        x = right - x;
        columns.0 = -columns.0;
        rows.0 = -rows.0;
    }
    (
        x + y * down,
        columns.0 + columns.1 * down,
        rows.0 + rows.1 * down,
    )
}

/// Blends two rows of `width` pixels of `step` bytes; the last pixel is repeated once more, so that
/// every sample has a right neighbour.
fn blend(plane: &Plane<'_>, width: usize, step: usize, height: usize, at: Tap, out: &mut Vec<u16>) {
    let bytes = width * step;
    let row = |row: usize| &plane.data[row * plane.stride..row * plane.stride + bytes];
    let (upper, lower) = (row(at.at), row((at.at + 1).min(height - 1)));
    let (first, second) = (256 - at.second, at.second);
    if out.len() < bytes + step {
        out.resize(bytes + step, 0);
    }
    let out = &mut out[..bytes + step];
    for ((out, upper), lower) in out.iter_mut().zip(upper).zip(lower) {
        *out = first * u16::from(*upper) + second * u16::from(*lower);
    }
    out.copy_within(bytes - step..bytes, bytes);
}

/// Samples a blended row of pixels of `STEP` values at a table's columns.
fn pick<const STEP: usize, const N: usize>(
    row: &[u16],
    taps: &[Tap],
    offsets: [usize; N],
    out: [&mut Vec<f32>; N],
) {
    let mut out = out.map(|channel| &mut channel[..taps.len()]);
    for (n, tap) in taps.iter().enumerate() {
        let pair = &row[tap.at * STEP..(tap.at + 2) * STEP];
        let (first, second) = (u32::from(256 - tap.second), u32::from(tap.second));
        for (out, offset) in out.iter_mut().zip(offsets) {
            let sum = first * u32::from(pair[offset]) + second * u32::from(pair[STEP + offset]);
            // Below 2^24, so exact; a signed cast is one instruction.
            out[n] = sum.cast_signed() as f32;
        }
    }
}

fn store(values: &[f32], out: &mut [f32], first: isize, step: isize, normalise: Normalise) {
    let (factor, summand) = normalise.line();
    let factor = factor / WHOLE;
    if step == 1 {
        let first = first.unsigned_abs();
        for (out, value) in out[first..first + values.len()].iter_mut().zip(values) {
            *out = value * factor + summand;
        }
        return;
    }
    let mut place = first;
    for value in values {
        out[place.unsigned_abs()] = value * factor + summand;
        place += step;
    }
}
