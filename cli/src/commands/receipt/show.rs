//! `lifecert receipt show`: a receipt on paper.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use lifecert_paper::{Page, ReceiptQr};
use lifecert_protocol::log::TlogProof;
use lifecert_protocol::{ErrorCode, ReceiptCheck};
use serde_json::json;

use super::super::{Context, Failure};
use super::Source;
use super::trust::Trust;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    source: Source,
    /// The folder for receipt.svg, receipt.png and receipt.html
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// For somebody who sees the card: the code then shows whose receipt it is
    #[arg(long)]
    with_salt: bool,
    /// Leaves the proof of the public log out: a smaller code, which proves less
    #[arg(long)]
    without_proof: bool,
    #[command(flatten)]
    trust: Trust,
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let believed = arguments.trust.believed()?;
    let invalid = |code| Failure::new(code, "only a receipt that is genuine is printed");
    let copy = arguments.source.copy()?;
    let copy = copy.ok_or_else(|| invalid(ErrorCode::ReceiptInvalid))?;
    let proof = copy.log_proof().filter(|_| !arguments.without_proof);
    let bytes = copy.bytes().map_err(invalid)?;
    let check = ReceiptCheck::new(&bytes, proof, &believed).map_err(invalid)?;
    if check.is_faulty() {
        return Err(invalid(ErrorCode::ReceiptInvalid));
    }
    let with_salt = arguments.with_salt && copy.identity_salt().is_some();
    if arguments.with_salt && !with_salt {
        let why = "this copy has no salt";
        return Err(Failure::new(ErrorCode::RequestMalformed, why));
    }
    let printed = copy.to_cose(!arguments.without_proof, with_salt);
    let qr = ReceiptQr::new(&printed.map_err(invalid)?)
        .map_err(|error| Failure::new(ErrorCode::RequestMalformed, error))?;
    let proof = proof.and_then(|text| TlogProof::parse(text).ok());
    let page = Page {
        receipt: &check.receipt,
        qr: &qr,
        log_index: proof.map(|proof| proof.index),
        with_salt,
    };
    let out = &arguments.out;
    let full = |error| Failure::new(ErrorCode::StorageFull, error).about(out);
    std::fs::create_dir_all(out).map_err(full)?;
    let mut written = Vec::new();
    for (name, bytes) in page.files(context.guidance.lang()) {
        let path = out.join(name);
        std::fs::write(&path, bytes).map_err(full)?;
        written.push(path.display().to_string());
    }
    let object = json!({ "files": written, "qr_text": qr.text() });
    context.print(&object, written.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}
