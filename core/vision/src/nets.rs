//! The nets, loaded by the manifest and checked to be of the shapes that the stages need.

use lifecert_inference::{
    ChannelOrder, InferenceError, Manifest, Model, ModelEntry, ModelId, ModelStore, Runtime,
};
use lifecert_protocol::Digest;

use crate::detect::Detector;
use crate::embed::Recognition;
use crate::error::VisionError;
use crate::landmarks::Landmarks;
use crate::liveness::Liveness;

/// By which models a face was looked at: claims and templates carry these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelIds {
    /// SHA-256 of the model manifest.
    pub manifest: Digest,
    /// SHA-256 of the recognition net.
    pub recognition: Digest,
    /// SHA-256 of each liveness net in use.
    pub liveness: Vec<Digest>,
    /// SHA-256 of each liveness net of the manifest, in use here or not: those that a policy
    /// allows.
    pub known_liveness: Vec<Digest>,
}

impl ModelIds {
    /// By which models a folder's nets look, without loading them.
    pub fn of(store: &ModelStore) -> Self {
        Self::in_use(store.manifest(), store.in_use())
    }

    fn in_use(manifest: &Manifest, nets: impl IntoIterator<Item = ModelId>) -> Self {
        let digest = |id| Digest::from_bytes(*manifest.model(id).sha256.as_bytes());
        let liveness = |nets: &mut dyn Iterator<Item = ModelId>| {
            nets.filter(|id| matches!(id, ModelId::Liveness | ModelId::LivenessSecond))
                .map(digest)
                .collect()
        };
        Self {
            manifest: Digest::from_bytes(*manifest.manifest_hash().as_bytes()),
            recognition: digest(ModelId::Recognition),
            liveness: liveness(&mut nets.into_iter()),
            known_liveness: liveness(&mut ModelId::ALL.into_iter()),
        }
    }
}

/// Detector and landmarks, and where they were loaded liveness and recognition, with their tensors.
pub struct Nets {
    pub(crate) detector: Detector,
    pub(crate) landmarks: Landmarks,
    pub(crate) liveness: Option<Liveness>,
    pub(crate) liveness_second: Option<Liveness>,
    pub(crate) recognition: Option<Recognition>,
    pub(crate) ids: ModelIds,
}

impl Nets {
    /// Loads this platform's runtime and every net of a models folder (the optional ones where they
    /// are there), one thread a net.
    ///
    /// # Errors
    /// [`VisionError::Inference`] if a file is missing, altered, or not of the shape needed.
    pub fn load(store: &ModelStore) -> Result<Self, VisionError> {
        Self::load_on(&store.load_runtime()?, store)
    }

    /// The same on a runtime that is loaded already: that of another models folder, say.
    ///
    /// # Errors
    /// Those of [`Nets::load`].
    pub fn load_on(runtime: &Runtime, store: &ModelStore) -> Result<Self, VisionError> {
        let models = store
            .in_use()
            .map(|id| store.load_model(runtime, id))
            .collect::<Result<Vec<Model>, _>>()?;
        Self::from_models(store.manifest(), models)
    }

    /// Takes nets that the caller has loaded, in any order: all of them, or without liveness, or
    /// without liveness and recognition, where these are not looked at.
    ///
    /// # Errors
    /// [`VisionError::Inference`] if the detector or the landmarks are missing, or a net is not of
    /// the shape needed.
    pub fn from_models(manifest: &Manifest, mut models: Vec<Model>) -> Result<Self, VisionError> {
        let ids = ModelIds::in_use(manifest, models.iter().map(Model::id));
        let mut take = |id| {
            let place = models.iter().position(|model| model.id() == id)?;
            Some(models.swap_remove(place))
        };
        let mut needed = |id| take(id).ok_or_else(|| not_loaded(id));
        let detector = needed(ModelId::Detector)?;
        let landmarks = needed(ModelId::Landmarks)?;
        let mut liveness = |id| take(id).map(Liveness::new).transpose();
        let (first, second) = (
            liveness(ModelId::Liveness)?,
            liveness(ModelId::LivenessSecond)?,
        );
        let recognition = take(ModelId::Recognition)
            .map(Recognition::new)
            .transpose()?;
        Ok(Self {
            detector: Detector::new(detector)?,
            landmarks: Landmarks::new(landmarks)?,
            ids,
            liveness: first,
            liveness_second: second,
            recognition,
        })
    }

    /// The net of that id, where it was loaded.
    pub(crate) fn model_mut(&mut self, id: ModelId) -> Option<&mut Model> {
        match id {
            ModelId::Detector => Some(&mut self.detector.model),
            ModelId::Landmarks => Some(&mut self.landmarks.model),
            ModelId::Recognition => self.recognition.as_mut().map(|net| &mut net.model),
            ModelId::Liveness => self.liveness.as_mut().map(|net| &mut net.model),
            ModelId::LivenessSecond => self.liveness_second.as_mut().map(|net| &mut net.model),
        }
    }
}

impl std::fmt::Debug for Nets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Nets")
            .field("ids", &self.ids)
            .finish_non_exhaustive()
    }
}

pub(crate) fn not_loaded(id: ModelId) -> VisionError {
    InferenceError::Failed {
        name: id.to_string(),
        reason: "it was not loaded".to_owned(),
    }
    .into()
}

/// Gives the net back if it has the input and the output lengths that a stage is written for.
pub(crate) fn shaped(
    model: Model,
    input: [usize; 4],
    outputs: &[usize],
) -> Result<Model, VisionError> {
    let entry = model.entry();
    let lengths = entry
        .outputs
        .iter()
        .map(|output| output.shape.iter().product::<usize>());
    if entry.input == input && lengths.eq(outputs.iter().copied()) {
        return Ok(model);
    }
    let reason = format!("input {input:?} and outputs of {outputs:?} numbers are needed");
    Err(InferenceError::Shape {
        name: entry.id.to_string(),
        reason,
    }
    .into())
}

/// How red, green, blue of 0 to 255 become an input tensor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Normalise {
    order: ChannelOrder,
    subtract: f32,
    divide: f32,
}

impl Normalise {
    pub(crate) const fn of(entry: &ModelEntry) -> Self {
        Self {
            order: entry.channels,
            subtract: entry.subtract,
            divide: entry.divide,
        }
    }

    /// The planes of a three-plane tensor that take red, green and blue.
    pub(crate) fn planes(self, tensor: &mut [f32]) -> [&mut [f32]; 3] {
        let plane = tensor.len() / 3;
        let (first, rest) = tensor.split_at_mut(plane);
        let (second, third) = rest.split_at_mut(plane);
        match self.order {
            ChannelOrder::Bgr => [third, second, first],
            ChannelOrder::Rgb | ChannelOrder::Gray => [first, second, third],
        }
    }

    /// Factor and summand that turn a value of 0 to 255 into the net's.
    pub(crate) fn line(self) -> (f32, f32) {
        (1.0 / self.divide, -self.subtract / self.divide)
    }

    /// Turns values of 0 to 255 into the net's, in place.
    pub(crate) fn apply(self, tensor: &mut [f32]) {
        let (factor, summand) = self.line();
        for value in tensor {
            *value = *value * factor + summand;
        }
    }
}
