//! What one look has gathered so far: samples, and which frames are kept as key frames.

use crate::cues::{Cues, Track, median};
use crate::fusion::{Fusion, is_doubtful};
use crate::{FaceObservation, MonotonicMs};
use lifecert_protocol::{CapturePolicy, Score, Scores, Similarity, Verdict};

/// Faces of one look below this similarity to each other are two people (FMR 1e-3).
pub const SAME_PERSON: f32 = 0.337;

/// A face that is turned further than this is no evidence of another person: profiles of one person
/// fall to 0.29.
const FRONTAL_DEG: f32 = 20.0;

/// Embeddings in a row that must be another's: half a second.
const OTHERS_IN_A_ROW: u8 = 4;

/// The verdict is looked at this often: each look is one more chance for chance.
const JUDGED_EVERY_MS: u64 = 250;

/// Time between two good frames counts as seen up to this: what lies in a longer gap was not.
const SEEN_GAP_MS: u64 = 250;

/// A look in progress.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Look {
    started_ms: MonotonicMs,
    track: Track,
    quality: Vec<f32>,
    similarity: Vec<f32>,
    /// Quality of the frame kept in each slot.
    slots: Vec<Option<f32>>,
    /// When the last good frame was taken, and how much time good frames have covered.
    last_good_ms: Option<MonotonicMs>,
    seen_ms: u64,
    company: Company,
    judged_ms: Option<MonotonicMs>,
}

/// Whether somebody else came before the camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Company {
    others_in_a_row: u8,
    /// Faces of two people were seen.
    pub(crate) two_people: bool,
}

impl Company {
    /// Compares a face with the first one of the session, where an embedding was made.
    pub(crate) fn take(&mut self, face: &FaceObservation) {
        if is_another(face) {
            self.others_in_a_row = self.others_in_a_row.saturating_add(1);
        } else if face.continuity.is_some_and(|same| same >= SAME_PERSON) {
            self.others_in_a_row = 0;
        }
        self.two_people |= self.others_in_a_row >= OTHERS_IN_A_ROW;
    }
}

/// What a look comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Judgement {
    pub(crate) verdict: Verdict,
    pub(crate) scores: Scores,
    pub(crate) cues: Cues,
}

impl Look {
    pub(crate) fn new(started_ms: MonotonicMs, policy: &CapturePolicy) -> Self {
        Self {
            started_ms,
            track: Track::default(),
            quality: Vec::new(),
            similarity: Vec::new(),
            slots: vec![None; usize::from(policy.key_frames)],
            last_good_ms: None,
            seen_ms: 0,
            company: Company::default(),
            judged_ms: None,
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
    /// frames far apart in time say more than neighbours. Only time that good frames cover counts,
    /// so that a moment without a face leaves no slot empty.
    pub(crate) fn take(
        &mut self,
        at_ms: MonotonicMs,
        face: &FaceObservation,
        policy: &CapturePolicy,
    ) -> Option<u8> {
        self.track.take(at_ms, face);
        self.quality.push(face.quality);
        self.similarity.extend(face.similarity);
        self.company.take(face);
        let since_ms = self
            .last_good_ms
            .map_or(0, |last_ms| at_ms.saturating_sub(last_ms));
        self.seen_ms += since_ms.min(SEEN_GAP_MS);
        self.last_good_ms = Some(at_ms);
        let stretch_ms = u64::from(policy.look_min_ms) / self.slots.len().max(1) as u64;
        let slot = (self.seen_ms / stretch_ms.max(1)) as usize;
        let slot = slot.min(self.slots.len().saturating_sub(1));
        let kept = self.slots.get_mut(slot)?;
        if face.live.is_none() || kept.is_some_and(|quality| quality >= face.quality) {
            return None;
        }
        *kept = Some(face.quality);
        u8::try_from(slot).ok()
    }

    /// Key frames kept so far.
    pub(crate) fn kept(&self) -> usize {
        self.slots.iter().flatten().count()
    }

    /// Whether the shortest look is over and everything wanted was seen; asked at every frame, it
    /// looks a few times a second.
    pub(crate) fn is_enough(&mut self, at_ms: MonotonicMs, policy: &CapturePolicy) -> bool {
        let whole = self.elapsed_ms(at_ms) >= u64::from(policy.look_min_ms)
            && self.quality.len() >= usize::from(policy.good_frames)
            && self.slots.iter().all(Option::is_some);
        let due = self
            .judged_ms
            .is_none_or(|judged_ms| at_ms >= judged_ms.saturating_add(JUDGED_EVERY_MS));
        if !whole || !due {
            return false;
        }
        self.judged_ms = Some(at_ms);
        self.judge(policy).verdict == Verdict::Accept
    }

    /// How far the look is, 0 to 1,000.
    pub(crate) fn progress_permille(&self, at_ms: MonotonicMs, policy: &CapturePolicy) -> u16 {
        let time =
            self.elapsed_ms(at_ms).saturating_mul(1_000) / u64::from(policy.look_min_ms).max(1);
        let frames = self.quality.len() as u64 * 1_000 / u64::from(policy.good_frames).max(1);
        time.min(frames).min(1_000) as u16
    }

    /// The device's opinion with the numbers behind it; the empty look refuses.
    pub(crate) fn judge(&self, policy: &CapturePolicy) -> Judgement {
        let cues = self.track.cues();
        let scores = Scores {
            live: Score::from_f32(cues.live.unwrap_or(0.0)),
            life: Fusion::SHIPPED.life(&cues).map(Score::from_f32),
            similarity: median(&self.similarity).map(Similarity::from_f32),
            quality: Score::from_f32(median(&self.quality).unwrap_or(0.0)),
            good_frames: u16::try_from(self.quality.len()).unwrap_or(u16::MAX),
        };
        Judgement {
            verdict: verdict(&scores, &cues, self.company.two_people, policy),
            scores,
            cues,
        }
    }
}

/// Whether a face looks into the camera, so that it can be told from another's.
pub fn is_frontal(face: &FaceObservation) -> bool {
    face.pose.yaw_deg.abs().max(face.pose.pitch_deg.abs()) <= FRONTAL_DEG
}

/// Whether a face that looks into the camera is another's than the first one of the session.
pub(crate) fn is_another(face: &FaceObservation) -> bool {
    is_frontal(face) && face.continuity.is_some_and(|same| same < SAME_PERSON)
}

/// The rule behind the device's opinion: what is surely wrong refuses; what speaks for life in
/// every way accepts; everything else is for a person.
fn verdict(scores: &Scores, cues: &Cues, two_people: bool, policy: &CapturePolicy) -> Verdict {
    let dead = scores.good_frames == 0 || scores.live < policy.live_threshold;
    let other = scores
        .similarity
        .is_some_and(|similarity| similarity < policy.match_threshold);
    if dead || two_people || other {
        return Verdict::Refuse;
    }
    // Keeping still is no proof of a picture, and a short look says nothing.
    let alive = scores
        .life
        .is_some_and(|life| life >= policy.life_threshold);
    if alive && scores.live >= policy.clearly_live() && !is_doubtful(cues) {
        Verdict::Accept
    } else {
        Verdict::Refer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timing;
    use crate::tests::policy;

    fn scores(live: u16, life: Option<u16>, similarity: Option<i16>, good_frames: u16) -> Scores {
        Scores {
            live: Score::from_parts(live),
            life: life.map(Score::from_parts),
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
            (scores(9_000, Some(9_000), None, 0), false, Refuse),
            (scores(9_000, Some(9_000), None, 40), false, Accept),
            (scores(9_000, Some(9_000), Some(6_000), 40), false, Accept),
            (scores(9_000, Some(9_000), Some(1_000), 40), false, Refuse),
            (scores(9_000, Some(9_000), None, 40), true, Refuse),
            (scores(9_000, Some(5_000), None, 40), false, Accept),
            (scores(9_000, Some(4_999), None, 40), false, Refer),
            (scores(9_000, Some(100), None, 40), false, Refer),
            (scores(9_000, None, None, 40), false, Refer),
            (scores(8_000, Some(9_000), None, 40), false, Accept),
            (scores(7_999, Some(9_000), None, 40), false, Refer),
            (scores(3_000, Some(9_000), None, 40), false, Refer),
            (scores(2_999, Some(9_000), None, 40), false, Refuse),
            (scores(9_000, Some(9_000), Some(4_180), 40), false, Accept),
            (scores(9_000, Some(9_000), Some(4_179), 40), false, Refuse),
            (scores(1_000, Some(9_000), None, 40), false, Refuse),
            (scores(1_000, None, None, 40), false, Refuse),
        ];
        for (scores, two_people, expected) in rows {
            assert_eq!(
                verdict(&scores, &Cues::default(), two_people, &policy),
                expected,
                "{scores:?} {two_people}"
            );
        }
    }

    #[test]
    fn what_is_doubtful_is_referred_and_never_refused() {
        let policy = policy();
        let good = scores(9_000, Some(9_000), None, 40);
        let timing = |frozen_ms, cuts, backwards| Timing {
            frozen_ms,
            cuts,
            backwards,
        };
        let doubts = [
            Cues {
                repeat: Some(0.1),
                ..Cues::default()
            },
            Cues {
                texture: Some(0.9),
                ..Cues::default()
            },
            Cues {
                timing: timing(1_500, 0, 0),
                ..Cues::default()
            },
            Cues {
                timing: timing(0, 1, 0),
                ..Cues::default()
            },
            Cues {
                timing: timing(0, 0, 1),
                ..Cues::default()
            },
        ];
        for cues in doubts {
            assert_eq!(
                verdict(&good, &cues, false, &policy),
                Verdict::Refer,
                "{cues:?}"
            );
        }
        let sure = Cues {
            repeat: Some(0.6),
            texture: Some(0.1),
            timing: timing(300, 0, 0),
            ..Cues::default()
        };
        assert_eq!(verdict(&good, &sure, false, &policy), Verdict::Accept);
    }

    #[test]
    fn an_empty_look_refuses() {
        let policy = policy();
        assert_eq!(
            Look::new(0, &policy).judge(&policy).verdict,
            Verdict::Refuse
        );
    }
}
