//! What a person agrees to, each purpose by itself; to say no is as easy as to say yes.

use crate::page::{Choice, Page, Press};
use crate::roads::Roads;
use crate::state::{Purpose, State};
use crate::task::Task;
use lifecert_guidance::{ConsentText, Label, Screen};
use lifecert_protocol::ConsentPurposes;

impl Roads {
    pub(crate) fn draw_consent(&self, state: &State) -> Page {
        match state {
            State::Consent(person) => {
                let text = ConsentText::current(self.words.lang());
                let first = if self.helps(person) {
                    Purpose::Helper
                } else {
                    Purpose::Numbers
                };
                let ask = State::Purpose(person.clone(), first, ConsentPurposes::default());
                self.sheet_about(Screen::Consent, person)
                    .text(text.text)
                    .main(Label::Next, Press::Go(ask))
                    .quiet(Label::Disagree, Press::Turn(self.refusal(person)))
                    .done(false)
            }
            State::Purpose(person, purpose, _) => {
                let screen = match purpose {
                    Purpose::Helper => Screen::ConsentHelper,
                    Purpose::Numbers => Screen::ConsentNumbers,
                    Purpose::Pictures => Screen::ConsentPictures,
                    Purpose::Keeping => Screen::ConsentKeeping,
                };
                self.sheet_about(screen, person)
                    .choice(Label::Agree, Press::Choose(Choice::Agrees(true)))
                    .choice(Label::Disagree, Press::Choose(Choice::Agrees(false)))
                    .done(true)
            }
            State::ConsentRefused(person) => self
                .sheet_about(Screen::ConsentRefused, person)
                .main(Label::Next, Press::Turn(State::NamePerson(person.clone())))
                .quiet(
                    Label::OtherWay,
                    Press::Go(State::OtherRoad(Some(person.clone()))),
                )
                .done(false),
            _ => self
                .sheet(Screen::Consent)
                .main(Label::Home, Press::Home)
                .done(true),
        }
    }

    pub(crate) fn agrees(&mut self, yes: bool) {
        let State::Purpose(person, purpose, mut given) = self.place().clone() else {
            return;
        };
        let next = match purpose {
            Purpose::Helper => {
                given.helper = yes;
                Some(Purpose::Numbers)
            }
            Purpose::Numbers => {
                given.embedding_leaves = yes;
                Some(Purpose::Pictures)
            }
            Purpose::Pictures => {
                given.key_frames_leave = yes;
                Some(Purpose::Keeping)
            }
            Purpose::Keeping => {
                given.evidence_kept = yes;
                None
            }
        };
        match next {
            Some(next) => self.go(State::Purpose(person, next, given)),
            None if given == ConsentPurposes::default() => {
                let refusal = self.refusal(&person);
                self.turn(refusal);
            }
            None => {
                let relation = self.relation(&person);
                self.work(Task::Consent {
                    person,
                    purposes: given,
                    relation,
                });
            }
        }
    }

    /// Where a no leads: right after the binding nothing was agreed to; later a yes may be on record,
    /// which is taken back.
    fn refusal(&self, person: &str) -> State {
        match self.newcomer.relation {
            Some(_) => State::ConsentRefused(person.to_owned()),
            None => State::Withdraw(person.to_owned()),
        }
    }

    /// Who a person is to whoever holds the phone: what was said just now, or lies on the phone.
    fn relation(&self, person: &str) -> Option<lifecert_protocol::Relation> {
        let known = self.person(person).and_then(|one| one.relation);
        known.or(self.newcomer.relation)
    }

    fn helps(&self, person: &str) -> bool {
        self.relation(person)
            .is_some_and(|relation| relation != lifecert_protocol::Relation::Oneself)
    }
}
