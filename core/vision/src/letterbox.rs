//! Scales a whole frame into the upper left of the detector's input tensor.
//!
//! This is the only pass over a whole frame, so it is made for speed: each output row blends two
//! buffer rows over their whole width, fetches the pixels around each column by a table, and
//! interpolates them side by side; the compiler vectorises all but the fetching, and takes luma and
//! chroma eight at a time because they stay 16-bit numbers. It samples as OpenCV's `INTER_LINEAR`
//! does, but chroma by its nearest sample, one for two by two places.

use zeroize::Zeroize;

use crate::frame::{ColorRange, FrameRef, Pixels, Plane, Rotation};
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
    /// Of each column of colours the pixel to the left and the one to the right, a byte a channel.
    colours: [Vec<u32>; 2],
    /// Of each column of luma the pixel to the left and the one to the right, a byte each.
    luma: Vec<u16>,
    /// Each column's two chroma samples in the buffer's order, a byte each.
    chroma: Vec<u16>,
    /// Red, green and blue of these, in 16ths.
    rgb: [Vec<i16>; 3],
    /// The finished row, where it does not lie in the tensor as it does in the buffer.
    channels: [Vec<f32>; 3],
}

/// Sampling places along one side.
#[derive(Default)]
struct Taps {
    /// Pixels from one place to the next, where that is a whole number and places come in pairs.
    every: Option<usize>,
    /// The pixel before the place.
    at: Vec<u16>,
    /// How much of the pixel after it is taken, 0 to 1.
    share: Vec<f32>,
    /// The same in 256ths.
    share_256: Vec<u16>,
    /// Of every two places, the chroma sample nearest to their middle: the tensor has chroma at
    /// half size, as cameras and JPEG have it.
    chroma: Vec<u16>,
}

impl Taps {
    /// A side of `from` pixels scaled to `to`: edges fall on edges.
    fn fill(&mut self, from: usize, to: usize) {
        let scale = from as f64 / to as f64;
        let place = |n: usize| ((n as f64 + 0.5) * scale - 0.5).clamp(0.0, from as f64 - 1.0);
        self.every = (from.is_multiple_of(to) && to.is_multiple_of(2)).then(|| from / to);
        self.at.clear();
        self.at.extend((0..to).map(|n| place(n) as u16));
        self.share.clear();
        self.share.extend((0..to).map(|n| place(n).fract() as f32));
        self.share_256.clear();
        let shares = self.share.iter();
        self.share_256
            .extend(shares.map(|share| (share * 256.0).round() as u16));
        self.chroma.clear();
        let last = from.div_ceil(2) - 1;
        let middle = |n: usize| (n as f64 + 0.5) * scale;
        let nearest = |n| (middle(n) as usize).min(last) as u16;
        self.chroma.extend((0..to.div_ceil(2)).map(nearest));
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
        let mut planes = normalise.planes(tensor);
        for row in 0..size.1 {
            self.fetch(frame, row);
            let first = (start + row as isize * rows).unsigned_abs();
            if columns == 1 {
                let out = planes.each_mut().map(|plane| &mut plane[first..][..size.0]);
                self.finish(frame, normalise, out);
                continue;
            }
            let mut channels = std::mem::take(&mut self.channels);
            self.finish(frame, normalise, channels.each_mut().map(Vec::as_mut_slice));
            for (values, plane) in channels.iter().zip(&mut planes) {
                scatter(values, plane, first, columns);
            }
            self.channels = channels;
        }
        (
            full_width as f32 / upright.0 as f32,
            full_height as f32 / upright.1 as f32,
        )
    }

    /// Forgets the last frame's rows. The tables hold no pixel.
    pub(crate) fn clear(&mut self) {
        self.blended.zeroize();
        self.colours.iter_mut().for_each(Zeroize::zeroize);
        self.luma.zeroize();
        self.rgb.iter_mut().for_each(Zeroize::zeroize);
        self.chroma.zeroize();
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
        self.colours
            .iter_mut()
            .for_each(|words| words.resize(size.0, 0));
        self.rgb
            .iter_mut()
            .for_each(|values| values.resize(size.0, 0));
        self.luma.resize(size.0, 0);
        self.chroma.resize(size.0.next_multiple_of(2), 0);
        self.channels
            .iter_mut()
            .for_each(|values| values.resize(size.0, 0.0));
    }

    /// Fetches what one row of the tensor is made of.
    fn fetch(&mut self, frame: &FrameRef<'_>, row: usize) {
        let width = frame.width;
        match frame.pixels {
            Pixels::Gray(gray) => {
                self.blend(&gray, width, 1, row);
                self.fetch_luma();
            }
            Pixels::Rgb(rgb) => {
                self.blend(&rgb, width, 3, row);
                self.fetch_colours::<3>();
            }
            Pixels::Bgra(bgra) => {
                self.blend(&bgra, width, 4, row);
                self.fetch_colours::<4>();
            }
            Pixels::I420([luma, cb, cr]) => {
                self.blend(&luma, width, 1, row);
                self.fetch_luma();
                let Some(row) = self.new_chroma(row) else {
                    return;
                };
                let half = width.div_ceil(2);
                let (cb, cr) = (
                    &cb.data[row * cb.stride..][..half],
                    &cr.data[row * cr.stride..][..half],
                );
                self.fetch_chroma(cb, cr);
            }
            Pixels::Nv12(luma, chroma) | Pixels::Nv21(luma, chroma) => {
                self.blend(&luma, width, 1, row);
                self.fetch_luma();
                let Some(row) = self.new_chroma(row) else {
                    return;
                };
                let samples = chroma.data[row * chroma.stride..].as_chunks::<2>().0;
                let pairs = self.chroma.as_chunks_mut::<2>().0.iter_mut();
                for (pairs, &at) in pairs.zip(&self.columns.chroma) {
                    *pairs = [u16::from_le_bytes(samples[usize::from(at)]); 2];
                }
            }
        }
    }

    /// The chroma row to fetch before one row of the tensor; the second of two has the first's.
    fn new_chroma(&self, row: usize) -> Option<usize> {
        let first = row.is_multiple_of(2);
        first.then(|| usize::from(self.rows.chroma[row / 2]))
    }

    /// Makes the tensor's values of what was fetched.
    fn finish(&mut self, frame: &FrameRef<'_>, normalise: Normalise, out: [&mut [f32]; 3]) {
        match frame.pixels {
            Pixels::Gray(_) => self.finish_gray(normalise, out),
            Pixels::Rgb(_) => self.finish_colours([0, 8, 16], normalise, out),
            Pixels::Bgra(_) => self.finish_colours([16, 8, 0], normalise, out),
            Pixels::I420(_) | Pixels::Nv12(..) => self.finish_yuv::<0>(frame.range, normalise, out),
            Pixels::Nv21(..) => self.finish_yuv::<8>(frame.range, normalise, out),
        }
    }

    /// Blends the two buffer rows around a place, of `width` pixels of `step` bytes; the last pixel
    /// is repeated, so that every column has a right neighbour.
    fn blend(&mut self, plane: &Plane<'_>, width: usize, step: usize, row: usize) {
        let len = width * step;
        let at = usize::from(self.rows.at[row]);
        let lower_share = self.rows.share_256[row];
        let upper_share = 256 - lower_share;
        let upper = &plane.data[at * plane.stride..][..len];
        // A share of nothing is taken of the row after the last one.
        let next = if lower_share == 0 { at } else { at + 1 };
        let lower = &plane.data[next * plane.stride..][..len];
        self.blended.resize(len + step, 0);
        let blended = &mut self.blended[..len];
        let rows = blended.iter_mut().zip(upper).zip(lower);
        if lower_share == upper_share {
            // Usual, since cameras' frames are a multiple of the tensor; the mean of two bytes is
            // one instruction.
            for ((blended, upper), lower) in rows {
                *blended = ((u16::from(*upper) + u16::from(*lower) + 1) >> 1) as u8;
            }
        } else {
            for ((blended, upper), lower) in rows {
                // Below 2^16; wrapping, because a check costs more than the sum.
                let upper = upper_share.wrapping_mul(u16::from(*upper));
                let both = upper.wrapping_add(lower_share.wrapping_mul(u16::from(*lower)));
                *blended = (both.wrapping_add(128) >> 8) as u8;
            }
        }
        self.blended.copy_within(len - step..len, len);
    }

    fn fetch_luma(&mut self) {
        match self.columns.every {
            Some(2) => return self.fetch_luma_every::<2>(),
            Some(4) => return self.fetch_luma_every::<4>(),
            Some(6) => return self.fetch_luma_every::<6>(),
            _ => {}
        }
        for (pair, &at) in self.luma.iter_mut().zip(&self.columns.at) {
            let at = usize::from(at);
            let two = &self.blended[at..at + 2];
            *pair = u16::from_le_bytes([two[0], two[1]]);
        }
    }

    /// The same without a table, for frames of 640, 1280 and 1920 columns.
    fn fetch_luma_every<const STEP: usize>(&mut self) {
        let steps = self.blended.as_chunks::<STEP>().0;
        for (pair, step) in self.luma.iter_mut().zip(steps) {
            *pair = u16::from_le_bytes([step[STEP / 2 - 1], step[STEP / 2]]);
        }
    }

    fn fetch_chroma(&mut self, cb: &[u8], cr: &[u8]) {
        match self.columns.every {
            Some(2) => return self.fetch_chroma_every::<2>(cb, cr),
            Some(4) => return self.fetch_chroma_every::<4>(cb, cr),
            Some(6) => return self.fetch_chroma_every::<6>(cb, cr),
            _ => {}
        }
        let pairs = self.chroma.as_chunks_mut::<2>().0.iter_mut();
        for (pairs, &at) in pairs.zip(&self.columns.chroma) {
            let at = usize::from(at);
            *pairs = [u16::from_le_bytes([cb[at], cr[at]]); 2];
        }
    }

    fn fetch_chroma_every<const STEP: usize>(&mut self, cb: &[u8], cr: &[u8]) {
        let steps = cb
            .as_chunks::<STEP>()
            .0
            .iter()
            .zip(cr.as_chunks::<STEP>().0);
        let pairs = self.chroma.as_chunks_mut::<2>().0.iter_mut();
        for (pairs, (cb, cr)) in pairs.zip(steps) {
            *pairs = [u16::from_le_bytes([cb[STEP / 2], cr[STEP / 2]]); 2];
        }
    }

    fn fetch_colours<const STEP: usize>(&mut self) {
        let [left, right] = &mut self.colours;
        for ((left, right), &at) in left.iter_mut().zip(right).zip(&self.columns.at) {
            let at = usize::from(at);
            let pair = &self.blended[at * STEP..(at + 2) * STEP];
            *left = u32::from_le_bytes([pair[0], pair[1], pair[2], pair[3]]);
            let end = 2 * STEP - 4;
            let word = [pair[end], pair[end + 1], pair[end + 2], pair[end + 3]];
            *right = u32::from_le_bytes(word) >> (8 * (4 - STEP));
        }
    }

    fn finish_gray(&self, normalise: Normalise, [red, green, blue]: [&mut [f32]; 3]) {
        let (factor, summand) = normalise.line();
        let columns = self.luma.iter().zip(&self.columns.share_256);
        for (gray, (pair, share)) in red.iter_mut().zip(columns) {
            *gray = f32::from(between(*pair, *share)) * (factor / 256.0) + summand;
        }
        green.copy_from_slice(red);
        blue.copy_from_slice(red);
    }

    /// Interpolates colours whose red, green and blue begin at those bits.
    fn finish_colours(&self, bits: [u32; 3], normalise: Normalise, out: [&mut [f32]; 3]) {
        let (factor, summand) = normalise.line();
        let [left, right] = &self.colours;
        for (out, bit) in out.into_iter().zip(bits) {
            let columns = left.iter().zip(right).zip(&self.columns.share);
            for (out, ((left, right), share)) in out.iter_mut().zip(columns) {
                let (left, right) = (byte(left >> bit), byte(right >> bit));
                *out = (left + share * (right - left)) * factor + summand;
            }
        }
    }

    /// Interpolates luma and adds chroma, with Cb at bit `CB` and Cr at the other byte.
    fn finish_yuv<const CB: u32>(
        &mut self,
        range: ColorRange,
        normalise: Normalise,
        out: [&mut [f32]; 3],
    ) {
        // Only by factors that the compiler knows does it multiply eight at a time.
        match range {
            ColorRange::Full => self.mix_yuv::<CB>(&FixedYuv::FULL, normalise, out),
            ColorRange::Video => self.mix_yuv::<CB>(&FixedYuv::VIDEO, normalise, out),
        }
    }

    #[inline(always)]
    fn mix_yuv<const CB: u32>(
        &mut self,
        yuv: &FixedYuv,
        normalise: Normalise,
        out: [&mut [f32]; 3],
    ) {
        let (factor, summand) = normalise.line();
        for (luma, share) in self.luma.iter_mut().zip(&self.columns.share_256) {
            *luma = yuv.luma(between(*luma, *share)).cast_unsigned();
        }
        let [reds, greens, blues] = &mut self.rgb;
        let pixels = || self.luma.iter().zip(&self.chroma);
        for (red, (luma, chroma)) in reds.iter_mut().zip(pixels()) {
            let cr = times(centred(chroma >> (8 - CB)), yuv.cr_red);
            *red = within(luma.cast_signed().wrapping_add(cr));
        }
        for (green, (luma, chroma)) in greens.iter_mut().zip(pixels()) {
            let cb = times(centred(chroma >> CB), yuv.cb_green);
            let cr = times(centred(chroma >> (8 - CB)), yuv.cr_green);
            *green = within(luma.cast_signed().wrapping_add(cb).wrapping_add(cr));
        }
        for (blue, (luma, chroma)) in blues.iter_mut().zip(pixels()) {
            let cb = times(centred(chroma >> CB), yuv.cb_blue);
            *blue = within(luma.cast_signed().wrapping_add(cb));
        }
        // Apart from the rest, which is done eight at a time; floats are four at a time.
        let factor = factor / f32::from(FixedYuv::ONE);
        for (out, values) in out.into_iter().zip(&self.rgb) {
            for (out, value) in out.iter_mut().zip(values) {
                *out = f32::from(*value) * factor + summand;
            }
        }
    }
}

/// 256 times the value between a pair's bytes, the low one to the left.
#[inline(always)]
fn between(pair: u16, share_256: u16) -> u16 {
    let (left, right) = (pair & 255, pair >> 8);
    // The result fits, whatever its parts do.
    (left << 8).wrapping_add(share_256.wrapping_mul(right.wrapping_sub(left)))
}

/// The lowest byte; by a signed number, which is turned into a float in one instruction.
#[inline(always)]
fn byte(word: u32) -> f32 {
    (word & 255).cast_signed() as f32
}

/// [`YuvToRgb`] in 16-bit numbers, of which a processor takes eight at a time; nothing in it
/// overflows. It is off by less than a fifth of a grey value.
struct FixedYuv {
    /// In 128ths.
    black: i16,
    /// These in 8192nds.
    luma: i16,
    cr_red: i16,
    cb_green: i16,
    cr_green: i16,
    cb_blue: i16,
}

impl FixedYuv {
    /// What a grey value counts in the results.
    const ONE: i16 = 16;

    const FULL: Self = Self::of(&YuvToRgb::new(ColorRange::Full));
    const VIDEO: Self = Self::of(&YuvToRgb::new(ColorRange::Video));

    const fn of(exact: &YuvToRgb) -> Self {
        const fn fixed(value: f32) -> i16 {
            (value * 8192.0).round() as i16
        }
        Self {
            black: (exact.black * 128.0) as i16,
            luma: fixed(exact.luma),
            cr_red: fixed(exact.cr_red),
            cb_green: fixed(exact.cb_green),
            cr_green: fixed(exact.cr_green),
            cb_blue: fixed(exact.cb_blue),
        }
    }

    /// From 256 times the luma.
    #[inline(always)]
    fn luma(&self, luma_256: u16) -> i16 {
        let above_black = (luma_256 >> 1).cast_signed().wrapping_sub(self.black);
        times(above_black, self.luma)
    }
}

/// 128 times the lowest byte's chroma, from -128 to 127.
#[inline(always)]
fn centred(word: u16) -> i16 {
    ((word & 255) << 7).cast_signed().wrapping_sub(128 << 7)
}

#[inline(always)]
fn within(value: i16) -> i16 {
    value.clamp(0, 255 * FixedYuv::ONE)
}

/// The upper half of a product: one instruction for eight.
#[inline(always)]
fn times(one: i16, other: i16) -> i16 {
    ((i32::from(one) * i32::from(other)) >> 16) as i16
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

/// Puts a row into a plane, one value every `step` places.
fn scatter(values: &[f32], plane: &mut [f32], first: usize, step: isize) {
    let mut place = first;
    for value in values {
        plane[place] = *value;
        place = place.wrapping_add_signed(step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Rotation;
    use crate::geometry::{Affine, Rect};
    use crate::sample::{Border, warp_gray};
    use crate::tests::store;
    use lifecert_inference::ModelId;

    const SIZE: (usize, usize) = (32, 24);

    /// Frame sizes by their columns: 2, 4, 6 and no whole number of times the tensor's.
    const FRAMES: [(usize, usize); 6] = [
        (64, 48),
        (18, 48),
        (128, 72),
        (192, 108),
        (75, 51),
        (33, 25),
    ];

    /// The tensor's red, green and blue, 0 to 255.
    fn seen(frame: &FrameRef<'_>) -> [Vec<f32>; 3] {
        let normalise = Normalise::of(store().manifest().model(ModelId::Detector));
        let mut tensor = vec![0.0; 3 * SIZE.0 * SIZE.1];
        Letterbox::default().fill(frame, &mut tensor, SIZE, normalise);
        let (factor, summand) = normalise.line();
        let plain = |value: &f32| (value - summand) / factor;
        normalise
            .planes(&mut tensor)
            .map(|plane| plane.iter().map(plain).collect())
    }

    fn noise(len: usize) -> Vec<u8> {
        let mut random = fastrand::Rng::with_seed(7);
        (0..len).map(|_| random.u8(..)).collect()
    }

    /// The largest difference over the upper left of that size.
    fn apart(one: &[f32], other: &[f32], (width, height): (usize, usize)) -> f32 {
        let rows = one.chunks(SIZE.0).zip(other.chunks(width)).take(height);
        let pixels = rows.flat_map(|(one, other)| one.iter().zip(other));
        pixels.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    }

    #[test]
    fn every_size_turn_and_mirror_image_is_sampled_bilinearly() {
        let turns = [
            Rotation::None,
            Rotation::Quarter,
            Rotation::Half,
            Rotation::ThreeQuarters,
        ];
        for (width, height) in FRAMES {
            let data = noise(width * height);
            let (luma, gray) = (Plane::new(&data, width), vec![128; width * height]);
            let half = Plane::new(&gray, width);
            let frame = FrameRef::gray(width, height, luma).unwrap();
            let yuv = FrameRef::i420(width, height, luma, half, half).unwrap();
            for (rotation, mirrored) in turns.iter().flat_map(|t| [(*t, false), (*t, true)]) {
                let [frame, yuv] = [frame, yuv].map(|f| f.rotated(rotation).mirrored(mirrored));
                let (full_width, full_height) = (frame.width() as f32, frame.height() as f32);
                let fit = (SIZE.0 as f32 / full_width).min(SIZE.1 as f32 / full_height);
                let size = [full_width, full_height].map(|s| (s * fit).round_ties_even() as usize);
                let whole = Rect {
                    left: 0.0,
                    top: 0.0,
                    width: full_width,
                    height: full_height,
                };
                let (size, mut expected) = ((size[0], size[1]), vec![0.0; size[0] * size[1]]);
                let map = Affine::stretch(size.0, size.1, &whole);
                warp_gray(&frame, &map, size, Border::Reflected, &mut expected);
                // Half a grey value of the rounded rows, and half a 256th of a pixel.
                for plane in seen(&frame).iter().chain(&seen(&yuv)) {
                    let worst = apart(plane, &expected, size);
                    assert!(worst < 1.6, "{width}x{height} {rotation:?} {worst}");
                }
            }
        }
    }

    #[test]
    fn every_layout_and_range_of_yuv_gives_its_colours() {
        let mut random = fastrand::Rng::with_seed(7);
        for (width, height) in FRAMES {
            for range in [ColorRange::Full, ColorRange::Video] {
                let [y, cb, cr] = std::array::from_fn(|_| random.u8(..));
                let expected = YuvToRgb::new(range).apply([y, cb, cr].map(f32::from));
                let (y, cb_cr) = (vec![y; width * height], [cb, cr].repeat(width * height));
                let (cb, cr) = (vec![cb; width * height], vec![cr; width * height]);
                let [y, cb, cr] = [&y, &cb, &cr].map(|data| Plane::new(data, width));
                let wide = width.next_multiple_of(2);
                let i420 = FrameRef::i420(width, height, y, cb, cr).unwrap();
                let nv12 = FrameRef::nv12(width, height, y, Plane::new(&cb_cr, wide)).unwrap();
                let cr_cb = Plane::new(&cb_cr[1..], wide);
                let nv21 = FrameRef::nv21(width, height, y, cr_cb).unwrap();
                for frame in [i420, nv12, nv21] {
                    for (plane, expected) in seen(&frame.ranged(range)).iter().zip(expected) {
                        assert!((plane[0] - expected).abs() < 0.2, "{} {expected}", plane[0]);
                        assert!((plane[5] - plane[0]).abs() < 1e-3);
                    }
                }
            }
        }
    }
}
