//! Every screen once, as the roads draw it for people who do not exist: for whoever tests how a
//! shell draws, and for the documentation.

use crate::look::{Stage, View};
use crate::page::Page;
use crate::people::{HeldReceipt, OnRecord, Person};
use crate::preferences::Preferences;
use crate::roads::{Roads, Start};
use crate::rounds::{Clerk, Visitee};
use crate::state::{Aim, Ending, Purpose, State};
use crate::task::{Task, Trouble};
use lifecert_guidance::Lang;
use lifecert_protocol::{
    ConsentPurposes, ErrorCode, Modality, Outcome, Prompt, Relation, Road, VisitWork,
};

/// 20 September 2026, in the morning of China.
const NOW_MS: u64 = 1_789_869_600_000;
const DAY_MS: u64 = 86_400_000;

/// The receipt that the gallery's pages show.
pub const GALLERY_RECEIPT: &str = "7c1f0a52e9d84b36a5c07f13de882b94";

/// Every page, some of them in several states.
pub fn gallery(preferences: Preferences) -> Vec<Page> {
    let mut roads = Roads::new(Start::default(), preferences);
    roads.clock(NOW_MS, "Asia/Shanghai", 28_800);
    let [own, mother] = [oneself(), mother(roads.words.lang())];
    let alone = own.person.clone();
    roads.meet(vec![own.clone()]);
    let mut pages = roads.drawn(states_of_one(&alone));
    let second = mother.person.clone();
    roads.meet(vec![own, mother]);
    pages.extend(roads.drawn(states_of_several(&second)));
    roads.meet_clerk(rounds(roads.words.lang(), 0));
    pages.extend(roads.drawn(states_of_a_clerk()));
    roads.meet_clerk(rounds(roads.words.lang(), 5));
    pages.extend(roads.drawn(vec![State::Visit(VISITEE.to_owned())]));
    for (at, page) in pages.iter_mut().enumerate() {
        page.number = u64::try_from(at).unwrap_or_default() + 1;
    }
    pages
}

impl Roads {
    fn drawn(&self, states: Vec<State>) -> Vec<Page> {
        states.iter().map(|state| self.draw(state)).collect()
    }
}

fn states_of_one(person: &str) -> Vec<State> {
    let one = || person.to_owned();
    let purpose = |purpose| State::Purpose(one(), purpose, ConsentPurposes::default());
    let look = |prompt, stage, permille| {
        let view = View {
            prompt,
            stage,
            permille,
        };
        State::Look(Aim::Certify(one()), view)
    };
    let ended = |outcome, code: Option<ErrorCode>| {
        State::Result(Ending {
            outcome,
            trouble: code.map(Trouble::from),
            person: Some(one()),
            receipt: (outcome == Outcome::Accepted).then(|| GALLERY_RECEIPT.to_owned()),
        })
    };
    let lost = View {
        prompt: Prompt::FindFace,
        stage: Stage::Framing,
        permille: 0,
    };
    vec![
        State::Language,
        State::Welcome,
        State::ForWhom,
        State::Relation,
        State::Letter,
        State::NoLetter,
        State::LetterScan,
        State::OfficeAddress,
        State::LetterCode,
        State::Ready(Aim::Certify(one())),
        look(Prompt::FindFace, Stage::Framing, 0),
        look(Prompt::PressStart, Stage::Ready, 0),
        look(Prompt::KeepLooking, Stage::Capturing, 600),
        look(Prompt::ActTurn, Stage::Acting, 800),
        State::CameraDenied,
        State::CameraMissing,
        State::CameraLost(Aim::Certify(one()), lost),
        State::Working(Task::Sync),
        State::Working(Task::Finish),
        State::PracticeDone,
        State::Waiting,
        State::Consent(one()),
        purpose(Purpose::Helper),
        purpose(Purpose::Numbers),
        purpose(Purpose::Pictures),
        purpose(Purpose::Keeping),
        State::ConsentRefused(one()),
        State::NamePerson(one()),
        ended(Outcome::Accepted, None),
        ended(Outcome::Referred, Some(ErrorCode::MatchUncertain)),
        ended(Outcome::Queued, Some(ErrorCode::ServerUnreachable)),
        ended(Outcome::Refused, Some(ErrorCode::VerifyNotConfirmed)),
        ended(Outcome::Stopped, Some(ErrorCode::SessionCancelled)),
        State::Trouble(ErrorCode::CodeMistyped.into(), None),
        State::Trouble(ErrorCode::ServerUnreachable.into(), Some(one())),
        State::Trouble(ErrorCode::StorageFull.into(), Some(one())),
        State::Trouble(
            Trouble {
                code: ErrorCode::AttemptsPause,
                rest_s: Some(30),
            },
            Some(one()),
        ),
        State::Person(one()),
        State::More(one()),
        State::Receipts(one()),
        State::Receipt(one(), GALLERY_RECEIPT.to_owned()),
        State::History(one(), vec![record(400), record(35)]),
        State::OtherRoad(Some(one())),
        State::OtherRoad(None),
        State::OtherRoadAsked(one()),
        State::Call(Some(one())),
        State::Place,
        State::Settings,
        State::TextSize,
        State::SpeechRate,
        State::Appearance,
        State::Vibration,
    ]
}

fn states_of_several(person: &str) -> Vec<State> {
    let one = || person.to_owned();
    vec![
        State::People,
        State::Person(one()),
        State::OtherPhone(one(), "cd".repeat(16)),
        State::OtherPhoneDone(one()),
        State::Reminder(one()),
        State::ReminderSet(one()),
        State::Unsent,
        State::Sent(0),
        State::Sent(1),
        State::Withdraw(one()),
        State::Withdrawn(one()),
        State::Erase(one()),
        State::EraseHere(one()),
        State::EraseEverywhere(one()),
        State::Erased,
    ]
}

const VISITEE: &str = "33333333333333333333333333333333";

fn states_of_a_clerk() -> Vec<State> {
    let one = || VISITEE.to_owned();
    vec![
        State::StaffOffice,
        State::StaffName,
        State::StaffPassword,
        State::StaffCode,
        State::StaffPinNew,
        State::StaffPin,
        State::Visits,
        State::Visit(one()),
        State::VisitFace(one(), Prompt::ActTurn),
        State::VisitForm(one()),
        State::VisitSealed(one()),
        State::VisitsSent(0),
    ]
}

fn rounds(lang: Lang, pictures: u32) -> Clerk {
    let name = match lang {
        Lang::ZhHans => "莫桂英",
        Lang::ZhHant => "莫桂英",
        Lang::En => "Mo Guiying",
        Lang::Es => "Josefa Moreno",
    };
    let visitee = |person: &str, work, done| Visitee {
        person: person.to_owned(),
        name: name.to_owned(),
        work,
        done,
    };
    Clerk {
        has_day: true,
        list: Some(vec![
            visitee(VISITEE, VisitWork::Model, false),
            visitee(&"4".repeat(32), VisitWork::Form, true),
        ]),
        waiting: 1,
        pictures,
        form: pictures > 0,
    }
}

/// Certified, and without a name.
fn oneself() -> Person {
    Person {
        person: "1".repeat(32),
        relation: Some(Relation::Oneself),
        certified_until_ms: Some(NOW_MS + 330 * DAY_MS),
        receipts: vec![HeldReceipt {
            receipt: GALLERY_RECEIPT.to_owned(),
            record: record(35),
            until_ms: NOW_MS + 330 * DAY_MS,
        }],
        office_phone: Some("0773 555 0100".to_owned()),
        ..Person::default()
    }
}

/// Has something of everything that can stand on her page.
fn mother(lang: Lang) -> Person {
    let name = match lang {
        Lang::ZhHans => "妈妈 韦秀兰",
        Lang::ZhHant => "媽媽 韋秀蘭",
        Lang::En => "Mother, Wei Xiulan",
        Lang::Es => "Mamá, María del Carmen",
    };
    Person {
        person: "2".repeat(32),
        name: Some(name.to_owned()),
        relation: Some(Relation::Parent),
        due_ms: Some(NOW_MS + 40 * DAY_MS),
        opens_ms: Some(NOW_MS + DAY_MS),
        under_review: true,
        road: Some(Road::VideoCall),
        asking_phones: vec!["cd".repeat(16)],
        waiting: 1,
        office_phone: Some("0773 555 0100".to_owned()),
        ..Person::default()
    }
}

fn record(days_ago: u64) -> OnRecord {
    let from_ms = NOW_MS - days_ago * DAY_MS;
    OnRecord {
        modality: Modality::Face,
        from_ms,
        to_ms: from_ms + 5_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifecert_guidance::Screen;
    use std::collections::BTreeSet;

    #[test]
    fn every_screen_hangs_in_the_gallery() {
        for lang in Lang::ALL {
            let preferences = Preferences {
                language: Some(lang.as_str().to_owned()),
                ..Preferences::default()
            };
            let pages = gallery(preferences);
            let shown: BTreeSet<_> = pages.iter().map(|page| page.screen).collect();
            let missing: Vec<_> = Screen::ALL
                .iter()
                .filter(|screen| !shown.contains(screen))
                .collect();
            assert_eq!(missing, Vec::<&Screen>::new());
        }
    }
}
