//! A look as numbers, to be replayed: what was observed and which frames were kept.
//!
//! It holds no pixel, no embedding, no name. A support case can be replayed from it without the
//! person.

use crate::event::{Effect, Event};
use crate::{MonotonicMs, Observation, OpenError, Session, Setup};
use serde::{Deserialize, Serialize};

/// A recorded look.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Recording {
    /// What happened, in order.
    pub events: Vec<Recorded>,
}

/// Something that happened before the look was decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Recorded {
    /// A frame was looked at.
    Observed(Observation),
    /// Start was pressed.
    Start {
        /// When.
        at_ms: MonotonicMs,
    },
    /// An action was swapped for another.
    Swap {
        /// When.
        at_ms: MonotonicMs,
    },
    /// The prompt was asked for once more.
    Repeat,
    /// The app went into the background.
    Background,
    /// The app came back.
    Resume,
    /// Time passed without anything else.
    Tick {
        /// The time.
        at_ms: MonotonicMs,
    },
}

/// How a replayed look came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookEnd {
    /// Every effect in order.
    pub effects: Vec<Effect>,
}

impl Recording {
    /// Takes note of an event, if it belongs to the look.
    pub fn note(&mut self, event: &Event) {
        self.events.extend(match event {
            Event::Observed(seen) => Some(Recorded::Observed(seen.clone())),
            Event::Start { at_ms } => Some(Recorded::Start { at_ms: *at_ms }),
            Event::Swap { at_ms } => Some(Recorded::Swap { at_ms: *at_ms }),
            Event::Repeat => Some(Recorded::Repeat),
            Event::Background => Some(Recorded::Background),
            Event::Resume => Some(Recorded::Resume),
            Event::Tick { at_ms } => Some(Recorded::Tick { at_ms: *at_ms }),
            _ => None,
        });
    }

    /// Runs the look once more.
    ///
    /// # Errors
    /// [`OpenError`] when the session cannot be opened.
    pub fn replay(&self, setup: Setup) -> Result<LookEnd, OpenError> {
        let mut session = Session::open(setup)?;
        let events = self.events.iter().cloned().map(Event::from);
        let effects = events.flat_map(|event| session.step(event)).collect();
        Ok(LookEnd { effects })
    }
}

impl From<Recorded> for Event {
    fn from(recorded: Recorded) -> Self {
        match recorded {
            Recorded::Observed(seen) => Event::Observed(seen),
            Recorded::Start { at_ms } => Event::Start { at_ms },
            Recorded::Swap { at_ms } => Event::Swap { at_ms },
            Recorded::Repeat => Event::Repeat,
            Recorded::Background => Event::Background,
            Recorded::Resume => Event::Resume,
            Recorded::Tick { at_ms } => Event::Tick { at_ms },
        }
    }
}
