//! A clerk's day of visits: signing in while there is a network, then the list, the face, the form
//! and the seal where there may be none.

use crate::page::{
    Button, Camera, Choice, Entry, Facing, Keys, Kind, Mark, Page, Part, Press, Sight,
};
use crate::roads::Roads;
use crate::sheet::Sheet;
use crate::state::State;
use crate::task::{Act, Task};
use lifecert_guidance::{Facts, Label, Screen};
use lifecert_protocol::{ErrorCode, LetterLink, Prompt, VisitWork};
use zeroize::Zeroizing;

/// Somebody on the day's list. It holds a name and has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Visitee {
    /// The person.
    pub person: String,
    /// Their name.
    pub name: String,
    /// What is to be done.
    pub work: VisitWork,
    /// Whether it is done, and sealed.
    pub done: bool,
}

/// A clerk on this phone.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Clerk {
    /// A day lies here under its PIN.
    pub has_day: bool,
    /// The list, once the day was opened.
    pub list: Option<Vec<Visitee>>,
    /// How many visits wait to be sent.
    pub waiting: u32,
    /// Pictures of a face that were taken at the visit that is open.
    pub pictures: u32,
    /// Whether the form was photographed.
    pub form: bool,
}

/// What a clerk typed so far. It holds a secret and has no `Debug`.
#[derive(Clone, Default)]
pub(crate) struct SigningIn {
    address: String,
    account: String,
    password: Zeroizing<String>,
}

impl Roads {
    /// The app went into the background: the list is closed, but for the visit that is open.
    pub fn lock_list(&mut self) -> bool {
        let visiting = matches!(
            self.place(),
            State::Visit(_) | State::VisitFace(..) | State::VisitForm(_)
        );
        if visiting || self.clerk.list.is_none() {
            return false;
        }
        self.clerk.list = None;
        self.clerk.has_day = true;
        if matches!(
            self.place(),
            State::Visits | State::VisitSealed(_) | State::VisitsSent(_)
        ) {
            self.turn(State::StaffPin);
        }
        true
    }

    /// What there is of a clerk's day on the phone now.
    pub fn meet_clerk(&mut self, clerk: Clerk) {
        if self.clerk != clerk {
            let before = self.pressable();
            self.clerk = clerk;
            self.has_news(before);
        }
    }

    pub(crate) fn draw_rounds(&self, state: &State) -> Page {
        match state {
            State::StaffOffice => self
                .sheet(Screen::OfficeAddress)
                .part(typed(self.typed_office(), Keys::Address, false))
                .main(Label::Next, Press::Enter)
                .done(true),
            State::StaffName => self
                .sheet(Screen::StaffName)
                .part(typed(&self.signing_in.account, Keys::Text, false))
                .main(Label::Next, Press::Enter)
                .done(true),
            State::StaffPassword => self.secret(Screen::StaffPassword, Keys::Text, Label::Next),
            State::StaffCode => self.secret(Screen::StaffCode, Keys::Digits, Label::SignIn),
            State::StaffPinNew => self.secret(Screen::StaffPinNew, Keys::Digits, Label::Next),
            State::StaffPin => self.secret(Screen::StaffPin, Keys::Digits, Label::Next),
            State::Visit(person) => self.draw_visit(person),
            State::VisitFace(person, prompt) => {
                let camera = self.camera(Sight::Model, self.clerk.pictures * 200);
                let taken = self.line_of(Label::PicturesTaken, self.clerk.pictures);
                self.sheet_saying(Screen::VisitFace, self.words.prompt(*prompt))
                    .part(camera)
                    .line(taken)
                    .sensitive()
                    .main(Label::Done, Press::Turn(State::Visit(person.clone())))
                    .quiet(Label::OtherCamera, Press::Choose(Choice::OtherCamera))
                    .done(false)
            }
            State::VisitForm(person) => self
                .sheet_named(Screen::VisitForm, self.visitee_name(person))
                .part(self.camera(Sight::Paper, 0))
                .sensitive()
                .main(Label::TakePicture, Press::Act(Act::TakePicture))
                .quiet(Label::Stop, Press::Turn(State::Visit(person.clone())))
                .done(false),
            State::VisitSealed(person) => self
                .sheet_named(Screen::VisitSealed, self.visitee_name(person))
                .mark(Mark::Good)
                .sensitive()
                .main(Label::Next, Press::Turn(self.clerks_door()))
                .done(false),
            State::VisitsSent(waiting) => {
                let left = (*waiting > 0).then(|| self.line_of(Label::Unsent, *waiting));
                self.sheet(Screen::VisitsSent)
                    .line(left)
                    .mark(if *waiting == 0 {
                        Mark::Good
                    } else {
                        Mark::Look
                    })
                    .main(Label::Done, Press::Turn(self.clerks_door()))
                    .done(false)
            }
            _ => self.draw_visits(),
        }
    }

    fn secret(&self, screen: Screen, keys: Keys, next: Label) -> Page {
        self.sheet(screen)
            .part(typed("", keys, true))
            .sensitive()
            .main(next, Press::Enter)
            .done(true)
    }

    fn draw_visits(&self) -> Page {
        let list = self.clerk.list.as_deref().unwrap_or_default();
        let rows = list.iter().map(|visitee| {
            let press = Press::Work(Task::OpenVisit(visitee.person.clone()));
            let work = self.words.label(work(visitee.work), &Facts::default());
            let done = visitee
                .done
                .then(|| self.words.label(Label::VisitDone, &Facts::default()));
            let button = Button::new(Label::Unnamed, Kind::Choice, visitee.name.clone(), press);
            button.detail(done.or(Some(work))).chosen(visitee.done)
        });
        let sheet = self.sheet(Screen::Visits).sensitive();
        let nothing = || self.words.label(Label::NothingYet, &Facts::default());
        let sheet = sheet.line(list.is_empty().then(nothing));
        let sheet = rows.fold(sheet, Sheet::row);
        let sheet = match self.clerk.waiting {
            0 => sheet,
            waiting => sheet
                .line(self.line_of(Label::Unsent, waiting))
                .main(Label::SendVisits, Press::Work(Task::SendVisits)),
        };
        sheet
            .quiet(Label::SignOut, Press::Work(Task::EndDay))
            .quiet(Label::Home, Press::Home)
            .done(false)
    }

    fn draw_visit(&self, person: &str) -> Page {
        let sheet = self
            .sheet_named(Screen::Visit, self.visitee_name(person))
            .sensitive();
        let Some(visitee) = self.visitee(person) else {
            return sheet
                .main(Label::Done, Press::Turn(State::Visits))
                .done(true);
        };
        let face = visitee.work != VisitWork::Form;
        let (pictures, form) = (self.clerk.pictures, self.clerk.form);
        let sheet = sheet
            .line((pictures > 0).then(|| self.line_of(Label::PicturesTaken, pictures)))
            .line(form.then(|| self.words.label(Label::FormTaken, &Facts::default())));
        let model = Press::Work(Task::OpenModel(person.to_owned()));
        let photograph = Press::Go(State::VisitForm(person.to_owned()));
        let seal = Press::Work(Task::SealVisit(person.to_owned()));
        // The next thing to do is the big button; the others stay within reach.
        let sheet = match (face && pictures == 0, form) {
            (true, _) => sheet
                .main(Label::ModelFace, model)
                .quiet(Label::PhotographForm, photograph),
            (false, false) => sheet.main(Label::PhotographForm, photograph).quiet_if(
                face,
                Label::ModelFace,
                model,
            ),
            (false, true) => sheet
                .main(Label::SealVisit, seal)
                .quiet_if(face, Label::ModelFace, model)
                .quiet(Label::PhotographForm, photograph),
        };
        sheet.done(true)
    }

    fn camera(&self, sight: Sight, permille: u32) -> Part {
        let facing = match (sight, self.other_camera) {
            (Sight::Model, true) => Facing::Front,
            _ => Facing::Rear,
        };
        Part::Camera(Camera {
            sight,
            facing,
            permille: u16::try_from(permille.min(1_000)).unwrap_or(1_000),
        })
    }

    fn visitee(&self, person: &str) -> Option<&Visitee> {
        let mut list = self.clerk.list.iter().flatten();
        list.find(|visitee| visitee.person == person)
    }

    fn visitee_name(&self, person: &str) -> &str {
        self.visitee(person)
            .map(|visitee| visitee.name.as_str())
            .unwrap_or_default()
    }

    /// Where a clerk begins: with the PIN of a day that lies here, or by signing in.
    pub(crate) fn clerks_door(&self) -> State {
        match (&self.clerk.list, self.clerk.has_day) {
            (Some(_), _) => State::Visits,
            (None, true) => State::StaffPin,
            (None, false) if self.start.office.is_some() => State::StaffName,
            (None, false) => State::StaffOffice,
        }
    }

    fn typed_office(&self) -> &str {
        match self.signing_in.address.as_str() {
            "" => "https://",
            address => address,
        }
    }

    pub(crate) fn clerk_entered(&mut self, state: &State, entered: &str) {
        let entered = entered.trim();
        match state {
            State::StaffOffice => {
                let address = entered.trim_end_matches('/');
                self.signing_in.address = address.to_owned();
                if LetterLink::is_address(address) {
                    self.go(State::StaffName);
                } else {
                    self.trouble(ErrorCode::RequestNotFound.into());
                }
            }
            State::StaffName => {
                self.signing_in.account = entered.to_owned();
                self.go(State::StaffPassword);
            }
            State::StaffPassword => {
                self.signing_in.password = Zeroizing::new(entered.to_owned());
                self.go(State::StaffCode);
            }
            State::StaffCode => {
                let SigningIn {
                    address,
                    account,
                    password,
                } = std::mem::take(&mut self.signing_in);
                let office = self.start.office.clone();
                // Typed again, should it not go through; the password is not kept for that.
                self.signing_in.address.clone_from(&address);
                self.signing_in.account.clone_from(&account);
                self.work(Task::SignIn {
                    address: office.unwrap_or(address),
                    account,
                    password,
                    code: entered.to_owned(),
                });
            }
            State::StaffPinNew => self.work(Task::KeepDay(Zeroizing::new(entered.to_owned()))),
            _ => self.work(Task::OpenDay(Zeroizing::new(entered.to_owned()))),
        }
    }

    /// The face that is modelled asks for something, or a picture was taken.
    pub fn saw_portrait(&mut self, prompt: Option<Prompt>, pictures: u32) {
        let taken = self.clerk.pictures != pictures;
        self.clerk.pictures = pictures;
        if let State::VisitFace(_, shown) = self.state() {
            let prompt = prompt.unwrap_or(Prompt::ActSeen);
            if taken || *shown != prompt {
                *shown = prompt;
                self.say();
            }
        }
    }

    /// There are as many pictures as are wanted.
    pub fn portraits_are_whole(&mut self) {
        if let State::VisitFace(person, _) = self.place().clone() {
            self.turn(State::Visit(person));
        }
    }

    /// The form was photographed.
    pub fn form_is_taken(&mut self) {
        if let State::VisitForm(person) = self.place().clone() {
            self.clerk.form = true;
            self.turn(State::Visit(person));
        }
    }
}

fn typed(value: &str, keys: Keys, secret: bool) -> Part {
    Part::Entry(Entry {
        value: value.to_owned(),
        keys,
        secret,
    })
}

const fn work(work: VisitWork) -> Label {
    match work {
        VisitWork::Model => Label::ModelFace,
        VisitWork::Certify => Label::Certify,
        VisitWork::Form => Label::PhotographForm,
    }
}
