//! Whole sessions on made-up numbers, and every state against every event.

use crate::cues::tests::{landmarks, live};
use crate::*;
use lifecert_protocol::{
    AgencyId, CapturePolicy, Challenge, ChallengeId, ChallengeMode, Channel, Claim, ClaimId,
    Digest, ErrorCode, EvidenceLevel, KeyId, Nonce, Outcome, PersonRef, Prompt, Purpose, Score,
    SignatureForm, Signed, Similarity, SoftwareKey, Verdict, WIRE_VERSION,
};

pub(crate) fn policy() -> CapturePolicy {
    CapturePolicy {
        version: 1,
        look_min_ms: 5_000,
        look_max_ms: 15_000,
        good_frames: 20,
        key_frames: 5,
        live_threshold: Score::from_parts(3_000),
        life_threshold: Score::from_parts(5_000),
        match_threshold: Similarity::from_parts(4_180),
        evidence: EvidenceLevel::KeyFrames,
        recognition_model: Digest::of(b"recognition"),
        liveness_models: vec![Digest::of(b"liveness")],
        tries: 5,
        pause_s: 30,
        actions: 0,
    }
}

fn setup(key: KeyId) -> Setup {
    let challenge = Challenge {
        version: WIRE_VERSION,
        challenge_id: ChallengeId::random(),
        agency: "quanzhou".parse::<AgencyId>().unwrap(),
        server: "certify.example".into(),
        purpose: Purpose::Certify,
        mode: ChallengeMode::Online,
        person: Some(PersonRef::random()),
        key,
        nonce: Nonce::random(),
        issued_at_ms: 1_000_000,
        expires_at_ms: 1_600_000,
        sequence: 1,
        policy: policy(),
        attempt: 1,
        evidence: None,
    };
    Setup {
        challenge,
        claim_id: ClaimId::random(),
        channel: Channel::Home,
        manifest: Digest::of(b"manifest"),
        recognition_model: Digest::of(b"recognition"),
        liveness_models: vec![Digest::of(b"liveness")],
        app_version: "lifecert test".into(),
        opened_ms: 0,
        opened_wall_ms: 1_000_000,
    }
}

fn open() -> Session {
    asked_for(0, KeyId::from_bytes([7; 32]), 0)
}

/// A good face without landmarks.
pub(crate) fn face() -> FaceObservation {
    FaceObservation {
        bounds: FaceBounds {
            left: 0.3,
            top: 0.2,
            width: 0.4,
            height: 0.6,
        },
        size: 0.5,
        detection: 0.99,
        pose: Pose {
            yaw_deg: 1.0,
            pitch_deg: -2.0,
            roll_deg: 0.5,
        },
        exposure: 0.5,
        sharpness: 200.0,
        eye_aspect_ratio: 0.3,
        mouth_aspect_ratio: 0.05,
        cover: Cover {
            eye_shade: 0.8,
            mouth_texture: 0.7,
        },
        scene: Scene {
            surround: Some(0.5),
            contrast: 0.6,
        },
        points: Vec::new(),
        quality: 0.8,
        live: Some(0.97),
        live_second: None,
        texture: None,
        continuity: Some(0.9),
        similarity: None,
    }
}

/// A good frame; the face lives unless `still`.
pub(crate) fn frame(at_ms: u64, still: bool) -> Observation {
    let blink = !still && at_ms % 2_000 < 300;
    let face = FaceObservation {
        eye_aspect_ratio: if blink { 0.08 } else { 0.3 },
        points: landmarks(at_ms, |points| {
            if !still {
                live(points, at_ms);
            }
        }),
        ..face()
    };
    Observation {
        at_ms,
        faces: 1,
        face: Some(face),
    }
}

/// A session that asks for that many gentle actions, in an order that follows from the nonce.
pub(crate) fn asked_for(actions: u8, key: KeyId, nonce: u8) -> Session {
    let mut setup = setup(key);
    setup.challenge.policy.actions = actions;
    setup.challenge.nonce = Nonce::from_bytes([nonce; 32]);
    Session::open(setup).unwrap()
}

pub(crate) fn look(mut session: Session, still: bool) -> (Session, Vec<Effect>) {
    let mut all = Vec::new();
    let mut step = |session: Session, event| {
        let (session, effects) = session.handle(event);
        all.extend(effects);
        session
    };
    session = step(session, Event::Observed(frame(0, still)));
    session = step(session, Event::Start { at_ms: 100 });
    for n in 1..=200 {
        if session.phase() == Phase::Capturing {
            session = step(session, Event::Observed(frame(n * 100, still)));
        }
    }
    (session, all)
}

pub(crate) fn evidence() -> Event {
    Event::EvidenceReady(Evidence {
        key_frames: vec![Digest::of(b"jpeg")],
        embedding: None,
    })
}

#[test]
fn a_whole_session_signs_a_claim_that_verifies() {
    let (key, _) = SoftwareKey::generate().unwrap();
    let session = Session::open(setup(key.public().id())).unwrap();
    let (session, effects) = look(session, false);
    assert_eq!(session.phase(), Phase::Deciding);
    let kept: Vec<u8> = effects
        .iter()
        .filter_map(|effect| {
            if let Effect::KeepFrame(slot) = effect {
                Some(*slot)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(
        kept,
        [0, 1, 2, 3, 4],
        "one frame of each stretch of the look"
    );

    let (session, effects) = session.handle(evidence());
    let [Effect::Sign { sig_structure }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let signature = key.sign(sig_structure).unwrap();
    let (session, effects) = session.handle(Event::Signed {
        signature,
        form: SignatureForm::Raw,
    });
    let Some(Effect::Submit { claim }) = effects.last() else {
        panic!("{effects:?}")
    };
    let claim: Claim = Signed::read(claim).unwrap().verify(key.public()).unwrap();
    assert_eq!(claim.verdict, Verdict::Accept);
    assert_eq!(claim.started_at_ms, 1_000_100);
    assert!(claim.finished_at_ms >= 1_005_100 && claim.finished_at_ms < 1_006_000);

    let (session, effects) = session.handle(Event::Answered {
        outcome: Verdict::Accept,
        code: None,
    });
    let ending = Ending {
        outcome: Outcome::Accepted,
        code: None,
    };
    assert_eq!(effects, [Effect::Erase, Effect::Finished(ending)]);
    assert_eq!(session.phase(), Phase::Ended(ending));
}

#[test]
fn still_eyes_are_looked_at_to_the_end_and_then_referred() {
    let (session, effects) = look(open(), true);
    assert_eq!(session.phase(), Phase::Deciding);
    assert!(effects.contains(&Effect::Prompt(Prompt::LittleLonger)));
    let State::Deciding(deciding) = &session.state else {
        panic!("{:?}", session.phase())
    };
    assert_eq!(deciding.verdict(), Verdict::Refer);
}

#[test]
fn a_moment_without_a_face_costs_no_key_frame() {
    let (mut session, _) = open().handle(Event::Start { at_ms: 0 });
    let (mut kept, mut ended_ms) = (std::collections::BTreeSet::new(), 0);
    for n in 1..=400 {
        let at_ms = n * 40;
        let seen = if at_ms < 4_000 {
            Observation {
                at_ms,
                faces: 0,
                face: None,
            }
        } else {
            frame(at_ms, false)
        };
        let (next, effects) = session.handle(Event::Observed(seen));
        session = next;
        kept.extend(effects.iter().filter_map(|effect| match effect {
            Effect::KeepFrame(slot) => Some(*slot),
            _ => None,
        }));
        if session.phase() == Phase::Deciding {
            ended_ms = at_ms;
            break;
        }
    }
    assert_eq!(kept.len(), 5, "{kept:?}");
    assert!((8_000..10_000).contains(&ended_ms), "{ended_ms}");
}

#[test]
fn what_comes_after_the_end_is_no_part_of_the_look() {
    let (mut session, _) = open().handle(Event::Start { at_ms: 0 });
    for n in 1..=100 {
        session = session.handle(Event::Observed(frame(n * 40, false))).0;
    }
    let (session, effects) = session.handle(Event::Observed(frame(1_000_000_000, false)));
    assert_eq!(effects[0], Effect::DropFrame);
    assert_ne!(session.phase(), Phase::Capturing);
}

#[test]
fn a_camera_alone_starts_nothing() {
    let mut session = open();
    for n in 0..300 {
        let (next, effects) = session.handle(Event::Observed(frame(n * 100, false)));
        assert!(
            !effects
                .iter()
                .any(|effect| matches!(effect, Effect::KeepFrame(_)))
        );
        session = next;
    }
    assert_eq!(session.phase(), Phase::Framing);
}

#[test]
fn a_look_with_too_few_good_frames_sends_nothing() {
    let (mut session, _) = open().handle(Event::Start { at_ms: 0 });
    for n in 1..=200 {
        let nobody = Observation {
            at_ms: n * 100,
            faces: 0,
            face: None,
        };
        (session, _) = session.handle(Event::Observed(nobody));
    }
    let code = Some(ErrorCode::EvidenceInsufficient);
    assert_eq!(
        session.phase(),
        Phase::Ended(Ending {
            outcome: Outcome::Stopped,
            code
        })
    );
}

#[test]
fn a_break_in_the_look_begins_it_again_with_a_press() {
    let (session, _) = open().handle(Event::Start { at_ms: 0 });
    let (session, _) = session.handle(Event::Observed(frame(100, false)));
    let (session, effects) = session.handle(Event::Background);
    assert_eq!(
        (session.phase(), effects),
        (Phase::Framing, vec![Effect::Erase])
    );
    let (_, effects) = session.handle(Event::Resume);
    assert_eq!(effects, [Effect::Prompt(Prompt::WelcomeBack)]);
}

#[test]
fn prompts_do_not_flicker() {
    let mut session = open();
    let mut prompts = 0;
    for n in 0..50 {
        let mut seen = frame(n * 40, false);
        if n % 2 == 0 {
            seen.face.as_mut().unwrap().size = 0.1;
        }
        let (next, effects) = session.handle(Event::Observed(seen));
        prompts += effects
            .iter()
            .filter(|e| matches!(e, Effect::Prompt(_)))
            .count();
        session = next;
    }
    assert!(
        (1..=2).contains(&prompts),
        "{prompts} prompts in two seconds"
    );
}

#[test]
fn every_state_answers_every_event() {
    let (key, _) = SoftwareKey::generate().unwrap();
    let framing = Session::open(setup(key.public().id())).unwrap();
    let (capturing, _) = framing.clone().handle(Event::Start { at_ms: 0 });
    let (deciding, _) = look(framing.clone(), false);
    let (signing, effects) = deciding.clone().handle(evidence());
    let Effect::Sign { sig_structure } = &effects[0] else {
        panic!()
    };
    let signed = Event::Signed {
        signature: key.sign(sig_structure).unwrap(),
        form: SignatureForm::Raw,
    };
    let (submitting, _) = signing.clone().handle(signed.clone());
    let (acting, _) = look(asked_for(2, key.public().id(), 0), false);
    let (ended, _) = framing.clone().handle(Event::Cancel);

    let events = [
        Event::Observed(frame(50, false)),
        Event::Start { at_ms: 0 },
        Event::Swap { at_ms: 60_000 },
        Event::Repeat,
        evidence(),
        Event::EvidenceFailed(ErrorCode::StorageFull),
        signed,
        Event::SigningFailed(ErrorCode::KeyCancelled),
        Event::Answered {
            outcome: Verdict::Refuse,
            code: Some(ErrorCode::MatchNotSame),
        },
        Event::Queued,
        Event::SubmitFailed(ErrorCode::StorageFull),
        Event::Background,
        Event::Resume,
        Event::Tick { at_ms: 60_000 },
        Event::Cancel,
        Event::Expired,
    ];
    // One letter a cell: the phase after the event, `.` where nothing changes.
    let table = [
        (&framing, ".C............XX"),
        (&capturing, "...........F.XXX"),
        (&acting, "...........F..XX"),
        (&deciding, "....GX........XX"),
        (&signing, "......SX......XX"),
        (&submitting, "........XXX...XX"),
        (&ended, "................"),
    ];
    for (session, row) in table {
        for (event, cell) in events.iter().zip(row.chars()) {
            let (after, effects) = session.clone().handle(event.clone());
            let letter = match after.phase() {
                phase if phase == session.phase() => '.',
                Phase::Framing => 'F',
                Phase::Capturing => 'C',
                Phase::Acting => 'A',
                Phase::Deciding => 'D',
                Phase::Signing => 'G',
                Phase::Submitting => 'S',
                Phase::Ended(_) => 'X',
            };
            assert_eq!(letter, cell, "{:?} x {event:?}", session.phase());
            if letter == 'X' {
                assert_eq!(effects.first(), Some(&Effect::Erase), "an end erases first");
            }
            if let Event::Observed(_) = event {
                let answers = effects
                    .iter()
                    .filter(|e| matches!(e, Effect::KeepFrame(_) | Effect::DropFrame))
                    .count();
                assert_eq!(answers, 1, "every frame is answered once");
            }
        }
    }
}

#[test]
fn a_recording_replays_to_the_same_result() {
    let frames = |ms: std::ops::Range<u64>, still| {
        let steps = ms.step_by(100);
        steps.map(move |at_ms| Event::Observed(frame(at_ms, still)))
    };
    let start = |at_ms| std::iter::once(Event::Start { at_ms });
    let alive: Vec<Event> = start(0).chain(frames(100..12_000, false)).collect();
    // A break, a new press, and an end by time alone.
    let broken: Vec<Event> = start(0)
        .chain(frames(100..2_000, true))
        .chain([Event::Background, Event::Resume])
        .chain(start(9_000))
        .chain(frames(9_100..15_000, true))
        .chain([Event::Tick { at_ms: 60_000 }])
        .collect();
    for events in [alive, broken] {
        let setup = setup(KeyId::from_bytes([7; 32]));
        let mut session = Session::open(setup.clone()).unwrap();
        let (mut recording, mut effects) = (Recording::default(), Vec::new());
        for event in events {
            recording.note(&event);
            effects.extend(session.step(event));
        }
        assert!(effects.contains(&Effect::PrepareEvidence));
        let kept = serde_json::to_string(&recording).unwrap();
        let read: Recording = serde_json::from_str(&kept).unwrap();
        assert_eq!(read.replay(setup).unwrap().effects, effects);
    }
}

#[test]
fn a_recording_with_a_swapped_action_replays_to_the_same_result() {
    let mut setup = setup(KeyId::from_bytes([7; 32]));
    setup.challenge.policy.actions = 1;
    // It asks for something that the face of this test, which blinks, does not do by itself.
    setup.challenge.nonce = Nonce::from_bytes([1; 32]);
    let (mut session, mut recording) =
        (Session::open(setup.clone()).unwrap(), Recording::default());
    let mut effects = Vec::new();
    let frames = (1..300).map(|n| Event::Observed(frame(n * 100, false)));
    let mut events: Vec<Event> = frames.collect();
    events.insert(0, Event::Start { at_ms: 0 });
    events.insert(100, Event::Swap { at_ms: 9_950 });
    for event in events {
        recording.note(&event);
        let (next, more) = session.handle(event);
        session = next;
        effects.extend(more);
    }
    let acts = effects.iter().filter(|effect| match effect {
        Effect::Prompt(prompt) => prompt.as_str().starts_with("prompt.act_"),
        _ => false,
    });
    assert!(acts.count() >= 2, "one asked for, another after the swap");
    assert_eq!(recording.replay(setup).unwrap().effects, effects);
}

#[test]
fn policies_out_of_bounds_and_foreign_models_do_not_open() {
    let good = setup(KeyId::from_bytes([7; 32]));
    let mut lax = good.clone();
    lax.challenge.policy.live_threshold = Score::from_parts(10);
    let error = Session::open(lax).unwrap_err();
    assert_eq!(error.code(), ErrorCode::PolicyInvalid);
    let mut foreign = good;
    foreign.recognition_model = Digest::of(b"another");
    assert_eq!(
        Session::open(foreign).unwrap_err().code(),
        ErrorCode::ClaimModel
    );
}
