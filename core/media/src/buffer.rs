//! One decoded frame, planar YUV 4:2:0, wiped when it goes.

use lifecert_vision::{ColorRange, FrameRef, Plane, Rotation};
use zeroize::Zeroize;

use super::error::MediaError;
use super::{RawFrame, VideoFrame};

/// A frame's planes, one after the other, and how to see them.
///
/// A decoder lends its frame only until it is called again, and whether it has one at all is known
/// only by calling it. So the planes are copied once (0.1 ms at 1280x720) into memory that is used
/// for every frame and lent out from here.
#[derive(Default)]
pub(super) struct Buffer {
    pub(super) bytes: Vec<u8>,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) shown_ms: u64,
    pub(super) rotation: Rotation,
    pub(super) mirrored: bool,
    pub(super) range: ColorRange,
}

impl Buffer {
    /// Bytes of a frame of that size.
    pub(super) const fn len_of(width: usize, height: usize) -> usize {
        width * height + 2 * width.div_ceil(2) * height.div_ceil(2)
    }

    /// Takes a plane's rows without their padding.
    pub(super) fn push_plane(&mut self, data: &[u8], stride: usize, width: usize, height: usize) {
        for row in data.chunks(stride.max(1)).take(height) {
            self.bytes.extend_from_slice(&row[..width.min(row.len())]);
        }
    }

    /// The frame.
    pub(super) fn frame(&self) -> Result<VideoFrame<'_>, MediaError> {
        let (half_width, half_height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let (luma, chroma) = self
            .bytes
            .split_at_checked(self.width * self.height)
            .ok_or_else(|| MediaError::unreadable("a frame is not whole"))?;
        let (cb, cr) = chroma.split_at(chroma.len() / 2);
        debug_assert_eq!(cb.len(), half_width * half_height);
        let frame = FrameRef::i420(
            self.width,
            self.height,
            Plane::new(luma, self.width),
            Plane::new(cb, half_width),
            Plane::new(cr, half_width),
        )?;
        let frame = frame
            .rotated(self.rotation)
            .mirrored(self.mirrored)
            .ranged(self.range);
        Ok(VideoFrame {
            frame,
            raw: RawFrame {
                bytes: &self.bytes,
                width: self.width,
                height: self.height,
                range: self.range,
            },
            at_ms: self.shown_ms,
        })
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}
