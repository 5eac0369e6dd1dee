//! Every message in every language: there, whole, short, kind.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// Every name that has a message, with what it is.
fn names() -> Vec<&'static str> {
    let prompts = Prompt::ALL.iter().map(|prompt| prompt.as_str());
    let codes = ErrorCode::ALL.iter().map(|code| code.as_str());
    let outcomes = Outcome::ALL.iter().map(|outcome| outcome.as_str());
    prompts.chain(codes).chain(outcomes).collect()
}

/// Every message in every length of rest.
fn messages(lang: Lang) -> Vec<(&'static str, Message)> {
    let guidance = Guidance::new(lang);
    let rests = [None, Some(0), Some(1), Some(30), Some(110), Some(300)];
    let of = |name| {
        let guidance = &guidance;
        rests
            .into_iter()
            .map(move |retry_after_s| (name, guidance.message(name, Details { retry_after_s })))
    };
    names().into_iter().flat_map(of).collect()
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
    for line in lang.messages().lines().filter(|l| !l.starts_with('#')) {
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
            assert_eq!(
                message.next.is_none(),
                name.starts_with("prompt."),
                "{lang} {name}: errors and outcomes have a next step, prompts are one"
            );
            for text in texts(&message) {
                assert!(!text.trim().is_empty(), "{lang} {name}");
                assert_eq!(text, text.trim(), "{lang} {name}");
            }
        }
    }
}

#[test]
fn no_message_stands_without_a_name() {
    let names: BTreeSet<_> = names().into_iter().map(message_id).collect();
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
    let places = english.values().flatten().filter(|mark| mark.contains('$'));
    assert_eq!(places.count(), 4, "unit and count of two messages");
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
    }
}

#[test]
fn what_is_said_has_no_symbols_and_ends_as_a_sentence() {
    let sentence = |c: char| c.is_alphanumeric() || " ,.:!-'，。！：、“”「」".contains(c);
    for lang in Lang::ALL {
        for (name, message) in messages(lang) {
            for text in texts(&message).into_iter().skip(1) {
                assert!(text.chars().all(sentence), "{lang} {name}: {text}");
                let end = text.trim_end_matches(['”', '」']);
                assert!(end.ends_with(['.', '。', '！']), "{lang} {name}: {text}");
                for short in ["e.g.", "etc.", "i.e.", "p. ej", "Sr.", "Ud.", "TTS"] {
                    assert!(!text.contains(short), "{lang} {name}: {text}");
                }
            }
        }
    }
}

#[test]
fn what_is_shown_fits_large_print() {
    for lang in Lang::ALL {
        let (shown, next) = match lang {
            Lang::ZhHans | Lang::ZhHant => (60, 90),
            Lang::En | Lang::Es => (140, 220),
        };
        for (name, message) in messages(lang) {
            assert!(message.shown.chars().count() <= shown, "{lang} {name}");
            let steps = message.next.map_or(0, |next| next.chars().count());
            assert!(steps <= next, "{lang} {name}: {steps}");
        }
    }
}

#[test]
fn nothing_rushes_blames_or_sounds_like_a_machine() {
    let words = [
        // Haste.
        "quick",
        "hurry",
        "immediate",
        "fast",
        "as soon as",
        "right now",
        "at once",
        "rápid",
        "prisa",
        "inmediat",
        "cuanto antes",
        "enseguida",
        "ya mismo",
        "快点",
        "快點",
        "赶快",
        "趕快",
        "赶紧",
        "趕緊",
        "立即",
        "立刻",
        "马上",
        "馬上",
        "尽快",
        "盡快",
        "急",
        // Blame and fear.
        "error",
        "fail",
        "invalid",
        "wrong",
        "illegal",
        "denied",
        "you must",
        "mistake",
        "fallo",
        "fallad",
        "inválid",
        "incorrect",
        "debe ",
        "culpa",
        "denegad",
        "错误",
        "錯誤",
        "失败",
        "失敗",
        "无效",
        "無效",
        "非法",
        "拒绝",
        "拒絕",
        "必须",
        "必須",
        "您错",
        "您錯",
        "输错",
        "輸錯",
        // Machinery.
        "server",
        "session",
        "token",
        "embedding",
        "protocol",
        "nonce",
        "database",
        "servidor",
        "sesión",
        "base de datos",
        "服务器",
        "伺服器",
        "会话",
        "會話",
        "数据库",
    ];
    for lang in Lang::ALL {
        for (name, message) in messages(lang) {
            for text in texts(&message) {
                let text = text.to_lowercase();
                let found = words.iter().find(|word| text.contains(**word));
                assert_eq!(found, None, "{lang} {name}: {text}");
            }
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
fn the_two_chinese_scripts_are_two() {
    // Characters that only one of the two scripts has, from words that the messages use.
    let simplified = "请脸远摄镜头话号码给点这让对间应开关无转张验证办处银电脑网络";
    let traditional = "請臉遠攝鏡頭話號碼給點這讓對間應開關無轉張驗證辦處銀電腦網絡";
    let only = |own: &'static str, other: &'static str| {
        move |text: &str| text.chars().any(|c| own.contains(c) && !other.contains(c))
    };
    let (hans, hant) = (only(simplified, traditional), only(traditional, simplified));
    for (name, message) in messages(Lang::ZhHans) {
        assert!(!texts(&message).into_iter().any(&hant), "{name}");
    }
    for (name, message) in messages(Lang::ZhHant) {
        assert!(!texts(&message).into_iter().any(&hans), "{name}");
    }
    for name in names() {
        let of = |lang| Guidance::new(lang).message(name, Details::default());
        assert_ne!(of(Lang::ZhHans), of(Lang::ZhHant), "{name}");
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
