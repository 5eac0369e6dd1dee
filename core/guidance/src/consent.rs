//! What a person is asked to agree to. A text is never changed: a new wording is a new version, and
//! consents to older ones stay readable.

use crate::Lang;
use lifecert_protocol::Digest;

/// The version that is shown and said now.
const CURRENT: u32 = 1;

/// A text of consent in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsentText {
    /// Its version.
    pub version: u32,
    /// Its language.
    pub lang: Lang,
    /// The text, to be shown and said as it is.
    pub text: &'static str,
}

impl ConsentText {
    /// The text that is shown and said now.
    pub fn current(lang: Lang) -> Self {
        let text = match lang {
            Lang::ZhHans => include_str!("../consent/1.zh-Hans.txt"),
            Lang::ZhHant => include_str!("../consent/1.zh-Hant.txt"),
            Lang::En => include_str!("../consent/1.en.txt"),
            Lang::Es => include_str!("../consent/1.es.txt"),
        };
        Self {
            version: CURRENT,
            lang,
            text,
        }
    }

    /// SHA-256 of the text, as it stands in a consent.
    pub fn digest(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }

    /// Whether there is a text of that version, language (a BCP 47 tag) and digest.
    pub fn is_known(version: u32, language: &str, digest: Digest) -> bool {
        language.parse().is_ok_and(|lang| {
            let text = Self::current(lang);
            text.version == version && text.digest() == digest
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// People agreed to these very bytes: a new wording is a new version.
    #[test]
    fn the_texts_of_version_1_stay_as_they_are() {
        let golden = [
            (
                Lang::ZhHans,
                "a0a871e7b516bbbda9273730f7c7502d9e96b912bbac8ebc9980ff252d900d55",
            ),
            (
                Lang::ZhHant,
                "db87b1fc6442ca624c44d04f4327da39dd7e624456f51b40531897caf3873cbe",
            ),
            (
                Lang::En,
                "5ffcb5ccdb8de72303d823dbbab94fa25ccb10971f756d73962c702c893d7178",
            ),
            (
                Lang::Es,
                "1fee3e461fe7e6be5595697f0e3c6c8e2c810973a257bcd8518ef0ee461c7349",
            ),
        ];
        for (lang, digest) in golden {
            let text = ConsentText::current(lang);
            assert_eq!(text.version, 1);
            assert_eq!(text.digest().to_string(), digest, "{lang}");
        }
    }

    #[test]
    fn only_texts_that_were_shown_are_known() {
        let text = ConsentText::current(Lang::En);
        let is_known = |version, lang, digest| ConsentText::is_known(version, lang, digest);
        assert!(is_known(1, "en", text.digest()));
        assert!(!is_known(2, "en", text.digest()));
        assert!(!is_known(1, "es", text.digest()));
        assert!(!is_known(1, "tlh", text.digest()));
        assert!(!is_known(1, "en", Digest::of(b"another text")));
    }

    #[test]
    fn every_text_names_the_four_purposes_and_ends_with_the_way_back() {
        for lang in Lang::ALL {
            let text = ConsentText::current(lang).text;
            let paragraphs: Vec<&str> = text.trim().split("\n\n").collect();
            assert_eq!(paragraphs.len(), 4, "{lang}");
            assert_eq!(paragraphs[2].lines().count(), 4, "{lang}: four purposes");
        }
    }
}
