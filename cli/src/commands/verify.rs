//! `lifecert verify A B`: are two pictures of the same person?

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use lifecert_cli::media;
use lifecert_inference::{ModelId, ModelStore};
use lifecert_protocol::ErrorCode;
use lifecert_vision::{Analyzer, Depth, Embedding, Picture};
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

fn compare(store: &ModelStore, arguments: &Arguments) -> Result<f32, Failure> {
    let (pictures, analyzer) = std::thread::scope(|scope| {
        // The nets take longer to load than the pictures to decode.
        let pictures = scope.spawn(|| (read(&arguments.a), read(&arguments.b)));
        let analyzer = Analyzer::load(store);
        (pictures.join(), analyzer)
    });
    let (a, b) = pictures.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    let (a, b, mut analyzer) = (a?, b?, analyzer?);
    let a = embed(&mut analyzer, &a, &arguments.a)?;
    let b = embed(&mut analyzer, &b, &arguments.b)?;
    Ok(a.similarity(&b))
}

fn read(path: &Path) -> Result<Picture, Failure> {
    media::read_picture(path).map_err(|error| Failure::from(error).about(path))
}

fn embed(analyzer: &mut Analyzer, picture: &Picture, path: &Path) -> Result<Embedding, Failure> {
    let seen = analyzer.analyze(&picture.frame(), 0, Depth::Identity)?;
    seen.embedding
        .ok_or_else(|| Failure::new(ErrorCode::FrameNoFace, "no face is found in it").about(path))
}
