//! One look at one person: frames and presses in, cues out, and at the end the answer.

use crate::errors::LifecertError;
use crate::frame::{PixelFormat, Shape};
use crate::models::Models;
use crate::vocabulary::{Outcome, Prompt};
use crate::work::{Road, Slot, Work};
use lifecert_client::Capture;
use lifecert_session::Phase as CorePhase;
use lifecert_vision::FrameRef;
use std::sync::Arc;
use tokio::sync::Mutex;

/// What the shell is to show or to do.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Cue {
    /// Show and say this; it replaces what was asked before. The same again is to be said again.
    Prompt {
        /// What.
        prompt: Prompt,
    },
    /// How far the look is.
    Progress {
        /// In thousandths.
        permille: u16,
    },
    /// All was seen, the camera may be closed: call [`Session::finish`].
    Finish,
    /// It is over.
    Ended {
        /// How.
        outcome: Outcome,
        /// Why, unless accepted: a stable code.
        code: Option<String>,
    },
}

/// Where a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Phase {
    /// Before the person pressed start.
    Framing,
    /// Looking.
    Capturing,
    /// Gentle actions are asked for, at the person's pace.
    Acting,
    /// The key signs, or the claim is on its way: [`Session::finish`] is to be called or at work.
    Finishing,
    /// Over.
    Ended,
}

/// What came of a session.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Answer {
    /// How it ended. At a binding `Referred` is a phone that waits to be let in, and `Queued` one
    /// whose answer got lost and is asked for by [`Phone::sync`](crate::phone::Phone::sync).
    pub outcome: Outcome,
    /// Why, unless accepted: a stable code.
    pub code: Option<String>,
    /// Seconds to rest before the next try, where a rest is asked for.
    pub retry_after_s: Option<u32>,
    /// The person, where they are known to this phone now.
    pub person: Option<String>,
    /// The receipt, which lies in the phone.
    pub receipt: Option<String>,
}

/// One look at one person.
#[derive(uniffi::Object)]
pub struct Session {
    slot: Slot,
    /// Who finishes; a second one waits and gets the same answer.
    finishing: Mutex<()>,
    clock_warning: Option<String>,
}

#[uniffi::export]
impl Session {
    /// A look for practice: everything that a person sees and hears, and nothing leaves the phone.
    /// It ends where signing would begin.
    ///
    /// # Errors
    /// Those of loading the models.
    #[uniffi::constructor]
    pub fn practice(models: Arc<Models>, opened_ms: u64) -> Result<Arc<Self>, LifecertError> {
        let open = |watch| Capture::practice(watch, opened_ms);
        let work = Work::open(models, None, open, Road::Practice)?;
        Ok(Self::of(work, None))
    }

    /// Looks at the newest frame: one buffer with all its planes, turned clockwise by
    /// `rotation_deg` to be upright. The bytes are borrowed for the call and copied nowhere. After
    /// the look it is let go unseen.
    ///
    /// # Errors
    /// `frame.invalid` or `model.failed`; nothing has changed then.
    #[allow(clippy::too_many_arguments)] // Each by itself crosses without an allocation.
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
    ) -> Result<Vec<Cue>, LifecertError> {
        let shape = Shape {
            width,
            height,
            rotation_deg,
            mirrored,
        };
        let frame = shape.of_buffer(pixels, stride, format)?;
        self.push(&frame, at_ms)
    }

    /// The same for the three planes of a camera image (Android's YUV_420_888).
    ///
    /// # Errors
    /// See [`Session::push_frame`].
    #[allow(clippy::too_many_arguments)] // See above.
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
    ) -> Result<Vec<Cue>, LifecertError> {
        let shape = Shape {
            width,
            height,
            rotation_deg,
            mirrored,
        };
        let frame = shape.of_planes([y, cb, cr], (y_stride, chroma_stride, chroma_step))?;
        self.push(&frame, at_ms)
    }

    /// The person pressed start: the look begins.
    pub fn start(&self, at_ms: u64) -> Vec<Cue> {
        self.slot.take_in(|capture| capture.start(at_ms))
    }

    /// The person would rather do another action than the one asked for.
    pub fn swap(&self, at_ms: u64) -> Vec<Cue> {
        self.slot.take_in(|capture| capture.swap(at_ms))
    }

    /// The person would like to hear once more what is asked.
    pub fn say_again(&self) -> Vec<Cue> {
        self.slot.take_in(Capture::repeat)
    }

    /// Time passed without a frame.
    pub fn tick(&self, at_ms: u64) -> Vec<Cue> {
        self.slot.take_in(|capture| capture.tick(at_ms))
    }

    /// The app went into the background: a look in progress is forgotten, nothing is lost.
    pub fn background(&self) -> Vec<Cue> {
        self.slot.take_in(Capture::background)
    }

    /// The app came back.
    pub fn resume(&self) -> Vec<Cue> {
        self.slot.take_in(Capture::resume)
    }

    /// The person stopped. A claim that is on its way already stays in the outbox.
    pub fn cancel(&self) -> Vec<Cue> {
        self.slot.take_in(|capture| match capture.phase() {
            CorePhase::Submitting => capture.queued(),
            _ => capture.cancel(),
        })
    }

    /// Where it is.
    pub fn phase(&self) -> Phase {
        self.slot.phase()
    }

    /// A word about this phone's clock, where it is off by more than half a day: a stable code. It
    /// stops nothing.
    pub fn clock_warning(&self) -> Option<String> {
        self.clock_warning.clone()
    }
}

#[uniffi::export(async_runtime = "tokio")]
impl Session {
    /// Has the key sign, sends the claim or keeps it for later, and gives the answer. Cancelled
    /// while the key signs, it can be called again; cancelled on the way, the claim lies in the
    /// outbox. Once there is an answer it gives that again. To be called after [`Cue::Ended`], too:
    /// a binding that did not come about then leaves no key behind.
    ///
    /// # Errors
    /// A code where not even the outbox takes the claim, or where the look is not over yet.
    pub async fn finish(&self) -> Result<Answer, LifecertError> {
        let _alone = self.finishing.lock().await;
        self.slot.finish().await
    }
}

impl Session {
    pub(crate) fn push(&self, frame: &FrameRef<'_>, at_ms: u64) -> Result<Vec<Cue>, LifecertError> {
        self.slot.push(frame, at_ms)
    }

    pub(crate) fn of(work: Work, clock_warning: Option<String>) -> Arc<Self> {
        Arc::new(Self {
            slot: Slot::new(work),
            finishing: Mutex::new(()),
            clock_warning,
        })
    }
}
