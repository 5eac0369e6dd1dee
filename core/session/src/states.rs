//! One struct per state; each takes an event, consumes itself and gives the next state.

use crate::cues::Cues;
use crate::event::{Effect, Ending, Event, Evidence};
use crate::look::{Judgement, Look};
use crate::setup::Setup;
use crate::{MonotonicMs, Observation, gate};
use lifecert_protocol::{ErrorCode, Outcome, Prompt, Scores, Unsigned, Verdict};

/// A prompt stays for at least this long, so that nothing flickers.
const PROMPT_HOLD_MS: u64 = 1_000;

pub(crate) type Step = (State, Vec<Effect>);

#[derive(Debug, Clone)]
pub(crate) enum State {
    Framing(Framing),
    Capturing(Capturing),
    Deciding(Deciding),
    Signing(Signing),
    Submitting(Submitting),
    Ended(Ending),
}

/// The person finds the oval; the camera alone starts nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Framing {
    prompter: Prompter,
}

/// The look is going on.
#[derive(Debug, Clone)]
pub(crate) struct Capturing {
    look: Look,
    prompter: Prompter,
}

/// The look is over; the key frames are being encoded.
#[derive(Debug, Clone)]
pub(crate) struct Deciding {
    verdict: Verdict,
    scores: Scores,
    pub(crate) cues: Cues,
    started_ms: MonotonicMs,
    finished_ms: MonotonicMs,
}

/// The claim waits for its signature.
#[derive(Debug, Clone)]
pub(crate) struct Signing {
    // Boxed: the other states are a third of its size.
    unsigned: Box<Unsigned>,
}

/// The claim is on its way.
#[derive(Debug, Clone)]
pub(crate) struct Submitting;

/// Remembers what was asked last and when.
#[derive(Debug, Clone, Default)]
struct Prompter {
    last: Option<(Prompt, MonotonicMs)>,
}

impl Prompter {
    fn ask(&mut self, prompt: Prompt, at_ms: MonotonicMs) -> Option<Effect> {
        let hold = self.last.is_some_and(|(last, since_ms)| {
            last == prompt || at_ms.saturating_sub(since_ms) < PROMPT_HOLD_MS
        });
        if hold {
            return None;
        }
        self.last = Some((prompt, at_ms));
        Some(Effect::Prompt(prompt))
    }
}

impl Framing {
    pub(crate) fn handle(mut self, event: Event, setup: &Setup) -> Step {
        match event {
            Event::Observed(seen) => {
                let prompt = gate::good_face(&seen).err().unwrap_or(Prompt::PressStart);
                let mut effects = vec![Effect::DropFrame];
                effects.extend(self.prompter.ask(prompt, seen.at_ms));
                (State::Framing(self), effects)
            }
            Event::Start { at_ms } => {
                let look = Look::new(at_ms, setup.policy());
                let mut prompter = Prompter::default();
                let effects = prompter
                    .ask(Prompt::KeepLooking, at_ms)
                    .into_iter()
                    .collect();
                (State::Capturing(Capturing { look, prompter }), effects)
            }
            Event::Resume => {
                let effects = vec![Effect::Prompt(Prompt::WelcomeBack)];
                (State::Framing(Framing::default()), effects)
            }
            event => otherwise(State::Framing(self), event),
        }
    }
}

impl Capturing {
    pub(crate) fn handle(self, event: Event, setup: &Setup) -> Step {
        match event {
            Event::Observed(seen) => self.observe(&seen, setup),
            Event::Tick { at_ms } if self.is_over(at_ms, setup) => self.finish(at_ms, setup),
            // A look is one piece: what was seen before a break does not count, and only a new
            // press of start begins another.
            Event::Background => (State::Framing(Framing::default()), vec![Effect::Erase]),
            event => otherwise(State::Capturing(self), event),
        }
    }

    fn observe(mut self, seen: &Observation, setup: &Setup) -> Step {
        let policy = setup.policy();
        let mut effects = Vec::new();
        match gate::good_face(seen) {
            Ok(face) => {
                let slot = self.look.take(seen.at_ms, face, policy);
                effects.push(slot.map_or(Effect::DropFrame, Effect::KeepFrame));
                effects.push(Effect::Progress(
                    self.look.progress_permille(seen.at_ms, policy),
                ));
                let late = self.look.elapsed_ms(seen.at_ms) > u64::from(policy.look_min_ms);
                let prompt = if late {
                    Prompt::LittleLonger
                } else {
                    Prompt::KeepLooking
                };
                effects.extend(self.prompter.ask(prompt, seen.at_ms));
            }
            Err(prompt) => {
                effects.push(Effect::DropFrame);
                effects.extend(self.prompter.ask(prompt, seen.at_ms));
            }
        }
        if self.look.is_enough(seen.at_ms, policy) || self.is_over(seen.at_ms, setup) {
            let (state, more) = self.finish(seen.at_ms, setup);
            effects.extend(more);
            return (state, effects);
        }
        (State::Capturing(self), effects)
    }

    fn is_over(&self, at_ms: MonotonicMs, setup: &Setup) -> bool {
        self.look.elapsed_ms(at_ms) >= u64::from(setup.policy().look_max_ms)
    }

    fn finish(self, at_ms: MonotonicMs, setup: &Setup) -> Step {
        let Judgement {
            verdict,
            scores,
            cues,
        } = self.look.judge(setup.policy());
        // Too little was seen to ask anybody about: nothing is sent and no try is used up.
        if scores.good_frames < setup.policy().good_frames {
            return end(Outcome::Stopped, Some(ErrorCode::EvidenceInsufficient));
        }
        let deciding = Deciding {
            verdict,
            scores,
            cues,
            started_ms: self.look.started_ms(),
            finished_ms: at_ms,
        };
        (
            State::Deciding(deciding),
            vec![Effect::Prompt(Prompt::LookDone), Effect::PrepareEvidence],
        )
    }
}

impl Deciding {
    pub(crate) fn handle(self, event: Event, setup: &Setup) -> Step {
        match event {
            Event::EvidenceReady(evidence) => self.sign(evidence, setup),
            Event::EvidenceFailed(code) => end(Outcome::Stopped, Some(code)),
            event => otherwise(State::Deciding(self), event),
        }
    }

    fn sign(self, evidence: Evidence, setup: &Setup) -> Step {
        let times = (self.started_ms, self.finished_ms);
        let claim = setup.claim(self.verdict, self.scores, evidence, times);
        let unsigned = Box::new(Unsigned::new(&claim, setup.key()));
        let sig_structure = unsigned.sig_structure().to_vec();
        (
            State::Signing(Signing { unsigned }),
            vec![Effect::Sign { sig_structure }],
        )
    }
}

impl Signing {
    pub(crate) fn handle(self, event: Event) -> Step {
        match event {
            Event::Signed { signature, form } => match self.unsigned.attach(&signature, form) {
                Ok(claim) => (
                    State::Submitting(Submitting),
                    vec![Effect::Prompt(Prompt::Sending), Effect::Submit { claim }],
                ),
                Err(error) => end(Outcome::Stopped, Some(error.code())),
            },
            Event::SigningFailed(code) => end(Outcome::Stopped, Some(code)),
            event => otherwise(State::Signing(self), event),
        }
    }
}

impl Submitting {
    pub(crate) fn handle(self, event: Event) -> Step {
        match event {
            Event::Answered { outcome, code } => {
                let outcome = match outcome {
                    Verdict::Accept => Outcome::Accepted,
                    Verdict::Refer => Outcome::Referred,
                    Verdict::Refuse => Outcome::Refused,
                };
                end(outcome, code)
            }
            Event::Queued => end(Outcome::Queued, None),
            Event::SubmitFailed(code) => end(Outcome::Stopped, Some(code)),
            event => otherwise(State::Submitting(self), event),
        }
    }
}

/// What every state does with cancel and expiry; anything else is not for it and changes nothing,
/// but a frame is always answered so that its buffer goes back.
fn otherwise(state: State, event: Event) -> Step {
    match event {
        Event::Cancel => end(Outcome::Stopped, Some(ErrorCode::SessionCancelled)),
        Event::Expired => end(Outcome::Stopped, Some(ErrorCode::SessionExpired)),
        Event::Observed(_) => (state, vec![Effect::DropFrame]),
        _ => (state, Vec::new()),
    }
}

fn end(outcome: Outcome, code: Option<ErrorCode>) -> Step {
    let ending = Ending { outcome, code };
    (
        State::Ended(ending),
        vec![Effect::Erase, Effect::Finished(ending)],
    )
}

impl State {
    pub(crate) fn handle(self, event: Event, setup: &Setup) -> Step {
        match self {
            State::Framing(state) => state.handle(event, setup),
            State::Capturing(state) => state.handle(event, setup),
            State::Deciding(state) => state.handle(event, setup),
            State::Signing(state) => state.handle(event),
            State::Submitting(state) => state.handle(event),
            State::Ended(ending) => {
                let seen = matches!(event, Event::Observed(_));
                (
                    State::Ended(ending),
                    seen.then_some(Effect::DropFrame).into_iter().collect(),
                )
            }
        }
    }
}
