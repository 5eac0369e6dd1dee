//! One look of the very session that a device runs, on any frames and without a server.

use lifecert_protocol::{
    AgencyId, CapturePolicy, Challenge, ChallengeId, ChallengeMode, Channel, Claim, ClaimId,
    Digest, ErrorCode, Nonce, PersonRef, Purpose, Scores, SignatureForm, Signed, SoftwareKey,
    Verdict, WIRE_VERSION,
};
use lifecert_session::{
    Effect, Ending, Event, Evidence, MonotonicMs, OpenError, Phase, Session, Setup,
};
use lifecert_vision::{Analyzer, Embedding, FrameRef, VisionError, Watch};

use crate::media::{MediaError, VideoReader};

/// How a look came out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum End {
    /// A claim was signed with this opinion of the device.
    Judged {
        /// The opinion.
        verdict: Verdict,
        /// The numbers behind it.
        scores: Scores,
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
    /// Frames shown.
    pub frames: u64,
    /// The time of the frame that ended the look; nothing where the video ended first.
    pub until_ms: Option<MonotonicMs>,
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
    is_started: bool,
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
            challenge: challenge(policy, &key)?,
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
            is_started: false,
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

    /// Shows it a video from where it is, until the look ends or the video reaches a time.
    ///
    /// # Errors
    /// [`LookError`]; within, [`MediaError`] where the video cannot be read that far.
    pub fn watch(
        &mut self,
        video: &mut VideoReader,
        to_ms: MonotonicMs,
    ) -> Result<Result<Watched, MediaError>, LookError> {
        let mut frames = 0;
        loop {
            let shown = match video.next_frame() {
                Ok(Some(shown)) if shown.at_ms < to_ms => shown,
                Ok(_) => {
                    let end = self.finish()?;
                    let until_ms = None;
                    return Ok(Ok(Watched {
                        end,
                        frames,
                        until_ms,
                    }));
                }
                Err(error) => return Ok(Err(error)),
            };
            frames += 1;
            if let Some(end) = self.push(&shown.frame, shown.at_ms)? {
                let until_ms = Some(shown.at_ms);
                return Ok(Ok(Watched {
                    end,
                    frames,
                    until_ms,
                }));
            }
        }
    }

    /// Gives the analyzer back.
    pub fn into_analyzer(self) -> Analyzer {
        self.watch.into_analyzer()
    }

    fn handle(&mut self, event: Event) -> Result<Option<End>, LookError> {
        let (session, effects) = self.session.clone().handle(event);
        self.session = session;
        for effect in effects {
            match effect {
                Effect::PrepareEvidence => {
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
        Ok(End::Judged { verdict, scores })
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
    })
}
