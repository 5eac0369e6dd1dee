//! The sans-IO state machine of one certification: events in, effects out.
//!
//! It sees numbers, never pixels; it reads no clock, opens no connection, holds no key. Time comes
//! with the events, and whatever is to be done leaves as an [`Effect`].
//!
//! ```text
//! framing --start--> capturing --enough--> deciding --evidence--> signing --signed--> submitting
//!    ^                |     |              ^  |                      |                    |
//!    |                |     +--> acting ---+  |                      |       accepted, referred,
//!    +-- background --+------------+       cancel, expired, failed: stopped  refused, queued
//! ```
//!
//! Framing asks for one thing at a time and starts nothing: only the person's press does. A look
//! that was interrupted begins again. No gesture is asked for unless the policy asks for gentle
//! actions, which come after the look, at the person's own pace, each to be swapped for another.
//!
//! A session can be recorded and replayed, see [`Recording`]. It has no features.

mod actions;
mod cues;
mod event;
mod fusion;
mod gate;
mod look;
mod observation;
mod recording;
mod setup;
mod states;
#[cfg(test)]
mod tests;

pub use cues::{Cues, Timing, Track};
pub use event::{Effect, Ending, Event, Evidence};
pub use fusion::{Fusion, is_doubtful};
pub use gate::good_face;
pub use look::{SAME_PERSON, is_frontal};
pub use observation::{Cover, FaceBounds, FaceObservation, MonotonicMs, Observation, Pose, Scene};
pub use recording::{LookEnd, Recorded, Recording};
pub use setup::{OpenError, Setup};

use lifecert_protocol::Outcome;
use states::State;

/// One certification.
#[derive(Debug, Clone)]
pub struct Session {
    setup: Setup,
    state: State,
}

/// Where a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Before the person pressed start.
    Framing,
    /// Looking.
    Capturing,
    /// Gentle actions are asked for, at the person's pace.
    Acting,
    /// Key frames are being encoded.
    Deciding,
    /// The key is signing.
    Signing,
    /// The claim is on its way.
    Submitting,
    /// Over.
    Ended(Ending),
}

impl Session {
    /// Opens a session.
    ///
    /// # Errors
    /// [`OpenError`] when the challenge's policy leaves its bounds or asks for other models.
    pub fn open(setup: Setup) -> Result<Self, OpenError> {
        Ok(Self {
            setup: setup.checked()?,
            state: State::Framing(Box::default()),
        })
    }

    /// Takes an event; gives the session after it and what is to be done, in order.
    pub fn handle(mut self, event: Event) -> (Self, Vec<Effect>) {
        let effects = self.step(event);
        (self, effects)
    }

    /// The same in place, for who holds the session in a field: nothing of it is copied.
    pub fn step(&mut self, event: Event) -> Vec<Effect> {
        let nothing = State::Ended(Ending {
            outcome: Outcome::Stopped,
            code: None,
        });
        let state = std::mem::replace(&mut self.state, nothing);
        let (state, effects) = state.handle(event, &self.setup);
        self.state = state;
        effects
    }

    /// What the cues say of the look that is over, until its claim is signed: for an evaluation on
    /// this machine, never for the server.
    pub fn cues(&self) -> Option<&Cues> {
        match &self.state {
            State::Deciding(state) => Some(state.cues()),
            _ => None,
        }
    }

    /// Where the session is.
    pub fn phase(&self) -> Phase {
        match &self.state {
            State::Framing(_) => Phase::Framing,
            State::Capturing(_) => Phase::Capturing,
            State::Acting(_) => Phase::Acting,
            State::Deciding(_) => Phase::Deciding,
            State::Signing(_) => Phase::Signing,
            State::Submitting(_) => Phase::Submitting,
            State::Ended(ending) => Phase::Ended(*ending),
        }
    }
}
