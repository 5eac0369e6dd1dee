//! Looks: the cues that a session would judge by, at each moment at which it would judge.

use std::collections::VecDeque;

use lifecert_protocol::{CapturePolicy, Digest, Score};
use lifecert_session::{Cues, Fusion, Observation, Track, good_face, is_doubtful};

use super::takes::{Take, What};

/// A session looks at its verdict this often.
const JUDGED_EVERY_MS: u64 = 250;

/// Looks at one clip of the living begin that far apart.
const STRIDE_MS: u64 = 5_000;

/// One look.
pub struct Look {
    /// What was before the camera.
    pub what: What,
    /// The take, and where in it the look begins.
    pub name: String,
    /// Looks of one kin are left out together.
    pub kin: String,
    /// When the session would judge, in milliseconds of the look, and by which cues.
    pub moments: Vec<(u64, Cues)>,
}

/// How a look comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// After that many milliseconds.
    Accepted(u64),
    /// A person decides.
    Referred,
    /// The net says no.
    Refused,
}

/// The looks of a take: one of an attack, several of a longer clip of the living.
pub fn of_take(take: &Take) -> Vec<Look> {
    let policy = policy();
    let observations = &take.observations;
    let Some((first_ms, last_ms)) = observations
        .first()
        .zip(observations.last())
        .map(|(first, last)| (first.at_ms, last.at_ms))
    else {
        return Vec::new();
    };
    let stride_ms = match take.what {
        What::Living => STRIDE_MS,
        What::Attack(_) => u64::MAX,
    };
    let mut starts_ms = VecDeque::from([first_ms]);
    while let Some(next_ms) = starts_ms[starts_ms.len() - 1].checked_add(stride_ms)
        && next_ms.saturating_add(u64::from(policy.look_min_ms)) <= last_ms
    {
        starts_ms.push_back(next_ms);
    }
    let look = |start_ms: u64| Look {
        what: take.what.clone(),
        name: format!("{} from {start_ms} ms", take.name),
        kin: take.kin.clone(),
        moments: moments(observations, start_ms, &policy),
    };
    starts_ms.into_iter().map(look).collect()
}

fn moments(
    observations: &[Observation],
    start_ms: u64,
    policy: &CapturePolicy,
) -> Vec<(u64, Cues)> {
    let mut track = Track::default();
    let (mut good, mut moments) = (0, Vec::new());
    let mut due_ms = u64::from(policy.look_min_ms);
    let mut last_ms = 0;
    for seen in observations.iter().filter(|seen| seen.at_ms >= start_ms) {
        let elapsed_ms = seen.at_ms - start_ms;
        if elapsed_ms > u64::from(policy.look_max_ms) {
            break;
        }
        if let Ok(face) = good_face(seen) {
            track.take(seen.at_ms, face);
            good += 1;
        }
        last_ms = elapsed_ms;
        if elapsed_ms >= due_ms && good >= policy.good_frames {
            due_ms = elapsed_ms + JUDGED_EVERY_MS;
            moments.push((elapsed_ms, track.cues()));
        }
    }
    if moments.is_empty() {
        moments.push((last_ms, track.cues()));
    }
    moments
}

impl Look {
    /// What the session would make of it with that fusion and threshold.
    pub fn outcome(&self, fusion: &Fusion, threshold: f32) -> Outcome {
        let policy = policy();
        let live = |cues: &Cues| Score::from_f32(cues.live.unwrap_or(0.0));
        let accepts = |(elapsed_ms, cues): &&(u64, Cues)| {
            *elapsed_ms >= u64::from(policy.look_min_ms)
                && fusion.life(cues).is_some_and(|life| life >= threshold)
                && live(cues) >= policy.clearly_live()
                && !is_doubtful(cues)
        };
        if let Some((elapsed_ms, _)) = self.moments.iter().find(accepts) {
            return Outcome::Accepted(*elapsed_ms);
        }
        match self.moments.last() {
            Some((_, cues)) if live(cues) >= policy.live_threshold => Outcome::Referred,
            _ => Outcome::Refused,
        }
    }

    /// The moment at which a cue is largest: the best chance that the look gets.
    pub fn best(&self, cue: impl Fn(&Cues) -> Option<f32>) -> Option<&Cues> {
        let by = |cues: &Cues| cue(cues).unwrap_or(f32::NEG_INFINITY);
        let cues = self.moments.iter().map(|(_, cues)| cues);
        cues.filter(|cues| cue(cues).is_some())
            .max_by(|a, b| by(a).total_cmp(&by(b)))
    }
}

/// The standard policy; its models do not matter here.
pub fn policy() -> CapturePolicy {
    CapturePolicy::standard(Digest::of(b""), vec![Digest::of(b"")])
}
