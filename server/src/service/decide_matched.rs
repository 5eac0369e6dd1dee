//! The rule where nothing but the result of a match leaves the device: what attested hardware says
//! of a template that the server gave it.

use super::decide::{Decision, is_hardware, shown_alive};
use lifecert_protocol::{
    Assurance, CapturePolicy, ErrorCode, EvidenceLevel, Scores, Similarity, Verdict,
};

/// What the decision rests on.
#[derive(Debug, Clone, Copy)]
pub struct Matched<'a> {
    /// Whether the device was given the person's newest template, and it still counts.
    pub delivered: bool,
    /// Similarity (FMR 1e-4) below which two faces are not one person.
    pub surely_other: Similarity,
    /// What the device said.
    pub device: (Verdict, &'a Scores),
    /// Whether the gentle actions were seen that the challenge asked for.
    pub acted: bool,
    /// How well the device is known.
    pub assurance: Assurance,
    /// How the session had to look.
    pub capture: &'a CapturePolicy,
}

/// Fewest good frames of a look.
const FEWEST_GOOD: u16 = 3;

/// Decides. No evidence means refuse; who has no hardware and no template has none.
pub fn decide_matched(grounds: &Matched<'_>) -> Decision {
    let ((_, scores), capture) = (grounds.device, grounds.capture);
    let refused = |code| (Verdict::Refuse, Some(code));
    let matches = capture.evidence == EvidenceLevel::MatchOnly;
    if !matches || !is_hardware(grounds.assurance) || !grounds.delivered {
        return refused(ErrorCode::ClaimEvidence);
    }
    let Some(similarity) = scores.similarity else {
        return refused(ErrorCode::EvidenceInsufficient);
    };
    if scores.good_frames < FEWEST_GOOD {
        return refused(ErrorCode::EvidenceInsufficient);
    }
    if similarity < grounds.surely_other {
        return refused(ErrorCode::MatchNotSame);
    }
    if similarity < capture.match_threshold.max(grounds.surely_other) {
        return (Verdict::Refer, Some(ErrorCode::MatchUncertain));
    }
    shown_alive(grounds.device, grounds.acted, capture)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifecert_protocol::{Digest, Score};

    /// One row of the truth table: everything is well unless the row says otherwise.
    #[derive(Clone, Copy)]
    struct Case {
        delivered: bool,
        similarity: Option<i16>,
        verdict: Verdict,
        live: u16,
        life: Option<u16>,
        frames: u16,
        acted: bool,
        assurance: Assurance,
        evidence: EvidenceLevel,
    }

    const WELL: Case = Case {
        delivered: true,
        similarity: Some(8_000),
        verdict: Verdict::Accept,
        live: 9_700,
        life: Some(9_900),
        frames: 40,
        acted: true,
        assurance: Assurance::Tee,
        evidence: EvidenceLevel::MatchOnly,
    };

    fn decided(case: Case) -> Decision {
        let capture = CapturePolicy {
            evidence: case.evidence,
            ..CapturePolicy::standard(Digest::of(b"r"), vec![Digest::of(b"l")])
        };
        let scores = Scores {
            live: Score::from_parts(case.live),
            life: case.life.map(Score::from_parts),
            similarity: case.similarity.map(Similarity::from_parts),
            quality: Score::from_parts(8_000),
            good_frames: case.frames,
        };
        decide_matched(&Matched {
            delivered: case.delivered,
            surely_other: Similarity::from_parts(4_320),
            device: (case.verdict, &scores),
            acted: case.acted,
            assurance: case.assurance,
            capture: &capture,
        })
    }

    #[test]
    fn the_truth_table_of_a_match_on_the_device() {
        use ErrorCode as E;
        use Verdict::{Accept, Refer, Refuse};
        #[rustfmt::skip]
        let table = [
            (WELL, Accept, None),
            (Case { assurance: Assurance::Strongbox, ..WELL }, Accept, None),
            (Case { assurance: Assurance::AppAttest, ..WELL }, Accept, None),
            // No hardware, no template, no match: no evidence.
            (Case { assurance: Assurance::None, ..WELL }, Refuse, Some(E::ClaimEvidence)),
            (Case { assurance: Assurance::Software, ..WELL }, Refuse, Some(E::ClaimEvidence)),
            (Case { delivered: false, ..WELL }, Refuse, Some(E::ClaimEvidence)),
            (Case { evidence: EvidenceLevel::KeyFrames, ..WELL }, Refuse, Some(E::ClaimEvidence)),
            (Case { evidence: EvidenceLevel::EmbeddingOnly, ..WELL }, Refuse, Some(E::ClaimEvidence)),
            (Case { similarity: None, ..WELL }, Refuse, Some(E::EvidenceInsufficient)),
            (Case { frames: 2, ..WELL }, Refuse, Some(E::EvidenceInsufficient)),
            (Case { similarity: Some(4_319), ..WELL }, Refuse, Some(E::MatchNotSame)),
            (Case { similarity: Some(4_320), ..WELL }, Refer, Some(E::MatchUncertain)),
            (Case { similarity: Some(5_189), ..WELL }, Refer, Some(E::MatchUncertain)),
            (Case { similarity: Some(5_190), ..WELL }, Accept, None),
            (Case { verdict: Refuse, ..WELL }, Refuse, Some(E::LivenessNotShown)),
            (Case { verdict: Refer, ..WELL }, Refer, Some(E::LivenessNotShown)),
            (Case { live: 2_000, ..WELL }, Refuse, Some(E::LivenessNotShown)),
            (Case { life: None, ..WELL }, Refer, Some(E::LivenessNotShown)),
            (Case { acted: false, ..WELL }, Refer, Some(E::ReviewRequired)),
        ];
        for (n, (case, verdict, code)) in table.into_iter().enumerate() {
            assert_eq!(decided(case), (verdict, code), "row {n}");
        }
    }
}
