//! `lifecert bind`: a letter's code, a fresh key and a look bind this device to a person.

use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use lifecert_client::{Bound, Capture, Opening, Phone, Resent, resend_bindings, wall_clock_ms};
use lifecert_protocol::{Channel, ErrorCode, KeyId, LetterCode, Outcome};
use lifecert_session::Phase;
use lifecert_vision::Watch;
use serde_json::json;

use super::phone::{self, Camera, Folder, Looked, Server};
use super::{Context, FAILED, Failure};

/// Binds this device to the person of a letter.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    server: Server,
    /// The letter's code, or @FILE with it
    #[arg(long, value_name = "CODE|@FILE")]
    code: String,
    #[command(flatten)]
    camera: Camera,
    #[command(flatten)]
    folder: Folder,
    /// Where the person is: home, family, counter, outlet, visit, abroad or web
    #[arg(long, default_value_t = Channel::Home)]
    channel: Channel,
    /// The name of the agency's root or key as the letter's QR code has it: 64 hex digits [default:
    /// what the server shows now is believed from now on]
    #[arg(long, value_name = "KEY_ID")]
    agency_key: Option<KeyId>,
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let began = Instant::now();
    let mut frames = 0;
    let bound = bind(context, arguments, &mut frames)?;
    let elapsed_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (word, outcome, code) = match &bound {
        Bound::Now(_) => ("bound", Outcome::Accepted, None),
        Bound::Pending(_, code) => ("pending", Outcome::Referred, *code),
        Bound::Not(code) => ("refused", Outcome::Refused, *code),
        Bound::Unanswered(code) => ("failed", Outcome::Queued, Some(*code)),
    };
    let (person, device) = match &bound {
        Bound::Now(binding) => (Some(binding.person), Some(binding.device)),
        Bound::Pending(pending, _) => (None, Some(pending.device)),
        Bound::Not(_) | Bound::Unanswered(_) => (None, None),
    };
    let object = json!({
        "outcome": word,
        "code": code,
        "person": person,
        "device": device,
        "frames": frames,
        "elapsed_ms": elapsed_ms,
    });
    let text = match (&bound, code) {
        (Bound::Now(binding), _) => format!("bound: person {}", binding.person),
        (_, Some(code)) => {
            let message = context.guidance.error(code);
            let next = message.next.unwrap_or_default();
            format!("{}\n{next}\n[{code}]", message.shown)
        }
        (_, None) => context.guidance.outcome(outcome).shown,
    };
    context.print(&object, text)?;
    Ok(match bound {
        Bound::Now(_) | Bound::Pending(..) => ExitCode::SUCCESS,
        Bound::Not(_) => ExitCode::FAILURE,
        Bound::Unanswered(_) => ExitCode::from(FAILED),
    })
}

fn bind(context: &Context, arguments: &Arguments, frames: &mut u64) -> Result<Bound, Failure> {
    let code: LetterCode = phone::text_or_file(&arguments.code)?
        .parse()
        .map_err(|_| Failure::new(ErrorCode::CodeMistyped, "the check character does not fit"))?;
    let phone = phone::phone(&arguments.server, &arguments.folder, None)?;
    if let Some(bound) = answered_now(&phone, &code)? {
        return Ok(bound);
    }
    let video = arguments.camera.open()?;
    let watch = Watch::new(phone::analyzer(context)?, None);
    let url = arguments.server.url.as_str();
    let attempt = phone::wait(phone.begin_binding(url, arguments.agency_key, code))??;
    let opening = Opening {
        challenge: attempt.challenge().clone(),
        channel: arguments.channel,
        app_version: phone::APP_VERSION.into(),
        opened_ms: arguments.camera.opened_ms(),
        opened_wall_ms: wall_clock_ms(),
    };
    let looked = Capture::open(watch, opening)
        .map_err(|error| Failure::new(error.code(), error))
        .and_then(|capture| {
            arguments
                .camera
                .look(context, phone.vault(), (video, frames), capture)
        });
    let Looked { mut capture, claim } = match looked {
        Ok(looked) => looked,
        Err(failure) => {
            phone::wait(attempt.abandon(phone.vault()))??;
            return Err(failure);
        }
    };
    let (bound, _) =
        phone::wait(attempt.submit(phone.device(), phone.vault(), &mut capture, claim))??;
    debug_assert!(matches!(capture.phase(), Phase::Ended(_)));
    Ok(bound)
}

/// The answer to an earlier binding with this code that got lost on the way.
fn answered_now(phone: &Phone, code: &LetterCode) -> Result<Option<Bound>, Failure> {
    let connect = |address: &str| phone.connect(address);
    let resending = resend_bindings(phone.device(), phone.vault(), connect);
    let resent = phone::wait(resending)??.into_iter();
    let ours = resent.filter(|resent| resent.code == *code);
    let answer = ours.map(|Resent { bound, .. }| bound).next_back();
    // A refusal leaves the code to be tried once more.
    Ok(answer.filter(|bound| !matches!(bound, Bound::Not(_))))
}
