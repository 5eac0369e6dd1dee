//! `lifecert analyze FILE`: what is seen in a picture or in the frames of a video.

use std::num::NonZeroU64;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use lifecert_media::{self as media, Medium, VideoReader};
use lifecert_session::{FaceObservation, Observation};
use lifecert_vision::{Analyzer, Depth};
use serde_json::{Value, json};

use super::{Context, Failure, rounded};

#[derive(Args)]
pub struct Arguments {
    /// A picture (JPEG or PNG) or a video
    file: PathBuf,
    /// Look at every n-th frame of a video only
    #[arg(long, value_name = "N", default_value = "1")]
    every: NonZeroU64,
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let about = |failure: Failure| failure.about(&arguments.file);
    let medium = media::open(&arguments.file).map_err(|error| about(error.into()))?;
    let mut analyzer = Analyzer::load(&context.store()?)?;
    match medium {
        Medium::Picture(picture) => {
            let seen = analyzer.analyze(&picture.frame(), 0, Depth::Full)?;
            print(context, &seen.observation)?;
        }
        Medium::Video(video) => {
            frames(context, &mut analyzer, video, arguments.every).map_err(about)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn frames(
    context: &Context,
    analyzer: &mut Analyzer,
    mut video: VideoReader,
    every: NonZeroU64,
) -> Result<(), Failure> {
    let bar = context.progress(video.frame_count(), "frames");
    let mut number = 0_u64;
    while let Some(shown) = video.next_frame()? {
        if number.is_multiple_of(every.get()) {
            let seen = analyzer.analyze(&shown.frame, shown.at_ms, Depth::Full)?;
            bar.suspend(|| print(context, &seen.observation))?;
        }
        number += 1;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

fn print(context: &Context, seen: &Observation) -> Result<(), Failure> {
    context.print(&object(seen), text(seen))
}

/// The box is in fractions of the upright picture; without a face everything of it is null.
fn object(seen: &Observation) -> Value {
    let face = seen.face.as_ref();
    let number = |of: fn(&FaceObservation) -> f32| face.map(|face| rounded(of(face)));
    json!({
        "at_ms": seen.at_ms,
        "faces": seen.faces,
        "box": face.map(|face| json!({
            "left": rounded(face.bounds.left),
            "top": rounded(face.bounds.top),
            "width": rounded(face.bounds.width),
            "height": rounded(face.bounds.height),
        })),
        "yaw_deg": number(|face| face.pose.yaw_deg),
        "pitch_deg": number(|face| face.pose.pitch_deg),
        "roll_deg": number(|face| face.pose.roll_deg),
        "eye_aspect_ratio": number(|face| face.eye_aspect_ratio),
        "sharpness": number(|face| face.sharpness),
        "exposure": number(|face| face.exposure),
        "quality": number(|face| face.quality),
        "live_score": face.and_then(|face| face.live).map(rounded),
    })
}

fn text(seen: &Observation) -> String {
    let at_ms = seen.at_ms;
    let Some(face) = &seen.face else {
        return format!("{at_ms:>8} ms  no face");
    };
    let (bounds, pose) = (&face.bounds, &face.pose);
    let live = face
        .live
        .map_or_else(|| "-".into(), |live| format!("{live:.3}"));
    format!(
        "{at_ms:>8} ms  faces {}  box {:.3} {:.3} {:.3} {:.3}  yaw {:>5.1}  pitch {:>5.1}  \
         roll {:>5.1}  quality {:.3}  live {live}",
        seen.faces,
        bounds.left,
        bounds.top,
        bounds.width,
        bounds.height,
        pose.yaw_deg,
        pose.pitch_deg,
        pose.roll_deg,
        face.quality,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_without_a_face_is_all_null() {
        let nobody = Observation {
            at_ms: 40,
            faces: 0,
            face: None,
        };
        let object = object(&nobody);
        for field in [
            "box",
            "yaw_deg",
            "pitch_deg",
            "roll_deg",
            "quality",
            "live_score",
        ] {
            assert_eq!(object.get(field), Some(&Value::Null), "{field}");
        }
        assert_eq!(
            (&object["at_ms"], &object["faces"]),
            (&json!(40), &json!(0))
        );
        assert_eq!(text(&nobody), "      40 ms  no face");
    }
}
