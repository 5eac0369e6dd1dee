//! One struct per state; each takes an event, consumes itself and gives the next state.

use crate::actions::{Next, Round};
use crate::cues::Cues;
use crate::event::{Effect, Ending, Event, Evidence};
use crate::gate::{Aim, Gate};
use crate::look::{Company, Judgement, Look};
use crate::setup::Setup;
use crate::{FaceObservation, MonotonicMs, Observation};
use lifecert_protocol::{Action, ErrorCode, Outcome, Prompt, Score, Scores, Unsigned, Verdict};

/// A prompt stays for at least this long, so that nothing flickers.
const PROMPT_HOLD_MS: u64 = 1_000;

/// An action that was not seen yet is asked for again after this long.
const REMIND_MS: u64 = 15_000;

/// After an action the person comes back to rest before the next one is asked for.
const REST_MS: u64 = 2_000;

/// Key frames that a claim needs, unless the policy wants fewer: the server refuses with less.
const FEWEST_KEY_FRAMES: usize = 3;

pub(crate) type Step = (State, Vec<Effect>);

#[derive(Debug, Clone)]
pub(crate) enum State {
    // Boxed: with what they have gathered these three are larger than all others.
    Framing(Box<Framing>),
    Capturing(Box<Capturing>),
    Acting(Box<Acting>),
    Deciding(Deciding),
    Signing(Signing),
    Submitting(Submitting),
    Ended(Ending),
}

/// The person finds the oval; the camera alone starts nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Framing {
    gate: Gate,
    prompter: Prompter,
}

/// The look is going on.
#[derive(Debug, Clone)]
pub(crate) struct Capturing {
    // Boxed: the other states are two thirds of its size.
    look: Box<Look>,
    gate: Gate,
    prompter: Prompter,
}

/// The look is over; gentle actions are asked for, one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Acting {
    judged: Judged,
    round: Round,
    gate: Gate,
    prompter: Prompter,
    /// Until when the person rests after an action.
    rests_until_ms: MonotonicMs,
    company: Company,
    /// Frames on which the passive net was run, and those of them that speak for life.
    judged_frames: u32,
    live_frames: u32,
}

/// What the look came to.
#[derive(Debug, Clone)]
struct Judged {
    verdict: Verdict,
    scores: Scores,
    cues: Cues,
    started_ms: MonotonicMs,
}

/// All was seen; the key frames are being encoded.
#[derive(Debug, Clone)]
pub(crate) struct Deciding {
    judged: Judged,
    actions: Vec<Action>,
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
        Some(self.say(prompt, at_ms))
    }

    /// Asks at once, whatever was asked before.
    fn say(&mut self, prompt: Prompt, at_ms: MonotonicMs) -> Effect {
        self.last = Some((prompt, at_ms));
        Effect::Prompt(prompt)
    }

    /// The same once more, where it was said long ago.
    fn remind(&mut self, at_ms: MonotonicMs) -> Option<Effect> {
        let (prompt, since_ms) = self.last?;
        (at_ms.saturating_sub(since_ms) >= REMIND_MS).then(|| self.say(prompt, at_ms))
    }

    /// The same once more, because the person asks for it.
    fn repeat(&self) -> Vec<Effect> {
        let last = self.last.map(|(prompt, _)| Effect::Prompt(prompt));
        last.into_iter().collect()
    }
}

impl Framing {
    pub(crate) fn handle(mut self, event: Event, setup: &Setup) -> Step {
        match event {
            Event::Observed(seen) => {
                let view = self.gate.look(&seen, Aim::Portrait);
                let is_ready = view.face.is_some() && !view.settling;
                let ready = is_ready.then_some(Prompt::PressStart);
                let mut effects = vec![Effect::DropFrame];
                if let Some(prompt) = view.ask.or(ready) {
                    effects.extend(self.prompter.ask(prompt, seen.at_ms));
                }
                (State::Framing(Box::new(self)), effects)
            }
            Event::Start { at_ms } => {
                let look = Box::new(Look::new(at_ms, setup.policy()));
                let mut capturing = Capturing {
                    look,
                    gate: self.gate,
                    prompter: self.prompter,
                };
                let effects = vec![capturing.prompter.say(Prompt::KeepLooking, at_ms)];
                (State::Capturing(Box::new(capturing)), effects)
            }
            Event::Repeat => {
                let effects = self.prompter.repeat();
                (State::Framing(Box::new(self)), effects)
            }
            Event::Resume => {
                let effects = vec![Effect::Prompt(Prompt::WelcomeBack)];
                (State::Framing(Box::default()), effects)
            }
            event => otherwise(State::Framing(Box::new(self)), event),
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
            Event::Background => (State::Framing(Box::default()), vec![Effect::Erase]),
            Event::Repeat => {
                let effects = self.prompter.repeat();
                (State::Capturing(Box::new(self)), effects)
            }
            event => otherwise(State::Capturing(Box::new(self)), event),
        }
    }

    fn observe(mut self, seen: &Observation, setup: &Setup) -> Step {
        let policy = setup.policy();
        let mut effects = Vec::new();
        if self.is_over(seen.at_ms, setup) {
            // What comes after the end, perhaps after a long sleep, is no part of the look.
            let (state, more) = self.finish(seen.at_ms, setup);
            effects.push(Effect::DropFrame);
            effects.extend(more);
            return (state, effects);
        }
        let view = self.gate.look(seen, Aim::Portrait);
        let usual = match view.face {
            Some(face) => {
                let slot = self.look.take(seen.at_ms, face, policy);
                effects.push(slot.map_or(Effect::DropFrame, Effect::KeepFrame));
                effects.push(Effect::Progress(
                    self.look.progress_permille(seen.at_ms, policy),
                ));
                let late = self.look.elapsed_ms(seen.at_ms) > u64::from(policy.look_min_ms);
                Some(if late {
                    Prompt::LittleLonger
                } else {
                    Prompt::KeepLooking
                })
            }
            None => {
                effects.push(Effect::DropFrame);
                None
            }
        };
        if let Some(prompt) = view.ask.or(usual) {
            effects.extend(self.prompter.ask(prompt, seen.at_ms));
        }
        if self.look.is_enough(seen.at_ms, policy) {
            let (state, more) = self.finish(seen.at_ms, setup);
            effects.extend(more);
            return (state, effects);
        }
        (State::Capturing(Box::new(self)), effects)
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
        let policy = setup.policy();
        let wanted = FEWEST_KEY_FRAMES.min(usize::from(policy.key_frames));
        if scores.good_frames < policy.good_frames || self.look.kept() < wanted {
            return end(Outcome::Stopped, Some(ErrorCode::EvidenceInsufficient));
        }
        let judged = Judged {
            verdict,
            scores,
            cues,
            started_ms: self.look.started_ms(),
        };
        let Some(round) = Round::of(&setup.challenge) else {
            return judged.decide(Vec::new(), at_ms);
        };
        let mut acting = Acting {
            judged,
            round,
            gate: self.gate,
            prompter: self.prompter,
            rests_until_ms: at_ms,
            company: Company::default(),
            judged_frames: 0,
            live_frames: 0,
        };
        let prompt = acting.round.asked().prompt();
        let effects = vec![acting.prompter.say(prompt, at_ms)];
        (State::Acting(Box::new(acting)), effects)
    }
}

impl Acting {
    pub(crate) fn handle(mut self: Box<Self>, event: Event, setup: &Setup) -> Step {
        match event {
            Event::Observed(seen) => {
                let (state, mut effects) = self.observe(&seen, setup);
                effects.insert(0, Effect::DropFrame);
                (state, effects)
            }
            Event::Swap { at_ms } => match self.round.swap() {
                Next::Ask(action) => {
                    let effects = vec![self.prompter.say(action.prompt(), at_ms)];
                    (State::Acting(self), effects)
                }
                Next::Complete | Next::Exhausted => self.finish(at_ms),
            },
            Event::Repeat => {
                let effects = self.prompter.repeat();
                (State::Acting(self), effects)
            }
            Event::Background => (State::Framing(Box::default()), vec![Effect::Erase]),
            event => otherwise(State::Acting(self), event),
        }
    }

    fn observe(mut self: Box<Self>, seen: &Observation, setup: &Setup) -> Step {
        let at_ms = seen.at_ms;
        let view = self.gate.look(seen, Aim::Action);
        if let Some(face) = view.face {
            self.judge(face, setup);
        }
        let rests = at_ms < self.rests_until_ms;
        let face = view.face.filter(|_| !rests);
        match face.and_then(|face| self.round.take(at_ms, face)) {
            Some(Next::Ask(_)) => {
                self.rests_until_ms = at_ms.saturating_add(REST_MS);
                let effects = vec![self.prompter.say(Prompt::ActSeen, at_ms)];
                return (State::Acting(self), effects);
            }
            Some(Next::Complete | Next::Exhausted) => return self.finish(at_ms),
            None => {}
        }
        let usual = (!rests).then(|| self.round.asked().prompt());
        let asked = view
            .ask
            .or(usual)
            .and_then(|prompt| self.prompter.ask(prompt, at_ms))
            .or_else(|| self.prompter.remind(at_ms));
        (State::Acting(self), asked.into_iter().collect())
    }

    /// Whoever acts must be who was looked at, and as alive.
    fn judge(&mut self, face: &FaceObservation, setup: &Setup) {
        self.company.take(face);
        if let Some(live) = face.live {
            let is_live = Score::from_f32(live) >= setup.policy().live_threshold;
            self.judged_frames += 1;
            self.live_frames += u32::from(is_live);
        }
    }

    /// Actions lower the look's verdict, never raise it; missing ones are for a person to look at.
    fn finish(self, at_ms: MonotonicMs) -> Step {
        let mut judged = self.judged;
        let alive = 2 * self.live_frames >= self.judged_frames;
        if self.company.two_people {
            judged.verdict = Verdict::Refuse;
        } else if !(alive && self.round.is_convincing()) {
            judged.verdict = judged.verdict.max(Verdict::Refer);
        }
        judged.decide(self.round.done().to_vec(), at_ms)
    }
}

impl Judged {
    fn decide(self, actions: Vec<Action>, finished_ms: MonotonicMs) -> Step {
        let deciding = Deciding {
            judged: self,
            actions,
            finished_ms,
        };
        (
            State::Deciding(deciding),
            vec![Effect::Prompt(Prompt::LookDone), Effect::PrepareEvidence],
        )
    }
}

impl Deciding {
    pub(crate) fn cues(&self) -> &Cues {
        &self.judged.cues
    }

    #[cfg(test)]
    pub(crate) fn verdict(&self) -> Verdict {
        self.judged.verdict
    }

    pub(crate) fn handle(self, event: Event, setup: &Setup) -> Step {
        match event {
            Event::EvidenceReady(evidence) => self.sign(evidence, setup),
            Event::EvidenceFailed(code) => end(Outcome::Stopped, Some(code)),
            event => otherwise(State::Deciding(self), event),
        }
    }

    fn sign(self, evidence: Evidence, setup: &Setup) -> Step {
        let Judged {
            verdict,
            scores,
            started_ms,
            ..
        } = self.judged;
        let times = (started_ms, self.finished_ms);
        let claim = setup.claim((verdict, scores), evidence, self.actions, times);
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
            State::Acting(state) => state.handle(event, setup),
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
