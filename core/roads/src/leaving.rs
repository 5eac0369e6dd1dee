//! Taking consent back, and leaving without a trace. Each asks once more, and says what stays.

use crate::page::{Mark, Page, Press};
use crate::roads::Roads;
use crate::state::State;
use crate::task::Task;
use lifecert_guidance::{Label, Screen};

impl Roads {
    pub(crate) fn draw_leaving(&self, state: &State) -> Page {
        let sure = |screen, person: &str, label, task| {
            self.sheet_about(screen, person)
                .mark(Mark::Look)
                .main(Label::Keep, Press::Home)
                .quiet(label, Press::Work(task))
                .done(true)
        };
        match state {
            State::Withdraw(person) => sure(
                Screen::Withdraw,
                person,
                Label::Withdraw,
                Task::Withdraw(person.clone()),
            ),
            State::Erase(person) => self
                .sheet_about(Screen::Erase, person)
                .main(Label::Keep, Press::Home)
                .choice(
                    Label::EraseHere,
                    Press::Go(State::EraseHere(person.clone())),
                )
                .choice(
                    Label::EraseEverywhere,
                    Press::Go(State::EraseEverywhere(person.clone())),
                )
                .done(true),
            State::EraseHere(person) => sure(
                Screen::EraseHere,
                person,
                Label::EraseHere,
                Task::EraseHere(person.clone()),
            ),
            State::EraseEverywhere(person) => sure(
                Screen::EraseEverywhere,
                person,
                Label::EraseEverywhere,
                Task::EraseEverywhere(person.clone()),
            ),
            State::Withdrawn(person) => self
                .sheet_about(Screen::Withdrawn, person)
                .mark(Mark::Good)
                .main(Label::Home, Press::Home)
                .quiet(
                    Label::OtherWay,
                    Press::Go(State::OtherRoad(Some(person.clone()))),
                )
                .done(false),
            _ => self
                .sheet(Screen::Erased)
                .mark(Mark::Good)
                .main(Label::Home, Press::Home)
                .done(false),
        }
    }
}
