//! The rule: what a claim comes to, from what the server saw itself and what the policy asks.

use super::templates::Compared;
use crate::recompute::Seen;
use crate::store::Unattested;
use lifecert_protocol::{
    Assurance, CapturePolicy, ErrorCode, EvidenceLevel, Score, Scores, Similarity, Verdict,
};

/// Fewest key frames with a good face that say anything.
const FEWEST_GOOD: usize = 3;

/// How far the device's and the server's liveness may be apart: JPEG and another processor move it
/// a little, another face or another moment moves it more.
const LIVE_TOLERANCE: i32 = 3_500;

/// Everything that a decision rests on.
#[derive(Debug, Clone, Copy)]
pub struct Grounds<'a> {
    /// What the server saw; nothing where no key frames came.
    pub seen: Option<&'a Seen>,
    /// How what it saw compares with the person's templates.
    pub compared: Option<Compared>,
    /// Similarity (FMR 1e-4) below which two faces are not one person; between this and the
    /// policy's threshold (FMR 1e-5 in the usual one) a person decides.
    pub surely_other: Similarity,
    /// What the device said.
    pub device: (Verdict, &'a Scores),
    /// Whether the device says that the gentle actions were seen that the challenge asked for; true
    /// where it asked for none.
    pub acted: bool,
    /// How well the device is known.
    pub assurance: Assurance,
    /// How the session had to look.
    pub capture: &'a CapturePolicy,
    /// What becomes of good claims from devices below hardware level.
    pub unattested: Unattested,
    /// A number drawn by the server, 0 to 999, for review by sample.
    pub lot: u16,
}

/// What a claim comes to, and why it is not accepted. The reason is coarse on purpose: a finer one
/// would tell an attacker which check to work on.
pub type Decision = (Verdict, Option<ErrorCode>);

/// Whether a key of this assurance is known to be held by hardware.
pub fn is_hardware(assurance: Assurance) -> bool {
    match assurance {
        Assurance::Tee | Assurance::Strongbox | Assurance::AppAttest => true,
        Assurance::None | Assurance::Software => false,
    }
}

/// Decides. No evidence means refuse.
pub fn decide(grounds: &Grounds<'_>) -> Decision {
    if let Some(refused) = look(grounds) {
        return refused;
    }
    if let Some(referred) = doubt(grounds) {
        return (Verdict::Refer, Some(referred));
    }
    let reviewed = match grounds.unattested {
        _ if is_hardware(grounds.assurance) => false,
        Unattested::Accept => false,
        Unattested::Refer => true,
        Unattested::Sample { permille } => grounds.lot < permille,
    };
    if reviewed {
        (Verdict::Refer, Some(ErrorCode::ReviewRequired))
    } else {
        (Verdict::Accept, None)
    }
}

/// What the server's own look says against the claim.
fn look(grounds: &Grounds<'_>) -> Option<Decision> {
    // Without key frames only hardware can speak for the device's numbers: see decide_attested.
    if grounds.capture.evidence != EvidenceLevel::KeyFrames {
        return Some((Verdict::Refuse, Some(ErrorCode::ClaimEvidence)));
    }
    let (Some(seen), Some(compared)) = (grounds.seen, grounds.compared) else {
        return Some((Verdict::Refuse, Some(ErrorCode::EvidenceInsufficient)));
    };
    let wanted = FEWEST_GOOD.min(usize::from(grounds.capture.key_frames));
    if seen.good < wanted {
        return Some((Verdict::Refuse, Some(ErrorCode::EvidenceInsufficient)));
    }
    if Score::from_f32(seen.live) < grounds.capture.live_threshold {
        return Some((Verdict::Refuse, Some(ErrorCode::LivenessNotShown)));
    }
    another(compared, grounds.capture, grounds.surely_other)
}

/// What a comparison with the person's templates says against a claim.
fn another(
    Compared { current, first }: Compared,
    capture: &CapturePolicy,
    surely_other: Similarity,
) -> Option<Decision> {
    if current.max(first) < surely_other {
        return Some((Verdict::Refuse, Some(ErrorCode::MatchNotSame)));
    }
    // Whoever is not the person of the first template has no claim on the newest.
    let matching = capture.match_threshold.max(surely_other);
    if current < matching || first < surely_other {
        return Some((Verdict::Refer, Some(ErrorCode::MatchUncertain)));
    }
    None
}

/// What a decision rests on where the key frames are under seal: what attested hardware says, and
/// the server's own comparison of the embedding that came with it.
#[derive(Debug, Clone, Copy)]
pub struct Attested<'a> {
    /// How the embedding compares with the person's templates.
    pub compared: Compared,
    /// Similarity (FMR 1e-4) below which two faces are not one person.
    pub surely_other: Similarity,
    /// What the device said.
    pub device: (Verdict, &'a Scores),
    /// Key frames that the claim names: what a worker can look at.
    pub key_frames: usize,
    /// Whether the gentle actions were seen that the challenge asked for.
    pub acted: bool,
    /// How well the device is known.
    pub assurance: Assurance,
    /// How the session had to look.
    pub capture: &'a CapturePolicy,
}

/// Decides by what hardware attests; a worker looks at the sealed key frames later. The device's
/// verdict is believed for its liveness alone: who it is the server compares itself.
pub fn decide_attested(grounds: &Attested<'_>) -> Decision {
    let ((verdict, scores), capture) = (grounds.device, grounds.capture);
    let refused = |code| (Verdict::Refuse, Some(code));
    if !is_hardware(grounds.assurance) || capture.evidence == EvidenceLevel::MatchOnly {
        return refused(ErrorCode::ClaimEvidence);
    }
    let wanted = match capture.evidence {
        EvidenceLevel::KeyFrames => FEWEST_GOOD.min(usize::from(capture.key_frames)),
        EvidenceLevel::EmbeddingOnly | EvidenceLevel::MatchOnly => 0,
    };
    let good_frames = usize::from(scores.good_frames);
    if grounds.key_frames < wanted || good_frames < grounds.key_frames.max(FEWEST_GOOD) {
        return refused(ErrorCode::EvidenceInsufficient);
    }
    if verdict == Verdict::Refuse || scores.live < capture.live_threshold {
        return refused(ErrorCode::LivenessNotShown);
    }
    if let Some(against) = another(grounds.compared, capture, grounds.surely_other) {
        return against;
    }
    shown_alive(grounds.device, grounds.acted, capture)
}

/// What a device says of a living person, where hardware speaks for it.
pub(super) fn shown_alive(
    (verdict, scores): (Verdict, &Scores),
    acted: bool,
    capture: &CapturePolicy,
) -> Decision {
    if verdict == Verdict::Refuse || scores.live < capture.live_threshold {
        return (Verdict::Refuse, Some(ErrorCode::LivenessNotShown));
    }
    let referred = |code| (Verdict::Refer, Some(code));
    if !acted {
        return referred(ErrorCode::ReviewRequired);
    }
    let alive = scores
        .life
        .is_some_and(|life| life >= capture.life_threshold);
    if verdict != Verdict::Accept || !alive || scores.live < capture.clearly_live() {
        return referred(ErrorCode::LivenessNotShown);
    }
    (Verdict::Accept, None)
}

/// Decides about evidence under seal of a device that hardware spoke for when it was bound, but not
/// with this claim. Nobody is refused for that: what a person can look at goes to a person. An
/// embedding alone shows nothing to a person, and stays refused.
pub fn decide_unasserted(grounds: &Attested<'_>, bound: Assurance) -> Decision {
    if is_hardware(grounds.assurance) || grounds.capture.evidence != EvidenceLevel::KeyFrames {
        return decide_attested(grounds);
    }
    let as_bound = Attested {
        assurance: bound,
        ..*grounds
    };
    match decide_attested(&as_bound) {
        (Verdict::Accept, _) => (Verdict::Refer, Some(ErrorCode::ReviewRequired)),
        decision => decision,
    }
}

/// What a worker that has no key frames says: it compares the embedding once more.
pub fn compare_again(
    compared: Compared,
    capture: &CapturePolicy,
    surely_other: Similarity,
) -> Decision {
    another(compared, capture, surely_other).unwrap_or((Verdict::Accept, None))
}

/// What else speaks for a person's look: the device's numbers lower an outcome, never raise it.
fn doubt(grounds: &Grounds<'_>) -> Option<ErrorCode> {
    let seen = grounds.seen?;
    let (verdict, scores) = grounds.device;
    let apart = i32::from(Score::from_f32(seen.live).parts()) - i32::from(scores.live.parts());
    let contradicted = verdict == Verdict::Refuse
        || apart.abs() > LIVE_TOLERANCE
        || usize::from(scores.good_frames) < seen.frames;
    if seen.several_people {
        return Some(ErrorCode::FrameSeveralFaces);
    }
    if contradicted {
        return Some(ErrorCode::ClaimContradiction);
    }
    // The code is that of a sample, not of liveness: nothing is held against somebody who could not
    // do them.
    if !grounds.acted {
        return Some(ErrorCode::ReviewRequired);
    }
    let alive = scores
        .life
        .is_some_and(|life| life >= grounds.capture.life_threshold);
    let clearly_live = Score::from_f32(seen.live) >= grounds.capture.clearly_live();
    let shown = verdict == Verdict::Accept && alive && clearly_live;
    (!shown).then_some(ErrorCode::LivenessNotShown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifecert_protocol::Digest;

    /// One row of the truth table: everything is well unless the row says otherwise.
    struct Case {
        seen: bool,
        good: usize,
        live: f32,
        several: bool,
        similarity: Option<i16>,
        /// To the first template; the same as to the newest unless the row says otherwise.
        first: Option<i16>,
        verdict: Verdict,
        device_live: u16,
        life: Option<u16>,
        frames: u16,
        acted: bool,
        assurance: Assurance,
        evidence: EvidenceLevel,
        unattested: Unattested,
        lot: u16,
    }

    impl Default for Case {
        fn default() -> Self {
            Self {
                seen: true,
                good: 5,
                live: 0.97,
                several: false,
                similarity: Some(8_000),
                first: None,
                verdict: Verdict::Accept,
                device_live: 9_600,
                life: Some(9_900),
                frames: 40,
                acted: true,
                assurance: Assurance::None,
                evidence: EvidenceLevel::KeyFrames,
                unattested: Unattested::Accept,
                lot: 500,
            }
        }
    }

    fn decided(case: Case) -> Decision {
        let capture = CapturePolicy {
            evidence: case.evidence,
            ..CapturePolicy::standard(Digest::of(b"r"), vec![Digest::of(b"l")])
        };
        let seen = Seen {
            good: case.good,
            frames: 5,
            live: case.live,
            probe: None,
            several_people: case.several,
        };
        let scores = Scores {
            live: Score::from_parts(case.device_live),
            life: case.life.map(Score::from_parts),
            similarity: None,
            quality: Score::from_parts(8_000),
            good_frames: case.frames,
        };
        decide(&Grounds {
            seen: case.seen.then_some(&seen),
            compared: case.similarity.map(|current| Compared {
                current: Similarity::from_parts(current),
                first: Similarity::from_parts(case.first.unwrap_or(current)),
            }),
            surely_other: Similarity::from_parts(4_320),
            device: (case.verdict, &scores),
            acted: case.acted,
            assurance: case.assurance,
            capture: &capture,
            unattested: case.unattested,
            lot: case.lot,
        })
    }

    #[test]
    fn the_truth_table() {
        use ErrorCode as E;
        use Verdict::{Accept, Refer, Refuse};
        let table = [
            (Case::default(), Accept, None),
            // No evidence means refuse.
            (
                Case {
                    seen: false,
                    ..Case::default()
                },
                Refuse,
                Some(E::EvidenceInsufficient),
            ),
            (
                Case {
                    similarity: None,
                    ..Case::default()
                },
                Refuse,
                Some(E::EvidenceInsufficient),
            ),
            (
                Case {
                    good: 0,
                    ..Case::default()
                },
                Refuse,
                Some(E::EvidenceInsufficient),
            ),
            (
                Case {
                    good: 2,
                    ..Case::default()
                },
                Refuse,
                Some(E::EvidenceInsufficient),
            ),
            (
                Case {
                    good: 3,
                    ..Case::default()
                },
                Accept,
                None,
            ),
            // What the server saw decides, whatever the device says.
            (
                Case {
                    live: 0.2,
                    ..Case::default()
                },
                Refuse,
                Some(E::LivenessNotShown),
            ),
            (
                Case {
                    similarity: Some(1_000),
                    ..Case::default()
                },
                Refuse,
                Some(E::MatchNotSame),
            ),
            (
                Case {
                    similarity: Some(4_319),
                    ..Case::default()
                },
                Refuse,
                Some(E::MatchNotSame),
            ),
            // Between FMR 1e-4 and 1e-5 a person decides.
            (
                Case {
                    similarity: Some(4_320),
                    ..Case::default()
                },
                Refer,
                Some(E::MatchUncertain),
            ),
            (
                Case {
                    similarity: Some(5_009),
                    ..Case::default()
                },
                Refer,
                Some(E::MatchUncertain),
            ),
            (
                Case {
                    similarity: Some(5_190),
                    ..Case::default()
                },
                Accept,
                None,
            ),
            // The newest template alone opens nothing to somebody who is not the first's person.
            (
                Case {
                    first: Some(4_320),
                    ..Case::default()
                },
                Accept,
                None,
            ),
            (
                Case {
                    first: Some(4_319),
                    ..Case::default()
                },
                Refer,
                Some(E::MatchUncertain),
            ),
            (
                Case {
                    similarity: Some(3_000),
                    first: Some(8_000),
                    ..Case::default()
                },
                Refer,
                Some(E::MatchUncertain),
            ),
            (
                Case {
                    similarity: Some(4_319),
                    first: Some(4_319),
                    ..Case::default()
                },
                Refuse,
                Some(E::MatchNotSame),
            ),
            (
                Case {
                    several: true,
                    ..Case::default()
                },
                Refer,
                Some(E::FrameSeveralFaces),
            ),
            // Between refused and clearly live a person decides.
            (
                Case {
                    live: 0.79,
                    ..Case::default()
                },
                Refer,
                Some(E::LivenessNotShown),
            ),
            (
                Case {
                    live: 0.8,
                    ..Case::default()
                },
                Accept,
                None,
            ),
            // The device's numbers lower an outcome, never raise it.
            (
                Case {
                    verdict: Refuse,
                    ..Case::default()
                },
                Refer,
                Some(E::ClaimContradiction),
            ),
            (
                Case {
                    verdict: Refer,
                    ..Case::default()
                },
                Refer,
                Some(E::LivenessNotShown),
            ),
            (
                Case {
                    device_live: 4_000,
                    ..Case::default()
                },
                Refer,
                Some(E::ClaimContradiction),
            ),
            (
                Case {
                    frames: 0,
                    ..Case::default()
                },
                Refer,
                Some(E::ClaimContradiction),
            ),
            (
                Case {
                    life: None,
                    ..Case::default()
                },
                Refer,
                Some(E::LivenessNotShown),
            ),
            (
                Case {
                    life: Some(100),
                    ..Case::default()
                },
                Refer,
                Some(E::LivenessNotShown),
            ),
            (
                Case {
                    live: 0.2,
                    verdict: Accept,
                    device_live: 10_000,
                    ..Case::default()
                },
                Refuse,
                Some(E::LivenessNotShown),
            ),
            // Actions that were asked for and not seen are for a person to look at.
            (
                Case {
                    acted: false,
                    ..Case::default()
                },
                Refer,
                Some(E::ReviewRequired),
            ),
            (
                Case {
                    acted: false,
                    verdict: Refer,
                    ..Case::default()
                },
                Refer,
                Some(E::ReviewRequired),
            ),
            (
                Case {
                    acted: false,
                    live: 0.2,
                    ..Case::default()
                },
                Refuse,
                Some(E::LivenessNotShown),
            ),
            // Below hardware the policy says whether a person looks.
            (
                Case {
                    unattested: Unattested::Refer,
                    ..Case::default()
                },
                Refer,
                Some(E::ReviewRequired),
            ),
            (
                Case {
                    unattested: Unattested::Refer,
                    assurance: Assurance::Software,
                    ..Case::default()
                },
                Refer,
                Some(E::ReviewRequired),
            ),
            (
                Case {
                    unattested: Unattested::Refer,
                    assurance: Assurance::Tee,
                    ..Case::default()
                },
                Accept,
                None,
            ),
            (
                Case {
                    unattested: Unattested::Sample { permille: 501 },
                    ..Case::default()
                },
                Refer,
                Some(E::ReviewRequired),
            ),
            (
                Case {
                    unattested: Unattested::Sample { permille: 500 },
                    ..Case::default()
                },
                Accept,
                None,
            ),
            // A referral by policy never softens a refusal.
            (
                Case {
                    live: 0.2,
                    unattested: Unattested::Refer,
                    ..Case::default()
                },
                Refuse,
                Some(E::LivenessNotShown),
            ),
        ];
        for (row, (case, verdict, code)) in table.into_iter().enumerate() {
            assert_eq!(decided(case), (verdict, code), "row {row}");
        }
    }

    #[test]
    fn match_only_and_embedding_only_are_refused_at_every_level() {
        for evidence in [EvidenceLevel::EmbeddingOnly, EvidenceLevel::MatchOnly] {
            for assurance in Assurance::ALL {
                let case = Case {
                    evidence,
                    assurance: *assurance,
                    ..Case::default()
                };
                let expected = (Verdict::Refuse, Some(ErrorCode::ClaimEvidence));
                assert_eq!(decided(case), expected, "{evidence} {assurance}");
            }
        }
    }

    /// What an attested device says, good unless a row says otherwise.
    fn attested(
        change: impl FnOnce(&mut Attested<'_>, &mut CapturePolicy, &mut Scores),
    ) -> Decision {
        grounded(change, decide_attested)
    }

    fn grounded(
        change: impl FnOnce(&mut Attested<'_>, &mut CapturePolicy, &mut Scores),
        decide: impl FnOnce(&Attested<'_>) -> Decision,
    ) -> Decision {
        let good = CapturePolicy::standard(Digest::of(b"r"), vec![Digest::of(b"l")]);
        let (mut capture, mut scores) = (good.clone(), good_scores());
        let similar = Similarity::from_parts(8_000);
        let mut grounds = Attested {
            compared: Compared {
                current: similar,
                first: similar,
            },
            surely_other: Similarity::from_parts(4_320),
            device: (Verdict::Accept, &good_scores()),
            key_frames: 5,
            acted: true,
            assurance: Assurance::Tee,
            capture: &good,
        };
        change(&mut grounds, &mut capture, &mut scores);
        decide(&Attested {
            device: (grounds.device.0, &scores),
            capture: &capture,
            ..grounds
        })
    }

    fn good_scores() -> Scores {
        Scores {
            live: Score::from_parts(9_600),
            life: Some(Score::from_parts(9_900)),
            similarity: None,
            quality: Score::from_parts(8_000),
            good_frames: 40,
        }
    }

    #[test]
    fn the_truth_table_of_attested_devices() {
        use ErrorCode as E;
        type Row = (
            Verdict,
            Option<ErrorCode>,
            fn(&mut Attested<'_>, &mut CapturePolicy, &mut Scores),
        );
        let (accept, refer, refuse) = (Verdict::Accept, Verdict::Refer, Verdict::Refuse);
        let rows: &[Row] = &[
            (accept, None, |_, _, _| ()),
            (accept, None, |g, _, _| g.assurance = Assurance::Strongbox),
            (accept, None, |g, _, _| g.assurance = Assurance::AppAttest),
            (refuse, Some(E::ClaimEvidence), |g, _, _| {
                g.assurance = Assurance::None
            }),
            (refuse, Some(E::ClaimEvidence), |g, _, _| {
                g.assurance = Assurance::Software
            }),
            (refuse, Some(E::ClaimEvidence), |_, c, _| {
                c.evidence = EvidenceLevel::MatchOnly
            }),
            (refuse, Some(E::EvidenceInsufficient), |g, _, _| {
                g.key_frames = 0
            }),
            (refuse, Some(E::EvidenceInsufficient), |g, _, _| {
                g.key_frames = 2
            }),
            (accept, None, |g, c, _| {
                (g.key_frames, c.evidence) = (0, EvidenceLevel::EmbeddingOnly)
            }),
            (refuse, Some(E::EvidenceInsufficient), |_, _, s| {
                s.good_frames = 4
            }),
            (refuse, Some(E::EvidenceInsufficient), |_, _, s| {
                s.good_frames = 0
            }),
            (refuse, Some(E::LivenessNotShown), |g, _, _| {
                g.device.0 = Verdict::Refuse
            }),
            (refuse, Some(E::LivenessNotShown), |_, _, s| {
                s.live = Score::from_parts(2_999)
            }),
            (refer, Some(E::LivenessNotShown), |g, _, _| {
                g.device.0 = Verdict::Refer
            }),
            (refer, Some(E::LivenessNotShown), |_, _, s| {
                s.live = Score::from_parts(7_999)
            }),
            (refer, Some(E::LivenessNotShown), |_, _, s| s.life = None),
            (refer, Some(E::LivenessNotShown), |_, _, s| {
                s.life = Some(Score::from_parts(6_499))
            }),
            (refer, Some(E::ReviewRequired), |g, _, _| g.acted = false),
            (refuse, Some(E::MatchNotSame), |g, _, _| {
                g.compared = both(4_319, 4_319)
            }),
            (refer, Some(E::MatchUncertain), |g, _, _| {
                g.compared = both(5_189, 8_000)
            }),
            (refer, Some(E::MatchUncertain), |g, _, _| {
                g.compared = both(8_000, 4_319)
            }),
        ];
        for (n, (verdict, code, change)) in rows.iter().enumerate() {
            assert_eq!(attested(change), (*verdict, *code), "row {n}");
        }
    }

    #[test]
    fn what_an_app_did_not_assert_goes_to_a_person_who_can_look() {
        let bound = |grounds: &Attested<'_>| decide_unasserted(grounds, Assurance::AppAttest);
        let refer = (Verdict::Refer, Some(ErrorCode::ReviewRequired));
        let refuse = |code| (Verdict::Refuse, Some(code));
        let none = |g: &mut Attested<'_>| g.assurance = Assurance::None;
        assert_eq!(grounded(|g, _, _| none(g), bound), refer);
        let asserted = grounded(|g, _, _| g.assurance = Assurance::AppAttest, bound);
        assert_eq!(asserted, (Verdict::Accept, None));
        // It raises nothing that is refused.
        let another = |g: &mut Attested<'_>, _: &mut CapturePolicy, _: &mut Scores| {
            none(g);
            g.compared = both(4_319, 4_319);
        };
        assert_eq!(grounded(another, bound), refuse(ErrorCode::MatchNotSame));
        for level in [EvidenceLevel::EmbeddingOnly, EvidenceLevel::MatchOnly] {
            let unseen = |g: &mut Attested<'_>, c: &mut CapturePolicy, _: &mut Scores| {
                none(g);
                c.evidence = level;
            };
            assert_eq!(grounded(unseen, bound), refuse(ErrorCode::ClaimEvidence));
        }
        // A device that hardware never spoke for stays as it was.
        let software = |grounds: &Attested<'_>| decide_unasserted(grounds, Assurance::Software);
        let never = grounded(|g, _, _| none(g), software);
        assert_eq!(never, refuse(ErrorCode::ClaimEvidence));
    }

    fn both(current: i16, first: i16) -> Compared {
        Compared {
            current: Similarity::from_parts(current),
            first: Similarity::from_parts(first),
        }
    }
}
