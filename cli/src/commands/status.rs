//! `lifecert status`, `history` and `sync`: what a bound device asks besides certifying.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use lifecert_client::{
    Agency, Asker, Binding, Bound, ClientError, Device, Offline, SoftwareVault, resend_bindings,
};
use lifecert_protocol::{ErrorCode, PersonRef, ReceiptId};
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
    /// The device, its keys and the person's binding on it.
    pub fn bound(&self) -> Result<(Device, SoftwareVault, Binding), Failure> {
        let person = phone::person(&self.person)?;
        let (device, vault) = self.folder.open()?;
        let binding = phone::binding(&device, person, &self.server.url)?;
        Ok((device, vault, binding))
    }
}

pub fn status(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let answer = ask(arguments, async |agency, asker| agency.status(asker).await)?;
    let object = serde_json::to_value(&answer).map_err(malformed)?;
    let mut lines = vec![match answer.valid_until_ms {
        Some(until_ms) => format!("certified until {}", utc(until_ms)),
        None => format!("not certified, due {}", utc(answer.due_ms)),
    }];
    lines.push(format!("window opens {}", utc(answer.window_opens_ms)));
    if answer.under_review {
        lines.push("a person at the office is looking at it".into());
    }
    let devices = answer.devices.iter();
    lines.extend(devices.map(|one| {
        let reason = one.reason.map_or("not asked", |reason| reason.as_str());
        let (device, state, level) = (one.device, &one.state, one.assurance);
        format!("device {device}: {state}, assurance {level} ({reason})")
    }));
    let waiting = answer.pending_devices.iter();
    lines.extend(waiting.map(|device| format!("a device waits to be let in: {device}")));
    if let Some(receipt_id) = answer.receipt
        && fetch(arguments, receipt_id)?
    {
        lines.push(format!("the office gave receipt {receipt_id}"));
    }
    let revoked = answer.revoked_receipts.iter();
    lines.extend(revoked.map(|receipt| format!("the office revoked receipt {receipt}")));
    context.print(&object, lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// Fetches a receipt that a person at the office decided, if it is not here yet.
fn fetch(arguments: &Arguments, receipt_id: ReceiptId) -> Result<bool, Failure> {
    let (device, ..) = arguments.bound()?;
    if device.receipt(receipt_id)?.is_some() {
        return Ok(false);
    }
    let copy = ask(arguments, async |agency, asker| {
        agency.receipt(asker, receipt_id).await
    })?;
    let receipt = copy.receipt();
    let receipt = receipt.map_err(|code| Failure::new(code, "not a receipt"))?;
    device.keep_receipt(&receipt, &copy)?;
    Ok(true)
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

pub fn ask<T>(
    arguments: &Arguments,
    question: impl AsyncFnOnce(&Agency, Asker<'_>) -> Result<T, ClientError>,
) -> Result<T, Failure> {
    let (device, vault, binding) = arguments.bound()?;
    let agency = Agency::known(arguments.server.connection()?, binding.pinned.clone());
    let asker = Asker {
        binding: &binding,
        vault: &vault,
    };
    let answer = phone::wait(question(&agency, asker))?;
    device.learn(&agency)?;
    Ok(answer?)
}

pub fn sync(context: &Context, arguments: &SyncArguments) -> Result<ExitCode, Failure> {
    let (device, vault) = arguments.folder.open()?;
    let offline = device.offline(arguments.offline.as_deref())?;
    let connect = |address: &str| arguments.server.connect(address);
    let bound = phone::wait(resend_bindings(&device, &vault, connect))??;
    let answered = bound
        .iter()
        .filter(|one| !matches!(one.bound, Bound::Unanswered(_)))
        .count();
    let agency = |binding: &Binding| {
        let connection = arguments.server.connect(&binding.address)?;
        Ok(Agency::known(connection, binding.pinned.clone()))
    };
    let sent = phone::wait(offline.send_waiting((&device, &vault), agency))??;
    let rows: Vec<Value> = sent
        .iter()
        .map(|sent| phone::sent_object(context, &device, sent))
        .collect();
    let ahead = fetch_ahead(arguments, &device, &vault, &offline)?;
    let waiting = offline.waiting()?;
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

/// A person, and how many challenges lie here for them.
type Ahead = (PersonRef, Result<usize, ErrorCode>);

/// Fetches challenges ahead for everybody who is bound here; one that cannot have any blocks no
/// other.
fn fetch_ahead(
    arguments: &SyncArguments,
    device: &Device,
    vault: &SoftwareVault,
    offline: &Offline,
) -> Result<Vec<Ahead>, Failure> {
    let mut all = Vec::new();
    for binding in device.bindings()? {
        let connection = arguments.server.connect(&binding.address)?;
        let agency = Agency::known(connection, binding.pinned.clone());
        let asker = Asker {
            binding: &binding,
            vault,
        };
        let ahead = phone::wait(offline.fetch_ahead(&agency, asker))?;
        device.learn(&agency)?;
        all.push((binding.person, ahead.map_err(|error| error.code())));
    }
    Ok(all)
}
