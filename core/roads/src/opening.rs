//! First use: for whom, the office's letter, a name, a phone that waits to be let in.

use crate::page::{Camera, Choice, Entry, Facing, Keys, Mark, Page, Part, Press, Sight};
use crate::roads::Roads;
use crate::state::{Aim, State};
use crate::task::Task;
use lifecert_guidance::{Label, Screen};
use lifecert_protocol::{ErrorCode, LetterCode, LetterLink, Relation};
use zeroize::Zeroizing;

impl Roads {
    pub(crate) fn draw_opening(&self, state: &State) -> Page {
        match state {
            State::ForWhom => self
                .sheet(Screen::ForWhom)
                .choice(
                    Label::ForMyself,
                    Press::Choose(Choice::For(Relation::Oneself)),
                )
                .choice(Label::ForOther, Press::Go(State::Relation))
                .done(true),
            State::Relation => relations()
                .into_iter()
                .fold(self.sheet(Screen::Relation), |sheet, (label, relation)| {
                    sheet.choice(label, Press::Choose(Choice::For(relation)))
                })
                .done(true),
            State::Letter => self
                .sheet(Screen::Letter)
                .main(Label::ScanLetter, Press::Go(State::LetterScan))
                .quiet(Label::TypeCode, Press::Go(self.typing()))
                .quiet(Label::NoLetter, Press::Go(State::NoLetter))
                .done(true),
            State::NoLetter => self
                .sheet(Screen::NoLetter)
                .main(Label::Back, Press::Back)
                .quiet(Label::OtherWay, Press::Go(State::OtherRoad(None)))
                .done(false),
            State::LetterScan => self
                .sheet(Screen::LetterScan)
                .part(Part::Camera(Camera {
                    sight: Sight::Code,
                    facing: Facing::Rear,
                    permille: 0,
                }))
                .quiet(Label::TypeCode, Press::Go(self.typing()))
                .done(true),
            State::OfficeAddress => self
                .sheet(Screen::OfficeAddress)
                .part(entry(self.typed_address(), Keys::Address))
                .main(Label::Next, Press::Enter)
                .quiet(Label::ScanLetter, Press::Go(State::LetterScan))
                .done(true),
            State::LetterCode => self
                .sheet(Screen::LetterCode)
                .part(entry(&self.newcomer.code, Keys::Code))
                .sensitive()
                .main(Label::Next, Press::Enter)
                .quiet(Label::NoLetter, Press::Go(State::NoLetter))
                .done(true),
            State::NamePerson(person) => {
                let skip = match self.person(person) {
                    Some(_) => Press::Turn(State::Person(person.clone())),
                    None => Press::Home,
                };
                self.sheet_about(Screen::NamePerson, person)
                    .part(entry(self.name(person), Keys::Name))
                    .sensitive()
                    .main(Label::Done, Press::Enter)
                    .quiet(Label::Skip, skip)
                    .done(false)
            }
            State::Waiting => self
                .sheet(Screen::Waiting)
                .mark(Mark::Look)
                .main(Label::LookAgain, Press::Work(Task::Sync))
                .ways_out(None)
                .quiet(Label::Home, Press::Home)
                .done(false),
            _ => self
                .sheet(Screen::Welcome)
                .main(Label::HaveLetter, Press::Go(State::ForWhom))
                .quiet(Label::Practise, Press::Go(State::Ready(Aim::Practice)))
                .quiet(Label::NoLetter, Press::Go(State::NoLetter))
                .quiet(Label::Settings, Press::Go(State::Settings))
                .quiet(Label::AtOffice, Press::Go(self.clerks_door()))
                .done(false),
        }
    }

    /// Where a code is typed: the office's address comes before it, unless the app was built for
    /// one.
    fn typing(&self) -> State {
        match self.start.office {
            Some(_) => State::LetterCode,
            None => State::OfficeAddress,
        }
    }

    fn typed_address(&self) -> &str {
        match self.newcomer.address.as_str() {
            "" => "https://",
            address => address,
        }
    }

    pub(crate) fn address_entered(&mut self, entered: &str) {
        let address = entered.trim().trim_end_matches('/');
        self.newcomer.address = address.to_owned();
        self.newcomer.key = None;
        // Where it leads to, the next step shows.
        if LetterLink::is_address(address) {
            self.go(State::LetterCode);
        } else {
            self.trouble(ErrorCode::RequestNotFound.into());
        }
    }

    pub(crate) fn code_entered(&mut self, entered: &str) {
        // What was typed is there still when its person comes back to compare it.
        self.newcomer.code = Zeroizing::new(entered.to_owned());
        match entered.parse::<LetterCode>() {
            Ok(code) => {
                if self.newcomer.address.is_empty() {
                    self.newcomer.address = self.start.office.clone().unwrap_or_default();
                }
                self.newcomer.code = Zeroizing::new(code.to_printed());
                self.go(State::Ready(Aim::Bind));
            }
            Err(_) => self.trouble(ErrorCode::CodeMistyped.into()),
        }
    }

    pub(crate) fn name_entered(&mut self, person: String, entered: &str) {
        self.work(Task::Note {
            person,
            relation: None,
            name: Some(entered.trim().to_owned()),
        });
    }
}

fn entry(value: &str, keys: Keys) -> Part {
    Part::Entry(Entry {
        value: value.to_owned(),
        keys,
        secret: false,
    })
}

const fn relations() -> [(Label, Relation); 5] {
    [
        (Label::RelationParent, Relation::Parent),
        (Label::RelationSpouse, Relation::Spouse),
        (Label::RelationOtherFamily, Relation::OtherFamily),
        (Label::RelationNeighbour, Relation::Neighbour),
        (Label::RelationOther, Relation::Other),
    ]
}
