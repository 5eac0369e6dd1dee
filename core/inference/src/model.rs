//! One net: a tensor in, tensors out, without an allocation of its own per run.

use ort::ep;
use ort::memory::Allocator;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};
use ort::session::{IoBinding, Session};
use ort::value::{Outlet, Tensor};
use zeroize::Zeroize;

use crate::digest::Sha256;
use crate::error::InferenceError;
use crate::manifest::{ModelEntry, ModelId};
use crate::runtime::Runtime;

/// The bytes of a net's file, which are those of its manifest entry.
pub struct ModelFile {
    entry: ModelEntry,
    bytes: Vec<u8>,
}

impl ModelFile {
    /// Takes bytes for a net's file, if that is what they are.
    ///
    /// # Errors
    /// [`InferenceError::Altered`] if the bytes are not those of the entry's SHA-256.
    pub fn checked(entry: &ModelEntry, bytes: Vec<u8>) -> Result<Self, InferenceError> {
        let found = Sha256::of(&bytes);
        if found != entry.sha256 {
            return Err(InferenceError::Altered {
                name: entry.id.to_string(),
                expected: entry.sha256,
                found,
            });
        }
        let entry = entry.clone();
        Ok(Self { entry, bytes })
    }
}

impl std::fmt::Debug for ModelFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ModelFile({})", self.entry.id)
    }
}

/// A loaded net with its input and output tensors, which are bound once and used by every run.
#[derive(Debug)]
pub struct Model {
    entry: ModelEntry,
    // The binding refers to the tensors and to the session: it is dropped first.
    binding: IoBinding,
    input: Tensor<f32>,
    outputs: Vec<Tensor<f32>>,
    session: Session,
}

impl Model {
    /// Loads a net from its file.
    ///
    /// # Errors
    /// [`InferenceError::Shape`] if the net's inputs and outputs are not those of the entry,
    /// [`InferenceError::Failed`] if ONNX Runtime refuses it.
    pub fn load(runtime: &Runtime, file: &ModelFile) -> Result<Self, InferenceError> {
        let ModelFile { entry, bytes } = file;
        let failed = |error: ort::Error| InferenceError::failed(entry.id, error);
        let session = options(runtime)
            .and_then(|mut builder| builder.commit_from_memory(bytes))
            .map_err(failed)?;
        check_shapes(entry, &session)?;
        Self::bind(entry.clone(), session).map_err(failed)
    }

    fn bind(entry: ModelEntry, session: Session) -> ort::Result<Self> {
        let mut binding = session.create_binding()?;
        let input = Tensor::from_array((entry.input, vec![0.0; entry.input_len()]))?;
        binding.bind_input(session.inputs()[0].name(), &input)?;
        let mut outputs = Vec::with_capacity(entry.outputs.len());
        for output in &entry.outputs {
            let mut tensor = Tensor::<f32>::new(&Allocator::default(), output.shape.as_slice())?;
            binding.bind_output(output.name.as_str(), &mut tensor)?;
            outputs.push(tensor);
        }
        Ok(Self {
            entry,
            binding,
            input,
            outputs,
            session,
        })
    }

    /// The manifest entry that it was loaded by.
    pub const fn entry(&self) -> &ModelEntry {
        &self.entry
    }

    /// What the net is for.
    pub const fn id(&self) -> ModelId {
        self.entry.id
    }

    /// The input tensor, `[1, channels, height, width]` row by row, to be filled before a run. It
    /// keeps its values from run to run.
    pub fn input_mut(&mut self) -> &mut [f32] {
        self.input.extract_tensor_mut().1
    }

    /// Runs the net over its input tensor.
    ///
    /// # Errors
    /// [`InferenceError::Failed`] with what ONNX Runtime said.
    pub fn run(&mut self) -> Result<Outputs<'_>, InferenceError> {
        self.session
            .run_binding(&self.binding)
            .map_err(|error| InferenceError::failed(self.entry.id, error))?;
        Ok(Outputs {
            tensors: &self.outputs,
        })
    }

    /// Overwrites input and outputs with zeros: they hold a person's face.
    pub fn clear(&mut self) {
        self.input.extract_tensor_mut().1.zeroize();
        for output in &mut self.outputs {
            output.extract_tensor_mut().1.zeroize();
        }
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        self.clear();
    }
}

/// What a net answered; valid until its next run.
#[derive(Debug, Clone, Copy)]
pub struct Outputs<'a> {
    tensors: &'a [Tensor<f32>],
}

impl<'a> Outputs<'a> {
    /// The output at that place of [`ModelEntry::outputs`], row by row; empty if there is none.
    pub fn output(&self, place: usize) -> &'a [f32] {
        self.tensors
            .get(place)
            .map_or(&[], |tensor| tensor.extract_tensor().1)
    }
}

/// One net at a time on few threads: no thread of ours may spin and drain a phone's battery.
///
/// Of what a net keeps between runs, the arena is worth its memory (a run without it is 0.1 ms to
/// 1 ms slower); a pattern of the arena is not: it makes the second run as slow as the first and no
/// later one faster. Numbers too small to matter count as zero, because a processor takes a
/// hundredfold time for them (recognition 7.8 ms, then 6.9).
fn options(runtime: &Runtime) -> ort::Result<SessionBuilder> {
    let builder = Session::builder(&runtime.environment)?
        .with_optimization_level(GraphOptimizationLevel::All)?
        .with_intra_threads(runtime.threads())?
        .with_inter_threads(1)?
        .with_intra_op_spinning(false)?
        .with_inter_op_spinning(false)?
        .with_flush_to_zero()?
        .with_memory_pattern(false)?
        .with_execution_providers([ep::CPU::default().with_arena_allocator(true).build()])?;
    Ok(builder)
}

fn check_shapes(entry: &ModelEntry, session: &Session) -> Result<(), InferenceError> {
    let shape = |reason: String| InferenceError::Shape {
        name: entry.id.to_string(),
        reason,
    };
    // Any number of pictures at once (-1) takes in one.
    let fits = |found: i64, expected: usize, axis: usize| {
        usize::try_from(found).map_or(axis == 0 && expected == 1, |found| found == expected)
    };
    let same = |outlet: &Outlet, expected: &[usize]| {
        outlet.dtype().tensor_shape().is_some_and(|found| {
            let mut axes = found.iter().zip(expected).enumerate();
            found.len() == expected.len()
                && axes.all(|(axis, (&found, &expected))| fits(found, expected, axis))
        })
    };
    match session.inputs() {
        [input] if same(input, &entry.input) => {}
        other => {
            return Err(shape(format!(
                "inputs {other:?}, expected {:?}",
                entry.input
            )));
        }
    }
    for expected in &entry.outputs {
        match session
            .outputs()
            .iter()
            .find(|output| output.name() == expected.name)
        {
            Some(output) if same(output, &expected.shape) => {}
            other => return Err(shape(format!("output {other:?}, expected {expected:?}"))),
        }
    }
    Ok(())
}
