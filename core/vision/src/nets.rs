//! The four nets, loaded by the manifest and checked to be of the shapes that the stages need.

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
    /// SHA-256 of each liveness net.
    pub liveness: Vec<Digest>,
}

/// Detector, landmarks, liveness and recognition with their tensors, about 15 MB.
pub struct Nets {
    pub(crate) detector: Detector,
    pub(crate) landmarks: Landmarks,
    pub(crate) liveness: Liveness,
    pub(crate) recognition: Recognition,
    pub(crate) ids: ModelIds,
}

impl Nets {
    /// Loads this platform's runtime and the nets of a models folder, one thread a net.
    ///
    /// # Errors
    /// [`VisionError::Inference`] if a file is missing, altered, or not of the shape needed.
    pub fn load(store: &ModelStore) -> Result<Self, VisionError> {
        Self::from_parts(&store.load_runtime()?, store.manifest(), |id| {
            store.read_model(id)
        })
    }

    /// Loads the nets from bytes that `read` brings.
    ///
    /// # Errors
    /// [`VisionError::Inference`] with `read`'s error, or if a net's bytes are not the manifest's
    /// or not of the shape needed.
    pub fn from_parts(
        runtime: &Runtime,
        manifest: &Manifest,
        mut read: impl FnMut(ModelId) -> Result<Vec<u8>, InferenceError>,
    ) -> Result<Self, VisionError> {
        let mut load = |id| Model::from_bytes(runtime, manifest.model(id), &read(id)?);
        let digest = |id| Digest::from_bytes(*manifest.model(id).sha256.as_bytes());
        Ok(Self {
            detector: Detector::new(load(ModelId::Detector)?)?,
            landmarks: Landmarks::new(load(ModelId::Landmarks)?)?,
            liveness: Liveness::new(load(ModelId::Liveness)?)?,
            recognition: Recognition::new(load(ModelId::Recognition)?)?,
            ids: ModelIds {
                manifest: Digest::from_bytes(*manifest.manifest_hash().as_bytes()),
                recognition: digest(ModelId::Recognition),
                liveness: vec![digest(ModelId::Liveness)],
            },
        })
    }

    pub(crate) fn model_mut(&mut self, id: ModelId) -> &mut Model {
        match id {
            ModelId::Detector => &mut self.detector.model,
            ModelId::Landmarks => &mut self.landmarks.model,
            ModelId::Recognition => &mut self.recognition.model,
            ModelId::Liveness => &mut self.liveness.model,
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
