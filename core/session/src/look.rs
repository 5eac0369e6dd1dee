//! What one look has gathered so far: samples, and which frames are kept as key frames.

use crate::cue::{self, MovementSample};
use crate::{FaceObservation, MonotonicMs};
use lifecert_protocol::{CapturePolicy, Score, Scores, Similarity, Verdict};

/// Faces of one look below this similarity to the first are two people (FMR 1e-3).
pub(crate) const SAME_PERSON: f32 = 0.337;

/// A look in progress.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Look {
    started_ms: MonotonicMs,
    movement: Vec<MovementSample>,
    live: Vec<f32>,
    quality: Vec<f32>,
    similarity: Vec<f32>,
    /// Quality of the frame kept in each slot.
    slots: Vec<Option<f32>>,
    two_people: bool,
}

impl Look {
    pub(crate) fn new(started_ms: MonotonicMs, policy: &CapturePolicy) -> Self {
        Self {
            started_ms,
            movement: Vec::new(),
            live: Vec::new(),
            quality: Vec::new(),
            similarity: Vec::new(),
            slots: vec![None; usize::from(policy.key_frames)],
            two_people: false,
        }
    }

    pub(crate) fn started_ms(&self) -> MonotonicMs {
        self.started_ms
    }

    pub(crate) fn elapsed_ms(&self, at_ms: MonotonicMs) -> u64 {
        at_ms.saturating_sub(self.started_ms)
    }

    /// Takes a good frame in; gives the slot to keep it in, if it is worth keeping.
    ///
    /// The shortest look is divided into one stretch a slot, and the best frame of each is kept:
    /// frames far apart in time say more than neighbours.
    pub(crate) fn take(
        &mut self,
        at_ms: MonotonicMs,
        face: &FaceObservation,
        policy: &CapturePolicy,
    ) -> Option<u8> {
        self.movement.push(MovementSample {
            at_ms,
            eye_aspect_ratio: face.eye_aspect_ratio,
            yaw_deg: face.pose.yaw_deg,
        });
        self.quality.push(face.quality);
        self.live.extend(face.live);
        self.similarity.extend(face.similarity);
        self.two_people |= face.continuity.is_some_and(|same| same < SAME_PERSON);
        let stretch_ms = u64::from(policy.look_min_ms) / self.slots.len().max(1) as u64;
        let slot = (self.elapsed_ms(at_ms) / stretch_ms.max(1)) as usize;
        let slot = slot.min(self.slots.len().saturating_sub(1));
        let kept = self.slots.get_mut(slot)?;
        if face.live.is_none() || kept.is_some_and(|quality| quality >= face.quality) {
            return None;
        }
        *kept = Some(face.quality);
        u8::try_from(slot).ok()
    }

    /// Whether the shortest look is over and everything wanted was seen.
    pub(crate) fn is_enough(&self, at_ms: MonotonicMs, policy: &CapturePolicy) -> bool {
        self.elapsed_ms(at_ms) >= u64::from(policy.look_min_ms)
            && self.quality.len() >= usize::from(policy.good_frames)
            && self.slots.iter().all(Option::is_some)
            && self.verdict(policy) == Verdict::Accept
    }

    /// How far the look is, 0 to 1,000.
    pub(crate) fn progress_permille(&self, at_ms: MonotonicMs, policy: &CapturePolicy) -> u16 {
        let time = self.elapsed_ms(at_ms) * 1_000 / u64::from(policy.look_min_ms).max(1);
        let frames = self.quality.len() as u64 * 1_000 / u64::from(policy.good_frames).max(1);
        time.min(frames).min(1_000) as u16
    }

    /// The device's numbers.
    pub(crate) fn scores(&self) -> Scores {
        Scores {
            live: Score::from_f32(median(&self.live).unwrap_or(0.0)),
            eyes: cue::movement(&self.movement),
            similarity: median(&self.similarity).map(Similarity::from_f32),
            quality: Score::from_f32(median(&self.quality).unwrap_or(0.0)),
            good_frames: u16::try_from(self.quality.len()).unwrap_or(u16::MAX),
        }
    }

    /// The device's opinion; the empty look refuses.
    pub(crate) fn verdict(&self, policy: &CapturePolicy) -> Verdict {
        judge(&self.scores(), self.two_people, policy)
    }
}

/// The rule behind the device's opinion.
pub(crate) fn judge(scores: &Scores, two_people: bool, policy: &CapturePolicy) -> Verdict {
    let dead = scores.good_frames == 0 || scores.live < policy.live_threshold;
    let other = scores
        .similarity
        .is_some_and(|similarity| similarity < policy.match_threshold);
    if dead || two_people || other {
        return Verdict::Refuse;
    }
    match scores.eyes {
        Some(eyes) if eyes >= policy.eye_threshold => Verdict::Accept,
        // Keeping still is no proof of a picture, and a short look says nothing: a person decides.
        _ => Verdict::Refer,
    }
}

fn median(values: &[f32]) -> Option<f32> {
    let mut sorted: Vec<f32> = values
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .collect();
    sorted.sort_by(f32::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::policy;

    fn scores(live: u16, eyes: Option<u16>, similarity: Option<i16>, good_frames: u16) -> Scores {
        Scores {
            live: Score::from_parts(live),
            eyes: eyes.map(Score::from_parts),
            similarity: similarity.map(Similarity::from_parts),
            quality: Score::from_parts(5_000),
            good_frames,
        }
    }

    #[test]
    fn the_truth_table_of_the_devices_opinion() {
        use Verdict::{Accept, Refer, Refuse};
        let policy = policy();
        let rows = [
            (scores(0, None, None, 0), false, Refuse),
            (scores(9_000, Some(2_000), None, 0), false, Refuse),
            (scores(9_000, Some(2_000), None, 40), false, Accept),
            (scores(9_000, Some(2_000), Some(6_000), 40), false, Accept),
            (scores(9_000, Some(2_000), Some(1_000), 40), false, Refuse),
            (scores(9_000, Some(2_000), None, 40), true, Refuse),
            (scores(9_000, Some(800), None, 40), false, Accept),
            (scores(9_000, Some(799), None, 40), false, Refer),
            (scores(9_000, Some(100), None, 40), false, Refer),
            (scores(9_000, None, None, 40), false, Refer),
            (scores(5_000, Some(2_000), None, 40), false, Accept),
            (scores(4_999, Some(2_000), None, 40), false, Refuse),
            (scores(9_000, Some(2_000), Some(4_180), 40), false, Accept),
            (scores(9_000, Some(2_000), Some(4_179), 40), false, Refuse),
            (scores(1_000, Some(2_000), None, 40), false, Refuse),
            (scores(1_000, None, None, 40), false, Refuse),
        ];
        for (scores, two_people, expected) in rows {
            assert_eq!(
                judge(&scores, two_people, &policy),
                expected,
                "{scores:?} {two_people}"
            );
        }
    }

    #[test]
    fn an_empty_look_refuses() {
        let policy = policy();
        assert_eq!(Look::new(0, &policy).verdict(&policy), Verdict::Refuse);
    }
}
