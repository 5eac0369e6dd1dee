//! The few frames that are kept: upright JPEGs, of a face with its surround, or of a sheet of
//! paper.

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use lifecert_protocol::policy::MAX_KEY_FRAME_BYTES;
use lifecert_session::FaceBounds;
use zeroize::Zeroizing;

use crate::error::VisionError;
use crate::frame::FrameRef;
use crate::geometry::{Affine, Rect};
use crate::sample::{Border, warp_rgb};

/// Side of the square that is kept, over the face box's longer side: what the liveness nets see
/// (1.75 at most), some of what is around, and room for a box that is found a little elsewhere the
/// next time.
const KEPT: f32 = 2.3;

/// Longest side of a face in a key frame, in pixels: recognition needs 112, landmarks 64.
const FACE_SIDE: f32 = 360.0;

/// JPEG qualities that are tried, best first; a face of [`FACE_SIDE`] fits at the first or second.
const QUALITIES: [u8; 5] = [92, 85, 75, 60, 40];

/// Encodes the face in `bounds` and its surround as an upright JPEG without metadata.
///
/// The square is cut at the picture's edges, so that the nets find the same edges in the JPEG; it
/// is scaled down where the face is larger than 360 pixels.
///
/// # Errors
/// [`VisionError::FrameInvalid`] if the bounds lie outside the picture or are no numbers,
/// [`VisionError::MediaTooLarge`] if the JPEG cannot be made to fit
/// [`MAX_KEY_FRAME_BYTES`](lifecert_protocol::policy::MAX_KEY_FRAME_BYTES).
pub fn encode_key_frame(
    frame: &FrameRef<'_>,
    bounds: &FaceBounds,
) -> Result<Zeroizing<Vec<u8>>, VisionError> {
    let (width, height) = (frame.width(), frame.height());
    let face = Rect::from_fractions(bounds, width, height);
    // Whole edges keep unscaled pixels as they are.
    let kept = face.square(KEPT).rounded().clip(width, height);
    if !(kept.width >= 1.0 && kept.height >= 1.0) {
        return Err(VisionError::frame(
            "the face to keep lies outside the picture",
        ));
    }
    let scale = (FACE_SIDE / face.longer_side()).min(1.0);
    let scaled = |side: f32| ((side * scale).round() as usize).max(1);
    let (width, height) = (scaled(kept.width), scaled(kept.height));
    let pixels = render(frame, &kept, width, height);
    encode(&pixels, (width, height), MAX_KEY_FRAME_BYTES)
}

/// Longest side of a photo of a sheet of paper, in pixels: print of 8 points on A4 is read at
/// 1,600.
const PAPER_SIDE: f32 = 1_920.0;

/// Encodes the whole picture as an upright JPEG without metadata of at most `max_bytes`: a sheet of
/// paper that somebody photographed.
///
/// # Errors
/// [`VisionError::MediaTooLarge`] if it cannot be made to fit.
pub fn encode_photo(
    frame: &FrameRef<'_>,
    max_bytes: usize,
) -> Result<Zeroizing<Vec<u8>>, VisionError> {
    let (width, height) = (frame.width(), frame.height());
    let whole = Rect {
        left: 0.0,
        top: 0.0,
        width: width as f32,
        height: height as f32,
    };
    let scale = (PAPER_SIDE / whole.longer_side()).min(1.0);
    let scaled = |side: usize| ((side as f32 * scale).round() as usize).max(1);
    let (width, height) = (scaled(width), scaled(height));
    encode(
        &render(frame, &whole, width, height),
        (width, height),
        max_bytes,
    )
}

/// Red, green, blue as a JPEG, at the best quality that fits.
fn encode(
    pixels: &[u8],
    (width, height): (usize, usize),
    max_bytes: usize,
) -> Result<Zeroizing<Vec<u8>>, VisionError> {
    for quality in QUALITIES {
        // Room from the start: a growing vector would leave copies behind.
        let mut jpeg = Zeroizing::new(Vec::with_capacity(pixels.len()));
        JpegEncoder::new_with_quality(&mut *jpeg, quality)
            .encode(pixels, width as u32, height as u32, ExtendedColorType::Rgb8)
            .map_err(|error| VisionError::frame(error.to_string()))?;
        if jpeg.len() <= max_bytes {
            return Ok(jpeg);
        }
    }
    Err(VisionError::MediaTooLarge {
        reason: "a picture does not fit its limit".into(),
    })
}

/// The part `kept` of the picture at that size, red, green, blue; each pixel is the mean of as many
/// samples as it covers pixels, so that a large face is not aliased.
fn render(frame: &FrameRef<'_>, kept: &Rect, width: usize, height: usize) -> Zeroizing<Vec<u8>> {
    let samples = (kept.width / width as f32).ceil().max(1.0) as usize;
    let map = Affine::stretch(width * samples, height * samples, kept);
    let row_len = width * samples;
    let mut planes = [(); 3].map(|()| Zeroizing::new(vec![0.0; row_len * samples]));
    let mut pixels = Zeroizing::new(Vec::with_capacity(width * height * 3));
    let share = 1.0 / (samples * samples) as f32;
    for row in 0..height {
        let first = (row * samples) as f32;
        let strip = Affine {
            tx: map.b * first + map.tx,
            ty: map.d * first + map.ty,
            ..map
        };
        let out = planes.each_mut().map(|plane| plane.as_mut_slice());
        warp_rgb(frame, &strip, (row_len, samples), Border::Reflected, out);
        for column in 0..width {
            for plane in &planes {
                let lines = plane.chunks_exact(row_len);
                let cells = lines.map(|line| &line[column * samples..(column + 1) * samples]);
                let sum: f32 = cells.map(|cell| cell.iter().sum::<f32>()).sum();
                pixels.push((sum * share).round() as u8);
            }
        }
    }
    pixels
}
