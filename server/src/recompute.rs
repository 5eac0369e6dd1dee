//! Looks at key frames again with the very code of the device: what the decision rests on.

use crate::error::ServiceError;
use lifecert_inference::ModelStore;
use lifecert_protocol::{Digest, ErrorCode, Prompt};
use lifecert_session::good_face;
use lifecert_vision::{Analyzer, Depth, Embedding, ModelIds, Picture, VisionError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// How long a request waits for a free analyzer before the server says that it is busy.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Weakest similarity (FMR 1e-3) at which two pictures of one look or one modelling are one person.
const SAME_PERSON: f32 = 0.337;

/// A few analyzers, each with its own nets, handed out one request at a time.
#[derive(Clone)]
pub struct Recompute {
    free: Arc<Mutex<Vec<Analyzer>>>,
    permits: Arc<Semaphore>,
    models: ModelIds,
}

/// What the server saw in a claim's key frames.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Key frames with one good face.
    pub good: usize,
    /// Key frames in all.
    pub frames: usize,
    /// Median passive liveness of the good ones, 0 to 1.
    pub live: f32,
    /// Mean embedding of the good ones.
    pub embedding: Option<Embedding>,
    /// Two of the faces are two people, or a picture shows several.
    pub several_people: bool,
}

/// What came of pictures to model a face from.
#[derive(Debug)]
pub struct Modelled {
    /// The template, if any picture was good enough.
    pub template: Option<Embedding>,
    /// Pictures used.
    pub used: u32,
    /// Pictures left out, by their place, each with the reason.
    pub left_out: Vec<(u32, ErrorCode)>,
}

impl Recompute {
    /// Loads `count` analyzers.
    ///
    /// # Errors
    /// [`ServiceError::Vision`] when a model or the runtime is missing or altered.
    pub fn load(store: &ModelStore, count: usize) -> Result<Self, ServiceError> {
        let mut free = Vec::new();
        for _ in 0..count.max(1) {
            free.push(Analyzer::load(store)?);
        }
        let models = free
            .first()
            .map(|analyzer| analyzer.models().clone())
            .ok_or(ServiceError::Inconsistent("analyzers"))?;
        Ok(Self {
            permits: Arc::new(Semaphore::new(free.len())),
            free: Arc::new(Mutex::new(free)),
            models,
        })
    }

    /// Names the models of a folder without loading them: for work that looks at no picture.
    pub fn names_only(store: &ModelStore) -> Self {
        Self {
            free: Arc::default(),
            permits: Arc::new(Semaphore::new(0)),
            models: ModelIds::of(store),
        }
    }

    /// The models in use.
    pub fn models(&self) -> &ModelIds {
        &self.models
    }

    /// The recognition model in use.
    pub fn recognition_model(&self) -> Digest {
        self.models.recognition
    }

    /// Looks at a claim's key frames (JPEG).
    ///
    /// # Errors
    /// [`ErrorCode::ServerBusy`], or [`ServiceError::Vision`] when a net fails. A picture that
    /// cannot be read is one without a face.
    pub async fn look(&self, frames: Vec<Vec<u8>>) -> Result<Seen, ServiceError> {
        self.with_analyzer(move |analyzer| look(analyzer, &frames))
            .await
    }

    /// Looks at pictures (JPEG or PNG) to model a face from.
    ///
    /// # Errors
    /// [`ErrorCode::ServerBusy`], or [`ServiceError::Vision`] when a net fails.
    pub async fn model(&self, pictures: Vec<Vec<u8>>) -> Result<Modelled, ServiceError> {
        self.with_analyzer(move |analyzer| model(analyzer, &pictures))
            .await
    }

    async fn with_analyzer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Analyzer) -> Result<T, VisionError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let waiting = tokio::time::timeout(LONGEST_WAIT, self.permits.clone().acquire_owned());
        let permit = match waiting.await {
            Ok(Ok(permit)) => permit,
            _ => return Err(ErrorCode::ServerBusy.into()),
        };
        let free = self.free.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let lock = || free.lock().unwrap_or_else(PoisonError::into_inner);
            let mut analyzer = lock()
                .pop()
                .ok_or(ServiceError::Inconsistent("analyzers"))?;
            let outcome = work(&mut analyzer);
            analyzer.clear();
            lock().push(analyzer);
            Ok(outcome?)
        });
        done.await
            .map_err(|_| ServiceError::Inconsistent("a look"))?
    }
}

fn look(analyzer: &mut Analyzer, frames: &[Vec<u8>]) -> Result<Seen, VisionError> {
    let (mut live, mut embeddings) = (Vec::new(), Vec::new());
    let mut several_people = false;
    for bytes in frames {
        let Ok(picture) = Picture::decode(bytes) else {
            continue;
        };
        let seen = analyzer.analyze(&picture.frame(), 0, Depth::Full)?;
        several_people |= seen.observation.faces > 1;
        let Some(face) = &seen.observation.face else {
            continue;
        };
        if let (Some(alive), Some(embedding)) = (face.live, seen.embedding) {
            live.push(alive);
            embeddings.push((embedding, face.quality.max(0.05)));
        }
    }
    several_people |= embeddings.iter().enumerate().any(|(n, (one, _))| {
        embeddings[n + 1..]
            .iter()
            .any(|(other, _)| one.similarity(other) < SAME_PERSON)
    });
    live.sort_by(f32::total_cmp);
    Ok(Seen {
        good: live.len(),
        frames: frames.len(),
        live: live.get(live.len() / 2).copied().unwrap_or(0.0),
        embedding: Embedding::mean(embeddings.iter().map(|(one, weight)| (one, *weight))),
        several_people,
    })
}

fn model(analyzer: &mut Analyzer, pictures: &[Vec<u8>]) -> Result<Modelled, VisionError> {
    let (mut used, mut left_out) = (Vec::<(Embedding, f32)>::new(), Vec::new());
    for (place, bytes) in (0..).zip(pictures) {
        let picture = match Picture::decode(bytes) {
            Ok(picture) => picture,
            Err(error) => {
                left_out.push((place, error.code()));
                continue;
            }
        };
        let seen = analyzer.analyze(&picture.frame(), 0, Depth::Full)?;
        match (good_face(&seen.observation), seen.embedding) {
            (Err(prompt), _) => left_out.push((place, fault(prompt))),
            (Ok(_), None) => left_out.push((place, ErrorCode::FrameNoFace)),
            (Ok(face), Some(embedding)) => {
                let other = used
                    .iter()
                    .any(|(first, _)| embedding.similarity(first) < SAME_PERSON);
                if other {
                    left_out.push((place, ErrorCode::MatchNotSame));
                } else {
                    used.push((embedding, face.quality.max(0.05)));
                }
            }
        }
    }
    Ok(Modelled {
        template: Embedding::mean(used.iter().map(|(one, weight)| (one, *weight))),
        used: used.len() as u32,
        left_out,
    })
}

/// The code for what the gate asks for.
fn fault(prompt: Prompt) -> ErrorCode {
    match prompt {
        Prompt::OnePerson => ErrorCode::FrameSeveralFaces,
        Prompt::ComeCloser => ErrorCode::FrameTooFar,
        Prompt::MoveBack => ErrorCode::FrameTooNear,
        Prompt::Centre => ErrorCode::FrameOffCentre,
        Prompt::LookStraight => ErrorCode::FrameTurnedAway,
        Prompt::MoreLight => ErrorCode::FrameTooDark,
        Prompt::LessLight => ErrorCode::FrameTooBright,
        Prompt::HoldSteady => ErrorCode::FrameBlurred,
        Prompt::OpenEyes => ErrorCode::FrameEyesClosed,
        _ => ErrorCode::FrameNoFace,
    }
}
