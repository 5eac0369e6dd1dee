//! Which page belongs to which state, and what follows when a task is done.

use crate::page::{Mark, Page, Part, Press};
use crate::people::Person;
use crate::roads::Roads;
use crate::state::{Aim, Awaited, Ending, State};
use crate::task::{Answer, Done, Outward, Task};
use lifecert_guidance::{Details, Label, Screen};
use lifecert_protocol::{ErrorCode, Outcome, Prompt};

impl Roads {
    pub(crate) fn draw(&self, state: &State) -> Page {
        match state {
            State::Language
            | State::Settings
            | State::TextSize
            | State::SpeechRate
            | State::Appearance
            | State::Vibration
            | State::Place => self.draw_settings(state),
            State::Welcome
            | State::ForWhom
            | State::Relation
            | State::Letter
            | State::NoLetter
            | State::LetterScan
            | State::OfficeAddress
            | State::LetterCode
            | State::NamePerson(_)
            | State::Waiting => self.draw_opening(state),
            State::Ready(..)
            | State::Look(..)
            | State::CameraDenied
            | State::CameraMissing
            | State::CameraLost(..)
            | State::ClockWrong(..)
            | State::PracticeDone => self.draw_look(state),
            State::Consent(_) | State::Purpose(..) | State::ConsentRefused(_) => {
                self.draw_consent(state)
            }
            State::Working(task) => self.draw_working(task),
            State::Result(ending) => self.draw_result(ending),
            State::Trouble(trouble, person) => {
                let rest_s = Details {
                    retry_after_s: trouble.rest_s,
                };
                let words = self.words.error_with(trouble.code, &rest_s);
                self.sheet_saying(Screen::Trouble, words)
                    .mark(Mark::Look)
                    .main(Label::TryAgain, Press::Back)
                    .ways_out(person.as_deref())
                    .quiet(Label::Home, Press::Home)
                    .done(true)
            }
            State::People
            | State::Person(_)
            | State::More(_)
            | State::OtherRoad(_)
            | State::OtherRoadAsked(_)
            | State::Call(_)
            | State::OtherPhone(..)
            | State::OtherPhoneDone(_)
            | State::Unsent
            | State::Sent(_) => self.draw_home(state),
            State::Receipts(_)
            | State::Receipt(..)
            | State::History(..)
            | State::Reminder(_)
            | State::ReminderSet(_) => self.draw_receipts(state),
            State::StaffOffice
            | State::StaffName
            | State::StaffPassword
            | State::StaffCode
            | State::StaffPinNew
            | State::StaffPin
            | State::Visits
            | State::Visit(_)
            | State::VisitFace(..)
            | State::VisitForm(_)
            | State::VisitSealed(_)
            | State::VisitsSent(_) => self.draw_rounds(state),
            State::Withdraw(_)
            | State::Withdrawn(_)
            | State::Erase(_)
            | State::EraseHere(_)
            | State::EraseEverywhere(_)
            | State::Erased => self.draw_leaving(state),
        }
    }

    fn draw_working(&self, task: &Task) -> Page {
        let words = match task {
            Task::Finish => self.words.prompt(Prompt::Sending),
            _ => self
                .words
                .screen(Screen::Working, &lifecert_guidance::Facts::default()),
        };
        // What is on its way stays in the outbox: one may go on with something else.
        self.sheet_saying(Screen::Working, words)
            .part(Part::Working)
            .quiet(Label::Stop, Press::Back)
            .done(false)
    }

    /// What follows when a task is done that a page waited for.
    pub(crate) fn follow(&mut self, task: &Task, done: Done) {
        match (task, done) {
            (_, Done::Failed(trouble)) => self.failed(task, trouble),
            (Task::Bind { .. }, Done::Opened { clock }) => self.opened(Aim::Bind, clock),
            (Task::Certify { person, .. }, Done::Opened { clock }) => {
                self.opened(Aim::Certify(person.clone()), clock);
            }
            (Task::Practise, Done::Opened { clock }) => self.opened(Aim::Practice, clock),
            (Task::Finish, Done::Answered(answer)) => self.answered(answer),
            (Task::SendVisits, Done::Sent { waiting }) => self.turn(State::VisitsSent(waiting)),
            (_, Done::Sent { waiting }) => self.sent(waiting),
            (Task::History(person), Done::History(records)) => {
                self.settle(State::History(person.clone(), records));
            }
            (Task::Consent { person, .. }, _) if self.name(person).is_empty() => {
                self.turn(State::NamePerson(person.clone()));
            }
            (Task::Consent { person, .. }, _) => self.turn(State::Person(person.clone())),
            (Task::Note { person, .. }, _) => self.turn(State::Person(person.clone())),
            (Task::Withdraw(person), _) => self.turn(State::Withdrawn(person.clone())),
            (Task::AskRoad(person, _), _) => self.turn(State::OtherRoadAsked(person.clone())),
            (Task::OtherPhone { person, .. }, _) => {
                self.turn(State::OtherPhoneDone(person.clone()));
            }
            (Task::SignIn { .. }, _) => self.turn(State::StaffPinNew),
            (Task::KeepDay(_) | Task::OpenDay(_), _) => self.turn(State::Visits),
            (Task::OpenModel(person), _) => {
                self.settle(State::VisitFace(person.clone(), Prompt::FindFace));
            }
            (Task::OpenVisit(person), _) => self.settle(State::Visit(person.clone())),
            (Task::SealVisit(person), _) => self.turn(State::VisitSealed(person.clone())),
            (Task::EraseHere(person) | Task::EraseEverywhere(person), _) => {
                // Nobody is reminded of somebody who is not on the phone any more.
                self.out(Outward::Remind {
                    person: person.clone(),
                    title: String::new(),
                    at_ms: Vec::new(),
                });
                self.turn(State::Erased);
            }
            _ => self.first_page(),
        }
    }

    /// In the place of the page that said to wait.
    pub(crate) fn settle(&mut self, state: State) {
        self.show(state);
    }

    fn failed(&mut self, task: &Task, trouble: crate::task::Trouble) {
        let person = match task {
            Task::Certify { person, .. }
            | Task::Consent { person, .. }
            | Task::Note { person, .. }
            | Task::OtherPhone { person, .. }
            | Task::Withdraw(person)
            | Task::AskRoad(person, _)
            | Task::History(person)
            | Task::EraseHere(person)
            | Task::EraseEverywhere(person) => Some(person.clone()),
            _ => None,
        };
        self.settle(State::Trouble(trouble, person));
    }

    fn note_relation(&mut self, person: &str) {
        self.run_errand(Task::Note {
            person: person.to_owned(),
            relation: self.newcomer.relation,
            name: None,
        });
    }

    fn awaits_somebody(&mut self, unanswered: bool) {
        let here = self.people.iter().map(|one| one.person.clone()).collect();
        self.awaited = Some(Awaited { here, unanswered });
    }

    /// What waited was sent, but for so many; a binding that waited may have come to its end.
    fn sent(&mut self, waiting: u32) {
        let Some(Awaited { here, unanswered }) = &self.awaited else {
            return self.turn(State::Sent(waiting));
        };
        let is_new = |one: &&Person| !here.contains(&one.person);
        let arrived = self.people.iter().find(is_new);
        let (arrived, unanswered) = (arrived.map(|one| one.person.clone()), *unanswered);
        match arrived {
            Some(person) => {
                self.awaited = None;
                self.note_relation(&person);
                // Whom another phone let in has agreed on that one; the look here was not for it.
                self.turn(if unanswered {
                    State::Consent(person)
                } else {
                    State::NamePerson(person)
                });
            }
            None if matches!(self.trail.last(), Some(State::Waiting)) => self.turn(State::Waiting),
            None if unanswered => self.turn(State::Sent(waiting.max(1))),
            None => self.turn(State::Sent(waiting)),
        }
    }

    fn answered(&mut self, answer: Answer) {
        let Answer {
            outcome,
            trouble,
            person,
            receipt,
        } = answer;
        let aim = self.aim.take();
        let code = trouble.map(|trouble| trouble.code);
        let state = match (aim, outcome) {
            (Some(Aim::Practice) | None, _) => State::PracticeDone,
            (Some(Aim::Bind), Outcome::Accepted) if person.is_some() => {
                let person = person.unwrap_or_default();
                let relation = self.newcomer.relation;
                self.newcomer = crate::roads::Newcomer {
                    relation,
                    ..Default::default()
                };
                self.note_relation(&person);
                State::Consent(person)
            }
            (Some(Aim::Bind), Outcome::Referred)
                if code.is_none_or(|code| code == ErrorCode::DevicePending) =>
            {
                self.awaits_somebody(false);
                State::Waiting
            }
            (Some(aim), outcome) => {
                if aim == Aim::Bind && outcome == Outcome::Queued {
                    self.awaits_somebody(true);
                }
                if outcome == Outcome::Accepted {
                    self.refresh();
                }
                let person = person.or(match aim {
                    Aim::Certify(person) => Some(person),
                    _ => None,
                });
                State::Result(Ending {
                    outcome,
                    trouble,
                    person,
                    receipt,
                })
            }
        };
        // A look that did not go through can be begun again from where it began.
        match state {
            State::Result(Ending { outcome, .. }) if outcome != Outcome::Accepted => {
                self.settle(state);
            }
            state => self.turn(state),
        }
    }
}
