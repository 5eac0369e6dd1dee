//! `lifecert verify A B`: are two pictures of the same person?

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::{self, ScopedJoinHandle};

use clap::Args;
use lifecert_inference::{Model, ModelId, ModelStore, Runtime};
use lifecert_media as media;
use lifecert_protocol::ErrorCode;
use lifecert_session::FaceObservation;
use lifecert_vision::{Analyzer, Depth, Embedding, Nets, Picture, Recognition};
use serde_json::json;

use super::{Context, FAILED, Failure, rounded};

#[derive(Args)]
pub struct Arguments {
    /// A picture with a face: JPEG or PNG
    a: PathBuf,
    /// Another
    b: PathBuf,
}

/// False matches that are accepted, and the manifest's name for the threshold: one picture a side.
const FMR: f64 = 1e-4;
const THRESHOLD: &str = "fmr_1e-4_1v1";

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let store = context.store()?;
    let threshold = threshold(&store)?;
    let result = compare(&store, arguments);
    let (similarity, code) = match result {
        Ok(similarity) if similarity >= threshold => (Some(similarity), None),
        Ok(similarity) => (Some(similarity), Some(ErrorCode::MatchNotSame)),
        Err(failure) if !context.json => return Err(failure),
        Err(failure) => (None, Some(failure.code)),
    };
    let same = similarity.map(|similarity| similarity >= threshold);
    let object = json!({
        "same": same,
        "similarity": similarity.map(rounded),
        "threshold": rounded(threshold),
        "fmr": FMR,
        "code": code,
    });
    let word = if same == Some(true) {
        "the same person"
    } else {
        "not the same person"
    };
    let shown = similarity.unwrap_or_default();
    let text = format!("{word}: similarity {shown:.3}, threshold {threshold:.3} (FMR {FMR:e})");
    context.print(&object, text)?;
    Ok(match same {
        Some(true) => ExitCode::SUCCESS,
        Some(false) => ExitCode::FAILURE,
        None => ExitCode::from(FAILED),
    })
}

fn threshold(store: &ModelStore) -> Result<f32, Failure> {
    let entry = store.manifest().model(ModelId::Recognition);
    entry.threshold(THRESHOLD).ok_or_else(|| {
        Failure::new(
            ErrorCode::ModelFailed,
            format!("the manifest has no threshold {THRESHOLD}"),
        )
    })
}

/// Reads both pictures while the runtime is checked, finds the faces while recognition is loaded,
/// once for each, and embeds them side by side.
fn compare(store: &ModelStore, arguments: &Arguments) -> Result<f32, Failure> {
    let paths = [&arguments.a, &arguments.b];
    let (runtime, pictures, file) = thread::scope(|scope| {
        let pictures = scope.spawn(|| paths.map(|path| read(path)));
        let file = scope.spawn(|| store.read_model(ModelId::Recognition));
        (store.load_runtime(), join(pictures), join(file))
    });
    let (runtime, [a, b], file) = (runtime?, pictures, file?);
    let pictures = [(a?, paths[0]), (b?, paths[1])];
    let (faces, nets) = thread::scope(|scope| {
        let net = || Recognition::new(Model::load(&runtime, &file)?);
        let nets = scope.spawn(move || [net(), net()]);
        (find(store, &runtime, &pictures), join(nets))
    });
    let ([a, b], [for_a, for_b]) = (faces?, nets);
    let (for_a, for_b) = (for_a?, for_b?);
    let (a, b) = thread::scope(|scope| {
        let b = scope.spawn(|| embed(for_b, &pictures[1], &b));
        (embed(for_a, &pictures[0], &a), join(b))
    });
    Ok(a?.similarity(&b?))
}

fn join<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn read(path: &Path) -> Result<Picture, Failure> {
    media::read_picture(path).map_err(|error| Failure::from(error).about(path))
}

/// The face to compare in each picture.
fn find(
    store: &ModelStore,
    runtime: &Runtime,
    pictures: &[(Picture, &PathBuf); 2],
) -> Result<[FaceObservation; 2], Failure> {
    let nets = [ModelId::Detector, ModelId::Landmarks].map(|id| store.load_model(runtime, id));
    let nets = nets.into_iter().collect::<Result<_, _>>()?;
    let mut analyzer = Analyzer::new(Nets::from_models(store.manifest(), nets)?);
    let mut find = |(picture, path): &(Picture, &PathBuf)| {
        let seen = analyzer.analyze(&picture.frame(), 0, Depth::Guidance)?;
        seen.observation.face.ok_or_else(|| no_face(path))
    };
    Ok([find(&pictures[0])?, find(&pictures[1])?])
}

fn embed(
    mut net: Recognition,
    (picture, path): &(Picture, &PathBuf),
    face: &FaceObservation,
) -> Result<Embedding, Failure> {
    let embedding = net.embed_seen(&picture.frame(), face)?;
    embedding.ok_or_else(|| no_face(path))
}

fn no_face(path: &Path) -> Failure {
    Failure::new(ErrorCode::FrameNoFace, "no face is found in it").about(path)
}
