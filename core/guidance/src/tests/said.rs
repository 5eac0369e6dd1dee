//! How it sounds: as whole sentences, in large print, without haste, blame or machinery.

use super::*;

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
    let found = |text: &str| {
        let text = text.to_lowercase();
        words.iter().find(|word| text.contains(**word))
    };
    for lang in Lang::ALL {
        for (name, message) in messages(lang) {
            for text in texts(&message) {
                assert_eq!(found(text), None, "{lang} {name}: {text}");
            }
        }
        // One button is there to hear it faster.
        let labels = labels(lang).into_iter();
        for (label, text) in labels.filter(|(label, _)| *label != Label::SpeechFast) {
            assert_eq!(found(&text), None, "{lang} {label:?}: {text}");
        }
    }
}

#[test]
fn the_two_chinese_scripts_are_two() {
    // Characters that only one of the two scripts has, from words that the texts use.
    let simplified = "请脸远摄镜头话号码给点这让对间应开关无转张验证办处银电脑网络\
                      机设删时认执页还选谁帮语现记录亲邻发";
    let traditional = "請臉遠攝鏡頭話號碼給點這讓對間應開關無轉張驗證辦處銀電腦網絡\
                       機設刪時認執頁還選誰幫語現記錄親鄰發";
    let only = |own: &'static str, other: &'static str| {
        move |text: &str| text.chars().any(|c| own.contains(c) && !other.contains(c))
    };
    let (hans, hant) = (only(simplified, traditional), only(traditional, simplified));
    let both = messages(Lang::ZhHans)
        .into_iter()
        .zip(messages(Lang::ZhHant));
    for ((name, in_hans), (_, in_hant)) in both {
        assert!(!texts(&in_hans).into_iter().any(&hant), "{name}");
        assert!(!texts(&in_hant).into_iter().any(&hans), "{name}");
        assert_ne!(in_hans, in_hant, "{name}");
    }
    let both = labels(Lang::ZhHans).into_iter().zip(labels(Lang::ZhHant));
    for ((label, in_hans), (_, in_hant)) in both {
        assert!(!hant(&in_hans) && !hans(&in_hant), "{label:?}");
    }
}
