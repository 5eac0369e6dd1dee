//! Frames of an MP4 or MOV file, decoded in this process.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::io::{BufReader, Read, Seek, SeekFrom};

use lifecert_vision::{ColorRange, Rotation};
use openh264::OpenH264API;
use openh264::decoder::{DecodedYUV, Decoder, DecoderConfig, Flush};
use openh264::formats::YUVSource;

use super::VideoFrame;
use super::buffer::Buffer;
use super::error::MediaError;
use super::mp4::{self, Sample, Track};
use super::sps;

/// Most bytes of one frame: above what level 5.2 allows for a picture of any content.
const MOST_FRAME_BYTES: u32 = 16 << 20;

/// Where a video is read from.
pub(super) trait Source: Read + Seek + Send {}

impl<S: Read + Seek + Send> Source for S {}

/// Reads, decodes and hands out one frame after the other.
pub(super) struct H264Reader {
    file: BufReader<Box<dyn Source>>,
    track: Track,
    range: ColorRange,
    decoder: Decoder,
    next: usize,
    /// When the frames that the decoder still holds are shown: it gives them in that order.
    shown: BinaryHeap<Reverse<i64>>,
    sample: Vec<u8>,
    stream: Vec<u8>,
    current: Buffer,
    last: VecDeque<Buffer>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// No frame has come yet.
    Fresh,
    Going,
    /// The decoder has given its last frames.
    Ended,
}

impl H264Reader {
    /// Reads a file's description.
    ///
    /// # Errors
    /// Those of [`mp4::read`] and [`sps::read`].
    pub(super) fn open(file: Box<dyn Source>) -> Result<Self, MediaError> {
        let mut file = BufReader::new(file);
        let track = mp4::read(&mut file)?;
        let range = sps::read(&track.config.sps)?.range;
        // Flushed after every frame, as is the default, the decoder loses all that wait for a
        // later one.
        let config = DecoderConfig::new().flush_after_decode(Flush::NoFlush);
        let decoder = Decoder::with_api_config(OpenH264API::from_source(), config)
            .map_err(|error| MediaError::unsupported(error.to_string()))?;
        Ok(Self {
            file,
            range,
            decoder,
            next: 0,
            shown: BinaryHeap::new(),
            sample: Vec::new(),
            stream: track.config.parameter_sets.clone(),
            current: Buffer::default(),
            last: VecDeque::new(),
            state: State::Fresh,
            track,
        })
    }

    pub(super) fn frame_count(&self) -> u64 {
        self.track.samples.len() as u64
    }

    pub(super) fn is_turned(&self) -> bool {
        self.track.rotation != Rotation::None || self.track.mirrored
    }

    pub(super) fn next_frame(&mut self) -> Result<Option<VideoFrame<'_>>, MediaError> {
        while self.state != State::Ended {
            let Some(&sample) = self.track.samples.get(self.next) else {
                self.finish()?;
                break;
            };
            self.next += 1;
            self.read(sample)?;
            if self.decode(sample) {
                self.state = State::Going;
                return self.current.frame().map(Some);
            }
        }
        let Some(buffer) = self.last.pop_front() else {
            return Ok(None);
        };
        self.current = buffer;
        self.current.frame().map(Some)
    }

    /// Appends a sample to the byte stream.
    fn read(&mut self, sample: Sample) -> Result<(), MediaError> {
        if sample.len > MOST_FRAME_BYTES {
            return Err(MediaError::too_large("a frame of more than 16 MB"));
        }
        self.file.seek(SeekFrom::Start(sample.offset))?;
        self.sample.resize(sample.len as usize, 0);
        let read = self.file.read_exact(&mut self.sample);
        if read.is_err_and(|error| error.kind() == std::io::ErrorKind::UnexpectedEof) {
            return Err(MediaError::unreadable("it ends before its last frame"));
        }
        mp4::push_sample(
            &mut self.stream,
            &self.sample,
            self.track.config.length_size,
        )
    }

    /// Decodes the byte stream; whether there is a frame. One that cannot be decoded is left out:
    /// the next that stands for itself goes on.
    fn decode(&mut self, sample: Sample) -> bool {
        let decoded = self.decoder.decode(&self.stream);
        self.stream.clear();
        let Ok(decoded) = decoded else {
            return false;
        };
        self.shown.push(Reverse(sample.shown_at));
        let Some(picture) = decoded else {
            return false;
        };
        let shown_ms = next_time(&mut self.shown, &self.track);
        fill(
            &mut self.current,
            &picture,
            &self.track,
            self.range,
            shown_ms,
        );
        true
    }

    /// Takes what the decoder still holds.
    fn finish(&mut self) -> Result<(), MediaError> {
        for picture in self.decoder.flush_remaining().unwrap_or_default() {
            let shown_ms = next_time(&mut self.shown, &self.track);
            let mut buffer = Buffer::default();
            fill(&mut buffer, &picture, &self.track, self.range, shown_ms);
            self.last.push_back(buffer);
        }
        if self.state == State::Fresh && self.last.is_empty() {
            return Err(MediaError::unreadable("none of its frames can be decoded"));
        }
        self.state = State::Ended;
        Ok(())
    }
}

/// The earliest time of the frames that wait.
fn next_time(shown: &mut BinaryHeap<Reverse<i64>>, track: &Track) -> u64 {
    shown.pop().map_or(0, |Reverse(ticks)| track.ms(ticks))
}

fn fill(
    buffer: &mut Buffer,
    picture: &DecodedYUV<'_>,
    track: &Track,
    range: ColorRange,
    shown_ms: u64,
) {
    let (width, height) = picture.dimensions();
    let (luma_stride, chroma_stride, _) = picture.strides();
    let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
    buffer.bytes.clear();
    buffer.push_plane(picture.y(), luma_stride, width, height);
    buffer.push_plane(picture.u(), chroma_stride, half_width, half_height);
    buffer.push_plane(picture.v(), chroma_stride, half_width, half_height);
    (buffer.width, buffer.height) = (width, height);
    (buffer.rotation, buffer.mirrored) = (track.rotation, track.mirrored);
    (buffer.range, buffer.shown_ms) = (range, shown_ms);
}
