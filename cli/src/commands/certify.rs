//! `lifecert certify`: one certification, the video standing in for the camera.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use lifecert_client::{
    Binding, Capture, CheckedChallenge, ClientError, Fate, HolderCopy, Opening, Phone, Sent,
    Submitted, clock_warning, wall_clock_ms,
};
use lifecert_protocol::{Channel, ErrorCode, Outcome, PersonRef, Verdict};
use lifecert_session::Phase;
use lifecert_vision::Watch;
use serde_json::json;

use super::phone::{self, Camera, Folder, Looked, Server};
use super::{Context, FAILED, Failure};

/// The longest rest that this command sits out by itself.
const LONGEST_WAIT_S: u32 = 60;

/// Certifies a person: the video is the camera, and calling this command is the person's press on
/// start.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    server: Server,
    /// The person: their person_ref, or @FILE with it (never an id number)
    #[arg(long, value_name = "REF|@FILE")]
    person: String,
    #[command(flatten)]
    camera: Camera,
    #[command(flatten)]
    folder: Folder,
    /// Certify without a network: challenges fetched ahead and claims that wait lie in this folder;
    /// what waits is sent when the server can be reached
    #[arg(long, value_name = "DIR")]
    offline: Option<PathBuf>,
    /// Where the person is: home, family, counter, outlet, visit, abroad or web
    #[arg(long, default_value_t = Channel::Home)]
    channel: Channel,
    /// Where the receipt goes [default: RECEIPT_ID.receipt.json in the device's folder]
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
}

/// What is reported.
struct Report {
    outcome: Outcome,
    code: Option<ErrorCode>,
    receipt: Option<PathBuf>,
    retry_after_s: Option<u32>,
    waiting: usize,
    /// What became of earlier claims that were sent on this occasion.
    sent: Vec<serde_json::Value>,
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let began = Instant::now();
    let mut frames = 0;
    let result = certify(context, arguments, &mut frames);
    let elapsed_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    match result {
        Ok(report) => {
            let object = report.object(frames, elapsed_ms);
            context.print(&object, report.text(context))?;
            Ok(match report.outcome {
                Outcome::Accepted => ExitCode::SUCCESS,
                Outcome::Referred | Outcome::Refused => ExitCode::FAILURE,
                Outcome::Queued | Outcome::Stopped => ExitCode::from(FAILED),
            })
        }
        Err(failure) if context.json => {
            let failed = Report {
                outcome: Outcome::Stopped,
                code: Some(failure.code),
                receipt: None,
                retry_after_s: None,
                waiting: 0,
                sent: Vec::new(),
            };
            let mut object = failed.object(frames, elapsed_ms);
            object["detail"] = failure.detail.into();
            context.print(&object, "")?;
            Ok(ExitCode::from(FAILED))
        }
        Err(failure) => Err(failure),
    }
}

fn certify(context: &Context, arguments: &Arguments, frames: &mut u64) -> Result<Report, Failure> {
    let person = phone::person(&arguments.person)?;
    let phone = phone::phone(
        &arguments.server,
        &arguments.folder,
        arguments.offline.as_deref(),
    )?;
    let video = arguments.camera.open()?;
    let analyzer = phone::analyzer(context)?;
    let case = Case {
        context,
        arguments,
        phone: &phone,
    };
    let (binding, challenge) = match arguments.offline {
        Some(_) => phone::wait(phone.stored_challenge(person))??,
        None => case.online_challenge(person)?,
    };
    case.warn_of_clock(challenge.server_ahead_ms);
    let template = phone::wait(phone.template(&binding, &challenge))??;
    let watch = Watch::new(analyzer, template);
    let opening = Opening {
        challenge: challenge.challenge,
        channel: arguments.channel,
        app_version: phone::APP_VERSION.into(),
        opened_ms: arguments.camera.opened_ms(),
        opened_wall_ms: wall_clock_ms(),
    };
    let capture =
        Capture::open(watch, opening).map_err(|error| Failure::new(error.code(), error))?;
    let looked = arguments
        .camera
        .look(context, phone.vault(), (video, frames), capture)?;
    match arguments.offline {
        Some(_) => case.send_later(&binding, looked),
        None => case.send(&binding, looked),
    }
}

/// What all steps of a certification share.
struct Case<'a> {
    context: &'a Context,
    arguments: &'a Arguments,
    phone: &'a Phone,
}

impl Case<'_> {
    /// Asks for a challenge to be answered at once; a short rest is sat out.
    fn online_challenge(&self, person: PersonRef) -> Result<(Binding, CheckedChallenge), Failure> {
        let ask = || phone::wait(self.phone.online_challenge(person));
        match ask()? {
            Err(ClientError::Problem {
                code: code @ ErrorCode::AttemptsPause,
                retry_after_s: Some(seconds @ 1..=LONGEST_WAIT_S),
            }) => {
                let details = lifecert_guidance::Details {
                    retry_after_s: Some(seconds),
                };
                let message = self.context.guidance.error_with(code, &details);
                eprintln!("{}", message.shown);
                std::thread::sleep(Duration::from_secs(u64::from(seconds)));
                Ok(ask()??)
            }
            answer => Ok(answer?),
        }
    }

    fn send(&self, binding: &Binding, looked: Looked) -> Result<Report, Failure> {
        let Looked { mut capture, claim } = looked;
        let sending = self.phone.submit(binding, &mut capture, claim);
        let Submitted {
            receipt,
            waits,
            retry_after_s,
            ..
        } = phone::wait(sending)?;
        let Phase::Ended(ending) = capture.phase() else {
            let why = "the session did not end";
            return Err(Failure::new(ErrorCode::SessionExpired, why));
        };
        Ok(Report {
            outcome: ending.outcome,
            code: waits.or(ending.code),
            receipt: receipt.and_then(|copy| self.save(&copy)),
            retry_after_s,
            waiting: self.phone.offline().waiting()?,
            sent: Vec::new(),
        })
    }

    /// Keeps the claim, then sends everything that waits, in order, if the network is there.
    fn send_later(&self, binding: &Binding, looked: Looked) -> Result<Report, Failure> {
        let Looked { mut capture, claim } = looked;
        let kept = phone::wait(self.phone.keep(&mut capture, claim))?;
        if kept.waits.is_none() {
            let code = match capture.phase() {
                Phase::Ended(ending) => ending.code,
                _ => None,
            };
            let code = code.unwrap_or(ErrorCode::StorageUnreadable);
            return Err(Failure::new(code, "the claim could not be kept"));
        }
        let sending = self.phone.send_waiting();
        let (ours, earlier): (Vec<Sent>, Vec<Sent>) = phone::wait(sending)??
            .into_iter()
            .partition(|sent| sent.claim_id == kept.claim_id);
        let fate = ours.into_iter().next().map(|sent| sent.fate);
        let mut report = self.report_of(fate)?;
        let earlier = earlier.iter();
        report.sent = earlier
            .map(|sent| phone::sent_object(self.context, self.phone.device(), sent))
            .collect();
        if report.outcome != Outcome::Queued {
            // For the next time. Whether it can be had now changes nothing about this time.
            let _ = phone::wait(self.phone.fetch_ahead(binding))?;
        }
        Ok(report)
    }

    /// What is reported of a claim that was kept first.
    fn report_of(&self, fate: Option<Fate>) -> Result<Report, Failure> {
        let (outcome, code, receipt, retry_after_s) = match fate {
            None => (
                Outcome::Queued,
                Some(ErrorCode::ServerUnreachable),
                None,
                None,
            ),
            Some(Fate::Waits(code)) => (Outcome::Queued, Some(code), None, None),
            Some(Fate::Refused(code)) => (Outcome::Refused, Some(code), None, None),
            Some(Fate::Decided(decision)) => (
                match decision.outcome {
                    Verdict::Accept => Outcome::Accepted,
                    Verdict::Refer => Outcome::Referred,
                    Verdict::Refuse => Outcome::Refused,
                },
                decision.code,
                decision.receipt,
                decision.retry_after_s,
            ),
        };
        Ok(Report {
            outcome,
            code,
            receipt: receipt.and_then(|copy| self.save(&copy)),
            retry_after_s,
            waiting: self.phone.offline().waiting()?,
            sent: Vec::new(),
        })
    }

    fn save(&self, copy: &HolderCopy) -> Option<PathBuf> {
        let path = self.arguments.receipt.as_deref();
        phone::save_receipt(self.context, self.phone.device(), copy, path)
    }

    fn warn_of_clock(&self, server_ahead_ms: i64) {
        if let Some(code) = clock_warning(server_ahead_ms) {
            let message = self.context.guidance.error(code);
            eprintln!("{} [{code}]", message.shown);
        }
    }
}

impl Report {
    fn object(&self, frames: u64, elapsed_ms: u64) -> serde_json::Value {
        json!({
            "outcome": match self.outcome {
                Outcome::Accepted => "accepted",
                Outcome::Referred => "referred",
                Outcome::Refused => "refused",
                Outcome::Queued | Outcome::Stopped => "failed",
            },
            "code": self.code,
            "receipt": self.receipt,
            "frames": frames,
            "elapsed_ms": elapsed_ms,
            "queued": self.outcome == Outcome::Queued,
            "waiting": self.waiting,
            "sent": self.sent,
            "retry_after_s": self.retry_after_s,
        })
    }

    fn text(&self, context: &Context) -> String {
        let mut lines = vec![];
        let outcome = context.guidance.outcome(self.outcome);
        lines.push(outcome.shown);
        if let Some(code) = self.code {
            let details = lifecert_guidance::Details {
                retry_after_s: self.retry_after_s,
            };
            let reason = context.guidance.error_with(code, &details);
            lines.push(reason.shown);
            lines.extend(reason.next);
            lines.push(format!("[{code}]"));
        } else {
            lines.extend(outcome.next);
        }
        lines.extend(self.receipt.iter().map(|path| path.display().to_string()));
        let sent = self.sent.iter();
        lines.extend(sent.map(|sent| phone::sent_text(context, sent)));
        lines.join("\n")
    }
}
