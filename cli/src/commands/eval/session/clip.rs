//! One clip shown to one session.

use lifecert_cli::eval::{Source, SourceKind};
use lifecert_cli::look::{End, Look, Watched};
use lifecert_media::{MediaError, VideoReader};
use lifecert_protocol::{ErrorCode, Score, Verdict};
use lifecert_vision::{Analyzer, Embedding};
use serde_json::{Map, Value, json};

use super::super::super::{Failure, rounded};
use super::needs_clip;

/// A file, and what it shows.
pub struct Clip {
    /// The species of attack; nothing for a living person.
    pub species: Option<String>,
    /// The file.
    pub source: Source,
}

/// What a session comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The device would have the person certified.
    Accepted,
    /// A person is to decide, or nothing was claimed.
    Referred,
    /// It would not.
    Refused,
}

impl Outcome {
    /// Its name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Referred => "referred",
            Self::Refused => "refused",
        }
    }

    /// Nobody is refused for a short clip: where nothing was claimed, a person decides.
    pub const fn of(end: &End) -> Self {
        match end {
            End::Judged { verdict, .. } => match verdict {
                Verdict::Accept => Self::Accepted,
                Verdict::Refer => Self::Referred,
                Verdict::Refuse => Self::Refused,
            },
            End::Stopped { .. } => Self::Referred,
        }
    }
}

/// A clip that was shown.
pub struct Shown {
    pub outcome: Outcome,
    /// Why it was not accepted.
    pub code: Option<ErrorCode>,
    /// The session's numbers by name.
    pub cues: Map<String, Value>,
    /// Why the file could not be read.
    pub unread: Option<String>,
    /// What is unusual about the file.
    pub notes: Vec<&'static str>,
    /// How long the look took.
    pub took_ms: u64,
    /// How long the shortest look takes.
    pub least_ms: u64,
}

impl Clip {
    /// Shows the clip from its start to a session.
    pub fn show(&self, analyzer: Analyzer) -> Result<(Shown, Analyzer), Failure> {
        if self.source.kind == SourceKind::Picture {
            let (code, why) = needs_clip();
            return Ok((Shown::unread(code, why), analyzer));
        }
        let mut video = match VideoReader::open(&self.source.path) {
            Ok(video) => video,
            Err(error) => return Ok((Shown::unread_for(&error), analyzer)),
        };
        let mut look = Look::begin(analyzer, None)?;
        let shown = match look.watch(&mut video, 0..u64::MAX)? {
            Ok(watched) => Shown::of(&watched, &video, look.policy().look_min_ms.into()),
            Err(error) => Shown::unread_for(&error),
        };
        Ok((shown, look.into_analyzer()))
    }
}

impl Shown {
    fn of(watched: &Watched, video: &VideoReader, least_ms: u64) -> Self {
        let notes = [
            (watched.frames <= 1, "one frame"),
            (
                watched.until_ms.is_none() && watched.took_ms < least_ms,
                "shorter than a look",
            ),
            (watched.is_uneven, "variable frame rate"),
            (video.is_turned(), "rotated"),
        ];
        Self {
            outcome: Outcome::of(&watched.end),
            code: watched.code,
            cues: cues(&watched.end),
            unread: None,
            notes: notes
                .into_iter()
                .filter_map(|(noted, note)| noted.then_some(note))
                .collect(),
            took_ms: watched.took_ms,
            least_ms,
        }
    }

    fn unread_for(error: &MediaError) -> Self {
        Self::unread(error.code(), error.to_string())
    }

    fn unread(code: ErrorCode, why: String) -> Self {
        Self {
            outcome: Outcome::Referred,
            code: Some(code),
            cues: Map::new(),
            unread: Some(why),
            notes: Vec::new(),
            took_ms: 0,
            least_ms: 0,
        }
    }
}

/// The numbers that the session decided by; none where it claimed nothing.
fn cues(end: &End) -> Map<String, Value> {
    let End::Judged { scores, cues, .. } = end else {
        return Map::new();
    };
    let share = |score: Score| rounded(score.to_f32());
    let cues = json!({
        "live": share(scores.live),
        "live_second": cues.live_second.map(rounded),
        "texture": cues.texture.map(rounded),
        "life": scores.life.map(share),
        "plane": cues.plane.map(rounded),
        "eyes": cues.eyes.map(rounded),
        "mouth": cues.mouth.map(rounded),
        "turn": cues.turn.map(rounded),
        "repeat": cues.repeat.map(rounded),
        "frozen_ms": cues.timing.frozen_ms,
        "cuts": cues.timing.cuts,
        "backwards": cues.timing.backwards,
        "quality": share(scores.quality),
        "good_frames": scores.good_frames,
    });
    match cues {
        Value::Object(cues) => cues,
        _ => Map::new(),
    }
}

/// A stretch of a clip, tried by somebody with a template: how the look came out, or why the clip
/// cannot be read.
pub fn try_on(
    analyzer: Analyzer,
    template: &Embedding,
    path: &std::path::Path,
    from_ms: u64,
) -> Result<(Result<Watched, MediaError>, Analyzer), Failure> {
    let mut video = match VideoReader::open(path) {
        Ok(video) => video,
        Err(error) => return Ok((Err(error), analyzer)),
    };
    let mut look = Look::begin(analyzer, Some(template.clone()))?;
    let watched = look.watch(&mut video, from_ms..u64::MAX)?;
    Ok((watched, look.into_analyzer()))
}
