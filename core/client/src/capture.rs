//! One certification on this device: frames in, cues for the shell out.
//!
//! It joins the watch, which sees pixels, with the session, which sees numbers, and holds the key
//! frames that the session wants kept. A key frame is encoded while its camera buffer is still
//! borrowed; nothing else of a frame outlives the call that brought it.

use crate::SignedClaim;
use lifecert_protocol::policy::MAX_KEY_FRAMES;
use lifecert_protocol::{
    Challenge, Channel, ClaimEnvelope, ClaimId, Digest, ErrorCode, EvidenceHeader, EvidenceLevel,
    EvidencePurpose, EvidenceRequest, FaceEvidence, Prompt, SealedEvidence, SignatureForm, Signed,
    Verdict,
};
use lifecert_session::{
    Effect, Ending, Event, Evidence, FaceBounds, MonotonicMs, OpenError, Phase, Session, Setup,
};
use lifecert_vision::{Analyzer, FrameRef, VisionError, Watch, encode_key_frame};
use zeroize::{Zeroize, Zeroizing};

/// What a capture is opened with.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The server's challenge, its signature verified.
    pub challenge: Challenge,
    /// Where the person is.
    pub channel: Channel,
    /// The app and its version, at most 64 bytes.
    pub app_version: String,
    /// Now, on the clock of the frames.
    pub opened_ms: MonotonicMs,
    /// Now, on the device's wall clock, milliseconds since 1970; only advice to the server.
    pub opened_wall_ms: u64,
}

/// What the shell is to show, or to have done.
#[derive(Debug)]
pub enum Cue {
    /// Show and say this; it replaces what was asked before. The same again is to be said again.
    Prompt(Prompt),
    /// How far the look is, in thousandths.
    Progress(u16),
    /// Sign these bytes with the challenge's key and answer with [`Capture::signed`], as
    /// [`sign`](crate::sign) does.
    Sign(Vec<u8>),
    /// Send this claim, as [`submit_claim`](crate::submit_claim) and
    /// [`BindAttempt::submit`](crate::BindAttempt::submit) do.
    Submit(Box<SignedClaim>),
    /// It is over.
    Finished(Ending),
}

/// One certification.
pub struct Capture {
    watch: Watch,
    session: Session,
    challenge: Challenge,
    /// JPEG bytes by slot.
    kept: [Option<Zeroizing<Vec<u8>>>; MAX_KEY_FRAMES],
    /// Why a frame that was to be kept could not be.
    unkept: Option<ErrorCode>,
    deadline_ms: MonotonicMs,
}

/// The frame that an event is about, and where its face is.
type Seen<'a> = (&'a FrameRef<'a>, FaceBounds);

impl Capture {
    /// Opens a capture. The claim's id is chosen here, once.
    ///
    /// # Errors
    /// [`OpenError`] when the challenge's policy leaves its bounds or asks for other models.
    pub fn open(watch: Watch, opening: Opening) -> Result<Self, OpenError> {
        let challenge = opening.challenge;
        let models = watch.models();
        let session = Session::open(Setup {
            challenge: challenge.clone(),
            claim_id: ClaimId::random(),
            channel: opening.channel,
            manifest: models.manifest,
            recognition_model: models.recognition,
            liveness_models: models.liveness.clone(),
            app_version: opening.app_version,
            opened_ms: opening.opened_ms,
            opened_wall_ms: opening.opened_wall_ms,
        })?;
        // A length of time is the same on every clock, whatever date this device believes in.
        let life_ms = challenge
            .expires_at_ms
            .saturating_sub(challenge.issued_at_ms);
        Ok(Self {
            watch,
            session,
            deadline_ms: opening.opened_ms.saturating_add(life_ms),
            challenge,
            kept: Default::default(),
            unkept: None,
        })
    }

    /// Looks at the newest frame. After the look it is let go unseen.
    ///
    /// # Errors
    /// [`VisionError`] when the frame or a net fails; nothing has changed then.
    pub fn push(
        &mut self,
        frame: &FrameRef<'_>,
        at_ms: MonotonicMs,
    ) -> Result<Vec<Cue>, VisionError> {
        if !matches!(
            self.phase(),
            Phase::Framing | Phase::Capturing | Phase::Acting
        ) {
            return Ok(Vec::new());
        }
        if at_ms > self.deadline_ms {
            return Ok(self.handle(Event::Expired));
        }
        let seen = self.watch.look(frame, at_ms)?;
        let face = seen.face.as_ref().map(|face| (frame, face.bounds));
        Ok(self.handle_seen(Event::Observed(seen), face))
    }

    /// The person pressed start: the look begins.
    pub fn start(&mut self, at_ms: MonotonicMs) -> Vec<Cue> {
        if self.phase() == Phase::Framing {
            self.watch.restart();
        }
        self.handle(Event::Start { at_ms })
    }

    /// The person would rather do another action than the one asked for.
    pub fn swap(&mut self, at_ms: MonotonicMs) -> Vec<Cue> {
        self.handle(Event::Swap { at_ms })
    }

    /// The person would like to hear once more what is asked.
    pub fn repeat(&mut self) -> Vec<Cue> {
        self.handle(Event::Repeat)
    }

    /// Time passed without a frame.
    pub fn tick(&mut self, at_ms: MonotonicMs) -> Vec<Cue> {
        if at_ms > self.deadline_ms {
            return self.handle(Event::Expired);
        }
        self.handle(Event::Tick { at_ms })
    }

    /// The app went into the background: a look in progress is forgotten, nothing is lost.
    pub fn background(&mut self) -> Vec<Cue> {
        self.handle(Event::Background)
    }

    /// The app came back.
    pub fn resume(&mut self) -> Vec<Cue> {
        self.handle(Event::Resume)
    }

    /// The person stopped.
    pub fn cancel(&mut self) -> Vec<Cue> {
        self.handle(Event::Cancel)
    }

    /// The key has signed: gives the claim to send.
    pub fn signed(&mut self, signature: Vec<u8>, form: SignatureForm) -> Vec<Cue> {
        self.handle(Event::Signed { signature, form })
    }

    /// The key did not sign.
    pub fn signing_failed(&mut self, code: ErrorCode) -> Vec<Cue> {
        self.handle(Event::SigningFailed(code))
    }

    /// The server has answered, and its receipt, if there is one, was verified.
    pub fn answered(&mut self, outcome: Verdict, code: Option<ErrorCode>) -> Vec<Cue> {
        self.handle(Event::Answered { outcome, code })
    }

    /// The claim lies in the outbox.
    pub fn queued(&mut self) -> Vec<Cue> {
        self.handle(Event::Queued)
    }

    /// The claim could not be sent nor kept.
    pub fn submit_failed(&mut self, code: ErrorCode) -> Vec<Cue> {
        self.handle(Event::SubmitFailed(code))
    }

    /// Where the session is.
    pub fn phase(&self) -> Phase {
        self.session.phase()
    }

    /// The challenge that is answered.
    pub fn challenge(&self) -> &Challenge {
        &self.challenge
    }

    /// Erases everything and gives the analyzer back for the next person.
    pub fn into_analyzer(mut self) -> Analyzer {
        self.erase();
        self.watch.into_analyzer()
    }

    fn handle(&mut self, event: Event) -> Vec<Cue> {
        self.handle_seen(event, None)
    }

    fn handle_seen(&mut self, event: Event, seen: Option<Seen<'_>>) -> Vec<Cue> {
        let mut cues = Vec::new();
        let mut effects = self.step(event);
        let mut at = 0;
        while at < effects.len() {
            match std::mem::replace(&mut effects[at], Effect::DropFrame) {
                Effect::Prompt(prompt) => cues.push(Cue::Prompt(prompt)),
                Effect::Progress(permille) => cues.push(Cue::Progress(permille)),
                Effect::KeepFrame(slot) => self.keep(slot, seen),
                Effect::DropFrame => {}
                Effect::PrepareEvidence => {
                    let event = self.evidence();
                    effects.extend(self.step(event));
                }
                Effect::Sign { sig_structure } => cues.push(Cue::Sign(sig_structure)),
                Effect::Submit { claim } => match self.signed_claim(claim) {
                    Some(claim) => cues.push(Cue::Submit(Box::new(claim))),
                    None => {
                        effects.extend(self.step(Event::SubmitFailed(ErrorCode::ClaimMalformed)));
                    }
                },
                Effect::Erase => self.erase(),
                Effect::Finished(ending) => cues.push(Cue::Finished(ending)),
            }
            at += 1;
        }
        cues
    }

    fn step(&mut self, event: Event) -> Vec<Effect> {
        self.session.step(event)
    }

    fn keep(&mut self, slot: u8, seen: Option<Seen<'_>>) {
        let (Some((frame, bounds)), Some(place)) = (seen, self.kept.get_mut(usize::from(slot)))
        else {
            return;
        };
        match encode_key_frame(frame, &bounds) {
            Ok(jpeg) => *place = Some(jpeg),
            // The frame kept there before, if any, stays.
            Err(error) => self.unkept = Some(error.code()),
        }
    }

    /// What the policy lets go of the look.
    fn evidence(&self) -> Event {
        let digests = self.kept.iter().flatten().map(|jpeg| Digest::of(jpeg));
        let embedding = || self.watch.embedding().map(|mean| mean.quantise());
        let evidence = match self.challenge.policy.evidence {
            EvidenceLevel::KeyFrames => Evidence {
                key_frames: digests.collect(),
                embedding: self.sealed_only().then(embedding).flatten(),
            },
            EvidenceLevel::EmbeddingOnly => Evidence {
                key_frames: Vec::new(),
                embedding: embedding(),
            },
            EvidenceLevel::MatchOnly => Evidence {
                key_frames: Vec::new(),
                embedding: None,
            },
        };
        match self.unkept {
            Some(code) if self.kept.iter().all(Option::is_none) => Event::EvidenceFailed(code),
            _ => Event::EvidenceReady(evidence),
        }
    }

    /// Puts the claim and the very bytes together whose digests it names, sealed where the
    /// challenge asks for it.
    fn signed_claim(&mut self, claim: Vec<u8>) -> Option<SignedClaim> {
        let sealed = match self.challenge.evidence {
            Some(asked) => self.seal(&claim, &asked)?,
            None => None,
        };
        let key_frames = match self.challenge.policy.evidence {
            // Moved, not copied: the claim zeroises them.
            EvidenceLevel::KeyFrames if !self.sealed_only() => self
                .kept
                .iter_mut()
                .filter_map(Option::take)
                .map(|mut jpeg| std::mem::take(&mut *jpeg))
                .collect(),
            _ => Vec::new(),
        };
        SignedClaim::read(ClaimEnvelope::new(claim, key_frames).with_sealed(sealed)).ok()
    }

    /// Seals what the policy lets go of the look; nothing where it lets nothing go.
    fn seal(&self, claim: &[u8], asked: &EvidenceRequest) -> Option<Option<SealedEvidence>> {
        let key_frames = match self.challenge.policy.evidence {
            EvidenceLevel::KeyFrames => self
                .kept
                .iter()
                .flatten()
                .map(|jpeg| jpeg.to_vec().into())
                .collect(),
            EvidenceLevel::EmbeddingOnly => Vec::new(),
            EvidenceLevel::MatchOnly => return Some(None),
        };
        let evidence = FaceEvidence {
            claim: claim.to_vec().into(),
            key_frames,
            embedding: self.watch.embedding().map(|mean| mean.quantise()),
        };
        let signed = Signed::read(claim).ok()?;
        let header = EvidenceHeader::of(&signed.peek().ok()?, signed.payload_digest());
        SealedEvidence::seal(evidence, &asked.key, EvidencePurpose::Recheck, &header)
            .ok()
            .map(Some)
    }

    fn sealed_only(&self) -> bool {
        self.challenge
            .evidence
            .is_some_and(|asked| asked.sealed_only)
    }

    fn erase(&mut self) {
        self.kept.iter_mut().for_each(|jpeg| jpeg.zeroize());
        self.unkept = None;
        self.watch.restart();
    }
}

impl std::fmt::Debug for Capture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Capture({:?})", self.phase())
    }
}
