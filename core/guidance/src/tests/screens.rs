//! The screens' titles, the buttons and the lines.

use super::*;

/// Labels that are no buttons: they say something.
const LINES: [Label; 18] = [
    Label::Unnamed,
    Label::CountsUntil,
    Label::DueBy,
    Label::OpensAt,
    Label::UnderReview,
    Label::RoadAsked,
    Label::Unsent,
    Label::AliveBetween,
    Label::ShownBy,
    Label::ReceiptNumber,
    Label::PhoneNumber,
    Label::NothingYet,
    Label::PicturesTaken,
    Label::FormTaken,
    Label::VisitDone,
    Label::Moment,
    Label::Day,
    Label::CalendarTitle,
];

/// How many characters fit in two languages whose characters are wide, and in two others.
fn bound(lang: Lang, wide: usize, narrow: usize) -> usize {
    match lang {
        Lang::ZhHans | Lang::ZhHant => wide,
        Lang::En | Lang::Es => narrow,
    }
}

#[test]
fn a_title_is_one_sentence_of_a_few_words() {
    for lang in Lang::ALL {
        for (name, message) in messages(lang) {
            if is_screen(&name) {
                let title = message.shown;
                let length = title.chars().count();
                assert!(length <= bound(lang, 24, 60), "{lang} {name}: {title}");
                assert!(!title.ends_with(['。', '，', ',', ':', '：']), "{title}");
            }
        }
    }
}

#[test]
fn a_button_is_short() {
    for lang in Lang::ALL {
        for (label, text) in labels(lang) {
            let length = text.chars().count();
            let most = if LINES.contains(&label) {
                bound(lang, 40, 70)
            } else {
                bound(lang, 14, 26)
            };
            assert!(length <= most, "{lang} {label:?}: {text} ({length})");
            assert!(!text.ends_with(['.', '。']), "{lang} {label:?}: {text}");
        }
    }
}

#[test]
fn a_person_without_a_name_has_sentences_of_their_own() {
    let nobody = Facts::default();
    let maria = Facts {
        name: "María",
        ..nobody
    };
    for lang in Lang::ALL {
        let guidance = Guidance::new(lang);
        let mut named = 0;
        let mut compare = |with: &str, without: &str| {
            assert!(!without.contains("  "), "{lang}: {without}");
            if with.contains(maria.name) {
                named += 1;
                assert_ne!(with.replace(maria.name, ""), without, "{lang}");
            } else {
                assert_eq!(with, without, "{lang}");
            }
        };
        for screen in Screen::ALL {
            let with = guidance.screen(*screen, &maria);
            let without = guidance.screen(*screen, &nobody);
            let both = texts(&with).into_iter().zip(texts(&without));
            both.for_each(|(with, without)| compare(with, without));
        }
        for label in [Label::Certify, Label::CalendarTitle] {
            compare(
                &guidance.label(label, &maria),
                &guidance.label(label, &nobody),
            );
        }
        assert!(named > 20, "{lang}: {named}");
    }
}

#[test]
fn a_line_says_what_is_put_in() {
    for lang in Lang::ALL {
        let guidance = Guidance::new(lang);
        for time in [guidance.day(EVENING), guidance.moment(EVENING)] {
            let facts = Facts {
                time: &time,
                ..Facts::default()
            };
            for label in [
                Label::CountsUntil,
                Label::DueBy,
                Label::OpensAt,
                Label::AliveBetween,
                Label::ShownBy,
                Label::RoadAsked,
                Label::ReceiptNumber,
                Label::PhoneNumber,
            ] {
                let line = guidance.label(label, &facts);
                assert!(line.contains(&time), "{lang} {label:?}: {line}");
            }
        }
        for label in [Label::Unnamed, Label::Unsent, Label::PicturesTaken] {
            let of = |count| {
                let facts = Facts {
                    count: Some(count),
                    ..Facts::default()
                };
                guidance.label(label, &facts)
            };
            assert!(of(7).contains('7'), "{lang} {label:?}: {}", of(7));
            let all: BTreeSet<_> = [0, 1, 2, 7].map(of).into();
            assert_eq!(all.len(), 4, "{lang} {label:?}: {all:?}");
        }
    }
}

#[test]
fn one_thing_is_one_and_nothing_is_said_in_words() {
    let unsent = |lang, count| {
        let facts = Facts {
            count: Some(count),
            ..Facts::default()
        };
        Guidance::new(lang).label(Label::Unsent, &facts)
    };
    assert_eq!(unsent(Lang::En, 0), "Nothing is waiting to be sent");
    assert_eq!(unsent(Lang::En, 1), "One is waiting to be sent");
    assert_eq!(unsent(Lang::En, 2), "2 are waiting to be sent");
    assert_eq!(unsent(Lang::Es, 1), "Queda una por enviar");
    assert_eq!(unsent(Lang::ZhHans, 0), "没有等着发送的");
    assert_eq!(unsent(Lang::ZhHant, 1), "有 1 份等著送出");
}

#[test]
fn times_are_written_as_the_language_writes_them() {
    let of = |lang| {
        let guidance = Guidance::new(lang);
        [guidance.day(EVENING), guidance.moment(EVENING)]
    };
    assert_eq!(
        of(Lang::En),
        ["30 September 2027", "30 September 2027, 16:05"]
    );
    assert_eq!(
        of(Lang::Es),
        [
            "30 de septiembre de 2027",
            "30 de septiembre de 2027, 16:05"
        ]
    );
    for lang in [Lang::ZhHans, Lang::ZhHant] {
        assert_eq!(of(lang), ["2027年9月30日", "2027年9月30日 16:05"]);
    }
}

#[test]
fn every_month_has_its_name() {
    for lang in Lang::ALL {
        let guidance = Guidance::new(lang);
        let months: BTreeSet<_> = (1..=12)
            .map(|month| guidance.day(LocalTime { month, ..EVENING }))
            .collect();
        assert_eq!(months.len(), 12, "{lang}: {months:?}");
        for day in months {
            assert!(day.contains("2027") && day.contains("30"), "{lang}: {day}");
        }
    }
    let first = LocalTime {
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
        ..EVENING
    };
    let last = LocalTime {
        month: 12,
        ..EVENING
    };
    let english = Guidance::new(Lang::En);
    assert_eq!(english.moment(first), "1 January 2027, 00:00");
    assert_eq!(english.day(last), "30 December 2027");
}

/// Words in one place name a button in another.
#[test]
fn a_button_is_called_what_the_texts_call_it() {
    let called = [
        (Lang::En, "Start", "Something else", "Back"),
        (Lang::Es, "Comenzar", "Otra cosa", "Volver"),
        (Lang::ZhHans, "开始", "换一个", "返回"),
        (Lang::ZhHant, "開始", "換一個", "返回"),
    ];
    for (lang, start, something_else, back) in called {
        let guidance = Guidance::new(lang);
        let label = |label| guidance.label(label, &Facts::default());
        assert_eq!(label(Label::Start), start);
        assert_eq!(label(Label::SomethingElse), something_else);
        assert_eq!(label(Label::Back), back);
        let press = guidance.prompt(Prompt::PressStart).spoken;
        assert!(press.contains(start), "{lang}: {press}");
        let turn = guidance.prompt(Prompt::ActTurn).spoken;
        assert!(turn.contains(something_else), "{lang}: {turn}");
        let clerk = guidance.screen(Screen::StaffName, &Facts::default());
        assert!(clerk.next.unwrap().contains(back), "{lang}");
    }
}
