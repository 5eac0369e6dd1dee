//! Scales a whole frame into the upper left of the detector's input tensor.
//!
//! This is the only pass over a whole frame, so it is made for speed: each output row blends two
//! buffer rows over their whole width, fetches the pixels around each column by a table, and
//! interpolates them side by side; the compiler vectorises all but the fetching. It samples as
//! OpenCV's `INTER_LINEAR` does, but chroma at half size, which is scaled down less than luma, by
//! its nearest sample.

use zeroize::Zeroize;

use crate::frame::{FrameRef, Pixels, Plane, Rotation};
use crate::nets::Normalise;
use crate::sample::YuvToRgb;

/// Scaling tables and row buffers, kept from frame to frame.
#[derive(Default)]
pub(crate) struct Letterbox {
    /// Buffer size and output size that the tables are for.
    sizes: Option<[usize; 4]>,
    columns: Taps,
    rows: Taps,
    /// One blended row of the buffer.
    blended: Vec<u8>,
    /// Of each column the pixel to the left and the one to the right, a byte a channel; of YUV
    /// luma's two, and chroma's one.
    fetched: [Vec<u32>; 2],
    /// The finished row.
    channels: [Vec<f32>; 3],
}

/// Sampling places along one side.
#[derive(Default)]
struct Taps {
    /// The pixel before the place.
    at: Vec<usize>,
    /// How much of the pixel after it is taken, 0 to 1.
    share: Vec<f32>,
    /// The chroma sample nearest to the place.
    chroma: Vec<usize>,
}

impl Taps {
    /// A side of `from` pixels scaled to `to`: edges fall on edges.
    fn fill(&mut self, from: usize, to: usize) {
        let scale = from as f64 / to as f64;
        let place = |n: usize| ((n as f64 + 0.5) * scale - 0.5).clamp(0.0, from as f64 - 1.0);
        self.at.clear();
        self.at.extend((0..to).map(|n| place(n) as usize));
        self.share.clear();
        self.share.extend((0..to).map(|n| place(n).fract() as f32));
        self.chroma.clear();
        self.chroma
            .extend((0..to).map(|n| (place(n) + 0.5) as usize / 2));
    }
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
            self.row(frame, row, normalise);
            let first = start + row as isize * rows;
            for (values, plane) in self.channels.iter().zip(normalise.planes(tensor)) {
                store(values, plane, first, columns);
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
        self.fetched.iter_mut().for_each(Zeroize::zeroize);
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
        self.columns.fill(frame.width, size.0);
        self.rows.fill(frame.height, size.1);
        self.fetched
            .iter_mut()
            .for_each(|words| words.resize(size.0, 0));
        self.channels
            .iter_mut()
            .for_each(|values| values.resize(size.0, 0.0));
    }

    /// Makes one row of tensor values.
    fn row(&mut self, frame: &FrameRef<'_>, row: usize, normalise: Normalise) {
        let (width, chroma_row) = (frame.width, self.rows.chroma[row]);
        match frame.pixels {
            Pixels::Gray(gray) => {
                self.blend(&gray, width, 1, row);
                self.fetch_single();
                self.finish(normalise, |share, left, _| [single(left, share); 3]);
            }
            Pixels::Rgb(rgb) => {
                self.blend(&rgb, width, 3, row);
                self.fetch_interleaved::<3>();
                self.finish(normalise, |share, left, right| {
                    [0, 8, 16].map(|shift| mix(left >> shift, right >> shift, share))
                });
            }
            Pixels::Bgra(bgra) => {
                self.blend(&bgra, width, 4, row);
                self.fetch_interleaved::<4>();
                self.finish(normalise, |share, left, right| {
                    [16, 8, 0].map(|shift| mix(left >> shift, right >> shift, share))
                });
            }
            Pixels::I420([luma, cb, cr]) => {
                self.blend(&luma, width, 1, row);
                self.fetch_single();
                let (cb, cr) = (
                    &cb.data[chroma_row * cb.stride..],
                    &cr.data[chroma_row * cr.stride..],
                );
                for (word, &at) in self.fetched[1].iter_mut().zip(&self.columns.chroma) {
                    *word = u32::from(cb[at]) | u32::from(cr[at]) << 8;
                }
                self.finish_yuv::<0>(frame, normalise);
            }
            Pixels::Nv12(luma, chroma) => {
                self.blend(&luma, width, 1, row);
                self.fetch_single();
                self.fetch_pairs(&chroma, chroma_row);
                self.finish_yuv::<0>(frame, normalise);
            }
            Pixels::Nv21(luma, chroma) => {
                self.blend(&luma, width, 1, row);
                self.fetch_single();
                self.fetch_pairs(&chroma, chroma_row);
                self.finish_yuv::<8>(frame, normalise);
            }
        }
    }

    /// Blends the two buffer rows around a place, of `width` pixels of `step` bytes; the last pixel
    /// is repeated, so that every column has a right neighbour.
    fn blend(&mut self, plane: &Plane<'_>, width: usize, step: usize, row: usize) {
        let len = width * step;
        let at = self.rows.at[row];
        let lower_share = (self.rows.share[row] * 256.0).round() as u16;
        let upper_share = 256 - lower_share;
        let upper = &plane.data[at * plane.stride..][..len];
        // A share of nothing is taken of the row after the last one.
        let next = if lower_share == 0 { at } else { at + 1 };
        let lower = &plane.data[next * plane.stride..][..len];
        self.blended.resize(len + step, 0);
        let blended = &mut self.blended[..len];
        for ((blended, upper), lower) in blended.iter_mut().zip(upper).zip(lower) {
            // Below 2^16; wrapping, because a check costs more than the sum.
            let upper = upper_share.wrapping_mul(u16::from(*upper));
            let both = upper.wrapping_add(lower_share.wrapping_mul(u16::from(*lower)));
            *blended = (both.wrapping_add(128) >> 8) as u8;
        }
        self.blended.copy_within(len - step..len, len);
    }

    fn fetch_single(&mut self) {
        for (word, &at) in self.fetched[0].iter_mut().zip(&self.columns.at) {
            let pair = &self.blended[at..at + 2];
            *word = u32::from(pair[0]) | u32::from(pair[1]) << 8;
        }
    }

    fn fetch_interleaved<const STEP: usize>(&mut self) {
        let [left, right] = &mut self.fetched;
        for ((left, right), &at) in left.iter_mut().zip(right).zip(&self.columns.at) {
            let pair = &self.blended[at * STEP..(at + 2) * STEP];
            *left = u32::from_le_bytes([pair[0], pair[1], pair[2], pair[3]]);
            let end = 2 * STEP - 4;
            let word = [pair[end], pair[end + 1], pair[end + 2], pair[end + 3]];
            *right = u32::from_le_bytes(word) >> (8 * (4 - STEP));
        }
    }

    fn fetch_pairs(&mut self, chroma: &Plane<'_>, row: usize) {
        let chroma = &chroma.data[row * chroma.stride..];
        for (word, &at) in self.fetched[1].iter_mut().zip(&self.columns.chroma) {
            let pair = &chroma[at * 2..at * 2 + 2];
            *word = u32::from(pair[0]) | u32::from(pair[1]) << 8;
        }
    }

    /// Interpolates what was fetched to red, green and blue of 0 to 255, and these to the net's
    /// values.
    #[inline(always)]
    fn finish(&mut self, normalise: Normalise, rgb: impl Fn(f32, u32, u32) -> [f32; 3]) {
        let (factor, summand) = normalise.line();
        let [left, right] = &self.fetched;
        let [red, green, blue] = &mut self.channels;
        let fetched = self.columns.share.iter().zip(left).zip(right);
        let out = red.iter_mut().zip(green).zip(blue);
        for (((share, left), right), ((red, green), blue)) in fetched.zip(out) {
            let values = rgb(*share, *left, *right);
            [*red, *green, *blue] = values.map(|value| value * factor + summand);
        }
    }

    /// The same for luma's pairs and chroma, with Cb at bit `CB` and Cr at the other byte.
    fn finish_yuv<const CB: u32>(&mut self, frame: &FrameRef<'_>, normalise: Normalise) {
        let to_rgb = YuvToRgb::new(frame.range);
        self.finish(normalise, |share, luma, chroma| {
            let (cb, cr) = (byte(chroma >> CB), byte(chroma >> (8 - CB)));
            to_rgb.apply([single(luma, share), cb, cr])
        });
    }
}

#[inline(always)]
fn single(pair: u32, share: f32) -> f32 {
    mix(pair, pair >> 8, share)
}

#[inline(always)]
fn mix(left: u32, right: u32, share: f32) -> f32 {
    let (left, right) = (byte(left), byte(right));
    left + share * (right - left)
}

/// The lowest byte; by a signed number, which is turned into a float in one instruction.
#[inline(always)]
fn byte(word: u32) -> f32 {
    (word & 255).cast_signed() as f32
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

fn store(values: &[f32], plane: &mut [f32], first: isize, step: isize) {
    let mut place = first.unsigned_abs();
    if step == 1 {
        plane[place..place + values.len()].copy_from_slice(values);
        return;
    }
    for value in values {
        plane[place] = *value;
        place = place.wrapping_add_signed(step);
    }
}
