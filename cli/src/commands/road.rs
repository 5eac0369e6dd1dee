//! `lifecert road`: a road to the certificate without the face.

use std::process::ExitCode;

use clap::Args;
use lifecert_protocol::{ErrorCode, Road};

use super::phone;
use super::receipt::utc;
use super::status;
use super::{Context, Failure};

#[derive(Args)]
pub struct Choice {
    /// Which one: counter, bank, form, video-call or visit; another choice takes the place of an
    /// earlier one
    road: Road,
    #[command(flatten)]
    ask: status::Arguments,
}

pub fn run(context: &Context, arguments: &Choice) -> Result<ExitCode, Failure> {
    let (phone, person) = arguments.ask.phone()?;
    let answer = phone::wait(phone.other_road(person, arguments.road))??;
    let object = serde_json::to_value(answer)
        .map_err(|error| Failure::new(ErrorCode::StorageUnreadable, error))?;
    let asked = utc(answer.asked_at_ms);
    let text = format!("{}: the office knows since {asked}", answer.road);
    context.print(&object, text)?;
    Ok(ExitCode::SUCCESS)
}
