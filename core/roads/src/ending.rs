//! How a look ended, and what happens next.

use crate::page::{Mark, Page, Press};
use crate::roads::Roads;
use crate::state::{Aim, Ending, State};
use lifecert_guidance::{Details, Label, Message, Screen};
use lifecert_protocol::Outcome;

impl Roads {
    pub(crate) fn draw_result(&self, ending: &Ending) -> Page {
        let words = self.result_words(ending);
        let sheet = self.sheet_saying(Screen::Result, words).sensitive();
        let person = ending.person.as_deref();
        let sheet = match ending.outcome {
            Outcome::Accepted => {
                let held = person.zip(ending.receipt.as_deref());
                let held = held.and_then(|(person, receipt)| self.held(person, receipt));
                let until = held.map(|held| self.line_until(Label::CountsUntil, held.until_ms));
                let sheet = sheet.mark(Mark::Good).line(until);
                match (person, &ending.receipt) {
                    (Some(person), Some(receipt)) => sheet
                        .main(
                            Label::Receipt,
                            Press::Go(State::Receipt(person.to_owned(), receipt.clone())),
                        )
                        .quiet(Label::Remind, Press::Go(State::Reminder(person.to_owned()))),
                    _ => sheet,
                }
            }
            Outcome::Referred => sheet
                .mark(Mark::Good)
                .main(Label::Home, Press::Home)
                .ways_out(person),
            Outcome::Queued => sheet
                .mark(Mark::Good)
                .main(Label::Home, Press::Home)
                .quiet(Label::SendNow, Press::Work(crate::task::Task::Sync)),
            Outcome::Refused | Outcome::Stopped => sheet
                .mark(Mark::Look)
                .main(Label::TryAgain, self.again(person))
                .ways_out(person),
        };
        match ending.outcome {
            Outcome::Referred | Outcome::Queued => sheet,
            _ => sheet.quiet(Label::Home, Press::Home),
        }
        .done(false)
    }

    fn again(&self, person: Option<&str>) -> Press {
        match person {
            Some(person) => Press::Go(State::Ready(Aim::Certify(person.to_owned()))),
            None => Press::Back,
        }
    }

    /// The code's words where there is one that says more than the outcome.
    fn result_words(&self, ending: &Ending) -> Message {
        match (ending.outcome, ending.trouble) {
            (Outcome::Refused | Outcome::Stopped, Some(trouble)) => {
                let details = Details {
                    retry_after_s: trouble.rest_s,
                };
                self.words.error_with(trouble.code, &details)
            }
            (outcome, _) => self.words.outcome(outcome),
        }
    }
}
