//! What is shown: one picture of a person, or some seconds of them.

use std::io::Cursor;
use std::path::Path;

use fastrand::Rng;
use image::{ImageFormat, RgbImage};
use lifecert_session::FaceBounds;
use lifecert_vision::{Analyzer, Depth, FrameRef, Picture, VisionError, encode_key_frame};

use super::Species;
use super::print::Image;
use super::replay::Plan;
use lifecert_media::{self as media, MediaError, Medium, VideoReader};

/// Pictures of one face in order of time, and where the face is in the first of them.
///
/// It has all the surround that a key frame has; what is beyond is never looked at.
#[derive(Clone)]
pub struct Footage {
    /// Each with its time in milliseconds from the first; there is at least one.
    frames: Vec<(u64, RgbImage)>,
    /// The face's middle in pixels.
    centre: (f32, f32),
    /// The face's longer side in pixels.
    face_side: f32,
}

impl Footage {
    /// The frame's face as somebody would print it; nothing where there is no face, or more than
    /// one: a session looks at one person.
    ///
    /// # Errors
    /// [`VisionError::Inference`] if a net fails, [`VisionError::MediaUnreadable`] if the picture
    /// does not survive JPEG.
    pub fn still(
        analyzer: &mut Analyzer,
        frame: &FrameRef<'_>,
    ) -> Result<Option<Self>, VisionError> {
        let Some(bounds) = only_face(analyzer, frame)? else {
            return Ok(None);
        };
        let jpeg = encode_key_frame(frame, &bounds)?;
        let Some(bounds) = only_face(analyzer, &Picture::decode(&jpeg)?.frame())? else {
            return Ok(None);
        };
        let picture = decoded(&jpeg)?;
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        Ok(Some(Self {
            frames: vec![(0, picture)],
            centre: (
                (bounds.left + bounds.width / 2.0) * width,
                (bounds.top + bounds.height / 2.0) * height,
            ),
            face_side: (bounds.width * width).max(bounds.height * height),
        }))
    }

    /// What an attack of that species and seed shows of a file: a picture, a frame of a clip, or,
    /// for a loop, a stretch of a clip. Nothing where no face is found there; a picture has no
    /// stretch.
    ///
    /// # Errors
    /// Those of [`media::open`]; [`VisionError`] where a net fails.
    pub fn of_file(
        analyzer: &mut Analyzer,
        path: &Path,
        species: Species,
        seed: u64,
    ) -> Result<Option<Self>, MediaError> {
        let length_ms = match species {
            Species::Loop => Plan::of(seed).footage_ms(),
            _ => 0,
        };
        match media::open(path)? {
            Medium::Picture(_) if length_ms > 0 => Ok(None),
            Medium::Picture(picture) => Ok(Self::still(analyzer, &picture.frame())?),
            Medium::Video(mut video) => {
                let frames = match video.frame_count() {
                    Some(frames) => frames,
                    None => count(VideoReader::open(path)?)?,
                };
                let first = Rng::with_seed(seed).u64(0..frames.max(1));
                match Self::of_clip(analyzer, &mut video, first, length_ms)? {
                    // So near to the end there was not enough: what comes before is as good.
                    None => Self::of_clip(analyzer, &mut VideoReader::open(path)?, 0, length_ms),
                    found => Ok(found),
                }
            }
        }
    }

    /// A stretch of a clip from the first frame with a face on, counted from a frame; nothing where
    /// the clip ends before.
    fn of_clip(
        analyzer: &mut Analyzer,
        video: &mut VideoReader,
        first: u64,
        length_ms: u64,
    ) -> Result<Option<Self>, MediaError> {
        let (mut number, mut found) = (0, None::<(Self, u64, FaceBounds)>);
        while let Some(shown) = video.next_frame()? {
            number += 1;
            if number <= first {
                continue;
            }
            if let Some((footage, began_ms, bounds)) = &mut found {
                let time_ms = shown.at_ms - *began_ms;
                if time_ms >= length_ms {
                    return Ok(found.map(|(footage, ..)| footage));
                }
                let jpeg = encode_key_frame(&shown.frame, bounds)?;
                footage.frames.push((time_ms, decoded(&jpeg)?));
                continue;
            }
            let Some(bounds) = only_face(analyzer, &shown.frame)? else {
                continue;
            };
            let still = Self::still(analyzer, &shown.frame)?;
            found = still.map(|still| (still, shown.at_ms, bounds));
        }
        // A single picture is whole with its first frame.
        Ok(found
            .filter(|_| length_ms == 0)
            .map(|(footage, ..)| footage))
    }

    /// One picture, whose face is in its middle and has that side.
    #[cfg(test)]
    pub(super) fn of_pictures(pictures: Vec<(u64, RgbImage)>, face_side: f32) -> Self {
        let (width, height) = pictures[0].1.dimensions();
        Self {
            frames: pictures,
            centre: (width as f32 / 2.0, height as f32 / 2.0),
            face_side,
        }
    }

    /// The picture at a time from the first; the last one goes on.
    pub(super) fn at(&self, time_ms: u64) -> Image<'_> {
        let after = self.frames.partition_point(|(at_ms, _)| *at_ms <= time_ms);
        let (_, pixels) = &self.frames[after.saturating_sub(1)];
        Image {
            pixels,
            centre: self.centre,
            face_side: self.face_side,
        }
    }
}

impl std::fmt::Debug for Footage {
    /// Its size alone: the pixels are a person's.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (width, height) = self.frames[0].1.dimensions();
        write!(f, "Footage({} of {width}x{height})", self.frames.len())
    }
}

fn count(mut video: VideoReader) -> Result<u64, MediaError> {
    let mut frames = 0;
    while video.next_frame()?.is_some() {
        frames += 1;
    }
    Ok(frames)
}

fn decoded(jpeg: &[u8]) -> Result<RgbImage, VisionError> {
    image::load(Cursor::new(jpeg), ImageFormat::Jpeg)
        .map(image::DynamicImage::into_rgb8)
        .map_err(|error| VisionError::MediaUnreadable {
            reason: error.to_string(),
        })
}

fn only_face(
    analyzer: &mut Analyzer,
    frame: &FrameRef<'_>,
) -> Result<Option<FaceBounds>, VisionError> {
    let seen = analyzer.analyze(frame, 0, Depth::Guidance)?.observation;
    Ok(seen
        .face
        .filter(|_| seen.faces == 1)
        .map(|face| face.bounds))
}
