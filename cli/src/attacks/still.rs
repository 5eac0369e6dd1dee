//! A picture of a face, cut out of a frame as somebody would print or show it.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};
use lifecert_session::FaceBounds;
use lifecert_vision::{Analyzer, Depth, FrameRef, Picture, VisionError, encode_key_frame};

/// A picture with one face, and where the face is in it.
#[derive(Clone)]
pub struct Still {
    pub(super) picture: RgbImage,
    /// The face's middle in pixels.
    pub(super) centre: (f32, f32),
    /// The face's longer side in pixels.
    pub(super) face_side: f32,
}

impl Still {
    /// The frame's face with all the surround that a key frame has (what is beyond is never looked
    /// at); nothing where there is no face, or more than one: a session looks at one person.
    ///
    /// # Errors
    /// [`VisionError::Inference`] if a net fails, [`VisionError::MediaUnreadable`] if the picture
    /// does not survive JPEG.
    pub fn of(analyzer: &mut Analyzer, frame: &FrameRef<'_>) -> Result<Option<Self>, VisionError> {
        let Some(bounds) = only_face(analyzer, frame)? else {
            return Ok(None);
        };
        let jpeg = encode_key_frame(frame, &bounds)?;
        let Some(bounds) = only_face(analyzer, &Picture::decode(&jpeg)?.frame())? else {
            return Ok(None);
        };
        let picture = image::load(Cursor::new(&*jpeg), ImageFormat::Jpeg)
            .map_err(|error| VisionError::MediaUnreadable {
                reason: error.to_string(),
            })?
            .into_rgb8();
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let centre = (
            (bounds.left + bounds.width / 2.0) * width,
            (bounds.top + bounds.height / 2.0) * height,
        );
        let face_side = (bounds.width * width).max(bounds.height * height);
        Ok(Some(Self {
            picture,
            centre,
            face_side,
        }))
    }
}

impl std::fmt::Debug for Still {
    /// Its size alone: the pixels are a person's.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (width, height) = self.picture.dimensions();
        write!(f, "Still({width}x{height})")
    }
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
