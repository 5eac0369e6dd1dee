//! `lifecert eval attacks`: files of rendered attacks, for every evaluation that reads clips.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use fastrand::Rng;
use lifecert_cli::attacks::{Attack, Footage, Species};
use lifecert_cli::cores::on_all_cores;
use lifecert_cli::eval::{Source, SourceKind, Sources};
use lifecert_media::{MediaError, VideoWriter, WriteError};
use lifecert_protocol::ErrorCode;
use lifecert_vision::Analyzer;
use serde_json::json;

use super::super::{Context, Failure};

/// Camera frames lie that far apart: 25 a second.
const FRAME_MS: u64 = 40;

/// How long an attack may last: a frame to ten minutes.
const SECONDS: RangeInclusive<f64> = 0.04..=600.0;

#[derive(Subcommand)]
pub enum Arguments {
    /// Render attacks with people's pictures or clips as MP4 files
    Render(Render),
}

#[derive(Args)]
pub struct Render {
    /// Chooses pictures, hands, cameras and light; the same seed gives the same files
    #[arg(long, value_name = "N")]
    seed: u64,
    /// held, shaken, closer, bent, screen, or loop (which needs clips)
    #[arg(long, value_name = "S")]
    species: Species,
    /// Folder with pictures or clips of people
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// Folder for the files, made where it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How many
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..))]
    count: u64,
    /// How long each lasts, 0.04 to 600
    #[arg(long, value_name = "S", default_value_t = 8.0, value_parser = seconds)]
    seconds: f64,
}

fn seconds(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "not a number")?;
    match SECONDS.contains(&value) {
        true => Ok(value),
        false => Err("an attack lasts 0.04 to 600 seconds".to_owned()),
    }
}

/// A rendered file.
struct Rendered {
    file: PathBuf,
    source: PathBuf,
}

/// A source that could not be used, and why.
type LeftOut = BTreeMap<PathBuf, (ErrorCode, String)>;

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments::Render(arguments) = arguments;
    let (mut sources, mut left_out) = arguments.sources()?;
    let listed = sources.len() + left_out.len();
    Rng::with_seed(arguments.seed).shuffle(&mut sources);
    std::fs::create_dir_all(&arguments.out)
        .map_err(|error| Failure::from(WriteError::from(error)).about(&arguments.out))?;
    let bar = context.progress(Some(arguments.count), "attacks");
    let numbers: Vec<u64> = (0..arguments.count).collect();
    let all = on_all_cores(&context.store()?, &numbers, |analyzer, &number| {
        let mut left_out = LeftOut::new();
        let rendered = arguments.render(analyzer, &sources, number, &mut left_out)?;
        bar.inc(1);
        Ok::<_, Failure>((rendered, left_out))
    })?;
    bar.finish_and_clear();
    let mut rendered = Vec::new();
    for (one, reasons) in all {
        rendered.extend(one);
        left_out.extend(reasons);
    }
    if rendered.is_empty() {
        let why = match arguments.species {
            Species::Loop => "none is a clip of one face of 3.5 s or more",
            _ => "none shows one face",
        };
        let why = format!("of {listed} files {why}");
        return Err(Failure::new(ErrorCode::FrameNoFace, why).about(&arguments.from));
    }
    arguments.report(context, &rendered, &left_out)?;
    Ok(ExitCode::SUCCESS)
}

impl Render {
    /// What the folder holds, and what of it is nothing for this species.
    fn sources(&self) -> Result<(Vec<Source>, LeftOut), Failure> {
        let Sources { media, others } = Sources::list(&self.from)?;
        let others = others.iter().map(|name| {
            let why = "neither picture nor clip".to_owned();
            (self.from.join(name), (ErrorCode::MediaUnsupported, why))
        });
        let mut left_out: LeftOut = others.collect();
        let (sources, pictures): (Vec<_>, Vec<_>) = media
            .into_iter()
            .partition(|source| self.species != Species::Loop || source.kind == SourceKind::Clip);
        left_out.extend(pictures.into_iter().map(|source| {
            let why = "a picture: a loop needs a clip".to_owned();
            (source.path, (ErrorCode::MediaUnsupported, why))
        }));
        Ok((sources, left_out))
    }

    /// Renders one attack with the source at its number's place in the list; where that one cannot
    /// be used, with others that the seed chooses.
    fn render(
        &self,
        analyzer: &mut Analyzer,
        sources: &[Source],
        number: u64,
        left_out: &mut LeftOut,
    ) -> Result<Option<Rendered>, Failure> {
        let seed = self.seed_of(number);
        let mut order: Vec<&Source> = sources.iter().collect();
        Rng::with_seed(seed).shuffle(&mut order);
        let first = sources.get((number % sources.len().max(1) as u64) as usize);
        for source in first.into_iter().chain(order) {
            let source = &source.path;
            let reason = match Footage::of_file(analyzer, source, self.species, seed) {
                Ok(Some(footage)) => {
                    let stem = source.file_stem().unwrap_or_default().to_string_lossy();
                    let (species, of) = (self.species, self.seed);
                    let name = format!("{species}-{of}-{number:03}-{stem}.mp4");
                    let file = self.out.join(name);
                    self.write(footage, seed, &file)
                        .map_err(|error| Failure::from(error).about(&file))?;
                    let source = source.clone();
                    return Ok(Some(Rendered { file, source }));
                }
                Ok(None) => match self.species {
                    Species::Loop => "no clip of one face that is long enough".to_owned(),
                    _ => "no face, or more than one".to_owned(),
                },
                Err(MediaError::Vision(error)) if error.code() == ErrorCode::ModelFailed => {
                    return Err(error.into());
                }
                Err(error) => {
                    left_out.insert(source.clone(), (error.code(), error.to_string()));
                    continue;
                }
            };
            left_out.insert(source.clone(), (ErrorCode::FrameNoFace, reason));
        }
        Ok(None)
    }

    /// Each attack has a seed of its own.
    fn seed_of(&self, number: u64) -> u64 {
        self.seed.wrapping_mul(1_000).wrapping_add(number)
    }

    fn write(&self, footage: Footage, seed: u64, file: &Path) -> Result<(), WriteError> {
        let mut attack = Attack::new(self.species, footage, seed);
        let mut video = VideoWriter::create(file, 1_000.0 / FRAME_MS as f32)?;
        // A cast of a float saturates.
        let frames = ((self.seconds * 1_000.0) as u64 / FRAME_MS).max(1);
        for at_ms in (0..frames).map(|frame| frame * FRAME_MS) {
            video.push(&attack.image(at_ms), at_ms)?;
        }
        video.finish()
    }

    fn report(
        &self,
        context: &Context,
        rendered: &[Rendered],
        left_out: &LeftOut,
    ) -> Result<(), Failure> {
        let files = rendered.iter();
        let object = json!({
            "species": self.species.as_str(),
            "seed": self.seed,
            "files": files
                .clone()
                .map(|one| json!({ "file": one.file, "source": one.source }))
                .collect::<Vec<_>>(),
            "left_out": left_out
                .iter()
                .map(|(file, (code, why))| json!({ "file": file, "code": code, "why": why }))
                .collect::<Vec<_>>(),
            "code": null,
        });
        let mut lines: Vec<String> = files
            .map(|one| format!("{}  of {}", one.file.display(), one.source.display()))
            .collect();
        lines.extend(
            left_out
                .iter()
                .map(|(file, (code, why))| format!("left out: {}: {why} [{code}]", file.display())),
        );
        lines.push(format!("{} rendered", rendered.len()));
        context.print(&object, lines.join("\n"))
    }
}
