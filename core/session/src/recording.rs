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
    /// When an action was swapped for another.
    #[serde(default)]
    pub swaps_ms: Vec<MonotonicMs>,
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
            Event::Swap { at_ms } => self.swaps_ms.push(*at_ms),
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
        let start = self.start_ms.map(|at_ms| (at_ms, Event::Start { at_ms }));
        let swaps = self.swaps_ms.iter();
        let swaps = swaps.map(|&at_ms| (at_ms, Event::Swap { at_ms }));
        let mut presses = start.into_iter().chain(swaps).peekable();
        for seen in &self.observations {
            let due = |(at_ms, _): &(MonotonicMs, Event)| *at_ms <= seen.at_ms;
            let mut events: Vec<Event> = Vec::new();
            while let Some((_, event)) = presses.next_if(due) {
                events.push(event);
            }
            events.push(Event::Observed(seen.clone()));
            for event in events {
                let (next, more) = session.handle(event);
                session = next;
                effects.extend(more);
            }
        }
        Ok(LookEnd { effects })
    }
}
