//! `lifecert people`: everybody on this phone, what they are called here, and when they are due.

use std::process::ExitCode;

use clap::Args;
use lifecert_client::{PersonHere, wall_clock_ms};
use lifecert_protocol::ErrorCode;
use serde_json::{Value, json};

use super::phone::{self, Folder, Trust};
use super::receipt::utc;
use super::{Context, Failure};

#[derive(Args)]
pub struct Arguments {
    /// Ask each person's own office first where they stand
    #[arg(long)]
    refresh: bool,
    /// Call a person by a name that stays on this phone; an empty one takes it away
    #[arg(long, num_args = 2, value_names = ["REF|@FILE", "NAME"])]
    name: Option<Vec<String>>,
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    folder: Folder,
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let phone = phone::phone_of_all(&arguments.trust, &arguments.folder)?;
    if let Some([person, name]) = arguments.name.as_deref() {
        phone.name_person(phone::person(person)?, name)?;
    }
    let mut failed = Vec::new();
    if arguments.refresh {
        let asked = phone::wait(phone.refresh_people())??;
        let asked = asked.into_iter();
        failed.extend(asked.filter_map(|(person, asked)| Some((person, asked.err()?))));
    }
    let people = phone.people()?;
    let code_of = |person| failed.iter().find(|(one, _)| *one == person);
    let rows: Result<Vec<Value>, _> = people
        .iter()
        .map(|one| object(one, code_of(one.person).map(|(_, code)| *code)))
        .collect();
    let rows = rows.map_err(|error| Failure::new(ErrorCode::StorageUnreadable, error))?;
    let mut lines: Vec<String> = people.iter().map(line).collect();
    lines.extend(failed.iter().map(|(person, code)| {
        let message = context.guidance.error(*code);
        format!("person {person}: {} [{code}]", message.shown)
    }));
    context.print(&json!({ "people": rows }), lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn object(one: &PersonHere, code: Option<ErrorCode>) -> Result<Value, serde_json::Error> {
    let mut object = serde_json::to_value(one)?;
    object["certified"] = one.is_certified(wall_clock_ms()).into();
    object["code"] = serde_json::to_value(code)?;
    Ok(object)
}

fn line(one: &PersonHere) -> String {
    let mut words = vec![format!("person {}", one.person)];
    words.extend(one.name.clone());
    words.extend(one.relation.map(|relation| relation.to_string()));
    words.push(match (one.certified_until_ms, &one.last) {
        (Some(until_ms), _) if one.is_certified(wall_clock_ms()) => {
            format!("certified until {}", utc(until_ms))
        }
        (_, Some(last)) => format!("not certified, due {}", utc(last.answer.due_ms)),
        (_, None) => "the office was not asked yet".to_owned(),
    });
    if one.waiting > 0 {
        words.push(format!("{} to be sent", one.waiting));
    }
    words.join(", ")
}
