//! `lifecert receipt refresh`: the same receipt once more, with the proof that the log gives now.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use lifecert_client::HolderCopy;
use lifecert_protocol::ErrorCode;
use lifecert_protocol::log::TlogProof;
use serde_json::json;

use super::super::phone::{self, Folder, Server};
use super::super::{Context, Failure};
use super::read;

#[derive(Args)]
pub struct Arguments {
    /// The holder's file, which is written anew
    file: PathBuf,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    folder: Folder,
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let held = HolderCopy::from_file(&read(&arguments.file)?);
    let unreadable = |code| Failure::new(code, "not a receipt").about(&arguments.file);
    let receipt = held.receipt().map_err(unreadable)?;
    let phone = phone::phone(&arguments.server, &arguments.folder, None)?;
    let binding = phone.binding(receipt.person)?;
    let copy = phone::wait(phone.fetch_receipt(&binding, receipt.receipt_id))??;
    std::fs::write(&arguments.file, copy.to_file())
        .map_err(|error| Failure::new(ErrorCode::StorageFull, error).about(&arguments.file))?;
    let proof = copy
        .log_proof()
        .and_then(|text| TlogProof::parse(text).ok());
    let size = proof.map(|proof| proof.checkpoint.size());
    let text = size.map_or_else(
        || "the receipt is here again, without a log proof".to_owned(),
        |size| format!("the receipt is here again, in the log's tree of {size} entries"),
    );
    let object = json!({ "file": arguments.file, "log_size": size });
    context.print(&object, text)?;
    Ok(ExitCode::SUCCESS)
}
