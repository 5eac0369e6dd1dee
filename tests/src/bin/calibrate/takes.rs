//! Takes: what vision saw of a clip or a rendered attack, frame by frame, as numbers.

use std::path::Path;

use lifecert_cli::attacks::{Attack, Footage, Species};
use lifecert_media::VideoReader;
use lifecert_session::Observation;
use lifecert_vision::{Analyzer, Watch};
use serde::{Deserialize, Serialize};

/// Camera frames of a rendered attack lie that far apart: 25 a second.
const FRAME_MS: u64 = 40;

/// An attack is shown for as long as the longest look.
const ATTACK_MS: u64 = 15_000;

/// What was before the camera.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum What {
    /// A person.
    Living,
    /// An attack of that species.
    Attack(String),
}

/// One take.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Take {
    /// What was before the camera.
    pub what: What,
    /// The file, and for a rendered attack its species and seed.
    pub name: String,
    /// Whom its file shows, by [`kin`]: takes of one kin are left out together.
    pub kin: String,
    /// What was seen.
    pub observations: Vec<Observation>,
}

/// What becomes of a job: its take, or nothing where there was no face to show.
type Taken = (Option<Take>, Analyzer);

/// Looks at every frame of a video.
pub fn of_clip(analyzer: Analyzer, what: What, path: &Path) -> Result<Taken, String> {
    let failed = |error: lifecert_media::MediaError| format!("{}: {error}", path.display());
    let mut watch = Watch::new(analyzer, None);
    let mut video = VideoReader::open(path).map_err(failed)?;
    let mut observations = Vec::new();
    while let Some(seen) = video.next_frame().map_err(failed)? {
        let observation = watch.look(&seen.frame, seen.at_ms);
        observations.push(observation.map_err(|error| error.to_string())?);
    }
    let take = Take {
        what,
        name: file_name(path),
        kin: kin(path),
        observations,
    };
    Ok((Some(take), watch.into_analyzer()))
}

/// Renders an attack from a picture or a clip, and looks at it.
pub fn of_attack(
    mut analyzer: Analyzer,
    species: Species,
    path: &Path,
    seed: u64,
) -> Result<Taken, String> {
    let footage = Footage::of_file(&mut analyzer, path, species, seed);
    let Some(footage) = footage.map_err(|error| format!("{}: {error}", path.display()))? else {
        return Ok((None, analyzer));
    };
    let mut attack = Attack::new(species, footage, seed);
    let mut watch = Watch::new(analyzer, None);
    let mut observations = Vec::new();
    for at_ms in (0..ATTACK_MS).step_by(FRAME_MS as usize) {
        let observation = watch.look(&attack.frame(at_ms).frame(), at_ms);
        observations.push(observation.map_err(|error| error.to_string())?);
    }
    let take = Take {
        what: What::Attack(species.to_string()),
        name: format!("{species} {} {seed}", file_name(path)),
        kin: kin(path),
        observations,
    };
    Ok((Some(take), watch.into_analyzer()))
}

/// The letters that a file's name begins with, or where there are none its folder's name: files
/// that share them show one person, or come from one collection.
fn kin(path: &Path) -> String {
    let name = file_name(path);
    let letters = name.find(|letter: char| !letter.is_alphabetic());
    match &name[..letters.unwrap_or(name.len())] {
        "" => path.parent().map(file_name).unwrap_or_default(),
        letters => letters.to_owned(),
    }
}

/// A file's name without its folder.
pub fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_kin_by_the_letters_of_their_name_or_by_their_folder() {
        let of = |path: &str| kin(Path::new(path));
        assert_eq!(of("a/franck_04117.jpg"), of("b/franck_2.jpg"));
        assert_eq!(of("people/ann/001.mp4"), "ann");
        assert_ne!(of("people/ann/001.mp4"), of("people/bob/001.mp4"));
    }
}
