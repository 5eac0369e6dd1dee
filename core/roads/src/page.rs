//! A page as a value: what a shell draws and says, and what can be pressed.

use crate::state::State;
use crate::task::{Act, Outward, Task};
use lifecert_guidance::{Label, Screen};

/// One screen: one thing to read, one thing to do.
#[derive(Clone)]
pub struct Page {
    /// Grows with every other page; a press on an older one does nothing.
    pub number: u64,
    /// Grows when there is something new to be said.
    pub saying: u64,
    /// Which screen.
    pub screen: Screen,
    /// Its title, in large print.
    pub title: String,
    /// What is said: the title, and after it what to do.
    pub spoken: String,
    /// What to do, or what is good to know.
    pub next: Option<String>,
    /// Facts, a line each.
    pub lines: Vec<String>,
    /// A longer text to be read.
    pub text: Option<String>,
    /// What stands in the middle.
    pub part: Part,
    /// What can be pressed.
    pub buttons: Vec<Button>,
    /// What the phone lets its person feel when the page comes.
    pub mark: Mark,
    /// Whether it shows what nobody else is to see: no screenshot, no preview.
    pub sensitive: bool,
}

/// What stands in the middle of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Nothing.
    Plain,
    /// Something is typed.
    Entry(Entry),
    /// A camera looks.
    Camera(Camera),
    /// The QR code of a receipt that lies on the phone.
    Code(String),
    /// Something is done that takes a moment.
    Working,
}

/// Something that is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What stands in it already.
    pub value: String,
    /// Which keys are needed.
    pub keys: Keys,
    /// Whether what is typed is hidden.
    pub secret: bool,
}

/// The keys that an entry needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Letters and digits of a letter's code, shown in groups of four.
    Code,
    /// Digits.
    Digits,
    /// An address.
    Address,
    /// A name.
    Name,
    /// Any text.
    Text,
}

/// A camera that looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Camera {
    /// What at.
    pub sight: Sight,
    /// Which camera.
    pub facing: Facing,
    /// How far the look is, in thousandths.
    pub permille: u16,
}

/// What a camera looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// A face that certifies, in an oval.
    Face,
    /// A pattern (QR code).
    Code,
    /// A face that is modelled, in an oval.
    Model,
    /// A sheet of paper, to be photographed.
    Paper,
}

/// Which camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facing {
    /// The one on the side of the screen.
    Front,
    /// The one on the back.
    Rear,
}

/// What the phone lets its person feel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    None,
    /// It went well: one long.
    Good,
    /// Please look: two short.
    Look,
}

/// Something that can be pressed.
#[derive(Clone)]
pub struct Button {
    /// Its stable name.
    pub label: Label,
    /// How it looks.
    pub kind: Kind,
    /// What stands on it.
    pub text: String,
    /// A second line, smaller.
    pub detail: Option<String>,
    /// Whether it is the choice that counts now.
    pub chosen: bool,
    pub(crate) press: Press,
}

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The one big button.
    Main,
    /// One of several things to choose from.
    Choice,
    /// Another way.
    Quiet,
    /// In the corner, on every page alike: back, say it again.
    Corner,
}

/// What a press means.
#[derive(Clone)]
pub(crate) enum Press {
    /// On to another page.
    Go(State),
    /// To another page, of which back leads to the first page.
    Turn(State),
    /// To the page before.
    Back,
    /// To the first page.
    Home,
    /// What was typed is taken.
    Enter,
    /// Something is to be done, which takes a moment.
    Work(Task),
    /// Something outside of the app.
    Out(Outward),
    /// Something with the look.
    Act(Act),
    /// A setting.
    Set(crate::settings::Setting),
    /// The page is said once more.
    SayAgain,
    /// Something about how a road goes on.
    Choose(Choice),
}

/// A choice on the way.
#[derive(Clone, Copy)]
pub(crate) enum Choice {
    /// For whom it is.
    For(lifecert_protocol::Relation),
    /// The other camera.
    OtherCamera,
    /// At home or abroad.
    Abroad(bool),
    /// Yes or no to one purpose of the consent.
    Agrees(bool),
}

impl Button {
    pub(crate) fn new(label: Label, kind: Kind, text: String, press: Press) -> Self {
        Self {
            label,
            kind,
            text,
            detail: None,
            chosen: false,
            press,
        }
    }

    pub(crate) fn detail(mut self, detail: impl Into<Option<String>>) -> Self {
        self.detail = detail.into();
        self
    }

    pub(crate) fn chosen(mut self, chosen: bool) -> Self {
        self.chosen = chosen;
        self
    }
}
