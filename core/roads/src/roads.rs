//! The machine: one page at a time, and what leads to the next.

use crate::page::{Button, Choice, Facing, Page, Press};
use crate::people::Person;
use crate::preferences::Preferences;
use crate::rounds::{Clerk, SigningIn};
use crate::state::{Aim, Awaited, State};
use crate::task::{Act, Done, Outward, Task, Trouble};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use lifecert_guidance::{Facts, Guidance, Label, Lang, LocalTime, ReceiptWords};
use lifecert_protocol::{ErrorCode, LetterLink, Relation};
use std::collections::VecDeque;
use zeroize::Zeroizing;

/// What the app was built for.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// The office's address for letters of which only the code is typed; without one it is asked
    /// for.
    pub office: Option<String>,
}

/// What is known of somebody who is not on the phone yet. It holds a secret and has no `Debug`.
#[derive(Clone, Default)]
pub(crate) struct Newcomer {
    pub relation: Option<Relation>,
    pub address: String,
    pub key: Option<String>,
    pub code: Zeroizing<String>,
}

/// The roads of one phone.
pub struct Roads {
    pub(crate) words: Guidance,
    pub(crate) preferences: Preferences,
    pub(crate) start: Start,
    pub(crate) people: Vec<Person>,
    pub(crate) now_ms: u64,
    pub(crate) newcomer: Newcomer,
    pub(crate) clerk: Clerk,
    pub(crate) signing_in: SigningIn,
    pub(crate) other_camera: bool,
    /// What the look that is open is for.
    pub(crate) aim: Option<Aim>,
    /// Somebody who is not on the phone yet.
    pub(crate) awaited: Option<Awaited>,
    pub(crate) paper: ReceiptWords,
    zone: TimeZone,
    state: State,
    pub(crate) trail: Vec<State>,
    task: Option<Task>,
    errand: Option<Task>,
    outward: VecDeque<Outward>,
    number: u64,
    saying: u64,
    /// What could be pressed before news changed the page under the finger.
    before: Option<Before>,
}

/// A page's number, and what stood on its buttons.
pub(crate) struct Before {
    number: u64,
    buttons: Vec<(Label, String)>,
}

impl Roads {
    /// At the first page.
    pub fn new(start: Start, preferences: Preferences) -> Self {
        let mut roads = Self {
            words: Guidance::new(lang(&preferences)),
            paper: ReceiptWords::new(lang(&preferences)),
            preferences,
            start,
            people: Vec::new(),
            now_ms: 0,
            newcomer: Newcomer::default(),
            clerk: Clerk::default(),
            signing_in: SigningIn::default(),
            other_camera: false,
            aim: None,
            awaited: None,
            zone: TimeZone::UTC,
            state: State::Welcome,
            trail: Vec::new(),
            task: None,
            errand: None,
            outward: VecDeque::new(),
            number: 1,
            saying: 1,
            before: None,
        };
        roads.state = roads.first();
        roads
    }

    /// The page that is to be shown now.
    pub fn page(&self) -> Page {
        let mut page = self.draw(&self.state);
        page.number = self.number;
        page.saying = self.saying;
        page
    }

    /// How somebody likes to read and to listen.
    pub fn preferences(&self) -> &Preferences {
        &self.preferences
    }

    /// The words in their language.
    pub fn words(&self) -> &Guidance {
        &self.words
    }

    /// What time it is, and in which time zone the phone is: its IANA name, and the offset from UTC
    /// in seconds that counts where the name is not known.
    pub fn clock(&mut self, now_ms: u64, zone: &str, offset_s: i32) {
        self.now_ms = now_ms;
        let fixed = || jiff::tz::Offset::from_seconds(offset_s).map(TimeZone::fixed);
        let known = TimeZone::get(zone).or_else(|_| fixed());
        self.zone = known.unwrap_or(TimeZone::UTC);
    }

    /// Who is on the phone, as it stands there now.
    pub fn meet(&mut self, people: Vec<Person>) {
        if self.people == people {
            return;
        }
        let was_empty = self.people.is_empty();
        let before = self.pressable();
        self.people = people;
        let gone = self
            .state
            .person()
            .is_some_and(|one| self.person(one).is_none());
        if gone && self.state.is_a_place() || was_empty && matches!(self.state, State::Welcome) {
            self.first_page();
        } else {
            self.has_news(before);
        }
    }

    /// A button of the page with this number was pressed; `entered` is what stood in its entry. A
    /// press on an older page does nothing, unless news changed it under the finger and the button is
    /// still there.
    pub fn press(&mut self, number: u64, index: usize, entered: &str) -> Option<Act> {
        let mut buttons = self.draw(&self.state).buttons;
        let index = match &self.before {
            _ if number == self.number => index,
            Some(before) if before.number == number => {
                let (label, text) = before.buttons.get(index)?;
                let same = |one: &Button| one.label == *label && one.text == *text;
                buttons.iter().position(same)?
            }
            _ => return None,
        };
        if index >= buttons.len() {
            return None;
        }
        let press = buttons.swap_remove(index).press;
        match press {
            Press::Go(state) => self.go(state),
            Press::Turn(state) => self.turn(state),
            Press::Back => return self.back(),
            Press::Home => self.first_page(),
            Press::Enter => self.entered(entered),
            Press::Work(task) => self.work(task),
            Press::Out(outward) => self.outward.push_back(outward),
            Press::Act(act) => return Some(act),
            Press::Set(setting) => self.set(setting),
            Press::SayAgain => {
                self.outward.push_back(Outward::SayAgain);
                return matches!(self.state, State::Look(..)).then_some(Act::SayAgain);
            }
            Press::Choose(choice) => self.choose(choice),
        }
        None
    }

    /// Back, by the page's own button or the phone's.
    pub fn back(&mut self) -> Option<Act> {
        match &self.state {
            State::Look(..) => return Some(Act::Cancel),
            // The look is over once this is confirmed by its answer.
            State::CameraLost(..) => return Some(Act::Cancel),
            State::Working(_) => self.task = None,
            _ => {}
        }
        match self.trail.pop() {
            Some(state) => {
                self.show(state);
            }
            None if self.is_first() => self.outward.push_back(Outward::Leave),
            None => self.first_page(),
        }
        None
    }

    /// The task to be performed now: one that a page waits for, or an errand in the background.
    pub fn task(&self) -> Option<&Task> {
        self.task.as_ref().or(self.errand.as_ref())
    }

    /// Asks in the background where everybody stands: at the start, and when the app comes back.
    /// Where nobody is on the phone yet, a binding may wait for its answer.
    pub fn refresh(&mut self) {
        self.errand.get_or_insert(Task::Refresh);
    }

    /// What came of a task. One that nobody waits for any more changes no page.
    pub fn done(&mut self, task: &Task, done: Done) {
        if self.task.as_ref() == Some(task) {
            self.task = None;
            self.follow(task, done);
        } else if self.errand.as_ref() == Some(task) {
            // Whoever is new on the phone is asked about, too: when they are due, and what lets
            // them certify without a network.
            self.errand = matches!(task, Task::Note { .. }).then_some(Task::Refresh);
        }
    }

    /// What the shell is to do outside of the app; each is given once.
    pub fn outward(&mut self) -> Option<Outward> {
        self.outward.pop_front()
    }

    /// A pattern was read by the camera. Whether the scan is over.
    pub fn scanned(&mut self, text: &str) -> bool {
        if !matches!(self.state, State::LetterScan) {
            return false;
        }
        let Ok(link) = LetterLink::parse(text) else {
            return false;
        };
        self.newcomer.address = link.server().to_owned();
        self.newcomer.key = Some(link.agency_key().to_string());
        self.newcomer.code = Zeroizing::new(link.code().to_printed());
        self.go(State::Ready(Aim::Bind));
        true
    }

    pub(crate) fn go(&mut self, state: State) {
        let here = self.show(state);
        if here.is_a_place() {
            self.trail.push(here);
        }
    }

    /// On to a page from which nobody goes back the same way.
    pub(crate) fn turn(&mut self, state: State) {
        self.trail.clear();
        self.show(state);
    }

    pub(crate) fn show(&mut self, state: State) -> State {
        self.number += 1;
        self.saying += 1;
        self.before = None;
        std::mem::replace(&mut self.state, state)
    }

    /// The look's page says something else, and is the same page.
    pub(crate) fn say(&mut self) {
        self.saying += 1;
    }

    /// What can be pressed now.
    pub(crate) fn pressable(&self) -> Before {
        let buttons = self.draw(&self.state).buttons.into_iter();
        Before {
            number: self.number,
            buttons: buttons.map(|one| (one.label, one.text)).collect(),
        }
    }

    /// News came by itself: the same page, perhaps with other buttons. A finger that is on its way
    /// already still finds the one that it meant.
    pub(crate) fn has_news(&mut self, before: Before) {
        self.renumber();
        self.before = Some(before);
    }

    /// The same page with other buttons.
    pub(crate) fn renumber(&mut self) {
        self.number += 1;
        self.before = None;
    }

    pub(crate) fn state(&mut self) -> &mut State {
        &mut self.state
    }

    pub(crate) fn place(&self) -> &State {
        &self.state
    }

    pub(crate) fn out(&mut self, outward: Outward) {
        self.outward.push_back(outward);
    }

    pub(crate) fn work(&mut self, task: Task) {
        self.go(State::Working(task.clone()));
        self.task = Some(task);
    }

    /// In the background, after what is done already.
    pub(crate) fn run_errand(&mut self, task: Task) {
        self.errand = Some(task);
    }

    pub(crate) fn trouble(&mut self, trouble: Trouble) {
        let person = self.state.person().map(str::to_owned);
        self.go(State::Trouble(trouble, person));
    }

    pub(crate) fn first_page(&mut self) {
        self.newcomer = Newcomer::default();
        self.awaited = None;
        let first = self.first();
        self.turn(first);
    }

    fn first(&self) -> State {
        match self.people.as_slice() {
            _ if self.preferences.language.is_none() => State::Language,
            [] => State::Welcome,
            [one] => State::Person(one.person.clone()),
            _ => State::People,
        }
    }

    fn is_first(&self) -> bool {
        // Among several the list is.
        let alone = self.people.len() < 2;
        let first = matches!(self.state, State::Language | State::Welcome | State::People);
        self.trail.is_empty() && (first || alone && matches!(self.state, State::Person(_)))
    }

    pub(crate) fn person(&self, person: &str) -> Option<&Person> {
        self.people.iter().find(|one| one.person == person)
    }

    fn choose(&mut self, choice: Choice) {
        match choice {
            Choice::For(relation) => {
                self.newcomer.relation = Some(relation);
                self.go(State::Letter);
            }
            Choice::OtherCamera => {
                self.other_camera = !self.other_camera;
                self.number += 1;
            }
            Choice::Abroad(abroad) => {
                self.preferences.abroad = abroad;
                self.out(Outward::Preferences);
                self.back();
            }
            Choice::Agrees(yes) => self.agrees(yes),
        }
    }

    fn entered(&mut self, entered: &str) {
        match self.state.clone() {
            State::OfficeAddress => self.address_entered(entered),
            State::LetterCode => self.code_entered(entered),
            State::NamePerson(person) => self.name_entered(person, entered),
            state => self.clerk_entered(&state, entered),
        }
    }

    /// The camera for a person: their own hand holds the phone with the screen before them, a
    /// helper's with its back.
    pub(crate) fn facing(&self, helped: bool) -> Facing {
        if helped == self.other_camera {
            Facing::Front
        } else {
            Facing::Rear
        }
    }

    /// A moment as the clock on the wall shows it here.
    pub(crate) fn local(&self, at_ms: u64) -> LocalTime {
        let at_ms = i64::try_from(at_ms).unwrap_or(i64::MAX);
        let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::MAX);
        let at = at.to_zoned(self.zone.clone());
        LocalTime {
            year: at.year(),
            month: at.month(),
            day: at.day(),
            hour: at.hour(),
            minute: at.minute(),
        }
    }

    pub(crate) fn facts<'a>(&self, name: &'a str) -> Facts<'a> {
        Facts {
            name,
            ..Facts::default()
        }
    }

    /// What a page must not lose when the app is ended by the system: a place to come back to.
    pub fn place_to_keep(&self) -> Option<String> {
        match &self.state {
            State::Settings | State::TextSize | State::SpeechRate | State::Appearance => {
                Some("settings".to_owned())
            }
            state => state.person().map(str::to_owned),
        }
    }

    /// Comes back to a place that was kept; what was under way begins anew from there.
    pub fn come_back(&mut self, place: &str) {
        if place == "settings" {
            self.turn(State::Settings);
        } else if self.person(place).is_some() {
            self.turn(State::Person(place.to_owned()));
        }
    }

    pub(crate) fn take_language(&mut self, lang: Lang) {
        self.preferences.language = Some(lang.as_str().to_owned());
        self.words = Guidance::new(lang);
        self.paper = ReceiptWords::new(lang);
        self.out(Outward::Preferences);
    }
}

fn lang(preferences: &Preferences) -> Lang {
    let known = preferences.language.as_deref().map(str::parse);
    known.and_then(Result::ok).unwrap_or(Lang::ZhHans)
}

/// A trouble with no more than its code.
impl From<ErrorCode> for Trouble {
    fn from(code: ErrorCode) -> Self {
        Self { code, rest_s: None }
    }
}
