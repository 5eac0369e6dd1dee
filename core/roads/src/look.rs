//! The look: what comes before the camera opens, what it asks for, and what can happen to a camera.

use crate::page::{Camera, Choice, Mark, Page, Part, Press, Sight};
use crate::people::Person;
use crate::roads::Roads;
use crate::state::{Aim, State};
use crate::task::{Act, Task};
use lifecert_guidance::{Details, Label, Screen};
use lifecert_protocol::{ErrorCode, Prompt, Relation};

/// What the look asks for at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct View {
    pub prompt: Prompt,
    pub stage: Stage,
    pub permille: u16,
}

/// How far the look is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The face is not in place yet.
    Framing,
    /// It was in place once: start can be pressed, and stays there to be pressed.
    Ready,
    /// Looking.
    Capturing,
    /// Gentle actions are asked for.
    Acting,
}

impl View {
    const FIRST: Self = Self {
        prompt: Prompt::FindFace,
        stage: Stage::Framing,
        permille: 0,
    };
}

/// What can happen to a camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CameraTrouble {
    /// The app may not use it.
    Denied,
    /// There is none.
    Missing,
    /// It stopped.
    Lost,
}

impl Roads {
    pub(crate) fn draw_look(&self, state: &State) -> Page {
        match state {
            State::Ready(aim) => {
                let sheet = match aim {
                    Aim::Certify(person) => self.sheet_about(Screen::Ready, person),
                    _ => self.sheet(Screen::Ready),
                };
                sheet
                    .main(Label::OpenCamera, Press::Work(self.opening(aim)))
                    .quiet_if(
                        *aim != Aim::Practice,
                        Label::OtherWay,
                        Press::Go(State::OtherRoad(certified(aim))),
                    )
                    .done(true)
            }
            State::Look(aim, view) => self.draw_view(aim, *view),
            State::ClockWrong(aim, code) => self
                .sheet_saying(
                    Screen::Trouble,
                    self.words.error_with(*code, &Details::default()),
                )
                .mark(Mark::Look)
                .main(
                    Label::Next,
                    Press::Turn(State::Look(aim.clone(), View::FIRST)),
                )
                .ways_out(certified(aim).as_deref())
                .quiet(Label::Home, Press::Home)
                .done(false),
            State::CameraDenied => self
                .sheet(Screen::CameraDenied)
                .mark(Mark::Look)
                .main(
                    Label::OpenSystemSettings,
                    Press::Out(crate::task::Outward::SystemSettings),
                )
                .quiet(Label::TryAgain, Press::Back)
                .ways_out(None)
                .done(true),
            State::CameraMissing => self
                .sheet(Screen::CameraMissing)
                .mark(Mark::Look)
                .main(Label::OtherWay, Press::Go(State::OtherRoad(None)))
                .quiet(Label::CallOffice, Press::Go(State::Call(None)))
                .done(true),
            State::CameraLost(aim, view) => self
                .sheet(Screen::CameraLost)
                .mark(Mark::Look)
                .main(
                    Label::TryAgain,
                    Press::Turn(State::Look(aim.clone(), *view)),
                )
                .quiet(Label::Stop, Press::Act(Act::Cancel))
                .done(false),
            _ => self
                .sheet(Screen::PracticeDone)
                .mark(Mark::Good)
                .main(Label::Home, Press::Home)
                .quiet(Label::TryAgain, Press::Go(State::Ready(Aim::Practice)))
                .done(false),
        }
    }

    fn draw_view(&self, aim: &Aim, view: View) -> Page {
        let camera = Camera {
            sight: Sight::Face,
            facing: self.facing(self.is_helped(aim)),
            permille: view.permille,
        };
        let before = matches!(view.stage, Stage::Framing | Stage::Ready);
        let sheet = self
            .sheet_saying(Screen::Look, self.words.prompt(view.prompt))
            .part(Part::Camera(camera))
            .sensitive()
            .quiet(Label::Stop, Press::Act(Act::Cancel));
        let sheet = match view.stage {
            Stage::Acting => sheet.quiet(Label::SomethingElse, Press::Act(Act::Swap)),
            _ => sheet.quiet_if(
                before,
                Label::OtherCamera,
                Press::Choose(Choice::OtherCamera),
            ),
        };
        match view.stage {
            Stage::Ready => sheet.main(Label::Start, Press::Act(Act::Start)),
            _ => sheet,
        }
        .done(false)
    }

    /// Whether somebody else holds the phone.
    pub(crate) fn is_helped(&self, aim: &Aim) -> bool {
        match aim {
            Aim::Practice => false,
            Aim::Bind => self
                .newcomer
                .relation
                .is_some_and(|relation| relation != Relation::Oneself),
            Aim::Certify(person) => self.person(person).is_some_and(Person::is_helped),
        }
    }

    fn opening(&self, aim: &Aim) -> Task {
        match aim {
            Aim::Practice => Task::Practise,
            Aim::Bind => Task::Bind {
                address: self.newcomer.address.clone(),
                key: self.newcomer.key.clone(),
                code: self.newcomer.code.clone(),
                family: self.is_helped(aim),
            },
            Aim::Certify(person) => Task::Certify {
                person: person.clone(),
                family: self.is_helped(aim),
                abroad: self.preferences.abroad,
            },
        }
    }

    /// A look is open. What is wrong with the phone's clock is said before it; the look goes on
    /// with it as it is, since the office's clock counts.
    pub(crate) fn opened(&mut self, aim: Aim, clock: Option<ErrorCode>) {
        self.other_camera = false;
        self.aim = Some(aim.clone());
        self.settle(match clock {
            Some(code) => State::ClockWrong(aim, code),
            None => State::Look(aim, View::FIRST),
        });
    }

    /// The look asks for something; the same again is to be said again.
    pub fn saw_prompt(&mut self, prompt: Prompt) {
        if let State::Look(_, view) = self.state() {
            view.prompt = prompt;
            if prompt == Prompt::PressStart && view.stage == Stage::Framing {
                view.stage = Stage::Ready;
                self.renumber();
            }
            self.say();
        }
    }

    /// The look is at another stage: capturing, or asking for gentle actions, or before start
    /// again.
    pub fn saw_stage(&mut self, capturing: bool, acting: bool) {
        if let State::Look(_, view) = self.state() {
            let stage = match (capturing, acting) {
                (_, true) => Stage::Acting,
                (true, _) => Stage::Capturing,
                _ if view.stage == Stage::Ready => Stage::Ready,
                _ => Stage::Framing,
            };
            if stage != view.stage {
                view.stage = stage;
                self.renumber();
            }
        }
    }

    /// How far the look is, in thousandths.
    pub fn saw_progress(&mut self, permille: u16) {
        if let State::Look(_, view) = self.state() {
            view.permille = permille;
        }
    }

    /// The look is over: what it gave is signed and sent, or put away.
    pub fn saw_end(&mut self) {
        if matches!(
            self.place(),
            State::Look(..) | State::CameraLost(..) | State::CameraDenied | State::CameraMissing
        ) && self.aim.is_some()
        {
            self.work(Task::Finish);
        }
    }

    /// Something happened to the camera that the page shows.
    pub fn camera_trouble(&mut self, trouble: CameraTrouble) {
        match (self.place().clone(), trouble) {
            (State::Look(aim, view), CameraTrouble::Lost) => {
                // What was asked for once is not asked for again: start stays there to be pressed.
                let stage = match view.stage {
                    Stage::Ready => Stage::Ready,
                    _ => Stage::Framing,
                };
                let before = View {
                    stage,
                    permille: 0,
                    ..view
                };
                self.settle(State::CameraLost(aim, before));
            }
            (_, _) if self.sight().is_none() => {}
            (_, CameraTrouble::Denied) => {
                self.settle(State::CameraDenied);
            }
            (_, CameraTrouble::Missing | CameraTrouble::Lost) => {
                self.settle(State::CameraMissing);
            }
        }
    }

    /// Which sight the camera is open for, if any.
    pub fn sight(&self) -> Option<Sight> {
        match self.place() {
            State::LetterScan => Some(Sight::Code),
            State::Look(..) => Some(Sight::Face),
            State::VisitFace(..) => Some(Sight::Model),
            State::VisitForm(_) => Some(Sight::Paper),
            _ => None,
        }
    }
}

fn certified(aim: &Aim) -> Option<String> {
    match aim {
        Aim::Certify(person) => Some(person.clone()),
        Aim::Practice | Aim::Bind => None,
    }
}
