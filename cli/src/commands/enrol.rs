//! `lifecert enrol`: a clerk models a person's face from pictures or a clip.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use lifecert_client::enrol;
use lifecert_media::{self as media, Medium, VideoReader};
use lifecert_protocol::ErrorCode;
use lifecert_protocol::http::{EnrolAnswer, EnrolRequest};
use lifecert_session::good_face;
use lifecert_vision::{Analyzer, Depth, FrameRef, encode_key_frame};
use serde_json::json;
use zeroize::Zeroizing;

use super::phone::{self, Server};
use super::{Context, Failure};

/// Pictures taken of a clip: more than a template needs, since those that are nearly the same count
/// once.
const OF_A_CLIP: usize = 10;

/// The most pictures of one modelling that the server takes.
const MOST_PICTURES: usize = 20;

/// How often a clip is looked at.
const LOOK_EVERY_MS: u64 = 100;

/// Models a person's face. Of each picture only the face with its surround is sent; of a clip the
/// best frames, each of another stretch.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    server: Server,
    /// The person: their person_ref, or @FILE with it (never an id number)
    #[arg(long, value_name = "REF|@FILE")]
    person: String,
    /// The file with the clerk's token
    #[arg(long, value_name = "FILE")]
    token_file: PathBuf,
    /// Pictures (JPEG, PNG) or clips of the person, looking into the camera
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    media: Vec<PathBuf>,
    /// Where in a clip to begin, in seconds
    #[arg(long, value_name = "S", default_value_t = 0.0, value_parser = phone::seconds)]
    from_s: f64,
    /// How much of a clip to look at, in seconds
    #[arg(long, value_name = "S", default_value_t = 10.0, value_parser = phone::seconds)]
    for_s: f64,
}

/// A face cut out of a picture, and where it comes from.
struct Taken {
    label: String,
    jpeg: Zeroizing<Vec<u8>>,
}

/// A picture or clip that gave nothing.
struct LeftOut {
    label: String,
    code: ErrorCode,
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let person = phone::person(&arguments.person)?;
    let token = read_token(&arguments.token_file)?;
    let connection = arguments.server.connection()?;
    let mut analyzer = Analyzer::load(&context.store()?)?;
    let (mut taken, mut left_out) = (Vec::new(), Vec::new());
    let bar = context.progress(
        Some(arguments.media.len() as u64),
        "looking at the pictures",
    );
    for path in &arguments.media {
        let found = take(&mut analyzer, path, arguments).map_err(|failure| failure.about(path))?;
        match found {
            Ok(found) => taken.extend(found),
            Err(code) => left_out.push(LeftOut {
                label: path.display().to_string(),
                code,
            }),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    analyzer.clear();
    taken.truncate(MOST_PICTURES);
    if taken.is_empty() {
        let code = left_out.first().map(|one| one.code);
        let why = "no picture shows a face that a template can be made from";
        return Err(Failure::new(code.unwrap_or(ErrorCode::EnrolmentPoor), why));
    }
    let request = EnrolRequest {
        person,
        // Moved into the request; the process ends when it is answered.
        pictures: taken
            .iter_mut()
            .map(|one| std::mem::take(&mut *one.jpeg).into())
            .collect(),
    };
    let answer = phone::wait(enrol(&connection, &token, &request))??;
    left_out.extend(answer.left_out.iter().filter_map(|(place, code)| {
        Some(LeftOut {
            label: taken.get(*place as usize)?.label.clone(),
            code: *code,
        })
    }));
    report(context, &answer, &left_out)?;
    Ok(ExitCode::SUCCESS)
}

fn report(context: &Context, answer: &EnrolAnswer, left_out: &[LeftOut]) -> Result<(), Failure> {
    let rows = left_out.iter();
    let object = json!({
        "person": answer.person,
        "pictures_used": answer.pictures_used,
        "left_out": rows
            .clone()
            .map(|one| json!({ "picture": one.label, "code": one.code }))
            .collect::<Vec<_>>(),
    });
    let mut lines = vec![format!(
        "modelled from {} pictures: person {}",
        answer.pictures_used, answer.person
    )];
    lines.extend(rows.map(|LeftOut { label, code }| {
        let message = context.guidance.error(*code);
        format!("left out: {label}: {} [{code}]", message.shown)
    }));
    context.print(&object, lines.join("\n"))
}

pub(super) fn read_token(path: &Path) -> Result<Zeroizing<String>, Failure> {
    std::fs::read_to_string(path)
        .map(|text| Zeroizing::new(Zeroizing::new(text).trim().to_owned()))
        .map_err(|error| Failure::new(ErrorCode::RequestUnauthorised, error).about(path))
}

/// The faces of a picture or clip, or why there is none.
fn take(
    analyzer: &mut Analyzer,
    path: &Path,
    arguments: &Arguments,
) -> Result<Result<Vec<Taken>, ErrorCode>, Failure> {
    let label = path.display().to_string();
    match media::open(path)? {
        Medium::Picture(picture) => {
            let face = cut_out(analyzer, &picture.frame())?;
            Ok(face.map(|jpeg| vec![Taken { label, jpeg }]))
        }
        Medium::Video(video) => {
            let from_ms = phone::milliseconds(arguments.from_s);
            let for_ms = phone::milliseconds(arguments.for_s).max(1);
            let stretch = (from_ms, from_ms + for_ms);
            let best = best_of(analyzer, video, stretch)?;
            let taken = best.into_iter().map(|best| Taken {
                label: format!("{label} at {} ms", best.at_ms),
                jpeg: best.jpeg,
            });
            let taken: Vec<Taken> = taken.collect();
            Ok(if taken.is_empty() {
                Err(ErrorCode::EnrolmentPoor)
            } else {
                Ok(taken)
            })
        }
    }
}

/// The face in a picture, or why it is of no use. A clerk took it on purpose, so nothing is asked
/// of it but one face; whether it is good enough the server says.
pub(super) fn cut_out(
    analyzer: &mut Analyzer,
    frame: &FrameRef<'_>,
) -> Result<Result<Zeroizing<Vec<u8>>, ErrorCode>, Failure> {
    let seen = analyzer.analyze(frame, 0, Depth::Guidance)?.observation;
    let Some(face) = &seen.face else {
        return Ok(Err(ErrorCode::FrameNoFace));
    };
    if seen.faces > 1 {
        return Ok(Err(ErrorCode::FrameSeveralFaces));
    }
    Ok(Ok(encode_key_frame(frame, &face.bounds)?))
}

/// A frame of a clip.
struct Best {
    quality: f32,
    at_ms: u64,
    jpeg: Zeroizing<Vec<u8>>,
}

/// The best frame of each part of a stretch of a clip.
fn best_of(
    analyzer: &mut Analyzer,
    mut video: VideoReader,
    (from_ms, to_ms): (u64, u64),
) -> Result<Vec<Best>, Failure> {
    let mut best: [Option<Best>; OF_A_CLIP] = Default::default();
    let mut due_ms = from_ms;
    while let Some(shown) = video.next_frame()? {
        let at_ms = shown.at_ms;
        if at_ms >= to_ms {
            break;
        }
        if at_ms < due_ms {
            continue;
        }
        due_ms = at_ms + LOOK_EVERY_MS;
        let seen = analyzer.analyze(&shown.frame, at_ms, Depth::Guidance)?;
        let Ok(face) = good_face(&seen.observation) else {
            continue;
        };
        let part = (at_ms - from_ms) * OF_A_CLIP as u64 / (to_ms - from_ms);
        let place = &mut best[part as usize];
        if place
            .as_ref()
            .is_none_or(|best| best.quality < face.quality)
        {
            *place = Some(Best {
                quality: face.quality,
                at_ms,
                jpeg: encode_key_frame(&shown.frame, &face.bounds)?,
            });
        }
    }
    Ok(best.into_iter().flatten().collect())
}
