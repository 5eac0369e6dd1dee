//! Is the picture good enough, and if not, what one thing helps most?
//!
//! The gate keeps a state per fault: one is entered beyond one limit and left only below another,
//! so that nothing flickers, and it is spoken of only after it has lasted half a second, so that
//! the first frames of a camera that still finds its exposure fail nothing.
//!
//! A fault that bars keeps frames out of the look. It is asked about for six seconds at most: then
//! the person has done what this room, this camera and this body allow, and frames are taken as
//! they are, within wider limits (a face is large enough when it is as large as it gets). Beyond
//! those the next best thing is asked for, then the road without the camera is named, then it
//! begins again. What the models at hand cannot tell reliably (cover, backlight, closed eyes, dirt)
//! only hints: it is asked for a while, and every frame is taken.

use crate::{FaceObservation, MonotonicMs, Observation};
use lifecert_protocol::Prompt;

/// A fault is spoken of when it has lasted this long.
const SETTLE_MS: u64 = 500;

/// A fault that bars is asked about this long, in one piece or in several.
const PATIENCE_MS: u64 = 6_000;

/// A hint is given this long.
const HINT_MS: u64 = 4_000;

/// What was asked in vain rests this long while other things are said.
const REST_MS: u64 = 6_000;

/// A gap between two frames counts as this much at most: nobody was asked while the camera slept.
const LONGEST_STEP_MS: u64 = 250;

/// Eyes are closed when they are open by less than this share of what is usual for the person. On
/// eleven clips (2,389 frames, 100 to 200 ms apart) no blink stays below it for more than 0.3 s,
/// and eyes shut on purpose do for more than a second.
const CLOSED_SHARE: f32 = 0.6;

/// The eye aspect ratio that is taken for usual before the person's own is known: narrow eyes are
/// not closed ones (99 of 100 faces of LFW are above 0.6 times this).
const USUAL_EYES: f32 = 0.25;

/// What is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    /// A face that looks into the camera, for the look.
    Portrait,
    /// A person who moves, for a gentle action: only presence and light matter.
    Action,
}

/// What the gate makes of a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct View<'a> {
    /// The face, if the frame is to be taken.
    pub(crate) face: Option<&'a FaceObservation>,
    /// The one thing that helps most, if anything does.
    pub(crate) ask: Option<Prompt>,
    /// Whether a fault is there that may turn out to last.
    pub(crate) settling: bool,
}

/// Whether one single picture is good enough: the face if it is, otherwise the one thing that helps
/// most. Only what bars counts, and nothing is known of the moment before.
pub fn good_face(seen: &Observation) -> Result<&FaceObservation, Prompt> {
    let fault = Fault::ALL.into_iter().find(|fault| {
        let rule = fault.rule();
        let bars = matches!(rule.weight, Weight::Bars { .. });
        bars && fault
            .measure(seen, USUAL_EYES)
            // What is no number is beyond every limit.
            .is_some_and(|m| m > rule.enter || m.is_nan())
    });
    match (fault, &seen.face) {
        (Some(fault), _) => Err(fault.rule().prompt),
        (None, Some(face)) => Ok(face),
        (None, None) => Err(Prompt::FindFace),
    }
}

/// What can be amiss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    NoFace,
    SeveralFaces,
    TooFar,
    TooNear,
    Backlit,
    TooDark,
    TooBright,
    OffCentre,
    TurnedAway,
    EyesCovered,
    MouthCovered,
    EyesClosed,
    Blurred,
    StillBlurred,
    Hazy,
}

/// The limits of a fault's measure, and what it does.
struct Rule {
    prompt: Prompt,
    /// Above this the fault begins.
    enter: f32,
    /// Below this it is over.
    leave: f32,
    weight: Weight,
}

#[derive(Clone, Copy)]
enum Weight {
    /// Frames with it are not taken; after it was asked about in vain, only those beyond this.
    Bars { at_last: f32 },
    /// Asked for; every frame is taken.
    Hints,
}

impl Fault {
    /// The most helpful to hear of first: without a face nothing else can be judged, and a face
    /// that is too small or too dark has no trustworthy pose.
    const ALL: [Self; 15] = [
        Self::NoFace,
        Self::SeveralFaces,
        Self::TooFar,
        Self::TooNear,
        Self::Backlit,
        Self::TooDark,
        Self::TooBright,
        Self::OffCentre,
        Self::TurnedAway,
        Self::EyesCovered,
        Self::MouthCovered,
        Self::EyesClosed,
        Self::Blurred,
        Self::StillBlurred,
        Self::Hazy,
    ];

    /// Limits with their evidence in docs/guidance.md.
    fn rule(self) -> Rule {
        let bars = |prompt, enter, leave, at_last| {
            let weight = Weight::Bars { at_last };
            Rule {
                prompt,
                enter,
                leave,
                weight,
            }
        };
        let hints = |prompt, enter, leave| {
            let weight = Weight::Hints;
            Rule {
                prompt,
                enter,
                leave,
                weight,
            }
        };
        match self {
            Self::NoFace => bars(Prompt::FindFace, 0.5, 0.5, 0.5),
            Self::SeveralFaces => bars(Prompt::OnePerson, 1.5, 1.5, 1.5),
            Self::TooFar => bars(Prompt::ComeCloser, -0.2, -0.22, -0.1),
            Self::TooNear => bars(Prompt::MoveBack, 0.95, 0.9, 1.2),
            Self::Backlit => hints(Prompt::FaceLight, 0.38, 0.3),
            Self::TooDark => bars(Prompt::MoreLight, -0.15, -0.18, -0.08),
            Self::TooBright => bars(Prompt::LessLight, 0.88, 0.84, 0.96),
            Self::OffCentre => bars(Prompt::Centre, 0.3, 0.26, 0.45),
            Self::TurnedAway => bars(Prompt::LookStraight, 35.0, 30.0, 45.0),
            Self::EyesCovered => hints(Prompt::UncoverEyes, -0.28, -0.36),
            Self::MouthCovered => hints(Prompt::UncoverFace, -0.22, -0.3),
            Self::EyesClosed => hints(Prompt::OpenEyes, -CLOSED_SHARE, -CLOSED_SHARE),
            Self::Blurred => bars(Prompt::HoldSteady, -15.0, -20.0, -5.0),
            // What holding still did not help: the next best thing.
            Self::StillBlurred => hints(Prompt::WipeCamera, -15.0, -20.0),
            Self::Hazy => hints(Prompt::WipeCamera, -0.15, -0.2),
        }
    }

    /// How much of the fault the frame shows, nothing where it cannot say; `usual_eyes` is the
    /// person's usual eye aspect ratio.
    fn measure(self, seen: &Observation, usual_eyes: f32) -> Option<f32> {
        match self {
            Self::NoFace => return Some(if seen.face.is_none() { 1.0 } else { 0.0 }),
            Self::SeveralFaces => return Some(seen.faces as f32),
            _ => {}
        }
        let face = seen.face.as_ref()?;
        Some(match self {
            Self::NoFace | Self::SeveralFaces => return None,
            Self::TooFar => -face.size,
            Self::TooNear => face.size,
            Self::Backlit => backlight(face)?,
            Self::TooDark => -face.exposure,
            Self::TooBright => face.exposure,
            Self::OffCentre => off_centre(face),
            Self::TurnedAway => turn_deg(face),
            Self::EyesCovered => -face.cover.eye_shade,
            Self::MouthCovered => -face.cover.mouth_texture,
            Self::EyesClosed => -face.eye_aspect_ratio / usual_eyes,
            Self::Blurred | Self::StillBlurred => -face.sharpness,
            Self::Hazy => -face.scene.contrast,
        })
    }

    /// It counts only when it has lasted this long: a blink is no fault.
    const fn lasts_ms(self) -> u64 {
        match self {
            Self::EyesClosed => 1_000,
            _ => 0,
        }
    }

    const fn matters(self, aim: Aim) -> bool {
        match self {
            Self::NoFace | Self::SeveralFaces | Self::TooDark => true,
            _ => matches!(aim, Aim::Portrait),
        }
    }
}

/// How much brighter the surround is than a dark face, 0 to 1. A face that is not dark is lit well
/// enough, whatever is behind it: dark skin before a bright wall is no fault.
fn backlight(face: &FaceObservation) -> Option<f32> {
    const DARK: f32 = 0.28;
    let surround = face.scene.surround?;
    Some(if face.exposure < DARK {
        surround - face.exposure
    } else {
        0.0
    })
}

fn off_centre(face: &FaceObservation) -> f32 {
    let bounds = &face.bounds;
    let x = bounds.left + bounds.width / 2.0 - 0.5;
    let y = bounds.top + bounds.height / 2.0 - 0.5;
    x.abs().max(y.abs())
}

fn turn_deg(face: &FaceObservation) -> f32 {
    let pose = &face.pose;
    let turns = [pose.yaw_deg, pose.pitch_deg, pose.roll_deg];
    turns.iter().fold(0.0, |most, turn| most.max(turn.abs()))
}

/// The state of a session's gate.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Gate {
    tracks: [Track; Fault::ALL.len()],
    usual_eyes: f32,
    last_ms: Option<MonotonicMs>,
}

/// The state of one fault.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Track {
    /// Since when it has been beyond its limit.
    since_ms: Option<MonotonicMs>,
    /// Its last measure.
    measure: f32,
    /// How long it was asked about.
    asked_ms: u64,
    /// It was asked about in vain, and is put up with.
    borne: bool,
    /// Until when it is not asked about.
    rests_until_ms: MonotonicMs,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            tracks: [Track::default(); Fault::ALL.len()],
            usual_eyes: USUAL_EYES,
            last_ms: None,
        }
    }
}

impl Gate {
    /// Takes a frame in, in order of time.
    pub(crate) fn look<'a>(&mut self, seen: &'a Observation, aim: Aim) -> View<'a> {
        let step_ms = self
            .last_ms
            .map_or(0, |last_ms| seen.at_ms.saturating_sub(last_ms))
            .min(LONGEST_STEP_MS);
        self.last_ms = Some(seen.at_ms);
        for (fault, track) in Fault::ALL.into_iter().zip(&mut self.tracks) {
            if let Some(measure) = fault.measure(seen, self.usual_eyes) {
                track.take(measure, &fault.rule(), seen.at_ms);
            }
        }
        self.learn_eyes(seen);
        let mut faults = Fault::ALL.into_iter().zip(&self.tracks);
        let settling = faults.any(|(fault, track)| {
            let short = track.is_on() && !track.has_lasted(seen.at_ms, SETTLE_MS);
            short && fault.matters(aim) && !track.is_borne(fault)
        });
        View {
            face: seen.face.as_ref().filter(|_| !self.is_barred(aim)),
            ask: self.ask(seen.at_ms, step_ms, aim),
            settling,
        }
    }

    fn is_barred(&self, aim: Aim) -> bool {
        let mut faults = Fault::ALL.into_iter().zip(&self.tracks);
        faults.any(|(fault, track)| {
            let bars = matches!(fault.rule().weight, Weight::Bars { .. });
            bars && fault.matters(aim) && track.is_on() && !track.is_borne(fault)
        })
    }

    /// The first fault that has settled and does not rest; where all that there are rest, the other
    /// road.
    fn ask(&mut self, at_ms: MonotonicMs, step_ms: u64, aim: Aim) -> Option<Prompt> {
        let mut tired = false;
        for (fault, track) in Fault::ALL.into_iter().zip(&mut self.tracks) {
            let settled = track.has_lasted(at_ms, SETTLE_MS.max(fault.lasts_ms()));
            if !settled || !fault.matters(aim) || track.is_borne(fault) {
                continue;
            }
            if at_ms < track.rests_until_ms {
                tired = true;
                continue;
            }
            track.ask(fault, at_ms, step_ms);
            return Some(fault.rule().prompt);
        }
        tired.then_some(Prompt::OtherRoad)
    }

    /// What is usual follows open eyes quickly and narrower ones slowly; closed ones say nothing.
    fn learn_eyes(&mut self, seen: &Observation) {
        let Some(face) = &seen.face else { return };
        let change = face.eye_aspect_ratio - self.usual_eyes;
        if face.eye_aspect_ratio > CLOSED_SHARE * self.usual_eyes {
            self.usual_eyes += if change > 0.0 { 0.1 } else { 0.02 } * change;
        }
    }
}

impl Track {
    fn take(&mut self, measure: f32, rule: &Rule, at_ms: MonotonicMs) {
        self.measure = measure;
        let limit = if self.is_on() { rule.leave } else { rule.enter };
        // What is no number is beyond every limit.
        let beyond = measure > limit || measure.is_nan();
        self.since_ms = beyond.then(|| self.since_ms.unwrap_or(at_ms));
    }

    fn is_on(&self) -> bool {
        self.since_ms.is_some()
    }

    fn has_lasted(&self, at_ms: MonotonicMs, wanted_ms: u64) -> bool {
        self.since_ms
            .is_some_and(|since_ms| at_ms.saturating_sub(since_ms) >= wanted_ms)
    }

    fn is_borne(&self, fault: Fault) -> bool {
        self.borne
            && match fault.rule().weight {
                Weight::Bars { at_last } => self.measure <= at_last,
                Weight::Hints => true,
            }
    }

    /// It is asked about; after enough of that it is borne, or rests where it cannot be.
    fn ask(&mut self, fault: Fault, at_ms: MonotonicMs, step_ms: u64) {
        self.asked_ms += step_ms;
        let patience_ms = match fault.rule().weight {
            Weight::Bars { .. } => PATIENCE_MS,
            Weight::Hints => HINT_MS,
        };
        if self.asked_ms >= patience_ms {
            self.asked_ms = 0;
            self.borne = true;
            if !self.is_borne(fault) {
                self.rests_until_ms = at_ms.saturating_add(REST_MS);
            }
        }
    }
}

#[cfg(test)]
mod tests;
