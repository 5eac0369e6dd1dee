//! A page of the roads as a shell draws it.

use crate::errors::{LifecertError, malformed};
use crate::vocabulary::{Appearance, CameraTrouble, Facing, Keys, Kind, Mark, Sight};
use lifecert_protocol::ErrorCode;
use lifecert_roads as roads;
use std::fmt;

/// One screen: one thing to read, one thing to do. It may hold a name, so that it prints as its
/// screen.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display)]
pub struct Page {
    /// Grows with every other page; it is handed back with what was pressed.
    pub number: u64,
    /// Grows when there is something new to be said.
    pub saying: u64,
    /// The screen's stable name.
    pub screen: String,
    /// Its title, in large print.
    pub title: String,
    /// What is said.
    pub spoken: String,
    /// What to do, or what is good to know: below the title.
    pub next: Option<String>,
    /// Facts, a line each.
    pub lines: Vec<String>,
    /// A longer text to be read.
    pub text: Option<String>,
    /// Something to be typed.
    pub entry: Option<Entry>,
    /// A camera that looks.
    pub camera: Option<CameraView>,
    /// The receipt whose QR code is shown.
    pub code: Option<String>,
    /// Whether something is done that takes a moment: call [`App::work`](crate::app::App::work).
    pub working: bool,
    /// What can be pressed.
    pub buttons: Vec<Button>,
    /// What the phone lets its person feel when the page comes.
    pub mark: Mark,
    /// Whether it shows what nobody else is to see: no screenshot, no preview.
    pub sensitive: bool,
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Page({})", self.screen)
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Something to be typed. What stands in it may be a secret, so that it prints as `Entry(..)`.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display)]
pub struct Entry {
    /// What stands in it already.
    pub value: String,
    /// Which keys are needed.
    pub keys: Keys,
    /// Whether what is typed is hidden.
    pub secret: bool,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entry(..)")
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A camera that looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct CameraView {
    /// What at.
    pub sight: Sight,
    /// Which camera.
    pub facing: Facing,
    /// How far the look is, in thousandths.
    pub permille: u16,
}

/// Something that can be pressed, by its place in the list.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display)]
pub struct Button {
    /// Its stable name; several rows of a list have the same.
    pub label: String,
    /// How it looks.
    pub kind: Kind,
    /// What stands on it.
    pub text: String,
    /// A second line, smaller.
    pub detail: Option<String>,
    /// Whether it is the choice that counts now.
    pub chosen: bool,
}

impl fmt::Display for Button {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Button({})", self.label)
    }
}

impl fmt::Debug for Button {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Something outside of the app, which the shell does.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Outward {
    /// Show a telephone number in the phone's dialler.
    Call {
        /// The number.
        number: String,
    },
    /// Hand a receipt on.
    ShareReceipt {
        /// Which.
        receipt: String,
    },
    /// Print one.
    PrintReceipt {
        /// Which.
        receipt: String,
    },
    /// The phone's own settings of this app.
    SystemSettings,
    /// An entry in the calendar.
    Calendar {
        /// What it is called.
        title: String,
        /// When, milliseconds since 1970.
        at_ms: u64,
    },
    /// Notifications before a deadline; a later one for the same person takes an earlier one's
    /// place.
    Remind {
        /// The person.
        person: String,
        /// What it says; no name stands in it.
        title: String,
        /// When, each in milliseconds since 1970.
        at_ms: Vec<u64>,
    },
    /// Settings were changed: keep them, draw and speak by them.
    Preferences,
    /// Say the page once more.
    SayAgain,
    /// Leave the app.
    Leave,
}

/// How somebody likes to read and to listen.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Preferences {
    /// The language's BCP 47 tag.
    pub language: Option<String>,
    /// The size of the smallest text, in scaled pixels: 18, 22 or 30.
    pub text_size: u32,
    /// The rate of speech in percent of the usual one; 0 is silence.
    pub speech_percent: u32,
    /// Light or dark.
    pub appearance: Appearance,
    /// Whether the phone trembles.
    pub vibration: bool,
}

impl From<roads::Page> for Page {
    fn from(page: roads::Page) -> Self {
        let (mut entry, mut camera, mut code, mut working) = (None, None, None, false);
        match page.part {
            roads::Part::Plain => {}
            roads::Part::Entry(typed) => {
                entry = Some(Entry {
                    value: typed.value,
                    keys: typed.keys.into(),
                    secret: typed.secret,
                });
            }
            roads::Part::Camera(looks) => {
                camera = Some(CameraView {
                    sight: looks.sight.into(),
                    facing: looks.facing.into(),
                    permille: looks.permille,
                });
            }
            roads::Part::Code(receipt) => code = Some(receipt),
            roads::Part::Working => working = true,
        }
        Self {
            number: page.number,
            saying: page.saying,
            screen: page.screen.as_str().to_owned(),
            title: page.title,
            spoken: page.spoken,
            next: page.next,
            lines: page.lines,
            text: page.text,
            entry,
            camera,
            code,
            working,
            buttons: page.buttons.into_iter().map(Into::into).collect(),
            mark: page.mark.into(),
            sensitive: page.sensitive,
        }
    }
}

impl From<roads::Button> for Button {
    fn from(button: roads::Button) -> Self {
        Self {
            label: button.label.as_str().to_owned(),
            kind: button.kind.into(),
            text: button.text,
            detail: button.detail,
            chosen: button.chosen,
        }
    }
}

impl From<roads::Outward> for Outward {
    fn from(outward: roads::Outward) -> Self {
        match outward {
            roads::Outward::Call(number) => Self::Call { number },
            roads::Outward::ShareReceipt(receipt) => Self::ShareReceipt { receipt },
            roads::Outward::PrintReceipt(receipt) => Self::PrintReceipt { receipt },
            roads::Outward::SystemSettings => Self::SystemSettings,
            roads::Outward::Calendar { title, at_ms } => Self::Calendar { title, at_ms },
            roads::Outward::Remind {
                person,
                title,
                at_ms,
            } => Self::Remind {
                person,
                title,
                at_ms,
            },
            roads::Outward::Preferences => Self::Preferences,
            roads::Outward::SayAgain => Self::SayAgain,
            roads::Outward::Leave => Self::Leave,
        }
    }
}

impl From<&roads::Preferences> for Preferences {
    fn from(own: &roads::Preferences) -> Self {
        Self {
            language: own.language.clone(),
            text_size: own.text_size.smallest(),
            speech_percent: own.speech.percent(),
            appearance: own.appearance.into(),
            vibration: own.vibration,
        }
    }
}

/// Every screen's stable name.
#[uniffi::export]
pub fn screens() -> Vec<String> {
    let all = lifecert_guidance::Screen::ALL.iter();
    all.map(|screen| screen.as_str().to_owned()).collect()
}

/// Every screen once, as it is drawn for people who do not exist: for tests of how a shell draws,
/// and for the documentation. `preferences` is what
/// [`App::preferences_text`](crate::app::App::preferences_text) gave.
#[uniffi::export]
pub fn gallery(preferences: String) -> Vec<Page> {
    let preferences = roads::Preferences::from_json(&preferences);
    let pages = roads::gallery(preferences).into_iter();
    pages.map(Into::into).collect()
}

/// What to show instead of an app whose phone or models could not be opened; its main button tries
/// again.
///
/// # Errors
/// `request.malformed` for a text that is no code of ours.
#[uniffi::export]
pub fn page_of_failed_opening(
    preferences: Option<String>,
    code: String,
) -> Result<Page, LifecertError> {
    let code: ErrorCode = code.parse().map_err(malformed)?;
    let preferences = preferences.as_deref().unwrap_or_default();
    let preferences = roads::Preferences::from_json(preferences);
    Ok(roads::Roads::could_not_open(&preferences, code).into())
}

impl From<CameraTrouble> for roads::CameraTrouble {
    fn from(trouble: CameraTrouble) -> Self {
        match trouble {
            CameraTrouble::Denied => Self::Denied,
            CameraTrouble::Missing => Self::Missing,
            CameraTrouble::Lost => Self::Lost,
        }
    }
}
