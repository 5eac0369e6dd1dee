//! Those on the phone: the list, each one's page, roads without the face, the office's telephone,
//! other phones, what waits to be sent.

use crate::page::{Button, Kind, Mark, Page, Press};
use crate::people::Person;
use crate::roads::Roads;
use crate::sheet::Sheet;
use crate::state::{Aim, State};
use crate::task::{Outward, Task};
use lifecert_guidance::{Label, Screen};
use lifecert_protocol::{Outcome, Road};

/// The most people on one phone; more goes to a clerk.
const MOST_PEOPLE: usize = 5;

impl Roads {
    pub(crate) fn draw_home(&self, state: &State) -> Page {
        match state {
            State::Person(person) => self.draw_person(person),
            State::More(person) => self.draw_more(person),
            State::OtherRoad(person) => self.draw_roads(person.as_deref()),
            State::OtherRoadAsked(person) => self
                .sheet_about(Screen::OtherRoadAsked, person)
                .mark(Mark::Good)
                .main(Label::Home, Press::Home)
                .quiet(
                    Label::CallOffice,
                    Press::Go(State::Call(Some(person.clone()))),
                )
                .done(false),
            State::Call(person) => {
                let sheet = self.sheet(Screen::Call);
                let sheet = match self.office_phone(person.as_deref()) {
                    Some(number) => sheet
                        .line(self.line_with(Label::PhoneNumber, &number))
                        .main(Label::CallOffice, Press::Out(Outward::Call(number))),
                    None => sheet,
                };
                sheet.quiet(Label::Home, Press::Home).done(true)
            }
            State::OtherPhone(person, device) => {
                let answer = |theirs| {
                    Press::Work(Task::OtherPhone {
                        person: person.clone(),
                        device: device.clone(),
                        theirs,
                    })
                };
                self.sheet_about(Screen::OtherPhone, person)
                    .mark(Mark::Look)
                    .choice(Label::PhoneMine, answer(true))
                    .choice(Label::PhoneStrange, answer(false))
                    .done(true)
            }
            State::OtherPhoneDone(person) => self
                .sheet_about(Screen::OtherPhoneDone, person)
                .mark(Mark::Good)
                .main(Label::Home, Press::Home)
                .done(false),
            State::Unsent => self
                .sheet(Screen::Unsent)
                .line(self.line_of(Label::Unsent, self.waiting()))
                .main(Label::SendNow, Press::Work(Task::Sync))
                .quiet(Label::Skip, Press::Back)
                .done(true),
            State::Sent(0) => self
                .sheet(Screen::Sent)
                .mark(Mark::Good)
                .main(Label::Home, Press::Home)
                .done(false),
            State::Sent(waiting) => {
                // It waits on, and goes by itself once there is a network.
                let words = self.words.outcome(Outcome::Queued);
                self.sheet_saying(Screen::Sent, words)
                    .line(self.line_of(Label::Unsent, *waiting))
                    .main(Label::Home, Press::Home)
                    .done(false)
            }
            _ => self.draw_people(),
        }
    }

    fn draw_people(&self) -> Page {
        let rows = self.people.iter().map(|person| {
            let press = Press::Go(State::Person(person.person.clone()));
            let detail = self.standing(person).into_iter().next();
            Button::new(Label::Unnamed, Kind::Choice, self.title(person), press).detail(detail)
        });
        let sheet = rows.fold(self.sheet(Screen::People).sensitive(), Sheet::row);
        let room = self.people.len() < MOST_PEOPLE;
        self.unsent(sheet)
            .quiet_if(room, Label::AddPerson, Press::Go(State::ForWhom))
            .quiet(Label::Settings, Press::Go(State::Settings))
            .done(false)
    }

    fn draw_person(&self, person: &str) -> Page {
        let sheet = self.sheet_about(Screen::Person, person).sensitive();
        let Some(one) = self.person(person) else {
            return sheet.main(Label::Home, Press::Home).done(false);
        };
        let sheet = self
            .standing(one)
            .into_iter()
            .fold(sheet, |sheet, line| sheet.line(line));
        let sheet = match one.asking_phones.first() {
            Some(device) => sheet.choice(
                Label::PhoneAsks,
                Press::Go(State::OtherPhone(person.to_owned(), device.clone())),
            ),
            None => sheet,
        };
        let certify = Press::Go(State::Ready(Aim::Certify(person.to_owned())));
        let sheet = match one.receipts.first() {
            // Who is certified looks at the receipt; certifying again is possible, and second.
            Some(newest) if self.is_certified(one) => sheet
                .main(
                    Label::Receipt,
                    Press::Go(State::Receipt(person.to_owned(), newest.receipt.clone())),
                )
                .quiet_if(self.is_open(one), Label::Certify, certify),
            _ => sheet.main(Label::Certify, certify),
        };
        let several = self.people.len() > 1;
        self.unsent(sheet)
            .quiet(Label::More, Press::Go(State::More(person.to_owned())))
            .done(several)
    }

    fn draw_more(&self, person: &str) -> Page {
        let owned = || person.to_owned();
        let room = self.people.len() < MOST_PEOPLE && self.people.len() == 1;
        let sheet = self
            .sheet_about(Screen::More, person)
            .choice(Label::OtherWay, Press::Go(State::OtherRoad(Some(owned()))))
            .choice(Label::CallOffice, Press::Go(State::Call(Some(owned()))))
            .choice(Label::Receipts, Press::Go(State::Receipts(owned())))
            .choice(Label::History, Press::Work(Task::History(owned())))
            .choice(Label::Remind, Press::Go(State::Reminder(owned())))
            .choice(Label::Rename, Press::Go(State::NamePerson(owned())))
            .choice(Label::Place, Press::Go(State::Place));
        let sheet = if room {
            sheet.choice(Label::AddPerson, Press::Go(State::ForWhom))
        } else {
            sheet
        };
        sheet
            .choice(Label::Settings, Press::Go(State::Settings))
            .choice(Label::Consent, Press::Go(State::Consent(owned())))
            .choice(Label::Withdraw, Press::Go(State::Withdraw(owned())))
            .choice(Label::Erase, Press::Go(State::Erase(owned())))
            .done(true)
    }

    fn draw_roads(&self, person: Option<&str>) -> Page {
        let sheet = self.sheet(Screen::OtherRoad);
        // Without a binding nobody can ask in somebody's name: then the telephone is the road.
        let Some(person) = person.filter(|one| self.person(one).is_some()) else {
            return sheet
                .main(Label::CallOffice, Press::Go(State::Call(None)))
                .done(true);
        };
        let asked = self.person(person).and_then(|one| one.road);
        Road::ALL
            .iter()
            .fold(sheet, |sheet, road| {
                let ask = Task::AskRoad(person.to_owned(), *road);
                sheet
                    .choice(road_label(*road), Press::Work(ask))
                    .chosen(asked == Some(*road))
            })
            .quiet(
                Label::CallOffice,
                Press::Go(State::Call(Some(person.to_owned()))),
            )
            .done(true)
    }

    /// Where somebody stands, most important first.
    fn standing(&self, person: &Person) -> Vec<String> {
        let plain = |label| self.line_with(label, "");
        let mut lines = Vec::new();
        match person.certified_until_ms {
            Some(until_ms) if until_ms >= self.now_ms => {
                lines.push(self.line_until(Label::CountsUntil, until_ms));
            }
            _ => lines.extend(
                person
                    .due_ms
                    .map(|due_ms| self.line_at(Label::DueBy, due_ms)),
            ),
        }
        if person.under_review {
            lines.push(plain(Label::UnderReview));
        }
        if let Some(road) = person.road {
            lines.push(self.line_with(Label::RoadAsked, &plain(road_label(road))));
        }
        let opens_ms = person.opens_ms.filter(|opens_ms| *opens_ms > self.now_ms);
        lines.extend(opens_ms.map(|opens_ms| self.line_until(Label::OpensAt, opens_ms)));
        lines
    }

    fn is_certified(&self, person: &Person) -> bool {
        person
            .certified_until_ms
            .is_some_and(|until_ms| until_ms >= self.now_ms)
    }

    /// Whether they can certify now, as far as the phone knows; the office says in the end.
    fn is_open(&self, person: &Person) -> bool {
        person
            .opens_ms
            .is_none_or(|opens_ms| opens_ms <= self.now_ms)
    }

    fn waiting(&self) -> u32 {
        self.people.iter().map(|one| one.waiting).sum()
    }

    fn unsent<'a>(&self, sheet: Sheet<'a>) -> Sheet<'a> {
        match self.waiting() {
            0 => sheet,
            waiting => sheet
                .line(self.line_of(Label::Unsent, waiting))
                .quiet(Label::SendNow, Press::Go(State::Unsent)),
        }
    }

    fn office_phone(&self, person: Option<&str>) -> Option<String> {
        let asked = person.and_then(|person| self.person(person));
        let found = asked.or_else(|| self.people.first());
        found.and_then(|one| one.office_phone.clone())
    }
}

const fn road_label(road: Road) -> Label {
    match road {
        Road::Counter => Label::RoadCounter,
        Road::Bank => Label::RoadBank,
        Road::Form => Label::RoadForm,
        Road::VideoCall => Label::RoadVideoCall,
        Road::Visit => Label::RoadVisit,
    }
}
