//! How a page is put together.

use crate::page::{Button, Kind, Mark, Page, Part, Press};
use crate::people::Person;
use crate::preferences::Preferences;
use crate::roads::{Roads, Start};
use lifecert_guidance::{Facts, Label, Message, Screen};
use lifecert_protocol::ErrorCode;

/// A page that is being put together. About somebody, its words name them.
pub(crate) struct Sheet<'a> {
    roads: &'a Roads,
    name: &'a str,
    page: Page,
}

impl Roads {
    /// A page with its own words.
    pub(crate) fn sheet(&self, screen: Screen) -> Sheet<'_> {
        Sheet::new(self, screen, "", None)
    }

    /// A page with its own words about somebody.
    pub(crate) fn sheet_about(&self, screen: Screen, person: &str) -> Sheet<'_> {
        Sheet::new(self, screen, self.name(person), None)
    }

    /// A page with its own words about somebody by that name.
    pub(crate) fn sheet_named<'a>(&'a self, screen: Screen, name: &'a str) -> Sheet<'a> {
        Sheet::new(self, screen, name, None)
    }

    /// A page with the words of a prompt, a code or an outcome.
    pub(crate) fn sheet_saying(&self, screen: Screen, words: Message) -> Sheet<'_> {
        Sheet::new(self, screen, "", Some(words))
    }

    /// The one page of a phone whose folder or models could not be opened: why, and that it can be
    /// tried again. There are no roads yet.
    pub fn could_not_open(preferences: &Preferences, code: ErrorCode) -> Page {
        let roads = Self::new(Start::default(), preferences.clone());
        let words = roads.words.error(code);
        roads
            .sheet_saying(Screen::Trouble, words)
            .mark(Mark::Look)
            .main(Label::TryAgain, Press::Home)
            .done(false)
    }

    /// What this phone calls somebody; empty where it calls them nothing.
    pub(crate) fn name(&self, person: &str) -> &str {
        let found = self.person(person);
        found
            .and_then(|found| found.name.as_deref())
            .unwrap_or_default()
    }

    /// What stands for somebody in a list.
    pub(crate) fn title(&self, person: &Person) -> String {
        let place = self.people.iter().position(|one| one == person);
        let count = place.and_then(|place| u32::try_from(place + 1).ok());
        person.name.clone().unwrap_or_else(|| {
            let facts = Facts {
                count,
                ..Facts::default()
            };
            self.words.label(Label::Unnamed, &facts)
        })
    }

    /// A line with a time in it.
    pub(crate) fn line_with(&self, label: Label, time: &str) -> String {
        let facts = Facts {
            time,
            ..Facts::default()
        };
        self.words.label(label, &facts)
    }

    /// A line with a day in it.
    pub(crate) fn line_until(&self, label: Label, at_ms: u64) -> String {
        self.line_with(label, &self.words.day(self.local(at_ms)))
    }

    /// A line with a date and a time of day in it.
    pub(crate) fn line_at(&self, label: Label, at_ms: u64) -> String {
        self.line_with(label, &self.words.moment(self.local(at_ms)))
    }

    /// A line with a number in it.
    pub(crate) fn line_of(&self, label: Label, count: u32) -> String {
        let facts = Facts {
            count: Some(count),
            ..Facts::default()
        };
        self.words.label(label, &facts)
    }
}

impl<'a> Sheet<'a> {
    fn new(roads: &'a Roads, screen: Screen, name: &'a str, words: Option<Message>) -> Self {
        let words = words.unwrap_or_else(|| roads.words.screen(screen, &roads.facts(name)));
        let page = Page {
            number: 0,
            saying: 0,
            screen,
            title: words.shown,
            spoken: words.spoken,
            next: words.next,
            lines: Vec::new(),
            text: None,
            part: Part::Plain,
            buttons: Vec::new(),
            mark: Mark::None,
            sensitive: false,
        };
        Self { roads, name, page }
    }

    pub fn line(mut self, line: impl Into<Option<String>>) -> Self {
        self.page.lines.extend(line.into());
        self
    }

    pub fn text(mut self, text: &str) -> Self {
        self.page.text = Some(text.to_owned());
        self
    }

    pub fn part(mut self, part: Part) -> Self {
        self.page.part = part;
        self
    }

    pub fn mark(mut self, mark: Mark) -> Self {
        self.page.mark = mark;
        self
    }

    pub fn sensitive(mut self) -> Self {
        self.page.sensitive = true;
        self
    }

    pub fn main(self, label: Label, press: Press) -> Self {
        self.button(label, Kind::Main, press)
    }

    pub fn choice(self, label: Label, press: Press) -> Self {
        self.button(label, Kind::Choice, press)
    }

    pub fn quiet(self, label: Label, press: Press) -> Self {
        self.button(label, Kind::Quiet, press)
    }

    pub fn quiet_if(self, condition: bool, label: Label, press: Press) -> Self {
        if condition {
            self.quiet(label, press)
        } else {
            self
        }
    }

    /// A choice whose words are known, with a second line.
    pub fn row(mut self, button: Button) -> Self {
        self.page.buttons.push(button);
        self
    }

    /// The choice that was pushed last counts now, or does not.
    pub fn chosen(mut self, chosen: bool) -> Self {
        if let Some(last) = self.page.buttons.pop() {
            self.page.buttons.push(last.chosen(chosen));
        }
        self
    }

    /// Another way and the office: on every page where something did not go through.
    pub fn ways_out(self, person: Option<&str>) -> Self {
        use crate::state::State;
        let person = person.map(str::to_owned);
        self.quiet(Label::OtherWay, Press::Go(State::OtherRoad(person.clone())))
            .quiet(Label::CallOffice, Press::Go(State::Call(person)))
    }

    fn button(mut self, label: Label, kind: Kind, press: Press) -> Self {
        let text = self.roads.words.label(label, &self.roads.facts(self.name));
        self.page
            .buttons
            .push(Button::new(label, kind, text, press));
        self
    }

    /// The page, with what stands on every page alike; `back` where there is a way back.
    pub fn done(mut self, back: bool) -> Page {
        if let Some(next) = &self.page.next {
            self.page.spoken = format!("{} {next}", self.page.spoken);
        }
        self = self.button(Label::SayAgain, Kind::Corner, Press::SayAgain);
        if back {
            self = self.button(Label::Back, Kind::Corner, Press::Back);
        }
        self.page
    }
}
