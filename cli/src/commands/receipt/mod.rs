//! `lifecert receipt`: what a receipt proves, checked without a network, and a receipt on paper.

mod refresh;
mod show;
mod trust;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use lifecert_client::HolderCopy;
use lifecert_protocol::{ErrorCode, read_receipt_code};

use super::phone;
use super::{Context, Failure};
pub use trust::{log_key, read, witness_policy};

#[derive(Subcommand)]
pub enum Arguments {
    /// Verify a receipt without a network; print what it proves and what was not looked at
    Verify(verify::Arguments),
    /// Write a receipt's QR code (SVG and PNG) and a page to print
    Show(show::Arguments),
    /// Ask the server for the same receipt with the proof that the log gives now: witnesses cosign
    /// after the answer
    Refresh(refresh::Arguments),
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    match arguments {
        Arguments::Verify(arguments) => verify::run(context, arguments),
        Arguments::Show(arguments) => show::run(context, arguments),
        Arguments::Refresh(arguments) => refresh::run(context, arguments),
    }
}

/// A receipt in a file, or the text of its QR code.
#[derive(Args)]
struct Source {
    /// The receipt: the holder's file, or the COSE_Sign1 bytes
    #[arg(required_unless_present = "qr_text")]
    file: Option<PathBuf>,
    /// The text of a receipt's QR code, or @FILE with it, or - for the standard input
    #[arg(long, value_name = "TEXT|@FILE|-", conflicts_with = "file")]
    qr_text: Option<String>,
}

impl Source {
    /// The receipt, not yet verified. What is no QR code of a receipt is no receipt.
    fn copy(&self) -> Result<Option<HolderCopy>, Failure> {
        let text = match (&self.file, self.qr_text.as_deref()) {
            (Some(file), _) => return Ok(Some(HolderCopy::from_file(&read(file)?))),
            (None, Some("-")) => {
                let text = std::io::read_to_string(std::io::stdin());
                let unreadable = |error| Failure::new(ErrorCode::RequestMalformed, error);
                zeroize::Zeroizing::new(text.map_err(unreadable)?)
            }
            (None, Some(argument)) => phone::text_or_file(argument)?,
            (None, None) => return Ok(None),
        };
        let bytes = read_receipt_code(&text).ok();
        Ok(bytes.map(|bytes| HolderCopy::from_cose(&bytes)))
    }
}

/// A time as people and programs read it: RFC 3339, UTC.
pub fn utc(at_ms: u64) -> String {
    i64::try_from(at_ms)
        .ok()
        .and_then(|at_ms| jiff::Timestamp::from_millisecond(at_ms).ok())
        .map_or_else(|| format!("{at_ms} ms"), |at| at.to_string())
}
