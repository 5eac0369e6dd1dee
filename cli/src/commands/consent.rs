//! `lifecert consent`: what a person is asked to agree to, and giving and withdrawing it.

use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use lifecert_client::ShownText;
use lifecert_guidance::ConsentText;
use lifecert_protocol::http::ConsentAnswer;
use lifecert_protocol::{ConsentMeans, ConsentPurposes, ErrorCode, Relation};
use serde_json::json;

use super::phone;
use super::status;
use super::{Context, Failure};

#[derive(Subcommand)]
pub enum Arguments {
    /// Show the text that is agreed to, in the chosen language
    Show,
    /// Agree to it; the newest consent counts in place of earlier ones
    Give(Give),
    /// Withdraw every consent: what was kept is erased, certifying goes on as before
    Withdraw(status::Arguments),
}

#[derive(clap::Args)]
pub struct Give {
    #[command(flatten)]
    ask: status::Arguments,
    /// What is agreed to, each by itself; without any, nothing is
    #[arg(long = "for", value_enum, value_name = "PURPOSE")]
    purposes: Vec<Purpose>,
    /// How the person said yes
    #[arg(long, value_enum, default_value = "touch")]
    means: Means,
    /// Who the person is to whoever holds the phone: self, parent, spouse, other-family, neighbour
    /// or other
    #[arg(long)]
    relation: Option<Relation>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Purpose {
    /// Somebody helps with the phone
    Helper,
    /// The numbers of the face leave the phone
    Embedding,
    /// A few pictures of the look leave the phone
    Pictures,
    /// What left is kept under seal for some days
    Keep,
}

#[derive(Clone, Copy, ValueEnum)]
enum Means {
    Spoken,
    Touch,
    Clerk,
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    match arguments {
        Arguments::Show => show(context),
        Arguments::Give(give) => self::give(context, give),
        Arguments::Withdraw(ask) => {
            let answer = status::ask(ask, async |agency, asker| {
                agency.withdraw_consent(asker).await
            })?;
            print(context, &answer, "withdrawn; certifying goes on as before")
        }
    }
}

fn show(context: &Context) -> Result<ExitCode, Failure> {
    let text = ConsentText::current(context.lang());
    let object = json!({
        "version": text.version,
        "language": text.lang.to_string(),
        "sha256": text.digest(),
        "text": text.text,
    });
    context.print(&object, text.text)?;
    Ok(ExitCode::SUCCESS)
}

fn give(context: &Context, arguments: &Give) -> Result<ExitCode, Failure> {
    let text = ConsentText::current(context.lang());
    let agreed = |purpose| arguments.purposes.contains(&purpose);
    let purposes = ConsentPurposes {
        helper: agreed(Purpose::Helper),
        embedding_leaves: agreed(Purpose::Embedding),
        key_frames_leave: agreed(Purpose::Pictures),
        evidence_kept: agreed(Purpose::Keep),
    };
    let means = match arguments.means {
        Means::Spoken => ConsentMeans::Spoken,
        Means::Touch => ConsentMeans::Touch,
        Means::Clerk => ConsentMeans::Clerk,
    };
    let (phone, person) = arguments.ask.phone()?;
    let shown = ShownText {
        version: text.version,
        digest: text.digest(),
        language: text.lang.to_string(),
    };
    let (agreed, relation) = ((purposes, means), arguments.relation);
    let answer = phone::wait(phone.consent_for(person, shown, agreed, relation))??;
    print(context, &answer, "given; it can be withdrawn at any time")
}

fn print(context: &Context, answer: &ConsentAnswer, text: &str) -> Result<ExitCode, Failure> {
    let object = serde_json::to_value(answer)
        .map_err(|error| Failure::new(ErrorCode::StorageUnreadable, error))?;
    context.print(&object, text)?;
    Ok(ExitCode::SUCCESS)
}
