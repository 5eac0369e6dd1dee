//! Camera buffers as a shell hands them over: borrowed bytes and how they lie.

use crate::errors::LifecertError;
use lifecert_protocol::ErrorCode;
use lifecert_vision::{FrameRef, Plane, Rotation};

/// How the pixels of one buffer lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum PixelFormat {
    /// One byte a pixel.
    Gray,
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red and a byte that is not looked at.
    Bgra,
    /// Luma, then Cb, then Cr, each a plane; chroma rows are half as long.
    I420,
    /// Luma, then Cb and Cr by turns.
    Nv12,
    /// Luma, then Cr and Cb by turns.
    Nv21,
}

/// Looks at a buffer's shape as [`Session::push_frame`](crate::session::Session::push_frame) does,
/// and at nothing in it: for choosing a camera and a format before anybody sits in front of it.
///
/// # Errors
/// `frame.invalid` when it is too short, has no pixels, a stride below its rows, or an odd turn.
#[uniffi::export]
pub fn check_frame(
    pixels: &[u8],
    width: u32,
    height: u32,
    stride: u32,
    format: PixelFormat,
    rotation_deg: u32,
) -> Result<(), LifecertError> {
    Shape {
        width,
        height,
        rotation_deg,
        mirrored: false,
    }
    .of_buffer(pixels, stride, format)
    .map(|_| ())
}

/// A frame's size and how it is seen upright.
pub(crate) struct Shape {
    pub width: u32,
    pub height: u32,
    pub rotation_deg: u32,
    pub mirrored: bool,
}

impl Shape {
    /// One buffer with all planes one after the other.
    pub fn of_buffer<'a>(
        &self,
        pixels: &'a [u8],
        stride: u32,
        format: PixelFormat,
    ) -> Result<FrameRef<'a>, LifecertError> {
        let (width, height, stride) = (side(self.width), side(self.height), side(stride));
        let short = || LifecertError::from(ErrorCode::FrameInvalid);
        let split = |bytes: &'a [u8], rows: usize, stride: usize| {
            let at = stride.checked_mul(rows).ok_or_else(short)?;
            bytes.split_at_checked(at).ok_or_else(short)
        };
        let frame = match format {
            PixelFormat::Gray => FrameRef::gray(width, height, Plane::new(pixels, stride)),
            PixelFormat::Rgb => FrameRef::rgb(width, height, Plane::new(pixels, stride)),
            PixelFormat::Bgra => FrameRef::bgra(width, height, Plane::new(pixels, stride)),
            PixelFormat::I420 => {
                let (luma, chroma) = split(pixels, height, stride)?;
                let half = stride.div_ceil(2);
                let (cb, cr) = split(chroma, height.div_ceil(2), half)?;
                let [y, cb, cr] = [(luma, stride), (cb, half), (cr, half)]
                    .map(|(data, stride)| Plane::new(data, stride));
                FrameRef::i420(width, height, y, cb, cr)
            }
            PixelFormat::Nv12 | PixelFormat::Nv21 => {
                let (luma, chroma) = split(pixels, height, stride)?;
                let (y, chroma) = (Plane::new(luma, stride), Plane::new(chroma, stride));
                match format {
                    PixelFormat::Nv12 => FrameRef::nv12(width, height, y, chroma),
                    _ => FrameRef::nv21(width, height, y, chroma),
                }
            }
        };
        self.upright(frame?)
    }

    /// Three planes as a camera gives them, chroma samples `step` bytes apart.
    pub fn of_planes<'a>(
        &self,
        planes: [&'a [u8]; 3],
        (y_stride, chroma_stride, step): (u32, u32, u32),
    ) -> Result<FrameRef<'a>, LifecertError> {
        let strides = [y_stride, chroma_stride, chroma_stride];
        let mut strides = strides.into_iter().map(side);
        let planes = planes.map(|data| Plane::new(data, strides.next().unwrap_or_default()));
        let frame = FrameRef::yuv_420(side(self.width), side(self.height), planes, side(step));
        self.upright(frame?)
    }

    fn upright<'a>(&self, frame: FrameRef<'a>) -> Result<FrameRef<'a>, LifecertError> {
        let rotation = Rotation::from_degrees(self.rotation_deg)?;
        Ok(frame.rotated(rotation).mirrored(self.mirrored))
    }
}

/// On every platform that has a camera a `u32` fits.
fn side(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
