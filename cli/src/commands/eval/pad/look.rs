//! What is seen in one picture or clip.

use lifecert_cli::eval::pad::{Outcome, median};
use lifecert_cli::eval::{Source, SourceKind};
use lifecert_media::{self as media, MediaError, Medium};
use lifecert_protocol::ErrorCode;
use lifecert_session::FaceObservation;
use lifecert_vision::{Analyzer, Depth, Embedding, FrameRef};

use super::Unit;
use crate::commands::Failure;

/// A clip is looked at this often, on average: as often as a session looks in full.
const FULL_EVERY_MS: u64 = 125;

/// What was seen in a picture or clip.
pub enum Seen {
    /// Frames that were looked at: one of a picture, at least one of a clip.
    Frames {
        /// Each of them.
        frames: Vec<Frame>,
        /// All frames of the file.
        in_all: u64,
        /// What the file is.
        kind: SourceKind,
    },
    /// The file could not be read to its end.
    Unreadable {
        /// Why.
        code: ErrorCode,
        /// What exactly is wrong with it.
        reason: String,
    },
}

/// One frame with a face, or without.
pub struct Frame {
    live: Option<f32>,
    face: Option<(Embedding, f32)>,
}

/// Looks at a picture, or at a clip as a session does. An error is one of the nets, not of the
/// file.
pub fn look(analyzer: &mut Analyzer, source: &Source) -> Result<Seen, Failure> {
    let unreadable = |error: MediaError| Seen::Unreadable {
        code: error.code(),
        reason: error.to_string(),
    };
    let mut video = match media::open(&source.path) {
        Err(error) => return Ok(unreadable(error)),
        Ok(Medium::Picture(picture)) => {
            return Ok(Seen::Frames {
                frames: vec![frame(analyzer, &picture.frame())?],
                in_all: 1,
                kind: SourceKind::Picture,
            });
        }
        Ok(Medium::Video(video)) => video,
    };
    let (mut frames, mut in_all, mut due) = (Vec::new(), 0, Due::default());
    loop {
        match video.next_frame() {
            Err(error) => return Ok(unreadable(error)),
            Ok(None) => break,
            Ok(Some(shown)) => {
                in_all += 1;
                if due.take(shown.at_ms) {
                    frames.push(frame(analyzer, &shown.frame)?);
                }
            }
        }
    }
    if frames.is_empty() {
        return Ok(Seen::Unreadable {
            code: ErrorCode::MediaUnreadable,
            reason: "a clip without a frame".to_owned(),
        });
    }
    Ok(Seen::Frames {
        frames,
        in_all,
        kind: SourceKind::Clip,
    })
}

/// When the next frame is to be looked at.
#[derive(Default)]
struct Due {
    at_ms: u64,
}

impl Due {
    /// Whether it is the turn of a frame; then the next one's is set.
    fn take(&mut self, at_ms: u64) -> bool {
        let Some(late_ms) = at_ms.checked_sub(self.at_ms) else {
            return false;
        };
        // A frame that came a little late does not delay the one after next.
        self.at_ms = at_ms - late_ms % FULL_EVERY_MS + FULL_EVERY_MS;
        true
    }
}

fn frame(analyzer: &mut Analyzer, frame: &FrameRef<'_>) -> Result<Frame, Failure> {
    let seen = analyzer.analyze(frame, 0, Depth::Full)?;
    let Some(face) = seen.observation.face else {
        return Ok(Frame {
            live: None,
            face: None,
        });
    };
    Ok(Frame {
        live: liveness(&face),
        face: seen.embedding.map(|embedding| (embedding, face.quality)),
    })
}

/// The liveness of one picture, 0 to 1: the one place where it is made of what the nets say.
fn liveness(face: &FaceObservation) -> Option<f32> {
    face.live
}

impl Seen {
    /// The trials that the file gives.
    pub fn outcomes(&self, unit: Unit) -> Vec<Outcome> {
        let Self::Frames { frames, .. } = self else {
            return vec![Outcome::Unreadable];
        };
        let outcome = |live: Option<f32>| live.map_or(Outcome::NoFace, Outcome::Scored);
        match unit {
            Unit::Frame => frames.iter().map(|frame| outcome(frame.live)).collect(),
            Unit::Clip => {
                let scores = frames.iter().filter_map(|frame| frame.live).collect();
                vec![outcome(median(scores))]
            }
        }
    }

    /// The faces with the quality of their pictures.
    pub fn faces(&self) -> impl Iterator<Item = (Embedding, f32)> + '_ {
        let frames = match self {
            Self::Frames { frames, .. } => frames.as_slice(),
            Self::Unreadable { .. } => &[],
        };
        frames.iter().filter_map(|frame| frame.face.clone())
    }

    /// Whether it was read and shows no face anywhere.
    pub fn is_faceless(&self) -> bool {
        match self {
            Self::Frames { frames, .. } => frames.iter().all(|frame| frame.live.is_none()),
            Self::Unreadable { .. } => false,
        }
    }

    /// Whether it is a clip of a single frame.
    pub fn is_short_clip(&self) -> bool {
        let clip = SourceKind::Clip;
        matches!(self, Self::Frames { in_all: 1, kind, .. } if *kind == clip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(times: impl IntoIterator<Item = u64>) -> Vec<u64> {
        let mut due = Due::default();
        times.into_iter().filter(|&at_ms| due.take(at_ms)).collect()
    }

    #[test]
    fn eight_frames_a_second_are_looked_at_whatever_the_rate() {
        for every_ms in [17, 33, 40, 100] {
            let count = taken((0..10_000).step_by(every_ms)).len();
            assert!((79..=81).contains(&count), "{every_ms} ms: {count}");
        }
        assert_eq!(taken((0..1000).step_by(200)), [0, 200, 400, 600, 800]);
        // A stall, then frames again: no catching up.
        assert_eq!(taken([0, 40, 3000, 3040, 3080, 3125]), [0, 3000, 3125]);
    }
}
