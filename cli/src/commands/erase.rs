//! `lifecert erase`: everything of a face goes, at the office and on this phone.

use std::process::ExitCode;

use clap::Args;
use lifecert_protocol::ErrorCode;

use super::phone;
use super::status;
use super::{Context, Failure};

#[derive(Args)]
pub struct Erasure {
    #[command(flatten)]
    ask: status::Arguments,
    /// That it is meant: the face has to be modelled anew afterwards, or another road taken
    #[arg(long, required = true)]
    yes: bool,
}

pub fn run(context: &Context, arguments: &Erasure) -> Result<ExitCode, Failure> {
    let (phone, person) = arguments.ask.phone()?;
    // Receipts lie beside the folder's sealed copies, to be shown.
    let shown = phone.receipts(person)?.into_iter();
    let shown: Vec<_> = shown
        .map(|(receipt, _)| phone::shown_receipt(phone.device(), receipt.receipt_id))
        .collect();
    let answer = phone::wait(phone.erase_everywhere(person))??;
    for path in shown.iter().filter(|path| path.exists()) {
        std::fs::remove_file(path)
            .map_err(|error| Failure::new(ErrorCode::StorageUnreadable, error).about(path))?;
    }
    let object = serde_json::to_value(answer)
        .map_err(|error| Failure::new(ErrorCode::StorageUnreadable, error))?;
    let (templates, devices) = (answer.templates, answer.devices);
    let text = format!(
        "erased: {templates} templates at the office, {devices} devices shut out, and everything here"
    );
    context.print(&object, text)?;
    Ok(ExitCode::SUCCESS)
}
