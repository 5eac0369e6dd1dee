//! Looks at key frames again with the very code of the device: what the decision rests on.

use crate::error::ServiceError;
use lifecert_inference::{InferenceError, Manifest, ModelId, ModelStore, Runtime};
use lifecert_protocol::{Digest, ErrorCode, Prompt, Similarity};
use lifecert_session::{SAME_PERSON, good_face, is_frontal};
use lifecert_vision::{
    Analyzer, Combined, Depth, Embedding, ModelIds, Nets, Picture, TooFewPictures, VisionError,
};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// How long a request waits for a free analyzer before the server says that it is busy.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// The models that the server looks with and, while the recognition model changes, those that come
/// next.
#[derive(Clone)]
pub struct Recompute {
    current: Analyzers,
    next: Option<Analyzers>,
}

/// A set of models, and what its recognition net's similarities mean.
#[derive(Debug, Clone)]
pub struct ModelSet {
    /// Which they are.
    pub ids: ModelIds,
    /// Similarity of FMR 1e-4 (three pictures against two): below it two faces are not one person.
    pub fmr_1e4: Similarity,
    /// Similarity of FMR 1e-5 (three pictures against two): the operating point.
    pub fmr_1e5: Similarity,
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
    /// The good ones together.
    pub probe: Option<Combined>,
    /// Two of the faces are two people, or a picture shows several.
    pub several_people: bool,
}

/// What came of pictures to model a face from.
#[derive(Debug)]
pub struct Modelled {
    /// The template.
    pub template: Result<Embedding, TooFewPictures>,
    /// Pictures used.
    pub used: u32,
    /// Pictures left out, by their place, each with the reason.
    pub left_out: Vec<(u32, ErrorCode)>,
}

/// A few analyzers of one model set, each with its own nets, handed out one request at a time.
#[derive(Clone)]
struct Analyzers {
    free: Arc<Mutex<Vec<Analyzer>>>,
    permits: Arc<Semaphore>,
    set: ModelSet,
}

impl Recompute {
    /// Loads `count` analyzers of a models folder and as many of the folder with the models that
    /// come next, if there is one and its recognition model is another. All run on the first
    /// folder's runtime.
    ///
    /// # Errors
    /// [`ServiceError::Vision`] when a model or the runtime is missing or altered, or a manifest
    /// names no thresholds for its recognition net.
    pub fn load(
        store: &ModelStore,
        next: Option<&ModelStore>,
        count: usize,
    ) -> Result<Self, ServiceError> {
        let runtime = store.load_runtime().map_err(VisionError::from)?;
        let load = |store| Analyzers::load(&runtime, store, count);
        Ok(Self::of(load(store)?, next.map(load).transpose()?))
    }

    /// Names the models of the folders without loading them: for work that looks at no picture.
    ///
    /// # Errors
    /// [`ServiceError::Vision`] when a manifest names no thresholds for its recognition net.
    pub fn names_only(store: &ModelStore, next: Option<&ModelStore>) -> Result<Self, ServiceError> {
        let next = next.map(Analyzers::names_only).transpose()?;
        Ok(Self::of(Analyzers::names_only(store)?, next))
    }

    /// The models in use.
    pub fn current(&self) -> &ModelSet {
        &self.current.set
    }

    /// The models that come next, while they overlap with those in use.
    pub fn next(&self) -> Option<&ModelSet> {
        self.next.as_ref().map(|next| &next.set)
    }

    /// The model set with that recognition model, if it is one of those above.
    pub fn set(&self, recognition: Digest) -> Option<&ModelSet> {
        self.analyzers(recognition).map(|analyzers| &analyzers.set)
    }

    /// Looks at a claim's key frames (JPEG) with the models of that recognition model.
    ///
    /// # Errors
    /// [`ErrorCode::ClaimModel`] for any other model, [`ErrorCode::ServerBusy`], or
    /// [`ServiceError::Vision`] when a net fails. A picture that cannot be read is one without a
    /// face.
    pub async fn look(
        &self,
        recognition: Digest,
        frames: Arc<Vec<Vec<u8>>>,
    ) -> Result<Seen, ServiceError> {
        let analyzers = self.analyzers(recognition).ok_or(ErrorCode::ClaimModel)?;
        analyzers
            .with_one(move |analyzer| look(analyzer, &frames))
            .await
    }

    /// Looks at pictures (JPEG or PNG) to model a face from, with the models of that recognition
    /// model.
    ///
    /// # Errors
    /// Those of [`Recompute::look`].
    pub async fn model(
        &self,
        recognition: Digest,
        pictures: Arc<Vec<Vec<u8>>>,
    ) -> Result<Modelled, ServiceError> {
        let analyzers = self.analyzers(recognition).ok_or(ErrorCode::ClaimModel)?;
        analyzers
            .with_one(move |analyzer| model(analyzer, &pictures))
            .await
    }

    /// Models that differ in other nets alone need no overlap: templates stay what they are.
    fn of(current: Analyzers, next: Option<Analyzers>) -> Self {
        let recognition = current.set.recognition();
        Self {
            current,
            next: next.filter(|next| next.set.recognition() != recognition),
        }
    }

    fn analyzers(&self, recognition: Digest) -> Option<&Analyzers> {
        let loaded = std::iter::once(&self.current).chain(&self.next);
        loaded
            .into_iter()
            .find(|analyzers| analyzers.set.recognition() == recognition)
    }
}

impl ModelSet {
    /// SHA-256 of the recognition net, by which templates are kept.
    pub fn recognition(&self) -> Digest {
        self.ids.recognition
    }

    fn new(manifest: &Manifest, ids: ModelIds) -> Result<Self, ServiceError> {
        let threshold = |name: &str| {
            let value = manifest.model(ModelId::Recognition).threshold(name);
            let missing = || InferenceError::ManifestInvalid {
                reason: format!("recognition has no threshold {name}"),
            };
            value
                .map(Similarity::from_f32)
                .ok_or_else(|| VisionError::from(missing()))
        };
        Ok(Self {
            ids,
            fmr_1e4: threshold("fmr_1e-4_3v2")?,
            fmr_1e5: threshold("fmr_1e-5_3v2")?,
        })
    }
}

impl Analyzers {
    fn load(runtime: &Runtime, store: &ModelStore, count: usize) -> Result<Self, ServiceError> {
        let manifest = store.manifest();
        let mut free = Vec::new();
        for _ in 0..count.max(1) {
            free.push(Analyzer::new(Nets::load_on(runtime, store)?));
        }
        let ids = free
            .first()
            .map(|analyzer| analyzer.models().clone())
            .ok_or(ServiceError::Inconsistent("analyzers"))?;
        Ok(Self {
            permits: Arc::new(Semaphore::new(free.len())),
            free: Arc::new(Mutex::new(free)),
            set: ModelSet::new(manifest, ids)?,
        })
    }

    fn names_only(store: &ModelStore) -> Result<Self, ServiceError> {
        Ok(Self {
            free: Arc::default(),
            permits: Arc::new(Semaphore::new(0)),
            set: ModelSet::new(store.manifest(), ModelIds::of(store))?,
        })
    }

    async fn with_one<T: Send + 'static>(
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
    let (mut live, mut embeddings, mut frontal) = (Vec::new(), Vec::new(), Vec::new());
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
            frontal.extend(is_frontal(face).then(|| embedding.clone()));
            embeddings.push((embedding, face.quality));
        }
    }
    several_people |= frontal.iter().enumerate().any(|(n, one)| {
        frontal[n + 1..]
            .iter()
            .any(|other| one.similarity(other) < SAME_PERSON)
    });
    live.sort_by(f32::total_cmp);
    Ok(Seen {
        good: live.len(),
        frames: frames.len(),
        live: live.get(live.len() / 2).copied().unwrap_or(0.0),
        probe: Combined::of(&embeddings),
        several_people,
    })
}

fn model(analyzer: &mut Analyzer, pictures: &[Vec<u8>]) -> Result<Modelled, VisionError> {
    let (mut good, mut places) = (Vec::<(Embedding, f32)>::new(), Vec::new());
    let mut left_out = Vec::new();
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
                let other = good
                    .iter()
                    .any(|(first, _)| embedding.similarity(first) < SAME_PERSON);
                if other {
                    left_out.push((place, ErrorCode::MatchNotSame));
                } else {
                    good.push((embedding, face.quality));
                    places.push(place);
                }
            }
        }
    }
    let combined = Combined::of(&good);
    let counted = combined.as_ref().map_or(&[][..], |one| &one.counted[..]);
    let repeated = (0..).zip(&places).filter(|(n, _)| !counted.contains(n));
    left_out.extend(repeated.map(|(_, place)| (*place, ErrorCode::EnrolmentRepeated)));
    left_out.sort_unstable_by_key(|(place, _)| *place);
    Ok(Modelled {
        used: counted.len() as u32,
        template: combined.map_or(Err(TooFewPictures::NONE), Combined::template),
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
