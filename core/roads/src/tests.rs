//! What has to hold on every road.

use crate::*;
use lifecert_guidance::{Label, Lang, Screen};
use lifecert_protocol::{
    ConsentPurposes, ErrorCode, LetterCode, Modality, Outcome, Prompt, Relation, VisitWork,
};
use std::collections::BTreeSet;

const NOW_MS: u64 = 1_790_000_000_000;
const DAY_MS: u64 = 86_400_000;

fn roads(lang: Lang) -> Roads {
    let start = Start {
        office: Some("https://office.example".to_owned()),
    };
    let preferences = Preferences {
        language: Some(lang.as_str().to_owned()),
        ..Preferences::default()
    };
    let mut roads = Roads::new(start, preferences);
    roads.clock(NOW_MS, "Asia/Shanghai", 28_800);
    roads
}

fn person(number: char, relation: Relation) -> Person {
    let record = OnRecord {
        modality: Modality::Face,
        from_ms: NOW_MS - 400 * DAY_MS,
        to_ms: NOW_MS - 400 * DAY_MS + 5_000,
    };
    Person {
        person: String::from(number).repeat(32),
        relation: Some(relation),
        due_ms: Some(NOW_MS + 20 * DAY_MS),
        opens_ms: Some(NOW_MS - DAY_MS),
        office_phone: Some("0773 555 0100".to_owned()),
        receipts: vec![HeldReceipt {
            receipt: "ab".repeat(16),
            record,
            until_ms: NOW_MS - 35 * DAY_MS,
        }],
        ..Person::default()
    }
}

/// Presses the button with a label; the press must be there.
fn press(roads: &mut Roads, label: Label) -> Option<Act> {
    enter(roads, label, "")
}

fn enter(roads: &mut Roads, label: Label, entered: &str) -> Option<Act> {
    let page = roads.page();
    let index = page.buttons.iter().position(|button| button.label == label);
    let index = index.unwrap_or_else(|| panic!("no {label:?} on {:?}", page.screen));
    roads.press(page.number, index, entered)
}

fn finish(roads: &mut Roads, done: Done) {
    let task = roads.task().expect("something is to be done").clone();
    roads.done(&task, done);
}

fn screen(roads: &Roads) -> Screen {
    roads.page().screen
}

fn answer(outcome: Outcome, code: Option<ErrorCode>) -> Done {
    Done::Answered(Answer {
        outcome,
        trouble: code.map(Trouble::from),
        person: Some("1".repeat(32)),
        receipt: (outcome == Outcome::Accepted).then(|| "ab".repeat(16)),
    })
}

#[test]
fn from_the_first_page_to_a_receipt() {
    let mut roads = Roads::new(Start::default(), Preferences::default());
    roads.clock(NOW_MS, "Asia/Shanghai", 28_800);
    assert_eq!(screen(&roads), Screen::Language);
    let page = roads.page();
    roads.press(page.number, 2, "");
    assert_eq!(roads.outward(), Some(Outward::Preferences));
    assert_eq!(roads.preferences().language.as_deref(), Some("en"));

    press(&mut roads, Label::HaveLetter);
    press(&mut roads, Label::ForOther);
    press(&mut roads, Label::RelationParent);
    press(&mut roads, Label::TypeCode);
    assert_eq!(screen(&roads), Screen::OfficeAddress);
    enter(&mut roads, Label::Next, "https://office.example/");
    let code = LetterCode::random().to_printed();
    enter(&mut roads, Label::Next, &code);
    assert_eq!(screen(&roads), Screen::Ready);
    press(&mut roads, Label::OpenCamera);
    assert!(matches!(
        roads.task(),
        Some(Task::Bind { address, family: true, .. }) if address == "https://office.example"
    ));
    finish(&mut roads, Done::Opened { clock: None });
    let Part::Camera(camera) = roads.page().part else {
        panic!("the camera looks")
    };
    assert_eq!(camera.facing, Facing::Rear, "somebody else holds the phone");
    roads.saw_prompt(Prompt::PressStart);
    assert_eq!(press(&mut roads, Label::Start), Some(Act::Start));
    roads.saw_stage(true, false);
    roads.saw_progress(500);
    roads.saw_end();
    roads.meet(vec![person('1', Relation::Parent)]);
    finish(&mut roads, answer(Outcome::Accepted, None));

    // Who they are is noted, and the office is asked about them, whatever else is done meanwhile.
    roads.refresh();
    assert!(matches!(
        roads.task(),
        Some(Task::Note {
            relation: Some(Relation::Parent),
            ..
        })
    ));
    finish(&mut roads, Done::Fine);
    assert!(roads.task() == Some(&Task::Refresh));
    finish(&mut roads, Done::Fine);
    assert!(roads.task().is_none());
    assert_eq!(screen(&roads), Screen::Consent);
    assert!(roads.page().text.is_some_and(|text| text.len() > 500));
    press(&mut roads, Label::Next);
    let yes = [true, true, false, true];
    for (purpose, yes) in yes.into_iter().enumerate() {
        let label = if yes { Label::Agree } else { Label::Disagree };
        press(&mut roads, label);
        if purpose < 3 {
            assert!(roads.task().is_none());
        }
    }
    let asked = ConsentPurposes {
        helper: true,
        embedding_leaves: true,
        key_frames_leave: false,
        evidence_kept: true,
    };
    assert!(matches!(
        roads.task(),
        Some(Task::Consent { purposes, relation: Some(Relation::Parent), .. }) if *purposes == asked
    ));
    finish(&mut roads, Done::Fine);
    assert_eq!(screen(&roads), Screen::NamePerson);
    enter(&mut roads, Label::Done, "  Mother ");
    assert!(matches!(
        roads.task(),
        Some(Task::Note { name: Some(name), .. }) if name == "Mother"
    ));
    finish(&mut roads, Done::Fine);
    assert_eq!(screen(&roads), Screen::Person);

    press(&mut roads, Label::Certify);
    press(&mut roads, Label::OpenCamera);
    finish(&mut roads, Done::Opened { clock: None });
    roads.saw_end();
    finish(&mut roads, answer(Outcome::Accepted, None));
    assert_eq!(screen(&roads), Screen::Result);
    press(&mut roads, Label::Receipt);
    assert_eq!(roads.page().part, Part::Code("ab".repeat(16)));
    press(&mut roads, Label::Share);
    assert_eq!(
        roads.outward(),
        Some(Outward::ShareReceipt("ab".repeat(16)))
    );
}

#[test]
fn a_mistyped_code_is_kept_to_be_compared() {
    let mut roads = roads(Lang::En);
    press(&mut roads, Label::HaveLetter);
    press(&mut roads, Label::ForMyself);
    press(&mut roads, Label::TypeCode);
    enter(&mut roads, Label::Next, "ABCD 1234");
    assert_eq!(screen(&roads), Screen::Trouble);
    press(&mut roads, Label::TryAgain);
    let Part::Entry(entry) = roads.page().part else {
        panic!("the code is typed")
    };
    assert_eq!(entry.value, "ABCD 1234");
}

#[test]
fn what_is_refused_shows_another_way_and_the_office() {
    for (outcome, code) in [
        (Outcome::Refused, Some(ErrorCode::VerifyNotConfirmed)),
        (Outcome::Stopped, Some(ErrorCode::SessionCancelled)),
        (Outcome::Referred, Some(ErrorCode::MatchUncertain)),
    ] {
        let mut roads = roads(Lang::ZhHans);
        roads.meet(vec![person('1', Relation::Oneself)]);
        press(&mut roads, Label::Certify);
        press(&mut roads, Label::OpenCamera);
        finish(&mut roads, Done::Opened { clock: None });
        roads.saw_end();
        finish(&mut roads, answer(outcome, code));
        press(&mut roads, Label::OtherWay);
        press(&mut roads, Label::RoadForm);
        finish(&mut roads, Done::Fine);
        assert_eq!(screen(&roads), Screen::OtherRoadAsked);
    }
}

#[test]
fn a_camera_that_stops_goes_on_where_it_was() {
    let mut roads = roads(Lang::Es);
    press(&mut roads, Label::Practise);
    press(&mut roads, Label::OpenCamera);
    finish(&mut roads, Done::Opened { clock: None });
    roads.saw_prompt(Prompt::PressStart);
    roads.camera_trouble(CameraTrouble::Lost);
    assert_eq!(screen(&roads), Screen::CameraLost);
    press(&mut roads, Label::TryAgain);
    assert_eq!(screen(&roads), Screen::Look);
    assert_eq!(press(&mut roads, Label::Start), Some(Act::Start));
    assert_eq!(roads.back(), Some(Act::Cancel));
    roads.saw_end();
    finish(&mut roads, answer(Outcome::Stopped, None));
    assert_eq!(screen(&roads), Screen::PracticeDone);
}

#[test]
fn a_clock_that_is_wrong_is_said_before_the_look_and_keeps_nobody_from_it() {
    let mut roads = roads(Lang::En);
    roads.meet(vec![person('1', Relation::Oneself)]);
    press(&mut roads, Label::Certify);
    press(&mut roads, Label::OpenCamera);
    let clock = Some(ErrorCode::ClockWrong);
    finish(&mut roads, Done::Opened { clock });
    assert_eq!(
        (screen(&roads), roads.sight()),
        (Screen::Trouble, None),
        "nothing is looked at before it is read"
    );
    press(&mut roads, Label::Next);
    assert_eq!(
        (screen(&roads), roads.sight()),
        (Screen::Look, Some(Sight::Face))
    );
    roads.saw_end();
    finish(&mut roads, answer(Outcome::Accepted, None));
    assert_eq!(screen(&roads), Screen::Result);
}

#[test]
fn a_binding_whose_answer_got_lost_is_asked_for_on_an_empty_phone() {
    let mut roads = roads(Lang::En);
    roads.refresh();
    assert!(roads.task() == Some(&Task::Refresh));
    roads.meet(vec![person('1', Relation::Oneself)]);
    finish(&mut roads, Done::Fine);
    assert_eq!(screen(&roads), Screen::Person);
}

/// A look with a letter's code, answered.
fn bound(answered: Done) -> Roads {
    let mut roads = roads(Lang::En);
    press(&mut roads, Label::HaveLetter);
    press(&mut roads, Label::ForMyself);
    press(&mut roads, Label::TypeCode);
    let code = LetterCode::random().to_printed();
    enter(&mut roads, Label::Next, &code);
    press(&mut roads, Label::OpenCamera);
    finish(&mut roads, Done::Opened { clock: None });
    roads.saw_end();
    finish(&mut roads, answered);
    roads
}

#[test]
fn back_from_one_of_several_leads_to_the_list() {
    let mut roads = roads(Lang::En);
    roads.meet(vec![
        person('1', Relation::Oneself),
        person('2', Relation::Spouse),
    ]);
    roads.come_back(&"2".repeat(32));
    press(&mut roads, Label::Back);
    assert_eq!(screen(&roads), Screen::People);
    roads.back();
    assert_eq!(roads.outward(), Some(Outward::Leave));
}

#[test]
fn a_phone_that_waits_to_be_let_in_waits_on_until_it_is() {
    let mut roads = bound(answer(Outcome::Referred, Some(ErrorCode::DevicePending)));
    press(&mut roads, Label::LookAgain);
    finish(&mut roads, Done::Sent { waiting: 0 });
    assert_eq!(screen(&roads), Screen::Waiting);
    press(&mut roads, Label::LookAgain);
    roads.meet(vec![person('1', Relation::Oneself)]);
    finish(&mut roads, Done::Sent { waiting: 0 });
    assert_eq!(screen(&roads), Screen::NamePerson);
}

#[test]
fn a_binding_without_an_answer_is_not_called_sent() {
    let mut roads = bound(Done::Answered(Answer {
        outcome: Outcome::Queued,
        trouble: None,
        person: None,
        receipt: None,
    }));
    assert_eq!(screen(&roads), Screen::Result);
    press(&mut roads, Label::SendNow);
    finish(&mut roads, Done::Sent { waiting: 0 });
    let waits = roads.words().outcome(Outcome::Queued);
    assert_eq!(roads.page().title, waits.shown);
    press(&mut roads, Label::Home);
    assert_eq!(screen(&roads), Screen::Welcome);
}

#[test]
fn what_nobody_waits_for_any_more_changes_no_page() {
    let mut roads = roads(Lang::En);
    roads.meet(vec![person('1', Relation::Oneself)]);
    press(&mut roads, Label::Certify);
    press(&mut roads, Label::OpenCamera);
    let task = roads.task().expect("a look is opened").clone();
    press(&mut roads, Label::Stop);
    assert_eq!(screen(&roads), Screen::Ready);
    roads.done(&task, Done::Opened { clock: None });
    assert_eq!(screen(&roads), Screen::Ready);
}

#[test]
fn a_press_on_an_older_page_does_nothing() {
    let mut roads = roads(Lang::En);
    let old = roads.page();
    press(&mut roads, Label::HaveLetter);
    assert_eq!(roads.press(old.number, 0, ""), None);
    assert_eq!(screen(&roads), Screen::ForWhom);
}

#[test]
fn whoever_is_erased_is_reminded_of_nothing() {
    let mut roads = roads(Lang::En);
    let one = person('1', Relation::Oneself);
    roads.meet(vec![one.clone()]);
    for label in [
        Label::More,
        Label::Erase,
        Label::EraseHere,
        Label::EraseHere,
    ] {
        press(&mut roads, label);
    }
    roads.meet(Vec::new());
    finish(&mut roads, Done::Fine);
    let nothing = Outward::Remind {
        person: one.person,
        title: String::new(),
        at_ms: Vec::new(),
    };
    assert_eq!(roads.outward(), Some(nothing));
    assert_eq!(screen(&roads), Screen::Erased);
}

#[test]
fn what_was_agreed_to_can_be_read_and_answered_anew() {
    let mut roads = roads(Lang::En);
    roads.meet(vec![person('1', Relation::Oneself)]);
    press(&mut roads, Label::More);
    press(&mut roads, Label::Consent);
    press(&mut roads, Label::Next);
    for _ in 0..3 {
        press(&mut roads, Label::Agree);
    }
    assert!(matches!(roads.task(), Some(Task::Consent { purposes, .. }) if !purposes.helper));
    roads.back();
    for _ in 0..3 {
        roads.back();
    }
    press(&mut roads, Label::Disagree);
    assert_eq!(
        screen(&roads),
        Screen::Withdraw,
        "a yes on record is taken back"
    );
}

#[test]
fn news_takes_no_press_away() {
    let mut roads = roads(Lang::En);
    let [one, other] =
        [('1', Relation::Oneself), ('2', Relation::Spouse)].map(|(n, r)| person(n, r));
    roads.meet(vec![one.clone(), other.clone()]);
    let seen = roads.page();
    let at = |label| seen.buttons.iter().position(|button| button.label == label);
    let settings = at(Label::Settings).unwrap();
    // The office has answered meanwhile: a line and a button more.
    let waits = Person {
        waiting: 1,
        ..one.clone()
    };
    roads.meet(vec![waits, other]);
    assert_ne!(roads.page().number, seen.number);
    roads.press(seen.number, settings, "");
    assert_eq!(screen(&roads), Screen::Settings);
    // A page that was left is left.
    roads.press(seen.number, settings, "");
    assert_eq!(screen(&roads), Screen::Settings);

    // What is gone cannot be pressed.
    roads.back();
    let seen = roads.page();
    let send = seen.buttons.iter().position(|b| b.label == Label::SendNow);
    roads.meet(vec![one.clone(), person('2', Relation::Spouse)]);
    roads.press(seen.number, send.unwrap(), "");
    assert_eq!(screen(&roads), Screen::People);
}

#[test]
fn the_deadline_is_told_by_the_clock_on_the_wall_here() {
    let due = |zone, offset_s| {
        let mut roads = roads(Lang::En);
        let one = Person {
            // 15:30 UTC on 30 September 2026.
            due_ms: Some(1_790_782_200_000),
            ..person('1', Relation::Oneself)
        };
        roads.meet(vec![one]);
        roads.clock(NOW_MS, zone, offset_s);
        roads.page().lines.join("\n")
    };
    let (home, abroad) = (due("Nowhere/Unknown", 28_800), due("UTC", 0));
    assert_ne!(home, abroad);
}

/// What the network or the phone may answer to a task, by chance.
fn by_chance(task: &Task, chance: &mut Chance) -> Done {
    if chance.of(4) == 0 {
        let code = ErrorCode::ALL[chance.of(ErrorCode::ALL.len())];
        return Done::Failed(Trouble {
            code,
            rest_s: (chance.of(2) == 0).then_some(30),
        });
    }
    match task {
        Task::Bind { .. } | Task::Certify { .. } | Task::Practise => Done::Opened { clock: None },
        Task::Finish => {
            let outcome = Outcome::ALL[chance.of(Outcome::ALL.len())];
            answer(outcome, None)
        }
        Task::Sync => Done::Sent {
            waiting: u32::try_from(chance.of(2)).unwrap_or_default(),
        },
        Task::SendVisits => Done::Sent { waiting: 1 },
        Task::History(_) => Done::History(Vec::new()),
        _ => Done::Fine,
    }
}

fn a_day(open: bool) -> Clerk {
    let visitee = Visitee {
        person: "3".repeat(32),
        name: "莫桂英".to_owned(),
        work: VisitWork::Model,
        done: false,
    };
    Clerk {
        list: open.then(|| vec![visitee]),
        waiting: 1,
        ..Clerk::default()
    }
}

struct Chance(u64);

impl Chance {
    fn of(&mut self, count: usize) -> usize {
        // Knuth's MMIX constants; the high bits are the better ones.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % count
    }
}

/// Presses whatever is there, a great many times: every page has a way on, none is a dead end, and
/// nearly all pages are come by.
#[test]
fn no_press_leads_to_a_dead_end() {
    let mut seen = BTreeSet::new();
    for seed in 0..200 {
        let mut chance = Chance(seed);
        let mut roads = roads(Lang::ALL[chance.of(4)]);
        if chance.of(2) == 0 {
            roads.start.office = None;
        }
        for _ in 0..400 {
            let page = roads.page();
            seen.insert(page.screen);
            assert!(!page.title.is_empty() && !page.spoken.is_empty());
            let ways = page.buttons.iter().filter(|b| b.label != Label::SayAgain);
            assert!(ways.count() > 0, "{:?} is a dead end", page.screen);
            let mains = page.buttons.iter().filter(|b| b.kind == Kind::Main);
            assert!(mains.count() <= 1, "{:?}", page.screen);
            let task = roads.task().cloned();
            if let Some(task) = task.filter(|_| chance.of(8) > 0) {
                let known = matches!(task, Task::Finish | Task::Note { .. });
                if known && roads.page().screen != Screen::Erased {
                    let asking = vec!["cd".repeat(16)];
                    let first = Person {
                        asking_phones: asking,
                        waiting: 1,
                        ..person('1', Relation::ALL[chance.of(Relation::ALL.len())])
                    };
                    roads.meet(vec![first, person('2', Relation::Spouse)]);
                }
                if matches!(task, Task::KeepDay(_) | Task::OpenDay(_) | Task::EndDay) {
                    roads.meet_clerk(a_day(task != Task::EndDay));
                }
                let done = by_chance(&task, &mut chance);
                roads.done(&task, done);
                continue;
            }
            if page.screen == Screen::Look {
                match chance.of(6) {
                    0 => roads.saw_prompt(Prompt::ALL[chance.of(Prompt::ALL.len())]),
                    1 => roads.saw_stage(chance.of(2) == 0, chance.of(2) == 0),
                    2 => roads.saw_progress(700),
                    3 => roads.saw_end(),
                    4 => roads.camera_trouble(CameraTrouble::Lost),
                    _ => {}
                }
            } else if roads.sight() == Some(Sight::Model) && chance.of(4) == 0 {
                roads.saw_portrait(Some(Prompt::ActTurn), 1);
                roads.portraits_are_whole();
            } else if chance.of(40) == 0 {
                roads.camera_trouble(CameraTrouble::Denied);
            }
            if chance.of(12) == 0 {
                roads.lock_list();
            }
            if chance.of(10) == 0 {
                let place = roads.place_to_keep();
                if let (Some(place), 0) = (place, chance.of(5)) {
                    roads.come_back(&place);
                }
            }
            let page = roads.page();
            let entered = match page.screen {
                Screen::OfficeAddress => "https://office.example".to_owned(),
                _ => LetterCode::random().to_printed(),
            };
            let act = roads.press(page.number, chance.of(page.buttons.len()), &entered);
            if act == Some(Act::TakePicture) {
                roads.form_is_taken();
            }
            if act == Some(Act::Cancel) {
                roads.saw_end();
            }
            while roads.outward() == Some(Outward::Leave) {}
            if page.screen == Screen::Reminder {
                roads.reminder_is_set();
            }
        }
    }
    let rare = [Screen::Language, Screen::CameraMissing];
    let missed: Vec<_> = Screen::ALL
        .iter()
        .filter(|screen| !seen.contains(screen) && !rare.contains(screen))
        .collect();
    assert_eq!(missed, Vec::<&Screen>::new());
}

#[test]
fn a_clerks_day_from_signing_in_to_sending() {
    let mut roads = roads(Lang::En);
    press(&mut roads, Label::AtOffice);
    enter(&mut roads, Label::Next, "home-01");
    enter(&mut roads, Label::Next, "a long and quiet password");
    enter(&mut roads, Label::SignIn, "123456");
    assert!(matches!(
        roads.task(),
        Some(Task::SignIn { account, password, code, .. })
            if account == "home-01" && **password == "a long and quiet password" && code == "123456"
    ));
    finish(&mut roads, Done::Fine);
    enter(&mut roads, Label::Next, "246810");
    roads.meet_clerk(a_day(true));
    finish(&mut roads, Done::Fine);
    assert_eq!(screen(&roads), Screen::Visits);

    press(&mut roads, Label::Unnamed);
    finish(&mut roads, Done::Fine);
    press(&mut roads, Label::ModelFace);
    finish(&mut roads, Done::Fine);
    roads.saw_portrait(None, 4);
    roads.saw_portrait(None, 5);
    roads.portraits_are_whole();
    press(&mut roads, Label::PhotographForm);
    assert_eq!(
        press(&mut roads, Label::TakePicture),
        Some(Act::TakePicture)
    );
    roads.form_is_taken();
    press(&mut roads, Label::SealVisit);
    finish(&mut roads, Done::Fine);
    assert_eq!(screen(&roads), Screen::VisitSealed);
    press(&mut roads, Label::Next);
    assert!(roads.lock_list(), "nobody else reads the list");
    assert_eq!(screen(&roads), Screen::StaffPin);
}
