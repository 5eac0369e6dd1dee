//! Gentle actions on made-up numbers: alone, in a round, and in a whole session.

use super::*;
use crate::tests::{asked_for, evidence, frame, look};
use crate::{Effect, Event, Observation, Phase, Session};
use lifecert_protocol::{Claim, KeyId, Prompt, SignatureForm, Signed, SoftwareKey, Verdict};

/// How a face moves: its numbers at a time since the movement began.
type Movement = fn(&mut FaceObservation, u64);

fn rise(at_ms: u64, over_ms: u64) -> f32 {
    (at_ms as f32 / over_ms as f32).min(1.0)
}

fn calm(_: &mut FaceObservation, _: u64) {}

/// The action, gently done within two seconds, and undone after four.
fn doing(action: Action) -> Movement {
    match action {
        Action::ComeCloser => |face, at_ms| face.size *= 1.0 + 0.3 * rise(at_ms, 2_000),
        Action::Turn => |face, at_ms| face.pose.yaw_deg -= 17.0 * there_and_back(at_ms),
        Action::Blink => |face, at_ms| {
            if (200..800).contains(&at_ms) {
                face.eye_aspect_ratio *= 0.5;
            }
        },
        Action::OpenMouth => |face, at_ms| face.mouth_aspect_ratio += 0.35 * there_and_back(at_ms),
    }
}

fn there_and_back(at_ms: u64) -> f32 {
    rise(at_ms, 1_500) - rise(at_ms.saturating_sub(2_500), 1_500)
}

fn moved(at_ms: u64, since_ms: u64, movement: Movement) -> Observation {
    let mut seen = frame(at_ms, true);
    let face = seen.face.as_mut().unwrap();
    // Landmarks are never quite still.
    let noise = (at_ms as f32 / 37.0).sin();
    face.size *= 1.0 + 0.01 * noise;
    face.pose.yaw_deg += 1.0 * noise;
    face.eye_aspect_ratio *= 1.0 + 0.05 * noise;
    face.mouth_aspect_ratio += 0.01 * noise;
    movement(face, at_ms - since_ms);
    seen
}

/// The strongest that an action shows in a movement of eight seconds after one of calm.
fn strongest(action: Action, movement: Movement) -> f32 {
    let mut watched = Watched::default();
    let mut most: f32 = 0.0;
    for at_ms in (0..9_000).step_by(40) {
        let seen = if at_ms < 1_000 {
            moved(at_ms, at_ms, calm)
        } else {
            moved(at_ms, 1_000, movement)
        };
        watched.take(at_ms, seen.face.as_ref().unwrap());
        most = most.max(watched.strength(action));
    }
    most
}

#[test]
fn each_action_shows_itself_and_none_of_the_others() {
    for doing_it in Action::ALL {
        for looked_for in Action::ALL {
            let most = strongest(*looked_for, doing(*doing_it));
            let expected = doing_it == looked_for;
            assert_eq!(most >= 1.0, expected, "{looked_for} in {doing_it}: {most}");
        }
    }
    for action in Action::ALL {
        let most = strongest(*action, calm);
        assert!(most < 0.7, "{action} in a calm face: {most}");
    }
}

#[test]
fn a_blink_of_habit_is_not_the_one_that_was_asked_for() {
    let habit: Movement = |face, at_ms| {
        if at_ms % 2_000 < 120 {
            face.eye_aspect_ratio *= 0.5;
        }
    };
    assert!(strongest(Action::Blink, habit) < 1.0);
    let held: Movement = |face, _| face.eye_aspect_ratio *= 0.5;
    assert!(strongest(Action::Blink, held) < 1.0, "never opened again");
}

#[test]
fn numbers_that_are_none_change_nothing() {
    let mut watched = Watched::default();
    let mut face = frame(0, true).face.unwrap();
    face.size = f32::NAN;
    watched.take(0, &face);
    face.size = 0.0;
    watched.take(40, &face);
    for action in Action::ALL {
        assert_eq!(watched.strength(*action), 0.0);
    }
}

/// A session in whose round frames are shown.
struct Stage {
    key: SoftwareKey,
    session: Session,
    at_ms: u64,
    said: Vec<Prompt>,
}

impl Stage {
    fn new(actions: u8) -> Self {
        Self::of(actions, 0)
    }

    fn of(actions: u8, nonce: u8) -> Self {
        let (key, _) = SoftwareKey::generate().unwrap();
        let (session, effects) = look(asked_for(actions, key.public().id(), nonce), false);
        let mut stage = Self {
            key,
            session,
            at_ms: 7_000,
            said: Vec::new(),
        };
        stage.note(&effects);
        assert_eq!(stage.session.phase(), Phase::Acting);
        stage
    }

    fn note(&mut self, effects: &[Effect]) {
        self.said.extend(effects.iter().filter_map(|effect| {
            let Effect::Prompt(prompt) = effect else {
                return None;
            };
            Some(*prompt)
        }));
    }

    fn step(&mut self, event: Event) {
        let (session, effects) = self.session.clone().handle(event);
        self.session = session;
        self.note(&effects);
    }

    /// The action that is asked for.
    fn asked(&self) -> Action {
        let prompt = self.said.last().unwrap();
        let asked = Action::ALL.iter().find(|action| action.prompt() == *prompt);
        *asked.unwrap_or_else(|| panic!("{prompt} is no action"))
    }

    fn show(&mut self, for_ms: u64, movement: Movement) {
        let since_ms = self.at_ms;
        while self.at_ms < since_ms + for_ms && self.session.phase() == Phase::Acting {
            let seen = moved(self.at_ms, since_ms, movement);
            self.step(Event::Observed(seen));
            self.at_ms += 40;
        }
    }

    fn swap(&mut self) {
        let at_ms = self.at_ms;
        self.step(Event::Swap { at_ms });
    }

    /// Does what is asked until nothing is; gives what was done.
    fn obey(&mut self) -> Vec<Action> {
        let mut done = Vec::new();
        while self.session.phase() == Phase::Acting {
            assert!(done.len() < 4);
            self.show(1_000, calm);
            let asked = self.asked();
            self.show(6_000, doing(asked));
            self.show(3_000, calm);
            done.push(asked);
        }
        done
    }

    fn claim(self) -> Claim {
        let (session, effects) = self.session.handle(evidence());
        let [Effect::Sign { sig_structure }] = effects.as_slice() else {
            panic!("{effects:?}")
        };
        let signature = self.key.sign(sig_structure).unwrap();
        let form = SignatureForm::Raw;
        let (_, effects) = session.handle(Event::Signed { signature, form });
        let Some(Effect::Submit { claim }) = effects.last() else {
            panic!("{effects:?}")
        };
        let signed = Signed::read(claim).unwrap();
        signed.verify(self.key.public()).unwrap()
    }
}

#[test]
fn what_was_asked_is_done_in_the_challenges_order_and_claimed() {
    let rows = (0..12).map(|nonce| (nonce % 3 + 1, nonce));
    for (actions, nonce) in rows {
        let mut stage = Stage::of(actions, nonce);
        let done = stage.obey();
        assert_eq!(done.len(), usize::from(actions));
        assert_eq!(stage.said.last(), Some(&Prompt::LookDone));
        let claim = stage.claim();
        assert_eq!((claim.verdict, claim.actions), (Verdict::Accept, done));
        assert!(claim.finished_at_ms > claim.started_at_ms);
    }
}

#[test]
fn no_gesture_is_asked_for_by_the_usual_policy() {
    let (session, effects) = look(asked_for(0, KeyId::from_bytes([7; 32]), 0), false);
    assert_eq!(session.phase(), Phase::Deciding);
    let acts = Action::ALL.iter().map(|action| action.prompt());
    assert!(
        acts.into_iter()
            .all(|act| !effects.contains(&Effect::Prompt(act)))
    );
}

#[test]
fn there_is_no_countdown_only_a_reminder() {
    let mut stage = Stage::new(1);
    let asked = stage.asked();
    stage.said.clear();
    stage.show(5 * 60_000, calm);
    assert_eq!(stage.session.phase(), Phase::Acting);
    assert!(stage.said.iter().all(|prompt| *prompt == asked.prompt()));
    assert!((15..=20).contains(&stage.said.len()), "every 15 s");
    stage.said.clear();
    stage.step(Event::Repeat);
    assert_eq!(stage.said, [asked.prompt()]);
    stage.step(Event::Tick { at_ms: u64::MAX });
    assert_eq!(stage.session.phase(), Phase::Acting);
    assert_eq!(stage.obey(), [asked]);
    assert_eq!(stage.claim().verdict, Verdict::Accept);
}

#[test]
fn what_somebody_cannot_do_is_swapped_until_none_is_left_and_then_referred() {
    let mut stage = Stage::new(2);
    let first = stage.asked();
    stage.swap();
    let second = stage.asked();
    assert_ne!(first, second);
    assert_eq!(stage.obey().len(), 2);
    let claim = stage.claim();
    assert_eq!(claim.verdict, Verdict::Accept);
    assert_eq!(claim.actions[0], second);

    for (actions, swaps) in [(1, 4), (2, 3), (3, 2)] {
        let mut stage = Stage::new(actions);
        for _ in 0..swaps {
            assert_eq!(stage.session.phase(), Phase::Acting);
            stage.swap();
        }
        assert_eq!(stage.session.phase(), Phase::Deciding);
        let claim = stage.claim();
        assert_eq!(claim.verdict, Verdict::Refer, "never refused");
        assert!(claim.actions.is_empty());
    }
}

#[test]
fn who_does_everything_in_any_order_is_looked_at_by_a_person() {
    let everything: Movement = |face, at_ms| {
        let turn = at_ms % 16_000;
        face.pose.yaw_deg += 30.0 * there_and_back(turn);
        face.mouth_aspect_ratio += 0.5 * there_and_back(turn.saturating_sub(4_000));
        face.size *= 1.0 + 0.5 * there_and_back(turn.saturating_sub(8_000));
        if (12_000..12_700).contains(&turn) {
            face.eye_aspect_ratio *= 0.5;
        }
    };
    let mut stage = Stage::new(3);
    stage.show(120_000, everything);
    assert_eq!(stage.session.phase(), Phase::Deciding);
    assert_eq!(stage.claim().verdict, Verdict::Refer);
}

#[test]
fn somebody_else_who_acts_is_refused_and_a_picture_that_acts_is_referred() {
    let other: Movement = |face, _| face.continuity = Some(0.1);
    let mut stage = Stage::new(1);
    stage.show(400, other);
    stage.obey();
    assert_eq!(stage.claim().verdict, Verdict::Refuse);

    let dead: Movement = |face, _| face.live = Some(0.1);
    let mut stage = Stage::new(1);
    stage.show(20_000, dead);
    stage.obey();
    assert_eq!(stage.claim().verdict, Verdict::Refer);
}

#[test]
fn an_absent_person_is_called_and_the_action_stays() {
    let mut stage = Stage::new(1);
    let asked = stage.asked();
    stage.said.clear();
    for _ in 0..100 {
        let nobody = Observation {
            at_ms: stage.at_ms,
            faces: 0,
            face: None,
        };
        stage.step(Event::Observed(nobody));
        stage.at_ms += 40;
    }
    assert_eq!(stage.said, [Prompt::FindFace]);
    stage.show(1_500, calm);
    assert_eq!(stage.said, [Prompt::FindFace, asked.prompt()]);
    assert_eq!(stage.obey(), [asked]);
}
