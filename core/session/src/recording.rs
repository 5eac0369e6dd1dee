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
    /// When start was pressed.
    pub start_ms: Option<MonotonicMs>,
    /// The frames.
    pub observations: Vec<Observation>,
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
        match event {
            Event::Observed(seen) => self.observations.push(seen.clone()),
            Event::Start { at_ms } => self.start_ms = Some(*at_ms),
            _ => {}
        }
    }

    /// Runs the look once more, in the order of its times.
    ///
    /// # Errors
    /// [`OpenError`] when the session cannot be opened.
    pub fn replay(&self, setup: Setup) -> Result<LookEnd, OpenError> {
        let mut session = Session::open(setup)?;
        let mut effects = Vec::new();
        let mut pending = self.start_ms;
        for seen in &self.observations {
            if let Some(at_ms) = pending.filter(|at_ms| *at_ms <= seen.at_ms) {
                pending = None;
                let (next, more) = session.handle(Event::Start { at_ms });
                session = next;
                effects.extend(more);
            }
            let (next, more) = session.handle(Event::Observed(seen.clone()));
            session = next;
            effects.extend(more);
        }
        Ok(LookEnd { effects })
    }
}
