//! The whole app but for what only a shell can do: pages out, presses and frames in, work in
//! between.

use crate::errors::LifecertError;
use crate::frame::{PixelFormat, Shape};
use crate::models::Models;
use crate::page::{Outward, Page, Preferences};
use crate::phone::Phone;
use crate::rounds::Rounds;
use crate::session::{Cue, Phase, Session};
use crate::vocabulary::CameraTrouble;
use lifecert_roads::{Act, Roads, Sight, Start, Task};
use lifecert_vision::FrameRef;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The app: one page at a time. Calls are quick but for [`App::work`], which suspends.
///
/// After every call that may have changed something, a shell shows [`App::page`], does what
/// [`App::outward`] gives until it gives nothing, and calls `work` where [`App::has_work`] says so.
#[derive(uniffi::Object)]
pub struct App {
    pub(crate) phone: Arc<Phone>,
    pub(crate) models: Arc<Models>,
    roads: Mutex<Roads>,
    session: Mutex<Option<Arc<Session>>>,
    /// When the last press was: the time of the frames' clock, and of this machine's.
    pressed: Mutex<(u64, Instant)>,
    pub(crate) rounds: Mutex<Rounds>,
    /// Tasks that are under way, each with what its worker holds.
    turns: Mutex<Vec<(Task, Arc<Turn>)>>,
}

/// Held by whoever performs a task.
type Turn = tokio::sync::Mutex<()>;

#[uniffi::export]
impl App {
    /// On a phone. `office` is the address that letters of which only the code is typed lead to,
    /// where the app was built for one office; `preferences` is what [`App::preferences_text`]
    /// gave.
    #[uniffi::constructor]
    pub fn open(
        phone: Arc<Phone>,
        models: Arc<Models>,
        office: Option<String>,
        preferences: Option<String>,
    ) -> Arc<Self> {
        let preferences = preferences.as_deref().unwrap_or_default();
        let preferences = lifecert_roads::Preferences::from_json(preferences);
        let app = Arc::new(Self {
            phone,
            models,
            roads: Mutex::new(Roads::new(Start { office }, preferences)),
            session: Mutex::new(None),
            pressed: Mutex::new((0, Instant::now())),
            rounds: Mutex::default(),
            turns: Mutex::default(),
        });
        app.meet();
        app.roads().refresh();
        app
    }

    /// The page that is to be shown now.
    pub fn page(&self) -> Page {
        self.roads().page().into()
    }

    /// A button was pressed: the page's number, the button's place, what stood in the entry, and
    /// the time of the frames' clock. A press on an older page does nothing.
    pub fn press(&self, number: u64, index: u32, entered: String, at_ms: u64) {
        let entered = zeroize::Zeroizing::new(entered);
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        *self.pressed() = (at_ms, Instant::now());
        let act = self.roads().press(number, index, &entered);
        self.act(act, at_ms);
    }

    /// Back, by the phone's own button.
    pub fn back(&self, at_ms: u64) {
        let act = self.roads().back();
        self.act(act, at_ms);
    }

    /// What time it is (milliseconds since 1970), and the phone's time zone: its IANA name, and its
    /// offset from UTC now.
    pub fn clock(&self, now_ms: u64, zone: String, offset_s: i32) {
        self.roads().clock(now_ms, &zone, offset_s);
    }

    /// The newest frame of the camera that the page has open; see
    /// [`Session::push_planes`](crate::session::Session::push_planes). Gives whether the page
    /// changed.
    ///
    /// # Errors
    /// `frame.invalid` or `model.failed`; nothing has changed then.
    #[allow(clippy::too_many_arguments)] // Each by itself crosses without an allocation.
    pub fn push_planes(
        &self,
        y: &[u8],
        cb: &[u8],
        cr: &[u8],
        width: u32,
        height: u32,
        y_stride: u32,
        chroma_stride: u32,
        chroma_step: u32,
        rotation_deg: u32,
        mirrored: bool,
        at_ms: u64,
    ) -> Result<bool, LifecertError> {
        let shape = Shape {
            width,
            height,
            rotation_deg,
            mirrored,
        };
        let frame = shape.of_planes([y, cb, cr], (y_stride, chroma_stride, chroma_step))?;
        self.see(&frame, at_ms)
    }

    /// The same for one buffer.
    ///
    /// # Errors
    /// See [`App::push_planes`].
    #[allow(clippy::too_many_arguments)] // See above.
    pub fn push_frame(
        &self,
        pixels: &[u8],
        width: u32,
        height: u32,
        stride: u32,
        format: PixelFormat,
        rotation_deg: u32,
        mirrored: bool,
        at_ms: u64,
    ) -> Result<bool, LifecertError> {
        let shape = Shape {
            width,
            height,
            rotation_deg,
            mirrored,
        };
        self.see(&shape.of_buffer(pixels, stride, format)?, at_ms)
    }

    /// Time passed without a frame. Gives whether the page changed.
    pub fn tick(&self, at_ms: u64) -> bool {
        match self.session() {
            Some(session) => self.take_in(session.tick(at_ms)),
            None => false,
        }
    }

    /// Something happened to the camera.
    pub fn camera_trouble(&self, trouble: CameraTrouble) {
        if let Some(session) = self.session() {
            self.take_in(session.background());
        }
        self.roads().camera_trouble(trouble.into());
    }

    /// The app went into the background: a look in progress is forgotten, nothing is lost.
    pub fn pause(&self) {
        if let Some(session) = self.session() {
            self.take_in(session.background());
        }
        self.lock_rounds();
    }

    /// The app came back.
    pub fn resume(&self) {
        if let Some(session) = self.session() {
            self.take_in(session.resume());
        }
        self.roads().refresh();
    }

    /// The phone is short of memory: what is not needed now is let go.
    pub fn trim(&self) {
        self.models.trim();
    }

    /// Whether [`App::work`] has something to do.
    pub fn has_work(&self) -> bool {
        self.roads().task().is_some()
    }

    /// What the shell is to do outside of the app; each is given once.
    pub fn outward(&self) -> Option<Outward> {
        self.roads().outward().map(Into::into)
    }

    /// A reminder was set, or a calendar entry written.
    pub fn reminder_is_set(&self) {
        self.roads().reminder_is_set();
    }

    /// Where to come back to when the system ends the app: a text without a secret.
    pub fn place_to_keep(&self) -> Option<String> {
        self.roads().place_to_keep()
    }

    /// Comes back to a place that was kept; what was under way begins anew from there.
    pub fn come_back(&self, place: String) {
        self.roads().come_back(&place);
    }

    /// How somebody likes to read and to listen.
    pub fn preferences(&self) -> Preferences {
        self.roads().preferences().into()
    }

    /// The same as a text to be kept.
    pub fn preferences_text(&self) -> String {
        self.roads().preferences().to_json()
    }
}

#[uniffi::export(async_runtime = "tokio")]
impl App {
    /// Performs what is to be done, one task; gives whether the page changed. What a page no longer
    /// waits for changes none. A task that is under way already is waited for, and not done twice:
    /// a shell that calls for an errand may come to what a page began to wait for meanwhile.
    pub async fn work(&self) -> bool {
        let Some(task) = self.roads().task().cloned() else {
            return false;
        };
        let before = self.roads().page().number;
        let turn = self.turn(&task);
        let _mine = turn.lock().await;
        if !self.waits_for(&task) {
            return self.roads().page().number != before;
        }
        let done = self.perform(&task).await;
        self.meet();
        let mut roads = self.roads();
        roads.done(&task, done);
        roads.page().number != before
    }
}

impl App {
    pub(crate) fn roads(&self) -> MutexGuard<'_, Roads> {
        self.roads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn session(&self) -> Option<Arc<Session>> {
        let session = self.session.lock();
        session.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the frames' clock shows now: a look that opens begins its time with it.
    pub(crate) fn frames_clock_ms(&self) -> u64 {
        let (at_ms, pressed) = *self.pressed();
        let since_ms = u64::try_from(pressed.elapsed().as_millis()).unwrap_or(u64::MAX);
        at_ms.saturating_add(since_ms)
    }

    fn pressed(&self) -> MutexGuard<'_, (u64, Instant)> {
        self.pressed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn keep_session(&self, session: Option<Arc<Session>>) {
        let mut place = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        *place = session;
    }

    fn see(&self, frame: &FrameRef<'_>, at_ms: u64) -> Result<bool, LifecertError> {
        // The guard is let go of before the frame is looked at: a press must not wait for it.
        let sight = self.roads().sight();
        match (sight, self.session()) {
            (Some(Sight::Face), Some(session)) => Ok(self.take_in(session.push(frame, at_ms)?)),
            (Some(Sight::Code), _) => {
                let read = lifecert_paper::read_qr(frame.buffer_size(), |x, y| frame.luma(x, y));
                Ok(read.is_some_and(|text| self.roads().scanned(&text)))
            }
            (Some(sight @ (Sight::Model | Sight::Paper)), _) => {
                self.see_for_clerk(sight, frame, at_ms)
            }
            _ => Ok(false),
        }
    }

    fn act(&self, act: Option<Act>, at_ms: u64) {
        if act == Some(Act::TakePicture) {
            self.take_next_frame();
        }
        let (Some(act), Some(session)) = (act, self.session()) else {
            return;
        };
        let cues = match act {
            Act::Start => session.start(at_ms),
            Act::Swap => session.swap(at_ms),
            Act::SayAgain => session.say_again(),
            Act::Cancel => session.cancel(),
            Act::TakePicture => return,
        };
        self.take_in(cues);
    }

    /// What the look's cues are to the page. Whether it changed.
    fn take_in(&self, cues: Vec<Cue>) -> bool {
        let phase = self.session().map(|session| session.phase());
        let mut roads = self.roads();
        let changed = !cues.is_empty();
        for cue in cues {
            match cue {
                Cue::Prompt { prompt } => roads.saw_prompt(prompt.into()),
                Cue::Progress { permille } => roads.saw_progress(permille),
                Cue::Finish | Cue::Ended { .. } => roads.saw_end(),
            }
        }
        match phase {
            Some(Phase::Capturing) => roads.saw_stage(true, false),
            Some(Phase::Acting) => roads.saw_stage(false, true),
            _ => roads.saw_stage(false, false),
        }
        changed
    }

    /// Who is on the phone, read anew.
    fn meet(&self) {
        // What cannot be read now is shown as it was, and asked for again.
        if let Ok(people) = self.people_for_roads() {
            self.roads().meet(people);
        }
        if let Ok(clerk) = self.clerk_for_roads() {
            self.roads().meet_clerk(clerk);
        }
    }

    /// Whose turn it is to perform a task. Turns that nobody holds or waits for are forgotten.
    fn turn(&self, task: &Task) -> Arc<Turn> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|(_, turn)| Arc::strong_count(turn) > 1);
        if let Some((_, turn)) = turns.iter().find(|(other, _)| other == task) {
            return turn.clone();
        }
        let turn = Arc::new(Turn::default());
        turns.push((task.clone(), turn.clone()));
        turn
    }

    /// Whether a task is still waited for.
    pub(crate) fn waits_for(&self, task: &Task) -> bool {
        self.roads().task() == Some(task)
    }
}
