//! A borrowed camera buffer or picture: one bounds check at the door, then only valid pixels.

use crate::error::VisionError;
use crate::geometry::Affine;

/// Longest side accepted, in pixels: above any camera's video, and small enough for exact `f32`
/// coordinates.
pub const MAX_SIDE: usize = 8192;

/// One plane of a borrowed buffer.
#[derive(Clone, Copy)]
pub struct Plane<'a> {
    /// The bytes from the plane's first sample on.
    pub data: &'a [u8],
    /// Bytes from one row to the next.
    pub stride: usize,
}

impl<'a> Plane<'a> {
    /// A plane of those bytes and that many bytes from row to row.
    pub const fn new(data: &'a [u8], stride: usize) -> Self {
        Self { data, stride }
    }

    fn check(&self, name: &str, row: usize, rows: usize) -> Result<(), VisionError> {
        if self.stride < row {
            let stride = self.stride;
            return Err(VisionError::frame(format!(
                "{name}: stride {stride} is less than a row of {row} bytes"
            )));
        }
        // Cameras leave the padding of the last row out.
        let needed = self
            .stride
            .checked_mul(rows - 1)
            .and_then(|bytes| bytes.checked_add(row));
        match needed {
            Some(needed) if needed <= self.data.len() => Ok(()),
            _ => Err(VisionError::frame(format!(
                "{name}: {} bytes are too few",
                self.data.len()
            ))),
        }
    }
}

/// How the pixels lie in memory.
#[derive(Clone, Copy)]
pub(crate) enum Pixels<'a> {
    Gray(Plane<'a>),
    /// Red, green, blue, one byte each.
    Rgb(Plane<'a>),
    /// Blue, green, red, unused, one byte each.
    Bgra(Plane<'a>),
    /// Luma, then both chroma planes at half width and height.
    I420([Plane<'a>; 3]),
    /// Luma, then interleaved chroma at half width and height, Cb first.
    Nv12(Plane<'a>, Plane<'a>),
    /// Luma, then interleaved chroma at half width and height, Cr first.
    Nv21(Plane<'a>, Plane<'a>),
}

/// The clockwise turn that makes a buffer upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rotation {
    /// It is upright.
    #[default]
    None,
    /// A quarter turn clockwise.
    Quarter,
    /// Upside down.
    Half,
    /// A quarter turn anticlockwise.
    ThreeQuarters,
}

impl Rotation {
    /// The clockwise turn of 0, 90, 180 or 270 degrees.
    ///
    /// # Errors
    /// [`VisionError::FrameInvalid`] for any other angle.
    pub fn from_degrees(degrees: u32) -> Result<Self, VisionError> {
        match degrees {
            0 => Ok(Self::None),
            90 => Ok(Self::Quarter),
            180 => Ok(Self::Half),
            270 => Ok(Self::ThreeQuarters),
            other => Err(VisionError::frame(format!("a turn of {other} degrees"))),
        }
    }
}

/// What values luma and chroma take (ITU-R BT.601-7). Colours are BT.601 in both cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorRange {
    /// 0 to 255, as phone cameras and JPEG give.
    #[default]
    Full,
    /// Luma 16 to 235, chroma 16 to 240, as H.264 video usually gives.
    Video,
}

/// Borrowed pixels that have passed the bounds check, with how to see them upright.
///
/// Everything in this crate speaks of the *upright* picture: the buffer turned clockwise by
/// `rotation`, then, if it is `mirrored` (a selfie preview), flipped left to right, so that it
/// shows the person as others see them.
#[derive(Clone, Copy)]
pub struct FrameRef<'a> {
    pub(crate) pixels: Pixels<'a>,
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) rotation: Rotation,
    pub(crate) mirrored: bool,
    pub(crate) range: ColorRange,
}

impl<'a> FrameRef<'a> {
    /// Grey values, one byte a pixel.
    ///
    /// # Errors
    /// As all constructors: [`VisionError::FrameInvalid`] if a side is zero or above [`MAX_SIDE`],
    /// a stride is less than a row, or a plane is too short.
    pub fn gray(width: usize, height: usize, plane: Plane<'a>) -> Result<Self, VisionError> {
        check_size(width, height)?;
        plane.check("grey", width, height)?;
        Ok(Self::new(width, height, Pixels::Gray(plane)))
    }

    /// Red, green, blue, three bytes a pixel.
    ///
    /// # Errors
    /// See [`FrameRef::gray`].
    pub fn rgb(width: usize, height: usize, plane: Plane<'a>) -> Result<Self, VisionError> {
        check_size(width, height)?;
        plane.check("RGB", width * 3, height)?;
        Ok(Self::new(width, height, Pixels::Rgb(plane)))
    }

    /// Blue, green, red and a byte that is not looked at, four bytes a pixel.
    ///
    /// # Errors
    /// See [`FrameRef::gray`].
    pub fn bgra(width: usize, height: usize, plane: Plane<'a>) -> Result<Self, VisionError> {
        check_size(width, height)?;
        plane.check("BGRA", width * 4, height)?;
        Ok(Self::new(width, height, Pixels::Bgra(plane)))
    }

    /// Planar YUV 4:2:0: luma, Cb, Cr; chroma sides are rounded up.
    ///
    /// # Errors
    /// See [`FrameRef::gray`].
    pub fn i420(
        width: usize,
        height: usize,
        y: Plane<'a>,
        cb: Plane<'a>,
        cr: Plane<'a>,
    ) -> Result<Self, VisionError> {
        check_size(width, height)?;
        y.check("luma", width, height)?;
        cb.check("Cb", width.div_ceil(2), height.div_ceil(2))?;
        cr.check("Cr", width.div_ceil(2), height.div_ceil(2))?;
        Ok(Self::new(width, height, Pixels::I420([y, cb, cr])))
    }

    /// Semi-planar YUV 4:2:0: luma, then Cb and Cr by turns (most iPhones).
    ///
    /// # Errors
    /// See [`FrameRef::gray`].
    pub fn nv12(
        width: usize,
        height: usize,
        y: Plane<'a>,
        chroma: Plane<'a>,
    ) -> Result<Self, VisionError> {
        check_size(width, height)?;
        y.check("luma", width, height)?;
        chroma.check("chroma", width.div_ceil(2) * 2, height.div_ceil(2))?;
        Ok(Self::new(width, height, Pixels::Nv12(y, chroma)))
    }

    /// Semi-planar YUV 4:2:0: luma, then Cr and Cb by turns (most Android phones).
    ///
    /// # Errors
    /// See [`FrameRef::gray`].
    pub fn nv21(
        width: usize,
        height: usize,
        y: Plane<'a>,
        chroma: Plane<'a>,
    ) -> Result<Self, VisionError> {
        let frame = Self::nv12(width, height, y, chroma)?;
        Ok(Self {
            pixels: Pixels::Nv21(y, chroma),
            ..frame
        })
    }

    /// YUV 4:2:0 as cameras hand it over: luma, Cb and Cr, a chroma sample every `step` bytes.
    ///
    /// With a step of 2, Cb and Cr are views of the same interleaved bytes, one byte apart, each
    /// ending with its own last sample. The earlier view then lacks the other's last byte, and the
    /// two rows that this byte belongs to are left out.
    ///
    /// # Errors
    /// See [`FrameRef::gray`]; also any other step, or views that are not interleaved.
    pub fn yuv_420(
        width: usize,
        height: usize,
        [y, cb, cr]: [Plane<'a>; 3],
        step: usize,
    ) -> Result<Self, VisionError> {
        if step == 1 {
            return Self::i420(width, height, y, cb, cr);
        }
        let follows = |first: &Plane<'_>, second: &Plane<'_>| {
            first.data.as_ptr().wrapping_add(1) == second.data.as_ptr()
                && first.stride == second.stride
        };
        let whole = |chroma: &Plane<'_>| {
            let row = chroma
                .stride
                .saturating_mul(height.div_ceil(2).saturating_sub(1));
            chroma.data.len() >= row.saturating_add(width.div_ceil(2) * 2)
        };
        let rows = |chroma: &Plane<'_>| match whole(chroma) {
            true => height,
            false => height.saturating_sub(2),
        };
        match step {
            2 if follows(&cb, &cr) => Self::nv12(width, rows(&cb), y, cb),
            2 if follows(&cr, &cb) => Self::nv21(width, rows(&cr), y, cr),
            _ => Err(VisionError::frame(format!("chroma every {step} bytes"))),
        }
    }

    /// Red, green, blue without padding, checked before.
    pub(crate) fn packed(width: usize, height: usize, data: &'a [u8]) -> Self {
        Self::new(width, height, Pixels::Rgb(Plane::new(data, width * 3)))
    }

    const fn new(width: usize, height: usize, pixels: Pixels<'a>) -> Self {
        let (rotation, range) = (Rotation::None, ColorRange::Full);
        Self {
            pixels,
            width,
            height,
            rotation,
            mirrored: false,
            range,
        }
    }

    /// The same buffer, to be turned clockwise by that much.
    #[must_use]
    pub const fn rotated(self, rotation: Rotation) -> Self {
        Self { rotation, ..self }
    }

    /// The same buffer, which shows a mirror's view if `mirrored`.
    #[must_use]
    pub const fn mirrored(self, mirrored: bool) -> Self {
        Self { mirrored, ..self }
    }

    /// The same buffer, with YUV values of that range.
    #[must_use]
    pub const fn ranged(self, range: ColorRange) -> Self {
        Self { range, ..self }
    }

    /// Width of the upright picture in pixels.
    pub const fn width(&self) -> usize {
        if self.turned() {
            self.height
        } else {
            self.width
        }
    }

    /// Height of the upright picture in pixels.
    pub const fn height(&self) -> usize {
        if self.turned() {
            self.width
        } else {
            self.height
        }
    }

    /// Width and height of the buffer in pixels, as it lies.
    pub const fn buffer_size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// How bright a pixel of the buffer is, 0 to 255; 0 beside it. Colours by the green, which is
    /// most of the brightness.
    pub fn luma(&self, x: usize, y: usize) -> u8 {
        if x >= self.width || y >= self.height {
            return 0;
        }
        let (plane, at) = match &self.pixels {
            Pixels::Gray(plane) | Pixels::I420([plane, ..]) => (plane, x),
            Pixels::Nv12(plane, _) | Pixels::Nv21(plane, _) => (plane, x),
            Pixels::Rgb(plane) => (plane, 3 * x + 1),
            Pixels::Bgra(plane) => (plane, 4 * x + 1),
        };
        let at = y * plane.stride + at;
        plane.data.get(at).copied().unwrap_or_default()
    }

    pub(crate) const fn turned(&self) -> bool {
        matches!(self.rotation, Rotation::Quarter | Rotation::ThreeQuarters)
    }

    pub(crate) const fn is_yuv(&self) -> bool {
        matches!(
            self.pixels,
            Pixels::I420(_) | Pixels::Nv12(..) | Pixels::Nv21(..)
        )
    }

    /// From upright pixels to buffer pixels.
    pub(crate) fn to_buffer(self) -> Affine {
        let (right, bottom) = (self.width as f32 - 1.0, self.height as f32 - 1.0);
        let turn = match self.rotation {
            Rotation::None => Affine {
                a: 1.0,
                b: 0.0,
                tx: 0.0,
                c: 0.0,
                d: 1.0,
                ty: 0.0,
            },
            Rotation::Quarter => Affine {
                a: 0.0,
                b: 1.0,
                tx: 0.0,
                c: -1.0,
                d: 0.0,
                ty: bottom,
            },
            Rotation::Half => Affine {
                a: -1.0,
                b: 0.0,
                tx: right,
                c: 0.0,
                d: -1.0,
                ty: bottom,
            },
            Rotation::ThreeQuarters => Affine {
                a: 0.0,
                b: -1.0,
                tx: right,
                c: 1.0,
                d: 0.0,
                ty: 0.0,
            },
        };
        if !self.mirrored {
            return turn;
        }
        let across = if self.turned() { bottom } else { right };
        Affine {
            a: -1.0,
            b: 0.0,
            tx: across,
            c: 0.0,
            d: 1.0,
            ty: 0.0,
        }
        .then(&turn)
    }
}

/// Never the pixels: a frame is a person's face.
impl std::fmt::Debug for FrameRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let layout = match self.pixels {
            Pixels::Gray(_) => "gray",
            Pixels::Rgb(_) => "rgb",
            Pixels::Bgra(_) => "bgra",
            Pixels::I420(_) => "i420",
            Pixels::Nv12(..) => "nv12",
            Pixels::Nv21(..) => "nv21",
        };
        write!(
            f,
            "FrameRef({layout} {}x{}, {:?})",
            self.width, self.height, self.rotation
        )
    }
}

fn check_size(width: usize, height: usize) -> Result<(), VisionError> {
    if width == 0 || height == 0 {
        return Err(VisionError::frame(format!(
            "{width}x{height} has no pixels"
        )));
    }
    if width > MAX_SIDE || height > MAX_SIDE {
        let reason = format!("{width}x{height} is above {MAX_SIDE} a side");
        return Err(VisionError::FrameInvalid { reason });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use lifecert_protocol::ErrorCode;

    use super::*;
    use crate::geometry::Point;

    fn refused(result: Result<FrameRef<'_>, VisionError>) {
        assert_eq!(result.unwrap_err().code(), ErrorCode::FrameInvalid);
    }

    #[test]
    fn bad_buffers_are_refused() {
        let data = vec![0; 64 * 64 * 4];
        let plane = |stride| Plane::new(&data, stride);
        refused(FrameRef::rgb(0, 10, plane(30)));
        refused(FrameRef::rgb(10, 0, plane(30)));
        refused(FrameRef::rgb(10, 10, plane(29)));
        refused(FrameRef::rgb(10, 10, plane(usize::MAX)));
        refused(FrameRef::rgb(10, 10, Plane::new(&data[..299], 30)));
        refused(FrameRef::bgra(MAX_SIDE + 1, 1, plane(4 * (MAX_SIDE + 1))));
        refused(FrameRef::bgra(usize::MAX, usize::MAX, plane(4)));
        refused(FrameRef::gray(64, 64, Plane::new(&[], 64)));
        let y = Plane::new(&data[..100], 10);
        let half = Plane::new(&data[..25], 5);
        refused(FrameRef::i420(10, 10, y, half, Plane::new(&data[..24], 5)));
        refused(FrameRef::i420(10, 10, y, Plane::new(&data[..25], 4), half));
        refused(FrameRef::i420(
            11,
            10,
            Plane::new(&data[..110], 11),
            half,
            half,
        ));
        refused(FrameRef::nv12(10, 10, y, Plane::new(&data[..49], 10)));
        refused(FrameRef::nv21(10, 10, y, Plane::new(&data[..49], 10)));
        assert_eq!(
            Rotation::from_degrees(45).unwrap_err().code(),
            ErrorCode::FrameInvalid
        );
    }

    #[test]
    fn good_buffers_may_lack_the_last_rows_padding() {
        let data = vec![0; 64 * 64 * 4];
        assert!(FrameRef::rgb(10, 10, Plane::new(&data[..32 * 9 + 30], 32)).is_ok());
        let y = Plane::new(&data[..121], 11);
        let half = Plane::new(&data[..36], 6);
        assert!(FrameRef::i420(11, 11, y, half, half).is_ok());
        assert!(FrameRef::nv21(11, 11, y, Plane::new(&data[..72], 12)).is_ok());
    }

    #[test]
    fn camera_planes_are_read_where_they_lie() {
        let data: Vec<u8> = (0..200).collect();
        let (luma, chroma) = data.split_at(100);
        let y = Plane::new(luma, 10);
        let view = |from: usize, len: usize| Plane::new(&chroma[from..from + len], 10);
        let (cb, cr) = (Plane::new(&chroma[..25], 5), Plane::new(&chroma[25..50], 5));
        let planar = FrameRef::yuv_420(10, 10, [y, cb, cr], 1).unwrap();
        assert!(matches!(planar.pixels, Pixels::I420(_)));
        // Each view ends with its own last sample, as a phone's camera gives them.
        let (first, second) = (view(0, 49), view(1, 49));
        let nv12 = FrameRef::yuv_420(10, 10, [y, first, second], 2).unwrap();
        assert_eq!(format!("{nv12:?}"), "FrameRef(nv12 10x8, None)");
        let nv21 = FrameRef::yuv_420(10, 10, [y, second, first], 2).unwrap();
        assert_eq!(format!("{nv21:?}"), "FrameRef(nv21 10x8, None)");
        let whole = FrameRef::yuv_420(10, 10, [y, second, view(0, 50)], 2).unwrap();
        assert_eq!(whole.height(), 10);
        refused(FrameRef::yuv_420(10, 10, [y, view(0, 49), view(50, 49)], 2));
        refused(FrameRef::yuv_420(10, 10, [y, first, second], 3));
        refused(FrameRef::yuv_420(10, 10, [y, view(0, 30), view(1, 30)], 2));
        refused(FrameRef::yuv_420(10, 1, [y, view(0, 3), view(1, 3)], 2));
        refused(FrameRef::yuv_420(usize::MAX, usize::MAX, [y, cb, cr], 2));
    }

    #[test]
    fn upright_corners_fall_on_the_right_buffer_corners() {
        let data = [0; 12];
        let frame = FrameRef::gray(4, 3, Plane::new(&data, 4)).unwrap();
        let at = |rotation, mirrored| {
            let point = frame.rotated(rotation).mirrored(mirrored).to_buffer();
            let corner = point.apply(Point::new(0.0, 0.0));
            (corner.x, corner.y)
        };
        assert_eq!(at(Rotation::None, false), (0.0, 0.0));
        // Turned clockwise, the lower left corner of the buffer comes to the upper left.
        assert_eq!(at(Rotation::Quarter, false), (0.0, 2.0));
        assert_eq!(at(Rotation::Half, false), (3.0, 2.0));
        assert_eq!(at(Rotation::ThreeQuarters, false), (3.0, 0.0));
        assert_eq!(at(Rotation::None, true), (3.0, 0.0));
        assert_eq!(at(Rotation::Quarter, true), (0.0, 0.0));
        let turned = frame.rotated(Rotation::Quarter);
        assert_eq!((turned.width(), turned.height()), (3, 4));
    }

    #[test]
    fn debug_shows_no_pixels() {
        let data = [77; 12];
        let frame = FrameRef::gray(4, 3, Plane::new(&data, 4)).unwrap();
        assert_eq!(format!("{frame:?}"), "FrameRef(gray 4x3, None)");
    }
}
