//! Still pictures as frames.

use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::metadata::Orientation;
use image::{ColorType, ImageDecoder, ImageError, Limits};
use zeroize::Zeroizing;

use crate::error::VisionError;
use crate::frame::{FrameRef, MAX_SIDE, Plane, Rotation};

/// Most pixels of a decoded picture: above a 48 megapixel phone camera, below a decompression bomb.
const MAX_PIXELS: u64 = 50_000_000;

/// An owned picture, red, green, blue, one byte each; zeroised when dropped.
pub struct Picture {
    pixels: Zeroizing<Vec<u8>>,
    /// Of the pixels as they lie in memory.
    width: usize,
    height: usize,
    rotation: Rotation,
    mirrored: bool,
}

impl Picture {
    /// Decodes a JPEG or PNG, told apart by content. A JPEG's EXIF orientation is honoured; an
    /// alpha channel is not looked at.
    ///
    /// # Errors
    /// [`VisionError::MediaUnsupported`] for other formats, [`VisionError::MediaTooLarge`] above
    /// [`MAX_SIDE`] a side or 50 megapixels, [`VisionError::MediaUnreadable`] for broken files.
    pub fn decode(bytes: &[u8]) -> Result<Self, VisionError> {
        if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            if !is_whole_jpeg(bytes) {
                let reason = "it ends before its last line".into();
                return Err(VisionError::MediaUnreadable { reason });
            }
            read(JpegDecoder::new(Cursor::new(bytes)).map_err(from_image)?)
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            let limits = Limits::default();
            read(PngDecoder::with_limits(Cursor::new(bytes), limits).map_err(from_image)?)
        } else {
            Err(VisionError::MediaUnsupported)
        }
    }

    /// A picture of `height` rows of `width` pixels of red, green and blue, without padding.
    ///
    /// # Errors
    /// Those of [`FrameRef::rgb`].
    pub fn from_rgb(width: usize, height: usize, pixels: Vec<u8>) -> Result<Self, VisionError> {
        let pixels = Zeroizing::new(pixels);
        FrameRef::rgb(width, height, Plane::new(&pixels, width.saturating_mul(3)))?;
        Ok(Self {
            pixels,
            width,
            height,
            rotation: Rotation::None,
            mirrored: false,
        })
    }

    /// The picture as a frame, upright.
    pub fn frame(&self) -> FrameRef<'_> {
        FrameRef::packed(self.width, self.height, &self.pixels)
            .rotated(self.rotation)
            .mirrored(self.mirrored)
    }

    /// Width of the upright picture in pixels.
    pub fn width(&self) -> usize {
        self.frame().width()
    }

    /// Height of the upright picture in pixels.
    pub fn height(&self) -> usize {
        self.frame().height()
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({}x{})", self.width, self.height)
    }
}

/// Whether a JPEG's picture has its end: the decoder would fill up what is missing with grey.
///
/// The end marker (ITU-T T.81, B.1.1.3) cannot occur among the picture's data, but does occur in a
/// thumbnail in front of it, so it is looked for behind the first scan's header. What follows it
/// (some phones append a clip) does not matter.
fn is_whole_jpeg(bytes: &[u8]) -> bool {
    const START_OF_SCAN: u8 = 0xda;
    let mut rest = bytes.get(2..).unwrap_or_default();
    loop {
        match rest {
            [0xff, START_OF_SCAN, data @ ..] => {
                return data.windows(2).any(|two| two == [0xff, 0xd9]);
            }
            [0xff, 0xff, ..] => rest = &rest[1..],
            [0xff, _, high, low, ..] => {
                let len = 2 + usize::from(u16::from_be_bytes([*high, *low]));
                rest = rest.get(len..).unwrap_or_default();
            }
            _ => return false,
        }
    }
}

fn read(mut decoder: impl ImageDecoder) -> Result<Picture, VisionError> {
    let (width, height) = decoder.dimensions();
    let too_large = |limit: String| {
        Err(VisionError::MediaTooLarge {
            reason: format!("{width}x{height}, at most {limit}"),
        })
    };
    if width as usize > MAX_SIDE || height as usize > MAX_SIDE {
        return too_large(format!("{MAX_SIDE} a side"));
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return too_large(format!("{MAX_PIXELS} pixels"));
    }
    // A broken orientation is no reason to refuse a picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let color = decoder.color_type();
    let mut raw = Zeroizing::new(vec![0; decoder.total_bytes() as usize]);
    decoder.read_image(&mut raw).map_err(from_image)?;
    let pixels = if color == ColorType::Rgb8 {
        raw
    } else {
        to_rgb(&raw, color)
    };
    let (rotation, mirrored) = match orientation {
        Orientation::NoTransforms => (Rotation::None, false),
        Orientation::Rotate90 => (Rotation::Quarter, false),
        Orientation::Rotate180 => (Rotation::Half, false),
        Orientation::Rotate270 => (Rotation::ThreeQuarters, false),
        Orientation::FlipHorizontal => (Rotation::None, true),
        Orientation::FlipVertical => (Rotation::Half, true),
        Orientation::Rotate90FlipH => (Rotation::Quarter, true),
        Orientation::Rotate270FlipH => (Rotation::ThreeQuarters, true),
    };
    let (width, height) = (width as usize, height as usize);
    FrameRef::rgb(width, height, Plane::new(&pixels, width * 3))?;
    Ok(Picture {
        pixels,
        width,
        height,
        rotation,
        mirrored,
    })
}

/// Eight-bit red, green, blue from grey, alpha and sixteen-bit pixels.
fn to_rgb(raw: &[u8], color: ColorType) -> Zeroizing<Vec<u8>> {
    let channels = usize::from(color.channel_count());
    let pixel_bytes = usize::from(color.bytes_per_pixel());
    let sample_bytes = pixel_bytes / channels;
    // Sixteen bits come in the machine's own order.
    let high = if cfg!(target_endian = "little") {
        sample_bytes - 1
    } else {
        0
    };
    let places = if channels < 3 { [0, 0, 0] } else { [0, 1, 2] };
    let mut rgb = Zeroizing::new(Vec::with_capacity(raw.len() / pixel_bytes * 3));
    for pixel in raw.chunks_exact(pixel_bytes) {
        rgb.extend(places.map(|channel| pixel[channel * sample_bytes + high]));
    }
    rgb
}

fn from_image(error: ImageError) -> VisionError {
    let reason = error.to_string();
    match error {
        ImageError::Limits(_) => VisionError::MediaTooLarge { reason },
        ImageError::Unsupported(_) => VisionError::MediaUnsupported,
        _ => VisionError::MediaUnreadable { reason },
    }
}

#[cfg(test)]
mod tests {
    use image::codecs::jpeg::JpegEncoder;
    use image::codecs::png::PngEncoder;
    use image::{ExtendedColorType, ImageEncoder};
    use lifecert_protocol::ErrorCode;

    use super::*;

    fn code(bytes: &[u8]) -> ErrorCode {
        Picture::decode(bytes).unwrap_err().code()
    }

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let pixels = vec![120; (width * height * 3) as usize];
        JpegEncoder::new(&mut bytes)
            .encode(&pixels, width, height, ExtendedColorType::Rgb8)
            .unwrap();
        bytes
    }

    fn png(pixels: &[u8], width: u32, height: u32, color: ExtendedColorType) -> Vec<u8> {
        let mut bytes = Vec::new();
        PngEncoder::new(&mut bytes)
            .write_image(pixels, width, height, color)
            .unwrap();
        bytes
    }

    #[test]
    fn broken_files_have_a_code() {
        assert_eq!(code(b""), ErrorCode::MediaUnsupported);
        assert_eq!(code(b"GIF89a"), ErrorCode::MediaUnsupported);
        assert_eq!(code(&[0xff, 0xd8, 0xff]), ErrorCode::MediaUnreadable);
        let good = png(&[1; 12], 2, 2, ExtendedColorType::Rgb8);
        assert!(Picture::decode(&good).is_ok());
        for cut in [10, 30, 50] {
            assert_eq!(code(&good[..cut]), ErrorCode::MediaUnreadable, "{cut}");
        }
        let mut bad = good;
        bad[45] ^= 0xff;
        assert_eq!(code(&bad), ErrorCode::MediaUnreadable);
        for cut in [20, 100, 300] {
            assert_eq!(
                code(&jpeg(64, 64)[..cut]),
                ErrorCode::MediaUnreadable,
                "{cut}"
            );
        }
    }

    #[test]
    fn huge_pictures_are_refused_before_they_are_decoded() {
        let wide = png(&[0; 8200], 8200, 1, ExtendedColorType::L8);
        assert_eq!(code(&wide), ErrorCode::MediaTooLarge);
        // The header alone says 8,000 x 8,000.
        let mut large = jpeg(8, 8);
        let start = large
            .windows(2)
            .position(|two| two == [0xff, 0xc0])
            .unwrap();
        large[start + 5..start + 9].copy_from_slice(&[0x1f, 0x40, 0x1f, 0x40]);
        assert_eq!(code(&large), ErrorCode::MediaTooLarge);
    }

    #[test]
    fn grey_alpha_and_deep_pictures_become_rgb() {
        let of = |bytes: Vec<u8>| Picture::decode(&bytes).unwrap().pixels.to_vec();
        assert_eq!(
            of(png(&[7, 9], 2, 1, ExtendedColorType::L8)),
            [7, 7, 7, 9, 9, 9]
        );
        assert_eq!(
            of(png(&[1, 2, 3, 0], 1, 1, ExtendedColorType::Rgba8)),
            [1, 2, 3]
        );
        let deep = [0x1234_u16, 0x5678, 0x9abc].map(u16::to_ne_bytes).concat();
        assert_eq!(
            of(png(&deep, 1, 1, ExtendedColorType::Rgb16)),
            [0x12, 0x56, 0x9a]
        );
    }

    #[test]
    fn exif_orientation_is_honoured() {
        let plain = jpeg(16, 8);
        // APP1 with a big-endian TIFF of one entry: orientation (0x0112), a short, 6.
        let mut exif = vec![0xff, 0xe1, 0, 34];
        exif.extend(b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0");
        let turned = [&plain[..2], &exif, &plain[2..]].concat();
        let picture = Picture::decode(&turned).unwrap();
        assert_eq!((picture.width(), picture.height()), (8, 16));
        assert_eq!(picture.rotation, Rotation::Quarter);
        assert_eq!(format!("{picture:?}"), "Picture(16x8)");
    }

    #[test]
    fn owned_pixels_are_checked() {
        assert!(Picture::from_rgb(2, 2, vec![0; 12]).is_ok());
        let error = Picture::from_rgb(2, 2, vec![0; 11]).unwrap_err();
        assert_eq!(error.code(), ErrorCode::FrameInvalid);
    }
}
