//! Every screen with a sample person, as the roads draw it: for the tests that look at screens, and for
//! the pictures in the documentation.

use crate::look::{Stage, View};
use crate::people::{HeldReceipt, OnRecord, Person};
use crate::preferences::Preferences;
use crate::roads::{Roads, Start};
use crate::state::{Aim, Ending, Purpose, State};
use crate::task::{Task, Trouble};
use crate::{Page, TextSize};
use lifecert_guidance::Lang;
use lifecert_protocol::{ConsentPurposes, ErrorCode, Modality, Outcome, Prompt, Relation, Road};

const NOW_MS: u64 = 1_790_000_000_000;
const DAY_MS: u64 = 86_400_000;

/// Every screen that people meet, most of them once, in one language.
pub fn gallery(lang: Lang) -> Vec<Page> {
    let preferences = Preferences {
        language: Some(lang.as_str().to_owned()),
        text_size: TextSize::Larger,
        ..Preferences::default()
    };
    let mut roads = Roads::new(Start::default(), preferences);
    roads.clock(NOW_MS, "Asia/Shanghai", 28_800);
    let (name, mother) = names(lang);
    let one = person('1', name, Relation::Oneself);
    roads.meet(vec![one, person('2', mother, Relation::Parent)]);
    let states = states();
    states.into_iter().map(|state| roads.draw(&state)).collect()
}

const fn names(lang: Lang) -> (&'static str, &'static str) {
    match lang {
        Lang::ZhHans => ("王福生", "李秀英"),
        Lang::ZhHant => ("王福生", "李秀英"),
        Lang::En => ("George", "Mum"),
        Lang::Es => ("Manuel", "Mamá"),
    }
}

fn person(number: char, name: &str, relation: Relation) -> Person {
    let helped = relation != Relation::Oneself;
    let until_ms = if helped {
        NOW_MS - 5 * DAY_MS
    } else {
        NOW_MS + 300 * DAY_MS
    };
    Person {
        person: String::from(number).repeat(32),
        name: Some(name.to_owned()),
        relation: Some(relation),
        certified_until_ms: Some(until_ms),
        opens_ms: Some(if helped {
            NOW_MS - DAY_MS
        } else {
            NOW_MS + 200 * DAY_MS
        }),
        due_ms: Some(NOW_MS + 20 * DAY_MS),
        road: helped.then_some(Road::Bank),
        under_review: helped,
        asking_phones: if helped {
            vec!["cd".repeat(16)]
        } else {
            Vec::new()
        },
        waiting: u32::from(helped),
        receipts: vec![HeldReceipt {
            receipt: "ab".repeat(16),
            record: record(),
            until_ms,
        }],
        office_phone: Some("0773 555 0100".to_owned()),
    }
}

const fn record() -> OnRecord {
    OnRecord {
        modality: Modality::Face,
        from_ms: NOW_MS - 65 * DAY_MS,
        to_ms: NOW_MS - 65 * DAY_MS + 5_000,
    }
}

fn states() -> Vec<State> {
    let [first, second] = ['1', '2'].map(|number| String::from(number).repeat(32));
    let certify = Aim::Certify(second.clone());
    let view = |prompt, stage, permille| {
        let view = View {
            prompt,
            stage,
            permille,
        };
        State::Look(certify.clone(), view)
    };
    let ended = |outcome, code: Option<ErrorCode>| {
        State::Result(Ending {
            outcome,
            trouble: code.map(|code| Trouble {
                code,
                rest_s: (code == ErrorCode::AttemptsPause).then_some(30),
            }),
            person: Some(first.clone()),
            receipt: (outcome == Outcome::Accepted).then(|| "ab".repeat(16)),
        })
    };
    let purposes = [
        Purpose::Helper,
        Purpose::Numbers,
        Purpose::Pictures,
        Purpose::Keeping,
    ];
    let purpose = |one| State::Purpose(second.clone(), one, ConsentPurposes::default());
    let trouble = |code: ErrorCode| State::Trouble(code.into(), Some(second.clone()));
    let mut states = vec![
        State::Language,
        State::Welcome,
        State::ForWhom,
        State::Relation,
        State::Letter,
        State::NoLetter,
        State::LetterScan,
        State::OfficeAddress,
        State::LetterCode,
        State::Ready(certify.clone()),
        view(Prompt::ComeCloser, Stage::Framing, 0),
        view(Prompt::PressStart, Stage::Ready, 0),
        view(Prompt::KeepLooking, Stage::Capturing, 600),
        view(Prompt::ActTurn, Stage::Acting, 900),
        State::CameraDenied,
        State::CameraMissing,
        State::CameraLost(certify.clone(), View::FIRST),
        State::Working(Task::Finish),
        State::PracticeDone,
        State::Waiting,
        State::Consent(second.clone()),
    ];
    states.extend(purposes.map(purpose));
    states.extend([
        State::ConsentRefused(second.clone()),
        State::NamePerson(second.clone()),
        ended(Outcome::Accepted, None),
        ended(Outcome::Referred, Some(ErrorCode::MatchUncertain)),
        ended(Outcome::Refused, Some(ErrorCode::VerifyNotConfirmed)),
        ended(Outcome::Refused, Some(ErrorCode::AttemptsPause)),
        ended(Outcome::Queued, Some(ErrorCode::ServerUnreachable)),
        ended(Outcome::Stopped, Some(ErrorCode::SessionCancelled)),
        trouble(ErrorCode::CodeMistyped),
        trouble(ErrorCode::ServerUnreachable),
        State::People,
        State::Person(first.clone()),
        State::Person(second.clone()),
        State::More(second.clone()),
        State::Receipts(first.clone()),
        State::Receipt(first.clone(), "ab".repeat(16)),
        State::History(first.clone(), vec![record(), record()]),
        State::OtherRoad(Some(second.clone())),
        State::OtherRoadAsked(second.clone()),
        State::Call(Some(first.clone())),
        State::Reminder(first.clone()),
        State::ReminderSet(first.clone()),
        State::OtherPhone(second.clone(), "cd".repeat(16)),
        State::OtherPhoneDone(second.clone()),
        State::Unsent,
        State::Sent(0),
        State::Sent(1),
        State::Place,
        State::Withdraw(second.clone()),
        State::Withdrawn(second.clone()),
        State::Erase(second.clone()),
        State::EraseHere(second.clone()),
        State::EraseEverywhere(second.clone()),
        State::Erased,
        State::Settings,
        State::TextSize,
        State::SpeechRate,
        State::Appearance,
        State::Vibration,
    ]);
    states
}
