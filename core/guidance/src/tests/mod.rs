//! Every text in every language: there, whole, short, kind.

mod said;
mod screens;

use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// Every name that has a text.
fn names() -> Vec<String> {
    let prompts = Prompt::ALL.iter().map(|prompt| prompt.as_str().to_owned());
    let codes = ErrorCode::ALL.iter().map(|code| code.as_str().to_owned());
    let outcomes = Outcome::ALL
        .iter()
        .map(|outcome| outcome.as_str().to_owned());
    let screens = Screen::ALL.iter().map(|screen| screen_name(*screen));
    let labels = Label::ALL.iter().map(|label| label_name(*label));
    let told = prompts.chain(codes).chain(outcomes);
    told.chain(screens).chain(labels).collect()
}

fn screen_name(screen: Screen) -> String {
    format!("screen.{}", screen.as_str())
}

fn label_name(label: Label) -> String {
    format!("label.{}", label.as_str())
}

fn is_label(name: &str) -> bool {
    name.starts_with("label.")
}

fn is_screen(name: &str) -> bool {
    name.starts_with("screen.")
}

/// Every message in every length of rest, and every screen with everything that may fill it.
fn messages(lang: Lang) -> Vec<(String, Message)> {
    let guidance = Guidance::new(lang);
    let mut messages = Vec::new();
    for name in names() {
        if is_screen(&name) || is_label(&name) {
            continue;
        }
        for retry_after_s in [None, Some(0), Some(1), Some(30), Some(110), Some(300)] {
            let message = guidance.message(&name, Details { retry_after_s });
            messages.push((name.clone(), message));
        }
    }
    for screen in Screen::ALL {
        for facts in every_fact("") {
            messages.push((screen_name(*screen), guidance.screen(*screen, &facts)));
        }
    }
    messages
}

/// Every label with everything that may fill it.
fn labels(lang: Lang) -> Vec<(Label, String)> {
    let guidance = Guidance::new(lang);
    let time = guidance.moment(EVENING);
    let mut labels = Vec::new();
    for label in Label::ALL {
        match label {
            Label::Day => labels.push((*label, guidance.day(EVENING))),
            Label::Moment => labels.push((*label, guidance.moment(EVENING))),
            _ => labels.extend(
                every_fact(&time)
                    .iter()
                    .map(|facts| (*label, guidance.label(*label, facts))),
            ),
        }
    }
    labels
}

const EVENING: LocalTime = LocalTime {
    year: 2027,
    month: 9,
    day: 30,
    hour: 16,
    minute: 5,
};

/// People with a name and without, and some numbers of things.
fn every_fact(time: &str) -> Vec<Facts<'_>> {
    let mut every = Vec::new();
    for name in ["", "María", "外婆"] {
        for count in [None, Some(0), Some(1), Some(2), Some(7)] {
            every.push(Facts { name, time, count });
        }
    }
    every
}

fn texts(message: &Message) -> Vec<&str> {
    let mut texts = vec![message.shown.as_str(), message.spoken.as_str()];
    texts.extend(message.next.as_deref());
    texts
}

/// The variables and attributes of each message, read from the source lines.
fn outline(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut outline: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut id = String::new();
    let mut attribute = String::new();
    let lines = lang.messages().into_iter().flat_map(str::lines);
    for line in lines.filter(|line| !line.starts_with('#')) {
        let head = line.split(" =").next().unwrap_or_default();
        if let Some(name) = head.trim_start().strip_prefix('.') {
            attribute = format!(".{name}");
        } else if !line.starts_with(' ') && !line.is_empty() {
            id = head.to_owned();
            attribute = String::new();
        }
        let marks = outline.entry(id.clone()).or_default();
        marks.insert(attribute.clone());
        for variable in line.split("{ $").skip(1) {
            let end = variable.find(' ').unwrap_or(variable.len());
            marks.insert(format!("{attribute} ${}", &variable[..end]));
        }
        for term in line.split("{ -").skip(1) {
            let end = term.find(' ').unwrap_or(term.len());
            marks.insert(format!("{attribute} -{}", &term[..end]));
        }
    }
    outline.remove("");
    outline
}

#[test]
fn every_name_has_its_texts_in_every_language() {
    for lang in Lang::ALL {
        for (name, message) in messages(lang) {
            assert!(
                is_screen(&name) || message.next.is_none() == name.starts_with("prompt."),
                "{lang} {name}: errors and outcomes have a next step, prompts are one"
            );
            for text in texts(&message) {
                assert!(!text.trim().is_empty(), "{lang} {name}");
                assert_eq!(text, text.trim(), "{lang} {name}");
            }
        }
        for (label, text) in labels(lang) {
            assert!(!text.trim().is_empty(), "{lang} {label:?}");
            assert_eq!(text, text.trim(), "{lang} {label:?}");
        }
    }
}

#[test]
fn no_message_stands_without_a_name() {
    let names: BTreeSet<_> = names().iter().map(|name| message_id(name)).collect();
    for lang in Lang::ALL {
        let found: BTreeSet<_> = outline(lang)
            .into_keys()
            .filter(|id| !id.starts_with('-'))
            .collect();
        assert_eq!(found, names, "{lang}");
    }
}

#[test]
fn every_language_places_the_same_things() {
    let english = outline(Lang::En);
    let places = |id: &str| english[id].iter().filter(|mark| mark.contains('$')).count();
    assert_eq!(places("attempts-pause"), 2, "unit and count");
    assert_eq!(places("screen-person"), 4, "a name, shown and said");
    assert_eq!(places("label-day"), 3, "day, month and year");
    for lang in Lang::ALL {
        assert_eq!(outline(lang), english, "{lang}");
    }
}

#[test]
fn nothing_is_left_unfilled_and_no_mark_spoils_speech() {
    let marks = [
        '{', '}', '$', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
    ];
    let direction = ['\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}'];
    for lang in Lang::ALL {
        for (name, message) in messages(lang) {
            for text in texts(&message) {
                assert!(!text.contains(marks), "{lang} {name}: {text}");
                assert!(!text.contains(direction), "{lang} {name}: {text}");
            }
        }
        for (label, text) in labels(lang) {
            assert!(!text.contains(marks), "{lang} {label:?}: {text}");
            assert!(!text.contains(direction), "{lang} {label:?}: {text}");
        }
    }
}

#[test]
fn a_refusal_does_not_say_which_check_it_was() {
    for lang in Lang::ALL {
        let guidance = Guidance::new(lang);
        let refused = guidance.outcome(Outcome::Refused).shown;
        for code in [ErrorCode::LivenessNotShown, ErrorCode::VerifyNotConfirmed] {
            assert_eq!(guidance.error(code).shown, refused);
        }
    }
}

#[test]
fn a_rest_is_told_in_round_numbers_and_never_too_short() {
    let guidance = Guidance::new(Lang::En);
    let next = |retry_after_s| {
        let details = Details { retry_after_s };
        let message = guidance.error_with(ErrorCode::AttemptsPause, &details);
        message.next.unwrap()
    };
    assert!(next(Some(30)).starts_with("Please rest for 30 seconds,"));
    assert!(next(Some(21)).starts_with("Please rest for 30 seconds,"));
    assert!(next(Some(110)).starts_with("Please rest for 110 seconds,"));
    assert!(next(Some(111)).starts_with("Please rest for 2 minutes,"));
    assert!(next(Some(241)).starts_with("Please rest for 5 minutes,"));
    assert!(next(None).starts_with("Please rest for a few minutes,"));
    assert_eq!(
        guidance.error(ErrorCode::AttemptsPause).next,
        Some(next(None))
    );
}

#[test]
fn languages_read_back_by_their_tags() {
    for lang in Lang::ALL {
        assert_eq!(lang.to_string().parse(), Ok(lang));
        assert_eq!(Guidance::new(lang).lang(), lang);
    }
    assert!("tlh".parse::<Lang>().is_err());
}

#[test]
fn guidance_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Guidance>();
}
