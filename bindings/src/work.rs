//! What a session holds behind its calls: the capture, where it leads, and what is still to be
//! done.

use crate::errors::LifecertError;
use crate::models::Models;
use crate::session::{Answer, Cue, Phase};
use lifecert_client::{
    BindAttempt, Binding, Bound, Capture, Cue as CoreCue, Phone, SignedClaim, Submitted,
};
use lifecert_protocol::{ErrorCode, Outcome, PersonRef};
use lifecert_session::{Ending, OpenError, Phase as CorePhase};
use lifecert_vision::{Embedding, FrameRef, Watch};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where a look leads.
pub(crate) enum Road {
    /// Nowhere.
    Practice,
    /// To a certification.
    Certify(Arc<Phone>, Box<Binding>),
    /// To a binding; the attempt is used up by sending it.
    Bind(Arc<Phone>, Option<Box<BindAttempt>>),
}

/// What is to be done once the look is over.
enum Next {
    Sign(Vec<u8>),
    Submit(Box<SignedClaim>),
}

/// A capture and all that belongs to it.
pub(crate) struct Work {
    /// There until it is erased.
    capture: Option<Capture>,
    models: Arc<Models>,
    road: Road,
    next: Option<Next>,
    answer: Option<Answer>,
}

impl Work {
    pub fn open(
        models: Arc<Models>,
        template: Option<Embedding>,
        open: impl FnOnce(Watch) -> Result<Capture, OpenError>,
        road: Road,
    ) -> Result<Self, LifecertError> {
        let watch = Watch::new(models.take()?, template);
        Ok(Self {
            capture: Some(open(watch)?),
            models,
            road,
            next: None,
            answer: None,
        })
    }

    /// What the core's cues are to the shell; keeps what is to be done later.
    fn cues(&mut self, cues: Vec<CoreCue>) -> Vec<Cue> {
        let mut shown = Vec::with_capacity(cues.len());
        for cue in cues {
            shown.push(match cue {
                CoreCue::Prompt(prompt) => Cue::Prompt {
                    prompt: prompt.into(),
                },
                CoreCue::Progress(permille) => Cue::Progress { permille },
                CoreCue::Sign(_) if matches!(self.road, Road::Practice) => self.end(Ending {
                    outcome: Outcome::Stopped,
                    code: None,
                }),
                CoreCue::Sign(bytes) => {
                    self.next = Some(Next::Sign(bytes));
                    Cue::Finish
                }
                CoreCue::Submit(claim) => {
                    self.next = Some(Next::Submit(claim));
                    continue;
                }
                CoreCue::Finished(ending) => self.end(ending),
            });
        }
        shown
    }

    /// It is over: nothing of the look stays, the nets go back.
    fn end(&mut self, Ending { outcome, code }: Ending) -> Cue {
        let code = code.map(|code| code.as_str().to_owned());
        self.next = None;
        if let Some(capture) = self.capture.take() {
            self.models.give_back(capture.into_analyzer());
        }
        let answer = self.answer.get_or_insert_with(|| Answer {
            outcome: outcome.into(),
            code: code.clone(),
            retry_after_s: None,
            person: None,
            receipt: None,
        });
        Cue::Ended {
            outcome: answer.outcome,
            code,
        }
    }

    fn phase(&self) -> Phase {
        match self.capture.as_ref().map(Capture::phase) {
            Some(CorePhase::Framing) => Phase::Framing,
            Some(CorePhase::Capturing) => Phase::Capturing,
            Some(CorePhase::Acting) => Phase::Acting,
            Some(CorePhase::Deciding | CorePhase::Signing | CorePhase::Submitting) => {
                Phase::Finishing
            }
            Some(CorePhase::Ended(_)) | None => Phase::Ended,
        }
    }

    async fn finish(&mut self) -> Result<Answer, LifecertError> {
        if let (Some(Next::Sign(bytes)), Some(phone)) = (&self.next, self.road.phone())
            && let Some(capture) = &mut self.capture
        {
            let cues = phone.sign(capture, bytes).await;
            self.next = None;
            self.cues(cues);
        }
        if let Some(Next::Submit(claim)) = self.next.take() {
            self.submit(*claim).await;
        } else if self.is_cut_off() {
            // Given up on the way: the claim lies in the outbox, a binding's request beside it.
            let cues = self.capture.as_mut().map(Capture::queued);
            self.cues(cues.unwrap_or_default());
        }
        self.let_go().await;
        let answer = self.answer.clone();
        answer.ok_or_else(|| ErrorCode::EvidenceInsufficient.into())
    }

    /// A binding that did not come about leaves no key behind.
    async fn let_go(&mut self) {
        if let (None, Road::Bind(phone, attempt)) = (&self.capture, &mut self.road)
            && let Some(attempt) = attempt.take()
        {
            // A key that nobody knows harms nobody.
            let _ = attempt.abandon(phone.vault()).await;
        }
    }

    fn is_cut_off(&self) -> bool {
        let phase = self.capture.as_ref().map(Capture::phase);
        phase == Some(CorePhase::Submitting)
    }

    async fn submit(&mut self, claim: SignedClaim) {
        let Some(capture) = &mut self.capture else {
            return;
        };
        match &mut self.road {
            Road::Practice => {}
            Road::Certify(phone, binding) => {
                let submitted = phone.submit(binding, capture, claim).await;
                let person = binding.person;
                self.certified(submitted, person);
            }
            Road::Bind(phone, attempt) => {
                let Some(attempt) = attempt.take() else {
                    return;
                };
                let sending = attempt.submit(phone.device(), phone.vault(), capture, claim);
                match sending.await {
                    Ok((bound, cues)) => {
                        self.cues(cues);
                        self.bound(bound);
                    }
                    Err(error) => self.unsettled(error.code()),
                }
            }
        }
    }

    /// A binding whose request or answer this phone could not keep. Where the request lies here, it
    /// is asked for again.
    fn unsettled(&mut self, code: ErrorCode) {
        match &mut self.capture {
            Some(capture) if capture.phase() == CorePhase::Submitting => {
                let cues = capture.queued();
                self.cues(cues);
            }
            _ => {
                let outcome = Outcome::Stopped;
                self.end(Ending {
                    outcome,
                    code: Some(code),
                });
            }
        }
        if let Some(answer) = &mut self.answer {
            answer.code = Some(code.as_str().to_owned());
        }
    }

    fn certified(&mut self, submitted: Submitted, person: PersonRef) {
        self.cues(submitted.cues);
        if let Some(answer) = &mut self.answer {
            let receipt = submitted.receipt.and_then(|copy| copy.receipt().ok());
            answer.receipt = receipt.map(|receipt| receipt.receipt_id.to_string());
            answer.person = Some(person.to_string());
            answer.retry_after_s = submitted.retry_after_s;
            if let Some(code) = submitted.waits {
                answer.code = Some(code.as_str().to_owned());
            }
        }
    }

    fn bound(&mut self, bound: Bound) {
        let Some(answer) = &mut self.answer else {
            return;
        };
        match bound {
            Bound::Now(binding) => answer.person = Some(binding.person.to_string()),
            Bound::Unanswered(code) => answer.code = Some(code.as_str().to_owned()),
            Bound::Pending(..) | Bound::Not(_) => {}
        }
    }
}

impl Road {
    fn phone(&self) -> Option<Arc<Phone>> {
        match self {
            Road::Practice => None,
            Road::Certify(phone, _) | Road::Bind(phone, _) => Some(phone.clone()),
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Some(capture) = self.capture.take() {
            self.models.give_back(capture.into_analyzer());
        }
    }
}

/// Where a session's work lies. It is taken out while it is finished, so that a press meanwhile
/// finds nothing to do and waits for nobody.
pub(crate) struct Slot(Mutex<Option<Work>>);

impl Slot {
    pub fn new(work: Work) -> Self {
        Self(Mutex::new(Some(work)))
    }

    pub fn push(&self, frame: &FrameRef<'_>, at_ms: u64) -> Result<Vec<Cue>, LifecertError> {
        let mut slot = self.lock();
        let Some(work) = slot.as_mut() else {
            return Ok(Vec::new());
        };
        let Some(capture) = &mut work.capture else {
            return Ok(Vec::new());
        };
        let cues = capture.push(frame, at_ms)?;
        Ok(work.cues(cues))
    }

    pub fn take_in(&self, event: impl FnOnce(&mut Capture) -> Vec<CoreCue>) -> Vec<Cue> {
        let mut slot = self.lock();
        let Some(work) = slot.as_mut() else {
            return Vec::new();
        };
        match &mut work.capture {
            Some(capture) => {
                let cues = event(capture);
                work.cues(cues)
            }
            None => Vec::new(),
        }
    }

    pub fn phase(&self) -> Phase {
        self.lock().as_ref().map_or(Phase::Finishing, Work::phase)
    }

    pub async fn finish(&self) -> Result<Answer, LifecertError> {
        let work = self.lock().take();
        let mut taken = Taken { slot: self, work };
        match &mut taken.work {
            Some(work) => work.finish().await,
            None => Err(ErrorCode::SessionCancelled.into()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Work>> {
        // A net that panicked half-way through a frame leaves a capture that can be cancelled.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Work that goes back to its place, whatever becomes of who took it.
struct Taken<'a> {
    slot: &'a Slot,
    work: Option<Work>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        *self.slot.lock() = self.work.take();
    }
}
