//! One look of the very session that a device runs, on any frames and without a server.

use std::ops::Range;

use lifecert_protocol::{
    AgencyId, CapturePolicy, Challenge, ChallengeId, ChallengeMode, Channel, Claim, ClaimId,
    Digest, ErrorCode, Nonce, PersonRef, Purpose, Scores, SignatureForm, Signed, SoftwareKey,
    Verdict, WIRE_VERSION,
};
use lifecert_session::{
    Cues, Effect, Ending, Event, Evidence, MonotonicMs, OpenError, Phase, Session, Setup,
};
use lifecert_vision::{Analyzer, Embedding, FrameRef, VisionError, Watch};

use lifecert_media::{MediaError, VideoReader};

/// How a look came out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum End {
    /// A claim was signed with this opinion of the device.
    Judged {
        /// The opinion.
        verdict: Verdict,
        /// The numbers behind it.
        scores: Scores,
        /// What each cue said.
        cues: Cues,
    },
    /// Nothing was claimed.
    Stopped {
        /// Why.
        code: Option<ErrorCode>,
    },
}

/// A video, shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Watched {
    /// How the look came out.
    pub end: End,
    /// Why the person was not accepted.
    pub code: Option<ErrorCode>,
    /// Frames shown.
    pub frames: u64,
    /// From the first of them to the last.
    pub took_ms: u64,
    /// The time of the frame that ended the look; nothing where the video ended first.
    pub until_ms: Option<MonotonicMs>,
    /// Whether the frame rate varies: a gap between frames is more than twice another.
    pub is_uneven: bool,
}

/// Times of the frames shown.
#[derive(Default)]
struct Frames {
    count: u64,
    first_ms: MonotonicMs,
    last_ms: MonotonicMs,
    shortest_ms: u64,
    longest_ms: u64,
}

impl Frames {
    fn note(&mut self, at_ms: MonotonicMs) {
        let gap_ms = at_ms.saturating_sub(self.last_ms);
        match self.count {
            0 => self.first_ms = at_ms,
            1 => (self.shortest_ms, self.longest_ms) = (gap_ms, gap_ms),
            _ => {
                self.shortest_ms = self.shortest_ms.min(gap_ms);
                self.longest_ms = self.longest_ms.max(gap_ms);
            }
        }
        self.last_ms = at_ms;
        self.count += 1;
    }

    fn is_uneven(&self) -> bool {
        self.longest_ms > 2 * self.shortest_ms + 1
    }
}

/// By the rules of the device's opinion; that of two people is the only one without a number.
fn reason(verdict: Verdict, scores: &Scores, policy: &CapturePolicy) -> Option<ErrorCode> {
    let is_other = scores
        .similarity
        .is_some_and(|similarity| similarity < policy.match_threshold);
    match verdict {
        Verdict::Accept => None,
        Verdict::Refuse if scores.good_frames > 0 && scores.live >= policy.live_threshold => {
            Some(if is_other {
                ErrorCode::MatchNotSame
            } else {
                ErrorCode::FrameSeveralFaces
            })
        }
        Verdict::Refuse | Verdict::Refer => Some(ErrorCode::LivenessNotShown),
    }
}

impl End {
    /// Whether the device would have the person certified.
    pub fn is_accepted(&self) -> bool {
        matches!(
            self,
            Self::Judged {
                verdict: Verdict::Accept,
                ..
            }
        )
    }
}

/// Why a look could not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LookError {
    /// The standard policy and the models in use do not fit.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A net failed.
    #[error(transparent)]
    Vision(#[from] VisionError),
    /// The key or the claim failed.
    #[error("the look's claim cannot be made: {0}")]
    Claim(String),
}

impl LookError {
    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Open(error) => error.code(),
            Self::Vision(error) => error.code(),
            Self::Claim(_) => ErrorCode::ClaimMalformed,
        }
    }

    fn claim(error: impl std::fmt::Display) -> Self {
        Self::Claim(error.to_string())
    }
}

/// A look in progress.
pub struct Look {
    watch: Watch,
    session: Session,
    key: SoftwareKey,
    policy: CapturePolicy,
    is_started: bool,
    cues: Cues,
}

impl Look {
    /// A look under the standard policy; with a template, only its person is accepted.
    ///
    /// # Errors
    /// [`LookError::Open`] where the policy does not fit the models.
    pub fn begin(analyzer: Analyzer, template: Option<Embedding>) -> Result<Self, LookError> {
        let watch = Watch::new(analyzer, template);
        let (key, _) = SoftwareKey::generate().map_err(LookError::claim)?;
        let models = watch.models();
        let policy = CapturePolicy::standard(models.recognition, models.liveness.clone());
        let setup = Setup {
            challenge: challenge(policy.clone(), &key)?,
            claim_id: ClaimId::random(),
            channel: Channel::Home,
            manifest: models.manifest,
            recognition_model: models.recognition,
            liveness_models: models.liveness.clone(),
            app_version: "lifecert".into(),
            opened_ms: 0,
            opened_wall_ms: 0,
        };
        let session = Session::open(setup)?;
        Ok(Self {
            watch,
            session,
            key,
            policy,
            is_started: false,
            cues: Cues::default(),
        })
    }

    /// Shows it a frame; start is pressed with the first. Gives the end when there is one.
    ///
    /// # Errors
    /// [`LookError::Vision`] where a net fails.
    pub fn push(
        &mut self,
        frame: &FrameRef<'_>,
        at_ms: MonotonicMs,
    ) -> Result<Option<End>, LookError> {
        if !self.is_started {
            self.is_started = true;
            self.handle(Event::Start { at_ms })?;
        }
        let seen = self.watch.look(frame, at_ms)?;
        self.handle(Event::Observed(seen))
    }

    /// There are no more frames: the look ends by its time.
    ///
    /// # Errors
    /// [`LookError::Claim`] where no claim can be made.
    pub fn finish(&mut self) -> Result<End, LookError> {
        if !self.is_started {
            self.is_started = true;
            self.handle(Event::Start { at_ms: 0 })?;
        }
        let end = self.handle(Event::Tick {
            at_ms: MonotonicMs::MAX,
        })?;
        end.ok_or_else(|| LookError::claim("the session did not end by its time"))
    }

    /// Shows it a stretch of a video, until the look or the stretch ends.
    ///
    /// # Errors
    /// [`LookError`]; within, [`MediaError`] where the video cannot be read that far.
    pub fn watch(
        &mut self,
        video: &mut VideoReader,
        stretch: Range<MonotonicMs>,
    ) -> Result<Result<Watched, MediaError>, LookError> {
        let mut seen = Frames::default();
        loop {
            let shown = match video.next_frame() {
                Ok(shown) => shown.filter(|shown| shown.at_ms < stretch.end),
                Err(error) => return Ok(Err(error)),
            };
            let end = match &shown {
                Some(shown) if shown.at_ms < stretch.start => continue,
                Some(shown) => {
                    seen.note(shown.at_ms);
                    self.push(&shown.frame, shown.at_ms)?
                }
                None => Some(self.finish()?),
            };
            if let Some(end) = end {
                return Ok(Ok(Watched {
                    end,
                    code: self.reason(&end),
                    frames: seen.count,
                    took_ms: seen.last_ms.saturating_sub(seen.first_ms),
                    until_ms: shown.map(|shown| shown.at_ms),
                    is_uneven: seen.is_uneven(),
                }));
            }
        }
    }

    /// Why the person was not accepted.
    fn reason(&self, end: &End) -> Option<ErrorCode> {
        match end {
            End::Stopped { code } => *code,
            End::Judged {
                verdict, scores, ..
            } => reason(*verdict, scores, &self.policy),
        }
    }

    /// By which policy it looks.
    pub fn policy(&self) -> &CapturePolicy {
        &self.policy
    }

    /// Gives the analyzer back.
    pub fn into_analyzer(self) -> Analyzer {
        self.watch.into_analyzer()
    }

    fn handle(&mut self, event: Event) -> Result<Option<End>, LookError> {
        for effect in self.session.step(event) {
            match effect {
                Effect::PrepareEvidence => {
                    self.cues = self.session.cues().copied().unwrap_or_default();
                    let key_frames = vec![Digest::of(b"not sent anywhere")];
                    let evidence = Evidence {
                        key_frames,
                        embedding: None,
                    };
                    return self.handle(Event::EvidenceReady(evidence));
                }
                Effect::Sign { sig_structure } => {
                    let signature = self.key.sign(&sig_structure).map_err(LookError::claim)?;
                    return self.handle(Event::Signed {
                        signature,
                        form: SignatureForm::Raw,
                    });
                }
                Effect::Submit { claim } => return self.read(&claim).map(Some),
                _ => {}
            }
        }
        Ok(match self.session.phase() {
            Phase::Ended(Ending { code, .. }) => Some(End::Stopped { code }),
            _ => None,
        })
    }

    fn read(&self, claim: &[u8]) -> Result<End, LookError> {
        let signed = Signed::read(claim).map_err(LookError::claim)?;
        let Claim {
            verdict, scores, ..
        } = signed.verify(self.key.public()).map_err(LookError::claim)?;
        let cues = self.cues;
        Ok(End::Judged {
            verdict,
            scores,
            cues,
        })
    }
}

fn challenge(policy: CapturePolicy, key: &SoftwareKey) -> Result<Challenge, LookError> {
    Ok(Challenge {
        version: WIRE_VERSION,
        challenge_id: ChallengeId::random(),
        agency: "local".parse::<AgencyId>().map_err(LookError::claim)?,
        server: "local.example".into(),
        purpose: Purpose::Certify,
        mode: ChallengeMode::Online,
        person: Some(PersonRef::random()),
        key: key.public().id(),
        nonce: Nonce::random(),
        issued_at_ms: 0,
        expires_at_ms: 600_000,
        sequence: 1,
        policy,
        attempt: 1,
        evidence: None,
    })
}
