//! Which stills are shown, and which stretches of the living: chosen by the seed among the media
//! of the model manifest.

use std::path::{Path, PathBuf};

use fastrand::Rng;
use lifecert_cli::attacks::Footage;
use lifecert_inference::{MediaKind, ModelStore};
use lifecert_media::{self as media, VideoReader};
use lifecert_vision::{Analyzer, FrameRef};

/// Length of a stretch of a clip.
pub const WINDOW_MS: u64 = 8_000;

/// A little more than a window, so that windows do not touch.
const STRIDE_MS: u64 = 8_400;

/// A still and where it is from.
pub struct Named {
    /// The file's name; for a frame of a clip also its time.
    pub name: String,
    /// What is held up.
    pub still: Footage,
}

impl Named {
    fn find(
        analyzer: &mut Analyzer,
        frame: &FrameRef<'_>,
        name: String,
    ) -> Result<Option<Self>, String> {
        let still = Footage::still(analyzer, frame).map_err(|error| error.to_string())?;
        Ok(still.map(|still| Self { name, still }))
    }
}

/// The videos of the manifest.
pub fn clips(store: &ModelStore) -> Vec<PathBuf> {
    media_of(store, MediaKind::Video)
}

/// Chooses that many stills: half pictures, half frames of the clips.
pub fn stills(
    store: &ModelStore,
    analyzer: &mut Analyzer,
    seed: u64,
    count: usize,
) -> Result<Vec<Named>, String> {
    let mut random = Rng::with_seed(seed);
    let mut stills = Vec::with_capacity(count);
    let mut pictures = media_of(store, MediaKind::Picture);
    random.shuffle(&mut pictures);
    for path in pictures {
        if stills.len() < count / 2 {
            let picture = media::read_picture(&path).map_err(|error| error.to_string())?;
            stills.extend(Named::find(analyzer, &picture.frame(), name(&path))?);
        }
    }
    let clips = clips(store);
    for number in stills.len()..count {
        let path = clips
            .get(number % clips.len().max(1))
            .ok_or("the manifest has no videos")?;
        stills.push(frame_of(path, analyzer, &mut random)?);
    }
    Ok(stills)
}

/// Where windows begin that are spread over a clip, in order, without overlap.
pub fn windows(last_ms: u64, random: &mut Rng) -> Vec<u64> {
    let count = last_ms / STRIDE_MS;
    let stretch_ms = last_ms.checked_div(count).unwrap_or(0);
    (0..count)
        .map(|number| number * stretch_ms + random.u64(0..=stretch_ms - WINDOW_MS))
        .collect()
}

/// A name for the table.
pub fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn media_of(store: &ModelStore, kind: MediaKind) -> Vec<PathBuf> {
    let entries = store
        .manifest()
        .media()
        .iter()
        .filter(|entry| entry.kind == kind);
    entries.map(|entry| store.path(&entry.file)).collect()
}

/// A frame with a face from somewhere in a clip.
fn frame_of(path: &Path, analyzer: &mut Analyzer, random: &mut Rng) -> Result<Named, String> {
    let mut video = VideoReader::open(path).map_err(|error| error.to_string())?;
    let wanted = random.u64(0..video.frame_count().unwrap_or(1).max(1));
    let mut number = 0;
    while let Some(seen) = video.next_frame().map_err(|error| error.to_string())? {
        number += 1;
        if number > wanted {
            let name = format!("{} at {} ms", name(path), seen.at_ms);
            if let Some(still) = Named::find(analyzer, &seen.frame, name)? {
                return Ok(still);
            }
        }
    }
    Err(format!(
        "{} shows no face from frame {wanted} on",
        path.display()
    ))
}
