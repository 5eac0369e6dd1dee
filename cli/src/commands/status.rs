//! `lifecert status`, `history` and `sync`: what a bound device asks besides certifying.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use lifecert_client::{Agency, Asker, ClientError, Phone, Synced};
use lifecert_protocol::{ErrorCode, PersonRef};
use serde_json::{Value, json};

use super::phone::{self, Folder, Server};
use super::receipt::utc;
use super::{Context, Failure};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    server: Server,
    /// The person: their person_ref, or @FILE with it (never an id number)
    #[arg(long, value_name = "REF|@FILE")]
    person: String,
    #[command(flatten)]
    folder: Folder,
}

#[derive(Args)]
pub struct SyncArguments {
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    folder: Folder,
    /// The folder of challenges and waiting claims [default: in the device's folder]
    #[arg(long, value_name = "DIR")]
    offline: Option<PathBuf>,
}

impl Arguments {
    /// The phone, and the person who is meant.
    pub fn phone(&self) -> Result<(Phone, PersonRef), Failure> {
        let person = phone::person(&self.person)?;
        Ok((phone::phone(&self.server, &self.folder, None)?, person))
    }
}

pub fn status(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let (phone, person) = arguments.phone()?;
    let held = phone.device().receipts()?;
    let answer = phone::wait(phone.status(person))??;
    let object = serde_json::to_value(&answer).map_err(malformed)?;
    let mut lines = vec![match answer.valid_until_ms {
        Some(until_ms) => format!("certified until {}", utc(until_ms)),
        None => format!("not certified, due {}", utc(answer.due_ms)),
    }];
    lines.push(format!("window opens {}", utc(answer.window_opens_ms)));
    if answer.under_review {
        lines.push("a person at the office is looking at it".into());
    }
    lines.extend(answer.road.map(|open| {
        let asked = utc(open.asked_at_ms);
        format!("another road was asked for on {asked}: {}", open.road)
    }));
    let devices = answer.devices.iter();
    lines.extend(devices.map(|one| {
        let reason = one.reason.map_or("not asked", |reason| reason.as_str());
        let (device, state, level) = (one.device, &one.state, one.assurance);
        format!("device {device}: {state}, assurance {level} ({reason})")
    }));
    let waiting = answer.pending_devices.iter();
    lines.extend(waiting.map(|device| format!("a device waits to be let in: {device}")));
    if let Some(receipt_id) = answer.receipt
        && !held.contains(&receipt_id)
    {
        lines.push(format!("the office gave receipt {receipt_id}"));
    }
    let revoked = answer.revoked_receipts.iter();
    lines.extend(revoked.map(|receipt| format!("the office revoked receipt {receipt}")));
    context.print(&object, lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

pub fn history(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let answer = ask(arguments, async |agency, asker| agency.history(asker).await)?;
    let object = serde_json::to_value(&answer).map_err(malformed)?;
    let rows = answer.evidence.iter().map(|row| {
        format!(
            "{} to {}: {}, {}, assurance {}",
            utc(row.proved_from_ms),
            utc(row.proved_to_ms),
            row.modality,
            row.channel,
            row.assurance
        )
    });
    let text = rows.collect::<Vec<_>>().join("\n");
    context.print(&object, text)?;
    Ok(ExitCode::SUCCESS)
}

fn malformed(error: serde_json::Error) -> Failure {
    Failure::new(ErrorCode::RequestMalformed, error)
}

/// Asks in the name of the person.
pub fn ask<T>(
    arguments: &Arguments,
    question: impl AsyncFnOnce(&Agency, Asker<'_>) -> Result<T, ClientError>,
) -> Result<T, Failure> {
    let (phone, person) = arguments.phone()?;
    let binding = phone.binding(person)?;
    Ok(phone::wait(phone.ask(&binding, question))??)
}

pub fn sync(context: &Context, arguments: &SyncArguments) -> Result<ExitCode, Failure> {
    let offline = arguments.offline.as_deref();
    let phone = phone::phone(&arguments.server, &arguments.folder, offline)?;
    let synced = phone::wait(phone.sync())??;
    let answered = synced.bindings_answered();
    let Synced {
        sent,
        ahead,
        waiting,
        ..
    } = synced;
    let rows: Vec<Value> = sent
        .iter()
        .map(|sent| phone::sent_object(context, phone.device(), sent))
        .collect();
    let object = json!({
        "bindings_answered": answered,
        "sent": rows,
        "waiting": waiting,
        "challenges": ahead.iter().map(|(person, ahead)| match ahead {
            Ok(count) => json!({ "person": person, "ahead": count }),
            Err(code) => json!({ "person": person, "code": code }),
        }).collect::<Vec<_>>(),
    });
    let mut lines: Vec<String> = rows
        .iter()
        .map(|row| phone::sent_text(context, row))
        .collect();
    lines.extend(ahead.iter().map(|(person, ahead)| match ahead {
        Ok(count) => format!("person {person}: {count} challenges ahead"),
        Err(code) => {
            let message = context.guidance.error(*code);
            format!("person {person}: {} [{code}]", message.shown)
        }
    }));
    lines.push(format!("{waiting} claims wait"));
    context.print(&object, lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}
