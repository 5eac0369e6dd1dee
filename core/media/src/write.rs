//! Writes a video: H.264 in MP4, as phones do, so that [`VideoReader`](super::VideoReader) and
//! anything else reads it back.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::num::NonZeroU32;
use std::path::Path;

use image::RgbImage;
use lifecert_protocol::ErrorCode;
use openh264::encoder::{Encoder, EncoderConfig, FrameRate, QpRange, RateControlMode, UsageType};
use openh264::formats::{RgbSliceU8, YUVBuffer};
use openh264::{OpenH264API, Timestamp};
use shiguredo_mp4::boxes::{Avc1Box, AvccBox, SampleEntry, VisualSampleEntryFields};
use shiguredo_mp4::mux::{Mp4FileMuxer, MuxError, Sample};
use shiguredo_mp4::{TrackKind, Uint};

/// As fine as a phone's recording.
const QUANTISER: QpRange = QpRange::new(18, 22);

/// Ticks of the file's clock in a second.
const TICKS: NonZeroU32 = NonZeroU32::MIN.saturating_add(999);

/// How long the last frame is shown where it is the only one.
const ONLY_FRAME_MS: u64 = 40;

/// Why a video could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The system did not let us write the file.
    #[error("the video cannot be written: {0}")]
    Io(#[from] std::io::Error),
    /// The pictures cannot be encoded: of odd or changing size, or none at all.
    #[error("the video cannot be encoded: {reason}")]
    Encode {
        /// What is wrong with them.
        reason: String,
    },
}

impl WriteError {
    /// The stable code.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Io(_) => ErrorCode::StorageFull,
            Self::Encode { .. } => ErrorCode::MediaUnsupported,
        }
    }

    fn encode(reason: impl std::fmt::Display) -> Self {
        let reason = reason.to_string();
        Self::Encode { reason }
    }
}

impl From<openh264::Error> for WriteError {
    fn from(error: openh264::Error) -> Self {
        Self::encode(error)
    }
}

impl From<MuxError> for WriteError {
    fn from(error: MuxError) -> Self {
        Self::encode(error)
    }
}

/// A video that is being written.
pub struct VideoWriter {
    file: BufWriter<File>,
    encoder: Encoder,
    muxer: Mp4FileMuxer,
    /// Bytes written so far.
    len: u64,
    size: Option<(u32, u32)>,
    parameters: Parameters,
    /// The frame written last: how long it is shown the next one tells.
    last: Option<Written>,
    last_shown_ms: u64,
}

#[derive(Default)]
struct Parameters {
    sps: Vec<u8>,
    pps: Vec<u8>,
}

struct Written {
    at_ms: u64,
    offset: u64,
    len: usize,
    keyframe: bool,
}

impl VideoWriter {
    /// Begins a video of about that many frames a second.
    ///
    /// # Errors
    /// [`WriteError::Io`] where there can be no such file.
    pub fn create(path: &Path, frames_per_second: f32) -> Result<Self, WriteError> {
        let config = EncoderConfig::new()
            .usage_type(UsageType::CameraVideoRealTime)
            .rate_control_mode(RateControlMode::Off)
            .max_frame_rate(FrameRate::from_hz(frames_per_second))
            .qp(QUANTISER)
            .skip_frames(false)
            // One thread: the same pictures give the same bytes.
            .num_threads(1);
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), config)?;
        let muxer = Mp4FileMuxer::new()?;
        let mut file = BufWriter::new(File::create(path)?);
        file.write_all(muxer.initial_boxes_bytes())?;
        Ok(Self {
            file,
            encoder,
            len: muxer.initial_boxes_bytes().len() as u64,
            muxer,
            size: None,
            parameters: Parameters::default(),
            last: None,
            last_shown_ms: ONLY_FRAME_MS,
        })
    }

    /// Appends a picture that is shown from a time on, in milliseconds from the first; times grow.
    ///
    /// # Errors
    /// [`WriteError::Encode`] for a picture with an odd side or of another size than the first.
    pub fn push(&mut self, picture: &RgbImage, at_ms: u64) -> Result<(), WriteError> {
        let (width, height) = picture.dimensions();
        if *self.size.get_or_insert((width, height)) != (width, height) {
            return Err(WriteError::encode("its pictures are not of one size"));
        }
        if !width.is_multiple_of(2) || !height.is_multiple_of(2) {
            return Err(WriteError::encode("a picture's side is odd"));
        }
        let source = RgbSliceU8::new(picture, (width as usize, height as usize));
        let encoded = self.encoder.encode_at(
            &YUVBuffer::from_rgb8_source(source),
            Timestamp::from_millis(at_ms),
        )?;
        let (mut sample, mut keyframe) = (Vec::new(), false);
        for layer in (0..encoded.num_layers()).filter_map(|at| encoded.layer(at)) {
            for unit in (0..layer.nal_count()).filter_map(|at| layer.nal_unit(at)) {
                let unit = without_start_code(unit);
                match unit.first().map_or(0, |header| header & 31) {
                    7 => self.parameters.sps = unit.to_vec(),
                    8 => self.parameters.pps = unit.to_vec(),
                    kind => {
                        keyframe |= kind == 5;
                        sample.extend((unit.len() as u32).to_be_bytes());
                        sample.extend(unit);
                    }
                }
            }
        }
        self.note_last(Some(at_ms))?;
        self.file.write_all(&sample)?;
        self.last = Some(Written {
            at_ms,
            offset: self.len,
            len: sample.len(),
            keyframe,
        });
        self.len += sample.len() as u64;
        Ok(())
    }

    /// Ends the video.
    ///
    /// # Errors
    /// [`WriteError::Encode`] where no picture came.
    pub fn finish(mut self) -> Result<(), WriteError> {
        if self.last.is_none() {
            return Err(WriteError::encode("there are no pictures"));
        }
        self.note_last(None)?;
        for (offset, bytes) in self.muxer.finalize()?.offset_and_bytes_pairs() {
            self.file.seek(SeekFrom::Start(offset))?;
            self.file.write_all(bytes)?;
        }
        self.file.flush()?;
        Ok(())
    }

    /// Notes the last frame down, which is shown until the next one comes.
    fn note_last(&mut self, next_ms: Option<u64>) -> Result<(), WriteError> {
        let Some(last) = self.last.take() else {
            return Ok(());
        };
        if let Some(next_ms) = next_ms {
            self.last_shown_ms = next_ms.saturating_sub(last.at_ms);
        }
        let first = last.offset == self.muxer.initial_boxes_bytes().len() as u64;
        let sample_entry = if first { Some(self.entry()?) } else { None };
        self.muxer.append_sample(&Sample {
            track_kind: TrackKind::Video,
            sample_entry,
            keyframe: last.keyframe,
            timescale: TICKS,
            duration: u32::try_from(self.last_shown_ms).unwrap_or(u32::MAX),
            composition_time_offset: None,
            data_offset: last.offset,
            data_size: last.len,
        })?;
        Ok(())
    }

    fn entry(&self) -> Result<SampleEntry, WriteError> {
        let Parameters { sps, pps } = &self.parameters;
        let [_, profile, compatibility, level, ..] = sps[..] else {
            return Err(WriteError::encode("the encoder gave no parameters"));
        };
        let (width, height) = self.size.unwrap_or_default();
        let side = |side: u32| {
            u16::try_from(side).map_err(|_| WriteError::encode("the pictures are too large"))
        };
        Ok(SampleEntry::Avc1(Avc1Box {
            visual: VisualSampleEntryFields {
                data_reference_index: VisualSampleEntryFields::DEFAULT_DATA_REFERENCE_INDEX,
                width: side(width)?,
                height: side(height)?,
                horizresolution: VisualSampleEntryFields::DEFAULT_HORIZRESOLUTION,
                vertresolution: VisualSampleEntryFields::DEFAULT_VERTRESOLUTION,
                frame_count: VisualSampleEntryFields::DEFAULT_FRAME_COUNT,
                compressorname: VisualSampleEntryFields::NULL_COMPRESSORNAME,
                depth: VisualSampleEntryFields::DEFAULT_DEPTH,
            },
            avcc_box: AvccBox {
                avc_profile_indication: profile,
                profile_compatibility: compatibility,
                avc_level_indication: level,
                length_size_minus_one: Uint::new(3),
                sps_list: vec![sps.clone()],
                pps_list: vec![pps.clone()],
                chroma_format: None,
                bit_depth_luma_minus8: None,
                bit_depth_chroma_minus8: None,
                sps_ext_list: Vec::new(),
            },
            unknown_boxes: Vec::new(),
        }))
    }
}

impl std::fmt::Debug for VideoWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VideoWriter({} bytes)", self.len)
    }
}

/// A unit of a byte stream (H.264, annex B) alone.
fn without_start_code(unit: &[u8]) -> &[u8] {
    let zeros = unit.iter().take_while(|&&byte| byte == 0).count();
    unit.get(zeros + 1..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VideoReader;
    use image::Rgb;

    /// A grey picture with a bright bar.
    fn picture(at: u32) -> RgbImage {
        RgbImage::from_fn(96, 64, |x, _| {
            Rgb(if x / 8 == at { [230, 40, 40] } else { [90; 3] })
        })
    }

    #[test]
    fn what_was_written_is_read_back_at_its_times() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        let times = [0, 40, 75, 300, 340];
        let write = |path: &Path| {
            let mut video = VideoWriter::create(path, 25.0).unwrap();
            for (number, at_ms) in (0..).zip(times) {
                video.push(&picture(number), at_ms).unwrap();
            }
            video.finish().unwrap();
            std::fs::read(path).unwrap()
        };
        let bytes = write(&path);
        assert_eq!(bytes, write(&folder.path().join("b.mp4")), "the same bytes");
        let mut video = VideoReader::open(&path).unwrap();
        let mut read = Vec::new();
        while let Some(shown) = video.next_frame().unwrap() {
            assert_eq!((shown.frame.width(), shown.frame.height()), (96, 64));
            read.push(shown.at_ms);
        }
        assert_eq!(read, times);
    }
}
