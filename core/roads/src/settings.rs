//! Settings: one question a page, and the answer counts at once.

use crate::page::{Button, Choice, Kind, Page, Press};
use crate::preferences::{Appearance, SpeechRate, TextSize};
use crate::roads::Roads;
use crate::sheet::Sheet;
use crate::state::State;
use crate::task::Outward;
use lifecert_guidance::{Label, Lang, Screen};

/// A setting that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Setting {
    Language(Lang),
    TextSize(TextSize),
    Speech(SpeechRate),
    Appearance(Appearance),
    Vibration(bool),
}

impl Roads {
    pub(crate) fn draw_settings(&self, state: &State) -> Page {
        let chosen = &self.preferences;
        match state {
            State::Language => {
                let rows = Lang::ALL.into_iter().map(|lang| {
                    let press = Press::Set(Setting::Language(lang));
                    Button::new(Label::Language, Kind::Choice, own_name(lang).into(), press)
                        .chosen(chosen.language.as_deref() == Some(lang.as_str()))
                });
                rows.fold(self.sheet(Screen::Language), Sheet::row)
                    .done(chosen.language.is_some())
            }
            State::TextSize => {
                let sheet = self.sheet(Screen::TextSize);
                sizes()
                    .into_iter()
                    .fold(sheet, |sheet, (label, size)| {
                        sheet
                            .choice(label, Press::Set(Setting::TextSize(size)))
                            .chosen(chosen.text_size == size)
                    })
                    .main(Label::Done, Press::Back)
                    .done(true)
            }
            State::SpeechRate => {
                let sheet = self.sheet(Screen::SpeechRate);
                rates()
                    .into_iter()
                    .fold(sheet, |sheet, (label, rate)| {
                        sheet
                            .choice(label, Press::Set(Setting::Speech(rate)))
                            .chosen(chosen.speech == rate)
                    })
                    .main(Label::Done, Press::Back)
                    .done(true)
            }
            State::Appearance => {
                let sheet = self.sheet(Screen::Appearance);
                looks()
                    .into_iter()
                    .fold(sheet, |sheet, (label, look)| {
                        sheet
                            .choice(label, Press::Set(Setting::Appearance(look)))
                            .chosen(chosen.appearance == look)
                    })
                    .main(Label::Done, Press::Back)
                    .done(true)
            }
            State::Vibration => self
                .sheet(Screen::Vibration)
                .choice(Label::Yes, Press::Set(Setting::Vibration(true)))
                .chosen(chosen.vibration)
                .choice(Label::No, Press::Set(Setting::Vibration(false)))
                .chosen(!chosen.vibration)
                .main(Label::Done, Press::Back)
                .done(true),
            State::Place => self
                .sheet(Screen::Place)
                .choice(Label::PlaceHome, Press::Choose(Choice::Abroad(false)))
                .chosen(!chosen.abroad)
                .choice(Label::PlaceAbroad, Press::Choose(Choice::Abroad(true)))
                .chosen(chosen.abroad)
                .done(true),
            _ => self
                .sheet(Screen::Settings)
                .choice(Label::TextSize, Press::Go(State::TextSize))
                .choice(Label::SpeechRate, Press::Go(State::SpeechRate))
                .choice(Label::Appearance, Press::Go(State::Appearance))
                .choice(Label::Vibration, Press::Go(State::Vibration))
                .choice(Label::Language, Press::Go(State::Language))
                .quiet(Label::AtOffice, Press::Go(self.clerks_door()))
                .done(true),
        }
    }

    pub(crate) fn set(&mut self, setting: Setting) {
        let first = self.preferences.language.is_none();
        match setting {
            Setting::Language(lang) => {
                self.take_language(lang);
                if first {
                    self.first_page();
                } else {
                    self.back();
                }
                return;
            }
            Setting::TextSize(size) => self.preferences.text_size = size,
            Setting::Speech(rate) => self.preferences.speech = rate,
            Setting::Appearance(look) => self.preferences.appearance = look,
            Setting::Vibration(on) => self.preferences.vibration = on,
        }
        self.out(Outward::Preferences);
        self.renumber();
        // What was chosen is heard, or seen, at once.
        self.say();
    }
}

/// A language's name in itself.
const fn own_name(lang: Lang) -> &'static str {
    match lang {
        Lang::ZhHans => "简体中文",
        Lang::ZhHant => "繁體中文",
        Lang::En => "English",
        Lang::Es => "Español",
    }
}

const fn sizes() -> [(Label, TextSize); 3] {
    [
        (Label::TextLarge, TextSize::Large),
        (Label::TextLarger, TextSize::Larger),
        (Label::TextLargest, TextSize::Largest),
    ]
}

const fn rates() -> [(Label, SpeechRate); 4] {
    [
        (Label::SpeechSlow, SpeechRate::Slow),
        (Label::SpeechUsual, SpeechRate::Usual),
        (Label::SpeechFast, SpeechRate::Fast),
        (Label::SpeechOff, SpeechRate::Off),
    ]
}

const fn looks() -> [(Label, Appearance); 3] {
    [
        (Label::AppearanceSystem, Appearance::System),
        (Label::AppearanceLight, Appearance::Light),
        (Label::AppearanceDark, Appearance::Dark),
    ]
}
