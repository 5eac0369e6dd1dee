//! Pictures and videos from files: each frame borrowed, upright and with its time; and videos into
//! files.
//!
//! MP4 and MOV with H.264 are decoded in this process; any other video goes through the `ffmpeg`
//! program where it is installed. Pictures are JPEG or PNG. What a file is, its bytes say, not its
//! name. Nothing about the bytes is believed: a damaged, cut or endless file gives a
//! [`MediaError`].
//!
//! ```no_run
//! use lifecert_media::VideoReader;
//!
//! let mut video = VideoReader::open("clip.mp4".as_ref())?;
//! while let Some(seen) = video.next_frame()? {
//!     println!("{} ms: {}x{}", seen.at_ms, seen.frame.width(), seen.frame.height());
//! }
//! # Ok::<(), lifecert_media::MediaError>(())
//! ```

#![forbid(unsafe_code)]

mod buffer;
mod bytes;
mod error;
mod ffmpeg;
mod fragments;
mod h264;
mod mp4;
mod samples;
mod sps;
mod write;

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use lifecert_vision::{ColorRange, FrameRef, Picture};

pub use error::MediaError;
pub use write::{VideoWriter, WriteError};

use ffmpeg::FfmpegReader;
use h264::H264Reader;

/// Most bytes of a picture's file.
const MOST_PICTURE_BYTES: u64 = 64 << 20;

/// A picture or a video.
pub enum Medium {
    /// One picture.
    Picture(Picture),
    /// Frames over time.
    Video(VideoReader),
}

/// One frame of a video.
#[derive(Debug, Clone, Copy)]
pub struct VideoFrame<'a> {
    /// Its pixels, to be seen upright; they are valid until the next frame is asked for.
    pub frame: FrameRef<'a>,
    /// The same as bytes, for who hands them on.
    pub raw: RawFrame<'a>,
    /// When it is shown, in milliseconds from the first frame.
    pub at_ms: u64,
}

/// Reads a video frame by frame, in the order in which they are shown.
pub struct VideoReader(Kind);

/// A decoded frame's bytes: luma, Cb and Cr one after the other, rows without padding.
#[derive(Clone, Copy)]
pub struct RawFrame<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// Width of the buffer in pixels.
    pub width: usize,
    /// Height of the buffer in pixels.
    pub height: usize,
    /// What values they take.
    pub range: ColorRange,
}

/// Never the pixels: a frame is a person's face.
impl std::fmt::Debug for RawFrame<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RawFrame({}x{})", self.width, self.height)
    }
}

enum Kind {
    // Boxed: its decoder is many times larger than a program's handle.
    H264(Box<H264Reader>),
    Ffmpeg(FfmpegReader),
}

/// Opens a picture or a video, whichever its bytes are.
///
/// # Errors
/// Those of [`read_picture`] and [`VideoReader::open`].
pub fn open(path: &Path) -> Result<Medium, MediaError> {
    if is_picture(path)? {
        read_picture(path).map(Medium::Picture)
    } else {
        VideoReader::open(path).map(Medium::Video)
    }
}

/// Reads a JPEG or PNG picture.
///
/// # Errors
/// [`MediaError::Io`] where the file cannot be read, [`MediaError::TooLarge`] above 64 MB, and
/// those of [`Picture::decode`].
pub fn read_picture(path: &Path) -> Result<Picture, MediaError> {
    let mut bytes = Vec::new();
    let file = File::open(path)?;
    file.take(MOST_PICTURE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_PICTURE_BYTES {
        return Err(MediaError::too_large("a picture's file above 64 MB"));
    }
    if bytes.is_empty() {
        return Err(MediaError::unreadable("it is empty"));
    }
    Ok(Picture::decode(&bytes)?)
}

impl VideoReader {
    /// Opens a video.
    ///
    /// # Errors
    /// [`MediaError::Io`] where the file cannot be read; [`MediaError::Unsupported`] for anything
    /// but H.264 in MP4 or MOV where `ffmpeg` is not installed; [`MediaError::Unreadable`] for a
    /// damaged file; [`MediaError::TooLarge`] above 4096x2304 pixels or a million frames.
    pub fn open(path: &Path) -> Result<Self, MediaError> {
        let file = File::open(path)?;
        if file.metadata()?.len() == 0 {
            return Err(MediaError::unreadable("it is empty"));
        }
        match Self::h264(file) {
            Ok(video) => Ok(video),
            Err(why @ MediaError::Unsupported { .. }) => {
                FfmpegReader::open(path, &why).map(|reader| Self(Kind::Ffmpeg(reader)))
            }
            // What is damaged to us may be a variant of the container that we do not know.
            Err(why @ MediaError::Unreadable { .. }) => FfmpegReader::open(path, &why)
                .map(|reader| Self(Kind::Ffmpeg(reader)))
                .map_err(|_| why),
            Err(why) => Err(why),
        }
    }

    /// Opens H.264 in MP4 or MOV from anything that can be read, decoded in this process alone.
    ///
    /// # Errors
    /// Those of [`open`](Self::open), without another program's help.
    pub fn h264(source: impl Read + Seek + Send + 'static) -> Result<Self, MediaError> {
        let reader = H264Reader::open(Box::new(source))?;
        Ok(Self(Kind::H264(Box::new(reader))))
    }

    /// How many frames the video has, where its description says so.
    pub fn frame_count(&self) -> Option<u64> {
        match &self.0 {
            Kind::H264(reader) => Some(reader.frame_count()),
            Kind::Ffmpeg(_) => None,
        }
    }

    /// Whether its frames lie turned or flipped in the file, as a phone held upright writes them;
    /// what `ffmpeg` reads it turns unseen.
    pub fn is_turned(&self) -> bool {
        match &self.0 {
            Kind::H264(reader) => reader.is_turned(),
            Kind::Ffmpeg(_) => false,
        }
    }

    /// The next frame, or nothing at the end.
    ///
    /// # Errors
    /// [`MediaError::Unreadable`] where the file ends before its last frame or no frame at all can
    /// be decoded; a single frame that cannot is left out.
    pub fn next_frame(&mut self) -> Result<Option<VideoFrame<'_>>, MediaError> {
        match &mut self.0 {
            Kind::H264(reader) => reader.next_frame(),
            Kind::Ffmpeg(reader) => reader.next_frame(),
        }
    }
}

/// Whether a file begins as JPEG and PNG do.
fn is_picture(path: &Path) -> Result<bool, MediaError> {
    let mut start = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut start)?;
    Ok(start.starts_with(&[0xff, 0xd8, 0xff]) || start.starts_with(b"\x89PNG"))
}
