//! The pictures that a face is modelled from, taken by themselves while somebody looks: good ones
//! that differ.

use crate::analyze::{Analyzer, Depth};
use crate::embedding::Embedding;
use crate::error::VisionError;
use crate::frame::FrameRef;
use crate::key_frame::encode_key_frame;
use crate::template::SAME_PICTURE;
use lifecert_protocol::Prompt;
use lifecert_session::{MonotonicMs, good_face};
use zeroize::Zeroizing;

/// A frame is looked at this often: who holds still gives the same picture again.
const EVERY_MS: MonotonicMs = 250;

/// What came of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Portrait {
    /// It was not looked at.
    Passed,
    /// Something is asked for.
    Wanted(Prompt),
    /// A picture was taken; so many are there.
    Taken(usize),
}

/// Pictures of one face. They are zeroised when dropped.
pub struct Portraits {
    analyzer: Analyzer,
    taken: Vec<(Embedding, Zeroizing<Vec<u8>>)>,
    due_ms: MonotonicMs,
}

impl Portraits {
    /// The most pictures: as many as a visit brings home, and more than the three that a template
    /// needs.
    pub const MOST: usize = 5;

    /// None yet.
    pub fn new(analyzer: Analyzer) -> Self {
        Self {
            analyzer,
            taken: Vec::new(),
            due_ms: 0,
        }
    }

    /// Looks at the newest frame and keeps its face if it is good and differs from those that are
    /// kept.
    ///
    /// # Errors
    /// [`VisionError::Inference`] if a net fails.
    pub fn look(
        &mut self,
        frame: &FrameRef<'_>,
        at_ms: MonotonicMs,
    ) -> Result<Portrait, VisionError> {
        if at_ms < self.due_ms || self.is_whole() {
            return Ok(Portrait::Passed);
        }
        self.due_ms = at_ms + EVERY_MS;
        let seen = self.analyzer.analyze(frame, at_ms, Depth::Identity)?;
        let face = match good_face(&seen.observation) {
            Ok(face) => face,
            Err(prompt) => return Ok(Portrait::Wanted(prompt)),
        };
        let Some(embedding) = seen.embedding else {
            return Ok(Portrait::Wanted(Prompt::FindFace));
        };
        let same = |(taken, _): &(Embedding, _)| taken.similarity(&embedding) >= SAME_PICTURE;
        if self.taken.iter().any(same) {
            return Ok(Portrait::Wanted(Prompt::ActTurn));
        }
        let jpeg = encode_key_frame(frame, &face.bounds)?;
        self.taken.push((embedding, jpeg));
        Ok(Portrait::Taken(self.taken.len()))
    }

    /// How many are there.
    pub fn count(&self) -> usize {
        self.taken.len()
    }

    /// Whether there are as many as are wanted.
    pub fn is_whole(&self) -> bool {
        self.taken.len() >= Self::MOST
    }

    /// The pictures, and the nets, which hold nothing of them any more.
    pub fn into_parts(self) -> (Vec<Zeroizing<Vec<u8>>>, Analyzer) {
        let mut analyzer = self.analyzer;
        analyzer.clear();
        let pictures = self.taken.into_iter().map(|(_, jpeg)| jpeg);
        (pictures.collect(), analyzer)
    }
}
