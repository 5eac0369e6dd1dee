//! The model manifest: what each net, runtime and test medium is, by its SHA-256.

use std::fmt;
use std::path::{Component, PathBuf};

use serde::Deserialize;

use crate::digest::Sha256;
use crate::error::InferenceError;

/// The manifest's layout that this version reads.
const FORMAT: u32 = 1;

/// The nets that Lifecert runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelId {
    /// Finds faces in a whole picture.
    Detector,
    /// Finds 68 points in a face.
    Landmarks,
    /// Makes an embedding of an aligned face.
    Recognition,
    /// Tells a live face from a presented one.
    Liveness,
    /// A second opinion on that. Its file need not be there.
    LivenessSecond,
}

impl ModelId {
    /// Every net.
    pub const ALL: [ModelId; 5] = [
        ModelId::Detector,
        ModelId::Landmarks,
        ModelId::Recognition,
        ModelId::Liveness,
        ModelId::LivenessSecond,
    ];

    /// Whether everything works without its file.
    pub const fn is_optional(self) -> bool {
        matches!(self, Self::LivenessSecond)
    }

    /// The name in the manifest.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Detector => "detector",
            Self::Landmarks => "landmarks",
            Self::Recognition => "recognition",
            Self::Liveness => "liveness",
            Self::LivenessSecond => "liveness_second",
        }
    }
}

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// In what order a net wants a picture's channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChannelOrder {
    /// Red, green, blue planes.
    Rgb,
    /// Blue, green, red planes.
    Bgr,
    /// One plane of grey values.
    Gray,
}

impl ChannelOrder {
    /// Planes of a tensor in this order.
    pub const fn channels(self) -> usize {
        match self {
            Self::Rgb | Self::Bgr => 3,
            Self::Gray => 1,
        }
    }
}

/// One output of a net.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputSpec {
    /// Its name in the ONNX graph.
    pub name: String,
    /// Its shape; all sizes are fixed.
    pub shape: Vec<usize>,
}

/// A number that decides something, with why it is this number.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// What it decides, for example `fmr_1e-4_1v1`.
    pub name: String,
    /// The number.
    pub value: f32,
    /// The measurement that it comes from.
    pub evidence: String,
}

/// A measured property of a net.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// What was measured.
    pub what: String,
    /// The figure with its unit.
    pub value: String,
    /// On what data and how.
    pub on: String,
}

/// Where a net's file comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Source {
    /// A locked package of the models folder.
    Package {
        /// Its name.
        package: String,
        /// Its version.
        version: String,
    },
    /// A public repository, from which whoever wants the net takes it.
    Repository {
        /// Its address.
        repository: String,
        /// The commit that brought the file.
        commit: String,
        /// The file's path there.
        path: String,
    },
}

/// One net of the manifest.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// What it is for.
    pub id: ModelId,
    /// The file, relative to the manifest's folder.
    pub file: PathBuf,
    /// The file's digest.
    pub sha256: Sha256,
    /// The file's size in bytes.
    pub bytes: u64,
    /// SPDX id of the licence.
    pub licence: String,
    /// Where it comes from.
    pub source: Source,
    /// What the weights were trained on.
    pub training_data: String,
    /// Input shape `[1, channels, height, width]`.
    pub input: [usize; 4],
    /// Order of the input's planes.
    pub channels: ChannelOrder,
    /// Subtracted from each 0..255 value.
    pub subtract: f32,
    /// Each value is divided by this after the subtraction.
    pub divide: f32,
    /// Which part of a picture is fed, in words.
    pub crop: String,
    /// Outputs in the order in which [`crate::Outputs::output`] counts them.
    pub outputs: Vec<OutputSpec>,
    /// Thresholds on the outputs.
    #[serde(default)]
    pub threshold: Vec<Threshold>,
    /// What was measured.
    #[serde(default)]
    pub measured: Vec<Measured>,
}

impl ModelEntry {
    /// The value of the threshold of that name.
    pub fn threshold(&self, name: &str) -> Option<f32> {
        self.threshold
            .iter()
            .find(|threshold| threshold.name == name)
            .map(|found| found.value)
    }

    /// Numbers in the input tensor.
    pub fn input_len(&self) -> usize {
        self.input.iter().product()
    }

    fn check(&self) -> Result<(), String> {
        let name = self.id;
        if self.input[0] != 1 || self.input[1] != self.channels.channels() {
            return Err(format!(
                "{name}: input {:?} does not fit its channels",
                self.input
            ));
        }
        // Generous bounds: they only keep a wrong manifest from asking for gigabytes.
        if self.input[2..].iter().any(|&side| side == 0 || side > 4096) {
            return Err(format!(
                "{name}: input {:?} is empty or too large",
                self.input
            ));
        }
        if !self.divide.is_normal() || !self.subtract.is_finite() {
            return Err(format!("{name}: the normalisation is not a number"));
        }
        let fits = |output: &OutputSpec| {
            let len = output
                .shape
                .iter()
                .try_fold(1usize, |len, &side| len.checked_mul(side));
            len.is_some_and(|len| len > 0 && len <= 1 << 24)
        };
        if self.outputs.is_empty() || !self.outputs.iter().all(fits) {
            return Err(format!("{name}: outputs are missing, empty or too large"));
        }
        check_relative(&self.file)
    }
}

/// ONNX Runtime's library for one platform.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuntimeEntry {
    /// Operating system, as in [`std::env::consts::OS`].
    pub os: String,
    /// Processor, as in [`std::env::consts::ARCH`].
    pub arch: String,
    /// The file, relative to the manifest's folder.
    pub file: PathBuf,
    /// The file's digest.
    pub sha256: Sha256,
    /// The file's size in bytes.
    pub bytes: u64,
    /// SPDX id of the licence.
    pub licence: String,
    /// The package that it comes from.
    pub package: String,
    /// The package's version.
    pub version: String,
}

/// What kind of medium an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaKind {
    /// A still picture.
    Picture,
    /// A video.
    Video,
}

/// A picture or video that tests and demonstrations use.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaEntry {
    /// Picture or video.
    pub kind: MediaKind,
    /// The file, relative to the manifest's folder.
    pub file: PathBuf,
    /// The file's digest.
    pub sha256: Sha256,
    /// The package that it comes from.
    pub package: String,
    /// The package's version.
    pub version: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: u32,
    model: Vec<ModelEntry>,
    #[serde(default)]
    runtime: Vec<RuntimeEntry>,
    #[serde(default)]
    media: Vec<MediaEntry>,
}

/// A manifest that holds exactly one entry of each net.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    hash: Sha256,
    models: [ModelEntry; ModelId::ALL.len()],
    runtimes: Vec<RuntimeEntry>,
    media: Vec<MediaEntry>,
}

impl Manifest {
    /// Reads a manifest from the bytes of its file.
    ///
    /// # Errors
    /// [`InferenceError::ManifestInvalid`] if it is not TOML of this format, lacks a net, names one
    /// twice, or names a file outside its own folder.
    pub fn parse(bytes: &[u8]) -> Result<Self, InferenceError> {
        let invalid = |reason: String| InferenceError::ManifestInvalid { reason };
        let document: Document =
            toml::from_slice(bytes).map_err(|error| invalid(error.to_string()))?;
        if document.format != FORMAT {
            return Err(invalid(format!(
                "format {} is not {FORMAT}",
                document.format
            )));
        }
        for entry in &document.model {
            entry.check().map_err(invalid)?;
        }
        let files = document.runtime.iter().map(|entry| &entry.file);
        for file in files.chain(document.media.iter().map(|entry| &entry.file)) {
            check_relative(file).map_err(invalid)?;
        }
        let mut models = Vec::with_capacity(ModelId::ALL.len());
        for id in ModelId::ALL {
            let mut found = document.model.iter().filter(|entry| entry.id == id);
            match (found.next(), found.next()) {
                (Some(entry), None) => models.push(entry.clone()),
                (None, _) => return Err(invalid(format!("{id} is missing"))),
                (Some(_), Some(_)) => return Err(invalid(format!("{id} stands there twice"))),
            }
        }
        let models = models
            .try_into()
            .map_err(|_| invalid("not one entry for each net".to_owned()))?;
        Ok(Self {
            hash: Sha256::of(bytes),
            models,
            runtimes: document.runtime,
            media: document.media,
        })
    }

    /// SHA-256 of the manifest file: the model version that templates and claims are bound to.
    pub const fn manifest_hash(&self) -> Sha256 {
        self.hash
    }

    /// The entry of a net.
    pub fn model(&self, id: ModelId) -> &ModelEntry {
        // `models` is in the order of `ModelId::ALL`, which is the order of the variants.
        &self.models[id as usize]
    }

    /// Every net, the optional ones among them.
    pub fn models(&self) -> &[ModelEntry] {
        &self.models
    }

    /// The runtime libraries of all platforms.
    pub fn runtimes(&self) -> &[RuntimeEntry] {
        &self.runtimes
    }

    /// The runtime library for the platform that this was built for.
    pub fn runtime_here(&self) -> Option<&RuntimeEntry> {
        use std::env::consts::{ARCH, OS};
        self.runtimes
            .iter()
            .find(|entry| entry.os == OS && entry.arch == ARCH)
    }

    /// Pictures and videos for tests and demonstrations.
    pub fn media(&self) -> &[MediaEntry] {
        &self.media
    }
}

/// A manifest must not reach out of its folder: it is read from disk and decides what is loaded.
fn check_relative(file: &std::path::Path) -> Result<(), String> {
    let inside = file
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if inside && file.file_name().is_some() {
        Ok(())
    } else {
        Err(format!(
            "{} is not a path inside the manifest's folder",
            file.display()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../../models/manifest.toml");

    fn reason(text: &str) -> String {
        match Manifest::parse(text.as_bytes()) {
            Err(InferenceError::ManifestInvalid { reason }) => reason,
            other => panic!("expected an invalid manifest, got {other:?}"),
        }
    }

    #[test]
    fn the_shipped_manifest_has_all_nets_and_platforms() {
        let manifest = Manifest::parse(SHIPPED.as_bytes()).unwrap();
        assert_eq!(manifest.manifest_hash(), Sha256::of(SHIPPED.as_bytes()));
        for id in ModelId::ALL {
            let entry = manifest.model(id);
            assert_eq!(entry.id, id);
            assert_eq!(
                matches!(entry.source, Source::Repository { .. }),
                id.is_optional()
            );
        }
        assert_eq!(
            manifest.model(ModelId::Recognition).channels,
            ChannelOrder::Bgr
        );
        assert_eq!(
            manifest
                .model(ModelId::Recognition)
                .threshold("fmr_1e-4_1v1"),
            Some(0.413)
        );
        assert_eq!(
            manifest.model(ModelId::Recognition).threshold("unheard-of"),
            None
        );
        let platforms: Vec<_> = manifest
            .runtimes()
            .iter()
            .map(|r| (r.os.as_str(), r.arch.as_str()))
            .collect();
        assert_eq!(
            platforms,
            [
                ("linux", "x86_64"),
                ("linux", "aarch64"),
                ("macos", "aarch64"),
                ("windows", "x86_64")
            ]
        );
        assert!(
            manifest
                .media()
                .iter()
                .any(|medium| medium.kind == MediaKind::Video)
        );
    }

    #[test]
    fn what_is_not_this_format_is_refused() {
        assert!(reason("").contains("format"));
        assert!(reason("format = 2\nmodel = []").contains("format 2"));
        assert!(reason("format = 1\nmodel = []").contains("detector is missing"));
        assert!(reason("format = 1\nmodel = []\nextra = 1").contains("extra"));
    }

    #[test]
    fn a_net_twice_or_a_missing_one_is_refused() {
        let start = SHIPPED.find("[[model]]").unwrap();
        let end = start + 1 + SHIPPED[start + 1..].find("[[model]]").unwrap();
        let detector = &SHIPPED[start..end];
        assert!(reason(&SHIPPED.replacen(detector, "", 1)).contains("detector is missing"));
        assert!(reason(&format!("{SHIPPED}\n{detector}")).contains("twice"));
    }

    #[test]
    fn a_file_outside_the_folder_is_refused() {
        for bad in ["../fr_detect.onnx", "/fr_detect.onnx", ""] {
            let file = "node_modules/faceplugin-face-recognition-js/model/fr_detect.onnx";
            assert!(
                reason(&SHIPPED.replacen(file, bad, 1)).contains("inside"),
                "{bad}"
            );
        }
    }

    #[test]
    fn impossible_shapes_and_numbers_are_refused() {
        let swap = |from: &str, to: &str| reason(&SHIPPED.replacen(from, to, 1));
        assert!(swap("input = [1, 3, 240, 320]", "input = [1, 1, 240, 320]").contains("channels"));
        assert!(swap("input = [1, 3, 240, 320]", "input = [1, 3, 0, 320]").contains("empty"));
        assert!(swap("divide = 128.0", "divide = 0.0").contains("normalisation"));
        assert!(swap("shape = [1, 4420, 2]", "shape = [1, 0]").contains("outputs"));
        assert!(swap("sha256 = \"", "sha256 = \"zz").contains("SHA-256"));
    }
}
