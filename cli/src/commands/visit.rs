//! `lifecert visit`: a clerk's list, what they bring home under seal, and sending it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use lifecert_client::{seal_visit, send_visit, visits, wall_clock_ms};
use lifecert_media::{self as media, Medium};
use lifecert_protocol::http::staff::VisitList;
use lifecert_protocol::{ErrorCode, SealedVisit, Visit};
use lifecert_vision::Analyzer;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::enrol::{cut_out, read_token};
use super::phone::{self, Server};
use super::receipt::utc;
use super::{Context, Failure};

#[derive(Subcommand)]
pub enum Arguments {
    /// Fetch the list of those who are to be visited
    List(List),
    /// Seal a finished visit; no network is needed
    Seal(Seal),
    /// Send sealed visits; sent twice they count once
    Send(Send),
}

#[derive(Args)]
pub struct List {
    #[command(flatten)]
    server: Server,
    /// The file with the token of the clerk's session
    #[arg(long, value_name = "FILE")]
    token_file: PathBuf,
    /// Keep the list in this file, to seal visits with; it holds names
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Args)]
pub struct Seal {
    /// The list that was fetched
    #[arg(long, value_name = "FILE")]
    list: PathBuf,
    /// The person: their person_ref, or @FILE with it
    #[arg(long, value_name = "REF|@FILE")]
    person: String,
    /// Pictures (JPEG, PNG) to model the person from, at most five
    #[arg(long, value_name = "FILE", num_args = 1..=5)]
    pictures: Vec<PathBuf>,
    /// A photo (JPEG, PNG) of the signed form
    #[arg(long, value_name = "FILE", required_unless_present = "pictures")]
    form: Option<PathBuf>,
    /// Where the sealed visit goes
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Args)]
pub struct Send {
    #[command(flatten)]
    server: Server,
    /// The file with the token of the clerk's session
    #[arg(long, value_name = "FILE")]
    token_file: PathBuf,
    /// The sealed visits
    #[arg(required = true, value_name = "FILE")]
    visits: Vec<PathBuf>,
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    match arguments {
        Arguments::List(list) => self::list(context, list),
        Arguments::Seal(seal) => self::seal(context, seal),
        Arguments::Send(send) => self::send(context, send),
    }
}

fn list(context: &Context, arguments: &List) -> Result<ExitCode, Failure> {
    let token = read_token(&arguments.token_file)?;
    let connection = arguments.server.connection()?;
    let list = phone::wait(visits(&connection, &token))??;
    let text = serde_json::to_vec(&list)
        .map(Zeroizing::new)
        .map_err(unread)?;
    write(&arguments.out, &text)?;
    let rows = list.visits.iter().map(|visit| {
        let (person, work, due) = (visit.person, visit.work, utc(visit.due_ms));
        (
            json!({ "person": person, "work": work, "due_ms": visit.due_ms }),
            format!("{person}  {}: {work}, due {due}", visit.name),
        )
    });
    let (objects, lines): (Vec<Value>, Vec<String>) = rows.unzip();
    context.print(&json!({ "visits": objects }), lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn seal(context: &Context, arguments: &Seal) -> Result<ExitCode, Failure> {
    let list: VisitList = serde_json::from_slice(&read(&arguments.list)?).map_err(unread)?;
    let mut pictures = Vec::new();
    if !arguments.pictures.is_empty() {
        let mut analyzer = Analyzer::load(&context.store()?)?;
        for path in &arguments.pictures {
            let Medium::Picture(picture) = media::open(path)? else {
                let failure = Failure::new(ErrorCode::MediaUnsupported, "not a picture");
                return Err(failure.about(path));
            };
            let face = cut_out(&mut analyzer, &picture.frame())?;
            let mut face = face.map_err(|code| Failure::new(code, "the picture").about(path))?;
            pictures.push(std::mem::take(&mut *face).into());
        }
        analyzer.clear();
    }
    let form = arguments.form.as_deref().map(read).transpose()?;
    let visit = Visit {
        person: phone::person(&arguments.person)?,
        done_at_ms: wall_clock_ms(),
        pictures,
        form: form.map(|mut form| std::mem::take(&mut *form).into()),
    };
    let sealed = seal_visit(&list, visit)?;
    write(&arguments.out, &sealed.to_bytes())?;
    let id = sealed.header.visit;
    context.print(&json!({ "visit": id }), format!("sealed: visit {id}"))?;
    Ok(ExitCode::SUCCESS)
}

fn send(context: &Context, arguments: &Send) -> Result<ExitCode, Failure> {
    let token = read_token(&arguments.token_file)?;
    let connection = arguments.server.connection()?;
    let (mut objects, mut lines) = (Vec::new(), Vec::new());
    for path in &arguments.visits {
        let bytes = read(path)?;
        let sealed = SealedVisit::from_bytes(&bytes)
            .map_err(|_| Failure::new(ErrorCode::RequestMalformed, "no visit").about(path))?;
        let answer = phone::wait(send_visit(&connection, &token, &sealed))?;
        let answer = answer.map_err(|error| Failure::from(error).about(path))?;
        let (id, at_ms) = (answer.visit, answer.received_at_ms);
        objects.push(json!({ "visit": id, "received_at_ms": at_ms }));
        lines.push(format!("visit {id}: came {}", utc(at_ms)));
    }
    context.print(&json!({ "visits": objects }), lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let bytes = std::fs::read(path).map(Zeroizing::new);
    bytes.map_err(|error| Failure::new(ErrorCode::StorageUnreadable, error).about(path))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes)
        .map_err(|error| Failure::new(ErrorCode::StorageFull, error).about(path))
}

fn unread(error: serde_json::Error) -> Failure {
    Failure::new(ErrorCode::StorageUnreadable, error)
}
