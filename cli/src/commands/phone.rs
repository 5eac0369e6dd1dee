//! What the commands that play a phone share: server, device folder, person, and the video that
//! stands in for a camera.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use lifecert_client::{
    Capture, ClientError, Connection, ConnectionSettings, Cue, Decision, Device, Fate, HolderCopy,
    KeyVault, Phone, Sent, SignedClaim, SoftwareVault, StorageKey, sign,
};
use lifecert_media::{MediaError, VideoReader};
use lifecert_protocol::{Digest, ErrorCode, Outcome, PersonRef, Prompt, ReceiptId};
use lifecert_session::{Ending, MonotonicMs, Phase};
use lifecert_vision::Analyzer;
use serde_json::json;
use zeroize::Zeroizing;

use super::{Context, Failure};

/// The app's name in claims.
pub const APP_VERSION: &str = concat!("lifecert ", env!("CARGO_PKG_VERSION"));

/// How to reach the server.
#[derive(Args)]
pub struct Server {
    /// The agency's server, https://... (plain http only on this machine)
    #[arg(long = "server", value_name = "URL")]
    pub url: String,
    #[command(flatten)]
    trust: Trust,
}

/// Which servers are believed to be who they say.
#[derive(Args)]
pub struct Trust {
    /// The agency's own certificate authorities, PEM [default: the public ones]
    #[arg(long, value_name = "FILE")]
    authority: Option<PathBuf>,
    /// SHA-256 (hex) of a public key that the server may show; may be given more than once
    #[arg(long = "pin", value_name = "SHA256")]
    pins: Vec<Digest>,
}

impl Server {
    /// A connection to the server.
    pub fn connection(&self) -> Result<Connection, Failure> {
        Ok(Connection::new(&self.trust.settings(&self.url)?)?)
    }
}

impl Trust {
    fn settings(&self, address: &str) -> Result<ConnectionSettings, ClientError> {
        let authorities_pem = self.authority.as_ref().map(std::fs::read).transpose();
        Ok(ConnectionSettings {
            authorities_pem: authorities_pem
                .map_err(|_| ClientError::Connection("the authorities' file cannot be read"))?,
            pins: self.pins.clone(),
            // A look at five key frames on a busy server takes its time.
            timeout: Duration::from_secs(60),
            ..ConnectionSettings::new(address)
        })
    }
}

/// The folder that stands for a phone's storage.
#[derive(Args)]
pub struct Folder {
    /// The device's folder: bindings, keys, receipts; its storage key lies in it, which is for
    /// development only [default: ~/.lifecert]
    #[arg(long = "device", value_name = "DIR", env = "LIFECERT_DEVICE")]
    device: Option<PathBuf>,
}

impl Folder {
    /// The device and its keys.
    pub fn open(&self) -> Result<(Device, SoftwareVault), Failure> {
        let home = || std::env::home_dir().map(|home| home.join(".lifecert"));
        let root = self.device.clone().or_else(home).ok_or_else(|| {
            let why = "no home folder is known: name one with --device";
            Failure::new(ErrorCode::StorageUnreadable, why)
        })?;
        let about = |error| Failure::from(error).about(&root);
        let key = StorageKey::in_file(&root.join("storage.key")).map_err(about)?;
        let device = Device::open(&root, key).map_err(about)?;
        let vault = device.software_vault().map_err(about)?;
        Ok((device, vault))
    }
}

/// The text of an argument, or of the file that it names as `@FILE`.
pub fn text_or_file(argument: &str) -> Result<Zeroizing<String>, Failure> {
    let Some(path) = argument.strip_prefix('@') else {
        return Ok(Zeroizing::new(argument.trim().to_owned()));
    };
    let path = Path::new(path);
    let bytes = std::fs::read(path).map(Zeroizing::new);
    let bytes =
        bytes.map_err(|error| Failure::new(ErrorCode::RequestMalformed, error).about(path))?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.trim().to_owned())),
        Err(error) => Err(Failure::new(ErrorCode::RequestMalformed, error).about(path)),
    }
}

/// The person that an argument names.
pub fn person(argument: &str) -> Result<PersonRef, Failure> {
    text_or_file(argument)?.parse().map_err(|_| {
        // The argument itself is not repeated: it may be an id number.
        let why = "a person is named by their person_ref of 32 hex digits, or by @FILE with it";
        Failure::new(ErrorCode::RequestMalformed, why)
    })
}

/// The phone that a folder and a server stand for.
pub fn phone(server: &Server, folder: &Folder, offline: Option<&Path>) -> Result<Phone, Failure> {
    phone_at(&server.url, &server.trust, (folder, offline))
}

/// The phone of a folder that speaks to each person's own server.
pub fn phone_of_all(trust: &Trust, folder: &Folder) -> Result<Phone, Failure> {
    phone_at("", trust, (folder, None))
}

fn phone_at(
    url: &str,
    trust: &Trust,
    (folder, offline): (&Folder, Option<&Path>),
) -> Result<Phone, Failure> {
    let (device, vault) = folder.open()?;
    let offline = device.offline(offline)?;
    let settings = trust.settings(url)?;
    Ok(Phone::new(device, offline, Arc::new(vault), settings))
}

/// Runs network calls to their end.
pub fn wait<T>(calls: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(ErrorCode::ServerUnreachable, error))?;
    Ok(runtime.block_on(calls))
}

/// Saves a receipt in the device's folder and as a file to show; gives the file. The certification
/// counts without it, and the receipt can be had again.
pub fn save_receipt(
    context: &Context,
    device: &Device,
    copy: &HolderCopy,
    path: Option<&Path>,
) -> Option<PathBuf> {
    let saved = try_save(device, copy, path);
    saved
        .inspect_err(|failure| {
            let message = context.guidance.error(failure.code);
            eprintln!("{} [{}]", message.shown, failure.code);
        })
        .ok()
}

/// Saves the receipt of a waiting claim that was sent, if it was accepted; gives the file.
fn save_sent(context: &Context, device: &Device, sent: &Sent) -> Option<PathBuf> {
    let Fate::Decided(Decision {
        receipt: Some(copy),
        ..
    }) = &sent.fate
    else {
        return None;
    };
    save_receipt(context, device, copy, None)
}

/// What became of a waiting claim that was sent, for a program; saves its receipt.
pub fn sent_object(context: &Context, device: &Device, sent: &Sent) -> serde_json::Value {
    let (outcome, code) = match &sent.fate {
        Fate::Decided(decision) => (decision.outcome.as_str(), decision.code),
        Fate::Refused(code) => ("refuse", Some(*code)),
        Fate::Waits(code) => ("waits", Some(*code)),
    };
    json!({
        "claim_id": sent.claim_id,
        "person": sent.person,
        "outcome": outcome,
        "code": code,
        "receipt": save_sent(context, device, sent),
    })
}

/// The same for a person: whose claim it was, what came of it, what to do next.
pub fn sent_text(context: &Context, object: &serde_json::Value) -> String {
    let text = |key: &str| object[key].as_str().unwrap_or_default();
    let mut line = format!("person {}: {}", text("person"), text("outcome"));
    if let Ok(code) = text("code").parse::<ErrorCode>() {
        let reason = context.guidance.error(code);
        line = format!("{line}. {}", reason.shown);
        line.extend(reason.next.map(|next| format!(" {next}")));
        line.push_str(&format!(" [{code}]"));
    }
    format!("{line} {}", text("receipt")).trim_end().to_owned()
}

/// Where a receipt to be shown lies, unless a file was named for it.
pub fn shown_receipt(device: &Device, receipt: ReceiptId) -> PathBuf {
    device.root().join(format!("{receipt}.receipt.json"))
}

fn try_save(device: &Device, copy: &HolderCopy, path: Option<&Path>) -> Result<PathBuf, Failure> {
    let receipt = copy
        .receipt()
        .map_err(|code| Failure::new(code, "the receipt"))?;
    device.keep_receipt(&receipt, copy)?;
    let usual = || shown_receipt(device, receipt.receipt_id);
    let path = path.map_or_else(usual, Path::to_owned);
    std::fs::write(&path, copy.to_file())
        .map_err(|error| Failure::from(ClientError::from(error)).about(&path))?;
    Ok(path)
}

/// The nets.
pub fn analyzer(context: &Context) -> Result<Analyzer, Failure> {
    Ok(Analyzer::load(&context.store()?)?)
}

/// A video that stands in for the camera.
#[derive(Args)]
pub struct Camera {
    /// The video that stands in for the camera
    #[arg(long, value_name = "FILE")]
    video: PathBuf,
    /// Where in the video the camera opens, in seconds
    #[arg(long, value_name = "S", default_value_t = 0.0, value_parser = seconds)]
    from_s: f64,
}

/// A place in a video or a length of it, in seconds: at most a day.
pub fn seconds(text: &str) -> Result<f64, String> {
    const DAY_S: f64 = 86_400.0;
    let seconds = text.parse::<f64>().ok();
    let within = seconds.filter(|seconds| (0.0..=DAY_S).contains(seconds));
    within.ok_or_else(|| "seconds from 0 to 86400 are needed".to_owned())
}

/// Seconds that [`seconds`] has read, in milliseconds.
pub fn milliseconds(seconds: f64) -> MonotonicMs {
    (seconds * 1_000.0) as MonotonicMs
}

/// What a look at the video came to.
pub struct Looked {
    /// The capture, which waits for the server's answer.
    pub capture: Capture,
    /// The claim to send.
    pub claim: SignedClaim,
}

impl Camera {
    /// Opens the video.
    pub fn open(&self) -> Result<VideoReader, Failure> {
        VideoReader::open(&self.video).map_err(|error| self.about(error))
    }

    /// When the camera opens, on the clock of the video.
    pub fn opened_ms(&self) -> MonotonicMs {
        milliseconds(self.from_s)
    }

    /// Shows the video to a capture until its claim is signed; counts the frames shown.
    ///
    /// The person's press on start is this command itself: it is given as soon as the session asks
    /// for it.
    pub fn look(
        &self,
        context: &Context,
        vault: &dyn KeyVault,
        (mut video, frames): (VideoReader, &mut u64),
        mut capture: Capture,
    ) -> Result<Looked, Failure> {
        let mut screen = Screen::new(context);
        let opened_ms = self.opened_ms();
        let mut last_ms = opened_ms;
        while let Some(shown) = video.next_frame().map_err(|error| self.about(error))? {
            if shown.at_ms < opened_ms {
                continue;
            }
            last_ms = shown.at_ms;
            *frames += 1;
            let mut cues = capture.push(&shown.frame, last_ms)?;
            let asked = |cue: &Cue| matches!(cue, Cue::Prompt(Prompt::PressStart));
            if capture.phase() == Phase::Framing && cues.iter().any(asked) {
                cues.extend(capture.start(last_ms));
            }
            if let Some(claim) = screen.show(&mut capture, vault, cues)? {
                return Ok(Looked { capture, claim });
            }
        }
        // The camera shows nothing more: the look is judged by what there is, and of the actions
        // that were not seen there is none that it could still show.
        let look_max_ms = u64::from(capture.challenge().policy.look_max_ms);
        let end_ms = last_ms.saturating_add(look_max_ms);
        let mut cues = capture.tick(end_ms);
        while capture.phase() == Phase::Acting {
            cues.extend(capture.swap(end_ms));
        }
        match screen.show(&mut capture, vault, cues)? {
            Some(claim) => Ok(Looked { capture, claim }),
            None => {
                let why = "the video ends before a look could begin";
                Err(Failure::new(ErrorCode::EvidenceInsufficient, why).about(&self.video))
            }
        }
    }

    fn about(&self, error: MediaError) -> Failure {
        Failure::from(error).about(&self.video)
    }
}

/// Where the person reads; the last prompt is not said twice.
struct Screen<'a> {
    context: &'a Context,
    last: Option<Prompt>,
}

impl<'a> Screen<'a> {
    fn new(context: &'a Context) -> Self {
        Self {
            context,
            last: None,
        }
    }

    /// Does what the cues say; gives the claim when it is signed.
    fn show(
        &mut self,
        capture: &mut Capture,
        vault: &dyn KeyVault,
        cues: Vec<Cue>,
    ) -> Result<Option<SignedClaim>, Failure> {
        for cue in cues {
            match cue {
                Cue::Prompt(prompt) if self.last == Some(prompt) => {}
                Cue::Prompt(prompt) => {
                    self.last = Some(prompt);
                    eprintln!("{}", self.context.guidance.prompt(prompt).shown);
                }
                Cue::Progress(_) => {}
                Cue::Sign(sig_structure) => {
                    let cues = wait(sign(capture, vault, &sig_structure))?;
                    if let Some(claim) = self.show(capture, vault, cues)? {
                        return Ok(Some(claim));
                    }
                }
                Cue::Submit(claim) => return Ok(Some(*claim)),
                Cue::Finished(ending) => return Err(stopped(ending)),
            }
        }
        Ok(None)
    }
}

/// A session that ended before there was anything to send.
fn stopped(Ending { outcome, code }: Ending) -> Failure {
    debug_assert_eq!(outcome, Outcome::Stopped);
    let code = code.unwrap_or(ErrorCode::SessionCancelled);
    Failure::new(code, "the session ended before there was a claim to send")
}
