//! One look of the very session that a device runs, on any frames and without a server.

use lifecert_protocol::{
    AgencyId, CapturePolicy, Challenge, ChallengeId, ChallengeMode, Channel, Claim, ClaimId,
    Digest, ErrorCode, Nonce, PersonRef, Purpose, Scores, SignatureForm, Signed, SoftwareKey,
    Verdict, WIRE_VERSION,
};
use lifecert_session::{Effect, Ending, Event, Evidence, MonotonicMs, Phase, Session, Setup};
use lifecert_vision::{Analyzer, FrameRef, Watch};

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

/// A look in progress.
pub struct Look {
    watch: Watch,
    session: Session,
    key: SoftwareKey,
    is_started: bool,
}

impl Look {
    /// A look under the standard policy, without a template.
    pub fn begin(analyzer: Analyzer) -> Result<Self, String> {
        let watch = Watch::new(analyzer, None);
        let (key, _) = SoftwareKey::generate().map_err(|error| error.to_string())?;
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
        let session = Session::open(setup).map_err(|error| error.to_string())?;
        Ok(Self {
            watch,
            session,
            key,
            is_started: false,
        })
    }

    /// Shows it a frame; start is pressed with the first. Gives the end when there is one.
    pub fn push(
        &mut self,
        frame: &FrameRef<'_>,
        at_ms: MonotonicMs,
    ) -> Result<Option<End>, String> {
        if !self.is_started {
            self.is_started = true;
            self.handle(Event::Start { at_ms })?;
        }
        let seen = self
            .watch
            .look(frame, at_ms)
            .map_err(|error| error.to_string())?;
        self.handle(Event::Observed(seen))
    }

    /// There are no more frames: the look ends by its time.
    pub fn finish(&mut self) -> Result<End, String> {
        let end = self.handle(Event::Tick {
            at_ms: MonotonicMs::MAX,
        })?;
        end.ok_or_else(|| "the session did not end by its time".into())
    }

    /// Gives the analyzer back.
    pub fn into_analyzer(self) -> Analyzer {
        self.watch.into_analyzer()
    }

    fn handle(&mut self, event: Event) -> Result<Option<End>, String> {
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
                    let signature = self
                        .key
                        .sign(&sig_structure)
                        .map_err(|error| error.to_string())?;
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

    fn read(&self, claim: &[u8]) -> Result<End, String> {
        let signed = Signed::read(claim).map_err(|error| error.to_string())?;
        let Claim {
            verdict, scores, ..
        } = signed
            .verify(self.key.public())
            .map_err(|error| error.to_string())?;
        Ok(End::Judged { verdict, scores })
    }
}

fn challenge(policy: CapturePolicy, key: &SoftwareKey) -> Result<Challenge, String> {
    Ok(Challenge {
        version: WIRE_VERSION,
        challenge_id: ChallengeId::random(),
        agency: "local"
            .parse::<AgencyId>()
            .map_err(|error| error.to_string())?,
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
